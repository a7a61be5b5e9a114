from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from policy.due_times import COLLECTION_IS_LATE_AFTER, late_after, review_by, review_is_late
from tests.builders import NOON

SECOND = timedelta(seconds=1)


def test_a_review_is_due_its_hours_after_the_finding() -> None:
    assert review_by(NOON, 72) == NOON + timedelta(days=3)


@pytest.mark.parametrize("hours", [0, -1])
def test_a_review_without_time_is_refused(hours: int) -> None:
    with pytest.raises(ValueError, match="at least an hour"):
        review_by(NOON, hours)


@pytest.mark.parametrize(
    ("last_success", "late"),
    [
        (NOON, False),
        (NOON - COLLECTION_IS_LATE_AFTER, False),
        (NOON - COLLECTION_IS_LATE_AFTER - SECOND, True),
        (NOON + SECOND, True),
        (None, True),
    ],
    ids=["just now", "at the limit", "past the limit", "in the future", "never"],
)
def test_a_late_collection_is_never_shown_as_zero(last_success: datetime | None, late: bool) -> None:
    assert late_after(NOON, last_success) is late


def test_an_account_on_another_schedule_has_its_own_limit() -> None:
    assert late_after(NOON, NOON - timedelta(hours=2), allowed=timedelta(hours=1))
    assert not late_after(NOON, NOON - timedelta(days=6), allowed=timedelta(days=7))


@pytest.mark.parametrize(("due", "late"), [(NOON, False), (NOON + SECOND, False), (NOON - SECOND, True)])
def test_a_decision_is_late_after_it_was_due(due: datetime, late: bool) -> None:
    assert review_is_late(NOON, due) is late
