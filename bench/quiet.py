"""How often a healthy account is called quiet, and how soon a silent one is: `python -m bench.quiet` (docs/decisions/0045-silence-is-not-clean.md).

Accounts are simulated day by day, each as a habit of posting that never ends. Every day on which one is called quiet is a mistake. Each way to set the bound
is judged on the same days, with what it could know then: the newest gaps before.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from policy.rhythm import GAPS_AT_LEAST, GAPS_AT_MOST, QUIET_AFTER_AT_LEAST, learnt

YEARS, ACCOUNTS, SEED = 4, 40, 20261125
DAYS = 365 * YEARS
BEGIN = date(2024, 1, 1)  # a Monday
Habit = Callable[[random.Random], Iterator[int]]  # the days, counted from BEGIN, on which an account posts
Bound = Callable[[Sequence[int]], float]


def at_random(posts_a_day: float) -> Habit:
    """A Poisson process."""
    return lambda chance: (day for day in range(DAYS) if chance.random() < 1 - math.exp(-posts_a_day))


def on_weekdays(posts_a_day: float) -> Habit:
    """The same from Monday to Friday, but for ten holidays a year."""

    def days(chance: random.Random) -> Iterator[int]:
        free = {year * 365 + day for year in range(YEARS) for day in chance.sample(range(365), 10)}
        return (day for day in at_random(posts_a_day)(chance) if day % 7 < 5 and day not in free)

    return days


def with_a_break(posts_a_day: float, break_days: int) -> Habit:
    """The same on all days, but for one break a year."""

    def days(chance: random.Random) -> Iterator[int]:
        starts = [year * 365 + chance.randrange(365 - break_days) for year in range(YEARS)]
        free = {start + day for start in starts for day in range(break_days)}
        return (day for day in at_random(posts_a_day)(chance) if day not in free)

    return days


def in_bursts(on_days: float, off_days: float) -> Habit:
    """About two posts a day while something is on, none while nothing is; both last as long as chance has it."""

    def days(chance: random.Random) -> Iterator[int]:
        on = True
        for day in range(DAYS):
            on ^= chance.random() < 1 / (on_days if on else off_days)
            if on and chance.random() < 1 - math.exp(-2):
                yield day

    return days


def heavy_tailed(exponent: float) -> Habit:
    """Gaps by Pareto's law: there is no longest one."""

    def days(chance: random.Random) -> Iterator[int]:
        day = 0
        while day < DAYS:
            yield day
            day += math.ceil(chance.paretovariate(exponent))

    return days


HABITS: dict[str, Habit] = {
    "5 a day": at_random(5),
    "1 a day": at_random(1),
    "2 a week": at_random(2 / 7),
    "3 a month": at_random(0.1),
    "every weekday, 10 holidays a year": on_weekdays(9),
    "1 each weekday by chance": on_weekdays(1),
    "3 a day, one break of 21 days a year": with_a_break(3, 21),
    "bursts of 5 days, 20 apart": in_bursts(5, 20),
    "bursts of 20 days, 40 apart": in_bursts(20, 40),
    "heavy-tailed gaps (Pareto 2.5)": heavy_tailed(2.5),
    "heavy-tailed gaps (Pareto 1.5)": heavy_tailed(1.5),
}


def ours(gaps: Sequence[int]) -> float:
    """What Plainview does."""
    days = [BEGIN]
    for gap in gaps:
        days.append(days[-1] + timedelta(days=gap))
    rhythm = learnt(days)
    assert rhythm
    return rhythm.quiet_after_days


def three_times_the_mean(gaps: Sequence[int]) -> float:
    """The mean rate of posting, as if it were a Poisson process: a longer gap has a chance of 5 in 100."""
    return max(QUIET_AFTER_AT_LEAST, math.ceil(3 * sum(gaps) / len(gaps)))


def the_95th_percentile(gaps: Sequence[int]) -> float:
    """The gap that 19 of 20 do not exceed."""
    return max(QUIET_AFTER_AT_LEAST, sorted(gaps)[math.ceil(0.95 * len(gaps)) - 1])


def the_longest(gaps: Sequence[int]) -> float:
    """No gap so far was longer."""
    return max(QUIET_AFTER_AT_LEAST, *gaps)


def twice_the_second_longest(gaps: Sequence[int]) -> float:
    """As ours, with more to spare."""
    return max(QUIET_AFTER_AT_LEAST, 2 * sorted(gaps)[-2])


def twice_the_longest(gaps: Sequence[int]) -> float:
    """As ours, with more to spare, and with whatever outlier there was."""
    return max(QUIET_AFTER_AT_LEAST, 2 * max(gaps))


BOUNDS: dict[str, Bound] = {
    "ours: 1.5 times the second longest": ours,
    "twice the second longest": twice_the_second_longest,
    "the longest": the_longest,
    "twice the longest": twice_the_longest,
    "95th percentile": the_95th_percentile,
    "three times the mean": three_times_the_mean,
    "seven days for everybody": lambda gaps: 7,  # noqa: ARG005
}


@dataclass
class Judged:
    """What one bound did on one habit: days on which a healthy account was called quiet, in how many silences, and the bounds themselves."""

    quiet_days: int = 0
    silences: int = 0
    bounds: list[float] = field(default_factory=list)

    def gap(self, bound: float, days: int) -> None:
        """One gap of so many days, judged by `bound`. On its last day the account posts."""
        self.bounds.append(bound)
        if days > bound:
            self.silences += 1
            self.quiet_days += days - math.floor(bound)


def main() -> None:
    """Simulate, judge, print."""
    for name, habit in HABITS.items():
        chance = random.Random(SEED)
        judged, days = {bound: Judged() for bound in BOUNDS}, 0
        for _ in range(ACCOUNTS):
            days += _one_account([later - earlier for earlier, later in pairwise(habit(chance))], judged)
        print(f"{name}: {days} days of {ACCOUNTS} accounts ({days / 365:.0f} years)")
        for bound, one in judged.items():
            share, each = 100 * one.quiet_days / days, 365 * one.silences / days
            print(f"    {bound:34} quiet on {one.quiet_days:6} days ({share:5.2f}%), {one.silences:5} times ({each:5.2f} a year); named after", end="")
            print(f" {median(one.bounds) + 1:g} days, at most {max(one.bounds) + 1:g}")


def _one_account(gaps: Sequence[int], judged: dict[str, Judged]) -> int:
    """Judges every gap of an account by those before it. Answers how many days that were."""
    for place in range(GAPS_AT_LEAST, len(gaps)):
        before = gaps[max(0, place - GAPS_AT_MOST) : place]
        for name, bound in BOUNDS.items():
            judged[name].gap(bound(before), gaps[place])
    return sum(gaps[GAPS_AT_LEAST:])


if __name__ == "__main__":
    main()
