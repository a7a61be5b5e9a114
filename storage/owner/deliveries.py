"""What workers bring and fetch: batches into the outbox, pictures into the vault and out of it. Each function answers a status and a body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from domain.account import Compartment
from domain.audit import AuditAction
from domain.identity import sha256_hex
from storage.auditing import audit
from storage.batching.batch_file import BadBatch, checked_header
from storage.batching.ingest import outbox_folder
from storage.batching.room import Bounds, no_room
from storage.durable import private_folder
from storage.errors import DiskFull, NotFound
from storage.owner.asker import Asker
from storage.owner.receive import NotWhatItSays, received
from storage.store import Store

_LINE = 65_536  # bytes that a batch's header never reaches
_SHA256 = re.compile(r"[0-9a-f]{64}")

Said = tuple[int, bytes]


class _OutOfScope(Exception):
    pass


def batch(store: Store, asker: Asker, pieces: Iterable[bytes], batch_id: str, bounds: Bounds) -> Said:
    """Keeps a batch durably in the outbox, and puts on record whose it is. One that waits or is stored already is acknowledged again."""
    outbox = private_folder(outbox_folder(store.folder))
    if not _SHA256.fullmatch(batch_id):
        return 404, b""
    if _is_here(store, outbox, batch_id):
        return 200, b""
    if why := no_room(outbox, bounds):
        return _no_room(why)
    return _received(store, asker, pieces, outbox / f"{batch_id}.ndjson")


def _received(store: Store, asker: Asker, pieces: Iterable[bytes], place: Path) -> Said:
    batch_id = place.stem
    try:
        with received(place, pieces, batch_id) as part:
            _accept(store, asker, batch_id, part)
    except (NotWhatItSays, BadBatch):
        return 400, _error("NotWhatItSays", "these are not the bytes of a batch of that name")
    except _OutOfScope:
        return 403, b""
    except DiskFull:
        return _no_room("its disk is full")
    return 200, b""


def picture_in(store: Store, asker: Asker, pieces: Iterable[bytes], sha256: str) -> Said:
    """Keeps captured bytes in the vault of the general compartment. What no batch refers to afterwards is swept as any orphan."""
    if not asker.may_deliver("collected"):
        return 403, b""
    content = b"".join(pieces)
    if sha256_hex(content) != sha256:
        return 400, _error("NotWhatItSays", "these are not the bytes of that name")
    store.alone().vault.put(content)
    return 200, b""


def picture_out(store: Store, asker: Asker, sha256: str) -> Said:
    """The bytes of a captured medium or a registered artwork; of nothing else that the vault holds. Raises NotFound and StoreDamaged."""
    if not asker.may_deliver("examined"):
        return 403, b""
    general = store.alone()
    with general.read() as view:
        known = view.row("SELECT 1 FROM media WHERE sha256 = ? UNION ALL SELECT 1 FROM reference WHERE sha256 = ?", [sha256, sha256])
    if not known:
        raise NotFound("there is no such picture to examine: it was erased, or never captured")
    return 200, general.vault.get(sha256)


def _accept(store: Store, asker: Asker, batch_id: str, part: Path) -> None:
    with part.open("rb") as file:
        header = checked_header(file.readline(_LINE))
    kind = header.kind
    if not asker.may_deliver(kind) or (asker.worker and header.compartment != Compartment.GENERAL):
        raise _OutOfScope
    if asker.worker:
        detail: dict[str, object] = {"kind": kind, "bytes": part.stat().st_size}
        audit.record(store, action=AuditAction.WORKER_DELIVERED, actor=asker.actor, subject=batch_id, detail=detail, now=store.clock())


def _is_here(store: Store, outbox: Path, batch_id: str) -> bool:
    with store.read() as view:
        return (outbox / f"{batch_id}.ndjson").exists() or view.row("SELECT 1 FROM ingest_ledger WHERE batch_id = ?", [batch_id]) is not None


def _no_room(why: str) -> Said:
    return 503, _error("OutboxFull", why)


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"error": kind, "message": message}).encode()
