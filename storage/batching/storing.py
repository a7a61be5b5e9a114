"""Having many batches stored without waiting for each: kept durably at once, stored by one thread that takes in all that wait.

A batch is safe once it is kept (docs/decisions/0031-a-batch-is-a-file-first.md). What is learnt later is only whether the store refuses it, and whose it was.
"""

from __future__ import annotations

import threading
from types import TracebackType

from storage.batching.batches import CollectedBatch
from storage.batching.wire import written
from storage.errors import DiskFull, Refused, StoreBusy
from storage.owner.door import Door
from storage.sealed.sealing import SubjectKey


class Storing:
    """Use as a context manager. At its end everything is stored, or waits in the outbox as after any submit; `refused`: why, by account whose batch was not."""

    def __init__(self, door: Door) -> None:
        """Nothing is done before the first batch."""
        self.refused: dict[str, str] = {}
        self._door = door
        self._waiting: dict[str, str] = {}  # account by batch
        self._problem: BaseException | None = None
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._store_on, name="storing", daemon=True)

    def __enter__(self) -> Storing:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Waits until what was kept is stored. Raises the StorageError that kept it from being so."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join()
        if error is None and self._problem:
            raise self._problem

    def submit(self, batch: CollectedBatch, key: SubjectKey | None = None) -> None:
        """Keeps `batch` and lets it be stored. Raises Refused when an earlier batch of the same account was, and the StorageError that stops all."""
        with self._changed:
            if self._problem:
                raise self._problem
            if reason := self.refused.get(batch.account_id):
                raise Refused(reason)
        batch_id = self._door.keep(written(batch, key))
        with self._changed:
            self._waiting[batch_id] = batch.account_id
            self._changed.notify()

    def _store_on(self) -> None:
        while (several := self._next()) is not None:
            try:
                reasons = {batch_id: self._door.take_in(batch_id) for batch_id in several}
            except (StoreBusy, DiskFull):  # kept, and stored by whoever opens the store next
                continue
            except BaseException as problem:  # noqa: BLE001 (raised again in the thread that submits or leaves)
                self._stop(problem)
                return
            with self._changed:
                for batch_id, reason in reasons.items():
                    if reason:
                        said = f"batch {batch_id} was refused: {reason}; it is kept in outbox/refused of {self._door.place}"
                        self.refused.setdefault(several[batch_id], said)

    def _next(self) -> dict[str, str] | None:
        """What waits, as soon as something does; None at the end."""
        with self._changed:
            while not self._waiting and not self._ended:
                self._changed.wait()
            several, self._waiting = self._waiting, {}
            return several or None

    def _stop(self, problem: BaseException) -> None:
        with self._changed:
            self._problem = problem
