"""Blogs and news pages: RSS, Atom and JSON Feed, given the feed's own address or a page that names it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bs4 import BeautifulSoup
from bs4.element import Tag

from domain.account import Account
from domain.post import Rejected
from domain.retention import OnDelete
from sources.client.address import same_origin, where
from sources.client.http import Http, Reply
from sources.platforms.feed.json_feed import parse_json
from sources.platforms.feed.xml_feed import ROOTS, parse_xml, root_of
from sources.reading.bounds import refuse_endless
from sources.reading.profile import profile_of
from sources.reading.readable import picture
from sources.reading.track import Known, Read, Track, dated_by, track_of
from sources.reading.walk import Walk, unchanged, with_profile
from sources.source import AccountGone, Allowance, Checkpoint, Needs, Page, Terms, UnexpectedReply

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.9, text/html;q=0.8, */*;q=0.1"
FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json", "application/rdf+xml"}
GONE = {404, 410}
MOST_BYTES = 4_000_000  # far beyond any feed

TERMS = Terms(
    use="What a site publishes for feed readers, as far as its robots.txt allows.",
    on_delete=OnDelete.KEEP_BY_LAW,
    keep_days=None,
    reference="the site's own terms and its robots.txt (RFC 9309)",
)
NEEDS = Needs(handle="any name", url="the feed's address, or a page that names it")
DAILY = Allowance(requests=50_000)


def parse_feed(reply: Reply, account_id: str, track: Track, now: datetime) -> Read:
    """The entries of a feed in any of the three formats. Raises UnexpectedReply for anything else."""
    parse = parse_json if _is_json(reply.body) else parse_xml
    return replace(_on_one_host(parse(reply, account_id, dated_by(track, now)), reply), record=reply.record)


def parse_page(reply: Reply) -> str:
    """The address of the feed that a page names: its first <link rel="alternate"> of a feed type that is not one of comments. Raises UnexpectedReply."""
    # Without processing instructions: an XHTML page is read as the HTML that it also is.
    refuse_endless(reply.body, where(reply.url))
    page = BeautifulSoup(re.sub(rb"<\?[^>]*>?", b"", reply.body), "lxml")
    base = page.find("base", href=True)
    at = picture(str(base["href"]), reply.url) if isinstance(base, Tag) else None
    for link in page("link", href=True):
        found = picture(str(link["href"]), at.url if at else reply.url)
        if found and _names_a_feed(link):
            return found.url
    raise UnexpectedReply(where(reply.url), "is no feed, nor a page that names one in <link rel=alternate>: register the feed's own address")


class Feed:
    """Reads a feed as a whole: it is a window on the newest entries, so that an entry may leave it without being gone."""

    name = "feed"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = True

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        track = track_of(checkpoint)
        reply = _first(http, account, track)
        if reply.not_modified:
            yield unchanged(track)
            return
        first = parse_feed(reply, account.id, track, http.now())
        track.own |= {"etag": reply.etag or "", "modified": reply.last_modified or "", "paged": first.next or ""}
        pages = _walk(http, account, track).from_first(first)
        if about := first.about:
            pages = with_profile(track, profile_of(account, about.name, about.said, about.pictures, http.now()), pages)
        yield from pages


def _first(http: Http, account: Account, track: Track) -> Reply:
    """The feed, conditionally if it was read before. Where it is gone from its address, the account's page may name another."""
    if known := track.own.get("feed"):
        # Further pages of a paged feed may change while the first one does not.
        current = track.settled and not (track.own.get("paged") and track.sweep_due(http.now()))
        conditions = (track.own.get("etag"), track.own.get("modified")) if current else (None, None)
        reply = _get(http, known, *conditions)
        if reply.status not in GONE or known == account.url:
            return _good(reply)
    return _found(http, account, track)


def _found(http: Http, account: Account, track: Track) -> Reply:
    reply = _good(_get(http, account.url))
    track.own["feed"] = account.url
    if not _is_feed(reply.body):
        track.own["feed"] = parse_page(reply)
        reply = _good(_get(http, track.own["feed"]))
    return reply


def _walk(http: Http, account: Account, track: Track) -> Walk:
    return Walk(
        track,
        lambda url: parse_feed(_good(_get(http, url)), account.id, track, http.now()),
        lambda _native_id, known: _answer_if_gone(http, known),
        http.now(),
        http.settings.pages_per_run,
        since=account.since,
    )


def _get(http: Http, url: str, etag: str | None = None, last_modified: str | None = None) -> Reply:
    return http.get(url, accept=ACCEPT, etag=etag, last_modified=last_modified, max_bytes=min(MOST_BYTES, http.settings.page_bytes))


def _good(reply: Reply) -> Reply:
    if reply.status in GONE:
        raise AccountGone(f"{where(reply.url)}: answered {reply.status}")
    if reply.status not in {200, 304}:
        raise UnexpectedReply(where(reply.url), f"answered {reply.status}")
    return reply


def _answer_if_gone(http: Http, known: Known) -> str | None:
    """An entry that left the feed is gone only when its own page says so."""
    if not known.locator:
        return None
    status = http.get(known.locator, accept="text/html, */*;q=0.5").status
    return str(status) if status in GONE else None


def _on_one_host(read: Read, reply: Reply) -> Read:
    """A feed is followed to further pages of its own host only."""
    if read.next is None:
        return replace(read, to_the_end=False)
    following = picture(read.next, reply.url)
    if following and same_origin(following.url, reply.url):
        return replace(read, next=following.url, to_the_end=False)
    elsewhere = Rejected(None, f"{where(reply.url)} next page", "leads to another host")
    return replace(read, next=None, to_the_end=False, rejected=(*read.rejected, elsewhere))


def _names_a_feed(link: Tag) -> bool:
    rel = link.get("rel") or []
    rel = [rel] if isinstance(rel, str) else rel
    kind = str(link.get("type") or "").partition(";")[0].strip().lower()
    return "alternate" in [word.lower() for word in rel] and kind in FEED_TYPES and not re.search(r"comments?\b", str(link["href"]), re.IGNORECASE)


def _is_feed(body: bytes) -> bool:
    return _is_json(body) or root_of(body) in ROOTS


def _is_json(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
