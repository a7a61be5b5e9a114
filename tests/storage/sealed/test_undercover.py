"""The undercover compartment: closed without its keys, on record with them, and nothing of it in clear anywhere."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from domain.account import Account, Compartment
from domain.audit import AuditAction
from domain.identity import sha256_hex
from domain.retention import Hold, HoldScope
from domain.review import Outcome, Review
from domain.viewer import Role, Viewer
from storage import accounts, authorizations, checkpoints, hits, posts, reviews
from storage.auditing import audit
from storage.batching import ingest
from storage.batching.wire import written
from storage.erasure import holds
from storage.errors import CompartmentClosed, KeyDestroyed, NotFound, Refused
from storage.owner.open import owning
from storage.sealed import subject_erasures, subjects
from storage.sealed.own_keys import own_keys
from storage.sealed.sealed_columns import KEYED, SEALED
from storage.sealed.sealed_vault import SealedVault
from storage.sealed.sealing import DESTROYED
from storage.seeing import reading
from storage.store import Store
from tests.builders import NOON, a_post, an_account
from tests.storage.filling import SUPERVISOR, collected, register, rows, showing
from tests.storage.undercover import COORDINATOR, MARK, PICTURE, enrolled, filled, with_keys

# Text columns of the undercover file that are written in clear, and why that names nobody.
CLEAR = {
    "ids and hashes that only a subject's key makes, or that are random": r"(^|_)id$|sha256$|^same_as$|^(prev|hash|levels)$"
    r"|^(audit\.subject|hold\.target|erasure\.held)$",
    "words from a closed list": r"(platform|custody|compartment|basis|clause|kind|mime|claimed_mime|detector|detector_version|outcome|severity|directive"
    r"|directive_version|action|means|detectors|state|scope|scopes|class|reason|version|name|authority)$",
    "who works with it, never whom it is about": r"(_by|reviewer|actor)$",
    "ids, counts and hashes alone, by the house's rule": r"^audit\.detail$|^collection\.terms$|^append_only\.message$",
    "never filled there": r"^(robots|reference|worker_token)\.",
}


@pytest.fixture
def keyed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose undercover compartment has its keys."""
    with_keys(folder, monkeypatch)
    return folder


@pytest.fixture
def both(keyed: Path) -> Iterator[Store]:
    with owning(keyed) as store:
        yield store


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_without_a_key_it_is_closed_with_one_line_and_nothing_is_written(store: Store) -> None:
    with pytest.raises(CompartmentClosed, match="plainview keys new FILE"):
        enrolled(store)
    assert [one.compartment for one in store.files()] == [Compartment.GENERAL]
    assert not (store.folder / "undercover.duckdb").exists()
    assert MARK.encode() not in everything(store.folder)


def test_what_goes_in_comes_out_for_the_coordinator(both: Store) -> None:
    account = enrolled(both)
    hit_id = filled(both, account)
    (row,) = hits.queue(both, viewer=COORDINATOR)
    assert (row.id, row.label, row.handle) == (hit_id, f"{MARK} label", f"@{MARK}@social.example")
    view = hits.show(both, viewer=COORDINATOR, hit_id=hit_id, now=NOON)
    assert (view.hit.id, view.account, view.post.text, view.post.posted_at) == (hit_id, account, f"{MARK} was on duty", NOON)
    assert view.post.media[0].alt == f"{MARK} alt"
    (post,) = posts.listing(both, viewer=COORDINATOR)
    assert post.native_id == f"https://social.example/@{MARK}/1"
    assert SealedVault(both.folder, both.undercover.keys).get(view.hit.media_sha256) == PICTURE
    (due,) = checkpoints.due(both, now=NOON, compartment=Compartment.UNDERCOVER)
    assert (due.account, due.checkpoint) == (account, f"{MARK} state")
    (paper,) = authorizations.every(both, compartment=Compartment.UNDERCOVER)
    assert (paper.granted_by, paper.document) == (f"{MARK} signed", f"{MARK}.pdf")


def test_it_is_decided_like_any_other_and_the_reason_is_sealed(both: Store) -> None:
    hit_id = filled(both, enrolled(both))
    with pytest.raises(NotFound):
        reviews.decide(both, viewer=SUPERVISOR, review=Review(hit_id, Outcome.DISMISSED, "no", "supervisor", NOON))
    reviews.decide(both, viewer=COORDINATOR, review=Review(hit_id, Outcome.CONFIRMED, f"{MARK} is named", "coordinator", NOON))
    assert [(one.hit_id, one.reason) for one in reviews.listing(both, viewer=COORDINATOR)] == [(hit_id, f"{MARK} is named")]
    assert reviews.listing(both, viewer=SUPERVISOR) == []
    assert rows(both, "SELECT count(*) FROM review") == [(0,)]


def test_nobody_else_sees_that_there_is_anything(both: Store) -> None:
    hit_id = filled(both, enrolled(both))
    for role in set(Role) - {Role.COORDINATOR}:
        viewer = Viewer("somebody", frozenset({role}))
        assert hits.queue(both, viewer=viewer) == []
        assert hits.count(both, viewer=viewer) == []
        assert hits.listing(both, viewer=viewer) == []
        assert posts.listing(both, viewer=viewer) == []
        with pytest.raises(NotFound):
            hits.show(both, viewer=viewer, hit_id=hit_id, now=NOON)
    assert accounts.every(both) == []
    assert checkpoints.due(both, now=NOON) == []


def test_it_reads_the_general_compartment_and_writes_nothing_into_it(both: Store) -> None:
    register(both, an_account())
    enrolled(both)
    assert rows(both.undercover, "SELECT handle FROM general.main.account") == [(an_account().handle,)]
    with pytest.raises(duckdb.Error, match="single attached database"), reading(both.undercover, "coordinator", "a test") as view:
        view.rows("UPDATE general.main.account SET handle = 'written down'")
    assert [one.handle for one in accounts.every(both)] == [an_account().handle]


def test_every_read_is_on_its_own_record_and_on_no_other(both: Store) -> None:
    hit_id = filled(both, enrolled(both))
    before = rows(both, "SELECT count(*) FROM audit")
    for work in (
        lambda: hits.queue(both, viewer=COORDINATOR),
        lambda: hits.count(both, viewer=COORDINATOR),
        lambda: hits.listing(both, viewer=COORDINATOR),
        lambda: hits.show(both, viewer=COORDINATOR, hit_id=hit_id, now=NOON),
        lambda: posts.listing(both, viewer=COORDINATOR),
        lambda: reviews.listing(both, viewer=COORDINATOR),
        lambda: subjects.every(both, by="coordinator"),
        lambda: accounts.every(both, compartment=Compartment.UNDERCOVER, by="coordinator"),
        lambda: accounts.standing(both, now=NOON, compartment=Compartment.UNDERCOVER, by="coordinator"),
    ):
        ((count,),) = rows(both.undercover, "SELECT count(*) FROM audit")
        work()
        ((actor, action, number),) = rows(both.undercover, "SELECT actor, action, seq FROM audit ORDER BY seq DESC LIMIT 1")
        assert (actor, number) == ("coordinator", count + 1)
        assert action in {AuditAction.COMPARTMENT_READ, AuditAction.HIT_OPENED}
    assert rows(both, "SELECT count(*) FROM audit") == before


def test_a_plain_read_shows_tokens_alone(both: Store) -> None:
    filled(both, enrolled(both))
    for table, columns in SEALED.items():
        known = {
            row[0] for row in rows(both.undercover, f"SELECT column_name FROM duckdb_columns() WHERE database_name = 'undercover' AND table_name = '{table}'")
        }
        for column in columns & known:
            for (value,) in rows(both.undercover, f'SELECT "{column}" FROM "{table}"'):
                assert value is None or value == "" or "~pv1.subject_" in str(value), (table, column)


def test_every_text_column_is_sealed_or_has_a_reason_to_be_clear(both: Store) -> None:
    sql = """SELECT c.table_name, c.column_name FROM duckdb_columns() c JOIN duckdb_tables() t USING (database_name, table_name)
        WHERE c.database_name = 'undercover' AND c.data_type IN ('VARCHAR', 'VARCHAR[]', 'JSON')"""
    clear = "|".join(CLEAR.values())
    for table, column in rows(both.undercover, sql):
        kept = column in SEALED.get(str(table), ()) or column in KEYED.get(str(table), ())
        assert kept or any(re.search(clear, name) for name in (f"{table}.{column}", str(column))), f"{table}.{column} could name a subject: seal it"


def test_nothing_of_it_lies_in_clear_in_any_byte(keyed: Path) -> None:
    with owning(keyed) as store:
        account = enrolled(store)
        filled(store, account)
        write_waiting(store, account)
        register(store, an_account())
    data = everything(keyed)  # closed: everything is folded into the files
    assert b"police.example.gov" in data  # of the general account: what is in clear is found
    for mark in marks():
        assert mark not in data, mark


def write_waiting(store: Store, known: Account) -> None:
    """A batch that lies in the outbox, sealed, and one that was refused."""
    key = store.undercover.keys.of(known.subject_id or "")
    post = showing(a_post(known, f"https://social.example/@{MARK}/2", f"{MARK} again"))
    content = written(collected(known, post), key)
    (ingest.outbox_folder(store.folder) / ("0" * 64 + ".ndjson")).write_bytes(content)  # not its own hash: refused when it is taken in
    assert ingest.sweep(store).refused
    (ingest.outbox_folder(store.folder) / ("1" * 64 + ".ndjson")).write_bytes(content)  # waits for the next sweep, which is when the store is opened again


def marks() -> list[bytes]:
    """The mark, its encodings, and the ids and hashes that anybody could compute from the public post."""
    post = a_post(an_account(), f"https://social.example/@{MARK}/1", f"{MARK} was on duty")
    mark = MARK.encode()
    guessable = [post.content_sha256, an_account(handle=f"@{MARK}@social.example").id, sha256_hex(PICTURE)]
    return [mark, mark.hex().encode(), *(base64.b64encode(mark[shift:])[:-4] for shift in range(3)), *(one.encode() for one in guessable)]


def test_without_the_key_its_file_is_there_and_closed_and_the_rest_goes_on(keyed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with owning(keyed) as store:
        filled(store, enrolled(store))
    monkeypatch.delenv("PLAINVIEW_MASTER_KEY_FILE")
    with owning(keyed) as store:
        register(store, an_account())
        assert [one.compartment for one in store.files()] == list(Compartment)
        assert store.open_compartments() == (store,)
        for work in (lambda: hits.queue(store, viewer=COORDINATOR), lambda: subjects.every(store, by="c"), lambda: enrolled(store, "other")):
            with pytest.raises(CompartmentClosed):
                work()
        assert hits.queue(store, viewer=SUPERVISOR) == []
        assert all(audit.verify(one).ok for one in store.files())


@pytest.mark.parametrize("spoilt", ["another master key", "no file of keys", "an empty file of keys"])
def test_the_wrong_keys_close_it_and_destroy_nothing(keyed: Path, monkeypatch: pytest.MonkeyPatch, spoilt: str) -> None:
    with owning(keyed) as store:
        hit_id = filled(store, enrolled(store))
    keys = keyed.parent / "keys" / "master.subjects"
    shutil.copy(keys, keyed.parent / "spare")
    if spoilt == "another master key":
        monkeypatch.setenv("PLAINVIEW_MASTER_KEY", base64.b64encode(b"w" * 32).decode())
        monkeypatch.setenv("PLAINVIEW_SUBJECT_KEYS_FILE", str(keys))
        monkeypatch.delenv("PLAINVIEW_MASTER_KEY_FILE")
    elif spoilt == "no file of keys":
        keys.unlink()
    else:
        keys.write_text("")
    with owning(keyed) as store, pytest.raises(CompartmentClosed) as told:
        hits.show(store, viewer=COORDINATOR, hit_id=hit_id, now=NOON)
    assert not isinstance(told.value, KeyDestroyed)
    monkeypatch.undo()
    shutil.copy(keyed.parent / "spare", keys)
    monkeypatch.setenv("PLAINVIEW_MASTER_KEY_FILE", str(keyed.parent / "keys" / "master"))
    with owning(keyed) as store:
        assert hits.show(store, viewer=COORDINATOR, hit_id=hit_id, now=NOON).hit.finding.label == f"{MARK} label"


def test_a_destroyed_key_makes_every_copy_unreadable_and_spares_the_others(keyed: Path) -> None:
    with owning(keyed) as store:
        account, other = enrolled(store), enrolled(store, "another")
        hit_id = filled(store, account)
        name = hits.show(store, viewer=COORDINATOR, hit_id=hit_id, now=NOON).hit.media_sha256
    shutil.copytree(keyed, keyed.parent / "copy")  # a backup of the whole folder, taken before
    with owning(keyed) as store:
        assert subjects.destroy(store, subject_id=account.subject_id or "", by="coordinator", now=NOON)
        assert not subjects.destroy(store, subject_id=account.subject_id or "", by="coordinator", now=NOON)
    for folder in (keyed, keyed.parent / "copy"):  # the keys are in neither
        with owning(folder), pytest.raises(KeyDestroyed):
            SealedVault(folder, own_keys(folder)).get(name)
    with owning(keyed) as store:
        (row,) = hits.queue(store, viewer=COORDINATOR)
        assert (row.label, row.handle) == (DESTROYED, DESTROYED)
        assert {one.handle for one in accounts.every(store, compartment=Compartment.UNDERCOVER)} == {DESTROYED, other.handle}
        assert [one.destroyed_at is None for one in subjects.every(store, by="c")].count(True) == 1


def test_a_process_killed_between_record_and_key_is_finished_at_the_next_opening(keyed: Path) -> None:
    with owning(keyed) as store:
        account = enrolled(store)
        with store.undercover.transaction() as tx:
            tx.execute("UPDATE subject SET destroyed_at = now()")
    with owning(keyed) as store, pytest.raises(KeyDestroyed):
        store.undercover.keys.of(account.subject_id or "")


def test_an_account_is_entered_once_and_belongs_to_one_subject(both: Store) -> None:
    first = enrolled(both)
    again = subjects.add_account(both, account=first, label=f"{MARK} subject", by="coordinator", now=NOON)
    assert (again.account, again.new) == (first, False)
    with pytest.raises(Refused, match="another subject"):
        subjects.add_account(both, account=first, label="somebody else", by="coordinator", now=NOON)
    assert [one.label for one in subjects.every(both, by="coordinator")] == [f"{MARK} subject"]


def test_a_batch_without_its_key_is_never_written(both: Store) -> None:
    account = enrolled(both)
    with pytest.raises(Refused, match="without the key that seals it"):
        written(collected(account, showing(a_post(account))))


def test_a_row_without_a_subject_is_never_written(both: Store) -> None:
    with pytest.raises(CompartmentClosed, match="nothing was written in clear"):
        both.undercover.sealed("review", {"reason": MARK}, None)


def test_an_erased_subject_leaves_no_row_and_no_key(both: Store) -> None:
    account, other = enrolled(both), enrolled(both, "another")
    filled(both, account)
    (certificate,) = subject_erasures.erase(both, viewer=COORDINATOR, subject_id=account.subject_id or "", now=NOON)
    assert certificate.rows["post"] == certificate.rows["hit"] == 1
    assert MARK not in repr(certificate)
    assert rows(both.undercover, "SELECT (SELECT count(*) FROM post), (SELECT count(*) FROM hit), (SELECT count(*) FROM media)") == [(0, 0, 0)]
    assert both.undercover.keys.ids() == {other.subject_id}
    assert [path for path in (both.folder / "vault-undercover").rglob("*") if path.is_file()] == []


def test_a_subject_under_a_hold_keeps_data_and_key(both: Store) -> None:
    account = enrolled(both)
    hit_id = filled(both, account)
    placed = Hold(HoldScope.HIT, hit_id, f"{MARK} counsel", f"{MARK} case", NOON.date(), NOON)
    assert holds.place(both, viewer=COORDINATOR, hold=placed)
    with pytest.raises(Refused, match="holds release"):
        subject_erasures.erase(both, viewer=COORDINATOR, subject_id=account.subject_id or "", now=NOON)
    assert hits.show(both, viewer=COORDINATOR, hit_id=hit_id, now=NOON).hit.finding.label == f"{MARK} label"
    (held,) = holds.every(both, viewer=COORDINATOR)
    assert held.hold.reason == f"{MARK} case"
    assert MARK not in str(rows(both.undercover, "SELECT * FROM hold"))


def test_only_the_coordinator_erases_a_subject(both: Store) -> None:
    account = enrolled(both)
    with pytest.raises(NotFound):
        subject_erasures.erase(both, viewer=SUPERVISOR, subject_id=account.subject_id or "", now=NOON)
    assert both.undercover.keys.ids() == {account.subject_id}
