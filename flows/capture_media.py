"""Capturing what posts show: bytes into the vault, and a reason where there are none. What failed for the moment is tried again by later runs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from detectors.picture import Unreadable, describe
from domain.post import Media, MediaLink, Post
from flows.station import Station
from sources.client.capture import fetch_media
from sources.client.http import Http
from sources.source import SourceError, TryAgainLater
from storage import posts
from storage.batching.batches import LATER
from storage.batching.outbox import CapturedMedia, CapturedPost
from storage.posts import Uncaptured

TRIED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Capturing:
    """The pictures of one account during one visit. `robots` is the source's `robots_on_media`, `deadline` (monotonic seconds) when the visit's time is up."""

    station: Station
    http: Http
    robots: bool
    deadline: float

    def post(self, post: Post) -> CapturedPost:
        """The post with everything that it shows."""
        return CapturedPost(post, tuple(self._media(link) for link in post.media))

    def left_over(self, account_id: str) -> tuple[CapturedPost, ...]:
        """Posts of which a picture could now be had that an earlier run could not get, or is now known to be lost."""
        waiting = self.station.door.call(posts.uncaptured, account_id=account_id, since=self.station.now() - TRIED_FOR, compartment=self.station.compartment)
        tried = ((one, self._again(one)) for one in waiting)
        return tuple(again for one, again in tried if any(_settled(again.media[position]) for position in one.missing))

    def _again(self, one: Uncaptured) -> CapturedPost:
        links = enumerate(one.post.media)
        shown = (self._media(link) if position in one.missing else CapturedMedia(link, None, "not asked for again") for position, link in links)
        return CapturedPost(one.post, tuple(shown))

    def _media(self, link: MediaLink) -> CapturedMedia:
        if time.monotonic() > self.deadline:
            return CapturedMedia(link, None, f"{LATER}the account's time for this run was used up")
        try:
            content = fetch_media(self.http, link, robots=self.robots)
        except TryAgainLater as problem:
            return CapturedMedia(link, None, f"{LATER}{problem}")
        except SourceError as problem:
            return CapturedMedia(link, None, f"not fetched: {problem}")
        return CapturedMedia(link, described(self.station.vault.put(content), content), "")


def _settled(shown: CapturedMedia) -> bool:
    return shown.media is not None or not shown.problem.startswith(LATER)


def described(sha256: str, content: bytes) -> Media:
    """What was captured under that name, with its type and size as its bytes say."""
    try:
        seen = describe(content)
    except Unreadable:
        return Media(sha256, "application/octet-stream", len(content))
    return Media(sha256, seen.mime, len(content), seen.width, seen.height)
