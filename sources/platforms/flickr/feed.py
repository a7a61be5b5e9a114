"""A Flickr photostream without a key: the Atom feed of its 20 newest public photos (https://www.flickr.com/services/feeds/docs/photos_public/)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from domain.account import Account
from domain.post import Post, Rejected
from sources.client.address import where
from sources.client.http import Http, Reply
from sources.platforms.feed.xml_feed import parse_xml
from sources.reading.api import GONE, good
from sources.reading.track import Known, Read, Track
from sources.reading.walk import Walk, unchanged
from sources.source import Page

PHOTO = re.compile(r"/photos/[^/]+/(\d{1,20})(?:/|$)")
POSTED = re.compile(r"\A[^\n]{1,300} posted a (?:photo|video):(?:\n|\Z)")  # what the feed puts before each description
UNDATED = datetime(1, 1, 1, tzinfo=UTC)


def parse_feed(reply: Reply, account_id: str) -> Read:
    """The feed's entries, known by their photos' ids as with a key. It is a window: what left it is older, or gone. One without a date is refused."""
    read = parse_xml(reply, account_id, lambda _id, said: next(filter(None, said), UNDATED))
    items, refused = [], list(read.rejected)
    for number, item in enumerate(read.items):
        found = PHOTO.search(item.post.url)
        if found is None or item.post.posted_at == UNDATED:
            refused.append(Rejected(None, f"{where(reply.url)}.entries[{number}]", "has no photo's address or no date"))
        else:
            items.append(replace(item, post=_as_with_a_key(item.post, found[1])))
    return Read(tuple(items), tuple(refused), None, to_the_end=False, record=reply.record)


def pages(http: Http, account: Account, nsid: str, base: str, track: Track) -> Iterator[Page]:
    """What is new, edited and gone among the newest 20. robots.txt is asked: this is no API."""
    etag, modified = (track.own.get("feed_etag"), track.own.get("feed_modified")) if track.settled else (None, None)
    url = f"{base}/services/feeds/photos_public.gne?id={nsid}&format=atom"
    reply = good(http.get(url, accept="application/atom+xml, */*;q=0.1", etag=etag, last_modified=modified))
    if reply.not_modified:
        yield unchanged(track)
        return
    track.own |= {"feed_etag": reply.etag or "", "feed_modified": reply.last_modified or ""}

    def answer_if_gone(_photo: str, known: Known) -> str | None:
        """A photo that left the feed is gone only when its own page says so."""
        status = http.get(known.locator, accept="text/html, */*;q=0.5").status if known.locator.startswith("http") else 0
        return str(status) if status in GONE else None

    yield from Walk(track, _no_further_page, answer_if_gone, http.now(), 1, since=account.since).from_first(parse_feed(reply, account.id))


def _as_with_a_key(post: Post, photo: str) -> Post:
    """The photo's id as name, no "… posted a photo:", and only the larger of the two sizes, which the feed encloses."""
    return replace(post, native_id=photo, text=POSTED.sub("", post.text), media=post.media[:1])


def _no_further_page(_next: str) -> Read:
    return Read((), (), None, to_the_end=False)
