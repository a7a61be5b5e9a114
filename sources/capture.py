"""Fetching what a post shows, bit by bit as it was published."""

from __future__ import annotations

from urllib.parse import urlsplit

from domain.post import MediaLink
from sources.address import where
from sources.http import Http
from sources.source import UnexpectedReply

BLOB = "/xrpc/com.atproto.sync.getBlob"  # a documented API endpoint, unlike every other picture's address


def fetch_media(http: Http, link: MediaLink) -> bytes:
    """The bytes behind `link`, at most `[network] media_bytes` of them.

    Raises SourceError; UnexpectedReply when the server answers anything but 200 or nothing at all: an error page is not a picture.
    """
    is_api = urlsplit(link.url).path == BLOB
    reply = http.get(link.url, max_bytes=http.settings.media_bytes, accept="image/*, */*;q=0.5", robots=not is_api)
    if reply.status != 200:
        raise UnexpectedReply(where(reply.url), f"answered {reply.status} instead of a picture")
    if not reply.body:
        raise UnexpectedReply(where(reply.url), "answered with nothing instead of a picture")
    return reply.body
