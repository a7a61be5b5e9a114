"""A WordPress site's REST API: where it is, and how it is asked (https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sources.client.address import origin, same_origin, where
from sources.client.http import Http, Reply
from sources.reading.api import GONE, REFUSED
from sources.reading.page_tree import links_of
from sources.reading.readable import picture
from sources.source import AccountGone, NotPermitted, UnexpectedReply

REL = "https://api.w.org/"
LINK = re.compile(r'<([^<>]{1,2000})>[^<>,]*;\s*rel="?https://api\.w\.org/"?', re.IGNORECASE)
KNOWN_ROOTS = ("/wp-json/", "/?rest_route=/")  # with and without pretty permalinks
INDEX = {"_fields": "name,description,site_icon_url,namespaces"}


@dataclass(frozen=True, slots=True)
class WordPressSite:
    """The REST API whose `root` the site names: `https://…/wp-json/`, or `https://…/?rest_route=/` where addresses are not rewritten."""

    http: Http
    root: str

    def ask(self, path: str, query: Mapping[str, str]) -> Reply:
        """GET `path` below the root, for example `wp/v2/posts`. Any status below 500 but 429 is an answer."""
        url = f"{self.root}{path}{'&' if '?' in self.root else '?'}{urlencode(query)}"
        return self.http.get(url, robots=False, accept="application/json")


def found(http: Http, url: str, known: str) -> tuple[WordPressSite, Reply]:
    """The API and its index: at `known`, where the page at `url` says, or where it usually lies. Raises SourceError when none of them is one."""
    for root in _roots(http, url, known):
        site = WordPressSite(http, root)
        index = site.ask("", INDEX)
        if index.status not in GONE and (index.status != 200 or "json" in index.headers.get("Content-Type", "").lower()):
            break
    return site, shown(index)


def shown(reply: Reply) -> Reply:
    """`reply` when it is 200. Raises AccountGone for 404 and 410, NotPermitted for 401 and 403, UnexpectedReply for any other."""
    at = where(reply.url)
    if reply.status in GONE:
        raise AccountGone(f"{at}: answered {reply.status}")
    if reply.status in REFUSED:
        raise NotPermitted(f"{at}: answered {reply.status}: the site shows this to nobody who is not signed in; its owner can allow it")
    if reply.status != 200:
        raise UnexpectedReply(at, f"answered {reply.status}")
    return reply


def parse_root(page: Reply) -> str | None:
    """The REST root that a page names, in its Link header or its <link>; none on another host."""
    header = LINK.search(page.headers.get("Link", ""))
    named = [header[1]] if header else []
    named += links_of(page.body, where(page.url), REL)
    for one in named:
        link = picture(one, page.url)
        if link and same_origin(link.url, page.url):
            return link.url if link.url.lower().endswith(("/", "%2f")) else f"{link.url}/"
    return None


def _roots(http: Http, url: str, known: str) -> Iterator[str]:
    if known:
        yield known
    page = http.get(url, accept="text/html, */*;q=0.5")
    if root := parse_root(page):
        yield root
    yield from (origin(page.url) + path for path in KNOWN_ROOTS)
