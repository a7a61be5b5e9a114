"""robots.txt remembered in the store, so that a run asks each site for it once a day and not at every run."""

from __future__ import annotations

import threading

from sources.client.robots import RobotsText
from storage import robots
from storage.owner.door import Door


class RememberedRobots:
    """The store's `robots` table as the HTTP client's cache. Most copies are read at once when the first is wanted: a run asks for nearly all of them."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._lock = threading.Lock()
        self._here: dict[str, RobotsText] | None = None

    def get(self, origin: str) -> RobotsText | None:
        """The last copy of that origin, however old."""
        with self._lock:
            if self._here is None:
                self._here = {one.origin: _text(one) for one in self._door.call(robots.short_ones)}
            if origin in self._here:
                return self._here[origin]
        kept = self._door.call(robots.get, origin=origin)
        return _text(kept) if kept else None

    def put(self, origin: str, copy: RobotsText) -> None:
        """Remember that copy."""
        self._door.call(robots.put, origin=origin, text=copy.text, status=copy.status, fetched_at=copy.fetched_at)
        with self._lock:
            if self._here is not None:
                self._here[origin] = copy


def _text(kept: robots.RobotsText) -> RobotsText:
    return RobotsText(kept.text, kept.status, kept.fetched_at)
