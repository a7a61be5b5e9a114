"""Reading an account page by page, for every source alike: what is new, what was edited, what is gone, and what is still to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from domain.post import Gone, Post
from sources.reading.track import UNSETTLED, Gap, Item, Known, Read, Track
from sources.source import AccountGone, Checkpoint, NotPermitted, Page, TryAgainLater, UnexpectedReply

MOST_CHECKS = 40  # missing posts that one run asks for one by one


@dataclass
class Walk:
    """One run over one account.

    `read(next)` reads a further page. `answer_if_gone(native_id, known)` asks for one post alone: what the platform answered if it is gone, else None.
    What else it raises but TryAgainLater tells nothing of the post and ends no visit.
    At most `pages` pages are read. Posts of before `since` (UTC) are neither handed on nor read further down to. `saved` makes the checkpoint of each page:
    the track's own, or that of the track which this one is a part of. `only_news`: the first page lists what is newer than all that is remembered, so that
    reading it is no look through the window.
    """

    track: Track
    read: Callable[[str], Read]
    answer_if_gone: Callable[[str, Known], str | None]
    now: datetime
    pages: int
    checks: int = MOST_CHECKS
    since: date | None = None
    saved: Callable[[], Checkpoint] | None = None
    only_news: bool = False
    found: bool = False
    reaches: tuple[str | None, str] = (None, "")  # as `Track.reaches`, before this run remembers more
    asked_alone: bool = False  # whether a post was asked for that is still there: its reply shows it, whenever it was posted

    def from_first(self, first: Read) -> Iterator[Page]:
        """Yield what the first page tells, then the gaps, newest first, until `pages` are read."""
        self.reaches = self.track.reaches()
        if self._differs(first):
            wanted = self._remembered_part(first)
            self._open_gap(first)
            yield self._page(first, None, wanted)
        elif not self.track.gaps:
            yield unchanged(self.track, self.saved)
        yield from self._through_gaps()

    def _differs(self, first: Read) -> bool:
        return first.digest != self.track.head or self.track.sweep_due(self.now)

    def _remembered_part(self, first: Read) -> tuple[Item, ...]:
        """What of the first page is looked at: all of it the first time; later not what lies below the window, which is not remembered and would seem new."""
        if not self.track.head:
            return first.items
        return self._remembered(first, self.reaches[0] if self.track.full else None)

    def _remembered(self, read: Read, lowest: str | None) -> tuple[Item, ...]:
        """What of a page lies within the window: from `lowest` (None: all), without the comments that are older than those that are remembered."""
        placed = (item for item in read.items if lowest is None or item.order >= lowest)
        return tuple(item for item in placed if not item.commented or item.commented >= self.reaches[1])

    def _open_gap(self, first: Read) -> None:
        """What follows the first page is read too: all of it the first time, later as far down as posts are remembered."""
        until = self.reaches[0] if self.track.head else None
        if first.next is not None and (until is None or first.lowest is None or first.lowest > until) and not self._too_old(first):
            self.track.add_gap(Gap(first.next, first.lowest, until))
        self.track.head = first.digest
        if not self.only_news:
            self.track.swept_at = self.now

    def _through_gaps(self) -> Iterator[Page]:
        for _ in range(self.pages - 1):
            if not self.track.gaps:
                return
            gap = self.track.gaps[0]
            read = self.read(gap.next)
            wanted = read.items if gap.until is None else self._remembered(read, gap.until)
            self.track.gaps[:1] = self._rest(gap, read)
            yield self._page(read, gap, wanted)

    def _rest(self, gap: Gap, read: Read) -> list[Gap]:
        """What is left of `gap` after `read`."""
        if read.next is None or read.next == gap.next or (gap.until is not None and read.lowest is not None and read.lowest <= gap.until):
            return []
        return [] if self._too_old(read) or self._leads_back(gap, read) else [Gap(read.next, read.lowest or gap.upper, gap.until)]

    def _leads_back(self, gap: Gap, read: Read) -> bool:
        """Whether a backfill turns in a circle, as pages do that lead back to each other: this one brings nothing new, and leads no further down."""
        further = gap.upper is not None and read.lowest is not None and read.lowest < gap.upper
        if gap.until is not None or further or not (read.items or read.seen):
            return False
        return not any(self.track.differs(item.post) for item in read.items if not item.commented)

    def _too_old(self, read: Read) -> bool:
        """Whether all of a page was posted before the day on which collection starts."""
        return self.since is not None and bool(read.items) and not any(self._in_time(item.post) for item in read.items)

    def _in_time(self, post: Post) -> bool:
        return self.since is None or post.posted_at >= datetime.combine(self.since, time.min, UTC)

    def _page(self, read: Read, gap: Gap | None, items: tuple[Item, ...]) -> Page:
        self.asked_alone = False
        gone = tuple(self._gone(read, gap.upper if gap else None))
        items = tuple(item for item in items if self._in_time(item.post))
        fresh = tuple(item.post for item in items if self.track.differs(item.post))
        self.track.seen_again += [item.post for item in items if not self.track.differs(item.post)]
        for item in items:
            self.track.remember(item)
        self.found = self.found or bool(fresh or gone or read.rejected)
        shown = None if self.asked_alone else read.shown
        again = self.track.take_seen_again()
        return Page(fresh, gone, read.rejected, self._checkpoint(), unchanged=not self.found, record=read.record, shown=shown, refreshed=again)

    def _checkpoint(self) -> Checkpoint:
        return self.saved() if self.saved else self.track.checkpoint()

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
            except (AccountGone, NotPermitted, UnexpectedReply):
                # It cannot be told, and never will. Whether the account itself is gone is for its list to say, not for one post's address.
                answer = None
            self.asked_alone = self.asked_alone or answer is None
            # Still there but no longer listed: forgotten, since it would be asked for in each run; should it be listed again, it is new again.
            del self.track.posts[native_id]
            if answer is not None:
                yield Gone(native_id, answer)

    def _missing(self, read: Read, upper: str | None) -> list[tuple[str, Known]]:
        """Remembered posts that lie between this page's neighbours and are not on it. Absence beyond the page says nothing."""
        lowest = "" if read.next is None and read.to_the_end else read.lowest
        if lowest is None:
            return []
        listed = read.names
        # A page that lists a post lists its comments too, those of its last post included.
        above = [(name, known) for name, known in self.track.posts.items() if known.order > lowest or (known.commented and known.order == lowest)]
        return [(name, known) for name, known in above if name not in listed and (upper is None or known.order < upper)]


def unchanged(track: Track, saved: Callable[[], Checkpoint] | None = None) -> Page:
    """Nothing differs from the checkpoint."""
    return Page((), (), (), saved() if saved else track.checkpoint(), unchanged=True, refreshed=track.take_seen_again())


def profile_page(track: Track, profile: Post, record: str) -> Iterator[Page]:
    """A page with the account's profile, when it says or shows something else than when it was seen last."""
    if _remembered(track, profile):
        yield Page((profile,), (), (), track.checkpoint(), record=record, shown=(profile.posted_at, profile.posted_at))


def with_profile(track: Track, profile: Post, pages: Iterator[Page]) -> Iterator[Page]:
    """`pages`, with the profile on the first of them when it differs: for what tells of the account in the same reply as of its posts."""
    if _remembered(track, profile):
        first = next(pages)
        yield replace(first, posts=(profile, *first.posts), unchanged=False)
    yield from pages


def _remembered(track: Track, profile: Post) -> bool:
    """Whether that profile was not known yet. From now on it is."""
    known, track.own["profile"] = track.own.get("profile"), profile.content_sha256[:32]
    if known == track.own["profile"]:
        track.seen_again.append(profile)
    return known != track.own["profile"]
