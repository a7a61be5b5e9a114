"""What flows hand to the store: batches of what was collected, examined, cited and looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from domain.finding import Finding
from domain.hit import Hit
from domain.post import Gone, Media, MediaLink, Post, Rejected


class CollectionOutcome(StrEnum):
    """How one attempt to collect one account ended."""

    STORED = "stored"
    UNCHANGED = "unchanged"  # the platform said that nothing is new
    REFUSED = "refused"  # no live authorization: nothing was fetched
    FAILED = "failed"


LATER = "later: "  # how a `problem` begins that the next run may not meet: a busy server, no time left


@dataclass(frozen=True, slots=True)
class CapturedMedia:
    """One picture of a post: what the post said of it, and what was captured. `media` None: it could not be, and `problem` says why."""

    link: MediaLink
    media: Media | None
    problem: str = ""

    def __post_init__(self) -> None:
        if self.media is None and not self.problem.strip():
            raise ValueError("a picture that was not captured says why")


@dataclass(frozen=True, slots=True)
class CapturedPost:
    """One version of a post, with its media in the order of the post. `record` names the reply that it came in: a WARC-Record-ID, or a file of an export."""

    post: Post
    media: tuple[CapturedMedia, ...] = ()
    record: str = ""


@dataclass(frozen=True, slots=True)
class KeptReplies:
    """The WARC file in the vault that holds what was answered for one batch: `replies` of them.

    `shown`: when the earliest and the latest of the posts that they list were posted; None when that is not known.
    """

    sha256: str
    replies: int
    byte_size: int
    shown: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class CollectedBatch:
    """One attempt to collect one account, at `collected_at` (aware UTC), under `authorization_id` (None only when it was refused).

    `checkpoint` is where the next attempt goes on (None: as before), `terms` what the source allows to be done with it. `detail` is one line without content.
    `requests` and `cost` (in the platform's own unit) are what it took, `replies` where the answers are kept; it is not asked again before `not_before`.
    `refreshed` are posts that the platform showed again as they are stored, where its terms count from then.
    A batch that was stored without a checkpoint is no visit to the platform: it does not count as a collection that succeeded.
    """

    account_id: str
    authorization_id: str | None
    collected_at: datetime
    outcome: CollectionOutcome
    detail: str = ""
    posts: tuple[CapturedPost, ...] = ()
    gone: tuple[Gone, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    checkpoint: str | None = None
    terms: dict[str, object] | None = None
    requests: int = 0
    cost: float = 0.0
    replies: KeptReplies | None = None
    not_before: datetime | None = None
    refreshed: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class ExaminedMedia:
    """What one detector saw in one picture.

    `fingerprint` is its perceptual hash for finding near-duplicates, `same_as` the SHA-256 of the examined picture that it is a copy of (then its findings are
    that picture's, with places in its own pixels), `error` why it could not be examined.
    """

    media_sha256: str
    fingerprint: str | None
    detector: str
    version: str
    settings_sha256: str
    examined_at: datetime
    same_as: str | None = None
    error: str | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ExaminedBatch:
    """Pictures that were examined."""

    items: tuple[ExaminedMedia, ...]


@dataclass(frozen=True, slots=True)
class Compliant:
    """A finding that `clause` would name, but for the permit."""

    finding: Finding
    clause: str
    permit_id: str


@dataclass(frozen=True, slots=True)
class CitedItem:
    """One picture as one post shows it, cited under one directive: the hits, and what is compliant under a permit. Both may be empty."""

    post_id: str
    post_content_sha256: str
    media_sha256: str
    detector: str
    version: str
    settings_sha256: str
    directive_sha256: str
    hits: tuple[Hit, ...] = ()
    compliant: tuple[Compliant, ...] = ()


@dataclass(frozen=True, slots=True)
class CitedBatch:
    """Items that were cited."""

    items: tuple[CitedItem, ...]


@dataclass(frozen=True, slots=True)
class RescanStep:
    """How far a rescan by one detector went on one account: from `from_at` and `from_sha256` (both None: from the start) to `reached_at` and `reached_sha256`.

    `looked`: pictures looked at again and readable; `found`: those of them in which something was found; `unread`: those that the vault could not give.
    """

    account_id: str
    detector: str
    version: str
    settings_sha256: str
    from_at: datetime | None
    from_sha256: str | None
    reached_at: datetime
    reached_sha256: str
    looked: int
    found: int
    unread: int


@dataclass(frozen=True, slots=True)
class RescannedBatch:
    """A part of a rescan: the pictures in which something was found, and no others, and how far it went."""

    items: tuple[ExaminedMedia, ...]
    steps: tuple[RescanStep, ...]


Batch: TypeAlias = CollectedBatch | ExaminedBatch | CitedBatch | RescannedBatch
