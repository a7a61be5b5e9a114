"""Retention: how long each class of record is kept, what holds keep longer, and why something was erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.identity import derived_id


class RecordClass(StrEnum):
    """The classes of record for which a records custodian may set how long they are kept."""

    POSTS = "posts"  # posts on which there is no hit, with all that hangs on them; counted from their newest capture
    MEDIA = "media"  # captured bytes that no hit is about; counted from their newest capture
    UNDECIDED_HITS = "undecided_hits"  # posts with a hit that waits; counted from the newest hit
    DECIDED_HITS = "decided_hits"  # posts whose hits are all decided; counted from the last decision
    COLLECTIONS = "collections"  # attempts to collect, and pieces that could not be understood


class OnDelete(StrEnum):
    """What happens here to a post that its author deleted there."""

    PURGE = "purge"  # it is erased here too
    TOMBSTONE = "tombstone"  # what it said and showed is erased; that there was a post, its hash and its times stay
    KEEP_BY_LAW = "keep_by_law"  # it stays, as the record that the law or the department's own terms ask for


ERASED_WITH_POST = "erased: the post was deleted upstream, and the terms for its platform ask for that"  # what a tombstone's hits and reviews say instead


class HoldScope(StrEnum):
    """What a legal hold keeps."""

    ACCOUNT = "account"  # all that is and will be stored of the account
    POST = "post"  # the post in all its versions, with its media and hits
    HIT = "hit"  # the hit and the whole post that it is on, without which it could not be defended


class ErasureReason(StrEnum):
    """Why something was erased."""

    REVOKED = "revoked"  # the last permission was withdrawn
    ENDED = "ended"  # the last permission came to its last day, or never was one
    TERMS = "terms"  # the platform's terms allow no longer
    RETENTION = "retention"  # the records custodian's schedule
    ORDERED = "ordered"  # somebody named the account or post


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """Records of `record_class` are erased `days` days on, by `authority` (a schedule, a statute, a document's name). `set_at` is aware UTC."""

    record_class: RecordClass
    days: int
    authority: str
    set_by: str
    set_at: datetime

    def __post_init__(self) -> None:
        if self.days < 1 or not self.authority.strip() or not self.set_by.strip():
            raise ValueError("a retention rule names at least one day, its authority and who set it")


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold: nothing in its scope is erased until it is released, whatever its review date says.

    `target` is the id of the account, post or hit, `owner` who answers for the hold, `review_on` the day by which it should be looked at again.
    """

    scope: HoldScope
    target: str
    owner: str
    reason: str
    review_on: date
    placed_at: datetime

    def __post_init__(self) -> None:
        if not self.owner.strip() or not self.reason.strip():
            raise ValueError("a hold names its owner and the reason")

    @property
    def id(self) -> str:
        """The same hold placed at the same moment is the same one."""
        return derived_id("hold", self.scope, self.target, self.owner, self.reason, self.review_on.isoformat(), self.placed_at.isoformat())
