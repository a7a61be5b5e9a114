"""Reviews: a named human's decision on a hit (invariant 6). State and outcome are two fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReviewState(StrEnum):
    """Where a hit is in its review."""

    NEW = "new"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What the reviewer decided about the item, never about a person."""

    CONFIRMED = "confirmed"  # it is what the detector said, and no approval covers it
    APPROVED_USE = "approved_use"  # it is what the detector said, and it is allowed
    DISMISSED = "dismissed"  # it is not what the detector said
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Review:
    """One decision. `reason` is the reviewer's own words and may not be empty; a later decision on the same hit is another row, nothing is overwritten."""

    hit_id: str
    outcome: Outcome
    reason: str
    reviewer: str
    decided_at: datetime

    def __post_init__(self) -> None:
        if not self.reason.strip() or not self.reviewer.strip():
            raise ValueError("a decision names its reviewer and the reason")
