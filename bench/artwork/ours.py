"""The detector as the evaluation asks it: every answer with its score, also below the threshold, and the threshold that it ships with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.artwork.measuring import Answer, one_a_place
from detectors.artwork import Artwork, ReferencePicture
from detectors.picture import Picture


def detector(references: Sequence[tuple[str, bytes]]) -> Artwork:
    """The detector with these labels and files registered."""
    return Artwork([ReferencePicture(label, content) for label, content in references])


def threshold_of(made: Artwork) -> float:
    """The score from which the detector reports, with as many references as it has."""
    own: Any = made
    return float(own.threshold if hasattr(own, "threshold") else own._weights.threshold)


def answers(made: Artwork, picture: Picture) -> list[Answer]:
    """All answers, one a place, best first."""
    own: Any = made
    return one_a_place(
        Answer(_label(own, found), (found.box.x, found.box.y, found.box.w, found.box.h), float(found.score)) for found in own.candidates(picture)
    )


def reported(made: Artwork, picture: Picture) -> list[Answer]:
    """What the detector itself reports, best first; the sweep must agree with it."""
    findings = [finding for finding in made.examine(picture) if finding.where.box is not None and finding.label is not None]
    found = [Answer(str(f.label), (f.where.box.x, f.where.box.y, f.where.box.w, f.where.box.h), float(f.score or 0)) for f in findings if f.where.box]
    return sorted(found, key=lambda answer: -answer.score)


def _label(made: Any, found: Any) -> str:
    return str(found.label) if hasattr(found, "label") else str(made._references[found.seen.which].label)
