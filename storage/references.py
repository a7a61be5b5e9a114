"""References: the registered artwork, the department's own and look-alikes. The pictures themselves lie in the vault."""

from __future__ import annotations

from datetime import datetime

from domain.audit import AuditAction
from domain.identity import Json
from domain.reference import Reference
from storage.auditing import audit
from storage.errors import Refused
from storage.store import Store, Transaction

_COLUMNS = ("label", "sha256", "mime", "registered_by", "ours")


def add(store: Store, *, reference: Reference, by: str, now: datetime) -> bool:
    """Registers `reference`, whose picture is in the vault; False when this picture is registered under this label already.

    One label may have several pictures. Raises Refused for what would be the department's own and a look-alike at once: the same picture, or the same label.
    """
    with store.transaction() as tx:
        _refuse_both_ways(tx, reference)
        if tx.row("SELECT 1 FROM reference WHERE label = ? AND sha256 = ?", [reference.label, reference.sha256]):
            return False
        tx.insert("reference", {**{name: getattr(reference, name) for name in _COLUMNS}, "registered_at": now})
        audit.append(tx, AuditAction.REFERENCE_ADDED, by, reference.sha256, _detail(reference), now)
    return True


def _refuse_both_ways(tx: Transaction, reference: Reference) -> None:
    other = tx.row(
        "SELECT label, ours FROM reference WHERE ours <> ? AND (label = ? OR sha256 = ?) ORDER BY sha256 = ? DESC, label LIMIT 1",
        [reference.ours, reference.label, reference.sha256, reference.sha256],
    )
    if other:
        standing = "the department's own" if other[1] else "not ours"
        raise Refused(f"{other[0]!r} is registered as {standing}: a picture or a label cannot be both; nothing was registered")


def _detail(reference: Reference) -> dict[str, Json]:
    """What the audit keeps. Of the department's own it says what it has always said."""
    return {"label": reference.label} if reference.ours else {"label": reference.label, "ours": False}


def every(store: Store) -> list[Reference]:
    """All of them, by label and picture."""
    with store.read() as view:
        return [Reference(*row) for row in view.rows(f"SELECT {', '.join(_COLUMNS)} FROM reference ORDER BY label, sha256")]  # noqa: S608 (ours)
