"""What `serve` erases by itself: all that is due, once an hour, and what it keeps in memory of pictures that went."""

from __future__ import annotations

from datetime import datetime, timedelta

from dashboards import shown_picture
from storage import erasures
from storage.store import Store

EVERY = timedelta(hours=1)
PURGED_BY = "plainview"


class Purging:
    """Called now and then by the one thread that sweeps; does something when an hour has passed, or when somebody erased meanwhile."""

    def __init__(self, store: Store) -> None:
        """The first purge is due at once."""
        self._store = store
        self._last: datetime | None = None
        self._finished = erasures.finished(store)

    def turn(self) -> None:
        """Erases what is due when it is time, and forgets every copy of a picture once anything was erased, by whomever. Raises the store's errors."""
        now = self._store.clock()
        if self._last is None or now - self._last >= EVERY:
            self._last = now
            erasures.purge(self._store, by=PURGED_BY, now=now, sparing=True)
        finished = erasures.finished(self._store)
        if finished != self._finished:
            self._finished = finished
            shown_picture.forget()
