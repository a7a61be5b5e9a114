"""Health: what there is, what came last, and what waits or was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.batching.ingest import outbox_folder, refusal, refused_folder
from storage.batching.room import waiting_in
from storage.store import Store


@dataclass(frozen=True, slots=True)
class RefusedBatch:
    """A batch that could not be stored, and why; its file is in outbox/refused."""

    batch_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts, when the latest batch was stored (aware UTC), the ids of batches that wait in the outbox, those refused, and the bytes that wait."""

    accounts: int
    posts: int
    media: int
    media_not_captured: int
    pieces_rejected: int
    hits_new: int
    hits_closed: int
    latest_batch: datetime | None
    waiting: tuple[str, ...]
    refused: tuple[RefusedBatch, ...]
    waiting_bytes: int


def overview(store: Store, *, now: datetime) -> Overview:  # noqa: ARG001 (part of the call; what is late is policy's to say)
    """How the store stands."""
    counts = """SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM post WHERE newest), (SELECT count(*) FROM media),
        (SELECT count(*) FROM post_media WHERE media_sha256 IS NULL), (SELECT count(*) FROM rejected),
        (SELECT count(*) FROM hit WHERE state = 'new'), (SELECT count(*) FROM hit WHERE state = 'closed'),
        (SELECT max(stored_at) FROM ingest_ledger)"""
    with store.read() as view:
        (row,) = view.rows(counts)
    waiting = tuple(sorted(path.stem for path in outbox_folder(store.folder).glob("*.ndjson")))
    aside = sorted(path.stem for path in refused_folder(store.folder).glob("*.ndjson"))
    refused = tuple(RefusedBatch(batch_id, refusal(store.folder, batch_id) or "the reason was not kept") for batch_id in aside)
    return Overview(*(*row, waiting, refused, waiting_in(outbox_folder(store.folder)).size))
