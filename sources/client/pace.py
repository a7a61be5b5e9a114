"""How fast one host is asked: a token bucket per host, shared by all threads of the process, and no request before a host that asked us to wait wants one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

SLOWEST = 30.0  # seconds between requests: a longer Crawl-delay is taken as this


@dataclass
class _Bucket:
    rate: float
    burst: float
    tokens: float
    filled_at: float
    held_until: float = 0.0


class Pace:
    """Lets `burst` requests to a host follow each other at once, then `rate` a second."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}

    def take(self, host: str) -> float:
        """Wait for this thread's turn at `host`. Returns the seconds waited."""
        wait = self._reserve(host)
        if wait > 0:
            self._sleep(wait)
        return wait

    def slow_down(self, host: str, seconds: float) -> None:
        """From now on leave at least `seconds` between two requests to `host` (a robots.txt's Crawl-delay)."""
        with self._lock:
            bucket = self._bucket(host)
            bucket.rate = min(bucket.rate, 1 / min(max(seconds, 1e-3), SLOWEST))
            bucket.burst = 1
            bucket.tokens = min(bucket.tokens, 1)

    def hold(self, host: str, seconds: float) -> None:
        """`host` wants no request for that long."""
        with self._lock:
            bucket = self._bucket(host)
            bucket.held_until = max(bucket.held_until, self._clock() + seconds)

    def held(self, host: str) -> float:
        """For how many seconds more `host` wants no request; 0 when it may be asked."""
        with self._lock:
            return max(0.0, self._buckets[host].held_until - self._clock()) if host in self._buckets else 0.0

    def _reserve(self, host: str) -> float:
        with self._lock:
            bucket = self._bucket(host)
            now = self._clock()
            bucket.tokens = min(bucket.burst, bucket.tokens + (now - bucket.filled_at) * bucket.rate)
            bucket.filled_at = now
            bucket.tokens -= 1  # below zero: in debt to those who come later, so turns are kept
            return max(0.0, -bucket.tokens / bucket.rate)

    def _bucket(self, host: str) -> _Bucket:
        return self._buckets.setdefault(host, _Bucket(self._rate, self._burst, self._burst, self._clock()))
