"""The outbox: a batch is safe once its file is renamed into place; storing it is then only a matter of time."""

from __future__ import annotations

from domain.identity import sha256_hex
from storage import ingest
from storage.batches import (
    Batch,
    CapturedMedia,
    CapturedPost,
    CitedBatch,
    CitedItem,
    CollectedBatch,
    CollectionOutcome,
    Compliant,
    ExaminedBatch,
    ExaminedMedia,
)
from storage.door import Door
from storage.durable import private_folder, write_whole
from storage.errors import DiskFull, Refused, StoreBusy
from storage.wire import written

__all__ = [
    "Batch",
    "CapturedMedia",
    "CapturedPost",
    "CitedBatch",
    "CitedItem",
    "CollectedBatch",
    "CollectionOutcome",
    "Compliant",
    "ExaminedBatch",
    "ExaminedMedia",
    "submit",
]


def submit(door: Door, batch: Batch) -> str:
    """Keeps `batch` durably, asks the store to take it in, and answers its id, the SHA-256 of its file. Submitting the same batch again is harmless.

    When nobody takes it in now, it waits in the outbox for whoever opens the store next. Raises Refused for a batch that cannot be stored
    (it is kept in outbox/refused), DiskFull and StoreUnwritable when it could not be kept.
    """
    content = written(batch)
    batch_id = sha256_hex(content)
    outbox = ingest.outbox_folder(door.folder)
    private_folder(outbox)
    write_whole(outbox / f"{batch_id}.ndjson", content)
    try:
        door.call(ingest.sweep)
    except (StoreBusy, DiskFull):  # of the database: the batch itself is kept
        return batch_id
    if reason := ingest.refusal(door.folder, batch_id):
        raise Refused(f"batch {batch_id} was refused: {reason}; it is kept in {ingest.refused_folder(door.folder)}")
    return batch_id
