"""What a server's headers say about how soon it may be asked again."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from domain.identity import Json

# Each platform's pair: how many requests are left, and when they are more again. Mastodon and GitHub; Bluesky and the IETF's draft; X.
LEFT_AND_RESET = (("X-RateLimit-Remaining", "X-RateLimit-Reset"), ("RateLimit-Remaining", "RateLimit-Reset"), ("x-rate-limit-remaining", "x-rate-limit-reset"))
USAGE = ("X-App-Usage", "X-Page-Usage", "X-Ad-Account-Usage", "X-Business-Use-Case-Usage")  # Meta's: JSON with percentages
USED_UP = 95  # per cent: what is left is for the department's own use
REGAINED_AFTER = 3600.0  # seconds: Meta counts over the last hour
EPOCH_FROM = 1e9  # a bare number above this is a time since 1970, below it a number of seconds


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait, or None when nothing understandable is said.

    Reads Retry-After (RFC 9110 10.2.3: seconds or an HTTP date), then the rate-limit resets: ISO-8601 (Mastodon), seconds since 1970 (Bluesky, X) or seconds.
    """
    for name in ("Retry-After", *(reset for _, reset in LEFT_AND_RESET)):
        if (value := headers.get(name)) is not None and (seconds := _seconds(value.strip(), now)) is not None:
            return max(0.0, seconds)
    return None


def used_up(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds for which the server wants no further request although it answered this one; None when it may be asked.

    Either it says that none are left until a reset, or Meta's usage headers show that an hour's share is nearly spent
    (https://developers.facebook.com/docs/graph-api/overview/rate-limiting/).
    """
    for left, reset in LEFT_AND_RESET:
        if headers.get(left, "").strip() == "0" and (value := headers.get(reset)) is not None:
            return max(0.0, _seconds(value.strip(), now) or 0.0) or None
    waits = [wait for name in USAGE if (value := headers.get(name)) for wait in _usage_waits(value)]
    return max(waits, default=None)


def _usage_waits(value: str) -> Iterator[float]:
    try:
        said: Json = json.loads(value)
    except (ValueError, RecursionError):
        return
    for table in _tables(said):
        shares = [number for name in ("call_count", "total_time", "total_cputime") if isinstance(number := table.get(name), int | float)]
        regained = table.get("estimated_time_to_regain_access")  # minutes
        if isinstance(regained, int | float) and 0 < regained < 10_000:
            yield regained * 60.0
        elif any(share >= USED_UP for share in shares):
            yield REGAINED_AFTER


def _tables(said: Json, depth: int = 0) -> Iterator[dict[str, Json]]:
    """The objects in what a usage header says: one alone, or lists of them by id."""
    if isinstance(said, dict):
        yield said
    inner = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    for one in inner if depth < 3 else ():
        yield from _tables(one, depth + 1)


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
