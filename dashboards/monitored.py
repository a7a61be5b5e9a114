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
from policy.authorization import Decision, may_collect, may_examine
from policy.due_times import late_after
from policy.visibility import may_see
from storage.accounts import AccountStanding

NAMED_AT_MOST = 6


class Light(StrEnum):
    """How an account stands."""

    FRESH = "fresh"  # authorised, and collected in time
    STALE = "stale"  # authorised, and not collected in time: it is not being monitored
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
    until: date | None
    granted: str
    detectors: str
    detectors_missing: str
    last_success: datetime | None
    last_success_words: str
    last_attempt_words: str
    posts: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Monitored:
    """The line above the queue: what is monitored, what should be and is not, and what may not be. `more` fresh accounts are not named."""

    accounts: int
    late: tuple[Standing, ...]
    fresh: tuple[Standing, ...]
    more: int
    off: int


def monitored(rows: Sequence[Standing]) -> Monitored:
    """What these accounts come to. Every late one is named."""
    late = tuple(row for row in rows if row.light is Light.STALE)
    fresh = tuple(row for row in rows if row.light is Light.FRESH)
    return Monitored(len(rows), late, fresh[:NAMED_AT_MOST], len(fresh[NAMED_AT_MOST:]), sum(row.light is Light.OFF for row in rows))


def standings(rows: Sequence[AccountStanding], viewer: Viewer, now: datetime) -> list[Standing]:
    """The accounts that `viewer` may see, in the order given."""
    return [_standing(row, now) for row in rows if may_see(viewer, row.account.compartment)]


def _standing(row: AccountStanding, now: datetime) -> Standing:
    account, decision = row.account, may_collect(row.account, row.authorizations, now)
    light, state, why = _light(row, decision, now)
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
        until=paper.valid_until if paper else None,
        granted=_granted(paper),
        detectors=", ".join(DETECTOR_WORDS[name] for name in allowed if name not in NOT_YET),
        detectors_missing=", ".join(DETECTOR_WORDS[name] for name in allowed if name in NOT_YET),
        last_success=row.last_success,
        last_success_words=ago_words(row.last_success, now),
        last_attempt_words=_last_attempt(row, now),
        posts=row.posts,
        waiting=row.hits_open,
    )


def _light(row: AccountStanding, decision: Decision, now: datetime) -> tuple[Light, str, str]:
    if not decision.allowed:
        return Light.OFF, "not collected", quoted(decision.reason)
    if not late_after(now, row.last_success):
        return Light.FRESH, "monitored", ""
    if row.last_attempt is None:
        return Light.STALE, "not being monitored", "never collected yet"
    since = f"last success {ago_words(row.last_success, now)}" if row.last_success else "no collection ever succeeded"
    return Light.STALE, "not being monitored", f"{since}; {row.last_detail}" if row.last_detail and row.last_outcome == "failed" else since


def _granted(paper: Authorization | None) -> str:
    return f"{paper.granted_by}, {paper.clause}, {paper.document}" if paper else ""


def _last_attempt(row: AccountStanding, now: datetime) -> str:
    """The last attempt, where it was not the last success."""
    if row.last_attempt is None or row.last_attempt == row.last_success:
        return ""
    return f"tried {ago_words(row.last_attempt, now)}: {row.last_outcome}"
