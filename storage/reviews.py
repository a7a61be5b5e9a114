"""Reviews: what people decided. A later decision is another row; nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.audit import AuditAction
from domain.identity import clean_text, derived_id
from domain.review import Outcome, Review
from domain.viewer import Viewer
from policy.visibility import may_decide
from storage.auditing import audit
from storage.errors import NotFound, Refused
from storage.seeing import holding_hit, reading, seen_by
from storage.store import Store

# The hit says what its latest review decided, so that the queue need not look at the reviews.
_STANDS = """UPDATE hit SET state = 'closed', outcome = ?, review_id = ?, decided_at = ?
    WHERE id = ? AND (review_id IS NULL OR (decided_at, review_id) < (?::TIMESTAMPTZ, ?))"""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One decision, with what it was about."""

    id: str
    hit_id: str
    clause: str
    kind: str
    account_id: str
    outcome: str
    reason: str
    reviewer: str
    decided_at: datetime


def decide(store: Store, *, viewer: Viewer, review: Review) -> None:
    """Enters the decision; the same one again is left as it is. Raises NotFound for a hit that this viewer may not see, Refused when they may not decide it,
    decide in another's name, or say anything but that it cannot be told of what was erased with its post: nobody can see any more what it was."""
    part = holding_hit(store, viewer, review.hit_id)
    if not may_decide(viewer, part.compartment):
        raise Refused(f"{viewer.name} may look at this hit but not decide it: that takes a role that reviews")
    if review.reviewer != viewer.name:
        raise Refused(f"{viewer.name} cannot decide in the name of {review.reviewer}")
    with part.transaction() as tx:
        hit = tx.row("SELECT a.subject_id, h.erased_at FROM hit h JOIN account a ON a.id = h.account_id WHERE h.id = ?", [review.hit_id])
        if hit is None:
            raise NotFound(f"there is no hit {review.hit_id} that {viewer.name} may see")
        if hit[1] and review.outcome is not Outcome.UNDETERMINED:
            raise Refused("what this hit showed was erased with its post: nobody can see any more what it was, so only undetermined can be said of it")
        review_id = derived_id("review", review.hit_id, review.reviewer, review.decided_at.isoformat(), review.outcome, clean_text(review.reason))
        if not tx.row("SELECT 1 FROM review WHERE id = ?", [review_id]):
            row = {"id": review_id, "hit_id": review.hit_id, "outcome": review.outcome, "reason": clean_text(review.reason)}
            tx.insert("review", part.sealed("review", row, hit[0]) | {"reviewer": review.reviewer, "decided_at": review.decided_at})
            tx.execute(_STANDS, [review.outcome, review_id, review.decided_at, review.hit_id, review.decided_at, review_id])
            audit.append(tx, AuditAction.HIT_DECIDED, viewer.name, review.hit_id, {"outcome": str(review.outcome), "review": review_id}, review.decided_at)


def listing(store: Store, *, viewer: Viewer, since: datetime | None = None) -> list[ReviewRow]:
    """Every decision at or after `since` on hits that this viewer may see, oldest first."""
    sql = """SELECT r.id, r.hit_id, h.clause, h.kind, h.account_id, r.outcome, r.reason, r.reviewer, r.decided_at FROM review r JOIN hit h ON h.id = r.hit_id
        WHERE ?::TIMESTAMPTZ IS NULL OR r.decided_at >= ?"""
    found: list[ReviewRow] = []
    for part in seen_by(store, viewer):
        with reading(part, viewer.name, "reviews") as view:
            found.extend(ReviewRow(*row) for row in view.rows(sql, [since, since]))
    return sorted(found, key=lambda one: (one.decided_at, one.id))
