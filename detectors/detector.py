"""What every detector is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

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


class NotDescribed(Exception):
    """The bytes are no description that this detector, as it is now, can look at: it must be shown the picture."""


@runtime_checkable
class Describing(Detector, Protocol):
    """A detector that can look for something new in a picture by what it described of it before."""

    def examine_and_describe(self, picture: Picture) -> tuple[tuple[Finding, ...], bytes | None]:
        """What `examine` gives, and what may be kept for `examine_described`: nothing of a face. None where nothing is worth keeping."""
        ...

    def examine_described(self, content: bytes, load: Callable[[], Picture]) -> tuple[Finding, ...]:
        """What `examine` gives, from what was kept; `load` gives the picture where that is not enough. Raises NotDescribed."""
        ...
