"""Hits: findings made citable. Every one can be defended a year later, or it cannot be made (invariant 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.account import Compartment
from domain.directive import Severity
from domain.finding import Finding
from domain.identity import derived_id

_DEFENDS = ("account_id", "post_id", "post_content_sha256", "media_sha256", "directive", "directive_version", "directive_sha256", "clause", "means")


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding on a post of an account, cited to one clause of one version of one directive.

    `media_sha256` is the captured item (for text, the post version's content), `captured_at` when it was captured, `found_at` when the detector ran,
    `review_by` when a supervisor should have decided, `means` what the score means at the observed base rate. Times are aware UTC. `pseudonym` is the id under
    which the undercover compartment keeps it: one made of what it shows would give that away.
    """

    account_id: str
    post_id: str
    post_content_sha256: str
    media_sha256: str
    finding: Finding
    directive: str
    directive_version: str
    directive_sha256: str
    clause: str
    severity: Severity
    compartment: Compartment
    means: str
    captured_at: datetime
    found_at: datetime
    review_by: datetime
    pseudonym: str | None = None

    def __post_init__(self) -> None:
        carried = {name: getattr(self, name) for name in _DEFENDS}
        carried |= {"detector_version": self.finding.detector_version, "settings_sha256": self.finding.settings_sha256}
        missing = [name for name, value in carried.items() if not value]
        if missing:
            raise ValueError(f"a hit that lacks {', '.join(missing)} cannot be defended")
        if not all(moment.tzinfo for moment in (self.captured_at, self.found_at, self.review_by)):
            raise ValueError("a hit's times need their zone: give aware datetimes")

    @property
    def id(self) -> str:
        """Post, item, detector@version, what and where, and clause: seeing the same thing again is the same hit."""
        if self.pseudonym is not None:
            return self.pseudonym
        seen = self.finding
        return derived_id(
            "hit", self.post_id, self.media_sha256, seen.detector, seen.detector_version, seen.kind, seen.label, seen.where.as_json(), self.clause
        )
