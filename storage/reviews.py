"""Reviews: what people decided. A later decision is another row; nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.account import Compartment
from domain.audit import AuditAction
from domain.identity import clean_text, derived_id
from domain.review import Review
from domain.viewer import Viewer
from policy.visibility import may_decide
from storage import audit
from storage.errors import NotFound, Refused
from storage.seeing import compartments
from storage.store import Store


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
    or decide in another's name."""
    with store.transaction() as tx:
        hit = tx.row("SELECT compartment FROM hit WHERE id = ? AND compartment IN (SELECT unnest(?))", [review.hit_id, compartments(viewer)])
        if hit is None:
            raise NotFound(f"there is no hit {review.hit_id} that {viewer.name} may see")
        if not may_decide(viewer, Compartment(hit[0])):
            raise Refused(f"{viewer.name} may look at this hit but not decide it: that takes a role that reviews")
        if review.reviewer != viewer.name:
            raise Refused(f"{viewer.name} cannot decide in the name of {review.reviewer}")
        review_id = derived_id("review", review.hit_id, review.reviewer, review.decided_at.isoformat(), review.outcome, clean_text(review.reason))
        if not tx.row("SELECT 1 FROM review WHERE id = ?", [review_id]):
            row = {"id": review_id, "hit_id": review.hit_id, "outcome": review.outcome, "reason": clean_text(review.reason)}
            tx.insert("review", row | {"reviewer": review.reviewer, "decided_at": review.decided_at})
            audit.append(tx, AuditAction.HIT_DECIDED, viewer.name, review.hit_id, {"outcome": str(review.outcome), "review": review_id}, review.decided_at)


def listing(store: Store, *, viewer: Viewer, since: datetime | None = None) -> list[ReviewRow]:
    """Every decision at or after `since` on hits that this viewer may see, oldest first."""
    sql = """SELECT r.id, r.hit_id, h.clause, h.kind, h.account_id, r.outcome, r.reason, r.reviewer, r.decided_at FROM review r JOIN hit h ON h.id = r.hit_id
        WHERE h.compartment IN (SELECT unnest(?)) AND (?::TIMESTAMPTZ IS NULL OR r.decided_at >= ?) ORDER BY r.decided_at, r.id"""
    with store.read() as view:
        return [ReviewRow(*row) for row in view.rows(sql, [compartments(viewer), since, since])]
