"""What every detector is."""

from __future__ import annotations

from typing import Protocol

from detectors.picture import Picture
from domain.authorization import DetectorName
from domain.finding import Calibration, Finding, FindingKind


class Detector(Protocol):
    """Looks at one picture and says what it saw.

    `version` changes with the method, `settings_sha256` with any setting, threshold or reference: together they name what exactly looked.
    `finds` is every kind that it may report. `calibration` is None where a reading is exact and there is no error rate to know.
    `shares_near_duplicates` says whether what it saw in a picture holds for a recompressed copy of that picture.
    """

    @property
    def name(self) -> DetectorName: ...
    @property
    def version(self) -> str: ...
    @property
    def settings_sha256(self) -> str: ...
    @property
    def finds(self) -> frozenset[FindingKind]: ...
    @property
    def calibration(self) -> Calibration | None: ...
    @property
    def shares_near_duplicates(self) -> bool: ...

    def examine(self, picture: Picture) -> tuple[Finding, ...]:
        """What it sees: the same picture gives the same findings, boxes lie inside it. Raises Unreadable where its part of the file is damaged."""
        ...
