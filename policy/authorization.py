"""May we look? Deny by default: nothing is collected or examined without a live written permission that says so (invariants 1 to 3)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from domain.account import Account, Custody
from domain.authorization import Authorization, Basis, DetectorName
from domain.finding import FindingKind

APPROVAL_CLAUSE = "IV.B.2"  # department sites "shall be approved in writing by the Chief of Police or designee"
BASIS_FOR = {Custody.DEPARTMENT_RUN: Basis.WRITTEN_APPROVAL, Custody.OPTED_IN: Basis.OPT_IN}
SUBJECT_KINDS = frozenset({FindingKind.SUBJECT_FACE, FindingKind.SUBJECT_NAME, FindingKind.SUBJECT_NUMBER})
EVIDENCE_LIKE_KINDS = frozenset(
    {FindingKind.EVIDENCE_MARKER, FindingKind.SCENE_TAPE, FindingKind.EVIDENCE_LABEL, FindingKind.FORENSIC_SCALE, FindingKind.BOOKING_PHOTO}
)
METADATA_KINDS = frozenset({FindingKind.PRECISE_LOCATION, FindingKind.DEVICE_IDENTITY})
OPTED_IN_KINDS = SUBJECT_KINDS | EVIDENCE_LIKE_KINDS | METADATA_KINDS | {FindingKind.DEPARTMENT_ARTWORK, FindingKind.KNOWN_ITEM}
# What somebody else wrote under a department's post is no member's speech: it is matched with known items, and nothing else is looked for in it (invariant 3).
VISITOR_KINDS = SUBJECT_KINDS | {FindingKind.KNOWN_ITEM}
OPTED_IN_DETECTORS = frozenset(DetectorName) - {DetectorName.WORDS}
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_GRANT = "grant one with `plainview authorizations grant`"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it is allowed, why (with the mend when it is not), and the authorization that allows it."""

    allowed: bool
    reason: str
    authorization: Authorization | None


def may_collect(account: Account, authorizations: Sequence[Authorization], now: datetime) -> Decision:
    """Whether `account` may be collected at `now` (aware), given the whole ledger or any part of it, in any order.

    Of several live authorizations the one that lasts longest is used; one revoked copy of a paper revokes every copy.
    When none is live, the reason is that of the one that came nearest.
    """
    moment = _aware(now)
    own = [paper for paper in authorizations if paper.account_id == account.id]
    if not own:
        return Decision(False, f"no authorization: {_GRANT}", None)
    withdrawn = {paper.id for paper in own if _revoked(paper, moment)}
    faults = {paper: _fault(account.custody, paper, moment) for paper in own}
    live = [paper for paper, fault in faults.items() if fault is None and paper.id not in withdrawn]
    if live:
        chosen = max(live, key=_order)
        return Decision(True, f"allowed by {chosen.document} until {chosen.valid_until.isoformat()}", chosen)
    *_, reason = max((fault.nearness, _order(paper), fault.reason) for paper, fault in faults.items() if fault is not None)
    return Decision(False, str(reason), None)


def may_examine(account: Account, authorization: Authorization, detector: DetectorName) -> Decision:
    """Whether `authorization`, once `may_collect` has found it live, lets `detector` examine what `account` published."""
    if authorization.account_id != account.id or authorization.basis is not BASIS_FOR[account.custody]:
        return Decision(False, f"{authorization.document} is not an authorization for this account: {_GRANT}", None)
    if account.custody is Custody.OPTED_IN and detector not in OPTED_IN_DETECTORS:
        return Decision(False, f"`{detector}` never runs on a member's own account, whatever an opt-in names: it is for department-run accounts alone", None)
    if detector not in authorization.detectors:
        return Decision(False, f"{authorization.document} does not name the detector `{detector}`: grant one that does, or leave it out", None)
    return Decision(True, f"{authorization.document} names `{detector}`", authorization)


def may_look_at_visitors(kinds: Collection[FindingKind]) -> bool:
    """Whether a detector that reports `kinds` may look at visitors' comments: if any of them may be reported there."""
    return any(kind in VISITOR_KINDS for kind in kinds)


def may_report(custody: Custody, kind: FindingKind) -> bool:
    """Whether findings of `kind` may ever be looked for on accounts of `custody` (invariant 3): on a member's, nothing that reads what somebody says."""
    return custody is Custody.DEPARTMENT_RUN or kind in OPTED_IN_KINDS


def last_day_of_opt_in(valid_from: date) -> date:
    """The latest day that an opt-in from `valid_from` may name as its last: the same date 12 months on (28 February after a 29th)."""
    year_on = valid_from.year + 1
    return date(year_on, 2, 28) if (valid_from.month, valid_from.day) == (2, 29) else valid_from.replace(year=year_on)


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why an authorization does not allow. The nearer it came to allowing, the better its reason explains the refusal."""

    nearness: int
    reason: str


def _fault(custody: Custody, authorization: Authorization, now: datetime) -> _Fault | None:
    return _paper_fault(custody, authorization) or _time_fault(authorization, now)


def _paper_fault(custody: Custody, paper: Authorization) -> _Fault | None:
    """What makes it no permission for this custody on any day."""
    wanted = BASIS_FOR[custody]
    if paper.basis is not wanted:
        return _Fault(0, f"{paper.document} is a {paper.basis} but a {custody} account needs a {wanted}: {_GRANT}")
    if not paper.granted_by.strip() or _SHA256.match(paper.document_sha256) is None:
        return _Fault(1, f"{paper.document or 'the authorization'} lacks who granted it or the SHA-256 of the signed paper: {_GRANT} from the paper itself")
    if paper.basis is Basis.WRITTEN_APPROVAL and paper.clause != APPROVAL_CLAUSE:
        return _Fault(1, f"{paper.document} cites {paper.clause or 'no clause'} but a department-run account is approved under {APPROVAL_CLAUSE}: {_GRANT}")
    if paper.basis is Basis.OPT_IN:
        return _opt_in_fault(paper)
    return None


def _opt_in_fault(paper: Authorization) -> _Fault | None:
    if not paper.detectors & OPTED_IN_DETECTORS:
        return _Fault(1, f"{paper.document} names no detector that may run on a member's own account: {_GRANT} that names one")
    latest = last_day_of_opt_in(paper.valid_from)
    if paper.valid_until > latest:
        return _Fault(1, f"{paper.document} lasts until {paper.valid_until.isoformat()}, longer than 12 months: {_GRANT} until {latest.isoformat()} at most")
    return None


def _time_fault(paper: Authorization, now: datetime) -> _Fault | None:
    """What makes it no permission today. Its days are calendar days in UTC, both inclusive."""
    today = now.astimezone(UTC).date()
    if paper.valid_until < paper.valid_from:
        return _Fault(1, f"{paper.document} ends before it begins: {_GRANT} with its days in order")
    if paper.revoked_at is not None and _revoked(paper, now):
        return _Fault(2, f"{paper.document} was revoked at {paper.revoked_at.isoformat(timespec='minutes')}: {_GRANT}")
    if today > paper.valid_until:
        return _Fault(3, f"{paper.document} ended on {paper.valid_until.isoformat()}: {_GRANT}")
    if today < paper.valid_from:
        return _Fault(4, f"{paper.document} is not valid before {paper.valid_from.isoformat()}: wait until then, or {_GRANT}")
    return None


def _revoked(paper: Authorization, now: datetime) -> bool:
    """Whether it was withdrawn by `now`. A time without a zone cannot be compared, and a revocation is never argued away: it counts as passed."""
    return paper.revoked_at is not None and (paper.revoked_at.tzinfo is None or paper.revoked_at <= now)


def _aware(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("a time needs its zone: give an aware datetime")
    return now


def _order(paper: Authorization) -> tuple[str, ...]:
    """The longest-lasting first of all; the rest is any fixed order, so that the same ledger always gives the same answer."""
    detectors = ",".join(sorted(paper.detectors))
    return (
        paper.valid_until.isoformat(),
        paper.valid_from.isoformat(),
        paper.id,
        paper.clause,
        paper.granted_by,
        paper.document,
        detectors,
        str(paper.revoked_at),
    )
