"""The detectors that there are. A new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from detectors.artwork import Artwork, ReferencePicture
from detectors.detector import Detector
from detectors.metadata import Metadata
from domain.authorization import DetectorName

__all__ = ["DETECTORS", "NOT_YET", "ReferencePicture", "build"]

DETECTORS: Mapping[DetectorName, Callable[[Sequence[ReferencePicture], Sequence[ReferencePicture]], Detector]] = {
    DetectorName.ARTWORK: Artwork,
    DetectorName.METADATA: lambda _references, _look_alikes: Metadata(),
}

# Detectors that an authorization may already name and that cannot run yet: callers say so, and never that nothing was found.
NOT_YET = frozenset(DetectorName) - frozenset(DETECTORS)


def build(names: Collection[DetectorName], references: Sequence[ReferencePicture], look_alikes: Sequence[ReferencePicture] = ()) -> tuple[Detector, ...]:
    """The detectors of those names, in the registry's order; names in NOT_YET give none. `look_alikes` are not ours: what shows one is no finding.

    Raises UnusableReference naming the label and what is wrong.
    """
    return tuple(make(references, look_alikes) for name, make in DETECTORS.items() if name in names)
