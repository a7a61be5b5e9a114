"""Legal holds: what is in one is not erased until it is released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.audit import AuditAction
from domain.retention import Hold, HoldScope
from policy.retention import HOLD_REVIEW_AT_MOST
from storage import audit
from storage.errors import NotFound, Refused
from storage.store import Reading, Store

_TARGET = {
    HoldScope.ACCOUNT: "SELECT 1 FROM account WHERE id = ?",
    HoldScope.POST: "SELECT 1 FROM post WHERE id = ?",
    HoldScope.HIT: "SELECT 1 FROM hit WHERE id = ?",
}


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold as it stands. `released_at` None: it holds. Times are aware UTC."""

    id: str
    hold: Hold
    placed_by: str
    released_by: str | None
    released_at: datetime | None


def place(store: Store, *, hold: Hold, by: str) -> bool:
    """Places `hold`; False when it was placed already. Raises NotFound for a target that is not stored, Refused for a review date too far away."""
    if hold.review_on > (hold.placed_at + HOLD_REVIEW_AT_MOST).date():
        raise Refused(f"a hold is looked at again within {HOLD_REVIEW_AT_MOST.days} days: name an earlier day than {hold.review_on.isoformat()}")
    with store.transaction() as tx:
        if tx.row("SELECT 1 FROM hold WHERE id = ?", [hold.id]):
            return False
        if not tx.row(_TARGET[hold.scope], [hold.target]):
            raise NotFound(f"there is no {hold.scope} {hold.target}: it was erased, or its id is written otherwise")
        row: dict[str, object] = {name: getattr(hold, name) for name in ("id", "scope", "target", "owner", "reason", "review_on", "placed_at")}
        tx.insert("hold", row | {"placed_by": by})
        detail = {"scope": str(hold.scope), "target": hold.target, "review_on": hold.review_on.isoformat()}
        audit.append(tx, AuditAction.HOLD_PLACED, by, hold.id, dict(detail), hold.placed_at)
    return True


def release(store: Store, *, hold_id: str, by: str, now: datetime) -> None:
    """Ends the hold; released already, it keeps its first date. What is due goes with the next purge. Raises NotFound."""
    with store.transaction() as tx:
        known = tx.row("SELECT scope, target, released_at FROM hold WHERE id = ?", [hold_id])
        if known is None:
            raise NotFound(f"there is no hold {hold_id}: `plainview holds list` shows them all")
        if known[2] is None:
            tx.execute("UPDATE hold SET released_by = ?, released_at = ? WHERE id = ?", [by, now, hold_id])
            audit.append(tx, AuditAction.HOLD_RELEASED, by, hold_id, {"scope": known[0], "target": known[1]}, now)


def every(store: Store) -> list[HoldRow]:
    """All of them, the released ones too, oldest first."""
    with store.read() as view:
        return _read(view)


def _read(view: Reading) -> list[HoldRow]:
    sql = "SELECT id, scope, target, owner, reason, review_on, placed_at, placed_by, released_by, released_at FROM hold ORDER BY placed_at, id"
    return [HoldRow(row[0], Hold(HoldScope(row[1]), *row[2:7]), *row[7:]) for row in view.rows(sql)]
