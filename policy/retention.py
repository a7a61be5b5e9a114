"""How long may it stay? Nothing outlives the permission under which it was collected, save what a hold keeps (invariant 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from domain.account import Account
from domain.authorization import Authorization
from domain.retention import ErasureReason
from policy.authorization import BASIS_FOR, may_collect

PURGED_WITHIN = timedelta(hours=24)  # of a revocation; the hourly purge takes it at once
RENEWAL_DAY = timedelta(hours=24)  # after the last day of a permission, in which a renewal may still be entered
WARNED_BEFORE = timedelta(days=14)  # the end of a permission, since what was collected under it goes too
HOLD_REVIEW_AT_MOST = timedelta(days=366)  # how far ahead a hold's review may lie: nobody keeps for ever without looking again


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An account without permission: why, since when, and from when on its data are to go. Times are aware UTC."""

    reason: ErasureReason
    since: datetime
    due: datetime


def withdrawal(account: Account, authorizations: Sequence[Authorization], now: datetime) -> Withdrawal | None:
    """None while an authorization of `account` is live at `now` (aware). Otherwise how its permission ended.

    A revocation is due at once. A permission that ran to its last day is due a day later, so that a renewal that is entered in the morning comes in time.
    Where there never was one for this account as it is now (its custody was changed, say), what is stored is due at once.
    """
    if may_collect(account, authorizations, now).allowed:
        return None
    own = [paper for paper in authorizations if paper.account_id == account.id and paper.basis is BASIS_FOR[account.custody]]
    begun = [paper for paper in own if paper.valid_from <= now.astimezone(UTC).date() and _ended(paper) <= now]
    if not begun:
        return Withdrawal(ErasureReason.ENDED, now, now)
    last = max(_ended(paper) for paper in begun)
    revoked = [_revoked(paper) for paper in own]
    later = [moment for moment in revoked if moment is not None and last <= moment <= now]
    if later:
        return Withdrawal(ErasureReason.REVOKED, min(later), min(later))
    return Withdrawal(ErasureReason.ENDED, last, last + RENEWAL_DAY)


def review_is_overdue(review_on: date, now: datetime) -> bool:
    """Whether a hold should have been looked at again by `now`. It holds all the same."""
    return now.astimezone(UTC).date() > review_on


def _ended(paper: Authorization) -> datetime:
    """The end of its last day, or its revocation when that came first."""
    last = datetime.combine(paper.valid_until, time.max, UTC)
    revoked = _revoked(paper)
    return last if revoked is None else min(last, revoked)


def _revoked(paper: Authorization) -> datetime | None:
    """When it was withdrawn. A time without a zone counts as long past: a revocation is never argued away."""
    if paper.revoked_at is None or paper.revoked_at.tzinfo is not None:
        return paper.revoked_at
    return datetime.min.replace(tzinfo=UTC)
