"""Why an account that is being collected is not clean all the same: what a person should look at before reading anything into an empty queue (invariant 9).

Collecting with success is not enough. An account that has fallen silent may have moved or been renamed, or its page may be laid out anew so that nothing on it
is read; one whose newest pieces were all rejected was not read either. Nothing here says anything about a person: it is about whether Plainview sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from policy.rhythm import Rhythm, quiet, silent_days


class Concern(StrEnum):
    """What is not as it should be."""

    QUIET = "quiet"  # silent for longer than is usual for it
    UNREAD = "unread"  # what came last could not be understood
    NOTHING = "nothing"  # collected with success, and not one post is stored
    FAILING = "failing"  # the last attempt failed; the next run tries again
    WAITING = "waiting"  # the last attempt failed, and its server is not asked again yet


@dataclass(frozen=True, slots=True)
class Attempts:
    """How collecting an account went. `failures`: attempts in a row that failed; `not_before`: it is not asked before then. Times are aware UTC."""

    last_success: datetime | None
    last_outcome: str | None
    last_detail: str
    failures: int
    not_before: datetime | None


@dataclass(frozen=True, slots=True)
class Posting:
    """What is stored of an account's own posts. `sealed`: there are some, and when they were posted cannot be read here.

    `last`: when the newest was posted; `read_at`: when one was last captured; `unread`: how many pieces were rejected since, while none was understood.
    """

    rhythm: Rhythm | None
    last: datetime | None
    read_at: datetime | None
    unread: int
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason not to call an account clean. `said` goes on after the account's name."""

    concern: Concern
    said: str


def doubts(attempts: Attempts, posting: Posting, now: datetime) -> tuple[Doubt, ...]:
    """Every reason not to call an account clean. Whether it may be collected, and whether it is late, are other questions; they come first."""
    found = (_failing(attempts, now), _unread(posting), _nothing(attempts, posting), _quiet(attempts, posting))
    return tuple(one for one in found if one)


def silence_of(attempts: Attempts, posting: Posting) -> int | None:
    """For how many days an account had not posted when it was last collected, or None where that is not known."""
    return silent_days(posting.last, attempts.last_success) if posting.last and attempts.last_success else None


def rhythm_words(posting: Posting) -> str:
    """How often it posts: "every day", "every 1.5 days", "not known yet", "not known (sealed)"."""
    if posting.sealed:
        return "not known (sealed)"
    return every_words(posting.rhythm.usual_days) if posting.rhythm else "not known yet"


def every_words(days: float) -> str:
    """How often, in days: "every day", "every 1.5 days"."""
    return "every day" if days == 1 else f"every {days:g} days"


def again_words(attempts: Attempts, now: datetime) -> str:
    """When an account is asked next after a failure."""
    if attempts.not_before is not None and _waits(attempts, now):
        again = attempts.not_before.astimezone(UTC)
        day = "" if again.date() == now.astimezone(UTC).date() else f"{again:%Y-%m-%d} "
        return f"not asked again before {day}{again:%H:%M} UTC"
    return "asked again at the next run"


def _waits(attempts: Attempts, now: datetime) -> bool:
    return attempts.not_before is not None and attempts.not_before > now


def _failing(attempts: Attempts, now: datetime) -> Doubt | None:
    if attempts.last_outcome != "failed" and not _waits(attempts, now):
        return None
    times = f"{attempts.failures} times in a row" if attempts.failures > 1 else "the last time"
    because = f" ({attempts.last_detail})" if attempts.last_detail else ""
    said = f"could not be collected {times}{because}; {again_words(attempts, now)}"
    return Doubt(Concern.WAITING if _waits(attempts, now) else Concern.FAILING, said)


def _unread(posting: Posting) -> Doubt | None:
    if not posting.unread:
        return None
    since = f"since {posting.read_at.astimezone(UTC):%Y-%m-%d}" if posting.read_at else "so far"
    pieces = f"{posting.unread} pieces" if posting.unread > 1 else "one piece"
    return Doubt(Concern.UNREAD, f"has shown nothing that could be understood {since}: {pieces} rejected, as when a page is laid out anew")


def _nothing(attempts: Attempts, posting: Posting) -> Doubt | None:
    if posting.read_at or posting.unread or not attempts.last_success:
        return None
    return Doubt(Concern.NOTHING, "was collected, and not one post of it is stored: is it the right address?")


def _quiet(attempts: Attempts, posting: Posting) -> Doubt | None:
    silent = silence_of(attempts, posting)
    if silent is None or posting.rhythm is None or not quiet(posting.rhythm, silent):
        return None
    usually = f"it usually posts {every_words(posting.rhythm.usual_days)} and is seldom silent for more than {posting.rhythm.quiet_after_days}"
    return Doubt(Concern.QUIET, f"has been silent for {silent} days; {usually}")
