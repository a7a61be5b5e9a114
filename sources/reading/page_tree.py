"""A page of HTML from a stranger as a tree, whatever its bytes, and what is common to reading such pages."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bs4 import BeautifulSoup
from bs4.element import Tag
from bs4.exceptions import ParserRejectedMarkup

from sources.client.address import origin
from sources.reading.readable import picture
from sources.source import UnexpectedReply

MOST_BYTES = 2_000_000  # beyond any page of posts; what is made to be slow takes some 10 s per million


def tree_of(body: bytes, path: str) -> BeautifulSoup:
    """`body` as a tree, called `path` in errors. Raises UnexpectedReply for what holds no element at all."""
    # Without processing instructions: an XHTML page is read as the HTML that it also is.
    markup = re.sub(rb"<\?[^>]*>?", b"", body)
    if b"<" not in markup.replace(b"\0", b""):
        raise UnexpectedReply(path, "is no HTML")
    try:
        return BeautifulSoup(markup, "lxml")
    except (ParserRejectedMarkup, RecursionError):
        raise UnexpectedReply(path, "is no HTML that can be read") from None


def words(tag: Tag | None) -> str:
    """The text of a small piece on one line."""
    return " ".join(tag.get_text(" ").replace("\x00", "").split()) if tag is not None else ""


def link_on_host(tag: Tag | None, url: str, attribute: str = "href") -> str | None:
    """Where the first link of `tag` leads to, when that is on the host that `url` is on."""
    found = picture(str(tag.get(attribute) or ""), url) if tag is not None else None
    return found.url if found and origin(found.url) == origin(url) else None


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
