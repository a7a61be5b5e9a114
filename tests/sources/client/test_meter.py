"""What a day may ask: never more, from however many threads, and what is over is said with the time to wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.client.http import Http
from sources.client.meter import Budget, Budgets, Meter, Spent
from sources.source import Allowance, TryAgainLater
from tests.builders import NOON
from tests.sources.serving import Answer, Site, redirect


def budget(requests: int = 3, cost: float | None = None, spent: Spent | None = None, now: datetime = NOON) -> Budget:
    return Budget("x", Allowance(requests, cost, "units" if cost is not None else ""), spent or Spent(), lambda: now)


def test_a_day_ends_at_midnight_utc_and_says_how_to_raise_it() -> None:
    evening = NOON.replace(hour=23, minute=59, second=30)
    meter = Meter(budget(1, spent=Spent(1), now=evening))
    with pytest.raises(TryAgainLater, match=r"today's 1 requests are used up; .* \[network.daily.x\] requests") as problem:
        meter.count()
    assert problem.value.retry_after_s == 30
    assert meter.requests == 0


def test_what_would_be_too_much_takes_nothing() -> None:
    one = budget(9, cost=10)
    meter = Meter(one)
    meter.spend(8)
    with pytest.raises(TryAgainLater, match=r"today's 10 units are used up; .* cost"):
        meter.spend(3)
    meter.spend(2)
    assert meter.cost == 10
    meter.count()  # what costs nothing is still asked
    assert meter.requests == 1


def test_without_a_budget_it_only_counts() -> None:
    meter = Meter()
    meter.count()
    meter.spend(2.5)
    assert (meter.requests, meter.cost) == (1, 2.5)


def test_one_budget_for_each_platform_and_what_earlier_runs_took_counts() -> None:
    budgets = Budgets({"x": Spent(2, 0)}, lambda: NOON)
    allowance = Allowance(3)
    assert budgets.of("x", allowance) is budgets.of("x", allowance)
    Meter(budgets.of("x", allowance)).count()
    with pytest.raises(TryAgainLater):
        Meter(budgets.of("x", allowance)).count()
    Meter(budgets.of("youtube", allowance)).count()


def test_many_threads_take_no_more_than_there_is() -> None:
    one = budget(50)

    def ask(_number: int) -> bool:
        try:
            Meter(one).count()
        except TryAgainLater:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(200))) == 50


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 5)), max_size=30))
def test_never_more_than_is_allowed(asks: list[tuple[int, float]]) -> None:
    one, taken = budget(10, cost=12), (0, 0.0)
    for requests, cost in asks:
        try:
            one.take(requests, cost)
        except TryAgainLater:
            continue
        taken = (taken[0] + requests, taken[1] + cost)
    assert taken[0] <= 10
    assert taken[1] <= 12 + 1e-9


def test_redirects_count_and_robots_do_not(site: Site, http: Http) -> None:
    site.pages |= {"/": redirect("/there"), "/there": Answer(200, b"here")}
    meter = Meter(budget(3))
    http.visit(None, meter).get(f"{site.origin}/")
    assert (meter.requests, site.paths) == (2, ["/robots.txt", "/", "/there"])
    with pytest.raises(TryAgainLater):
        http.visit(None, meter).get(f"{site.origin}/")
    assert site.paths[3:] == ["/"]
