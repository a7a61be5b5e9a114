"""Retention: how long each class of record is kept, as the records custodian has set it. Empty until then."""

from __future__ import annotations

from datetime import datetime

from domain.audit import AuditAction
from domain.retention import RecordClass, RetentionRule
from storage.auditing import audit
from storage.store import Reading, Store


def put(store: Store, *, rule: RetentionRule) -> bool:
    """Sets how long that class is kept, in every compartment; False when it was set so already."""
    return True in [_put(one, rule) for one in store.files()]


def clear(store: Store, *, record_class: RecordClass, by: str, now: datetime) -> bool:
    """Keeps that class without a limit again; False when there was none."""
    return True in [_clear(one, record_class, by, now) for one in store.files()]


def every(store: Store) -> list[RetentionRule]:
    """The rules, by class."""
    with store.read() as view:
        return read(view)


def read(view: Reading) -> list[RetentionRule]:
    """The rules of this file, by class."""
    rows = view.rows("SELECT class, days, authority, set_by, set_at FROM retention ORDER BY class")
    return [RetentionRule(RecordClass(row[0]), *row[1:]) for row in rows]


def _put(store: Store, rule: RetentionRule) -> bool:
    with store.transaction() as tx:
        known = tx.row("SELECT days, authority FROM retention WHERE class = ?", [rule.record_class])
        if known == (rule.days, rule.authority):
            return False
        tx.execute("DELETE FROM retention WHERE class = ?", [rule.record_class])
        row: dict[str, object] = {"class": rule.record_class, "days": rule.days, "authority": rule.authority, "set_by": rule.set_by, "set_at": rule.set_at}
        tx.insert("retention", row)
        audit.append(tx, AuditAction.RETENTION_SET, rule.set_by, rule.record_class, {"days": rule.days, "before": known[0] if known else None}, rule.set_at)
    return True


def _clear(store: Store, record_class: RecordClass, by: str, now: datetime) -> bool:
    with store.transaction() as tx:
        known = tx.row("SELECT days FROM retention WHERE class = ?", [record_class])
        if known:
            tx.execute("DELETE FROM retention WHERE class = ?", [record_class])
            audit.append(tx, AuditAction.RETENTION_SET, by, record_class, {"days": None, "before": known[0]}, now)
    return known is not None
