"""Fetching what a post shows, bit by bit as it was published."""

from __future__ import annotations

from domain.post import MediaLink
from sources.client.address import where
from sources.client.http import Http
from sources.source import UnexpectedReply


def fetch_media(http: Http, link: MediaLink, *, robots: bool = True) -> bytes:
    """The bytes behind `link`, at most `[network] media_bytes` of them. `robots` is the source's `robots_on_media`.

    Raises SourceError; UnexpectedReply when the server answers anything but 200 or nothing at all: an error page is not a picture.
    """
    reply = http.get(link.address, max_bytes=http.settings.media_bytes, accept="image/*, */*;q=0.5", robots=robots, elsewhere=True)
    if reply.status != 200:
        raise UnexpectedReply(where(reply.url), f"answered {reply.status} instead of a picture")
    if not reply.body:
        raise UnexpectedReply(where(reply.url), "answered with nothing instead of a picture")
    return reply.body
