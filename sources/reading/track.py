"""What a source remembers of an account between runs: the newest posts it saw, what is still to be read, and where to ask."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from domain.identity import Json, canonical_json, sha256_hex
from domain.post import Post, Rejected
from sources.reading.profile import About
from sources.source import Checkpoint

VERSION = 1
WINDOW = 200  # the newest posts that are remembered: within them edits and deletions are seen
MOST_COMMENTS = 300  # visitors' comments that are remembered beside them: the newest, by their own time
COMMENT = "comment "  # how the locator of a visitor's comment begins that is listed with its post and has the post's order; its own time follows
MOST_GAPS = 8
SWEEP_AFTER = timedelta(hours=24)  # how long an unchanged first page is taken to mean that the rest of the window is unchanged too
NEVER = datetime(1, 1, 1, tzinfo=UTC)
UNDATED = "undated"  # in `own`: the starts of the digests of the names of posts that said no time
MOST_UNDATED, MARK = 10_000, 10
UNSETTLED = "unsettled"  # in place of the first page's digest: something is still to be looked into


@dataclass(frozen=True, slots=True)
class Item:
    """A post with its place on the account: `order` sorts as the platform lists (greater is newer), `locator` is how to ask for this post alone."""

    post: Post
    order: str
    locator: str

    @property
    def commented(self) -> str:
        """Of a comment that is listed with its post: its own time, as an order. Empty for what has a place of its own."""
        return _commented(self.locator)


@dataclass(frozen=True, slots=True)
class Known:
    """A remembered post: the start of its content's SHA-256, and its order and locator as in `Item`."""

    content: str
    order: str
    locator: str

    @property
    def commented(self) -> str:
        """As in `Item`."""
        return _commented(self.locator)


@dataclass(frozen=True, slots=True)
class Read:
    """One page of an account, newest first, as understood. `next` asks for the following page; None: this was the last.

    `to_the_end` says whether the last page ends with the account's oldest post. A feed is only a window: older posts exist and are not listed.
    `record` is the reply's `Reply.record`, `about` what the page says of the account itself, if it does. `seen` are posts by name that it lists and that were
    not read again: remembered, and sure not to have changed. `beside`: when the posts were posted that its replies list, where they list others than `items`.
    """

    items: tuple[Item, ...]
    rejected: tuple[Rejected, ...]
    next: str | None
    to_the_end: bool = True
    record: str = ""
    about: About | None = None
    seen: Mapping[str, Known] = field(default_factory=dict)
    beside: tuple[datetime, ...] = ()

    @property
    def digest(self) -> str:
        """The same for two pages that say the same, whether their posts were read again or only seen."""
        posts = [(item.order, item.post.native_id, _start(item.post)) for item in self.items]
        posts += [(known.order, name, known.content) for name, known in self.seen.items()]
        said: list[Json] = [list(post) for post in sorted(posts)]
        return sha256_hex(canonical_json([said, [[one.native_id, one.reason] for one in self.rejected]]))

    @property
    def shown(self) -> tuple[datetime, datetime] | None:
        """When the earliest and the latest of its posts were posted; None when that is not known of each, or there is none."""
        times = [*(item.post.posted_at for item in self.items), *self.beside]
        return (min(times), max(times)) if times and not self.rejected and (self.beside or not self.seen) else None

    @property
    def lowest(self) -> str | None:
        """The order of its oldest post."""
        return min([*(item.order for item in self.items), *(known.order for known in self.seen.values())], default=None)

    @property
    def names(self) -> set[str]:
        """Every post that it lists by name, understood or not."""
        return {item.post.native_id for item in self.items} | {one.native_id for one in self.rejected if one.native_id} | set(self.seen)


@dataclass(frozen=True, slots=True)
class Gap:
    """Pages still to be read: from `next`, whose posts lie below `upper`, down to `until` (None: to the end of the account)."""

    next: str
    upper: str | None
    until: str | None


@dataclass
class Track:
    """The state of one account, as a checkpoint holds it. `own` is what one source alone needs: resolved ids, validators.

    `seen_again` is not a part of it: posts that were read since the last page and are as they are known.
    """

    own: dict[str, str] = field(default_factory=dict)
    posts: dict[str, Known] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    head: str = ""
    swept_at: datetime = NEVER
    seen_again: list[Post] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Whether "nothing changed since" is all that needs to be known."""
        return self.head not in {"", UNSETTLED} and not self.gaps

    def sweep_due(self, now: datetime) -> bool:
        """Whether the whole window is to be looked through again."""
        return now - self.swept_at >= SWEEP_AFTER

    def reaches(self) -> tuple[str | None, str]:
        """Down to where is remembered: the order of the oldest post, and the time of the oldest comment if older ones were forgotten, else empty."""
        comments = [known.commented for known in self.posts.values() if known.commented]
        return min(self._orders(), default=None), min(comments) if len(comments) >= MOST_COMMENTS else ""

    @property
    def full(self) -> bool:
        """Whether posts older than those that are remembered were forgotten."""
        return len(self._orders()) >= WINDOW

    def _orders(self) -> list[str]:
        return [known.order for known in self.posts.values() if not known.commented]

    def differs(self, post: Post) -> bool:
        """Whether `post` is new or says something else than when it was seen last."""
        known = self.posts.get(post.native_id)
        return known is None or known.content != _start(post)

    def remember(self, item: Item) -> None:
        """Keep what is needed to see later that the post was edited or is gone."""
        self.posts[item.post.native_id] = Known(_start(item.post), item.order, item.locator)

    def take_seen_again(self) -> tuple[Post, ...]:
        """`seen_again`, for the next page to tell of; from then on there is none."""
        taken = tuple(self.seen_again)
        self.seen_again.clear()
        return taken

    def add_gap(self, gap: Gap) -> None:
        """Read `gap` next. The two oldest gaps become one when there are too many; what lies between them is read twice."""
        self.gaps.insert(0, gap)
        if len(self.gaps) > MOST_GAPS:
            newer, older = self.gaps[-2:]
            self.gaps[-2:] = [Gap(newer.next, newer.upper, older.until)]

    def checkpoint(self) -> Checkpoint:
        """This state, with the newest posts only, and beside them the newest comments under these."""
        state = {
            "version": VERSION,
            "own": self.own,
            "posts": {native_id: [known.content, known.order, known.locator] for native_id, known in self._newest()},
            "gaps": [[gap.next, gap.upper, gap.until] for gap in self.gaps],
            "head": self.head,
            "swept_at": self.swept_at.isoformat(),
        }
        return Checkpoint(json.dumps(state, separators=(",", ":")))

    def _newest(self) -> list[tuple[str, Known]]:
        posts = sorted((one for one in self.posts.items() if not one[1].commented), key=lambda one: one[1].order, reverse=True)
        lowest = posts[WINDOW - 1][1].order if len(posts) >= WINDOW else ""
        comments = [one for one in self.posts.items() if one[1].commented and one[1].order >= lowest]
        return posts[:WINDOW] + sorted(comments, key=lambda one: one[1].commented, reverse=True)[:MOST_COMMENTS]


def track_of(checkpoint: Checkpoint | None) -> Track:
    """The state that `checkpoint` holds. None, and what another version wrote, is an account never read: reading a post twice does no harm."""
    if checkpoint is None:
        return Track()
    try:
        state = json.loads(checkpoint.state)
        if state["version"] != VERSION:
            return Track()
        return Track(
            own={str(key): str(value) for key, value in state["own"].items()},
            posts={native_id: Known(*map(str, known)) for native_id, known in state["posts"].items()},
            gaps=[Gap(*gap) for gap in state["gaps"]],
            head=state["head"],
            swept_at=datetime.fromisoformat(state["swept_at"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return Track()


def comment_locator(posted_at: datetime) -> str:
    """The locator of a comment that is listed with its post."""
    return f"{COMMENT}{time_order(posted_at)}"


Dated: TypeAlias = Callable[[str, Iterable[datetime | None]], datetime]


def dated_by(track: Track, now: datetime) -> Dated:
    """When a post counts as posted: the first of the times that it says which is not still to come; else when it was first seen, which it keeps.

    Nothing was published tomorrow: such a time is an event's, or wrong, and would stand above all that is new for as long as it says. Which posts had none is
    remembered beyond the window, so that none of them is taken for new again when it has left that; it then lies below it.
    """
    before = frozenset(track.own.get(UNDATED, "").split())
    lowest = min((known.order for known in track.posts.values()), default=None)
    marks = set(before)

    def dated(native_id: str, said: Iterable[datetime | None]) -> datetime:
        if past := next((one for one in said if one is not None and one <= now), None):
            return past
        mark = sha256_hex(native_id.encode("utf-8", "replace"))[:MARK]
        if mark not in marks:
            marks.add(mark)
            track.own[UNDATED] = f"{track.own.get(UNDATED, '')} {mark}"[-MOST_UNDATED * (MARK + 1) :]
        if known := track.posts.get(native_id):
            return _moment(known.order)
        return _moment(lowest) - timedelta(seconds=1) if mark in before and lowest else now

    return dated


def _moment(order: str) -> datetime:
    return datetime.fromisoformat(order).replace(tzinfo=UTC)


def time_order(moment: datetime) -> str:
    """A time as an order: fixed width, UTC, so that text sorts as time does."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def _start(post: Post) -> str:
    return post.content_sha256[:32]


def _commented(locator: str) -> str:
    return locator.removeprefix(COMMENT) if locator.startswith(COMMENT) else ""
