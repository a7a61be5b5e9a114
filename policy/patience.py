"""When an account whose server was busy is asked again: not before the server wants, and later with every failure in a row."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
LONGEST_ASKED = timedelta(days=2)  # a server that asks for more is asked then all the same: an account may not fall silent for a wrong header


def asked_again(now: datetime, failures: int, retry_after_s: float | None) -> datetime:
    """The earliest moment of the next attempt after `failures` (at least 1) failed ones in a row; `retry_after_s` is what the server asked for, if it did."""
    own = min(FIRST_WAIT * (1 << min(max(failures, 1) - 1, 20)), LONGEST_WAIT)
    asked = min(timedelta(seconds=min(retry_after_s, LONGEST_ASKED.total_seconds())), LONGEST_ASKED) if retry_after_s else timedelta(0)
    return now + max(own, asked)
