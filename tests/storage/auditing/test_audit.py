"""The audit chain: it stands while untouched, and any one entry changed, dropped, added or moved is found."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.account import Account, Compartment
from domain.audit import AuditAction
from storage.auditing import audit
from storage.auditing.audit_chain import AuditReport, entry_hash, followed
from storage.database import FILE, Database
from storage.migrate import packaged
from storage.owner.open import owning
from storage.store import Row, Store
from tests.builders import NOON
from tests.storage.filling import collected, rows, take_in

START = "0" * 64


def chain(length: int) -> tuple[list[Row], Row]:
    made: list[Row] = []
    last = START
    for seq in range(1, length + 1):
        fields = (seq, NOON + timedelta(seconds=seq), "supervisor", "hit:opened", f"hit_{seq}", "{}", last)
        last = entry_hash(*fields)
        made.append((*fields, last))
    return made, (length, last)


@given(length=st.integers(0, 20))
def test_an_untouched_chain_stands(length: int) -> None:
    assert followed(*chain(length)) == AuditReport(length, True)


@given(data=st.data(), length=st.integers(1, 20))
def test_one_changed_field_is_found(data: st.DataObject, length: int) -> None:
    entries, head = chain(length)
    where, column = data.draw(st.integers(0, length - 1)), data.draw(st.integers(0, 7))
    changed = list(entries[where])
    changed[column] = {0: changed[0] + 1, 1: NOON}.get(column, str(changed[column]) + "x")
    entries[where] = tuple(changed)
    report = followed(entries, head)
    assert not report.ok
    assert report.first_bad == where + 1


@given(data=st.data(), length=st.integers(1, 20))
def test_one_dropped_entry_is_found_even_the_last(data: st.DataObject, length: int) -> None:
    entries, head = chain(length)
    where = data.draw(st.integers(0, length - 1))
    del entries[where]
    report = followed(entries, head)
    assert (report.ok, report.first_bad) == (False, where + 1)


@given(data=st.data(), length=st.integers(2, 20))
def test_two_swapped_entries_are_found(data: st.DataObject, length: int) -> None:
    entries, head = chain(length)
    one, other = sorted(data.draw(st.lists(st.integers(0, length - 1), min_size=2, max_size=2, unique=True)))
    entries[one], entries[other] = entries[other], entries[one]
    report = followed(entries, head)
    assert (report.ok, report.first_bad) == (False, one + 1)


@given(data=st.data(), length=st.integers(1, 20))
def test_an_entry_that_was_put_in_is_found(data: st.DataObject, length: int) -> None:
    entries, head = chain(length)
    where = data.draw(st.integers(0, length))
    fields = (where + 1, NOON, "stranger", "hit:decided", "hit_1", "{}", entries[where - 1][7] if where else START)
    entries.insert(where, (*fields, entry_hash(*fields)))
    assert not followed(entries, head).ok


def test_a_rewritten_entry_with_a_fitting_hash_breaks_the_next_one() -> None:
    entries, head = chain(3)
    fields = (*entries[1][:4], "hit_other", *entries[1][5:7])
    entries[1] = (*fields, entry_hash(*fields))
    assert followed(entries, head).first_bad == 3


def test_every_change_has_its_entry_and_the_chain_stands(store: Store, account: Account) -> None:
    take_in(store, collected(account))
    said = [entry.action for entry in reversed(audit.entries(store)) if entry.action != AuditAction.STORE_MIGRATED]
    assert said == [
        AuditAction.ACCOUNT_ADDED,
        AuditAction.AUTHORIZATION_GRANTED,
        AuditAction.COLLECTION_STORED,
    ]
    assert audit.verify(store) == AuditReport(len(packaged()) + 3, True)


def test_a_change_that_fails_leaves_no_entry_and_an_entry_that_fails_no_change(store: Store) -> None:
    before = audit.verify(store).entries
    with pytest.raises(ValueError, match="JSON"):
        _change_with_a_detail_that_is_not_json(store)
    assert rows(store, "SELECT count(*) FROM robots") == [(0,)]
    assert audit.verify(store).entries == before


def _change_with_a_detail_that_is_not_json(store: Store) -> None:
    with store.transaction() as tx:
        tx.insert("robots", {"origin": "https://x.example", "text": "", "status": 200, "fetched_at": NOON})
        audit.append(tx, AuditAction.USER_ADDED, "tests", "someone", {"score": float("nan")}, NOON)


def test_what_changes_nothing_can_be_recorded(store: Store) -> None:
    audit.record(store, action=AuditAction.PICTURE_REVEALED, actor="supervisor", subject="hit_1", detail={"media": "a" * 64}, now=NOON)
    newest = audit.entries(store, limit=1)[0]
    assert (newest.action, newest.actor, newest.detail, newest.recorded_at) == ("picture:revealed", "supervisor", {"media": "a" * 64}, NOON)
    assert audit.verify(store).ok


def test_entries_can_be_asked_for_since_a_time(store: Store) -> None:
    audit.record(store, action=AuditAction.USER_ADDED, actor="tests", subject="someone", detail={}, now=NOON.replace(year=2030))
    assert [entry.action for entry in audit.entries(store, since=NOON.replace(year=2029))] == ["user:added"]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "TRUNCATE audit", "UPDATE audit SET actor = actor WHERE seq = 1"]
)
def test_the_table_refuses_what_is_not_an_addition(store: Store, statement: str) -> None:
    with pytest.raises(duckdb.ConstraintException, match="append_only"), store.transaction() as tx:
        tx.execute(statement)
    assert audit.verify(store) == AuditReport(len(packaged()), True)


FIRST = len(packaged()) + 1  # the entries before are the migrations
SWAP_BACK = f"UPDATE audit SET seq = {FIRST + 1} WHERE seq = -1"


@pytest.mark.parametrize(
    ("tampering", "first_bad"),
    [
        *((f"UPDATE audit SET {column} = {column} || 'x' WHERE seq = {FIRST + 1}", FIRST + 1) for column in ("actor", "action", "subject", "detail")),
        *((f"UPDATE audit SET {column} = repeat('a', 64) WHERE seq = {FIRST + 1}", FIRST + 1) for column in ("prev", "hash")),
        (f"UPDATE audit SET recorded_at = recorded_at + INTERVAL 1 MICROSECOND WHERE seq = {FIRST}", FIRST),
        ("UPDATE audit SET recorded_at = 'infinity' WHERE seq = 1", 1),
        (f"UPDATE audit SET seq = 1000 WHERE seq = {FIRST + 1}", FIRST + 1),
        (f"DELETE FROM audit WHERE seq = {FIRST}", FIRST),
        (f"DELETE FROM audit WHERE seq = {FIRST + 2}", FIRST + 2),
        ("DELETE FROM audit", 1),
        (f"UPDATE audit SET seq = -1 WHERE seq = {FIRST}; UPDATE audit SET seq = {FIRST} WHERE seq = {FIRST + 1}; {SWAP_BACK}", FIRST),
        (f"DELETE FROM audit WHERE seq > {FIRST}; UPDATE audit_head SET seq = {FIRST}", FIRST + 1),
        ("DELETE FROM audit_head", FIRST + 3),
        ("DROP TABLE audit", 1),
        ("ALTER TABLE audit DROP COLUMN detail", 1),
        (f"ALTER TABLE audit ALTER COLUMN subject DROP NOT NULL; UPDATE audit SET subject = NULL WHERE seq = {FIRST}", FIRST),
    ],
)
def test_whoever_removes_the_guard_from_the_file_is_still_found_out(three_users: Path, tmp_path: Path, tampering: str, first_bad: int) -> None:
    report = after(tampering, three_users, tmp_path)
    assert (report.ok, report.first_bad) == (False, first_bad)
    assert report.fault


def test_entries_that_only_lie_in_another_order_stand(three_users: Path, tmp_path: Path) -> None:
    moved = "CREATE TABLE moved AS SELECT * FROM audit ORDER BY seq DESC; DELETE FROM audit; INSERT INTO audit SELECT * FROM moved ORDER BY seq DESC"
    assert after(moved, three_users, tmp_path) == AuditReport(FIRST + 2, True)


@pytest.fixture(scope="module")
def three_users(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose chain ends in three entries about users."""
    folder = Path(shutil.copytree(empty_store, tmp_path_factory.mktemp("users") / "data"))
    with owning(folder) as store:
        for number in (1, 2, 3):
            audit.record(store, action=AuditAction.USER_ADDED, actor="tests", subject=f"user {number}", detail={"n": number}, now=NOON)
    return folder


def after(tampering: str, folder: Path, place: Path) -> AuditReport:
    """What following the chain finds once somebody has written to a copy of the file."""
    copy = Path(shutil.copy(folder / FILE, place / FILE))
    with duckdb.connect(str(copy)) as raw:
        raw.execute("DROP TRIGGER audit_is_never_updated ON audit; DROP TRIGGER audit_is_never_deleted ON audit")
        raw.execute(tampering)
    database = Database(place)
    database.attach(Compartment.GENERAL, copy)
    try:
        return audit.verify(Store(database))
    finally:
        database.close()


RARE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8) | st.sampled_from(
    ["\x1f", "\x7f", "\u2028", "😀", "a/b", '"\\', "\x0b\x0c\r\n\t\b", "é", "\ud7ff\ufdd0\uffff"]
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actor=RARE, subject=RARE, detail=st.dictionaries(RARE, RARE | st.integers() | st.booleans(), max_size=3))
def test_whatever_characters_an_entry_holds_it_stands(store: Store, actor: str, subject: str, detail: dict[str, object]) -> None:
    before = audit.verify(store).entries
    audit.record(store, action=AuditAction.USER_ADDED, actor=actor, subject=subject, detail=detail, now=NOON)
    assert audit.verify(store) == AuditReport(before + 1, True)


def test_control_characters_are_judged_by_the_exact_way_and_still_found_when_changed(three_users: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(three_users, tmp_path / "data"))
    with owning(folder) as store:
        audit.record(store, action=AuditAction.USER_ADDED, actor="\x1f\x0b", subject="\x1b", detail={"\x1e": "\x01"}, now=NOON)
        assert audit.verify(store) == AuditReport(FIRST + 3, True)
    assert after(f"UPDATE audit SET subject = chr(28) WHERE seq = {FIRST + 3}", folder, tmp_path).first_bad == FIRST + 3


def test_the_detail_is_stored_as_the_text_that_was_hashed(store: Store) -> None:
    audit.record(store, action=AuditAction.USER_ADDED, actor="tests", subject="someone", detail={"b": 1, "a": "é"}, now=NOON)
    ((text,),) = rows(store, "SELECT detail FROM audit ORDER BY seq DESC LIMIT 1")
    assert text == '{"a":"é","b":1}'
    assert json.loads(str(text)) == {"a": "é", "b": 1}
