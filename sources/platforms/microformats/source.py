"""Blogs that mark their posts up as microformats2: h-feed and h-entry on the page itself.

https://microformats.org/wiki/h-entry, …/h-feed, …/h-card, …/representative-h-card-parsing, …/microformats2-parsing. mf2py parses bytes that were fetched here
and never fetches itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from domain.account import Account
from domain.retention import OnDelete
from sources.client.address import where
from sources.client.http import Http, Reply
from sources.platforms.microformats.entry import marked, parse_entries, parse_profile, redacted, representative_card
from sources.reading.page_tree import MOST_BYTES
from sources.reading.track import Known, Read, Track, dated_by, track_of
from sources.reading.walk import Walk, unchanged, with_profile
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, UnexpectedReply

GONE = {404, 410}
TERMS = Terms(
    use="What a site shows to everybody, as far as its robots.txt allows.",
    on_delete=OnDelete.KEEP_BY_LAW,
    keep_days=None,
    reference="the site's own terms and its robots.txt (RFC 9309)",
)
NEEDS = Needs(handle="the author's name, or any name where a site has one author", url="the page with the entries (h-feed)")
DAILY = Allowance(requests=20_000)


class Microformats:
    """Reads a page as a whole, and on by rel=next: a window on the newest entries, so that an entry may leave it without being gone."""

    name = "microformats"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = True

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        track = track_of(checkpoint)
        # Further pages may change while the first one does not.
        current = track.settled and not (track.own.get("paged") and track.sweep_due(http.now()))
        reply = _good(_get(http, account.url, *((track.own.get("etag"), track.own.get("modified")) if current else (None, None))))
        if reply.not_modified:
            yield unchanged(track)
            return
        page = marked(reply.body, reply.url)
        first = replace(parse_entries(page, account, dated_by(track, http.now())), record=reply.record)
        track.own |= {"etag": reply.etag or "", "modified": reply.last_modified or "", "paged": first.next or ""}
        pages = _walk(http, account, track).from_first(first)
        if card := representative_card(page):
            pages = with_profile(track, parse_profile(card, account, http.now()), pages)
        yield from pages


def _walk(http: Http, account: Account, track: Track) -> Walk:
    def read(url: str) -> Read:
        reply = _good(_get(http, url))
        return replace(parse_entries(marked(reply.body, reply.url), account, dated_by(track, http.now())), record=reply.record)

    return Walk(track, read, lambda _id, known: _answer_if_gone(http, known), http.now(), http.settings.pages_per_run, since=account.since)


def _get(http: Http, url: str, etag: str | None = None, last_modified: str | None = None) -> Reply:
    most = min(MOST_BYTES, http.settings.page_bytes)
    return http.get(url, accept="text/html, application/xhtml+xml;q=0.9", etag=etag, last_modified=last_modified, max_bytes=most, redact=redacted)


def _good(reply: Reply) -> Reply:
    if reply.status in GONE:
        raise AccountGone(f"{where(reply.url)}: answered {reply.status}")
    if reply.status in {401, 403}:
        raise NotPermitted(f"{where(reply.url)}: answered {reply.status}: the site does not show this to visitors")
    if reply.status not in {200, 304}:
        raise UnexpectedReply(where(reply.url), f"answered {reply.status}")
    return reply


def _answer_if_gone(http: Http, known: Known) -> str | None:
    """An entry that left the page is gone only when its own page says so."""
    if not known.locator:
        return None
    status = _get(http, known.locator).status
    return str(status) if status in GONE else None
