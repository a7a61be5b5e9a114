"""Holds: what they keep, for how long, and that an erasure that meets one is refused and names it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.retention import Hold, HoldScope
from storage.auditing import audit
from storage.erasure import erasures, holds
from storage.errors import NotFound, Refused
from tests.builders import NOON
from tests.storage.filling import MEMBER, SUPERVISOR, rows
from tests.storage.stocked import LATER, PRESS, Stock, hold, left, purge, revoke, stocked, with_post


@pytest.fixture
def stock(tmp_path: Path) -> Iterator[Stock]:
    with stocked(tmp_path / "data") as made:
        yield made


def target_of(scope: HoldScope, stock: Stock) -> str:
    return {HoldScope.ACCOUNT: PRESS.id, HoldScope.POST: stock.first.post, HoldScope.HIT: stock.first.hit}[scope]


@pytest.mark.parametrize("scope", list(HoldScope))
def test_a_hold_keeps_its_scope_until_it_is_released(stock: Stock, scope: HoldScope) -> None:
    store = stock.store
    held = hold(store, scope, target_of(scope, stock))
    revoke(store)
    for asked, target in ((HoldScope.ACCOUNT, PRESS.id), (HoldScope.POST, stock.first.post)):
        with pytest.raises(Refused, match=held):
            erasures.erase(store, viewer=SUPERVISOR, scope=asked, target=target, now=LATER)
    assert left(store, "erasure", "erased") == {}
    purged = purge(store, LATER + timedelta(days=100))  # past its review date
    kept = {stock.first.post, stock.second.post} if scope is HoldScope.ACCOUNT else {stock.first.post}
    assert {row[0] for row in rows(store, "SELECT id FROM post")} == kept | {stock.theirs.post}
    assert store.vault.has(stock.first.picture)
    assert store.vault.has(stock.second.picture) == (stock.second.post in kept)
    assert [erasures.show(store, viewer=SUPERVISOR, erasure_id=one).kept_by[0].hold for one in purged] == [held] * (scope is not HoldScope.ACCOUNT)
    holds.release(store, viewer=SUPERVISOR, hold_id=held, now=LATER)
    purge(store, LATER + timedelta(days=101))
    assert rows(store, "SELECT id FROM post") == [(stock.theirs.post,)]
    assert audit.verify(store).ok


def test_one_of_two_holds_released_is_not_enough_and_an_account_hold_keeps_what_comes_later(stock: Stock) -> None:
    store = stock.store
    first = hold(store, HoldScope.POST, stock.first.post)
    hold(store, HoldScope.ACCOUNT, PRESS.id)
    holds.release(store, viewer=SUPERVISOR, hold_id=first, now=LATER)
    with_post(store, PRESS, 3, b"third picture")
    revoke(store)
    assert purge(store) == []
    assert rows(store, f"SELECT count(*) FROM post WHERE account_id = '{PRESS.id}'") == [(3,)]
    assert left(store, "checkpoint") == {"checkpoint": 2}


def test_placing_and_releasing_again_changes_nothing(stock: Stock) -> None:
    store = stock.store
    held = hold(store, HoldScope.POST, stock.first.post)
    entries = audit.verify(store).entries
    assert hold(store, HoldScope.POST, stock.first.post) == held
    assert audit.verify(store).entries == entries
    for _ in range(2):
        holds.release(store, viewer=SUPERVISOR, hold_id=held, now=LATER)
    assert audit.verify(store).entries == entries + 1
    (row,) = holds.every(store, viewer=SUPERVISOR)
    assert (row.released_by, row.released_at) == (SUPERVISOR.name, LATER)
    assert holds.every(store, viewer=MEMBER) == []


def test_a_hold_that_cannot_be_placed_says_why(stock: Stock) -> None:
    store = stock.store
    with pytest.raises(NotFound, match="there is no hit hit_none"):
        hold(store, HoldScope.HIT, "hit_none")
    too_far = Hold(HoldScope.POST, stock.first.post, "Counsel", "case", NOON.date() + timedelta(days=400), NOON)
    with pytest.raises(Refused, match="within 366 days"):
        holds.place(store, viewer=SUPERVISOR, hold=too_far)
    with pytest.raises(NotFound):
        holds.place(store, viewer=MEMBER, hold=Hold(HoldScope.POST, stock.first.post, "Counsel", "case", NOON.date(), NOON))
    with pytest.raises(NotFound):
        holds.release(store, viewer=SUPERVISOR, hold_id="hold_none", now=LATER)
    with pytest.raises(ValueError, match="owner and the reason"):
        Hold(HoldScope.POST, stock.first.post, " ", "case", NOON.date(), NOON)
    assert left(store, "hold") == {}
