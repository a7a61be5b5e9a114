"""Registered department artwork in pictures: patches, seals, badges, banners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detectors.picture import Picture, Unreadable, decode, fingerprint, hamming
from domain.authorization import DetectorName
from domain.finding import Box, Calibration, Finding, FindingKind, Where
from domain.identity import canonical_json, sha256_hex


class UnusableReference(Exception):
    """A registered artwork cannot be looked for; the message names its label and what is wrong."""


@dataclass(frozen=True, slots=True)
class ReferencePicture:
    """One registered artwork: its label and the bytes of its picture, whose transparent parts are not part of it."""

    label: str
    content: bytes


class Artwork:
    """Looks for every registered artwork in a picture at once."""

    name = DetectorName.ARTWORK
    version = "0"
    finds = frozenset({FindingKind.DEPARTMENT_ARTWORK})
    calibration: Calibration | None = None
    shares_near_duplicates = True

    def __init__(self, references: Sequence[ReferencePicture]) -> None:
        """Prepares `references`. Raises UnusableReference."""
        self._prepared = tuple((reference.label, sha256_hex(reference.content), fingerprint(_decoded(reference))) for reference in references)
        self.settings_sha256 = sha256_hex(canonical_json([[label, digest] for label, digest, _ in sorted(self._prepared)]))

    def examine(self, picture: Picture) -> tuple[Finding, ...]:
        """One finding for each artwork that the picture is."""
        seen = fingerprint(picture)
        box = Box(0, 0, picture.width, picture.height)
        return tuple(
            Finding(
                FindingKind.DEPARTMENT_ARTWORK,
                label,
                1 - hamming(seen, own) / 256,
                0.9,
                Where(box),
                f"the picture is the registered artwork {label!r}",
                self.name,
                self.version,
                self.settings_sha256,
                reference_sha256=digest,
            )
            for label, digest, own in self._prepared
            if 1 - hamming(seen, own) / 256 >= 0.9
        )


def _decoded(reference: ReferencePicture) -> Picture:
    try:
        return decode(reference.content)
    except Unreadable as unreadable:
        raise UnusableReference(f"the registered artwork {reference.label!r} cannot be used: {unreadable}") from unreadable


def weaknesses(reference: ReferencePicture) -> tuple[str, ...]:
    """What will make this artwork hard to find, one sentence each; () when nothing will. Raises UnusableReference."""
    picture = _decoded(reference)
    return ("the picture is smaller than 64 pixels: register a larger one",) if min(picture.width, picture.height) < 64 else ()
