"""Sites without an API: their public pages where robots.txt permits, else a page that was saved by hand.

`nixle` (an agency's page lists alerts, each with a page of its own) and `myspace` (a profile's page). Neither documents its markup: what is read is what any
page says of itself (sources/webpage_parse.py). What could not be verified against the live sites is said in docs/sources.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bs4 import BeautifulSoup
from bs4.element import Tag

from domain.account import Account
from domain.identity import canonical_json, sha256_hex
from domain.post import Post, PostKind, Rejected
from domain.retention import OnDelete
from sources.address import where
from sources.entries import understood
from sources.http import Http, Reply
from sources.listed import Lines, Listed
from sources.page_tree import MOST_BYTES, link_on_host, prune, tree_of, words
from sources.profile import profile_of
from sources.shape import At
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, UnexpectedReply
from sources.track import Item, Known, Read, Track, time_order, track_of
from sources.walk import Walk, profile_page, unchanged
from sources.webpage_parse import ARTICLES, WITHIN, Said, article_link, article_said, graph_pictures, open_graph, page_said

GONE = {404, 410}
ALERT = re.compile(r"/alert/(\d{1,18})/?\Z")  # an alert's own page on Nixle
AGO = re.compile(r"\b(?:an?|\d+)\s+(?:second|minute|hour|day|week|month|year)s?(?:\s*,)?(?:\s+ago)?", re.IGNORECASE)
NEXT = 'a[rel~="next"], link[rel~="next"]'
AUTHOR = '[rel~="author"], [itemprop="author"], .author'
KEPT_ATTRIBUTES = frozenset({"id", "class", "href", "rel", "itemprop", "itemtype", "itemscope"})
BY_HAND = "save the page in a browser and hand it in instead: `plainview import page.html --account ...`"
DAILY = Allowance(requests=2_000)
MOST_ALERTS = 200  # on one page
FirstSeen = Callable[[str], datetime]

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


def parse_saved_page(html: bytes, url: str, account: Account, seen: datetime | None = None) -> Read:
    """A page that was saved by hand: `url` is where it was saved from, `seen` when (default: now). A page of alerts or articles gives those, any other itself.

    Raises UnexpectedReply for what is no HTML, or says nothing.
    """
    now = seen or datetime.now(UTC)
    tree, path = tree_of(html, where(url)), where(url)
    found = parse_articles(tree, url, account, lambda _native_id: now)
    if found.items or ALERT.search(url.partition("?")[0]) is None:
        graph = open_graph(tree)
        items = found.items
        if account.platform == "myspace" and graph.get("title"):
            profile = parse_profile(graph, url, account, now)
            items = (Item(profile, time_order(now), ""), *items)
        if items:
            return replace(found, items=items, next=None, to_the_end=False)
    return Read((_page_item(tree, url, account, lambda _native_id: now, At(None, path)),), (), None, to_the_end=False)


def parse_profile(graph: dict[str, list[str]], url: str, account: Account, now: datetime) -> Post:
    """What a page says of itself by OpenGraph."""
    return profile_of(account, graph.get("title", [""])[0], "\n".join(graph.get("description", [])[:1]), graph_pictures(graph, url), now)


def parse_articles(tree: BeautifulSoup, url: str, account: Account, first_seen: FirstSeen) -> Read:
    """The articles that stand on a page as a whole, each known by the address of its own page."""
    path = where(url)
    own = _own_names(tree, account)
    tags = {f"{path} article {number}": tag for number, tag in enumerate(_articles(tree), 1)}

    def understand(at: At) -> Iterator[Item | Rejected]:
        tag = tags[at.path]
        if _is_own(tag, own):
            link = article_link(tag, url) or at.wrong("has no address of its own")
            yield _item(article_said(tag, url), link, account, first_seen, at)

    def name(at: At) -> str | None:
        return article_link(tags[at.path], url) if _is_own(tags[at.path], own) else None

    return replace(understood([At(None, one) for one in tags], understand, name, link_on_host(tree.select_one(NEXT), url)), to_the_end=False)


def parse_alerts(tree: BeautifulSoup, url: str) -> dict[str, str]:
    """The alerts that a page lists, in order: the address of each, and the digest of what the page says of it, without how long ago that was."""
    links: dict[str, Tag] = {}
    for tag in tree.select('a[href*="/alert/"]', limit=MOST_ALERTS):
        link = (link_on_host(tag, url) or "").partition("#")[0].partition("?")[0]
        if ALERT.search(link):
            links.setdefault(link, tag)
    return {link: sha256_hex(AGO.sub("", words(_around(tag, url))).encode("utf-8", "replace"))[:16] for link, tag in links.items()}


def parse_alert(body: bytes, url: str, account: Account, first_seen: FirstSeen) -> Item:
    """An alert's own page. Raises UnexpectedReply for one that says nothing."""
    return _page_item(tree_of(body, where(url)), url, account, first_seen, At(None, where(url)))


def redacted(body: bytes, account: Account) -> bytes:
    """A profile's page as it may be kept: what it says of itself, the account's own articles and the link to further ones; nobody else's name or words."""
    try:
        tree = tree_of(body, "")
    except UnexpectedReply:
        return b""
    for inner in tree.select(WITHIN):
        inner.decompose()
    names = _own_names(tree, account)
    own = [tag for tag in _articles(tree) if _is_own(tag, names)]
    prune(tree, [*tree.select('meta[property^="og:"]'), *own], tree.select(NEXT), KEPT_ATTRIBUTES)
    return tree.encode("utf-8")


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
        if graph.get("title"):
            yield from profile_page(track, parse_profile(graph, reply.url, account, http.now()), reply.record)
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
        yield from walk.from_first(first)


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
            return replace(parse_articles(tree, reply.url, self.account, self._first_seen), record=reply.record)
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
        item = parse_alert(reply.body, link, self.account, self._first_seen)
        self.lines.asked(link, digest, item)
        yield item

    def answer_if_gone(self, _native_id: str, known: Known) -> str | None:
        status = self._get(known.locator).status
        return str(status) if status in GONE else None

    def _first_seen(self, native_id: str) -> datetime:
        known = self.track.posts.get(native_id)
        return datetime.fromisoformat(known.order).replace(tzinfo=UTC) if known else self.http.now()

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


def _page_item(tree: BeautifulSoup, url: str, account: Account, first_seen: FirstSeen, at: At) -> Item:
    return _item(page_said(tree, url), url.partition("#")[0].partition("?")[0], account, first_seen, at)


def _item(said: Said, link: str, account: Account, first_seen: FirstSeen, at: At) -> Item:
    if not said.text and not said.media:
        at.wrong("has no text")
    posted_at = said.time or first_seen(link)
    return Item(Post(account.id, link, PostKind.POST, link, said.text, posted_at, title=said.title, media=said.media), time_order(posted_at), link)


def _articles(tree: BeautifulSoup) -> list[Tag]:
    """The articles of a page that are not within another (which are comments on it)."""
    inner = {id(tag) for tag in tree.select(WITHIN)}
    return [tag for tag in tree.select(ARTICLES) if id(tag) not in inner]


def _own_names(tree: BeautifulSoup, account: Account) -> set[str]:
    """Whose articles are the account's: those of nobody in particular, of its own name, and of its page's."""
    return {"", account.handle.casefold(), *(one.casefold() for one in open_graph(tree).get("title", []))}


def _is_own(tag: Tag, names: set[str]) -> bool:
    return words(tag.select_one(AUTHOR)).casefold() in names


def _around(tag: Tag, url: str) -> Tag:
    """The largest element around a link in which no other alert is named."""
    own, around = (link_on_host(tag, url) or "").partition("?")[0], tag
    for parent in tag.parents:
        named = {(link_on_host(one, url) or "").partition("#")[0].partition("?")[0] for one in parent.select('a[href*="/alert/"]', limit=20)}
        if parent.name in {"body", "html", "[document]"} or named - {own.partition("#")[0]}:
            break
        around = parent
    return around
