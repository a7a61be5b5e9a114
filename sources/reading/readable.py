"""What a person reads in a piece of HTML: its text and its pictures."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from lxml import etree

from domain.identity import clean_text
from domain.post import LASTING, MediaLink
from sources.reading.bounds import refuse_endless

UNREAD = frozenset({"script", "style", "template", "head", "noscript"})
NEW_LINE = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"),
    }
)


def parsed(html: str) -> BeautifulSoup:
    """`html` as a tree, whatever it is. Raises UnexpectedReply for what is made to be slow."""
    refuse_endless(html, "HTML")
    # Inside a body, since a piece that is a bare address or begins like XML would be warned about.
    return BeautifulSoup(f"<html><body>{clean_text(html)}", "lxml")


def text_of(html: str) -> str:
    """The text of `html` as a page would show it: a line per block, no scripts, no markup. Raises UnexpectedReply for what is made to be slow."""
    if "<" not in html and "&" not in html:
        return _tidy(clean_text(html))  # most titles; spares a parser
    return _read(html).text


def pictures_of(html: str, base: str) -> tuple[MediaLink, ...]:
    """Every <img> of `html` in order, addresses resolved against `base`. Addresses that are not http or https (data: for one) are left out."""
    return _read(html).pictures(base) if "<img" in html.lower() else ()


def text_and_pictures_of(html: str, base: str) -> tuple[str, tuple[MediaLink, ...]]:
    """What `text_of` and `pictures_of` answer, for the price of one."""
    if "<img" not in html.lower():
        return text_of(html), ()
    seen = _read(html)
    return seen.text, seen.pictures(base)


def picture(address: str, base: str, alt: str = "", mime: str | None = None) -> MediaLink | None:
    """A link to `address` as seen from `base`, or None when that is no http or https address."""
    try:
        url = urljoin(base, address.strip())
        known = address.strip() and urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname
    except ValueError:
        return None
    return MediaLink(clean_text(url).partition(LASTING)[0], clean_text(alt).strip(), mime or None) if known else None


def named(link: MediaLink, name: str) -> MediaLink:
    """`link` with what it is known by, for platforms that sign its address anew in each answer: two answers then say the same, and no edit is seen in it."""
    return replace(link, url=f"{link.address.partition('#')[0]}{LASTING}{name}")


def unique(links: Iterable[MediaLink]) -> tuple[MediaLink, ...]:
    """The same links in order, each address once."""
    seen: dict[str, MediaLink] = {}
    for link in links:
        seen.setdefault(link.url, link)
    return tuple(seen.values())


@dataclass(frozen=True, slots=True)
class _Seen:
    pieces: list[str]
    images: list[tuple[str, str]]  # address, alt

    @property
    def text(self) -> str:
        return _tidy("".join(self.pieces))

    def pictures(self, base: str) -> tuple[MediaLink, ...]:
        links = (picture(address, base, alt) for address, alt in self.images)
        return unique(link for link in links if link)


class _Target:
    """Takes in what the parser meets (lxml's parser targets): no tree is built, which would cost ten times as much."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._seen = _Seen([], [])
        self._unread = 0  # how many elements are open of which nothing is read

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "img":
            self._seen.images.append((attributes.get("src", ""), attributes.get("alt", "")))
        if tag in UNREAD:
            self._unread += 1
        elif not self._unread and tag in NEW_LINE:
            self._seen.pieces.append("\n")

    def end(self, tag: str) -> None:
        self._unread -= tag in UNREAD

    def data(self, text: str) -> None:
        if not self._unread:
            self._seen.pieces.append(re.sub(r"\s+", " ", text))

    def close(self) -> _Seen:
        seen = self._seen
        self._begin()
        return seen


class _Parser(threading.local):
    """One for each thread, used again and again: making one takes longer than reading most posts."""

    def __init__(self) -> None:
        self.parser = etree.HTMLParser(target=_Target())


_HERE = _Parser()


def _read(html: str) -> _Seen:
    refuse_endless(html, "HTML")
    try:
        # Inside a body, as `parsed`.
        _HERE.parser.feed(f"<html><body>{clean_text(html)}")
        seen: _Seen = _HERE.parser.close()
    except BaseException:
        _HERE.parser = etree.HTMLParser(target=_Target())  # what this one was in the middle of is none of the next text
        raise
    return seen


def _tidy(text: str) -> str:
    lines = [re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n")]
    return "\n".join(line for line in lines if line)
