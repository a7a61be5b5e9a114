"""Sites without an API: their public pages where robots.txt permits, else a page that was saved by hand.

`nixle` (an agency's page lists alerts, each with a page of its own) and `myspace` (a profile's page). Neither documents its markup: what is read is what any
page says of itself (sources/platforms/webpage/parse.py). What could not be verified against the live sites is said in docs/sources.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bs4 import BeautifulSoup

from domain.account import Account
from domain.identity import canonical_json, sha256_hex
from domain.post import Rejected
from domain.retention import OnDelete
from sources.client.address import where
from sources.client.http import Http, Reply
from sources.platforms.webpage.parse import ARTICLES, open_graph
from sources.platforms.webpage.posts import NEXT, parse_alert, parse_alerts, parse_articles, parse_profile, redacted
from sources.reading.entries import understood
from sources.reading.listed import Lines, Listed
from sources.reading.page_tree import MOST_BYTES, link_on_host, tree_of
from sources.reading.shape import At
from sources.reading.track import Item, Known, Read, Track, dated_by, track_of
from sources.reading.walk import Walk, unchanged, with_profile
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, UnexpectedReply

GONE = {404, 410}
BY_HAND = "its owner can allow it, or save the page in a browser and hand it in: `plainview import page.html --account …`"
DAILY = Allowance(requests=2_000)
NIXLE_TERMS = Terms(
    use="An agency's own public alerts on its public page, as far as robots.txt allows.",
    on_delete=OnDelete.KEEP_BY_LAW,
    keep_days=None,
    reference="the site's robots.txt (RFC 9309) and its own terms, which are to be read before an account is registered; no API is documented",
)
MYSPACE_TERMS = Terms(
    use="What a profile's public page says of itself, as far as robots.txt allows. Nothing of the people whom it names.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="the site's robots.txt (RFC 9309) and its own terms, which are to be read before an account is registered; no API is documented",
)


@dataclass(slots=True)
class WebPage:
    """Reads a page of articles as a whole (`myspace`), or a page that lists alerts and each new one of them (`nixle`)."""

    name: str
    terms: Terms
    needs: Needs
    alerts: bool
    daily: Allowance = DAILY
    robots_on_media: bool = True

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        track = track_of(checkpoint)
        sweep = track.sweep_due(http.now())
        reader = _Reader(http, account, track, self.alerts, Lines(track, anew=sweep))
        current = track.settled and not sweep
        reply = reader.listing(account.url, *((track.own.get("etag"), track.own.get("modified")) if current else (None, None)))
        if reply.not_modified or (self.alerts and current and _digest(parse_alerts(_tree(reply), reply.url)) == track.head):
            yield unchanged(track)
            return
        tree = _tree(reply)
        graph = open_graph(tree)
        if not graph.get("title") and not tree.select_one(ARTICLES) and not parse_alerts(tree, reply.url):
            raise UnexpectedReply(where(reply.url), "says nothing of itself: neither OpenGraph nor an article nor an alert")
        first = reader.understood(reply)
        track.own |= {"etag": reply.etag or "", "modified": reply.last_modified or ""}
        walk = Walk(
            track,
            lambda url: reader.understood(reader.listing(url)),
            reader.answer_if_gone,
            http.now(),
            http.settings.pages_per_run,
            since=account.since,
        )
        pages = walk.from_first(first)
        if graph.get("title"):
            pages = with_profile(track, parse_profile(graph, reply.url, account, http.now()), pages)
        yield from pages


NIXLE = WebPage("nixle", NIXLE_TERMS, Needs(handle="the agency's name", url="the agency's page, `https://local.nixle.com/...`"), alerts=True)
MYSPACE = WebPage("myspace", MYSPACE_TERMS, Needs(handle="the profile's name", url="the profile's page, `https://myspace.com/...`"), alerts=False)


@dataclass(frozen=True, slots=True)
class _Reader:
    http: Http
    account: Account
    track: Track
    alerts: bool
    lines: Lines

    def listing(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Reply:
        reply = self._get(url, etag, last_modified)
        if reply.status in GONE:
            raise AccountGone(f"{where(reply.url)}: answered {reply.status}")
        if reply.status in {401, 403}:
            raise NotPermitted(f"{where(reply.url)}: answered {reply.status}: the site does not show this to programs; {BY_HAND}")
        if reply.status not in {200, 304}:
            raise UnexpectedReply(where(reply.url), f"answered {reply.status}")
        return reply

    def understood(self, reply: Reply) -> Read:
        tree = _tree(reply)
        if not self.alerts:
            return replace(parse_articles(tree, reply.url, self.account, dated_by(self.track, self.http.now())), record=reply.record)
        listed = parse_alerts(tree, reply.url)

        def understand(at: At) -> Iterator[Item | Rejected]:
            link = at.path.partition(" ")[2]
            yield from self._alert(link, listed[link], at)

        host = where(reply.url)
        read = understood([At(None, f"{host} {link}") for link in listed], understand, lambda at: at.path.partition(" ")[2], None)
        self.lines.save()
        following = link_on_host(tree.select_one(NEXT), reply.url)
        return Listed(read.items, read.rejected, following, to_the_end=False, record=reply.record, said=_digest(listed))

    def _alert(self, link: str, digest: str, at: At) -> Iterator[Item]:
        if known := self.lines.unasked(self.account.id, link, digest):
            yield known
            return
        reply = self._get(link)
        if reply.status in GONE:  # since it was listed
            return
        if reply.status != 200:
            at.wrong(f"answered {reply.status}")
        item = parse_alert(reply.body, link, self.account, dated_by(self.track, self.http.now()))
        self.lines.asked(link, digest, item)
        yield item

    def answer_if_gone(self, _native_id: str, known: Known) -> str | None:
        status = self._get(known.locator).status
        return str(status) if status in GONE else None

    def _get(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Reply:
        try:
            return self.http.get(
                url,
                accept="text/html, application/xhtml+xml;q=0.9",
                etag=etag,
                last_modified=last_modified,
                max_bytes=min(MOST_BYTES, self.http.settings.page_bytes),
                redact=None if self.alerts else lambda body: redacted(body, self.account),
            )
        except NotPermitted as refused:
            raise NotPermitted(f"{refused}; or {BY_HAND}" if "robots.txt" in str(refused) else str(refused)) from None


def _tree(reply: Reply) -> BeautifulSoup:
    return tree_of(reply.body, where(reply.url))


def _digest(listed: dict[str, str]) -> str:
    return sha256_hex(canonical_json([[link, said] for link, said in listed.items()]))
