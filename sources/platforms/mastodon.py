"""Mastodon, and every server that speaks its client API (snac, GoToSocial, Pleroma): public statuses, without a token.

API: https://docs.joinmastodon.org/methods/accounts/ (lookup, statuses), …/methods/statuses/ (get), …/entities/Status/.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from requests.utils import parse_header_links

from domain.account import Account
from domain.post import MediaLink, Post, PostKind, Rejected
from domain.retention import OnDelete
from sources.client.address import origin, where
from sources.client.http import Http, Reply
from sources.reading.entries import understood
from sources.reading.profile import profile_of
from sources.reading.readable import picture, text_of, unique
from sources.reading.shape import At, read_json
from sources.reading.track import Item, Known, Read, Track, time_order, track_of
from sources.reading.walk import Walk, profile_page, unchanged
from sources.source import AccountGone, Allowance, Checkpoint, Needs, Page, Terms, UnexpectedReply

PER_PAGE = 40  # the most that the API gives
PUBLIC = ("public", "unlisted")
NOT_PUBLIC = {"private", "direct", "limited", "local", "mutuals_only"}
GONE = {404, 410}
ASKS_FOR_TOKEN = {401, 403}
MIME_OF_KIND = {"video": "video/mp4", "gifv": "video/mp4", "audio": "audio/mpeg"}  # where the address does not tell
NO_PICTURE = "/original/missing.png"  # what Mastodon shows for an account that has none
STATUS_ID = re.compile(r"[\w.:-]{1,200}")

TERMS = Terms(
    use="Public and unlisted statuses by the server's own API, without an account there. Each server sets its own rules: read them before registering one.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="https://docs.joinmastodon.org/user/posting/#privacy and the server's /about page",
)
NEEDS = Needs(handle="`@press@police.example.gov`", url="the profile's page on its own server")
DAILY = Allowance(requests=20_000)


def parse_account(reply: At, user: str) -> str:
    """The account's id on its server, from a lookup. Raises UnexpectedReply when it is somebody else's, AccountGone when it is suspended.

    Mastodon's `acct` of a local account is its bare name; snac's always carries the host.
    """
    for key in ("username", "acct"):
        if reply.at(key).text().partition("@")[0].casefold() != user.casefold():
            reply.at(key).wrong("is another account than the one that was looked up")
    if reply.at("suspended").value is True:
        raise AccountGone(f"{reply.path}: the server says that the account is suspended")
    return _status_id(reply.at("id"))


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """The account's name, description, further lines and pictures, from a lookup. What cannot be read is left out: the account counts, not its page."""
    lines = [f"{text_of(line.at('name').maybe_text())}: {text_of(line.at('value').maybe_text())}" for line in reply.at("fields").maybe_items()]
    said = "\n".join([text_of(reply.at("note").maybe_text()), *lines])
    pictures = [address for key in ("avatar", "header") if not (address := reply.at(key).maybe_text()).endswith(NO_PICTURE)]
    return profile_of(account, reply.at("display_name").maybe_text(), said, pictures, now)


def parse_statuses(reply: At, account_id: str, server_id: str, next_id: str | None) -> Read:
    """A page of statuses: the account's own public ones as posts, anything odd as rejected. `server_id` is the account's id on its server."""

    def understand(status: At) -> Iterator[Item | Rejected]:
        if status.at("reblog").missing:  # else somebody else's, which the account passed on
            yield _item(status, account_id, server_id)

    return understood(reply.items(), understand, _name, next_id)


def parse_next(link: str, path: str) -> str | None:
    """The `max_id` of the following page from a Link header (RFC 8288). None on the last page."""
    for one in parse_header_links(link):
        if one.get("rel") == "next":
            found = re.search(r"[?&]max_id=([^&#]+)", one["url"])
            return _status_id(At(found and found[1], f"{path} Link rel=next max_id"))
    return None


class Mastodon:
    """Reads `/api/v1/accounts/:id/statuses`, newest first. Posts are known by `uri`: snac gives an edited status a new `id`."""

    name = "mastodon"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        track = track_of(checkpoint)
        reader = _Reader(http, account, origin(account.url))
        current = track.settled and not track.sweep_due(http.now())
        if not current:
            yield from reader.look_up(track)
        reply = reader.statuses(track.own["id"], None, track.own.get("etag") if current else None)
        if reply.not_modified:
            yield unchanged(track)
            return
        track.own["etag"] = reply.etag or ""
        first = reader.understood(reply, track.own["id"])
        yield from Walk(
            track,
            lambda next_id: reader.page(track.own["id"], next_id),
            reader.answer_if_gone,
            http.now(),
            http.settings.pages_per_run,
            since=account.since,
        ).from_first(first)


class _Reader:
    def __init__(self, http: Http, account: Account, at: str) -> None:
        self.http = http
        self.account = account
        self.at = at
        self.api = f"{at}/api/v1"

    def look_up(self, track: Track) -> Iterator[Page]:
        user = self.account.handle.lstrip("@").partition("@")[0]
        reply = self._get(f"{self.api}/accounts/lookup?{urlencode({'acct': user})}")
        found = parse_account(read_json(reply), user)
        if track.own.get("id", found) != found:
            raise AccountGone(f"{where(reply.url)}: the name now belongs to another account than the one that was collected before")
        track.own["id"] = found
        yield from profile_page(track, parse_profile(read_json(reply), self.account, self.http.now()), reply.record)

    def statuses(self, server_id: str, max_id: str | None, etag: str | None = None) -> Reply:
        query = {"limit": str(PER_PAGE), "exclude_reblogs": "true"} | ({"max_id": max_id} if max_id else {})
        return self._get(f"{self.api}/accounts/{quote(server_id, safe='')}/statuses?{urlencode(query)}", etag)

    def page(self, server_id: str, max_id: str) -> Read:
        return self.understood(self.statuses(server_id, max_id), server_id)

    def understood(self, reply: Reply, server_id: str) -> Read:
        json = read_json(reply)
        read = parse_statuses(json, self.account.id, server_id, parse_next(reply.headers.get("Link", ""), json.path))
        return replace(read, record=reply.record)

    def answer_if_gone(self, uri: str, known: Known) -> str | None:
        """Asks for the status; where that needs a token (snac answers 401), for the ActivityPub object that it is."""
        status = self.http.get(f"{self.api}/statuses/{quote(known.locator, safe='')}", robots=False, accept="application/json").status
        if status in ASKS_FOR_TOKEN and uri.startswith(f"{self.at}/"):
            status = self.http.get(uri, robots=False, accept="application/activity+json").status
        return str(status) if status in GONE else None

    def _get(self, url: str, etag: str | None = None) -> Reply:
        reply = self.http.get(url, robots=False, accept="application/json", etag=etag)
        if reply.status in GONE:
            raise AccountGone(f"{where(url)}: answered {reply.status}")
        if reply.status not in {200, 304}:
            raise UnexpectedReply(where(url), f"answered {reply.status}")
        return reply


def _item(status: At, account_id: str, server_id: str) -> Item:
    if status.at("account").at("id").text() != server_id:
        status.at("account").at("id").wrong("is another account's")
    if (visibility := status.at("visibility").text()) not in PUBLIC:
        status.at("visibility").wrong("is not public" if visibility in NOT_PUBLIC else "is a visibility that is not known")
    posted_at = status.at("created_at").moment()
    uri = status.at("uri").identifier()
    post = Post(
        account_id=account_id,
        native_id=uri,
        kind=_kind(status, server_id),
        url=status.at("url").maybe_text() or uri,
        text=_text(status),
        posted_at=posted_at,
        edited_at=status.at("edited_at").maybe_moment(),
        title=text_of(status.at("spoiler_text").maybe_text()),
        media=_media(status),
    )
    return Item(post, time_order(posted_at), _status_id(status.at("id")))


def _kind(status: At, server_id: str) -> PostKind:
    """An answer to somebody is a comment; an answer to oneself continues a thread."""
    answers = status.at("in_reply_to_account_id").value
    return PostKind.POST if answers in (None, server_id) else PostKind.COMMENT


def _text(status: At) -> str:
    options = [option.at("title").text() for option in status.at("poll").at("options").maybe_items()] if not status.at("poll").missing else []
    return "\n".join([text_of(status.at("content").maybe_text()), *map(text_of, options)]).strip()


def _media(status: At) -> tuple[MediaLink, ...]:
    links = (_link(attachment, status) for attachment in status.at("media_attachments").maybe_items())
    return unique(link for link in links if link)


def _link(attachment: At, status: At) -> MediaLink | None:
    address = attachment.at("url").maybe_text() or attachment.at("remote_url").maybe_text()
    if not address:
        return None  # still being processed: the server gives it an address later, which is an edit
    kind = attachment.at("type").text()
    mime = mimetypes.guess_type(urlsplit(address).path)[0] or MIME_OF_KIND.get(kind)
    link = picture(address, status.at("uri").text(), attachment.at("description").maybe_text(), mime)
    return link or attachment.at("url").wrong("is not an http or https address")


def _status_id(at: At) -> str:
    """An id as it goes into an address."""
    text = at.text()
    return text if STATUS_ID.fullmatch(text) else at.wrong("is not an id")


def _name(status: At) -> str | None:
    """The uri of a status that could not be understood, unless it says that it is not public."""
    return status.at("uri").identifier() if status.at("visibility").value in PUBLIC else None
