"""References: the registered artwork. The pictures themselves lie in the vault."""

from __future__ import annotations

from datetime import datetime

from domain.audit import AuditAction
from domain.reference import Reference
from storage.auditing import audit
from storage.store import Store


def add(store: Store, *, reference: Reference, by: str, now: datetime) -> bool:
    """Registers `reference`, whose picture is in the vault; False when this picture is registered under this label already.

    One label may have several pictures.
    """
    with store.transaction() as tx:
        if tx.row("SELECT 1 FROM reference WHERE label = ? AND sha256 = ?", [reference.label, reference.sha256]):
            return False
        row = {"label": reference.label, "sha256": reference.sha256, "mime": reference.mime, "registered_by": reference.registered_by}
        tx.insert("reference", row | {"registered_at": now})
        audit.append(tx, AuditAction.REFERENCE_ADDED, by, reference.sha256, {"label": reference.label}, now)
    return True


def every(store: Store) -> list[Reference]:
    """All of them, by label and picture."""
    with store.read() as view:
        return [Reference(*row) for row in view.rows("SELECT label, sha256, mime, registered_by FROM reference ORDER BY label, sha256")]
