"""Clutter and other agencies' emblems that every new reference is tried on: what is readily seen in them will give false alarms.

The bank is a file of the trunk's descriptions of such crops, `artwork-bank.npz` beside the weights: `embeddings` M x 96 and `grids` M x 32 x 16 x 16, both of
half precision. Without the file, or without a limit in the weights, no reference is called readily seen.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.artwork.networks import Networks
from detectors.artwork.references import Prepared

LIKELIEST = 60  # crops on which the pair network is asked, by cosine
WORST = 10  # of these, whose mean counts


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """M crops that show no registered artwork."""

    embeddings: npt.NDArray[Any]
    grids: npt.NDArray[Any]


def readily_seen(reference: Prepared, bank: Bank, networks: Networks) -> float:
    """The mean of the highest logits with which a reference is seen in crops that do not show it: the higher, the more false alarms it will give."""
    cosines = bank.embeddings.astype(np.float32) @ reference.embeddings.T
    crops = np.argsort(-cosines.max(axis=1), kind="stable")[:LIKELIEST]
    turns = cosines[crops].argmax(axis=1)
    verdicts, _ = networks.compared(reference.grids[turns], reference.masks[turns], bank.grids[crops], cosines[crops, turns])
    return float(np.sort(verdicts)[-WORST:].mean())


@lru_cache(maxsize=1)
def shipped_bank() -> Bank | None:
    """The bank that comes with this package, or None where it has none."""
    file = resources.files("detectors") / "weights" / "artwork-bank.npz"
    if not file.is_file():
        return None
    with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as read:
        return Bank(read["embeddings"], read["grids"])
