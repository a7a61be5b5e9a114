"""How long a busy server asks us to wait."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

RESETS = ("X-RateLimit-Reset", "RateLimit-Reset")
EPOCH_FROM = 1e9  # a bare number above this is a time since 1970, below it a number of seconds


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait, or None when nothing understandable is said.

    Reads Retry-After (RFC 9110 10.2.3: seconds or an HTTP date), then the rate-limit resets: ISO-8601 (Mastodon), seconds since 1970 (Bluesky) or seconds.
    """
    for name in ("Retry-After", *RESETS):
        if (value := headers.get(name)) is not None and (seconds := _seconds(value.strip(), now)) is not None:
            return max(0.0, seconds)
    return None


def _seconds(value: str, now: datetime) -> float | None:
    try:
        number = float(value)
    except ValueError:
        moment = _moment(value)
        return (moment - now).total_seconds() if moment else None
    if not math.isfinite(number):
        return None
    return number - now.timestamp() if number > EPOCH_FROM else number


def _moment(value: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(value)
        except (ValueError, TypeError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
