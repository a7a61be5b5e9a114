"""Listings that name posts of which each is asked for on its own: only what is new, or whose line in the listing differs, is asked for again."""

from __future__ import annotations

import json
from dataclasses import dataclass

from domain.post import Post, PostKind
from sources.reading.shape import moment
from sources.reading.track import WINDOW, Item, Read, Track

KEY = "lines"  # in Track.own


@dataclass(frozen=True, slots=True)
class Unasked(Post):
    """A post whose line in the listing says what it said before: known by the remembered digest of its content, never handed on."""

    remembered: str = ""

    @property
    def content_sha256(self) -> str:
        """The remembered start of it, which is all that is compared."""
        return self.remembered


@dataclass(frozen=True, slots=True)
class Listed(Read):
    """A page of a listing: the same for two pages whose lines say the same, whether or not the posts were asked for."""

    said: str = ""

    @property
    def digest(self) -> str:
        """That of the lines."""
        return self.said


class Lines:
    """What the lines of a listing said when their posts were last asked for: by the line's key, its digest, the post's name and order."""

    def __init__(self, track: Track, *, anew: bool) -> None:
        """`anew`: every post is asked for again, as once a day, since a line may be shorter than what it stands for."""
        self._track = track
        self._anew = anew
        self._lines = _lines_of(track)

    def unasked(self, account_id: str, key: str, digest: str) -> Item | None:
        """The post of a line that says what it said before; None when it is to be asked for."""
        said, native_id, _ = self._lines.get(key, ("", "", ""))
        known = self._track.posts.get(native_id)
        posted_at = moment(known.order) if known else None
        if self._anew or said != digest or known is None or posted_at is None:
            return None
        return Item(Unasked(account_id, native_id, PostKind.POST, "", "", posted_at, remembered=known.content), known.order, known.locator)

    def asked(self, key: str, digest: str, item: Item) -> None:
        """Remember that the post of this line was asked for."""
        self._lines[key] = (digest, item.post.native_id, item.order)

    def save(self) -> None:
        """Into the track: the newest lines, as many as posts are remembered."""
        newest = sorted(self._lines.items(), key=lambda one: one[1][2], reverse=True)[:WINDOW]
        self._lines = dict(newest)
        self._track.own[KEY] = json.dumps(self._lines, separators=(",", ":"))


def _lines_of(track: Track) -> dict[str, tuple[str, str, str]]:
    try:
        return {str(key): (str(said), str(name), str(order)) for key, (said, name, order) in json.loads(track.own.get(KEY, "{}")).items()}
    except (ValueError, TypeError, AttributeError):
        return {}  # as a checkpoint that cannot be read: everything is asked for again
