"""The third rule on deletions: what a post said and showed goes, and that it was there, its hash, its times and what was decided about it stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.account import Account, Compartment
from domain.post import Gone, Rejected
from domain.retention import ERASED_WITH_POST, ErasureReason, HoldScope
from domain.review import Outcome, Review
from storage import hits, posts, reviews
from storage.auditing import audit
from storage.batching.batches import CapturedPost, CollectedBatch
from storage.batching.wire import written
from storage.erasure import certificates, erasing, erasures, holds, orders_due
from storage.owner.open import owning
from storage.store import Store
from tests.builders import NOON, a_finding, a_post
from tests.storage.filling import SUPERVISOR, a_hit, a_picture, cited, collected, examined, put_in_outbox, rows, showing, take_in
from tests.storage.stocked import OTHER, PRESS, hold, purge, revoke, stocked, with_post
from tests.storage.undercover import COORDINATOR, MARK, PICTURE, enrolled, filled, take_in_sealed, with_keys

DAY = timedelta(days=1)
TERMS: dict[str, object] = {"use": "x", "on_delete": "tombstone"}
NAME = "https://police.example.gov/2026/what-it-is-about"


@dataclass(frozen=True)
class Told:
    """A post whose every part is marked, with a decided hit: as collected, and the ids of both."""

    shown: CapturedPost
    post: str
    picture: str
    hit: str


def told(store: Store, account: Account = PRESS, name: str = NAME) -> Told:
    shown = showing(replace(a_post(account, name, "said marked"), title="marked title", url=f"{name}/marked"), a_picture(b"marked picture", alt="marked alt"))
    picture = store.vault.put(b"marked picture")
    finding = replace(a_finding(label="marked label"), because="because marked", text="marked text")
    hit = a_hit(shown.post, picture, finding)
    odd = (Rejected(name, "$.items[0]", "no text"), Rejected("another", "$.items[1]", "no text"))
    for batch in (collected(account, shown, rejected=odd), examined(picture, finding), cited(shown.post, picture, hit)):
        take_in(store, batch)
    reviews.decide(store, viewer=SUPERVISOR, review=Review(hit.id, Outcome.CONFIRMED, "marked reason", SUPERVISOR.name, NOON))
    return Told(shown, shown.post.id, picture, hit.id)


def gone(account: Account, *names: str, terms: dict[str, object] | None = None) -> CollectedBatch:
    return replace(collected(account, at=NOON + DAY, gone=tuple(Gone(name, "404") for name in names)), terms=terms or TERMS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with stocked(tmp_path / "data") as stock:
        yield stock.store


def marks(folder: Path) -> int:
    return sum(path.read_bytes().count(b"marked") for path in folder.rglob("*") if path.is_file())


def due(store: Store, scope: str = "terms") -> erasing.Order:
    (order,) = [one for one in orders_due.due(store, "tests", NOON + DAY) if one.scope == scope]
    return order


def test_all_that_it_said_and_showed_goes_and_that_it_was_there_stays(store: Store) -> None:
    told_of = told(store)
    take_in(store, gone(PRESS, NAME))
    (erasure_id,) = purge(store, NOON + DAY)
    assert marks(store.folder) == 0
    (row,) = [one for one in posts.listing(store, viewer=SUPERVISOR) if one.id == told_of.post]
    assert (row.native_id, row.url, row.title, row.text, row.media, row.record) == ("", "", "", "", (), None)
    assert (row.content_sha256, row.posted_at, row.captured_at) == (told_of.shown.post.content_sha256, told_of.shown.post.posted_at, NOON)
    assert (row.gone_at, row.erased_at) == (NOON + DAY, NOON + DAY)
    certificate = erasures.show(store, viewer=SUPERVISOR, erasure_id=erasure_id)
    assert certificate.reason is ErasureReason.TERMS
    emptied = dict.fromkeys(("post_emptied", "hit_emptied", "review_emptied"), 1)
    assert rows(store, "SELECT native_id FROM rejected") == [("another",)]
    assert certificate.rows == emptied | dict.fromkeys(("rejected", "post_media", "media", "examination", "finding", "citation"), 1)
    listed = {(item.kind, item.id, item.sha256) for item in certificate.items}
    assert {("post_emptied", told_of.post, row.content_sha256), ("hit_emptied", told_of.hit, told_of.picture)} <= listed
    assert certificates.written_certificate(certificate).find(b"what-it-is-about") == -1
    assert audit.verify(store).ok
    entries = audit.verify(store).entries
    assert purge(store, NOON + 2 * DAY) == []  # nothing more to do
    assert audit.verify(store).entries == entries


def test_its_hits_keep_who_decided_what_under_which_clause_and_by_which_detector(store: Store) -> None:
    told_of = told(store)
    before = hits.show(store, viewer=SUPERVISOR, hit_id=told_of.hit, now=NOON)
    take_in(store, gone(PRESS, NAME))
    purge(store, NOON + DAY)
    view = hits.show(store, viewer=SUPERVISOR, hit_id=told_of.hit, now=NOON + DAY)
    assert (view.hit.id, view.erased_at, view.media) == (told_of.hit, NOON + DAY, None)
    found = replace(before.hit.finding, label="", because=ERASED_WITH_POST, text=None, where=view.hit.finding.where)
    assert replace(view.hit, pseudonym=None) == replace(before.hit, finding=found)
    assert (view.hit.finding.where.box, view.hit.finding.where.span) == (None, None)
    assert [(one.outcome, one.reason, one.reviewer) for one in view.reviews] == [(Outcome.CONFIRMED, ERASED_WITH_POST, SUPERVISOR.name)]
    assert [one.id for one in hits.queue(store, viewer=SUPERVISOR, state=None) if one.erased_at] == [told_of.hit]


@pytest.mark.parametrize(
    ("terms", "is_gone", "what"),
    [(TERMS, True, "emptied"), (TERMS, False, "stays"), (TERMS | {"on_delete": "keep_by_law"}, True, "stays"), (TERMS | {"on_delete": "purge"}, True, "goes")],
)
def test_only_what_is_gone_and_only_where_that_is_the_rule(store: Store, terms: dict[str, object], is_gone: bool, what: str) -> None:
    shown = showing(a_post(PRESS, NAME, "said"))
    take_in(store, collected(PRESS, shown))
    take_in(store, gone(PRESS, *[NAME] if is_gone else (), terms=terms))
    assert erasing.begin(store, due(store), refuse_held=False) is (what != "stays")
    found = rows(store, f"SELECT text FROM post WHERE id = '{shown.post.id}'")
    assert found == {"stays": [("said",)], "emptied": [("",)], "goes": []}[what]


def test_every_version_is_emptied_and_what_another_live_post_shows_stays(store: Store) -> None:
    told_of, other = told(store), with_post(store, OTHER, 5, b"marked picture")
    take_in(store, replace(collected(PRESS, showing(a_post(PRESS, NAME, "marked again")), at=NOON + timedelta(hours=1)), terms=TERMS))
    take_in(store, gone(PRESS, NAME))
    purge(store, NOON + DAY)
    assert rows(store, f"SELECT version, text, erased_at IS NULL FROM post WHERE id = '{told_of.post}' ORDER BY version") == [(1, "", False), (2, "", False)]
    assert store.vault.get(told_of.picture) == b"marked picture"
    assert hits.show(store, viewer=SUPERVISOR, hit_id=other.hit, now=NOON).media
    revoke(store, OTHER, NOON + DAY)
    purge(store, NOON + DAY + timedelta(minutes=1))
    assert not store.vault.has(told_of.picture)  # a tombstone's hit names it, and does not keep it


@pytest.mark.parametrize("scope", list(HoldScope))
def test_a_hold_keeps_everything_until_it_is_lifted(store: Store, scope: HoldScope) -> None:
    told_of = told(store)
    held = hold(store, scope, {HoldScope.ACCOUNT: PRESS.id, HoldScope.POST: told_of.post, HoldScope.HIT: told_of.hit}[scope])
    take_in(store, gone(PRESS, NAME))
    assert not erasing.begin(store, due(store), refuse_held=False)
    assert rows(store, f"SELECT text, erased_at FROM post WHERE id = '{told_of.post}'") == [("said marked", None)]
    holds.release(store, viewer=SUPERVISOR, hold_id=held, now=NOON + DAY)
    assert erasing.begin(store, due(store), refuse_held=False)
    assert rows(store, f"SELECT text FROM post WHERE id = '{told_of.post}'") == [("",)]


def test_a_later_purge_takes_the_tombstone_as_any_post(store: Store) -> None:
    told_of = told(store)
    take_in(store, gone(PRESS, NAME))
    assert erasing.begin(store, due(store), refuse_held=False)
    revoke(store, at=NOON + DAY)
    assert erasing.begin(store, due(store, f"account {PRESS.id}"), refuse_held=False)
    for sql in (f"post WHERE id = '{told_of.post}'", f"hit WHERE id = '{told_of.hit}'", f"review WHERE hit_id = '{told_of.hit}'", "gone"):
        assert rows(store, f"SELECT 1 FROM {sql}") == []


def test_what_a_run_under_way_stores_about_it_goes_too_and_a_later_review_stays(store: Store) -> None:
    told_of = told(store)
    take_in(store, gone(PRESS, NAME))
    purge(store, NOON + DAY)
    later = Review(told_of.hit, Outcome.UNDETERMINED, "it is gone", SUPERVISOR.name, NOON + DAY)
    reviews.decide(store, viewer=SUPERVISOR, review=later)
    finding = replace(a_finding(label="marked again"), because="because marked")
    take_in(store, examined(told_of.picture, finding))
    take_in(store, cited(told_of.shown.post, told_of.picture, a_hit(told_of.shown.post, told_of.picture, finding)))
    assert marks(store.folder)
    (erasure_id,) = purge(store, NOON + DAY + timedelta(hours=1))
    assert erasures.show(store, viewer=SUPERVISOR, erasure_id=erasure_id).scope == "leftovers"
    assert marks(store.folder) == 0
    assert rows(store, f"SELECT reason FROM review WHERE hit_id = '{told_of.hit}' ORDER BY decided_at") == [(ERASED_WITH_POST,), ("it is gone",)]


def test_a_post_that_comes_back_is_a_new_version_and_its_hit_says_again_what_it_shows(store: Store) -> None:
    told_of = told(store)
    take_in(store, gone(PRESS, NAME))
    purge(store, NOON + DAY)
    store.vault.put(b"marked picture")
    finding = replace(a_finding(label="marked label"), because="because marked", text="marked text")
    back = (collected(PRESS, told_of.shown, at=NOON + 2 * DAY), examined(told_of.picture, finding, fingerprint="e" * 64))
    for batch in (*back, cited(told_of.shown.post, told_of.picture, a_hit(told_of.shown.post, told_of.picture, finding, hours=72))):
        take_in(store, batch)
    assert purge(store, NOON + 2 * DAY) == []
    view = hits.show(store, viewer=SUPERVISOR, hit_id=told_of.hit, now=NOON + 2 * DAY)
    assert (view.post.version, view.post.text, view.post.gone_at, view.post.erased_at) == (2, "said marked", None, None)
    assert (view.erased_at, view.hit.finding.because, view.media is not None) == (None, "because marked", True)


def test_waiting_batches_that_name_it_go_with_it(store: Store) -> None:
    told_of = told(store)
    take_in(store, gone(PRESS, NAME))
    waiting = put_in_outbox(store, written(examined(told_of.picture, replace(a_finding(), because="because marked"))))
    assert erasing.begin(store, due(store), refuse_held=False)
    assert rows(store, "SELECT id FROM erased WHERE kind = 'batch'") == [(waiting,)]


def test_the_undercover_compartment_leaves_no_sealed_content_either_and_needs_no_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(folder, monkeypatch)
    with owning(folder) as store:
        account = enrolled(store)
        hit_id = filled(store, account)
        key = store.undercover.keys.of(account.subject_id or "")
        end = replace(collected(account, at=NOON + DAY, gone=(Gone(f"https://social.example/@{MARK}/1", "404"),)), terms=TERMS)
        take_in_sealed(store, written(end, key))
        columns = "native_id, url, title, text, record"
        sealed = [value for row in rows(store.undercover, f"SELECT {columns} FROM post") for value in row if value]
        sealed += [value for row in rows(store.undercover, "SELECT label, because FROM hit UNION ALL SELECT url, alt FROM post_media") for value in row]
        assert len(sealed) == 8 - 1  # a title was never there
    monkeypatch.delenv("PLAINVIEW_MASTER_KEY_FILE")
    with owning(folder) as store:
        assert purge(store, NOON + DAY) == []  # what it answers is written down by others
        assert rows(store.files()[1], f"SELECT {columns} FROM post") == [("", "", "", "", None)]
        assert rows(store.files()[1], "SELECT label, because, text FROM hit") == [("", ERASED_WITH_POST, None)]
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert not [value for value in sealed if str(value).encode() in content]
    assert not list((folder / "vault-undercover").glob("??/*"))
    monkeypatch.setenv("PLAINVIEW_MASTER_KEY_FILE", str(folder.parent / "keys" / "master"))
    with owning(folder) as store:
        view = hits.show(store, viewer=COORDINATOR, hit_id=hit_id, now=NOON + DAY)
        assert (view.post.text, view.post.posted_at, view.post.gone_at, view.media) == ("", None, NOON + DAY, None)
        (row,) = erasures.every(store, viewer=COORDINATOR)
        said = certificates.written_certificate(erasures.show(store, viewer=COORDINATOR, erasure_id=row.id))
        assert MARK.encode() not in said
        assert rows(store, "SELECT 1 FROM erasure") == []
        assert Compartment.UNDERCOVER.value.encode() in said
        assert PICTURE not in content
