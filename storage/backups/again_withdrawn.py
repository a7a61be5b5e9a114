"""What was withdrawn after a backup was made, withdrawn again in the store that was restored from it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.audit import AuditAction
from domain.retention import ErasureReason, HoldScope
from storage.auditing import audit
from storage.erasure import erasing
from storage.erasure.erasing import Order
from storage.erasure.withdrawals import WithdrawalKind, Withdrawn
from storage.store import Store

_BY = "plainview restore"


@dataclass(frozen=True, slots=True)
class Again:
    """How many authorizations were revoked again, subjects entered as destroyed again, and erasures done again."""

    revoked: int = 0
    destroyed: int = 0
    erased: int = 0


def withdraw_again(store: Store, withdrawn: list[Withdrawn]) -> Again:
    """Applies each line to the compartment that knows its id; one that none knows was entered after the backup, or is on record there already.

    A revocation keeps its date, and what was collected under it goes with the next `plainview erase --due`. Ordered erasures are done at once.
    """
    return Again(
        sum(_revoked(one, line) for line in withdrawn for one in store.files() if line.kind is WithdrawalKind.AUTHORIZATION_REVOKED),
        sum(_destroyed(one, line) for line in withdrawn for one in store.files() if line.kind is WithdrawalKind.SUBJECT_DESTROYED),
        sum(_erased(one, line) for line in withdrawn for one in store.files() if line.kind is WithdrawalKind.ERASURE_ORDERED),
    )


def _revoked(store: Store, line: Withdrawn) -> bool:
    with store.transaction() as tx:
        known = tx.row('SELECT account_id FROM "authorization" WHERE id = ? AND revoked_at IS NULL', [line.id])
        if known:
            tx.execute('UPDATE "authorization" SET revoked_at = ? WHERE id = ?', [line.at, line.id])
            audit.append(tx, AuditAction.AUTHORIZATION_REVOKED, _BY, line.id, {"account": known[0]}, store.clock())
    return known is not None


def _destroyed(store: Store, line: Withdrawn) -> bool:
    """The key itself is gone already, or the store destroys it when it is opened with its keys."""
    with store.transaction() as tx:
        if not tx.row("SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND table_name = 'subject'"):
            return False
        known = tx.row("SELECT 1 FROM subject WHERE id = ? AND destroyed_at IS NULL", [line.id])
        if known:
            tx.execute("UPDATE subject SET destroyed_at = ? WHERE id = ?", [line.at, line.id])
            audit.append(tx, AuditAction.SUBJECT_DESTROYED, _BY, line.id, {}, store.clock())
    return known is not None


def _erased(store: Store, line: Withdrawn) -> bool:
    scope, _, target = line.id.partition(" ")
    with store.read() as view:
        if view.row("SELECT 1 FROM erasure WHERE scope = ? AND ordered_at >= ?", [line.id, line.at]):
            return False
    begun = erasing.begin(store, _order(scope, target, line), refuse_held=False)
    erasing.finish(store)
    return begun


def _order(scope: str, target: str, line: Withdrawn) -> Order:
    if scope == HoldScope.ACCOUNT:
        return erasing.of_account(target, ErasureReason.ORDERED, _BY, line.at, {})
    return erasing.of_post(target, _BY, line.at)
