"""How often an account posts, learnt from its days: what holds for every account, and what comes out for some."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.rhythm import GAPS_AT_LEAST, GAPS_AT_MOST, QUIET_AFTER_AT_LEAST, Rhythm, learnt, quiet, silent_days
from tests.builders import NOON

START = date(2020, 1, 1)
gaps = st.lists(st.integers(1, 90), min_size=GAPS_AT_LEAST, max_size=GAPS_AT_MOST)


def after(*between: int, start: date = START) -> list[date]:
    """Days with these gaps."""
    return [start + timedelta(days=day) for day in accumulate((0, *between))]


def rhythm_after(*between: int) -> Rhythm:
    found = learnt(after(*between))
    assert found
    return found


@pytest.mark.parametrize(
    ("between", "usual", "quiet_after"),
    [
        ([1] * 30, 1, 3),
        ([1, 1, 1, 1, 3] * 6, 1, 5),
        ([7] * 12, 7, 11),
        ([1] * 30 + [21], 1, 3),
        ([1] * 15 + [21] + [1] * 15 + [21], 1, 32),
        ([1, 1, 1, 1, 20] * 5, 1, 30),
        ([1, 2] * 6, 1.5, 3),
        ([400, *[1] * GAPS_AT_MOST, 30], 1, 3),
    ],
    ids=["daily", "not on weekends", "weekly", "one holiday", "two holidays", "bursts", "every day or two", "what was long ago is no rhythm"],
)
def test_a_rhythm_is_what_a_person_would_say(between: list[int], usual: float, quiet_after: int) -> None:
    found = rhythm_after(*between)
    assert (found.usual_days, found.quiet_after_days) == (usual, quiet_after)


@pytest.mark.parametrize("between", [[], [1], [1] * (GAPS_AT_LEAST - 1)])
def test_few_gaps_are_no_rhythm(between: list[int]) -> None:
    assert learnt(after(*between)) is None
    assert learnt([]) is None
    assert not quiet(None, 10_000)


def test_many_posts_of_one_day_are_one_day_of_posting() -> None:
    assert learnt([START] * 500) is None
    assert learnt(after(*[1] * 12) * 40) == learnt(after(*[1] * 12))


@given(gaps, st.randoms())
def test_the_order_in_which_days_are_told_does_not_matter(between: list[int], chance: object) -> None:
    days = after(*between)
    shuffled = sorted(days, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert learnt(shuffled) == learnt(days)
    assert rhythm_after(*reversed(between)) == rhythm_after(*between)


@given(gaps, st.integers(2, 9))
def test_an_account_that_posts_so_many_times_more_seldom_may_be_silent_for_so_much_longer(between: list[int], times: int) -> None:
    slow, fast = rhythm_after(*(times * gap for gap in between)), rhythm_after(*between)
    assert slow.usual_days == times * fast.usual_days
    assert slow.quiet_after_days == max(QUIET_AFTER_AT_LEAST, ceil(1.5 * times * sorted(between)[-2]))


@given(gaps, st.data(), st.integers(1, 400))
def test_a_longer_gap_never_makes_a_silence_less_usual(between: list[int], data: st.DataObject, longer: int) -> None:
    place = data.draw(st.integers(0, len(between) - 1))
    stretched = [*between[:place], between[place] + longer, *between[place + 1 :]]
    before, after_it = rhythm_after(*between), rhythm_after(*stretched)
    assert after_it.quiet_after_days >= before.quiet_after_days
    assert after_it.usual_days >= before.usual_days


@given(gaps, st.integers(91, 5000))
def test_one_long_absence_hides_no_later_silence(between: list[int], absence: int) -> None:
    assert rhythm_after(*between[1:], between[0], absence).quiet_after_days <= max(QUIET_AFTER_AT_LEAST, ceil(1.5 * max(between)))


@given(gaps)
def test_a_rhythm_is_positive_and_no_silence_is_longer_than_usual_that_is_not_longer_than_the_usual_gap(between: list[int]) -> None:
    found = rhythm_after(*between)
    assert found.usual_days >= 1
    assert found.quiet_after_days >= QUIET_AFTER_AT_LEAST
    assert not quiet(found, int(found.usual_days))
    assert not quiet(found, found.quiet_after_days)
    assert quiet(found, found.quiet_after_days + 1)
    assert 0 < found.chance <= 2 / (GAPS_AT_LEAST + 1)


@given(gaps)
def test_at_most_one_of_its_own_gaps_was_longer_than_its_bound(between: list[int]) -> None:
    assert sum(quiet(rhythm_after(*between), gap) for gap in between) <= 1


@pytest.mark.parametrize(
    ("last", "seen", "days"),
    [
        (NOON, NOON, 0),
        (NOON - timedelta(hours=12, seconds=1), NOON, 1),
        (NOON - timedelta(days=9), NOON, 9),
        (NOON + timedelta(days=3), NOON, 0),
        (datetime(2026, 2, 28, 23, 59, tzinfo=UTC), datetime(2026, 3, 1, 0, 1, tzinfo=UTC), 1),
    ],
    ids=["the same moment", "over midnight", "nine days", "from the future", "from month to month"],
)
def test_a_silence_is_counted_in_days_and_never_below_none(last: datetime, seen: datetime, days: int) -> None:
    assert silent_days(last, seen) == days
