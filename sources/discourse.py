"""Discourse forums: the topics and replies of one member, without a token.

API: https://docs.discourse.org/ (Get a single user by username, List of a user's public actions as `user_actions.json`, Retrieve a single post).
A listing holds no more than the beginning of each post, so each new one is asked for on its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, urlencode

from domain.account import Account
from domain.identity import canonical_json, sha256_hex
from domain.post import Post, PostKind, Rejected
from domain.retention import OnDelete
from sources.address import origin, where
from sources.discourse_cooked import pictures_of_cooked, redacted, text_of_cooked
from sources.entries import understood
from sources.http import Http, Reply
from sources.listed import Lines, Listed
from sources.profile import profile_of
from sources.readable import text_of
from sources.shape import At, read_json
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, UnexpectedReply
from sources.track import Item, Known, Track, time_order, track_of
from sources.walk import Walk, profile_page, unchanged

NEW_TOPIC, REPLY = 4, 5  # the only two kinds of action that are asked for: never messages
AVATAR = "1000"  # pixels
REGULAR = 1  # post_type; others are moderators' notes and what the software itself says
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


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a listing: which post it stands for, and the digest of what it says of it."""

    at: At
    topic: int
    number: int
    title: str
    order: str
    path: str
    digest: str

    @property
    def key(self) -> str:
        """Its place on the forum."""
        return f"{self.topic}/{self.number}"


def parse_user(reply: At, name: str) -> int:
    """The member's lasting id. Raises UnexpectedReply when it is somebody else's, NotPermitted when the member hides the profile from visitors."""
    user = reply.at("user")
    if user.at("username").text().casefold() != name.casefold():
        user.at("username").wrong("is another account than the one that was looked up")
    if user.at("profile_hidden").value is True:
        raise NotPermitted(f"{reply.path}: the member hides the profile from the public; the member can show it again in the forum's preferences")
    return _number(user.at("id"))


def parse_profile(reply: At, account: Account, base: str, now: datetime) -> Post:
    """Name, description, place, web site and pictures."""
    user = reply.at("user")
    said = [text_of(user.at("bio_cooked").maybe_text()) or user.at("bio_raw").maybe_text(), user.at("location").maybe_text(), user.at("website").maybe_text()]
    avatar = user.at("avatar_template").maybe_text()
    drawn = "letter_avatar" in avatar  # by the software, of the name's first letter
    pictures = ["" if drawn else avatar.replace("{size}", AVATAR), *(user.at(key).maybe_text() for key in _BACKGROUNDS)]
    name = user.at("name").maybe_text() or user.at("username").text()
    return profile_of(replace(account, url=f"{base}/u/{quote(user.at('username').text(), safe='')}"), name, "\n".join(filter(None, said)), pictures, now)


def parse_actions(reply: At, user_id: int) -> list[Line | Rejected]:
    """The lines of `user_actions.json`, newest first: the member's own topics and replies. What is hidden or deleted is left out."""
    found: list[Line | Rejected] = []
    for row in reply.at("user_actions").items():
        try:
            found += _lines(row, user_id)
        except UnexpectedReply as odd:
            found.append(Rejected(None, odd.path, odd.what))
    return found


def parse_post(reply: At, line: Line, account_id: str, user_id: int, base: str) -> Iterator[Item]:
    """A whole post; nothing where it is hidden, deleted or no post of the member's own making."""
    if reply.at("user_id").value != user_id:
        reply.at("user_id").wrong("is another account's")
    if reply.at("hidden").value is True or reply.at("user_deleted").value is True or not reply.at("deleted_at").missing:
        return
    if _number(reply.at("post_type")) != REGULAR:
        return
    number, post_id, posted_at, cooked = _number(reply.at("post_number")), _number(reply.at("id")), reply.at("created_at").moment(), reply.at("cooked").text()
    url = f"{base}/t/{_slug(reply.at('topic_slug'))}{_number(reply.at('topic_id'))}/{number}"
    edited = reply.at("updated_at").maybe_moment() if isinstance(version := reply.at("version").value, int) and version > 1 else None
    post = Post(
        account_id=account_id,
        native_id=f"{base}/p/{post_id}",
        kind=PostKind.POST if number == 1 else PostKind.COMMENT,
        url=url,
        text=text_of_cooked(cooked),
        posted_at=posted_at,
        edited_at=edited,
        title=line.title if number == 1 else "",  # a reply stands under somebody's title
        media=pictures_of_cooked(cooked, url),
    )
    yield Item(post, line.order, str(post_id))


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


_BACKGROUNDS = ("profile_background_upload_url", "card_background_upload_url")


def _lines(row: At, user_id: int) -> Iterator[Line]:
    kind = _number(row.at("action_type"))
    if kind not in {NEW_TOPIC, REPLY}:
        row.at("action_type").wrong("is neither a topic nor a reply")
    if row.at("user_id").value != user_id or row.at("acting_user_id").value != user_id:
        row.at("user_id").wrong("is another account's")
    if row.at("hidden").value is True or row.at("deleted").value is True:
        return
    topic, number = _number(row.at("topic_id")), _number(row.at("post_number"))
    post_id = row.at("post_id")  # null for a topic's first post
    path = f"/posts/by_number/{topic}/{number}.json" if post_id.missing else f"/posts/{_number(post_id)}.json"
    title, excerpt = row.at("title").maybe_text(), row.at("excerpt").maybe_text()
    order = time_order(row.at("created_at").moment())
    yield Line(row, topic, number, text_of(title), order, path, sha256_hex(canonical_json([title, excerpt]))[:16])


def _digest(rows: list[Line | Rejected]) -> str:
    return sha256_hex(canonical_json([[row.key, row.digest, row.order] if isinstance(row, Line) else [row.path, row.reason] for row in rows]))


def _slug(at: At) -> str:
    slug = at.maybe_text()
    return f"{quote(slug, safe='')}/" if slug else ""


def _number(at: At) -> int:
    if not isinstance(at.value, int) or isinstance(at.value, bool) or not 0 < at.value < 2**63:
        at.wrong("expected a number that names something")
    return at.value
