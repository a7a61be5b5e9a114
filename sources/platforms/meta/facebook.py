"""A Facebook Page that the department runs, by the Graph API with the Page's own token: its posts, and what visitors wrote under them, without their names.

API: https://developers.facebook.com/docs/graph-api/reference/page/feed (published_posts), …/reference/page-post, …/reference/story-attachment,
…/reference/comment, …/reference/page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from urllib.parse import quote

from domain.account import Account
from domain.post import MediaLink, Post, PostKind, Rejected
from sources.client.http import Http
from sources.client.secret import bearer
from sources.platforms.meta.attachments import ATTACHMENT, lines_of, media_of, passed_on, shown_in
from sources.platforms.meta.comments import COMMENTS, comment_item
from sources.platforms.meta.graph import VERSION, for_departments_only, graph_id, nested, or_rejected, profile, refuse_if_set, terms
from sources.platforms.meta.visit import Edge, Visit
from sources.reading.api import Api, api_at
from sources.reading.entries import understood
from sources.reading.readable import unique
from sources.reading.shape import At
from sources.reading.track import Item, Read, time_order, track_of
from sources.source import AccountGone, Allowance, Checkpoint, Needs, Page, UnexpectedReply

SITES = frozenset({"facebook.com", "www.facebook.com", "m.facebook.com", "web.facebook.com", "fb.com", "www.fb.com"})
API = "https://graph.facebook.com"
PER_PAGE = 25  # with its comments a page is large; Graph refuses to make larger ones
COMMENT_FIELDS = "id,message,created_time,permalink_url,is_hidden,is_private,attachment{media,type,target{id},url}"  # never `from`: who wrote it
POST_FIELDS = ",".join(
    [
        "id,message,created_time,updated_time,permalink_url,is_published,is_hidden,privacy,parent_id",
        f"attachments{{{ATTACHMENT}}}",
        f"comments.order(reverse_chronological).limit({COMMENTS}){{{COMMENT_FIELDS}}}",
    ]
)
PAGE_FIELDS = "id,name,is_published,about,description,link,picture.width(2048){url},cover{source}"

TERMS = terms("a Page")
NEEDS = Needs(
    handle="the Page's name in its address, or its id",
    url="`https://www.facebook.com/…`, the Page itself",
    token="the Page's own access token with pages_read_engagement and pages_read_user_content",  # noqa: S106
)
DAILY = Allowance(requests=4_000)


def parse_page_id(reply: At, handle: str) -> str:
    """The Page's id. Raises UnexpectedReply when it is another one than was asked for, AccountGone when nobody but its own people see it."""
    found = graph_id(reply.at("id"))
    if reply.at("is_published").value is False:
        raise AccountGone(f"{reply.path}: Facebook says that the Page is not published")
    if handle.isdigit() and handle != found:
        reply.at("id").wrong("is another Page than the one that was asked for")
    return found


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """The Page's name, its two descriptions, picture and cover."""
    said = [reply.at(key).maybe_text() for key in ("about", "description")]
    picture, cover = reply.at("picture"), reply.at("cover")
    pictures = ["" if picture.missing else picture.at("data").at("url").maybe_text(), "" if cover.missing else cover.at("source").maybe_text()]
    return profile(account, reply.at("name").maybe_text(), "\n".join(dict.fromkeys(line for line in said if line)), pictures, now)


def parse_posts(reply: At, account_id: str, next_page: str | None) -> Read:
    """A page of published posts with the comments under each: what is public as posts, anything odd as rejected."""

    def understand(post: At) -> Iterator[Item | Rejected]:
        _refuse_hidden(post)
        if passed_on(post) and not post.at("message").maybe_text():
            post.at("parent_id").wrong("is somebody else's post, passed on without a word")  # said, since Meta doesn't say what else `parent_id` may name
        native_id, posted_at = graph_id(post.at("id")), post.at("created_time").moment()
        media: list[MediaLink] = []
        yield from or_rejected(media_of(post), media, native_id)
        url = post.at("permalink_url").maybe_text() or f"https://www.facebook.com/{native_id}"
        text = "\n".join(dict.fromkeys(line for line in lines_of(post) if line))
        order = time_order(posted_at)
        yield Item(Post(account_id, native_id, PostKind.POST, url, text, posted_at, media=unique(media)), order, "post")
        for comment in nested(post.at("comments")):
            yield from _comment(comment, account_id, url, order)

    return understood(reply.at("data").items(), understand, _name, next_page)


class Facebook:
    """Reads `/{page}/published_posts`, newest first. `updated_time` moves with comments too, so only what a post says counts as an edit."""

    name = "facebook"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        for_departments_only(account, "Facebook")
        token = http.token(self.name, account.handle, "a Page token")
        handle = account.handle.lstrip("@")
        edge = Edge(
            quote(handle, safe=""),
            PAGE_FIELDS,
            partial(parse_page_id, handle=handle),
            lambda reply, now: parse_profile(reply, account, now),
            "published_posts",
            POST_FIELDS,
            lambda reply, after: parse_posts(reply, account.id, after),
            PER_PAGE,
            alone=lambda known: "id,is_hidden" if known.commented else "id,is_hidden,is_published",
            no_longer_public=_no_longer_public,
        )
        api = Api(http, f"{api_at(account, SITES, API)}/{VERSION}", bearer(token))
        yield from Visit(http, account, api, edge).read(track_of(checkpoint))


def _refuse_hidden(post: At) -> None:
    """Only what anybody sees: published, not hidden, and for everyone."""
    if post.at("is_published").value is not True:
        post.at("is_published").wrong("is not public")
    refuse_if_set(post.at("is_hidden"))
    if not (privacy := post.at("privacy")).missing and privacy.at("value").maybe_text() not in {"", "EVERYONE"}:
        privacy.at("value").wrong("is not public")


def _comment(comment: At, account_id: str, post_url: str, order: str) -> Iterator[Item | Rejected]:
    try:
        for key in ("is_hidden", "is_private"):
            refuse_if_set(comment.at(key))
        native_id, posted_at = graph_id(comment.at("id")), comment.at("created_time").moment()
        url, text = comment.at("permalink_url").maybe_text() or post_url, comment.at("message").maybe_text().strip()
    except UnexpectedReply as odd:
        yield Rejected(None, odd.path, odd.what)
        return
    media: list[MediaLink] = []
    if not comment.at("attachment").missing:
        yield from or_rejected(shown_in(comment.at("attachment")), media, native_id)
    yield comment_item(account_id, native_id, url, text, posted_at, order, unique(media))


def _no_longer_public(post: At) -> str | None:
    if post.at("is_hidden").value is True:
        return "200 (is_hidden)"
    return "200 (not is_published)" if post.at("is_published").value is False else None


def _name(post: At) -> str | None:
    """The id of a post that could not be understood, unless it is not known to be public."""
    try:
        _refuse_hidden(post)
    except UnexpectedReply:
        return None
    return graph_id(post.at("id"))
