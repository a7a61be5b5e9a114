"""When things are due: a hit's decision, and an account's next successful collection (invariant 9)."""

from __future__ import annotations

from datetime import datetime, timedelta

COLLECTION_IS_LATE_AFTER = timedelta(hours=26)  # a daily collection, and two hours for a slow one


def review_by(found_at: datetime, review_hours: int) -> datetime:
    """When a supervisor should have decided what was found at `found_at`. Hours of the clock, nights and weekends included. Raises ValueError under 1."""
    if review_hours < 1:
        raise ValueError(f"a review takes at least an hour, not {review_hours}")
    return found_at + timedelta(hours=review_hours)


def late_after(now: datetime, last_success: datetime | None, allowed: timedelta = COLLECTION_IS_LATE_AFTER) -> bool:
    """Whether an account whose last successful collection was at `last_success` is late at `now`: then it is "not being monitored", never zero hits.

    None means that no collection ever succeeded, which is late at once. So is a success in the future: a clock is wrong, and nothing is known.
    """
    return last_success is None or last_success > now or now - last_success > allowed


def review_is_late(now: datetime, due: datetime) -> bool:
    """Whether a decision that was due at `due` has not come in time."""
    return now > due
