"""What the matcher is trained on, read from the folder that `detectors.training.build` fills, and how one batch is drawn from it.

A batch is made of queries (crops of composites that show an emblem) of whole families, so that the others' references are each one's look-alikes, and of
crops that show none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.artwork.proposals import MARGIN
from detectors.training import geometry as geo

Array = npt.NDArray[Any]

CONTEXT = 1.9  # how many times its box's longer side a query's canvas shows
TURN = math.radians(19)  # references are kept at every 30 degrees
ASTRAY = math.radians(50)  # at which a reference no longer lies on its query
ALIGNED = 0.45  # share of the queries cut as the second pass cuts them
MEMBERS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Crops, 8 bit, N x 64 x 64 x 3. Queries come four a family, one of each member, all at about one turn: each is compared with all four references.

    `masks` (N x 64 x 64, 0 to 255) cover the references, `affine` (N x 6) leads from each reference to its query, `family` (N) tells emblems apart.
    `turned` and `turned_masks` are each query's own reference once more, at a turn at which it does not lie there. `other` (M x 64 x 64 x 3) shows no emblem.
    """

    queries: Array
    references: Array
    masks: Array
    affine: Array
    family: Array
    turned: Array
    turned_masks: Array
    other: Array


@dataclass(eq=False)
class Pool:
    """The folder's arrays, mapped into memory; of the families either those that are trained with or those that are held out."""

    folder: Path
    held_out: bool = False
    near: Array | None = None  # for each family the families most like it, F x K; batches are then made of such

    @cached_property
    def emblems(self) -> Array:
        """Families x 4 x 96 x 96 x 4: blue, green and red already multiplied by alpha, alpha."""
        return np.load(self.folder / "emblems.npy", mmap_mode="r")

    @cached_property
    def canvases(self) -> list[Array]:
        """Files of N x 128 x 128 x 3 each."""
        return [np.load(path, mmap_mode="r") for path in self._shards("queries")]

    @cached_property
    def truth(self) -> Array:
        """N rows: family, member, visible share, size in pixels, and the six numbers from the emblem's 96 pixels to the canvas."""
        return np.concatenate([np.load(path) for path in self._shards("truth")])

    @cached_property
    def others(self) -> list[Array]:
        """Canvases (N x 128 x 128 x 3) without an emblem: drawn, and those that the proposer took for one."""
        return [np.load(path, mmap_mode="r") for path in sorted(self.folder.glob("others-*.npy"))]

    @cached_property
    def usable(self) -> Array:
        """Numbers of the queries whose family is for this purpose: every tenth family is held out."""
        held = self.truth[:, 0].astype(int) % 10 == 9
        return np.flatnonzero(held == self.held_out)

    def _shards(self, name: str) -> list[Path]:
        return [self.folder / f"{name}-{number}.npy" for number in range(len(list(self.folder.glob("queries-*.npy"))))]

    def refresh(self) -> None:
        """Sees files that were added meanwhile."""
        for name in ("canvases", "truth", "others", "usable", "by_member", "families", "emblems"):
            self.__dict__.pop(name, None)

    def batch(self, rng: np.random.Generator, families: int, others: int) -> Batch:
        """One batch of `families` x 4 queries. The same state of `rng` gives the same batch."""
        chosen = self._chosen(rng, families)
        drawn = [one for family in chosen for one in self._family(int(family), rng)]
        crops, references, masks, affine, turned, turned_masks = (np.stack([one[i] for one in drawn]) for i in range(6))
        swap, mirror = changed(rng, families)
        crops, references, turned = (recoloured(part, swap, mirror) for part in (crops, references, turned))
        affine = np.where(mirror[:, None], affine * np.array([1, -1, -1, -1, 1, 1]), affine)
        other = np.stack([self._other(rng) for _ in range(others)])
        shown = photographed(crops, rng), references, mirrored(masks, mirror), affine.astype(np.float32)
        return Batch(*shown, np.repeat(chosen, MEMBERS), turned, mirrored(turned_masks, mirror), photographed(other, rng))

    @cached_property
    def by_member(self) -> dict[int, list[Array]]:
        """The usable queries of each member, of the families that have queries of all four."""
        order = self.usable[np.argsort(self.truth[self.usable, 0] * MEMBERS + self.truth[self.usable, 1], kind="stable")]
        keys, starts = np.unique(self.truth[order, :2].astype(int), axis=0, return_index=True)
        found: dict[int, list[Array]] = {}
        for (family, _), numbers in zip(keys.tolist(), np.split(order, starts[1:]), strict=True):
            found.setdefault(family, []).append(numbers)
        return {family: members for family, members in found.items() if len(members) == MEMBERS}

    @cached_property
    def families(self) -> Array:
        """The families that can be drawn."""
        return np.array(sorted(self.by_member), int)

    def _chosen(self, rng: np.random.Generator, count: int) -> Array:
        """Families at random; where it is known which are alike, half of them, and for each of these one that is like it."""
        if self.near is None:
            return rng.choice(self.families, count, replace=False)
        first = rng.choice(self.families, (count + 1) // 2, replace=False)
        alike = self.near[first, rng.integers(0, self.near.shape[1], len(first))]
        known = [int(family) if int(family) in self.by_member else int(rng.choice(self.families)) for family in alike]
        return np.concatenate([first, np.array(known, int)])[:count]

    def _family(self, family: int, rng: np.random.Generator) -> list[tuple[Array, ...]]:
        """A query of each member with its reference, cover and affine, all at one turn: that at which the first is seen in its picture."""
        numbers = [int(rng.choice(own)) for own in self.by_member[family]]
        first = int(rng.integers(MEMBERS))
        turn = geo.angle(geo.whole(self.truth[numbers[first], 4:].reshape(2, 3))) + rng.uniform(-TURN, TURN)
        return [self._query(number, turn, rng) for number in numbers]

    def _query(self, number: int, turn: float, rng: np.random.Generator) -> tuple[Array, ...]:
        family, member = self.truth[number, :2].astype(int)
        placed = geo.whole(self.truth[number, 4:].reshape(2, 3))
        emblem = self.emblems[family, member]
        outline = geo.outline_of(emblem[..., 3])
        reference = geo.turned(outline, turn)
        crop = _aligned(reference, placed, rng) if rng.random() < ALIGNED else _proposed(outline, placed, turn + rng.uniform(-TURN, TURN), rng)
        shard, within = divmod(number, len(self.canvases[0]))
        pixels = geo.warped(self.canvases[shard][within], crop)
        astray = geo.turned(outline, turn + float(rng.uniform(ASTRAY, 2 * math.pi - ASTRAY)))
        return (pixels, *drawn_on_grey(emblem, reference), geo.residual(reference, crop, placed).clip(-0.9, 0.9), *drawn_on_grey(emblem, astray))

    def _other(self, rng: np.random.Generator) -> Array:
        source = self.others[int(rng.integers(len(self.others)))]
        side = 128 * float(rng.uniform(0.4, 1.0))
        centre = tuple(rng.uniform(side / 2, 128 - side / 2, 2)) if side < 128 else (63.5, 63.5)
        return geo.warped(source[int(rng.integers(len(source)))], geo.cut((float(centre[0]), float(centre[1])), side))


def drawn_on_grey(emblem: Array, matrix: Array, side: int = geo.CROP) -> tuple[Array, Array]:
    """A reference as the networks see it, on mid-grey, and its cover: side x side x 3 and side x side. The emblem's colours are multiplied by alpha."""
    seen = cv2.warpAffine(emblem, matrix[:2], (side, side))
    ground = 128 - (seen[..., 3:].astype(np.uint16) * 128 + 127) // 255
    return (seen[..., :3] + ground).clip(0, 255).astype(np.uint8), seen[..., 3]


def reference_of(emblem: Array) -> Array:
    """A reference upright, as the networks see it, 64 x 64 x 3."""
    return drawn_on_grey(emblem, geo.turned(geo.outline_of(emblem[..., 3]), 0.0))[0]


def _proposed(outline: Array, placed: Array, turn: float, rng: np.random.Generator) -> Array:
    """As the proposer's boxes are cut, a little off in place and size; the picture is first turned so that the emblem lies at `turn`."""
    points = outline @ placed[:2, :2].T
    back = geo.rotation(turn - geo.angle(placed))
    # The canvas shows CONTEXT times what is seen of the emblem; how much longer its box becomes by turning is that of the whole emblem.
    longer = float(np.ptp(points @ back[:2, :2].T, axis=0).max() / max(1e-6, np.ptp(points, axis=0).max()))
    side = 128 / CONTEXT * MARGIN * longer
    centre = rng.uniform(-0.11, 0.11, 2) * side
    middle = np.array([[1, 0, -63.5], [0, 1, -63.5], [0, 0, 1]])
    return geo.cut((float(centre[0]), float(centre[1])), side * math.exp(float(rng.uniform(-0.3, 0.3)))) @ back @ middle


def _aligned(reference: Array, placed: Array, rng: np.random.Generator) -> Array:
    """As the second pass cuts: through the true placement, with a little error left."""
    error = rng.normal(0, 0.09 * rng.random(), 6)
    return geo.from_residual(error) @ reference @ np.linalg.inv(placed)


def changed(rng: np.random.Generator, families: int) -> tuple[Array, Array]:
    """For each member of so many families how its channels are exchanged (N x 3) and whether it is mirrored (N): the same for all of a family."""
    swap, mirror = rng.permuted(np.tile(np.arange(3), (families, 1)), axis=1), rng.random(families) < 0.5
    swap[rng.random(families) < 0.6] = np.arange(3)
    return np.repeat(swap, MEMBERS, axis=0), np.repeat(mirror, MEMBERS)


def premultiplied(emblem: Array) -> Array:
    """Colours (of ... x 4) multiplied by alpha."""
    cover = emblem[..., 3:].astype(np.uint16)
    return np.concatenate([(emblem[..., :3] * cover // 255).astype(np.uint8), emblem[..., 3:]], -1)


def recoloured(crops: Array, swap: Array, mirror: Array) -> Array:
    """Channels exchanged and the left for the right, the same way for a query and its references: another emblem at no cost."""
    return mirrored(np.take_along_axis(crops, swap[:, None, None, :], 3), mirror)


def mirrored(crops: Array, mirror: Array) -> Array:
    shape = (-1,) + (1,) * (crops.ndim - 1)
    return np.where(mirror.reshape(shape), crops[:, :, ::-1], crops)


def photographed(crops: Array, rng: np.random.Generator) -> Array:
    """Light, contrast, gamma and cast of each crop moved a little."""
    n = len(crops)
    value = crops.astype(np.float32) / 255
    value = value ** np.exp(rng.normal(0, 0.15, (n, 1, 1, 1))).astype(np.float32)
    value = (value - 0.5) * np.exp(rng.normal(0, 0.15, (n, 1, 1, 1))).astype(np.float32) + 0.5
    value = value * (1 + rng.normal(0, 0.05, (n, 1, 1, 3))).astype(np.float32) + rng.normal(0, 0.04, (n, 1, 1, 3)).astype(np.float32)
    return np.round(value * 255).clip(0, 255).astype(np.uint8)
