"""What a person reads in a piece of HTML: its text and its pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, Tag

from domain.identity import clean_text
from domain.post import LASTING, MediaLink
from sources.reading.bounds import refuse_endless

UNREAD = ["script", "style", "template", "head", "noscript"]
NEW_LINE = {
    *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"),
}


def parsed(html: str) -> BeautifulSoup:
    """`html` as a tree, whatever it is. Raises UnexpectedReply for what is made to be slow."""
    refuse_endless(html, "HTML")
    # Inside a body, since a piece that is a bare address or begins like XML would be warned about.
    return BeautifulSoup(f"<html><body>{clean_text(html)}", "lxml")


def text_of(html: str) -> str:
    """The text of `html` as a page would show it: a line per block, no scripts, no markup."""
    if "<" not in html and "&" not in html:
        return _tidy(clean_text(html))  # most titles; spares a parser
    return _text(parsed(html))


def pictures_of(html: str, base: str) -> tuple[MediaLink, ...]:
    """Every <img> of `html` in order, addresses resolved against `base`. Addresses that are not http or https (data: for one) are left out."""
    if "<img" not in html.lower():
        return ()
    return _pictures(parsed(html), base)


def text_and_pictures_of(html: str, base: str) -> tuple[str, tuple[MediaLink, ...]]:
    """What `text_of` and `pictures_of` answer, for the price of one."""
    if "<img" not in html.lower():
        return text_of(html), ()
    tree = parsed(html)
    links = _pictures(tree, base)
    return _text(tree), links


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


def _pictures(tree: BeautifulSoup, base: str) -> tuple[MediaLink, ...]:
    links = (picture(str(tag.get("src") or ""), base, str(tag.get("alt") or "")) for tag in tree("img"))
    return unique(link for link in links if link)


def _text(tree: BeautifulSoup) -> str:
    """The text of `tree`, of which only what is read is left."""
    for unread in tree(UNREAD):
        unread.decompose()
    return _tidy("".join(_pieces(tree)))


def _pieces(tree: Tag) -> list[str]:
    pieces: list[str] = []
    for node in tree.descendants:
        if type(node) in {NavigableString, CData}:  # not comments, declarations or instructions
            pieces.append(re.sub(r"\s+", " ", str(node)))
        elif isinstance(node, Tag) and node.name in NEW_LINE:
            pieces.append("\n")
    return pieces


def _tidy(text: str) -> str:
    lines = [re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n")]
    return "\n".join(line for line in lines if line)
