"""From the outbox into the tables: each batch whole and once, by the ledger."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from domain.account import Compartment
from domain.audit import AuditAction
from domain.identity import sha256_hex
from storage.auditing import audit
from storage.batching import collected_file, ingest_cited, ingest_collected, ingest_examined, ingest_rescanned
from storage.batching.batch_columns import Header
from storage.batching.batch_file import BadBatch, checked_header, stage
from storage.batching.together import together
from storage.durable import private_folder, write_whole
from storage.errors import Refused, StorageError, disk_errors
from storage.owner.leftovers import parts_beside, remove_parts
from storage.store import Store, Transaction

_INTO_TABLES: Mapping[str, Callable[[Transaction, str, datetime], None]] = {
    "examined": ingest_examined.store_batch,
    "cited": ingest_cited.store_batch,
    "rescanned": ingest_rescanned.store_batch,
}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SWEEPING = threading.Lock()  # an owner answers many callers at once, and two that refuse the same batch would put it on record twice


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of the batches that lay in the outbox: their ids. Those that are `waiting` had no fault of their own (no room, for instance)."""

    stored: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    waiting: tuple[str, ...] = ()


def outbox_folder(folder: Path) -> Path:
    """Where batches of the data folder `folder` wait."""
    return folder / "outbox"


def refused_folder(folder: Path) -> Path:
    """Where batches that could not be stored are kept."""
    return outbox_folder(folder) / "refused"


def sweep(store: Store) -> Swept:
    """Stores every batch that waits, in the order of writing, and removes what a killed writer left an hour ago. One sweep at a time: others wait."""
    with _SWEEPING:
        return _sweep(store)


def _sweep(store: Store) -> Swept:
    stored: list[str] = []
    refused, waiting = [], []
    for path in _alone(store, stored):
        try:
            reason = _ingest(store, path)
        except (StorageError, duckdb.Error, OSError):
            waiting.append(path.stem)  # the batch stays where it is, and the next sweep finds it
            continue
        if reason is None:
            stored.append(path.stem)
        else:
            refused.append((path.stem, reason))
    remove_parts(parts_beside(store.folder))
    return Swept(tuple(stored), tuple(refused), tuple(waiting))


def _alone(store: Store, stored: list[str]) -> Iterator[Path]:
    """The waiting batches that are to be stored one by one; those that could be stored together are in `stored` now."""
    for group in together(_in_order(outbox_folder(store.folder))):
        if len(group) > 1 and _ingest_together(store, group):
            stored.extend(path.stem for path in group)
        else:
            yield from group


def _ingest_together(store: Store, group: list[Path]) -> bool:
    """Stores these batches in one transaction, or nothing of them: then one of them is at fault, or there is no room, and each by itself says which."""
    try:
        headers = {path: checked_header(path.read_bytes()) for path in group}
        with store.transaction() as tx:
            ids = [path.stem for path in group]
            known = {row[0] for row in tx.rows("SELECT batch_id FROM ingest_ledger WHERE batch_id IN (SELECT unnest(?))", [ids])}
            if fresh := {path: header for path, header in headers.items() if path.stem not in known}:
                _store(store, tx, fresh)
    except (BadBatch, StorageError, duckdb.Error, OSError):
        return False
    for path in group:
        _stored(store, path)
    return True


def take_in(store: Store, *, batch_id: str) -> str | None:
    """Stores what waits, and answers why that batch was refused; None when it was not: it is stored, or waits for room. Raises Refused for what is no id."""
    if not _SHA256.fullmatch(batch_id):
        raise Refused("a batch's id is a SHA-256 in 64 lower-case hexadecimal digits")
    sweep(store)
    return refusal(store.folder, batch_id)


def _in_order(outbox: Path) -> list[Path]:
    return [path for _, _, path in sorted(_waiting(outbox))]


def _waiting(outbox: Path) -> Iterator[tuple[int, str, Path]]:
    for path in outbox.glob("*.ndjson"):
        with suppress(FileNotFoundError):  # another sweep of this owner's has just stored it
            yield path.stat().st_mtime_ns, path.name, path


def _ingest(store: Store, path: Path) -> str | None:
    """Stores one batch and answers None, or keeps it aside and answers why."""
    part = store
    try:
        header = checked_header(path.read_bytes())
        part = _compartment_of(store, header)
        with part.transaction() as tx:
            if not tx.row("SELECT 1 FROM ingest_ledger WHERE batch_id = ?", [path.stem]):
                _store(part, tx, {path: header})
    except (BadBatch, duckdb.DataError, duckdb.IntegrityError, duckdb.InvalidInputException) as error:
        return _refuse(part, path, error)
    _stored(store, path)
    return None


def _stored(store: Store, path: Path) -> None:
    path.unlink(missing_ok=True)
    for left in _aside(store.folder, path.stem):  # it was refused once, and its cause is mended
        left.unlink(missing_ok=True)


def _compartment_of(store: Store, header: Header) -> Store:
    """Where the batch belongs. What is sealed is stored without its key; only a file that was never made cannot take it, and then it waits."""
    for one in store.files():
        if one.compartment == header.compartment:
            return one
    if header.compartment not in set(Compartment):
        raise BadBatch("it belongs to a compartment that this Plainview does not know")
    return store.undercover


def _store(store: Store, tx: Transaction, headers: Mapping[Path, Header]) -> None:
    """Several batches are collected ones."""
    path, header = next(iter(headers.items()))
    if header.kind == "collected":
        with collected_file.reading(store, tx, headers) as told:
            _enter(store, tx, headers)
            ingest_collected.store_batches(tx, told, store.clock())
        return
    if sha256_hex(path.read_bytes()) != path.stem:
        raise BadBatch("the file is not what was written")
    stage(tx, path, header)
    _enter(store, tx, headers)
    _INTO_TABLES[header.kind](tx, path.stem, store.clock())


def _enter(store: Store, tx: Transaction, headers: Mapping[Path, Header]) -> None:
    """In the ledger."""
    stored_at = _behind_all(tx, store.clock())
    entered = [(path.stem, header.kind, header.rows, stored_at + timedelta(microseconds=number)) for number, (path, header) in enumerate(headers.items())]
    tx.insert_rows("ingest_ledger", [dict(zip(("batch_id", "kind", "rows", "stored_at"), row, strict=True)) for row in entered])


def _behind_all(tx: Transaction, now: datetime) -> datetime:
    """`now`, or just behind the last batch's time where the clock was set back: the ledger's times are the order in which the store came to know things."""
    last = tx.row("SELECT max(stored_at) FROM ingest_ledger")
    return max(now, last[0] + timedelta(microseconds=1)) if last and last[0] else now


def _refuse(store: Store, path: Path, error: Exception) -> str:
    reason = str(error) if isinstance(error, BadBatch) else f"a value does not fit its column ({type(error).__name__})"
    with store.transaction() as tx:
        audit.append(tx, AuditAction.BATCH_REFUSED, "plainview", path.stem, {"reason": reason}, store.clock())
    batch, said = _aside(store.folder, path.stem)
    private_folder(batch.parent)
    write_whole(said, reason.encode())
    with disk_errors(batch):
        path.replace(batch)
    return reason


def refusal(folder: Path, batch_id: str) -> str | None:
    """Why that batch was refused, or None when it was not."""
    batch, said = _aside(folder, batch_id)
    return said.read_text(encoding="utf-8") if batch.exists() and said.exists() else None


def _aside(folder: Path, batch_id: str) -> tuple[Path, Path]:
    return refused_folder(folder) / f"{batch_id}.ndjson", refused_folder(folder) / f"{batch_id}.reason"
