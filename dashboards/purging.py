"""What `serve` erases by itself: all that is due, once an hour, and what it keeps in memory of pictures that went."""

from __future__ import annotations

from datetime import datetime, timedelta

from dashboards import shown_picture, side_by_side
from storage.erasure import erasures, orders_due
from storage.errors import StorageError
from storage.store import Store

EVERY = timedelta(hours=1)
PURGED_BY = "plainview"


class Purging:
    """Called now and then by the one thread that sweeps; does something when an hour has passed, or when somebody erased meanwhile."""

    def __init__(self, store: Store) -> None:
        """The first purge is due at once."""
        self._store = store
        self._last: datetime | None = None
        self._finished = orders_due.finished(store)

    def turn(self) -> list[str]:
        """Erases what is due when it is time, and forgets every copy of a picture once anything was erased, by whomever.

        What could not be erased is answered as a line for the terminal: it must stop nothing else, and is tried again in an hour.
        """
        now, problems = self._store.clock(), []
        if self._last is None or now - self._last >= EVERY:
            self._last = now
            try:
                erasures.purge(self._store, by=PURGED_BY, now=now, sparing=True)
            except StorageError as problem:
                problems.append(f"not everything that is due was erased: {problem}")
        finished = orders_due.finished(self._store)
        if finished != self._finished:
            self._finished = finished
            shown_picture.forget()
            side_by_side.forget()
        return problems
