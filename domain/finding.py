"""Findings: what a detector saw, in neutral words. Detectors know nothing of policy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.authorization import DetectorName
from domain.identity import Json, finite


class FindingKind(StrEnum):
    """Everything that a detector may report. A directive maps kinds to clauses; nothing here says that anything is wrong."""

    DEPARTMENT_ARTWORK = "department_artwork"
    SUBJECT_FACE = "subject_face"
    SUBJECT_NAME = "subject_name"
    SUBJECT_NUMBER = "subject_number"
    PRECISE_LOCATION = "precise_location"
    DEVICE_IDENTITY = "device_identity"
    EVIDENCE_MARKER = "evidence_marker"
    SCENE_TAPE = "scene_tape"
    EVIDENCE_LABEL = "evidence_label"
    FORENSIC_SCALE = "forensic_scale"
    BOOKING_PHOTO = "booking_photo"
    CASE_NUMBER = "case_number"
    GUILT_STATEMENT = "guilt_statement"
    PROSECUTION_COMMENT = "prosecution_comment"
    INVESTIGATION_DETAIL = "investigation_detail"
    CONFIDENTIAL_MARKING = "confidential_marking"
    POLITICAL_ACTIVITY = "political_activity"
    PRIVATE_BUSINESS = "private_business"
    OBSCENE_OR_DISPARAGING = "obscene_or_disparaging"
    PERSONAL_DATA = "personal_data"
    KNOWN_ITEM = "known_item"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in whole pixels of the decoded, EXIF-upright picture: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int

    def __post_init__(self) -> None:
        if self.x < 0 or self.y < 0 or self.w <= 0 or self.h <= 0:
            raise ValueError(f"a box lies inside its picture and has an area, unlike {self}")


@dataclass(frozen=True, slots=True)
class Where:
    """Where in the item it was seen: a box in a picture, a half-open span of characters in a text, a time in a video (seconds). All None: the whole item."""

    box: Box | None = None
    span: tuple[int, int] | None = None
    time_s: float | None = None

    def as_json(self) -> Json:
        """Box, span and time in this order, each None where it does not apply: the form that identifiers are made of."""
        box = self.box
        return [[box.x, box.y, box.w, box.h] if box else None, [*self.span] if self.span else None, self.time_s]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a detector did at its threshold on pictures that it was never tuned on: the counts that say what a score means.

    `positives` shown, `detected` of them found; `negatives` shown, `false_alarms` of them flagged. `source` names the set and the command that measured it.
    """

    positives: int
    detected: int
    negatives: int
    false_alarms: int
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that one detector saw in one item.

    `score` and `threshold` are on the detector's own scale from 0 to 1, and a finding always has score >= threshold.
    `label` names what was recognised (a reference's label), `because` explains it in a sentence that a supervisor can repeat,
    `text` is the matched text or None, `reference_sha256` the registered item it matched, if any.
    """

    kind: FindingKind
    label: str
    score: float
    threshold: float
    where: Where
    because: str
    detector: DetectorName
    detector_version: str
    settings_sha256: str
    text: str | None = None
    reference_sha256: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= finite(self.threshold) <= finite(self.score) <= 1:
            raise ValueError(f"a finding's score lies between its threshold and 1: {self.score} is not in {self.threshold}..1")
        if not self.because.strip():
            raise ValueError("a finding says because of what")
