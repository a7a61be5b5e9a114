"""What hangs on a Facebook post: pictures, films, albums, cards of links and events, and posts that it passes on.

https://developers.facebook.com/docs/graph-api/reference/story-attachment, …/reference/story-attachment-media.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from domain.post import MediaLink
from sources.platforms.meta.graph import FILM, graph_id, nested, shown
from sources.reading.shape import At

ATTACHMENT = "media,media_type,type,target{id},url,unshimmed_url,title,description,subattachments{media,media_type,type,target{id},description}"
BASE = "https://www.facebook.com"
NO_CARD = {"photo", "video", "album"}  # whose title and description repeat the post or name the album
SHIMS = {"l.facebook.com", "lm.facebook.com"}  # through which Facebook leads links to other sites, each time with another parameter


def passed_on(post: At) -> bool:
    """Whether it shares what somebody else posted: a Page's posts have the Page's id before the line."""
    parent = post.at("parent_id").maybe_text()
    return bool(parent) and parent.partition("_")[0] != post.at("id").text().partition("_")[0]


def lines_of(post: At) -> Iterator[str]:
    """What the post says, then what the cards of links and events under it say. Not what somebody else said whose post it passes on."""
    yield post.at("message").maybe_text().strip()
    for attachment in () if passed_on(post) else nested(post.at("attachments")):
        if attachment.at("media_type").maybe_text() not in NO_CARD:
            yield attachment.at("title").maybe_text().strip()
            yield attachment.at("description").maybe_text().strip()
            yield _led_to(attachment)


def media_of(post: At) -> Iterator[MediaLink | None]:
    """An album's pictures, else the attachment's own. Not of somebody else's post that is passed on."""
    for attachment in () if passed_on(post) else nested(post.at("attachments")):
        inner = list(nested(attachment.at("subattachments")))
        for one in inner or [attachment]:
            alt = one.at("description").maybe_text() if inner or attachment.at("media_type").maybe_text() in NO_CARD else ""
            yield from shown_in(one, "" if alt == post.at("message").value else alt)


def shown_in(attachment: At, alt: str = "") -> Iterator[MediaLink | None]:
    """A picture, or a film and its poster, known by the id of the photo or film."""
    media, target = attachment.at("media"), attachment.at("target")
    if media.missing:
        return
    name = "" if target.missing or target.at("id").missing else graph_id(target.at("id"))
    if not media.at("source").missing:
        yield shown(media.at("source"), BASE, name and f"{name}/film", alt, FILM)
    if not media.at("image").missing:
        yield shown(media.at("image").at("src"), BASE, name, alt)


def _led_to(attachment: At) -> str:
    """Where a card leads."""
    url = attachment.at("unshimmed_url").maybe_text() or attachment.at("url").maybe_text()
    try:
        parts = urlsplit(url)
        return parse_qs(parts.query).get("u", [url])[0] if parts.hostname in SHIMS else url
    except ValueError:
        return attachment.at("url").wrong("is no address")
