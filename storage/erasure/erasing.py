"""One erasure, step by step: rows and their record in one transaction, then files, then the free blocks, then the record that it is finished.

A process that dies between two steps leaves an erasure that is begun and not finished: `finish` goes on with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.audit import AuditAction
from domain.identity import Json, canonical_json, derived_id, sha256_hex
from domain.retention import ErasureReason, HoldScope, RecordClass
from storage.auditing import audit
from storage.erasure import doomed
from storage.erasure.compaction import compact
from storage.erasure.erased_files import batches_with, orphans, remove_batches, remove_bytes
from storage.erasure.erased_rows import Counts, delete_attempts, delete_chosen, delete_leftovers, delete_of_account, delete_unrefreshed, list_sha256, listed
from storage.errors import Refused
from storage.store import Store, Transaction

Take = Callable[[Store, Transaction, str], Counts]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be erased, why and by whom. `take` chooses and deletes in the transaction, under the erasure's id, and answers the rows gone by table."""

    id: str
    reason: ErasureReason
    scope: str
    by: str
    now: datetime
    take: Take
    detail: Mapping[str, Json] = field(default_factory=dict)


def of_account(account_id: str, reason: ErasureReason, by: str, now: datetime, detail: Mapping[str, Json]) -> Order:
    """All that is stored of that account; its row and its authorizations stay."""

    def take(store: Store, tx: Transaction, erasure_id: str) -> Counts:
        doomed.of_account(tx, account_id)
        counts = delete_chosen(tx, erasure_id, now)
        held = doomed.account_is_held(tx, account_id)
        more = Counts() if held else delete_of_account(tx, account_id, erasure_id)
        return counts + more + _batches(store, tx, erasure_id, frozenset() if held else frozenset({account_id}))

    return _order(reason, f"{HoldScope.ACCOUNT} {account_id}", by, now, take, detail)


def of_post(post_id: str, by: str, now: datetime) -> Order:
    """That post in all its versions, because somebody said so."""

    def take(store: Store, tx: Transaction, erasure_id: str) -> Counts:
        doomed.of_post(tx, post_id)
        return delete_chosen(tx, erasure_id, now) + _batches(store, tx, erasure_id, frozenset({post_id}))

    return _order(ErasureReason.ORDERED, f"{HoldScope.POST} {post_id}", by, now, take, {})


def by_terms(by: str, now: datetime) -> Order:
    """What the platforms' terms allow no longer."""

    def take(store: Store, tx: Transaction, erasure_id: str) -> Counts:
        doomed.by_terms(tx, now)
        counts = delete_chosen(tx, erasure_id, now) + delete_unrefreshed(tx, erasure_id, now)
        return counts + _batches(store, tx, erasure_id, frozenset())

    return _order(ErasureReason.TERMS, "terms", by, now, take, {})


def by_retention(days: Mapping[RecordClass, int], by: str, now: datetime) -> Order:
    """What is older than the schedule says; `days` by class."""

    def take(store: Store, tx: Transaction, erasure_id: str) -> Counts:
        doomed.by_retention(tx, days, now)
        counts = delete_chosen(tx, erasure_id, now)
        if RecordClass.COLLECTIONS in days:
            counts += delete_attempts(tx, doomed.before(now, days[RecordClass.COLLECTIONS]), erasure_id)
        return counts + _batches(store, tx, erasure_id, frozenset())

    said: dict[str, Json] = {str(name): count for name, count in sorted(days.items())}
    return _order(ErasureReason.RETENTION, "retention", by, now, take, {"days": said})


def of_leftovers(by: str, now: datetime) -> Order:
    """What a run that was under way stored about posts and items that had been erased meanwhile."""

    def take(_: Store, tx: Transaction, erasure_id: str) -> Counts:
        doomed.leftovers(tx)
        return delete_leftovers(tx, erasure_id, now)

    return _order(ErasureReason.ENDED, "leftovers", by, now, take, {})


def begin(store: Store, order: Order, *, refuse_held: bool) -> bool:
    """Deletes the rows, with the list of what went and the audit entry; False when there was nothing to delete. Begun already, it is left as it is.

    Raises Refused, having changed nothing, when `refuse_held` and a hold keeps any of it.
    """
    with store.transaction() as tx:
        if tx.row("SELECT 1 FROM erasure WHERE id = ?", [order.id]):
            return True
        counts = order.take(store, tx, order.id)
        held = doomed.holds_met(tx, order.scope)
        if held and refuse_held:
            raise Refused(f"{order.scope} is kept by {_named(tx, held)}: release it first, with `plainview holds release`; nothing was erased")
        if counts:
            _write_down(tx, order, counts, held)
    return bool(counts)


def finish(store: Store) -> None:
    """Removes the bytes of every erasure of this compartment that is begun, rewrites the database file, and records that they are finished."""
    sql = """SELECT e.id, e.ordered_by, x.kind, x.id FROM erasure e LEFT JOIN erased x ON x.erasure_id = e.id AND x.kind IN ('media', 'capture', 'batch')
        WHERE e.finished_at IS NULL ORDER BY e.ordered_at, e.id, x.id"""
    with store.read() as view:
        rows = view.rows(sql)
    if not rows:
        return
    remove_bytes(store, [row[3] for row in rows if row[2] in ("media", "capture")])
    remove_batches(store.folder, [row[3] for row in rows if row[2] == "batch"])
    sizes = compact(store)
    now = store.clock()
    with store.transaction() as tx:
        open_still = {row[0] for row in tx.rows("SELECT id FROM erasure WHERE finished_at IS NULL")}  # a call that was asked twice may have been quicker
        for erasure_id, by in dict.fromkeys((row[0], row[1]) for row in rows if row[0] in open_still):
            detail: dict[str, Json] = {"database_bytes_before": sizes.before, "database_bytes_after": sizes.after}
            entry = _entry(tx, AuditAction.ERASURE_FINISHED, by, erasure_id, detail, now)
            tx.execute("UPDATE erasure SET bytes_entry = ?, finished_at = ? WHERE id = ?", [entry, now, erasure_id])


def remove_orphans(store: Store, by: str) -> int:
    """Removes captured bytes that nothing refers to: what was fetched in the moments of a revocation, or by a run that died. Answers how many files went."""
    names = orphans(store)
    if names:
        with store.transaction() as tx:  # the record first: a file that is gone without one would be worse than one that is listed twice
            _entry(tx, AuditAction.VAULT_SWEPT, by, "vault", {"files": len(names), "list_sha256": sha256_hex(canonical_json([*names]))}, store.clock())
        remove_bytes(store, names)
    return len(names)


def _order(reason: ErasureReason, scope: str, by: str, now: datetime, take: Take, detail: Mapping[str, Json]) -> Order:
    return Order(derived_id("erasure", reason, scope, by, now.isoformat()), reason, scope, by, now, take, detail)


def _batches(store: Store, tx: Transaction, erasure_id: str, named: frozenset[str]) -> Counts:
    """Lists the batches in the outbox that hold what went, or name an account or post of `named`."""
    gone = frozenset(one for kind, one, _ in listed(tx, erasure_id) if kind in ("post", "post_emptied", "media", "capture"))
    if not gone | named:
        return Counts()
    found = batches_with(store.folder, gone | named, doomed.kept_posts(tx))
    for batch_id in found:
        tx.insert("erased", {"erasure_id": erasure_id, "kind": "batch", "id": batch_id, "sha256": batch_id})
    return Counts({"outbox": len(found)} if found else {})


def _write_down(tx: Transaction, order: Order, counts: Counts, held: list[str]) -> None:
    said: dict[str, Json] = dict(sorted(counts.items()))
    detail: dict[str, Json] = {"reason": str(order.reason), "scope": order.scope, "rows": said, "list_sha256": list_sha256(tx, order.id), "held": [*held]}
    entry = _entry(tx, AuditAction.ERASURE_BEGUN, order.by, order.id, {**order.detail, **detail}, order.now)
    row: dict[str, object] = {"id": order.id, "reason": order.reason, "scope": order.scope, "ordered_by": order.by, "ordered_at": order.now, "held": held}
    tx.insert("erasure", row | {"rows_entry": entry})


def _entry(tx: Transaction, action: AuditAction, by: str, subject: str, detail: Mapping[str, Json], now: datetime) -> int:
    """The number of the entry that was added."""
    audit.append(tx, action, by, subject, detail, now)
    (head,) = tx.rows("SELECT seq FROM audit_head")
    return int(head[0])


def _named(tx: Transaction, held: list[str]) -> str:
    rows = tx.rows("SELECT id, review_on FROM hold WHERE id IN (SELECT unnest(?)) ORDER BY id", [held])
    return ", ".join(f"hold {row[0]} (to be reviewed by {row[1].isoformat()})" for row in rows)
