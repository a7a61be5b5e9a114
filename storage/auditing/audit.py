"""The audit: a chain of hashes over everything that happened, each entry committed with what it records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.account import Compartment
from domain.audit import AuditAction
from domain.identity import Json, canonical_json, clean_text
from storage.auditing.audit_chain import COLUMNS, START, AuditReport, chain_of, entry_hash
from storage.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry: who (`actor`) did what (`action`) to what (`subject`), when (aware UTC). `detail` holds ids and counts, never content."""

    seq: int
    recorded_at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, object]
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class ToRecord:
    """An entry that is still to be added."""

    action: AuditAction
    actor: str
    subject: str
    detail: Mapping[str, Json]
    now: datetime


def append(tx: Transaction, action: AuditAction, actor: str, subject: str, detail: Mapping[str, Json], now: datetime) -> None:
    """Adds an entry to the chain, in the same transaction as what it records. Raises ValueError for a detail that is not JSON."""
    append_all(tx, [ToRecord(action, actor, subject, detail, now)])


def append_all(tx: Transaction, several: Sequence[ToRecord]) -> None:
    """Adds entries in their order, as `append` does: for what is stored together, whose entries one by one take longer than the storing."""
    head = tx.row("SELECT seq, hash FROM audit_head")
    seq, prev = (head[0], head[1]) if head else (0, START)
    added = []
    for one in several:
        seq += 1
        fields = (
            seq,
            one.now.astimezone(UTC),
            clean_text(one.actor),
            str(one.action),
            clean_text(one.subject),
            canonical_json(dict(one.detail)).decode(),
            prev,
        )
        prev = entry_hash(*fields)
        added.append(dict(zip(COLUMNS.split(", "), (*fields, prev), strict=True)))
    if added:
        tx.insert_rows("audit", added)
        tx.execute("UPDATE audit_head SET seq = ?, hash = ?", [seq, prev])


def record(
    store: Store,
    *,
    action: AuditAction,
    actor: str,
    subject: str,
    detail: dict[str, object],
    now: datetime,
    compartment: Compartment = Compartment.GENERAL,
) -> None:
    """An entry, on the record of the compartment that it is about, for something that changes nothing in the store: a picture revealed, a user added."""
    with store.of(compartment).transaction() as tx:
        append(tx, action, actor, subject, json.loads(json.dumps(detail)), now)


def entries(store: Store, *, since: datetime | None = None, limit: int = 1000) -> list[AuditEntry]:
    """The newest `limit` entries at or after `since`, newest first."""
    sql = f"SELECT {COLUMNS} FROM audit WHERE ?::TIMESTAMPTZ IS NULL OR recorded_at >= ? ORDER BY seq DESC LIMIT ?"  # noqa: S608
    with store.read() as tx:
        return [AuditEntry(*(*row[:5], json.loads(row[5]), *row[6:])) for row in tx.rows(sql, [since, since, limit])]


def verify(store: Store) -> AuditReport:
    """Follows the chain of this compartment's file, and says where it first breaks: an entry changed, missing, added or moved. Needs no key.

    Whoever may write the whole file can write a whole new chain: a checkpoint kept elsewhere is what tells that (`storage.auditing.audit_trees`).
    """
    with store.read() as view:
        return replace(chain_of(view), compartment=store.compartment)


def verify_files(store: Store) -> list[AuditReport]:
    """What `verify` finds in each file that there is."""
    return [verify(one) for one in store.files()]
