"""Citing: each finding on each post becomes a hit that names its clause, or is recorded as compliant under a permit."""

from __future__ import annotations

from collections.abc import Sequence

from detectors.detector import Detector
from flows.station import Station

BATCH = 500


def cite_findings(station: Station, detectors: Sequence[Detector]) -> int:
    """Cite whatever was seen and not yet held against the directive as it now reads. Returns how many hits there were, known ones included."""
    return sum(_cited(station, detector) for detector in detectors)
