"""What a day may ask of each platform, and what it has asked: requests, and what they cost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from sources.source import Allowance, TryAgainLater


@dataclass(frozen=True, slots=True)
class Spent:
    """Requests that were made, and what they cost in the platform's unit."""

    requests: int = 0
    cost: float = 0.0


class Budget:
    """What is left of a day for one platform. One for all visits of a run, from any thread."""

    def __init__(self, platform: str, allowance: Allowance, spent: Spent, now: Callable[[], datetime]) -> None:
        """`spent` is what earlier runs of the day took. `now` (aware UTC) says how long the day still lasts."""
        self._now = now
        self._platform = platform
        self._allowance = allowance
        self._spent = spent
        self._lock = threading.Lock()

    def take(self, requests: int, cost: float) -> None:
        """Raises TryAgainLater when that is more than what is left; then nothing is taken."""
        with self._lock:
            after = Spent(self._spent.requests + requests, self._spent.cost + cost)
            if after.requests > self._allowance.requests:
                raise self._used_up(f"{self._allowance.requests} requests", "requests")
            if cost and self._allowance.cost is not None and after.cost > self._allowance.cost:
                raise self._used_up(f"{self._allowance.cost:g} {self._allowance.unit}", "cost")
            self._spent = after

    def _used_up(self, what: str, key: str) -> TryAgainLater:
        now = self._now().astimezone(UTC)
        tomorrow = datetime.combine(now.date() + timedelta(days=1), time.min, UTC)
        said = f"{self._platform}: today's {what} are used up; it goes on tomorrow (UTC), or raise [network.daily.{self._platform}] {key}"
        return TryAgainLater((tomorrow - now).total_seconds(), said)


@dataclass
class Meter:
    """What one visit asks, within `budget`."""

    budget: Budget | None = None
    requests: int = 0
    cost: float = 0.0

    def count(self) -> None:
        """One request. Raises TryAgainLater instead when the day's are used up."""
        if self.budget:
            self.budget.take(1, 0)
        self.requests += 1

    def spend(self, cost: float) -> None:
        """What is about to be asked costs this much. Raises TryAgainLater instead when the day has not that much left."""
        if self.budget:
            self.budget.take(0, cost)
        self.cost += cost


@dataclass
class Budgets:
    """One budget a platform, made when it is first needed."""

    spent: Mapping[str, Spent]
    now: Callable[[], datetime]
    _made: dict[str, Budget] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, platform: str, allowance: Allowance) -> Budget:
        """The budget of that platform."""
        with self._lock:
            return self._made.setdefault(platform, Budget(platform, allowance, self.spent.get(platform, Spent()), self.now))
