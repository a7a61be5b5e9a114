"""A page of HTML from a stranger as a tree, whatever its bytes, and what is common to reading such pages."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bs4 import BeautifulSoup
from bs4.dammit import EncodingDetector
from bs4.element import Tag
from bs4.exceptions import ParserRejectedMarkup

from sources.client.address import same_origin
from sources.reading.bounds import refuse_disguise, refuse_endless
from sources.reading.readable import picture
from sources.source import UnexpectedReply

MOST_BYTES = 2_000_000  # beyond any page of posts
MOST_DEEP = 512  # as Blink and WebKit have it


def tree_of(body: bytes, path: str) -> BeautifulSoup:
    """`body` as a tree, called `path` in errors. Raises UnexpectedReply for what holds no element at all, and for what is made to be slow."""
    # Without processing instructions: an XHTML page is read as the HTML that it also is.
    markup = re.sub(rb"<\?[^>]*>?", b"", body)
    if b"<" not in markup.replace(b"\0", b""):
        raise UnexpectedReply(path, "is no HTML")
    refuse_endless(markup, path)
    if declared := EncodingDetector.find_declared_encoding(markup, is_html=True):
        refuse_disguise(declared, path)
    try:
        tree = BeautifulSoup(markup, "lxml")
    except (ParserRejectedMarkup, RecursionError):
        raise UnexpectedReply(path, "is no HTML that can be read") from None
    refuse_depths(tree, path)
    return tree


def refuse_depths(tree: Tag, path: str) -> None:
    """Raises UnexpectedReply for elements within each other beyond what browsers show: what is looked for in each of them takes the square of that."""
    level, deep = [tree], 0
    while level := [child for tag in level for child in tag.contents if isinstance(child, Tag)]:
        deep += 1
        if deep > MOST_DEEP:
            raise UnexpectedReply(path, f"has elements that stand more than {MOST_DEEP} deep within each other")


def outermost(tags: Iterable[Tag]) -> list[Tag]:
    """Those that stand within no other of them."""
    chosen = {id(tag): tag for tag in tags}
    return [tag for tag in chosen.values() if not any(id(parent) in chosen for parent in tag.parents)]


def links_of(body: bytes, path: str, rel: str) -> list[str]:
    """Where the <link rel> of a page lead to; none in what is no HTML. Raises UnexpectedReply for what is made to be slow."""
    refuse_endless(body, path)
    return [str(link["href"]) for link in BeautifulSoup(body, "lxml").find_all("link", rel=rel, href=True)]


def words(tag: Tag | None) -> str:
    """The text of a small piece on one line."""
    return " ".join(tag.get_text(" ").replace("\x00", "").split()) if tag is not None else ""


def link_on_host(tag: Tag | None, url: str, attribute: str = "href") -> str | None:
    """Where the first link of `tag` leads to, when that is on the host that `url` is on."""
    found = picture(str(tag.get(attribute) or ""), url) if tag is not None else None
    return found.url if found and same_origin(found.url, url) else None


def prune(tree: BeautifulSoup, whole: Iterable[Tag], bare: Iterable[Tag], attributes: frozenset[str]) -> None:
    """Leave of `tree` no more than the elements of `whole`, those of `bare` without content, and what encloses both; of all but `whole` these `attributes`."""
    kept, empty = {id(tag) for tag in whole}, {id(tag) for tag in bare}
    around = {id(parent) for tag in (*whole, *bare) for parent in tag.parents}
    todo: list[Tag] = [tree]
    while todo:
        node = todo.pop()
        for child in list(node.children):
            if id(child) in kept:
                continue
            if isinstance(child, Tag) and id(child) in around | empty:
                child.attrs = {name: value for name, value in child.attrs.items() if name in attributes}
                todo.append(child)
            else:
                child.extract()
