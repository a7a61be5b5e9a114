"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from domain.post import Rejected
from sources.client.http import Reply
from sources.platforms.feed.entry import Entry, item_of
from sources.reading.entries import understood
from sources.reading.profile import About
from sources.reading.readable import text_of
from sources.reading.shape import At, read_json
from sources.reading.track import Dated, Item, Read

VERSION = "https://jsonfeed.org/version/"


def parse_json(reply: Reply, account_id: str, dated: Dated) -> Read:
    """A feed's items. Raises UnexpectedReply for JSON that is no feed."""
    feed = read_json(reply)
    if not feed.at("version").maybe_text().startswith(VERSION):
        feed.at("version").wrong("is not a version of JSON Feed")

    def understand(at: At) -> Iterator[Item | Rejected]:
        yield item_of(_entry(at), at, account_id, reply.url, dated)

    read = understood(feed.at("items").items(), understand, _id, feed.at("next_url").maybe_text() or None)
    return replace(read, about=_about(feed))


def _about(feed: At) -> About | None:
    name, said = text_of(feed.at("title").maybe_text()), text_of(feed.at("description").maybe_text())
    return About(name, said, (feed.at("icon").maybe_text(),)) if name or said else None


def _entry(at: At) -> Entry:
    return Entry(
        id=_id(at),
        link=at.at("url").maybe_text(),
        title=text_of(at.at("title").maybe_text()) if "<" in at.at("title").maybe_text() else at.at("title").maybe_text().strip(),
        html=at.at("content_html").maybe_text(),
        plain=at.at("content_text").maybe_text() if at.at("content_html").missing else "",
        published=at.at("date_published").maybe_moment(),
        updated=at.at("date_modified").maybe_moment(),
        media=tuple(_media(at)),
    )


def _media(at: At) -> Iterator[tuple[str, str, str | None]]:
    for key in ("image", "banner_image"):
        yield at.at(key).maybe_text(), "", None
    for attachment in at.at("attachments").maybe_items():
        yield attachment.at("url").text(), attachment.at("title").maybe_text(), attachment.at("mime_type").maybe_text() or None


def _id(at: At) -> str:
    """Text; a number is taken as its digits (the format asks readers to coerce)."""
    found = at.at("id")
    if isinstance(found.value, int | float) and not isinstance(found.value, bool):
        return At(str(found.value), found.path).identifier()
    return found.identifier()
