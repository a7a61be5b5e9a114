"""robots.txt as RFC 9309 has it: fetched once a day per origin, asked before every page, feed and picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from protego import Protego

from sources.source import TryAgainLater

PRODUCT = "Plainview"  # the product token that robots.txt names us by (RFC 9309 2.2.1)
FRESH = timedelta(hours=24)  # RFC 9309 2.4
UNREACHABLE_FOR = timedelta(minutes=10)  # ours: how long an unreachable robots.txt is not asked for again
MOST_BYTES = 512_000  # RFC 9309 2.5: at least 500 KiB are read; what lies beyond is ignored


@dataclass(frozen=True, slots=True)
class RobotsText:
    """An origin's robots.txt as it was answered. `text` is empty when the answer was a 4xx, which allows everything (RFC 9309 2.3.1.3)."""

    text: str
    status: int
    fetched_at: datetime


class RobotsCache(Protocol):
    """Where robots.txt is remembered between requests, and between runs if the caller keeps it."""

    def get(self, origin: str) -> RobotsText | None:
        """The last copy of that origin, however old."""
        ...

    def put(self, origin: str, copy: RobotsText) -> None:
        """Remember that copy."""
        ...


class RobotsInMemory:
    """Forgotten at the end of the process."""

    def __init__(self) -> None:
        self._copies: dict[str, RobotsText] = {}

    def get(self, origin: str) -> RobotsText | None:
        """The last copy of that origin, however old."""
        return self._copies.get(origin)

    def put(self, origin: str, copy: RobotsText) -> None:
        """Remember that copy."""
        self._copies[origin] = copy


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an address may be read, and the seconds that the origin wants between two requests (its Crawl-delay), if it says so."""

    allowed: bool
    crawl_delay: float | None


class Robots:
    """What each origin's robots.txt says. `fetch(origin)` gets a copy; it raises TryAgainLater for a 5xx, a 429 or no answer."""

    def __init__(self, cache: RobotsCache, fetch: Callable[[str], RobotsText], now: Callable[[], datetime]) -> None:
        self._cache = cache
        self._fetch = fetch
        self._now = now
        self._unreachable: dict[str, datetime] = {}

    def verdict(self, origin: str, url: str) -> Verdict:
        """What `origin` says about `url`. Raises TryAgainLater when its robots.txt cannot be had, which forbids everything (RFC 9309 2.3.1.4)."""
        text = self._copy(origin).text
        if not text:
            return Verdict(allowed=True, crawl_delay=None)
        rules = _parsed(text)
        return Verdict(bool(rules.can_fetch(url, PRODUCT)), rules.crawl_delay(PRODUCT))

    def _copy(self, origin: str) -> RobotsText:
        kept = self._cache.get(origin)
        if kept and self._now() - kept.fetched_at < FRESH:
            return kept
        if self._now() - self._unreachable.get(origin, datetime.min.replace(tzinfo=self._now().tzinfo)) < UNREACHABLE_FOR:
            return self._stale(kept, origin)
        try:
            copy = self._fetch(origin)
        except TryAgainLater:
            self._unreachable[origin] = self._now()
            return self._stale(kept, origin)
        self._cache.put(origin, copy)
        return copy

    def _stale(self, kept: RobotsText | None, origin: str) -> RobotsText:
        """RFC 9309 2.4: a copy older than a day may be used while robots.txt is unreachable."""
        if kept is None:
            raise TryAgainLater(None, f"{origin}/robots.txt cannot be had, which forbids reading anything there (RFC 9309)")
        return kept


@lru_cache(maxsize=64)
def _parsed(text: str) -> Protego:
    return Protego.parse(text)
