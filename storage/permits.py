"""Permits: approvals that make a finding compliant."""

from __future__ import annotations

from datetime import date, datetime

from domain.audit import AuditAction
from domain.permit import Permit, PermitKind
from storage.auditing import audit
from storage.store import Store

_COLUMNS = "kind, clause, granted_by, document, document_sha256, valid_from, valid_until, account_id, label"


def add(store: Store, *, permit: Permit, by: str, now: datetime) -> bool:
    """Enters `permit` in the general compartment; False when the same paper for the same scope is entered already."""
    with store.transaction() as tx:
        if tx.row("SELECT 1 FROM permit WHERE id = ?", [permit.id]):
            return False
        tx.insert("permit", {"id": permit.id} | {name: getattr(permit, name) for name in _COLUMNS.split(", ")} | {"added_at": now})
        detail = {"kind": str(permit.kind), "account": permit.account_id, "document_sha256": permit.document_sha256}
        audit.append(tx, AuditAction.PERMIT_ADDED, by, permit.id, detail, now)
    return True


def every(store: Store) -> list[Permit]:
    """All of them, expired ones too, oldest first."""
    with store.read() as view:
        return [_from(*row) for row in view.rows(f"SELECT {_COLUMNS} FROM permit ORDER BY valid_from, added_at, id")]  # noqa: S608


def _from(
    kind: str,
    clause: str,
    granted_by: str,
    document: str,
    document_sha256: str,
    valid_from: date,
    valid_until: date,
    account_id: str | None,
    label: str | None,
) -> Permit:
    return Permit(PermitKind(kind), clause, granted_by, document, document_sha256, valid_from, valid_until, account_id, label)
