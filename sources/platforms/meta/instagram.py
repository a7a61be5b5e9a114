"""An Instagram professional account that the department runs, by the Instagram API with Instagram Login: its posts, and comments under them without names.

API: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/get-started, …/reference/instagram-media,
…/instagram-graph-api/reference/ig-comment, …/reference/me.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.account import Account
from domain.post import MediaLink, Post, PostKind, Rejected
from sources.client.http import Http
from sources.client.secret import bearer
from sources.platforms.meta.comments import COMMENTS, comment_item
from sources.platforms.meta.graph import (
    VERSION,
    for_departments_only,
    graph_id,
    nested,
    one_user,
    or_rejected,
    pictures_and_films,
    profile,
    refuse_if_set,
    terms,
    user_id,
)
from sources.platforms.meta.visit import Edge, Visit
from sources.reading.api import Api, api_at
from sources.reading.entries import understood
from sources.reading.readable import unique
from sources.reading.shape import At
from sources.reading.track import Item, Read, time_order, track_of
from sources.source import Allowance, Checkpoint, Needs, Page, UnexpectedReply

SITES = frozenset({"instagram.com", "www.instagram.com", "m.instagram.com"})
API = "https://graph.instagram.com"
PER_PAGE = 50
KINDS = {"IMAGE", "VIDEO", "CAROUSEL_ALBUM"}

PICTURE_FIELDS = "id,media_type,media_url,thumbnail_url"
MEDIA_FIELDS = ",".join(
    [
        f"{PICTURE_FIELDS},caption,permalink,timestamp",
        f"children{{{PICTURE_FIELDS}}}",
        f"comments.limit({COMMENTS}){{id,text,timestamp,hidden}}",  # never `username` nor `from`: who wrote it
    ]
)
USER_FIELDS = "user_id,username,name,biography,profile_picture_url"

TERMS = terms("a professional account")
NEEDS = Needs(
    handle="`@examplecitypd`",
    url="`https://www.instagram.com/…`, the profile",
    token="the account's own Instagram user token with instagram_business_basic and instagram_business_manage_comments",  # noqa: S106
)
DAILY = Allowance(requests=4_000)


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """The account's name, what it says about itself, and its picture."""
    user = one_user(reply)
    name = user.at("name").maybe_text() or user.at("username").text()
    return profile(account, name, user.at("biography").maybe_text(), [user.at("profile_picture_url").maybe_text()], now)


def parse_media(reply: At, account: Account, next_page: str | None) -> Read:
    """A page of media with the comments under each. Only what is public is listed there; anything odd is rejected."""

    def understand(media: At) -> Iterator[Item | Rejected]:
        native_id, posted_at = graph_id(media.at("id")), media.at("timestamp").moment()
        if media.at("media_type").text() not in KINDS:
            media.at("media_type").wrong("is a kind of media that is not known")
        links: list[MediaLink] = []
        yield from or_rejected(pictures_and_films(media, API), links, native_id)
        url, order = media.at("permalink").maybe_text() or account.url, time_order(posted_at)
        text = media.at("caption").maybe_text().strip()
        yield Item(Post(account.id, native_id, PostKind.POST, url, text, posted_at, media=unique(links)), order, "post")
        for comment in nested(media.at("comments")):
            yield from _comment(comment, account.id, url, order)

    return understood(reply.at("data").items(), understand, lambda media: graph_id(media.at("id")), next_page)


class Instagram:
    """Reads `/{user}/media`, newest first. Nothing says that a caption was edited, so what it says is compared."""

    name = "instagram"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        for_departments_only(account, "Instagram")
        token = http.token(self.name, account.handle, "an Instagram user token")
        track = track_of(checkpoint)
        edge = Edge(
            "me",
            USER_FIELDS,
            lambda reply: user_id(reply, "user_id", account, track.own.get("id")),
            lambda reply, now: parse_profile(reply, account, now),
            "media",
            MEDIA_FIELDS,
            lambda reply, after: parse_media(reply, account, after),
            PER_PAGE,
            alone=lambda known: "id,hidden" if known.commented else "id",
            no_longer_public=lambda found: "200 (hidden)" if found.at("hidden").value is True else None,
        )
        api = Api(http, f"{api_at(account, SITES, API)}/{VERSION}", bearer(token))
        yield from Visit(http, account, api, edge).read(track)


def _comment(comment: At, account_id: str, url: str, order: str) -> Iterator[Item | Rejected]:
    try:
        refuse_if_set(comment.at("hidden"))
        native_id, posted_at, text = graph_id(comment.at("id")), comment.at("timestamp").moment(), comment.at("text").maybe_text().strip()
    except UnexpectedReply as odd:
        yield Rejected(None, odd.path, odd.what)
        return
    yield comment_item(account_id, native_id, url, text, posted_at, order)
