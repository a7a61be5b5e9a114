"""Registered department artwork in pictures: patches, seals, badges, banners.

Three small networks do the looking (`networks`): the first proposes places where an emblem may be (`proposals`), the second describes what lies there
(`described`), the third says of a place and a reference whether and how the one lies in the other (`matching`). `docs/detectors.md` says how well.
"""

from detectors.artwork.candidates import Candidate
from detectors.artwork.described import Described, OtherNetworks
from detectors.artwork.detector import Artwork
from detectors.artwork.hardness import weaknesses
from detectors.artwork.places import aligned
from detectors.artwork.references import ReferencePicture, UnusableReference

__all__ = ["Artwork", "Candidate", "Described", "OtherNetworks", "ReferencePicture", "UnusableReference", "aligned", "weaknesses"]
