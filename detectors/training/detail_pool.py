"""What the detail network is trained on: emblems seen with twice the detail, cut as they lie on their references.

`detectors.training.build` fills `close-*.npy` (canvases N x 256 x 256 x 3) and `close-truth-*.npy` (rows as the other queries' have them, but from the emblem's
192 pixels). A batch is made of whole families, as the matcher's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.artwork.references import SHOWN
from detectors.training import geometry as geo
from detectors.training.pool import MEMBERS, changed, drawn_on_grey, mirrored, photographed, premultiplied, recoloured

Array = npt.NDArray[Any]

CELL = 4  # pixels of a cell of the grids
ASTRAY = 0.05  # how far the second look's affines are off, about
DOUBLE = np.array([[2, 0, 0.5], [0, 2, 0.5], [0, 0, 1]])  # from pixels of 64 to those of 128


@dataclass(frozen=True, slots=True, eq=False)
class CloseBatch:
    """Queries and references N x 128 x 128 x 3, four a family, each query cut as it lies on its reference; `masks` N x 128 x 128; `other` shows no emblem."""

    queries: Array
    references: Array
    masks: Array
    other: Array


@dataclass(eq=False)
class ClosePool:
    """The folder's arrays, mapped into memory; either the families that are trained with or every tenth, which is held out."""

    folder: Path
    held_out: bool = False

    @cached_property
    def emblems(self) -> Array:
        """Families x 4 x 192 x 192 x 4."""
        return np.load(self.folder / "large.npy", mmap_mode="r")

    @cached_property
    def canvases(self) -> list[Array]:
        """Files of N x 256 x 256 x 3."""
        return [np.load(path, mmap_mode="r") for path in sorted(self.folder.glob("close-[0-9]*.npy"))]

    @cached_property
    def others(self) -> list[Array]:
        """Canvases without an emblem, N x 128 x 128 x 3."""
        return [np.load(path, mmap_mode="r") for path in sorted(self.folder.glob("others-*.npy"))]

    @cached_property
    def by_member(self) -> dict[int, list[list[tuple[int, int, Array]]]]:
        """Of each family and member the queries: file, number within it, affine."""
        found: dict[int, list[list[tuple[int, int, Array]]]] = {}
        for file, path in enumerate(sorted(self.folder.glob("close-truth-*.npy"))):
            for number, row in enumerate(np.load(path)):
                family = int(row[0])
                if (family % 10 == 9) == self.held_out:
                    found.setdefault(family, [[] for _ in range(MEMBERS)])[int(row[1])].append((file, number, row[4:].reshape(2, 3)))
        return {family: members for family, members in found.items() if all(members)}

    def batch(self, rng: np.random.Generator, families: int, others: int) -> CloseBatch:
        """One batch of `families` x 4 queries. The same state of `rng` gives the same batch."""
        chosen = rng.choice(sorted(self.by_member), families, replace=False)
        shown = [self._query(int(family), member, rng) for family in chosen for member in range(MEMBERS)]
        queries, references, masks = (np.stack([one[i] for one in shown]) for i in range(3))
        swap, mirror = changed(rng, families)
        queries, references = (recoloured(part, swap, mirror) for part in (queries, references))
        masks = mirrored(masks, mirror)
        other = np.stack([self._other(rng) for _ in range(others)])
        return CloseBatch(photographed(queries, rng), references, masks, photographed(other, rng))

    def _query(self, family: int, member: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
        queries = self.by_member[family][member]
        file, number, affine = queries[int(rng.integers(len(queries)))]
        emblem = np.asarray(self.emblems[family, member])
        reference = DOUBLE @ geo.turned(geo.outline_of(emblem[..., 3]), 0.0)
        astray = DOUBLE @ geo.from_residual(rng.normal(0, ASTRAY * rng.random(), 6)) @ np.linalg.inv(DOUBLE)
        crop = astray @ reference @ np.linalg.inv(geo.whole(affine))
        seen = cv2.warpAffine(self.canvases[file][number], crop[:2], (SHOWN, SHOWN), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return (seen, *drawn_on_grey(premultiplied(emblem), reference, SHOWN))

    def _other(self, rng: np.random.Generator) -> Array:
        source = self.others[int(rng.integers(len(self.others)))]
        side = int(128 * rng.uniform(0.4, 1.0))
        left, top = (int(rng.integers(0, 129 - side)) for _ in range(2))
        return cv2.resize(np.asarray(source[int(rng.integers(len(source)))])[top : top + side, left : left + side], (SHOWN, SHOWN))
