"""The audit: a chain of hashes over everything that happened, each entry committed with what it records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.audit import AuditAction
from domain.identity import Json, canonical_json, clean_text, sha256_hex
from storage.store import Row, Store, Transaction

_START = "0" * 64
_COLUMNS = "seq, recorded_at, actor, action, subject, detail, prev, hash"


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
class AuditReport:
    """What verifying found: how many entries there are, whether every one stands, and the number and fault of the first that does not."""

    entries: int
    ok: bool
    first_bad: int | None = None
    fault: str = ""


def append(tx: Transaction, action: AuditAction, actor: str, subject: str, detail: Mapping[str, Json], now: datetime) -> None:
    """Adds an entry to the chain, in the same transaction as what it records. Raises ValueError for a detail that is not JSON."""
    head = tx.row("SELECT seq, hash FROM audit_head")
    seq, prev = (head[0] + 1, head[1]) if head else (1, _START)
    at = now.astimezone(UTC)
    text = canonical_json(dict(detail)).decode()
    fields = (seq, at, clean_text(actor), str(action), clean_text(subject), text, prev)
    entry = dict(zip(_COLUMNS.split(", "), (*fields, entry_hash(*fields)), strict=True))
    tx.insert("audit", entry)
    tx.execute("UPDATE audit_head SET seq = ?, hash = ?", [seq, entry["hash"]])


def entry_hash(seq: int, at: datetime, actor: str, action: str, subject: str, detail: str, prev: str) -> str:
    """SHA-256 over the previous entry's hash and this entry as canonical JSON."""
    said: dict[str, Json] = {"seq": seq, "at": at.isoformat(timespec="microseconds"), "actor": actor, "action": action, "subject": subject, "detail": detail}
    return sha256_hex(prev.encode() + canonical_json(said))


def record(store: Store, *, action: AuditAction, actor: str, subject: str, detail: dict[str, object], now: datetime) -> None:
    """An entry for something that changes nothing in the store: a picture revealed, a user added."""
    with store.transaction() as tx:
        append(tx, action, actor, subject, json.loads(json.dumps(detail)), now)


def entries(store: Store, *, since: datetime | None = None, limit: int = 1000) -> list[AuditEntry]:
    """The newest `limit` entries at or after `since`, newest first."""
    sql = f"SELECT {_COLUMNS} FROM audit WHERE ?::TIMESTAMPTZ IS NULL OR recorded_at >= ? ORDER BY seq DESC LIMIT ?"  # noqa: S608
    with store.read() as tx:
        return [AuditEntry(*(*row[:5], json.loads(row[5]), *row[6:])) for row in tx.rows(sql, [since, since, limit])]


def verify(store: Store) -> AuditReport:
    """Follows the chain from its start, and says where it first breaks: an entry changed, missing, added or moved.

    Whoever may write the whole file can write a whole new chain: a checkpoint kept elsewhere is what tells that.
    """
    with store.read() as view:
        head = view.row("SELECT seq, hash FROM audit_head")
        rows = (row for batch in view.batches(f"SELECT {_COLUMNS} FROM audit ORDER BY seq", 10_000) for row in batch)  # noqa: S608
        return followed(rows, head)


def followed(rows: Iterable[Row], head: Row | None) -> AuditReport:
    """What following these entries, as stored, up to `head` (number and hash of the last one) finds."""
    count, last = 0, _START
    for row in rows:
        count += 1
        if fault := _fault(row, count, last):
            return AuditReport(count, False, count, fault)
        last = row[7]
    if head != (count, last):
        return AuditReport(count, False, count + 1, "entries at the end are missing")
    return AuditReport(count, True)


def _fault(row: Row, expected: int, last: str) -> str:
    if row[0] != expected:
        return f"entry {expected} is missing"
    if row[6] != last:
        return f"entry {expected} does not follow the one before it"
    if row[7] != entry_hash(*row[:7]):
        return f"entry {expected} was changed after it was written"
    return ""
