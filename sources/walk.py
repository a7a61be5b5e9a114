"""Reading an account page by page, for every source alike: what is new, what was edited, what is gone, and what is still to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.post import Gone
from sources.source import NotPermitted, Page, TryAgainLater, UnexpectedReply
from sources.track import UNSETTLED, Gap, Item, Known, Read, Track

MOST_CHECKS = 40  # missing posts that one run asks for one by one


@dataclass
class Walk:
    """One run over one account.

    `read(next)` reads a further page. `answer_if_gone(native_id, known)` asks for one post alone: what the platform answered if it is gone, else None.
    """

    track: Track
    read: Callable[[str], Read]
    answer_if_gone: Callable[[str, Known], str | None]
    now: datetime
    pages: int
    checks: int = MOST_CHECKS
    found: bool = False

    def from_first(self, first: Read) -> Iterator[Page]:
        """Yield what the first page tells, then the gaps, newest first, until `pages` are read."""
        if self._differs(first):
            self._open_gap(first)
            yield self._page(first, None, first.items)
        elif not self.track.gaps:
            yield unchanged(self.track)
        yield from self._through_gaps()

    def _differs(self, first: Read) -> bool:
        return first.digest != self.track.head or self.track.sweep_due(self.now)

    def _open_gap(self, first: Read) -> None:
        """What follows the first page is read too: all of it the first time, later as far down as posts are remembered."""
        until = min((known.order for known in self.track.posts.values()), default=None) if self.track.head else None
        if first.next is not None and (until is None or first.lowest is None or first.lowest > until):
            self.track.add_gap(Gap(first.next, first.lowest, until))
        self.track.head = first.digest
        self.track.swept_at = self.now

    def _through_gaps(self) -> Iterator[Page]:
        for _ in range(self.pages - 1):
            if not self.track.gaps:
                return
            gap = self.track.gaps[0]
            read = self.read(gap.next)
            wanted = tuple(item for item in read.items if gap.until is None or item.order >= gap.until)
            self.track.gaps[:1] = self._rest(gap, read)
            yield self._page(read, gap, wanted)

    def _rest(self, gap: Gap, read: Read) -> list[Gap]:
        """What is left of `gap` after `read`. A backfill ends where nothing is new, so that pages which lead back to each other end too."""
        if read.next is None or read.next == gap.next or (gap.until is not None and read.lowest is not None and read.lowest <= gap.until):
            return []
        if gap.until is None and read.items and not any(self.track.differs(item.post) for item in read.items):
            return []
        return [Gap(read.next, read.lowest or gap.upper, gap.until)]

    def _page(self, read: Read, gap: Gap | None, items: tuple[Item, ...]) -> Page:
        gone = tuple(self._gone(read, gap.upper if gap else None))
        fresh = tuple(item.post for item in items if self.track.differs(item.post))
        for item in items:
            self.track.remember(item)
        self.found = self.found or bool(fresh or gone or read.rejected)
        return Page(fresh, gone, read.rejected, self.track.checkpoint(), unchanged=not self.found)

    def _gone(self, read: Read, upper: str | None) -> Iterator[Gone]:
        for native_id, known in self._missing(read, upper):
            if self.checks == 0:
                self.track.head = UNSETTLED
                return
            self.checks -= 1
            try:
                answer = self.answer_if_gone(native_id, known)
            except TryAgainLater:
                self.track.head, self.checks = UNSETTLED, 0
                return
            except (NotPermitted, UnexpectedReply):  # it cannot be told, and never will
                answer = None
            # Still there but no longer listed: forgotten, since it would be asked for in each run; should it be listed again, it is new again.
            del self.track.posts[native_id]
            if answer is not None:
                yield Gone(native_id, answer)

    def _missing(self, read: Read, upper: str | None) -> list[tuple[str, Known]]:
        """Remembered posts that lie between this page's neighbours and are not on it. Absence beyond the page says nothing."""
        lowest = "" if read.next is None and read.to_the_end else read.lowest
        if lowest is None:
            return []
        listed = {item.post.native_id for item in read.items} | {one.native_id for one in read.rejected}
        between = [(name, known) for name, known in self.track.posts.items() if known.order > lowest and (upper is None or known.order < upper)]
        return [(name, known) for name, known in between if name not in listed]


def unchanged(track: Track) -> Page:
    """Nothing differs from the checkpoint."""
    return Page((), (), (), track.checkpoint(), unchanged=True)
