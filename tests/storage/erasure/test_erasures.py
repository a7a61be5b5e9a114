"""Erasing: what goes, what stays, what is written down about it, and that other accounts and what is held are left alone."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.account import Compartment
from domain.audit import AuditAction
from domain.identity import canonical_json, sha256_hex
from domain.reference import Reference
from domain.retention import ErasureReason, HoldScope
from storage import authorizations, references
from storage.auditing import audit
from storage.batching import ingest
from storage.batching.wire import written
from storage.erasure import erasing, erasures
from storage.erasure.certificates import written_certificate
from storage.erasure.erased_rows import KEPT
from storage.errors import NotFound, Refused
from storage.owner.open import owning
from tests.builders import NOON, a_finding, a_post, an_account, an_authorization
from tests.storage.filling import AUDITOR, MEMBER, SUPERVISOR, a_picture, collected, examined, put_in_outbox, rows, showing, take_in
from tests.storage.stocked import ABOUT_POSTS, LATER, OTHER, PRESS, Stock, hold, left, purge, revoke, stocked, with_post
from tests.storage.undercover import COORDINATOR, MARK, enrolled, filled, with_keys

ERASED_FROM = {*ABOUT_POSTS, "gone", "compliant", "rejected", "rescan", "checkpoint", "collection", "capture"}
ONE_OF_EACH = dict.fromkeys(set(ABOUT_POSTS) - {"review"}, 1)


@pytest.fixture
def stock(tmp_path: Path) -> Iterator[Stock]:
    with stocked(tmp_path / "data") as made:
        yield made


def test_every_table_is_erased_from_or_kept_for_a_reason_that_is_written_down(stock: Stock) -> None:
    tables = {str(row[0]) for row in rows(stock.store, "SELECT table_name FROM duckdb_tables() WHERE NOT internal")}
    assert tables - ERASED_FROM - KEPT.keys() == set()
    assert not KEPT.keys() & ERASED_FROM
    assert all(KEPT.values())


def test_a_revocation_takes_everything_of_the_account_and_nothing_of_another(stock: Stock) -> None:
    store = stock.store
    entries = audit.verify(store).entries
    assert purge(store) == []  # all is permitted
    assert audit.verify(store).entries == entries
    revoke(store)
    (erasure_id,) = purge(store)
    assert left(store) == ONE_OF_EACH | {"review": 1}
    assert rows(store, "SELECT DISTINCT account_id FROM post") == [(OTHER.id,)]
    assert [store.vault.has(one.picture) for one in (stock.first, stock.second, stock.theirs)] == [False, False, True]
    assert rows(store, f"SELECT account_id FROM checkpoint WHERE state IS NOT NULL AND account_id <> '{OTHER.id}'") == []
    assert left(store, "account", "authorization") == {"account": 2, "authorization": 2}
    assert erasures.show(store, viewer=SUPERVISOR, erasure_id=erasure_id).reason is ErasureReason.REVOKED
    assert audit.verify(store).ok


def test_a_picture_that_another_account_shows_too_stays_until_both_are_gone(stock: Stock) -> None:
    store, shared = stock.store, stock.first.picture
    with_post(store, OTHER, 2, b"picture")
    revoke(store)
    purge(store)
    assert store.vault.has(shared)
    assert rows(store, f"SELECT count(*) FROM examination WHERE media_sha256 = '{shared}'") == [(1,)]
    revoke(store, OTHER)
    purge(store, LATER + timedelta(minutes=1))
    assert not store.vault.has(shared)
    assert left(store) == {}


def test_registered_artwork_keeps_its_bytes_and_a_copy_whose_original_went_stands_by_itself(stock: Stock) -> None:
    store, original = stock.store, stock.first.picture
    references.add(store, reference=Reference("patch", original, "image/png", "tests"), by="tests", now=NOON)
    shown = showing(a_post(OTHER, "https://police.example.gov/copy"), a_picture(b"copy"))
    take_in(store, collected(OTHER, shown))
    take_in(store, examined(sha256_hex(b"copy"), a_finding(), same_as=original))
    revoke(store)
    purge(store)
    assert store.vault.has(original)
    assert rows(store, f"SELECT same_as FROM examination WHERE media_sha256 = '{sha256_hex(b'copy')}'") == [(None,)]
    assert rows(store, f"SELECT 1 FROM media WHERE sha256 = '{original}'") == []


def test_a_permission_that_ran_out_leaves_a_day_for_its_renewal(stock: Stock) -> None:
    store, last = stock.store, an_authorization(PRESS).valid_until
    renewed = an_authorization(OTHER, valid_from=last, valid_until=last.replace(year=last.year + 1), document_sha256="b" * 64)
    authorizations.grant(store, authorization=renewed, by="tests", now=NOON)
    midnight = NOON.replace(year=last.year, month=last.month, day=last.day, hour=0) + timedelta(days=1)
    assert purge(store, midnight + timedelta(hours=23)) == []
    (erasure_id,) = purge(store, midnight + timedelta(hours=24))
    certificate = erasures.show(store, viewer=SUPERVISOR, erasure_id=erasure_id)
    assert (certificate.reason, certificate.scope) == (ErasureReason.ENDED, f"account {PRESS.id}")
    assert rows(store, "SELECT DISTINCT account_id FROM post") == [(OTHER.id,)]


def test_what_comes_in_late_goes_with_the_next_purge(stock: Stock) -> None:
    """A run under way when its account is erased: what it examined, and what it collected and was refused for want of permission."""
    store = stock.store
    revoke(store)
    purge(store)
    take_in(store, examined(stock.first.picture, a_finding(label="badge")))
    late = put_in_outbox(store, written(collected(PRESS, showing(a_post(PRESS, "https://police.example.gov/late")), at=LATER + timedelta(minutes=5))))
    ingest.sweep(store)
    assert (ingest.refused_folder(stock.folder) / f"{late}.ndjson").exists()
    assert rows(store, "SELECT 1 FROM finding WHERE label = 'badge'") == [(1,)]
    taken = [erasures.show(store, viewer=SUPERVISOR, erasure_id=one) for one in purge(store, LATER + timedelta(minutes=6))]
    assert ("batch", late) in {(item.kind, item.id) for one in taken for item in one.items}
    assert list(ingest.refused_folder(stock.folder).iterdir()) == []
    assert left(store, "examination", "finding") == {"examination": 1, "finding": 1}


def test_a_refused_batch_of_another_account_that_shows_the_same_picture_stays(stock: Stock) -> None:
    store = stock.store
    revoke(store, OTHER, NOON - timedelta(days=1))
    theirs = put_in_outbox(store, written(collected(OTHER, showing(a_post(OTHER, "https://police.example.gov/same"), a_picture()))))
    ingest.sweep(store)
    erasing.begin(store, erasing.of_account(PRESS.id, ErasureReason.ORDERED, "tests", LATER, {}), refuse_held=True)
    assert rows(store, "SELECT id FROM erased WHERE kind = 'batch'") == []
    erasing.begin(store, erasing.of_account(OTHER.id, ErasureReason.ORDERED, "tests", LATER, {}), refuse_held=True)
    assert rows(store, "SELECT id FROM erased WHERE kind = 'batch'") == [(theirs,)]


def test_orphaned_bytes_go_after_an_hour_and_not_before(stock: Stock) -> None:
    store = stock.store
    kept, orphan, waiting = stock.first.picture, store.vault.put(b"fetched in the seconds of a revocation"), store.vault.put(b"on its way")
    unknown = an_account(handle="@unknown@police.example.gov")
    put_in_outbox(store, written(collected(unknown, showing(a_post(unknown), a_picture(b"on its way")))))
    purge(store)
    assert store.vault.has(orphan)
    hour_ago = time.time() - 3700
    for name in (kept, orphan, waiting):
        os.utime(store.vault.files.path(name), (hour_ago, hour_ago))
    purge(store)
    assert [store.vault.has(name) for name in (kept, orphan, waiting)] == [True, False, True]
    (entry,) = [one for one in audit.entries(store) if one.action == AuditAction.VAULT_SWEPT]
    assert entry.detail["files"] == 1


def test_one_post_is_erased_with_a_certificate_that_the_chain_proves_and_that_says_nothing_of_the_content(stock: Stock) -> None:
    store = stock.store
    certificate = erasures.erase(store, viewer=SUPERVISOR, scope=HoldScope.POST, target=stock.first.post, now=LATER)
    assert {row[0] for row in rows(store, "SELECT id FROM post")} == {stock.second.post, stock.theirs.post}
    assert certificate.rows == dict.fromkeys(ABOUT_POSTS, 1)
    assert {item.kind for item in certificate.items} == {"post", "hit", "review", "media", "finding", "examination"}
    by_seq = {entry.seq: entry for entry in audit.entries(store)}
    assert [by_seq[proof.seq].hash for proof in certificate.entries] == [proof.hash for proof in certificate.entries]
    assert [proof.action for proof in certificate.entries] == [AuditAction.ERASURE_BEGUN, AuditAction.ERASURE_FINISHED]
    listed = sha256_hex(canonical_json([[item.kind, item.id, item.sha256] for item in certificate.items]))
    assert by_seq[certificate.entries[0].seq].detail["list_sha256"] == listed == certificate.list_sha256
    text = written_certificate(certificate)
    assert json.loads(text)["erasure"] == certificate.erasure
    assert not any(word in text for word in (b"post 1", b"patch", b"scene", b"police.example.gov"))
    entries = audit.verify(store).entries
    assert erasures.erase(store, viewer=SUPERVISOR, scope=HoldScope.POST, target=stock.first.post, now=LATER) == certificate  # asked again
    assert written_certificate(erasures.show(store, viewer=SUPERVISOR, erasure_id=certificate.erasure)) == text
    assert [row.id for row in erasures.every(store, viewer=SUPERVISOR)] == [certificate.erasure]
    assert erasures.every(store, viewer=MEMBER) == []
    assert audit.verify(store).entries == entries


def test_what_cannot_be_erased_says_why_and_changes_nothing(stock: Stock) -> None:
    store, before = stock.store, left(stock.store)
    for scope, target in ((HoldScope.ACCOUNT, "account_none"), (HoldScope.POST, PRESS.id)):
        with pytest.raises(NotFound):
            erasures.erase(store, viewer=SUPERVISOR, scope=scope, target=target, now=LATER)
    with pytest.raises(Refused, match="may look but not erase"):
        erasures.erase(store, viewer=AUDITOR, scope=HoldScope.POST, target=stock.first.post, now=LATER)
    with pytest.raises(NotFound):
        erasures.erase(store, viewer=MEMBER, scope=HoldScope.POST, target=stock.first.post, now=LATER)
    with pytest.raises(Refused, match="name the post"):
        erasures.erase(store, viewer=SUPERVISOR, scope=HoldScope.HIT, target=stock.first.hit, now=LATER)
    assert left(store) == before
    assert left(store, "erasure", "erased") == {}


def test_what_a_crash_left_unfinished_is_told_and_finished_by_the_next_purge(stock: Stock) -> None:
    store = stock.store
    order = erasing.of_account(PRESS.id, ErasureReason.ORDERED, "tests", LATER, {})
    assert erasing.begin(store, order, refuse_held=True)
    assert store.vault.has(stock.first.picture)
    assert erasures.outstanding(store, now=LATER).unfinished == (order.id,)
    purge(store)
    assert not store.vault.has(stock.first.picture)
    assert erasures.outstanding(store, now=LATER).unfinished == ()
    assert erasures.show(store, viewer=SUPERVISOR, erasure_id=order.id).finished_at


def test_what_should_have_gone_and_did_not_is_told(stock: Stock) -> None:
    store = stock.store
    revoke(store)
    assert erasures.outstanding(store, now=LATER + timedelta(hours=24)).accounts == ()
    assert erasures.outstanding(store, now=LATER + timedelta(hours=25)).accounts == (PRESS.id,)
    hold(store, HoldScope.ACCOUNT, PRESS.id)
    assert erasures.outstanding(store, now=LATER + timedelta(hours=25)).accounts == ()


def test_the_closed_compartment_is_purged_without_its_keys_and_the_general_one_hears_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(folder, monkeypatch)
    with owning(folder) as store:
        account = enrolled(store)
        filled(store, account)
        (paper,) = authorizations.every(store, compartment=Compartment.UNDERCOVER)
        authorizations.revoke(store, authorization_id=paper.id, by="coordinator", now=LATER, compartment=Compartment.UNDERCOVER)
    monkeypatch.delenv("PLAINVIEW_MASTER_KEY_FILE")
    with owning(folder) as store:
        closed = store.files()[1]
        assert left(closed) != {}
        entries = audit.verify(store).entries
        assert purge(store) == []  # what it answers is written down by others
        assert left(closed) == {}
        assert list((folder / "vault-undercover").glob("??/*")) == []
        assert left(closed, "erasure") == {"erasure": 1}
        assert left(store, "erasure", "erased") == {}
        assert audit.verify(store).entries == entries
        (row,) = erasures.every(store, viewer=COORDINATOR)
        certificate = erasures.show(store, viewer=COORDINATOR, erasure_id=row.id)
        assert (certificate.compartment, certificate.scope) == (Compartment.UNDERCOVER, f"account {account.id}")
        assert MARK.encode() not in written_certificate(certificate)
        with pytest.raises(NotFound):
            erasures.show(store, viewer=SUPERVISOR, erasure_id=row.id)
