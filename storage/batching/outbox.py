"""The outbox: a batch is safe once its file is renamed into place; storing it is then only a matter of time."""

from __future__ import annotations

from storage.batching.batches import (
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
    KeptReplies,
    RescannedBatch,
    RescanStep,
)
from storage.batching.wire import written
from storage.errors import DiskFull, Refused, StoreBusy
from storage.owner.door import Door
from storage.sealed.sealing import SubjectKey

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
    "KeptReplies",
    "RescanStep",
    "RescannedBatch",
    "submit",
]


def submit(door: Door, batch: Batch, key: SubjectKey | None = None) -> str:
    """Keeps `batch` durably, asks the store to take it in, and answers its id, the SHA-256 of its file. Submitting the same batch again is harmless.

    `key`: of the subject whose batch it is, for the undercover compartment; it is sealed before it is kept. When nobody takes it in now, it waits in the outbox
    for whoever opens the store next. Raises Refused for a batch that cannot be stored (it is kept in outbox/refused), and OutboxFull, DiskFull and
    StoreUnwritable when it could not be kept.
    """
    batch_id = door.keep(written(batch, key))
    try:
        reason = door.take_in(batch_id)
    except (StoreBusy, DiskFull):  # of the database: the batch itself is kept
        return batch_id
    if reason:
        raise Refused(f"batch {batch_id} was refused: {reason}; it is kept in outbox/refused of {door.place}")
    return batch_id
