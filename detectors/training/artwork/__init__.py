"""Invented artwork of agencies that do not exist: patches, badges, seals, rockers, wordmarks, drawn from two numbers."""

from detectors.training.artwork.drawing import draw
from detectors.training.artwork.store import Materials

__all__ = ["Materials", "draw"]
