"""What a public page says of itself by means that no one site invented: OpenGraph, schema.org (JSON-LD and microdata), articles and headings.

https://ogp.me/, https://schema.org/Article, https://html.spec.whatwg.org/multipage/sections.html#the-article-element.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bs4 import BeautifulSoup
from bs4.element import Tag

from domain.identity import Json, clean_text
from domain.post import MediaLink
from sources.reading.page_time import time_in, written
from sources.reading.page_tree import link_on_host, words
from sources.reading.readable import parsed, picture, pictures_of, text_of, unique
from sources.reading.shape import moment

ARTICLES = 'article, [itemtype$="Posting"], [itemtype$="Article"]'
BODIES = '[itemprop="articleBody"], article, main, [role="main"]'
WITHIN = f":is({ARTICLES}) :is({ARTICLES})"  # as the HTML standard has comments on an article
BESIDE = "nav, header, footer, aside, form, script, style, noscript, template, button"
POSTING = re.compile(r"(?:Posting|Article)\Z")
ENTERED = re.compile(r"\bEntered:\s*(.{1,80})", re.IGNORECASE | re.DOTALL)
LINKS_IN_TURN = ('a[rel~="bookmark"]', 'a[itemprop="url"]', "h1 a, h2 a, h3 a, h4 a", "a:has(time)", "a")
MOST_DEEP = 6


@dataclass(frozen=True, slots=True)
class Said:
    """What a page, or an article on it, says. `time` is None where none can be read."""

    title: str
    text: str
    time: datetime | None
    media: tuple[MediaLink, ...]


def open_graph(tree: BeautifulSoup) -> dict[str, list[str]]:
    """The page's OpenGraph properties, without their prefix."""
    found: dict[str, list[str]] = {}
    for meta in tree.select('meta[property^="og:"][content]'):
        found.setdefault(str(meta["property"])[3:].lower(), []).append(clean_text(str(meta["content"])).strip())
    return found


def graph_pictures(graph: dict[str, list[str]], url: str) -> list[str]:
    """The addresses of the pictures and films that OpenGraph names, each once."""
    return [address for key in ("image", "image:url", "image:secure_url") for address in graph.get(key, []) if picture(address, url)]


def article_said(tag: Tag, url: str) -> Said:
    """What an article on a page says: its heading, the rest of it, its time and its pictures."""
    heading = tag.select_one('[itemprop="headline"], h1, h2, h3, h4')
    body = tag.select_one('[itemprop="articleBody"]') or tag
    html = _without(str(body), [heading] if heading is not None else [])
    return Said(clean_text(words(heading)), text_of(html), _time(tag), pictures_of(html, url))


def article_link(tag: Tag, url: str) -> str | None:
    """The address of an article's own page, on the same host."""
    for selector in LINKS_IN_TURN:
        if found := link_on_host(tag.select_one(selector), url):
            return found.partition("#")[0]
    return None


def page_said(tree: BeautifulSoup, url: str) -> Said:
    """What a page that is one article says."""
    graph, posting = open_graph(tree), next(_postings(tree), {})
    heading, body = tree.select_one("h1"), tree.select_one(BODIES) or tree.body
    html = _without(str(body), [heading] if heading is not None else []) if body is not None else ""
    title = _first(_text(posting, "headline"), graph.get("title", [""])[0], words(heading), words(tree.title))
    text = _first(text_of(_text(posting, "articleBody")), text_of(html), graph.get("description", [""])[0])
    when = moment(_text(posting, "datePublished")) or _published(tree) or (_time(body) if body is not None else None) or _entered(tree)
    pictures = [link for address in [*_images(posting.get("image")), *graph_pictures(graph, url)] if (link := picture(address, url))]
    return Said(clean_text(title), clean_text(text), when, unique([*pictures, *pictures_of(html, url)]))


def _without(html: str, headings: list[Tag]) -> str:
    """The HTML of a piece without what stands beside the text."""
    tree = parsed(html)
    titles = {words(one) for one in headings}
    for beside in tree.select(f"{BESIDE}, {WITHIN}"):
        beside.decompose()
    for heading in tree.select('[itemprop="headline"], h1, h2, h3, h4'):
        if words(heading) in titles:
            heading.decompose()
            break
    return tree.body.decode_contents() if tree.body else ""


def _time(tag: Tag) -> datetime | None:
    marked = tag.select_one('[itemprop="datePublished"], time')
    if marked is not None and (content := marked.get("content")) and (found := moment(str(content))):
        return found
    return time_in(marked) or _entered(tag)


def _entered(tag: Tag) -> datetime | None:
    found = ENTERED.search(words(tag)[:200_000])
    return written(found[1]) if found else None


def _published(tree: BeautifulSoup) -> datetime | None:
    meta = tree.select_one('meta[property="article:published_time"][content], meta[itemprop="datePublished"][content]')
    return moment(str(meta["content"])) if meta is not None else None


def _postings(tree: BeautifulSoup) -> Iterator[dict[str, Json]]:
    """The postings and articles in the page's JSON-LD."""
    for script in tree.select('script[type="application/ld+json"]'):
        try:
            yield from _within(json.loads(script.get_text()), 0)
        except (ValueError, RecursionError):
            continue  # somebody's broken script: the page itself says the same in words


def _within(value: Json, deep: int) -> Iterator[dict[str, Json]]:
    if deep > MOST_DEEP:
        return
    if isinstance(value, list):
        for one in value:
            yield from _within(one, deep + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        if any(isinstance(kind, str) and POSTING.search(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])):
            yield value
        yield from _within(value.get("@graph"), deep + 1)


def _images(value: Json) -> Iterator[str]:
    for one in (value if isinstance(value, list) else [value])[:20]:
        address = one.get("url") if isinstance(one, dict) else one
        if isinstance(address, str):
            yield address


def _text(posting: dict[str, Json], key: str) -> str:
    value = posting.get(key)
    return clean_text(value) if isinstance(value, str) else ""


def _first(*texts: str) -> str:
    return next((text for text in texts if text), "")
