"""The audit chain: it stands while untouched, and any one entry changed, dropped, added or moved is found."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import Account
from domain.audit import AuditAction
from storage import audit
from storage.audit import AuditReport, entry_hash, followed
from storage.database import FILE
from storage.open import owning
from storage.store import Row, Store
from tests.builders import NOON
from tests.storage.batching import collected, rows, take_in

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
    assert [entry.action for entry in reversed(audit.entries(store))] == [
        AuditAction.STORE_MIGRATED,
        AuditAction.ACCOUNT_ADDED,
        AuditAction.AUTHORIZATION_GRANTED,
        AuditAction.COLLECTION_STORED,
    ]
    assert audit.verify(store) == AuditReport(4, True)


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
    assert audit.verify(store) == AuditReport(1, True)


@pytest.mark.parametrize(
    ("tampering", "first_bad"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 2", 2),
        ("UPDATE audit SET detail = '{}' WHERE seq = 3", 3),
        ("UPDATE audit SET recorded_at = recorded_at + INTERVAL 1 MICROSECOND WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 3", 3),
    ],
)
def test_whoever_removes_the_guard_from_the_file_is_still_found_out(folder: Path, tampering: str, first_bad: int) -> None:
    with owning(folder) as store:
        for number in (1, 2):
            audit.record(store, action=AuditAction.USER_ADDED, actor="tests", subject=f"user {number}", detail={"n": number}, now=NOON)
    with duckdb.connect(str(folder / FILE)) as raw:
        raw.execute("DROP TRIGGER audit_is_never_updated ON audit; DROP TRIGGER audit_is_never_deleted ON audit")
        raw.execute(tampering)
    with owning(folder) as store:
        report = audit.verify(store)
    assert (report.ok, report.first_bad) == (False, first_bad)


def test_the_detail_is_stored_as_the_text_that_was_hashed(store: Store) -> None:
    audit.record(store, action=AuditAction.USER_ADDED, actor="tests", subject="someone", detail={"b": 1, "a": "é"}, now=NOON)
    ((text,),) = rows(store, "SELECT detail FROM audit ORDER BY seq DESC LIMIT 1")
    assert text == '{"a":"é","b":1}'
    assert json.loads(str(text)) == {"a": "é", "b": 1}
