"""What an erasure takes of kept replies: every capture that may show what goes, and no other."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.account import Account, Compartment
from domain.post import Gone, Rejected
from domain.retention import HoldScope, RecordClass, RetentionRule
from storage import authorizations, captures
from storage.batching import ingest
from storage.batching.batches import CapturedPost, KeptReplies
from storage.batching.wire import written
from storage.erasure import erasures, holds, retention
from storage.owner.open import owning
from storage.sealed.own_keys import own_keys
from storage.sealed.sealed_vault import SealedVault
from storage.store import Store
from tests.builders import NOON, a_post, an_account
from tests.storage.filling import SUPERVISOR, collected, put_in_outbox, register, rows, showing, take_in
from tests.storage.stocked import OTHER, PRESS, hold, purge, revoke
from tests.storage.undercover import COORDINATOR, MARK, enrolled, take_in_sealed, with_keys

DAY = timedelta(days=1)
AT = NOON + 10 * DAY  # when things are collected; posts were posted in the days before


@pytest.fixture
def own(store: Store) -> Store:
    for account in (PRESS, OTHER):
        register(store, account)
    return store


def a_post_of_day(number: int, account: Account = PRESS, text: str = "") -> CapturedPost:
    """A post that was posted on that day."""
    return showing(a_post(account, f"https://police.example.gov/{number}", text or f"post {number}", posted_at=NOON + number * DAY))


def kept(store: Store, name: str, first: int | None = None, last: int | None = None) -> KeptReplies:
    """A capture whose replies list what was posted between those days; None: not known."""
    content = f"replies {name}".encode()
    shown = None if first is None or last is None else (NOON + first * DAY, NOON + last * DAY)
    return KeptReplies(store.vault.put(content), 1, len(content), shown)  # type: ignore[union-attr]


def brought(store: Store, replies: KeptReplies, *posts: CapturedPost, account: Account = PRESS, at: datetime = AT, **more: object) -> str:
    take_in(store, collected(account, *posts, at=at, replies=replies, **more))  # type: ignore[arg-type]
    return replies.sha256


def stays(store: Store) -> set[str]:
    """The captures that there are; each has its bytes, and no other has."""
    listed = {str(row[0]) for row in rows(store, "SELECT sha256 FROM capture")}
    assert {path.name for path in store.vault.files.folder.glob("??/*")} == listed
    return listed


def erase(store: Store, shown: CapturedPost, at: datetime = AT + DAY) -> list[tuple[str, str]]:
    certificate = erasures.erase(store, viewer=SUPERVISOR, scope=HoldScope.POST, target=shown.post.id, now=at)
    return [(item.kind, item.id) for item in certificate.items if item.kind == "capture"]


def test_a_revoked_account_loses_all_its_captures_and_another_none(own: Store) -> None:
    brought(own, kept(own, "page", 1, 2), a_post_of_day(1), a_post_of_day(2))
    brought(own, kept(own, "unknown"), a_post_of_day(3))
    brought(own, kept(own, "odd"), rejected=(Rejected("x", "$", "no text"),))
    theirs = brought(own, kept(own, "theirs"), a_post_of_day(1, OTHER), account=OTHER)
    assert len(stays(own)) == 4
    revoke(own, at=AT + DAY)
    (erasure_id,) = purge(own, AT + DAY)
    assert stays(own) == {theirs}
    certificate = erasures.show(own, viewer=SUPERVISOR, erasure_id=erasure_id)
    assert len([item for item in certificate.items if item.kind == "capture"]) == 3 == certificate.rows["capture"]


def test_one_post_takes_every_capture_that_may_show_it_and_no_other(own: Store) -> None:
    posts = {number: a_post_of_day(number) for number in range(1, 7)}
    older = brought(own, kept(own, "older", 1, 3), posts[1], posts[2], posts[3])
    its_own = brought(own, kept(own, "its own", 4, 4), posts[4], at=AT + DAY)
    again = brought(own, kept(own, "again", 3, 5), posts[5], at=AT + 2 * DAY)
    newer = brought(own, kept(own, "newer", 5, 6), posts[6], at=AT + 3 * DAY)
    unknown = brought(own, kept(own, "unknown"), rejected=(Rejected("x", "$", "no text"),), at=AT + 4 * DAY)
    theirs = brought(own, kept(own, "theirs", 4, 4), a_post_of_day(4, OTHER), account=OTHER)
    assert sorted(erase(own, posts[4], AT + 5 * DAY)) == sorted(("capture", one) for one in (its_own, again, unknown))
    assert stays(own) == {older, newer, theirs}


def test_a_capture_of_unknown_range_from_before_the_post_stays(own: Store) -> None:
    before = brought(own, kept(own, "before"), a_post_of_day(1), at=NOON + 2 * DAY)
    brought(own, kept(own, "after"), a_post_of_day(5), at=AT)
    erase(own, a_post_of_day(5))
    assert stays(own) == {before}


def test_one_in_which_it_was_not_understood_yet_goes_too(own: Store) -> None:
    brought(own, kept(own, "odd"), rejected=(Rejected("https://police.example.gov/5", "$", "no text"),), at=AT)
    brought(own, kept(own, "understood", 5, 5), a_post_of_day(5), at=AT + DAY)
    erase(own, a_post_of_day(5), AT + 2 * DAY)
    assert stays(own) == set()


def test_every_version_and_the_answer_that_it_was_gone_go_with_it(own: Store) -> None:
    brought(own, kept(own, "first", 5, 5), a_post_of_day(5))
    brought(own, kept(own, "edited", 7, 7), a_post_of_day(5, text="edited"), a_post_of_day(7), at=AT + DAY)
    brought(own, kept(own, "gone", 8, 8), a_post_of_day(8), gone=(Gone("https://police.example.gov/5", "410"),), at=AT + 2 * DAY)
    other = brought(own, kept(own, "other", 9, 9), a_post_of_day(9), at=AT + 3 * DAY)
    erase(own, a_post_of_day(5), AT + 4 * DAY)
    assert stays(own) == {other}


def test_a_capture_in_which_a_held_post_came_stays_and_goes_once_it_is_released(own: Store) -> None:
    both = brought(own, kept(own, "both", 4, 5), a_post_of_day(4), a_post_of_day(5))
    ended = brought(own, kept(own, "ended", 5, 5), gone=(Gone("https://police.example.gov/4", "410"),), at=AT + DAY)
    brought(own, kept(own, "neither", 5, 6), a_post_of_day(6), at=AT + 2 * DAY)
    hold(own, HoldScope.POST, a_post_of_day(4).post.id, AT)
    erase(own, a_post_of_day(5), AT + 3 * DAY)
    assert stays(own) == {both, ended}
    revoke(own, at=AT + 4 * DAY)
    purge(own, AT + 4 * DAY)
    assert stays(own) == {both, ended}
    ((held,),) = rows(own, "SELECT id FROM hold")
    holds.release(own, viewer=SUPERVISOR, hold_id=str(held), now=AT + 5 * DAY)
    purge(own, AT + 5 * DAY)
    assert stays(own) == set()


def test_the_schedule_for_attempts_takes_captures_that_brought_nothing_that_is_stored(own: Store) -> None:
    shown = brought(own, kept(own, "post", 1, 1), a_post_of_day(1))
    end = brought(own, kept(own, "end", 1, 1), gone=(Gone("https://police.example.gov/1", "410"),), at=AT)
    brought(own, kept(own, "bare"), rejected=(Rejected("x", "$", "no text"),))
    young = brought(own, kept(own, "young"), rejected=(Rejected("y", "$", "no text"),), at=AT + 5 * DAY)
    held = brought(own, kept(own, "held"), rejected=(Rejected("z", "$", "no text"),), account=OTHER)
    hold(own, HoldScope.ACCOUNT, OTHER.id, AT)
    retention.put(own, rule=RetentionRule(RecordClass.COLLECTIONS, 2, "GS 1", "custodian", AT))
    purge(own, AT + 3 * DAY)
    assert stays(own) == {shown, end, young, held}


def test_bytes_that_a_capture_refers_to_or_a_batch_waits_with_are_no_orphans(own: Store) -> None:
    stored, orphan = kept(own, "stored", 1, 1), kept(own, "orphan")
    brought(own, stored, a_post_of_day(1))
    waiting, unknown = kept(own, "waiting"), an_account(handle="@unknown@police.example.gov")
    put_in_outbox(own, written(collected(unknown, showing(a_post(unknown)), replies=waiting)))
    hour_ago = time.time() - 3700
    for one in (stored, orphan, waiting):
        os.utime(own.vault.files.path(one.sha256), (hour_ago, hour_ago))
    purge(own, AT)
    assert [own.vault.has(one.sha256) for one in (stored, orphan, waiting)] == [True, False, True]


def test_a_refused_batch_goes_with_the_capture_that_it_names(own: Store) -> None:
    revoke(own, at=NOON)
    late = put_in_outbox(own, written(collected(PRESS, a_post_of_day(1), at=AT, replies=kept(own, "late"))))
    ingest.sweep(own)
    assert (ingest.refused_folder(own.folder) / f"{late}.ndjson").exists()
    purge(own, AT)
    assert not (ingest.refused_folder(own.folder) / f"{late}.ndjson").exists()


@settings(max_examples=8, deadline=None)
@given(
    spans=st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 6), st.integers(0, 3))), min_size=1, max_size=6),
    erased=st.integers(0, 9),
)
def test_whatever_may_list_a_post_goes_and_nothing_else(tmp_path_factory: pytest.TempPathFactory, spans: list[tuple[int, int] | None], erased: int) -> None:
    with owning(tmp_path_factory.mktemp("any") / "data") as store:
        register(store, PRESS)
        brought(store, kept(store, "its own", erased, erased), a_post_of_day(erased))
        expected = set()
        for number, span in enumerate(spans):
            first, last = (None, None) if span is None else (span[0], span[0] + span[1])
            beside = showing(a_post(PRESS, f"https://police.example.gov/beside/{number}", posted_at=NOON - DAY))
            name = brought(store, kept(store, str(number), first, last), beside, at=AT + DAY)
            if first is not None and last is not None and not first <= erased <= last:
                expected.add(name)
        erase(store, a_post_of_day(erased), AT + 2 * DAY)
        assert stays(store) == expected


def test_undercover_captures_are_listed_for_the_coordinator_alone_and_erased_without_their_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(folder, monkeypatch)
    with owning(folder) as store:
        account = enrolled(store)
        vault = SealedVault(folder, own_keys(folder), account.subject_id)
        content = f"{MARK} replies".encode()
        name = vault.put(content)
        post = showing(a_post(account, f"https://social.example/{MARK}/1"))
        replies = KeptReplies(name, 1, len(content), (NOON, NOON))
        take_in_sealed(store, written(collected(account, post, replies=replies), store.undercover.keys.of(account.subject_id or "")))
        (row,) = captures.listing(store, viewer=COORDINATOR, account_id=account.id)
        assert (row.sha256, row.subject_id, vault.get(name)) == (name, account.subject_id, content)
        assert captures.listing(store, viewer=SUPERVISOR) == []
        assert rows(store.undercover, "SELECT shown_from, byte_size > 14 FROM capture") == [(None, True)]
        (paper,) = authorizations.every(store, compartment=Compartment.UNDERCOVER)
        authorizations.revoke(store, authorization_id=paper.id, by="coordinator", now=AT, compartment=Compartment.UNDERCOVER)
    monkeypatch.delenv("PLAINVIEW_MASTER_KEY_FILE")
    with owning(folder) as store:
        purge(store, AT)
        assert rows(store.files()[1], "SELECT count(*) FROM capture") == [(0,)]
        assert not list((folder / "vault-undercover").glob("??/*"))
