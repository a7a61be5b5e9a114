"""Where what LinkedIn's posts show can be fetched: its images, videos and documents by their names (URNs).

API: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api, …/videos-api, …/documents-api (BATCH_GET and GET).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from domain.post import MediaLink, Post, Rejected
from sources.reading.api import GONE, REFUSED, Api, good
from sources.reading.readable import picture, unique
from sources.reading.shape import At, read_json
from sources.source import Page, UnexpectedReply

KINDS = {"image": ("images", None), "video": ("videos", "video/mp4"), "document": ("documents", "application/pdf")}
URN = re.compile(r"urn:li:(image|video|document):[\w-]{1,200}")
AT_ONCE = 20


def parse_addresses(found: At, mime: str | None, alt: str) -> list[MediaLink]:
    """The file itself, and the picture that stands for a video. Raises UnexpectedReply where LinkedIn names no address (yet)."""
    link = picture(found.at("downloadUrl").maybe_text(), "", alt, mime) or found.at("downloadUrl").wrong("has no http or https address")
    poster = picture(found.at("thumbnail").maybe_text(), "", alt)
    return [link, *([poster] if poster and mime == "video/mp4" else [])]


class Shown:
    """Puts addresses in place of names on pages on their way out. LinkedIn signs them anew for each answer and lets them run out."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._batches = True  # an application under review may ask for one at a time only

    def on(self, page: Page) -> Page:
        """`page` with addresses for what its posts show; what has none is among its rejected pieces."""
        wanted = list(dict.fromkeys(link.url for post in page.posts for link in post.media))
        if not wanted:
            return page
        found = dict(self._found(wanted))
        rejected: list[Rejected] = list(page.rejected)
        posts = tuple(replace(post, media=unique(_links(post, found, rejected))) for post in page.posts)
        return replace(page, posts=posts, rejected=tuple(rejected))

    def _found(self, urns: list[str]) -> Iterator[tuple[str, At]]:
        for kind, (path, _) in KINDS.items():
            of_kind = [urn for urn in urns if URN.fullmatch(urn) and urn.split(":")[2] == kind]
            for start in range(0, len(of_kind), AT_ONCE):
                yield from self._asked(path, of_kind[start : start + AT_ONCE])

    def _asked(self, path: str, urns: list[str]) -> Iterator[tuple[str, At]]:
        if self._batches and len(urns) > 1:
            reply = self._api.ask(f"/rest/{path}?ids=List({','.join(quote(urn, safe='') for urn in urns)})")
            if reply.status not in REFUSED:
                results = read_json(good(reply)).at("results")
                yield from ((urn, results.at(urn)) for urn in urns if not results.at(urn).missing)
                return
            self._batches = False
        for urn in urns:
            reply = self._api.ask(f"/rest/{path}/{quote(urn, safe='')}")
            if reply.status not in GONE:
                yield urn, read_json(good(reply))


def _links(post: Post, found: dict[str, At], rejected: list[Rejected]) -> Iterator[MediaLink]:
    for link in post.media:
        named = URN.fullmatch(link.url)
        if named is None or link.url not in found:
            rejected.append(Rejected(post.native_id, "linkedin", "a medium of it is of a kind that is not known, or is not there"))
            continue
        try:
            yield from parse_addresses(found[link.url], KINDS[named[1]][1], link.alt)
        except UnexpectedReply as odd:
            rejected.append(Rejected(post.native_id, odd.path, odd.what))
