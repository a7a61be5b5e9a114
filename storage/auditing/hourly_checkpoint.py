"""Checkpoints by themselves, once an hour, for a process that owns the store and has a turn for this now and then."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.auditing import audit_checkpoints, audit_trees
from storage.auditing.audit_settings import AuditSettings
from storage.errors import StorageError
from storage.store import Store

EVERY = timedelta(hours=1)


class HourlyCheckpoint:
    """The first one is due at once; none ever where no folder for checkpoints is set."""

    def __init__(self, store: Store, settings: AuditSettings) -> None:
        """Nothing is written yet."""
        self._store = store
        self._settings = settings
        self._last: datetime | None = None

    def turn(self) -> list[str]:
        """Writes the checkpoints when it is time. What could not be written or stamped is answered as lines for the terminal: it must stop nothing else."""
        now = self._store.clock()
        if self._settings.checkpoints is None or (self._last and now - self._last < EVERY):
            return []
        self._last = now
        try:
            return list(audit_checkpoints.make(audit_trees.newest(self._store), self._settings, self._store.folder).problems)
        except StorageError as problem:
            return [f"no checkpoint was written: {problem}"]
