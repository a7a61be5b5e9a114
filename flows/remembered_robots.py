"""robots.txt remembered in the store, so that a run asks each site for it once a day and not at every run."""

from __future__ import annotations

import threading
from types import TracebackType

from sources.client.robots import RobotsText
from storage import robots
from storage.owner.door import Door

AT_ONCE = 100  # copies, and characters of them, that are handed to the store together: the store is opened once for all
CHARACTERS_AT_ONCE = 2_000_000


class RememberedRobots:
    """The store's `robots` table as the HTTP client's cache, for the length of a block.

    Most copies are read at once when the first is wanted, since a run asks for nearly all of them. New ones are handed to the store together, at the latest
    when the block ends: what a run that is killed did not hand over is fetched again by the next.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._lock = threading.Lock()
        self._here: dict[str, RobotsText] | None = None
        self._longer: set[str] = set()
        self._new: dict[str, RobotsText] = {}

    def __enter__(self) -> RememberedRobots:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Hands over what is new."""
        with self._lock:
            self._hand_over()

    def get(self, origin: str) -> RobotsText | None:
        """The last copy of that origin, however old."""
        with self._lock:
            here = self._read() if self._here is None else self._here
            if origin in self._longer:
                self._longer.remove(origin)
                if kept := self._door.call(robots.get, origin=origin):
                    here[origin] = _text(kept)
            return here.get(origin)

    def put(self, origin: str, copy: RobotsText) -> None:
        """Remember that copy."""
        with self._lock:
            here = self._read() if self._here is None else self._here
            here[origin] = self._new[origin] = copy
            if len(self._new) >= AT_ONCE or sum(len(one.text) for one in self._new.values()) >= CHARACTERS_AT_ONCE:
                self._hand_over()

    def _read(self) -> dict[str, RobotsText]:
        remembered = self._door.call(robots.remembered)
        self._longer = set(remembered.longer)
        self._here = {one.origin: _text(one) for one in remembered.short}
        return self._here

    def _hand_over(self) -> None:
        if self._new:
            self._door.call(robots.put, copies=[robots.RobotsText(origin, one.text, one.status, one.fetched_at) for origin, one in self._new.items()])
            self._new = {}


def _text(kept: robots.RobotsText) -> RobotsText:
    return RobotsText(kept.text, kept.status, kept.fetched_at)
