"""What others answered to a department's own statuses, in public and directly: what they say, never who says it.

API: https://docs.joinmastodon.org/methods/statuses/#context. Without a token a server shows 60 answers at most. A reply names its writer everywhere: in
`account`, in `uri` and `url`, in the mentions of those who are answered. All that is cut out before anything is read from it or kept; a comment goes by the
number that the account's own server gave it, and its address is that of the status.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from domain.account import Account
from domain.identity import Json
from domain.post import Post, PostKind, Rejected
from sources.client.address import where
from sources.client.http import Http
from sources.platforms.mastodon.status import NOT_PUBLIC, PUBLIC, media_in, refuse_if_not_public, status_id, text_in
from sources.reading.entries import understood
from sources.reading.members import NOTHING, only
from sources.reading.readable import parsed, text_of
from sources.reading.shape import At, json_at
from sources.reading.track import Item, Known, Read, Track, time_order, track_of
from sources.reading.walk import MOST_CHECKS, Walk
from sources.source import Checkpoint, Page, UnexpectedReply

MOST_STATUSES = 40  # whose answers one visit asks for: the newest that have any
MOST_COMMENTS = 60  # of one status: as many as Mastodon shows without a token
GONE = {404, 410}
HIDDEN = {401, 403}
SOMEBODY = "@…"
HANDLE = re.compile(r"@[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
WRITTEN = {"content", "spoiler_text", "description", "title"}
KEPT = {"id", "created_at", "edited_at", "visibility", "media_attachments", "type", "url", "preview_url", "poll", "options", *WRITTEN}
OF_STATUS = KEPT - {"url"}  # the address of a status names its writer
ALONE = only(frozenset({"id", "visibility"}))


def nameless(html: str, named: frozenset[str] = frozenset()) -> str:
    """`html` without whom it mentions: what the server marks as a mention, handles with their host, and the names and addresses in `named`."""
    if "<a" in html.lower():
        tree = parsed(html)
        for link in tree("a"):
            marks = link.get("class") or []
            if ("mention" in marks and "hashtag" not in marks) or link.get("href") in named:
                link.replace_with(SOMEBODY)
        html = tree.body.decode_contents() if tree.body else ""
    html = HANDLE.sub(SOMEBODY, html)
    names = "|".join(re.escape(name) for name in sorted(named, key=len, reverse=True))
    return re.sub(rf"@(?:{names})(?!\w)", SOMEBODY, html, flags=re.IGNORECASE) if names else html


def redacted(body: bytes, status: str, own_id: str) -> bytes:
    """A context with nothing but what others answered directly to `status`, and of that nothing which names anybody. Of any other reply nothing is kept."""
    try:
        answers = json.loads(body)["descendants"]
        shown = [_shown(one) for one in answers if not _left_out(one, status, own_id)]
    except (ValueError, RecursionError, KeyError, TypeError):
        return NOTHING
    return json.dumps({"descendants": shown}).encode()


def parse_comments(reply: At, account_id: str, under: Item, base: str) -> Read:
    """A redacted context as visitors' comments `under` a status. Anything odd is rejected. `base`: the API's address."""

    def understand(status: At) -> Iterator[Item | Rejected]:
        refuse_if_not_public(status)
        posted_at, name = status.at("created_at").moment(), address(base, status_id(status.at("id")))
        said = text_of(status.at("spoiler_text").maybe_text())
        edited_at, media = status.at("edited_at").maybe_moment(), media_in(status, base)
        post = Post(account_id, name, PostKind.VISITOR_COMMENT, under.post.url, text_in(status), posted_at, edited_at, said, media)
        yield Item(post, time_order(posted_at), under.locator)

    def name(status: At) -> str | None:
        return address(base, status_id(status.at("id"))) if status.at("visibility").value in PUBLIC else None

    read = understood(reply.at("descendants").items(), understand, name, None)
    newest = sorted(read.items, key=lambda item: item.order, reverse=True)
    listed = tuple(item.post.posted_at for item in newest)  # the kept reply shows all of them, whichever are read on
    return replace(read, items=tuple(newest[:MOST_COMMENTS]), to_the_end=len(newest) < MOST_COMMENTS, beside=listed)


def address(base: str, number: str) -> str:
    """What a comment goes by: where it is asked for."""
    return f"{base}/statuses/{quote(number, safe='')}"


@dataclass
class Comments:
    """One day's look at the answers. `statuses` are the account's own that this visit read, by their ids, `answered` those of them that have answers."""

    http: Http
    account: Account
    base: str
    track: Track
    statuses: Mapping[str, Item]
    answered: set[str]
    found: bool
    checks: int = MOST_CHECKS

    def answers(self) -> Iterator[Page]:
        """A page for each status that is asked, newest first, at most once a day. They have a track of their own inside the account's."""
        own, now = track_of(Checkpoint(self.track.own.get("comments", ""))), self.http.now()
        if not own.sweep_due(now):
            return
        yield from self._forgotten(own, now)
        under = {known.locator for known in own.posts.values()}
        newest = sorted(self.statuses.values(), key=lambda item: item.order, reverse=True)
        wanted = [item for item in newest if item.locator in self.answered | under][:MOST_STATUSES]
        oldest = min((known.order for known in own.posts.values()), default="") if own.full else ""
        for item in wanted:
            if item is wanted[-1]:
                own.swept_at = now
            read = self._read(item, oldest)
            if read is None:
                own.swept_at = now
                yield self._hidden(item, own)
                return
            yield from self._compared(read, own, item.locator, now)

    def _forgotten(self, own: Track, now: datetime) -> Iterator[Page]:
        """Comments under statuses that are remembered no more are asked for one by one: gone, or from now on not looked at either."""
        remembered = {known.locator for known in self.track.posts.values()} | set(self.statuses)
        for locator in sorted({known.locator for known in own.posts.values()} - remembered):
            yield from self._compared(Read((), (), None), own, locator, now)

    def _compared(self, read: Read, own: Track, locator: str, now: datetime) -> Iterator[Page]:
        part = Track(posts={name: known for name, known in own.posts.items() if known.locator == locator})
        others = {name: known for name, known in own.posts.items() if known.locator != locator}

        def saved() -> Checkpoint:
            own.posts = others | part.posts
            return self._saved(own)

        walk = Walk(part, _no_further, self._answer_if_gone, now, 1, self.checks, self.account.since, saved, found=self.found)
        yield from walk.from_first(read)
        self.checks, self.found = walk.checks, walk.found

    def _saved(self, own: Track) -> Checkpoint:
        self.track.own["comments"] = own.checkpoint().state
        return self.track.checkpoint()

    def _read(self, item: Item, oldest: str) -> Read | None:
        """The answers to one status, without those that are older than all that are remembered. None where the server shows answers to nobody."""
        own_id, url = self.track.own["id"], f"{address(self.base, item.locator)}/context"
        reply = self.http.get(url, robots=False, accept="application/json", redact=lambda body: redacted(body, item.locator, own_id))
        if reply.status in HIDDEN:
            return None
        try:
            if reply.status != 200:
                raise UnexpectedReply(where(url), f"answered {reply.status}")
            json = json_at(redacted(reply.body, item.locator, own_id), where(url))
            read = replace(parse_comments(json, self.account.id, item, self.base), record=reply.record)
        except UnexpectedReply as odd:
            return Read((), (Rejected(None, odd.path, odd.what),), None, to_the_end=False, record=reply.record)
        return replace(read, items=tuple(one for one in read.items if one.order >= oldest))

    def _hidden(self, item: Item, own: Track) -> Page:
        at = where(f"{address(self.base, item.locator)}/context")
        return Page((), (), (Rejected(None, at, "the server does not show answers to everybody"),), self._saved(own))

    def _answer_if_gone(self, name: str, _known: Known) -> str | None:
        status = self.http.get(name, robots=False, accept="application/json", redact=ALONE).status
        return str(status) if status in GONE else None


def _left_out(one: Json, status: str, own_id: str) -> bool:
    """What is no answer of somebody else to that very status."""
    return isinstance(one, dict) and (one.get("in_reply_to_id") != status or _of_writer(one, "id") == own_id)


def _shown(one: Json) -> Json:
    """An answer without its writer; of one that not everybody may read only that; nothing of what does not say who wrote it."""
    if not isinstance(one, dict) or not _of_writer(one, "id"):
        return None
    if (visibility := one.get("visibility")) not in PUBLIC:
        return {"visibility": visibility} if isinstance(visibility, str) and visibility in NOT_PUBLIC else {}
    named = frozenset(_named(one))
    kept: dict[str, Json] = {name: _without_names(name, value, named) for name, value in one.items() if name in OF_STATUS}
    attached = kept.get("media_attachments")
    if isinstance(attached, list):
        writer = {name.casefold() for key in ("id", "username", "acct") if (name := _of_writer(one, key))}
        kept["media_attachments"] = [link for link in attached if not _names_writer(link, writer)]
    return kept


def _named(one: Mapping[str, Json]) -> Iterator[str]:
    """The names and addresses of the writer, and of whom the reply says that it mentions."""
    mentions = one.get("mentions")
    for person in [one.get("account"), *(mentions if isinstance(mentions, list) else [])]:
        found = [person.get(key) for key in ("username", "acct", "url", "uri")] if isinstance(person, dict) else []
        yield from (name for name in found if isinstance(name, str) and name)


def _of_writer(one: Mapping[str, Json], key: str) -> str:
    writer = one.get("account")
    name = writer.get(key) if isinstance(writer, dict) else None
    return name if isinstance(name, str) else ""


def _without_names(name: str, value: Json, named: frozenset[str]) -> Json:
    if isinstance(value, dict):
        return {key: _without_names(key, inner, named) for key, inner in value.items() if key in KEPT}
    if isinstance(value, list):
        return [_without_names(name, inner, named) for inner in value]
    return nameless(value, named) if isinstance(value, str) and name in WRITTEN else value


def _names_writer(link: Json, names: set[str]) -> bool:
    """Whether the address of an attachment holds who wrote it, as those of some servers do."""
    addresses = [link.get(key) for key in ("url", "preview_url")] if isinstance(link, dict) else []
    parts = {part.casefold().lstrip("@") for one in addresses if isinstance(one, str) for part in re.split(r"[/?&=]", one)}
    return bool(parts & names)


def _no_further(_next: str) -> Read:
    return Read((), (), None, to_the_end=False)
