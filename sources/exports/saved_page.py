"""A page that somebody saved by hand in a browser, of a platform that has neither an API nor an export: one HTML file, and the address that it was saved from.

A page is not taken for an account's because it was handed in for it: its address must be the account's own page, or on `nixle` an alert's page on that host.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

from bs4 import BeautifulSoup

from domain.account import Account, Custody
from sources.exports.archive import NoPicture
from sources.exports.export import ExportedPost, UnusableExport
from sources.exports.reading import Export
from sources.platforms.webpage.parse import open_graph
from sources.platforms.webpage.posts import ALERT, parse_saved_page
from sources.platforms.webpage.source import MYSPACE, NIXLE, WebPage
from sources.reading.page_tree import MOST_BYTES, tree_of
from sources.source import Terms

PAGES: Mapping[str, WebPage] = {"myspace": MYSPACE, "nixle": NIXLE}
SUFFIXES = {".html", ".htm"}
SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d{1,6}\)(https?://[^\s<>]{1,2000})\s*-->", re.IGNORECASE)  # what browsers write on top
BY_HAND = "What a person saved by hand of a page that the site showed; nothing was asked of the site by a program."


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The file, read whole. It holds no pictures: browsers save those beside it, under names of their own."""

    name: str
    content: bytes

    @property
    def sha256(self) -> tuple[str, ...]:
        """As `Archive.sha256`."""
        return (hashlib.sha256(self.content).hexdigest(),)

    def has(self, member: str) -> bool:  # noqa: ARG002 - as `Files` has it
        """As `Archive.has`: never."""
        return False

    def picture(self, member: str, most: int) -> bytes:  # noqa: ARG002 - as `Files` has it
        """As `Archive.picture`: raises NoPicture."""
        raise NoPicture("is not in the saved page")


def opened_page(paths: Sequence[Path]) -> SavedPage:
    """The page in that file. Raises UnusableExport for several files, and for one that is no saved page."""
    if len(paths) != 1:
        raise UnusableExport(f"{', '.join(map(str, paths))}: hand in one saved page at a time")
    path = paths[0]
    if path.suffix.casefold() not in SUFFIXES:
        raise UnusableExport(f"{path}: expected a saved page, one .html file: save it in a browser as HTML only")
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as wrong:
        raise UnusableExport(f"{path}: cannot be read ({wrong.strerror}); check its name and permissions") from None
    if len(content) > MOST_BYTES:
        raise UnusableExport(f"{path}: is larger than {MOST_BYTES // 1_000_000} MB: save the page as HTML only, without its pictures")
    return SavedPage(path.name, content)


def read_page(page: SavedPage, account: Account, address: str) -> Export:
    """What the page tells of the account. `address`: where it was saved from, empty where the page says so itself. Raises UnusableExport and UnexpectedReply.

    Nothing in a page says whether everybody can see it: what a department runs is published by it; of any other account its owner has to say.
    """
    read = parse_saved_page(page.content, _own_address(page, account, address), account)
    public = True if account.custody is Custody.DEPARTMENT_RUN else None
    posts = tuple(ExportedPost(item.post, ("",) * len(item.post.media), public, page.name) for item in read.items)
    return Export(posts, read.rejected)


def terms_of_page(platform: str) -> Terms:
    """The platform's own terms, for what no program asked for."""
    return replace(PAGES[platform].terms, use=BY_HAND)


def _own_address(page: SavedPage, account: Account, address: str) -> str:
    """Where the page was saved from, as collection would write it. Raises UnusableExport for an address that is not the account's."""
    said = address or _said(page)
    if not said:
        raise UnusableExport(f"{page.name}: does not say where it was saved from: call again with --page-url and its address")
    parts, own = _parts(said), _parts(account.url)
    path = parts.path.rstrip("/")
    its_alert = account.platform == "nixle" and ALERT.search(parts.path)
    if _host(parts) != _host(own) or not (path == own.path.rstrip("/") or its_alert):
        raise UnusableExport(f"{page.name}: was not saved from {account.url}, the account's page: name the account that it belongs to")
    return urlunsplit((own.scheme, own.netloc, parts.path if its_alert else own.path, "", ""))


def _said(page: SavedPage) -> str:
    """What a browser noted in the file, or the page says of itself."""
    if noted := SAVED_FROM.search(page.content[:10_000]):
        return noted[1].decode("utf-8", "replace")
    tree = tree_of(page.content, page.name)
    return _canonical(tree) or next(iter(open_graph(tree).get("url", [])), "")


def _canonical(tree: BeautifulSoup) -> str:
    link = tree.select_one('link[rel~="canonical"]')
    return str(link.get("href") or "") if link else ""


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _host(parts: SplitResult) -> str:
    return parts.netloc.casefold().removeprefix("www.")
