"""What goes for its age: the records custodian's schedule, and the platforms' terms, which count whatever the schedule says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.account import Account
from domain.identity import Json
from domain.post import Gone
from domain.retention import ErasureReason, HoldScope, RecordClass, RetentionRule
from domain.review import Outcome, Review
from storage import reviews
from storage.auditing import audit
from storage.erasure import erasing, erasures, orders_due, retention
from storage.store import Store
from tests.builders import NOON, a_post, an_account
from tests.storage.filling import SUPERVISOR, a_picture, collected, not_captured, register, rows, showing, take_in
from tests.storage.stocked import OTHER, PRESS, Stock, hold, left, purge, stocked

DAY = timedelta(days=1)


@pytest.fixture
def stock(tmp_path: Path) -> Iterator[Stock]:
    with stocked(tmp_path / "data") as made:
        yield made


def keep(store: Store, record_class: RecordClass, days: int) -> None:
    retention.put(store, rule=RetentionRule(record_class, days, "general schedule GS-19", "custodian", NOON))


def deleted(store: Store, at: datetime) -> list[ErasureReason]:
    """Why rows went at that moment. Their bytes are left to other tests."""
    return [order.reason for order in list(orders_due.due(store, "tests", at)) if erasing.begin(store, order, refuse_held=False)]


def posts(store: Store) -> set[object]:
    return {row[0] for row in rows(store, "SELECT id FROM post")}


def without_hits(store: Store, number: int, at: datetime, terms: dict[str, object] | None = None, text: str = "quiet", account: Account = PRESS) -> str:
    """A post on which there is no hit, collected under these terms; answers its id."""
    shown = showing(a_post(account, f"https://police.example.gov/quiet/{number}", text), not_captured())
    take_in(store, replace(collected(account, shown, at=at), terms=terms or {"use": "public record"}))
    return shown.post.id


def test_rules_are_set_changed_and_cleared_on_record(stock: Stock) -> None:
    store = stock.store
    assert retention.every(store) == []
    rule = RetentionRule(RecordClass.POSTS, 30, "general schedule GS-19", "custodian", NOON)
    assert [retention.put(store, rule=rule), retention.put(store, rule=rule), retention.put(store, rule=replace(rule, days=60))] == [True, False, True]
    assert [one.days for one in retention.every(store)] == [60]
    cleared = [retention.clear(store, record_class=RecordClass.POSTS, by="custodian", now=NOON) for _ in range(2)]
    assert cleared == [True, False]
    said: list[Json] = [entry.detail["days"] for entry in reversed(audit.entries(store)) if entry.action == "retention:set"]  # type: ignore[misc]
    assert said == [30, 60, None]


def test_without_a_rule_nothing_goes_for_its_age(stock: Stock) -> None:
    before = left(stock.store)
    assert deleted(stock.store, NOON + 200 * DAY) == []
    assert left(stock.store) == before


def test_each_class_is_counted_by_itself_and_from_its_own_day(stock: Stock) -> None:
    store = stock.store
    quiet = without_hits(store, 1, NOON)
    keep(store, RecordClass.POSTS, 10)
    keep(store, RecordClass.UNDECIDED_HITS, 20)
    keep(store, RecordClass.DECIDED_HITS, 30)
    reviews.decide(store, viewer=SUPERVISOR, review=Review(stock.first.hit, Outcome.DISMISSED, "looked again", SUPERVISOR.name, NOON + 5 * DAY))
    assert deleted(store, NOON + 9 * DAY) == []
    assert deleted(store, NOON + 10 * DAY) == [ErasureReason.RETENTION]
    assert posts(store) == {stock.first.post, stock.second.post, stock.theirs.post} - {quiet}
    deleted(store, NOON + 20 * DAY)
    assert posts(store) == {stock.first.post, stock.theirs.post}
    deleted(store, NOON + 34 * DAY)
    assert posts(store) == {stock.first.post}  # decided again five days later
    hold(store, HoldScope.HIT, stock.first.hit)
    assert deleted(store, NOON + 36 * DAY) == []
    assert rows(store, "SELECT count(*) FROM review") == [(2,)]


def test_captured_bytes_go_and_the_post_stays_unless_a_hit_is_about_them(stock: Stock) -> None:
    store = stock.store
    store.vault.put(b"third picture")
    shown = showing(a_post(PRESS, "https://police.example.gov/quiet/1", "quiet"), a_picture(b"third picture"))
    take_in(store, collected(PRESS, shown))
    keep(store, RecordClass.MEDIA, 10)
    purge(store, NOON + 10 * DAY)
    assert shown.post.id in posts(store)
    assert rows(store, f"SELECT media_sha256, problem FROM post_media WHERE post_id = '{shown.post.id}'") == [
        (None, "erased: kept as long as the schedule says")
    ]
    assert left(store, "media") == {"media": 3}
    assert [store.vault.has(one) for one in (shown.media[0].media.sha256, stock.first.picture)] == [False, True]  # type: ignore[union-attr]


def test_old_attempts_go_but_never_the_last_nor_those_whose_terms_still_count(stock: Stock) -> None:
    store = stock.store
    for day in range(1, 6):
        take_in(store, collected(PRESS, at=NOON + day * DAY))
    keep(store, RecordClass.COLLECTIONS, 2)
    before = rows(store, "SELECT count(*) FROM collection")[0][0]
    deleted(store, NOON + 60 * DAY)
    assert before == 8
    assert rows(store, f"SELECT count(*) FROM collection WHERE account_id = '{PRESS.id}'") == [(3,)]  # two that brought posts, and the last
    assert rows(store, "SELECT 1 FROM post WHERE batch_id NOT IN (SELECT batch_id FROM collection)") == []


def test_the_platforms_terms_count_whatever_the_schedule_says(stock: Stock) -> None:
    """The days that the terms of a post's own capture allow, and those of the newest capture of its account: the shorter counts."""
    store, kept_for = stock.store, {(30, None): 30, (30, 60): 30, (60, 30): 30, (None, 30): 30, (60, 90): 60, (None, None): None}
    keep(store, RecordClass.POSTS, 10_000)
    first: dict[object, int | None] = {}
    for number, ((own, newest), days) in enumerate(kept_for.items()):
        account = an_account(handle=f"@{number}@police.example.gov")
        register(store, account)
        first[without_hits(store, 1, NOON, {"use": "x", "keep_days": own}, account=account)] = days
        without_hits(store, 2, NOON + 28 * DAY, {"use": "x", "keep_days": newest}, account=account)
    assert deleted(store, NOON + 30 * DAY - timedelta(seconds=1)) == []
    assert deleted(store, NOON + 30 * DAY) == [ErasureReason.TERMS]
    assert {first[post] for post in first.keys() & posts(store)} == {60, None}
    deleted(store, NOON + 60 * DAY)
    assert {first[post] for post in first.keys() & posts(store)} == {None}
    assert stock.theirs.post in posts(store)


def test_the_first_version_counts_for_the_terms_and_a_hold_keeps_it_all_the_same(stock: Stock) -> None:
    store, terms = stock.store, {"use": "x", "keep_days": 30}
    kept = without_hits(store, 1, NOON, terms)
    edited = without_hits(store, 2, NOON, terms)
    without_hits(store, 2, NOON + 20 * DAY, terms, "edited")
    hold(store, HoldScope.POST, kept)
    deleted(store, NOON + 30 * DAY)
    assert kept in posts(store)
    assert edited not in posts(store)


def test_deletions_are_followed_where_the_terms_ask_for_it_and_no_hit_is_on_the_post(stock: Stock) -> None:
    store = stock.store
    followed = {"use": "x", "follow_deletes": True}
    public, gone = without_hits(store, 1, NOON, followed), without_hits(store, 2, NOON, followed)
    native = ["https://police.example.gov/quiet/2", f"https://police.example.gov/{PRESS.handle}/1"]
    take_in(store, replace(collected(PRESS, at=NOON + DAY, gone=tuple(Gone(one, "404") for one in native)), terms=followed))
    assert deleted(store, NOON + DAY) == [ErasureReason.TERMS]
    assert posts(store) == {public, stock.first.post, stock.second.post, stock.theirs.post}
    assert gone not in posts(store)
    assert rows(store, f"SELECT count(*) FROM post WHERE account_id = '{OTHER.id}'") == [(1,)]


def test_whoever_asks_every_hour_rewrites_the_database_once_a_day_for_what_is_counted_in_days(stock: Stock) -> None:
    store = stock.store
    keep(store, RecordClass.POSTS, 10)
    for day in range(3):
        without_hits(store, day, NOON + day * timedelta(hours=2))
    asked = [len(erasures.purge(store, by="tests", now=NOON + 10 * DAY + timedelta(hours=hour), sparing=True)) for hour in (0, 2)]
    assert asked == [1, 0]
    assert len(purge(store, NOON + 10 * DAY + timedelta(hours=3))) == 1
