"""A worker: a process on another host that collects or examines for this store, known by a token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum


class Scope(StrEnum):
    """What a worker's token is good for. It never reaches decisions, grants, the audit or the undercover compartment."""

    COLLECT = "collect"
    EXAMINE = "examine"


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as it stands in the store: `valid_until` is its last day (UTC), `revoked_at` aware UTC or None."""

    name: str
    scopes: frozenset[Scope]
    valid_until: date
    added_by: str
    added_at: datetime
    revoked_at: datetime | None = None

    def live(self, now: datetime) -> bool:
        """Whether its token is good at `now` (aware UTC)."""
        return self.revoked_at is None and now.astimezone(UTC).date() <= self.valid_until
