"""robots.txt remembered in the store, so that a run asks each site for it once a day and not at every run."""

from __future__ import annotations

from sources.robots import RobotsText
from storage import robots
from storage.owner.door import Door


class RememberedRobots:
    """The store's `robots` table as the HTTP client's cache."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def get(self, origin: str) -> RobotsText | None:
        """The last copy of that origin, however old."""
        kept = self._door.call(robots.get, origin=origin)
        return RobotsText(kept.text, kept.status, kept.fetched_at) if kept else None

    def put(self, origin: str, copy: RobotsText) -> None:
        """Remember that copy."""
        self._door.call(robots.put, origin=origin, text=copy.text, status=copy.status, fetched_at=copy.fetched_at)
