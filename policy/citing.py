"""A finding becomes citable: which clauses it may touch, how soon it should be decided, who may see it, and whether a permit already covers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from domain.account import Account, Compartment
from domain.directive import Directive, Rule, Severity
from domain.finding import Finding
from domain.hit import Hit
from domain.permit import Permit, PermitKind
from domain.post import PostKind
from policy.authorization import SUBJECT_KINDS, VISITOR_KINDS, may_report
from policy.due_times import review_by


@dataclass(frozen=True, slots=True)
class Citation:
    """One clause that a finding may touch. With a `permit` it is compliant under that permit, and no hit is made."""

    clause: str
    severity: Severity
    review_by: datetime
    compartment: Compartment
    permit: Permit | None


@dataclass(frozen=True, slots=True)
class Captured:
    """What the finding was made on: the post's version, the item (for text, the version itself), when it was captured and when the detector ran (aware UTC).

    `kind` is the post's.
    """

    post_id: str
    post_content_sha256: str
    media_sha256: str
    captured_at: datetime
    found_at: datetime
    kind: PostKind = PostKind.POST


@dataclass(frozen=True, slots=True)
class Cited:
    """What became of a finding: hits for a human to decide, and citations that a permit already answers."""

    hits: tuple[Hit, ...]
    compliant: tuple[Citation, ...]


def compartment_of(account: Account, finding: Finding) -> Compartment:
    """Where a finding belongs: whatever identifies a subject, and all that an undercover account shows, is in the undercover compartment."""
    return Compartment.UNDERCOVER if finding.kind in SUBJECT_KINDS else account.compartment


def cite(directive: Directive, account: Account, finding: Finding, permits: Sequence[Permit], now: datetime) -> tuple[Citation, ...]:
    """Every clause that the directive's rules name for `finding` on `account`, in the directive's order. Empty where the directive says nothing.

    What may never be looked for on the account's custody is never cited, whatever a rule says (invariant 3). `now` (aware) decides which permits are valid.
    """
    if not may_report(account.custody, finding.kind):
        return ()
    where = compartment_of(account, finding)
    place = {clause.id: index for index, clause in enumerate(directive.clauses)}
    matching = (rule for rule in directive.rules if (rule.kind, rule.custody, rule.compartment) == (finding.kind, account.custody, where))
    return tuple(_citation(rule, account, finding, permits, now) for rule in sorted(matching, key=lambda rule: place[rule.clause]))


def hits_for(
    directive: Directive, account: Account, finding: Finding, captured: Captured, *, permits: Sequence[Permit], means: str, as_of: datetime | None = None
) -> Cited:
    """The hits that `finding` makes, and the citations that are compliant.

    `as_of` (default: when it was found) decides which permits are valid, and the time to review counts from it. What somebody else wrote under a post is cited
    for what matches known items alone, whatever a rule says: the directive binds members.

    Raises ValueError when a hit would lack what it needs to be defended (invariant 7).
    """
    if captured.kind is PostKind.VISITOR_COMMENT and finding.kind not in VISITOR_KINDS:
        return Cited((), ())
    citations = cite(directive, account, finding, permits, as_of or captured.found_at)
    hits = tuple(make_hit(directive, account, finding, captured, citation, means=means) for citation in citations if citation.permit is None)
    return Cited(hits, tuple(citation for citation in citations if citation.permit is not None))


def make_hit(directive: Directive, account: Account, finding: Finding, captured: Captured, citation: Citation, *, means: str) -> Hit:
    """The hit for one citation. `means` is the sentence of `policy.meaning`. Raises ValueError when something that defends a hit is missing."""
    return Hit(
        account_id=account.id,
        post_id=captured.post_id,
        post_content_sha256=captured.post_content_sha256,
        media_sha256=captured.media_sha256,
        finding=finding,
        directive=directive.id,
        directive_version=directive.version,
        directive_sha256=directive.sha256,
        clause=citation.clause,
        severity=citation.severity,
        compartment=citation.compartment,
        means=means,
        captured_at=captured.captured_at,
        found_at=captured.found_at,
        review_by=citation.review_by,
    )


def _citation(rule: Rule, account: Account, finding: Finding, permits: Sequence[Permit], now: datetime) -> Citation:
    permit = _permit_for(rule.cleared_by, account, finding, permits, now.astimezone(UTC).date())
    return Citation(rule.clause, rule.severity, review_by(now, rule.review_hours), rule.compartment, permit)


def _permit_for(wanted: PermitKind | None, account: Account, finding: Finding, permits: Sequence[Permit], today: date) -> Permit | None:
    """The permit that covers the finding, the longest-lasting of several, so that any order of permits gives the same one."""
    covering = [permit for permit in permits if wanted is not None and permit.kind is wanted and _covers(permit, account, finding, today)]
    return max(covering, key=lambda permit: (permit.valid_until, permit.id), default=None)


def _covers(permit: Permit, account: Account, finding: Finding, today: date) -> bool:
    in_scope = permit.account_id in (None, account.id) and permit.label in (None, finding.label)
    return in_scope and permit.valid_from <= today <= permit.valid_until
