"""A hit as one line of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dashboards.addresses import hit_address, picture_address
from dashboards.directive import gist_of
from dashboards.filters import Filters
from dashboards.shown_picture import Shown
from dashboards.wording import DETECTOR_WORDS, OUTCOME_WORDS, ago_words, due_words, gist, seen_words
from domain.authorization import DetectorName
from domain.finding import FindingKind
from domain.review import Review
from storage.hit_rows import HitRow

SOON = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Card:
    """One hit, with the decision that stands and the other hits about the same picture. `picture` is empty for a hit about a text, and for one whose picture
    was `erased` with its post."""

    id: str
    url: str
    picture: str
    seen: str
    clause: str
    gist: str
    handle: str
    detector: str
    severity: str
    captured_at: datetime
    captured_words: str
    due: datetime
    due_words: str
    urgency: str
    erased: bool
    outcome: str = ""
    review: Review | None = None
    also: tuple[Card, ...] = ()

    @property
    def also_words(self) -> str:
        """How many more there are, in words."""
        about = "picture" if self.picture else "item" if self.erased else "text"
        return f"{len(self.also)} more about this {about}"


def card(group: Sequence[HitRow], reviews: Mapping[str, Review], filters: Filters, now: datetime) -> Card:
    """The card of a group of hits: its first hit, and the others behind it."""
    first, *others = (_one(row, reviews.get(row.id), filters, now) for row in group)
    return replace(first, also=tuple(others))


def urgency(due: datetime, now: datetime) -> str:
    """ "late", "soon" or nothing."""
    if due < now:
        return "late"
    return "soon" if due - now < SOON else ""


def _one(row: HitRow, review: Review | None, filters: Filters, now: datetime) -> Card:
    about_text = row.media_sha256 == row.post_content_sha256
    return Card(
        id=row.id,
        url=hit_address(row.id, filters),
        picture="" if about_text or row.erased_at else picture_address(row.id, Shown.THUMBNAIL),
        seen=seen_words(FindingKind(row.kind), row.label),
        clause=row.clause,
        gist=gist(gist_of(row.clause)),
        handle=row.handle,
        detector=DETECTOR_WORDS[DetectorName(row.detector)],
        severity=row.severity,
        captured_at=row.captured_at,
        captured_words=ago_words(row.captured_at, now),
        due=row.review_by,
        due_words=due_words(row.review_by, now),
        urgency=urgency(row.review_by, now),
        erased=row.erased_at is not None,
        outcome=OUTCOME_WORDS[review.outcome][0] if review else "",
        review=review,
    )
