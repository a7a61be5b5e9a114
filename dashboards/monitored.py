"""How it stands with each account, in words: what is monitored, what is not, and why (invariant 9: an empty queue means something)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dashboards.wording import CUSTODY_WORDS, DETECTOR_WORDS, ago_words, quoted
from detectors.registry import NOT_YET
from domain.account import Compartment
from domain.authorization import Authorization, DetectorName
from domain.viewer import Viewer
from policy.attention import Concern, again_words, doubts, rhythm_words
from policy.authorization import Decision, may_collect, may_examine
from policy.due_times import late_after
from policy.visibility import may_see
from storage.account_health import AccountHealth
from storage.accounts import AccountStanding

NAMED_AT_MOST = 6
DOUBTED_AT_MOST = 3  # each with a sentence or two, on top of the work of the day


class Light(StrEnum):
    """How an account stands, the worst first."""

    STALE = "stale"  # authorised, and not collected in time: it is not being monitored
    DOUBTFUL = "doubtful"  # collected in time, and perhaps not all of it seen: an empty queue does not speak for it
    FRESH = "fresh"  # authorised, and collected in time
    OFF = "off"  # not authorised: not to be collected


@dataclass(frozen=True, slots=True)
class Standing:
    """One account as pages show it."""

    id: str
    handle: str
    platform: str
    custody: str
    url: str
    undercover: bool
    light: Light
    state: str
    why: str
    doubts: tuple[str, ...]
    mends_itself: bool
    until: date | None
    granted: str
    detectors: str
    detectors_missing: str
    last_success: datetime | None
    last_success_words: str
    last_attempt_words: str
    posts: int
    posting: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Monitored:
    """The line above the queue: what should be monitored and is not, what is and is in doubt, what is, and what may not be.

    Of the second and third not all are named; `doubtful_more` and `more` count the others.
    """

    accounts: int
    late: tuple[Standing, ...]
    doubtful: tuple[Standing, ...]
    doubtful_more: int
    fresh: tuple[Standing, ...]
    more: int
    off: int


def monitored(rows: Sequence[Standing]) -> Monitored:
    """What these accounts come to. Every late one is named."""
    lit = {light: tuple(row for row in rows if row.light is light) for light in Light}
    doubted, fresh = sorted(lit[Light.DOUBTFUL], key=lambda row: row.mends_itself), lit[Light.FRESH]
    doubtful, named = tuple(doubted[:DOUBTED_AT_MOST]), fresh[:NAMED_AT_MOST]
    return Monitored(len(rows), lit[Light.STALE], doubtful, len(doubted) - len(doubtful), named, len(fresh) - len(named), len(lit[Light.OFF]))


def worst_first(rows: Sequence[Standing]) -> list[Standing]:
    """What a person should look at before the rest, else in the order given."""
    return sorted(rows, key=lambda row: list(Light).index(row.light))


def standings(rows: Sequence[AccountHealth], viewer: Viewer, now: datetime) -> list[Standing]:
    """The accounts that `viewer` may see, in the order given."""
    return [_standing(row, now) for row in rows if may_see(viewer, row.standing.account.compartment)]


def _standing(health: AccountHealth, now: datetime) -> Standing:
    row = health.standing
    account, decision = row.account, may_collect(row.account, row.authorizations, now)
    found = doubts(health.attempts, health.posting, now) if decision.allowed else ()
    light, state, why = _light(health, decision, bool(found), now)
    paper = decision.authorization
    allowed = [name for name in DetectorName if paper and may_examine(account, paper, name).allowed]
    return Standing(
        id=account.id,
        handle=account.handle,
        platform=account.platform,
        custody=CUSTODY_WORDS[account.custody],
        url=account.url if account.url.startswith(("https://", "http://")) else "",
        undercover=account.compartment is Compartment.UNDERCOVER,
        light=light,
        state=state,
        why=why,
        doubts=tuple(quoted(doubt.said) for doubt in found) if light is Light.DOUBTFUL else (),
        mends_itself=all(doubt.concern is Concern.WAITING for doubt in found),
        until=paper.valid_until if paper else None,
        granted=_granted(paper),
        detectors=", ".join(DETECTOR_WORDS[name] for name in allowed if name not in NOT_YET),
        detectors_missing=", ".join(DETECTOR_WORDS[name] for name in allowed if name in NOT_YET),
        last_success=row.last_success,
        last_success_words=ago_words(row.last_success, now),
        last_attempt_words=_last_attempt(row, now),
        posts=row.posts,
        posting=_posting(health, now),
        waiting=row.hits_open,
    )


def _light(health: AccountHealth, decision: Decision, doubtful: bool, now: datetime) -> tuple[Light, str, str]:
    row = health.standing
    if not decision.allowed:
        return Light.OFF, "not collected", quoted(decision.reason)
    if not late_after(now, row.last_success):
        return (Light.DOUBTFUL, "monitored, in doubt", "") if doubtful else (Light.FRESH, "monitored", "")
    if row.last_attempt is None:
        return Light.STALE, "not being monitored", "never collected yet"
    since = f"last success {ago_words(row.last_success, now)}" if row.last_success else "no collection ever succeeded"
    if row.last_outcome != "failed":
        return Light.STALE, "not being monitored", since
    told = (since, row.last_detail, again_words(health.attempts, now))
    return Light.STALE, "not being monitored", "; ".join(part for part in told if part)


def _posting(health: AccountHealth, now: datetime) -> str:
    """When it posted last, and how often it does."""
    if health.posting.read_at is None:
        return ""
    latest = f"latest {ago_words(health.posting.last, now)}; " if health.posting.last else ""
    return f"{latest}{'usually' if health.posting.rhythm else 'rhythm'} {rhythm_words(health.posting)}"


def _granted(paper: Authorization | None) -> str:
    return f"{paper.granted_by}, {paper.clause}, {paper.document}" if paper else ""


def _last_attempt(row: AccountStanding, now: datetime) -> str:
    """The last attempt, where it was not the last success."""
    if row.last_attempt is None or row.last_attempt == row.last_success:
        return ""
    return f"tried {ago_words(row.last_attempt, now)}: {row.last_outcome}"
