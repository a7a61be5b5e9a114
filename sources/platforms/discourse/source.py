"""Discourse forums: the topics and replies of one member, without a token.

API: https://docs.discourse.org/ (Get a single user by username, List of a user's public actions as `user_actions.json`, Retrieve a single post).
A listing holds no more than the beginning of each post, so each new one is asked for on its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from domain.account import Account
from domain.identity import canonical_json, sha256_hex
from domain.post import Rejected
from domain.retention import OnDelete
from sources.client.address import origin, where
from sources.client.http import Http, Reply
from sources.platforms.discourse.cooked import NEW_TOPIC, REPLY, redacted
from sources.platforms.discourse.post import Line, parse_actions, parse_post, parse_profile, parse_user
from sources.reading.entries import understood
from sources.reading.listed import Lines, Listed
from sources.reading.shape import At, read_json
from sources.reading.track import Item, Known, Track, track_of
from sources.reading.walk import Walk, profile_page, unchanged
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, UnexpectedReply

GONE = {404, 410}
REFUSED = {401, 403}
TERMS = Terms(
    use="What a member wrote where everybody may read it, by the forum's own API. Each forum sets its own rules at /tos: read them before registering one.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="the forum's own /tos and https://docs.discourse.org/",
)
NEEDS = Needs(handle="the member's user name", url="`https://forum.example.gov/u/name`, or the forum's address")
DAILY = Allowance(requests=5_000)


class Discourse:
    """Reads `/user_actions.json`, newest first, and each new or edited post by `/posts/{id}.json`."""

    name = "discourse"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        track = track_of(checkpoint)
        reader = _Reader(http, account)
        current = track.settled and not track.sweep_due(http.now()) and track.own.get("id", "").isdecimal()
        if not current:
            yield from reader.look_up(track)
        reply = reader.actions("0", track.own.get("etag") if current else None)
        if reply.not_modified or (current and reader.digest(reply, track) == track.head):
            yield unchanged(track)
            return
        track.own["etag"] = reply.etag or ""
        lines = Lines(track, anew=not current and track.sweep_due(http.now()))
        first = reader.understood(reply, "0", track, lines)
        walk = Walk(
            track,
            lambda offset: reader.understood(reader.actions(offset), offset, track, lines),
            reader.answer_if_gone,
            http.now(),
            http.settings.pages_per_run,
            since=account.since,
        )
        yield from walk.from_first(first)


class _Reader:
    def __init__(self, http: Http, account: Account) -> None:
        self.http = http
        self.account = account
        self.user = account.handle.lstrip("@")
        # A forum may lie under a path of its host: all before /u/ of the member's page.
        self.base = re.sub(r"/u/.*|[?#].*", "", account.url).rstrip("/") if "/u/" in account.url else origin(account.url)

    def look_up(self, track: Track) -> Iterator[Page]:
        reply = self._good(f"/u/{quote(self.user, safe='')}.json")
        found = str(parse_user(read_json(reply), self.user))
        if track.own.get("id", found) != found:
            raise AccountGone(f"{where(reply.url)}: the name now belongs to another account than the one that was collected before")
        track.own["id"] = found
        yield from profile_page(track, parse_profile(read_json(reply), self.account, self.base, self.http.now()), reply.record)

    def actions(self, offset: str, etag: str | None = None) -> Reply:
        return self._good(f"/user_actions.json?{urlencode({'username': self.user, 'filter': f'{NEW_TOPIC},{REPLY}', 'offset': offset})}", etag)

    def digest(self, reply: Reply, track: Track) -> str:
        return _digest(parse_actions(read_json(reply), int(track.own["id"])))

    def understood(self, reply: Reply, offset: str, track: Track, lines: Lines) -> Listed:
        user_id = int(track.own["id"])
        rows = parse_actions(read_json(reply), user_id)
        by_path = {row.at.path: row for row in rows if isinstance(row, Line)}

        def understand(at: At) -> Iterator[Item | Rejected]:
            line = by_path[at.path]
            if known := lines.unasked(self.account.id, line.key, line.digest):
                yield known
                return
            for item in self._asked(line, user_id):
                lines.asked(line.key, line.digest, item)
                yield item

        read = understood([line.at for line in by_path.values()], understand, lambda _row: None, None)
        lines.save()
        odd = tuple(row for row in rows if isinstance(row, Rejected))
        count = sum(1 for _ in read_json(reply).at("user_actions").items())
        return Listed(read.items, read.rejected + odd, str(int(offset) + count) if count else None, record=reply.record, said=_digest(rows))

    def _asked(self, line: Line, user_id: int) -> Iterator[Item]:
        reply = self._get(line.path)
        if reply.status in GONE:  # since it was listed
            return
        if reply.status in REFUSED:
            raise UnexpectedReply(where(reply.url), "is not public")
        if reply.status != 200:
            raise UnexpectedReply(where(reply.url), f"answered {reply.status}")
        yield from parse_post(read_json(reply), line, self.account.id, user_id, self.base)

    def answer_if_gone(self, _native_id: str, known: Known) -> str | None:
        """404 for what is deleted; a post that its author took back is shown as such until the forum removes it."""
        reply = self._get(f"/posts/{known.locator}.json")
        if reply.status in GONE:
            return str(reply.status)
        if reply.status == 200:
            post = read_json(reply)
            if post.at("user_deleted").value is True or not post.at("deleted_at").missing:
                return "200 user_deleted"
        return None

    def _get(self, path: str, etag: str | None = None) -> Reply:
        return self.http.get(f"{self.base}{path}", robots=False, accept="application/json", etag=etag, redact=redacted)

    def _good(self, path: str, etag: str | None = None) -> Reply:
        reply = self._get(path, etag)
        if reply.status in GONE:
            raise AccountGone(f"{where(reply.url)}: answered {reply.status}")
        if reply.status in REFUSED:
            raise NotPermitted(f"{where(reply.url)}: answered {reply.status}: the forum shows this to its members only; its owner can open it to visitors")
        if reply.status not in {200, 304}:
            raise UnexpectedReply(where(reply.url), f"answered {reply.status}")
        return reply


def _digest(rows: list[Line | Rejected]) -> str:
    return sha256_hex(canonical_json([[row.key, row.digest, row.order] if isinstance(row, Line) else [row.path, row.reason] for row in rows]))
