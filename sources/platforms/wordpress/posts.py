"""WordPress' posts, pages and comments as its REST API gives them, understood (https://developer.wordpress.org/rest-api/reference/posts/)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.post import MediaLink, Post, PostKind, Rejected
from sources.platforms.wordpress.media import featured_media, shown_media
from sources.reading.entries import understood
from sources.reading.readable import text_of, unique
from sources.reading.shape import At, moment
from sources.reading.track import Item, Read, time_order
from sources.source import UnexpectedReply

PER_PAGE = 40  # of at most 100: an unchanged site answers with a whole page each time, since it offers no ETag


@dataclass(frozen=True, slots=True)
class Place:
    """Down to where a list was read: entries of that time or older follow, save those that were on the page before. Text in between runs."""

    oldest: str
    read: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.oldest}|{','.join(map(str, self.read))}"


def parse_place(text: str) -> Place:
    """What `str(place)` wrote."""
    oldest, _, read = text.partition("|")
    return Place(oldest, tuple(int(one) for one in read.split(",") if one))


def parse_posts(reply: At, account_id: str, host: str, kind: PostKind, following: str | None) -> Read:
    """A page of wp/v2/posts or wp/v2/pages. What has a password is listed and not public. Known by its number on the site (`host/?p=7`)."""

    def understand(post: At) -> Iterator[Item | Rejected]:
        if post.at("status").text() != "publish":
            post.at("status").wrong("is not public")
        if post.at("content").at("protected").value is True:
            post.at("content").at("protected").wrong("is not public: it asks for a password")
        return _post_and_problems(post, account_id, host, kind)

    def name(post: At) -> str | None:
        is_public = post.at("status").value == "publish" and post.at("content").at("protected").value is not True
        return f"{host}/?p={number(post.at('id'))}" if is_public else None

    return understood(reply.items(), understand, name, following)


def parse_comments(reply: At, account_id: str, host: str, following: str | None) -> Read:
    """A page of wp/v2/comments: what visitors wrote, without who they are."""

    def understand(comment: At) -> Iterator[Item | Rejected]:
        if comment.at("status").text() != "approved":
            comment.at("status").wrong("is not public")
        posted_at, known = comment.at("date_gmt").moment(), number(comment.at("id"))
        text = text_of(comment.at("content").at("rendered").maybe_text())
        url = comment.at("link").text()
        post = Post(account_id, f"{host}/?c={known}", PostKind.VISITOR_COMMENT, url, text, posted_at)
        yield Item(post, _order(comment, known), str(known))

    return understood(reply.items(), understand, lambda comment: f"{host}/?c={number(comment.at('id'))}", following)


def parse_next(reply: At, pages: str | None, before: Place | None) -> str | None:
    """From where to read on, when X-WP-TotalPages (`pages`) says that more follow or does not say and the page is full.

    Not by `page=2`: what is published or deleted between two runs moves every page.
    """
    entries = list(reply.items())
    more = int(pages) > 1 if pages and re.fullmatch(r"\d{1,9}", pages) else len(entries) >= PER_PAGE
    dated = [(time_order(at), known) for entry in entries if (at := _local(entry.at("date"))) and (known := _whole(entry.at("id")))]
    if not more or not dated:
        return None
    oldest = min(order for order, _ in dated)
    read = tuple(known for order, known in dated if order == oldest)
    if before and before.oldest == oldest:
        read = tuple(dict.fromkeys((*before.read, *read)))  # a page full of the same second
    return str(Place(oldest, read))


def _post_and_problems(post: At, account_id: str, host: str, kind: PostKind) -> Iterator[Item | Rejected]:
    """The post, and beside it what of its pictures could not be understood."""
    known, url = number(post.at("id")), post.at("link").text()
    posted_at, edited_at = post.at("date_gmt").moment(), post.at("modified_gmt").maybe_moment()
    html, name = post.at("content").at("rendered").text(), f"{host}/?p={known}"
    links: list[MediaLink] = []
    try:
        links += featured_media(post)
    except UnexpectedReply as odd:
        yield Rejected(name, odd.path, odd.what)
    media = unique([*links, *shown_media(html, url)])
    edited_at = edited_at if edited_at and edited_at > posted_at else None
    title = text_of(post.at("title").at("rendered").maybe_text())
    yield Item(Post(account_id, name, kind, url, text_of(html), posted_at, edited_at, title, media), _order(post, known), str(known))


def _order(entry: At, known: int) -> str:
    """As the site sorts: by its own clock's time, which the API gives without saying which zone that is."""
    at = _local(entry.at("date")) or entry.at("date").wrong("expected a time")
    return f"{time_order(at)}#{known:012d}"


def _local(date: At) -> datetime | None:
    at = moment(date.value) if isinstance(date.value, str) else None
    return at.replace(microsecond=0) if at and at.year < 9999 else None


def number(at: At) -> int:
    """What a post, a comment or an author is on the site. JSON's true is no number."""
    return _whole(at) or at.wrong("expected a whole number")


def _whole(at: At) -> int | None:
    return at.value if isinstance(at.value, int) and not isinstance(at.value, bool) and 0 < at.value < 10**12 else None
