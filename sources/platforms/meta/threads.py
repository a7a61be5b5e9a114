"""A Threads profile that the department runs, by the Threads API with its own token: its posts, not its reposts and not what others answered.

API: https://developers.facebook.com/documentation/threads/retrieve-and-discover-posts/retrieve-posts, …/threads/threads-profiles, …/threads/create-posts/polls,
…/threads/create-posts/text-attachments. It is reached at graph.threads.com and at graph.threads.net alike (…/threads/reference).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.account import Account
from domain.post import MediaLink, Post, PostKind, Rejected
from sources.client.http import Http
from sources.client.secret import bearer
from sources.platforms.meta.graph import for_departments_only, graph_id, or_rejected, pictures_and_films, profile, shown, terms, user_id
from sources.platforms.meta.visit import Edge, Visit
from sources.reading.api import Api, api_at
from sources.reading.entries import understood
from sources.reading.readable import unique
from sources.reading.shape import At
from sources.reading.track import Item, Read, time_order, track_of
from sources.source import Allowance, Checkpoint, Needs, Page

SITES = frozenset({"threads.com", "www.threads.com", "threads.net", "www.threads.net"})
API = "https://graph.threads.com"
VERSION = "v1.0"
PER_PAGE = 100
KINDS = {"TEXT_POST", "IMAGE", "VIDEO", "CAROUSEL_ALBUM", "AUDIO"}
REPOST = "REPOST_FACADE"
OPTIONS = ("option_a", "option_b", "option_c", "option_d")

PICTURE_FIELDS = "id,media_type,media_url,thumbnail_url,alt_text"
THREAD_FIELDS = ",".join(
    [
        f"{PICTURE_FIELDS},permalink,username,text,timestamp,is_quote_post,link_attachment_url,gif_url,poll_attachment,text_attachment",
        f"children{{{PICTURE_FIELDS}}}",
    ]
)
USER_FIELDS = "id,username,name,threads_biography,threads_profile_picture_url"

TERMS = terms("a profile")
NEEDS = Needs(
    handle="`@examplecitypd`",
    url="`https://www.threads.com/@…`, the profile",
    token="the profile's own Threads user token with threads_basic",  # noqa: S106
)
DAILY = Allowance(requests=4_000)


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """The profile's name, what it says about itself, and its picture."""
    name = reply.at("name").maybe_text() or reply.at("username").text()
    return profile(account, name, reply.at("threads_biography").maybe_text(), [reply.at("threads_profile_picture_url").maybe_text()], now)


def parse_threads(reply: At, account: Account, next_page: str | None) -> Read:
    """A page of the profile's own posts. What it reposted is somebody else's and left out; of what it quotes only its own words are asked for."""

    def understand(thread: At) -> Iterator[Item | Rejected]:
        kind = thread.at("media_type").text()
        if kind == REPOST:
            return
        native_id, posted_at = graph_id(thread.at("id")), thread.at("timestamp").moment()
        if kind not in KINDS:
            thread.at("media_type").wrong("is a kind of post that is not known")
        text = "\n".join(dict.fromkeys(line for line in _lines(thread) if line))
        links: list[MediaLink] = []
        yield from or_rejected(_links(thread), links, native_id)
        url = thread.at("permalink").maybe_text() or account.url
        yield Item(Post(account.id, native_id, PostKind.POST, url, text, posted_at, media=unique(links)), time_order(posted_at), "post")

    return understood(reply.at("data").items(), understand, lambda thread: graph_id(thread.at("id")), next_page)


class Threads:
    """Reads `/{user}/threads`, newest first. Nothing says that a post was edited, so what it says is compared."""

    name = "threads"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        for_departments_only(account, "Threads")
        token = http.token(self.name, account.handle, "a Threads user token")
        track = track_of(checkpoint)
        edge = Edge(
            "me",
            USER_FIELDS,
            lambda reply: user_id(reply, "id", account, track.own.get("id")),
            lambda reply, now: parse_profile(reply, account, now),
            "threads",
            THREAD_FIELDS,
            lambda reply, after: parse_threads(reply, account, after),
            PER_PAGE,
        )
        api = Api(http, f"{api_at(account, SITES, API)}/{VERSION}", bearer(token))
        yield from Visit(http, account, api, edge).read(track)


def _lines(thread: At) -> Iterator[str]:
    """Its words, its long text, a poll's options and the full address of its link."""
    yield thread.at("text").maybe_text().strip()
    if not (long := thread.at("text_attachment")).missing:
        yield long.at("plaintext").maybe_text().strip()
        yield long.at("link_attachment_url").maybe_text()
    if not (poll := thread.at("poll_attachment")).missing:
        yield from (poll.at(option).maybe_text() for option in OPTIONS)
    yield thread.at("link_attachment_url").maybe_text()


def _links(thread: At) -> Iterator[MediaLink | None]:
    """Pictures, films and sound; then the moving picture of a text post."""
    yield from pictures_and_films(thread, API)
    yield shown(thread.at("gif_url"), API, "", thread.at("alt_text").maybe_text())
