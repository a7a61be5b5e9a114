"""Legal holds: what is in one is not erased until it is released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.audit import AuditAction
from domain.identity import Json
from domain.retention import Hold, HoldScope
from domain.viewer import Viewer
from policy.retention import HOLD_REVIEW_AT_MOST
from storage.auditing import audit
from storage.errors import NotFound, Refused
from storage.seeing import reading, seen_by
from storage.store import Reading, Store, Transaction

# The account that a target belongs to.
_ACCOUNT_OF = {
    HoldScope.ACCOUNT: "SELECT id FROM account WHERE id = ?",
    HoldScope.POST: "SELECT account_id FROM post WHERE id = ? LIMIT 1",
    HoldScope.HIT: "SELECT account_id FROM hit WHERE id = ?",
}


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold as it stands. `released_at` None: it holds. Times are aware UTC."""

    id: str
    hold: Hold
    placed_by: str
    released_by: str | None
    released_at: datetime | None


def place(store: Store, *, viewer: Viewer, hold: Hold) -> bool:
    """Places `hold` in this viewer's name; False when it was placed already.

    Raises NotFound for a target that is not stored or not this viewer's, Refused for a review date too far away, CompartmentClosed.
    """
    if hold.review_on > (hold.placed_at + HOLD_REVIEW_AT_MOST).date():
        raise Refused(f"a hold is looked at again within {HOLD_REVIEW_AT_MOST.days} days: name an earlier day than {hold.review_on.isoformat()}")
    for part in seen_by(store, viewer):
        with part.transaction() as tx:
            if tx.row("SELECT 1 FROM hold WHERE id = ?", [hold.id]):
                return False
            if account := tx.row(_ACCOUNT_OF[hold.scope], [hold.target]):
                _enter(part, tx, viewer.name, hold, account[0])
                return True
    raise NotFound(f"there is no {hold.scope} {hold.target} that {viewer.name} may see: it was erased, or its id is written otherwise")


def release(store: Store, *, viewer: Viewer, hold_id: str, now: datetime) -> None:
    """Ends the hold; released already, it keeps its first date. What is due goes with the next purge. Raises NotFound."""
    for part in seen_by(store, viewer):
        with part.transaction() as tx:
            known = tx.row("SELECT scope, target, released_at FROM hold WHERE id = ?", [hold_id])
            if known and known[2] is None:
                tx.execute("UPDATE hold SET released_by = ?, released_at = ? WHERE id = ?", [viewer.name, now, hold_id])
                audit.append(tx, AuditAction.HOLD_RELEASED, viewer.name, hold_id, {"scope": known[0], "target": known[1]}, now)
        if known:
            return
    raise NotFound(f"there is no hold {hold_id} that {viewer.name} may see: `plainview holds list` shows them all")


def every(store: Store, *, viewer: Viewer) -> list[HoldRow]:
    """All that this viewer may see, the released ones too, oldest first."""
    found: list[HoldRow] = []
    for part in seen_by(store, viewer):
        with reading(part, viewer.name, "holds") as view:
            found += _read(view)
    return sorted(found, key=lambda row: (row.hold.placed_at, row.id))


def _enter(part: Store, tx: Transaction, by: str, hold: Hold, account_id: str) -> None:
    subject = tx.row("SELECT subject_id FROM account WHERE id = ?", [account_id])
    row = {name: getattr(hold, name) for name in ("id", "scope", "target", "owner", "reason", "review_on", "placed_at")}
    tx.insert("hold", part.sealed("hold", row, subject[0] if subject else None) | {"placed_by": by})
    detail: dict[str, Json] = {"scope": str(hold.scope), "target": hold.target, "review_on": hold.review_on.isoformat()}
    audit.append(tx, AuditAction.HOLD_PLACED, by, hold.id, detail, hold.placed_at)


def _read(view: Reading) -> list[HoldRow]:
    sql = "SELECT id, scope, target, owner, reason, review_on, placed_at, placed_by, released_by, released_at FROM hold"
    return [HoldRow(row[0], Hold(HoldScope(row[1]), *row[2:7]), *row[7:]) for row in view.rows(sql)]
