"""Where a platform's terms let a post stay as long as it is seen again: what counts as seen, and what goes all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.post import Gone, Post
from domain.retention import HoldScope
from storage import hits, posts
from storage.batching.batches import LATER, CapturedPost, CollectedBatch, CollectionOutcome, KeptReplies
from storage.batching.wire import written
from storage.erasure import erasing, orders_due
from storage.owner.open import owning
from storage.store import Store
from tests.builders import NOON, a_finding, a_post
from tests.storage.filling import SUPERVISOR, a_hit, a_picture, cited, collected, examined, rows, showing, take_in
from tests.storage.stocked import OTHER, PRESS, hold, purge, stocked, with_post
from tests.storage.undercover import MARK, enrolled, take_in_sealed, with_keys

DAY = timedelta(days=1)
TERMS: dict[str, object] = {"use": "x", "keep_days": 30, "on_delete": "purge", "refresh": True}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with stocked(tmp_path / "data") as stock:
        yield stock.store


def video(number: int, text: str = "said", picture: bytes | None = None) -> CapturedPost:
    return showing(a_post(PRESS, f"video {number}", text), *[a_picture(picture)] if picture else [])


def visit(day: float, *new: CapturedPost, seen: tuple[Post, ...] = (), terms: dict[str, object] | None = None, **more: object) -> CollectedBatch:
    outcome = CollectionOutcome.STORED if new else CollectionOutcome.UNCHANGED
    return replace(collected(PRESS, *new, at=NOON + day * DAY, outcome=outcome), terms=terms or TERMS, refreshed=seen, **more)  # type: ignore[arg-type]


def deleted(store: Store, day: float) -> list[str]:
    return [order.scope for order in list(orders_due.due(store, "tests", NOON + day * DAY)) if erasing.begin(store, order, refuse_held=False)]


def stays(store: Store, *shown: CapturedPost) -> list[bool]:
    there = {row[0] for row in rows(store, "SELECT id FROM post")}
    return [one.post.id in there for one in shown]


def refreshed(store: Store, one: CapturedPost) -> datetime | None:
    ((at,),) = rows(store, f"SELECT refreshed_at FROM post WHERE id = '{one.post.id}' AND newest")
    return at  # type: ignore[return-value]


def test_what_is_seen_again_stays_and_what_is_not_goes_after_its_days(store: Store) -> None:
    seen, unseen = video(1), video(2)
    take_in(store, visit(0, seen, unseen))
    take_in(store, visit(20, seen=(seen.post,)))
    assert (refreshed(store, seen), refreshed(store, unseen)) == (NOON + 20 * DAY, None)
    assert deleted(store, 29.9) == []
    assert deleted(store, 30) == ["terms"]
    assert stays(store, seen, unseen) == [True, False]
    assert deleted(store, 49.9) == []
    assert deleted(store, 50) == ["terms"]
    assert stays(store, seen) == [False]


@pytest.mark.parametrize("terms", [TERMS | {"refresh": False}, {"use": "x", "keep_days": 30}])
def test_terms_that_say_nothing_of_it_count_from_the_capture(store: Store, terms: dict[str, object]) -> None:
    one = video(1)
    take_in(store, visit(0, one, terms=terms))
    take_in(store, visit(20, seen=(one.post,), terms=terms))
    assert deleted(store, 30) == ["terms"]
    assert stays(store, one) == [False]


def test_an_export_that_is_handed_in_meanwhile_takes_nothing_away(store: Store) -> None:
    one = video(1)
    take_in(store, visit(0, one))
    take_in(store, visit(20, seen=(one.post,)))
    take_in(store, visit(29, terms={"use": "an export", "keep_days": None, "on_delete": "purge", "refresh": False}))
    assert deleted(store, 30) == []


def test_only_the_version_that_is_stored_is_refreshed_and_only_of_that_account(store: Store) -> None:
    one = video(1)
    take_in(store, visit(0, one))
    take_in(store, visit(20, seen=(video(1, "something else").post, video(9).post)))
    assert refreshed(store, one) is None
    stranger = with_post(store, OTHER, 7)
    ((native_id, text),) = rows(store, f"SELECT native_id, text FROM post WHERE id = '{stranger.post}'")
    take_in(store, visit(21, seen=(showing(a_post(OTHER, str(native_id), str(text)), a_picture()).post,)))
    assert rows(store, "SELECT 1 FROM post WHERE refreshed_at IS NOT NULL") == []


def test_a_post_is_written_once_a_day_at_most(store: Store) -> None:
    one = video(1)
    take_in(store, visit(0, one))
    for day, kept in ((0.5, None), (1, 1), (1.5, 1), (2, 2)):
        take_in(store, visit(day, seen=(one.post,)))
        assert refreshed(store, one) == (None if kept is None else NOON + kept * DAY)


def test_what_is_gone_follows_its_rule_and_a_hold_keeps_what_is_due(store: Store) -> None:
    going, left, held = video(1), video(2), video(3)
    take_in(store, visit(0, going, left, held))
    take_in(store, visit(20, seen=(going.post,), gone=(Gone("video 1", "absent from videos.list"),)))
    hold(store, HoldScope.POST, held.post.id)
    assert deleted(store, 20) == ["terms"]
    assert stays(store, going, left, held) == [False, True, True]
    deleted(store, 30)
    assert stays(store, left, held) == [False, True]


def test_an_earlier_version_goes_when_it_was_not_seen_for_that_long_and_the_post_stays(store: Store) -> None:
    before, after = video(1, "before", b"first"), video(1, "after", b"second")
    finding = a_finding()
    old, new = (a_hit(one.post, store.vault.put(content), finding) for one, content in ((before, b"first"), (after, b"second")))
    for shown, hit, day in ((before, old, 0), (after, new, 10)):
        take_in(store, visit(day, shown))
        take_in(store, examined(hit.media_sha256, finding))
        take_in(store, cited(shown.post, hit.media_sha256, hit))
    take_in(store, visit(29, seen=(after.post,)))
    purge(store, NOON + 30 * DAY)
    assert rows(store, f"SELECT version, text FROM post WHERE id = '{before.post.id}'") == [(2, "after")]
    assert [hit.id for hit in hits.queue(store, viewer=SUPERVISOR) if hit.post_id == before.post.id] == [new.id]
    assert [store.vault.has(hit.media_sha256) for hit in (old, new)] == [False, True]
    assert ("version", before.post.id) in rows(store, "SELECT kind, id FROM erased")


def test_pictures_and_replies_are_as_old_as_their_capture_and_pictures_are_fetched_again(store: Store) -> None:
    one, replies = video(1, picture=b"thumbnail"), KeptReplies(store.vault.put(b"replies"), 1, 7, (NOON, NOON))
    hit = a_hit(one.post, store.vault.put(b"thumbnail"), a_finding())
    for batch in (visit(0, one, replies=replies), examined(hit.media_sha256, a_finding()), cited(one.post, hit.media_sha256, hit), visit(29, seen=(one.post,))):
        take_in(store, batch)
    purge(store, NOON + 30 * DAY)
    assert stays(store, one) == [True]
    assert [store.vault.has(sha256) for sha256 in (hit.media_sha256, replies.sha256)] == [False, False]
    view = hits.show(store, viewer=SUPERVISOR, hit_id=hit.id, now=NOON)
    assert (view.media, view.erased_at, view.post.text) == (None, None, "said")
    (waiting,) = posts.uncaptured(store, account_id=PRESS.id, since=NOON + 25 * DAY)
    assert (waiting.post.native_id, waiting.missing) == ("video 1", (0,))
    store.vault.put(b"thumbnail")
    take_in(store, replace(visit(31, one), checkpoint=None))
    assert posts.uncaptured(store, account_id=PRESS.id, since=NOON + 25 * DAY) == []
    assert hits.show(store, viewer=SUPERVISOR, hit_id=hit.id, now=NOON).media
    take_in(store, visit(40, seen=(one.post,)))
    assert deleted(store, 60.9) == []
    assert deleted(store, 61) == ["terms"]
    assert rows(store, f"SELECT count(*), count(media_sha256) FROM post_media WHERE post_id = '{one.post.id}'") == [(1, 0)]
    assert rows(store, f"SELECT starts_with(problem, '{LATER}') FROM post_media WHERE post_id = '{one.post.id}'") == [(True,)]


def test_the_undercover_compartment_is_refreshed_under_the_names_that_its_key_makes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(folder, monkeypatch)
    with owning(folder) as store:
        account = enrolled(store)
        key = store.undercover.keys.of(account.subject_id or "")
        one, other = (showing(a_post(account, f"{MARK} {number}", "said")) for number in (1, 2))
        first = replace(collected(account, one, other, at=NOON), terms=TERMS)
        again = replace(collected(account, at=NOON + 20 * DAY, outcome=CollectionOutcome.UNCHANGED), terms=TERMS, refreshed=(one.post,))
        for batch in (first, again):
            content = written(batch, key)
            assert one.post.id.encode() not in content
            take_in_sealed(store, content)
        part = store.files()[1]
        assert deleted(part, 30) == ["terms"]
        assert rows(part, "SELECT refreshed_at FROM post") == [(NOON + 20 * DAY,)]
