"""The posts on a public page, or on one that was saved by hand: articles, alerts, or the page itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from bs4 import BeautifulSoup
from bs4.element import Tag

from domain.account import Account
from domain.identity import sha256_hex
from domain.post import Post, PostKind, Rejected
from sources.client.address import where
from sources.platforms.webpage.parse import ARTICLES, WITHIN, Said, article_link, article_said, graph_pictures, open_graph, page_said
from sources.reading.entries import understood
from sources.reading.page_tree import link_on_host, prune, tree_of, words
from sources.reading.profile import profile_of
from sources.reading.shape import At
from sources.reading.track import Dated, Item, Read, Track, dated_by, time_order
from sources.source import UnexpectedReply

ALERT = re.compile(r"/alert/(\d{1,18})/?\Z")  # an alert's own page on Nixle
AGO = re.compile(r"\b(?:an?|\d+)\s+(?:second|minute|hour|day|week|month|year)s?(?:\s*,)?(?:\s+ago)?", re.IGNORECASE)
NEXT = 'a[rel~="next"], link[rel~="next"]'
AUTHOR = '[rel~="author"], [itemprop="author"], .author'
KEPT_ATTRIBUTES = frozenset({"id", "class", "href", "rel", "itemprop", "itemtype", "itemscope"})
MOST_ALERTS = 200  # on one page


def parse_saved_page(html: bytes, url: str, account: Account, seen: datetime | None = None) -> Read:
    """A page that was saved by hand: `url` is where it was saved from, `seen` when (default: now).

    An alert's page gives itself; a page with articles gives those, and on MySpace the profile; any other page itself. UnexpectedReply for what says nothing.
    """
    now = seen or datetime.now(UTC)
    dated = dated_by(Track(), now)
    tree = tree_of(html, where(url))
    if ALERT.search(url.partition("?")[0]) is None:
        found, graph = (
            parse_articles(tree, url, account, dated),
            open_graph(tree),
        )
        profile = [Item(parse_profile(graph, url, account, now), time_order(now), "")] if account.platform == "myspace" and graph.get("title") else []
        if items := (*profile, *found.items):
            return replace(found, items=items, next=None, to_the_end=False)
    return Read(
        (_page_item(tree, url, account, dated, At(None, where(url))),),
        (),
        None,
        to_the_end=False,
    )


def parse_profile(graph: dict[str, list[str]], url: str, account: Account, now: datetime) -> Post:
    """What a page says of itself by OpenGraph."""
    return profile_of(account, graph.get("title", [""])[0], "\n".join(graph.get("description", [])[:1]), graph_pictures(graph, url), now)


def parse_articles(tree: BeautifulSoup, url: str, account: Account, dated: Dated) -> Read:
    """The articles that stand on a page as a whole, each known by the address of its own page."""
    path = where(url)
    own = _own_names(tree, account)
    tags = {f"{path} article {number}": tag for number, tag in enumerate(_articles(tree), 1)}

    def understand(at: At) -> Iterator[Item | Rejected]:
        tag = tags[at.path]
        if _is_own(tag, own):
            link = article_link(tag, url) or at.wrong("has no address of its own")
            yield _item(article_said(tag, url), link, account, dated, at)

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


def parse_alert(body: bytes, url: str, account: Account, dated: Dated) -> Item:
    """An alert's own page. Raises UnexpectedReply for one that says nothing."""
    return _page_item(tree_of(body, where(url)), url, account, dated, At(None, where(url)))


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


def _page_item(tree: BeautifulSoup, url: str, account: Account, dated: Dated, at: At) -> Item:
    return _item(page_said(tree, url), url.partition("#")[0].partition("?")[0], account, dated, at)


def _item(said: Said, link: str, account: Account, dated: Dated, at: At) -> Item:
    if not said.text and not said.media:
        at.wrong("has no text")
    posted_at = dated(link, (said.time,))
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
