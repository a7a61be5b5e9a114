"""An account of a real server, read by its source alone."""

from __future__ import annotations

from dataclasses import dataclass

from domain.post import Gone, Post
from sources.client.capture import fetch_media
from sources.client.http import Http
from sources.registry import source_for
from sources.source import Checkpoint, Page
from tests.builders import an_account


@dataclass
class Run:
    """What one run over an account brought."""

    pages: list[Page]

    @property
    def posts(self) -> dict[str, Post]:
        return {post.text: post for page in self.pages for post in page.posts}

    @property
    def gone(self) -> list[Gone]:
        return [gone for page in self.pages for gone in page.gone]

    @property
    def checkpoint(self) -> Checkpoint:
        return self.pages[-1].checkpoint


@dataclass
class Reading:
    """An account, read by a client that may reach its loopback servers."""

    http: Http
    platform: str
    handle: str
    url: str

    def run(self, checkpoint: Checkpoint | None = None) -> Run:
        account = an_account(self.platform, self.handle, self.url)
        return Run(list(source_for(self.platform).pages(account, checkpoint, self.http)))

    def media(self, post: Post) -> list[bytes]:
        robots = source_for(self.platform).robots_on_media
        return [fetch_media(self.http, link, robots=robots) for link in post.media]
