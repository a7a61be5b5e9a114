"""Where in a picture an emblem may be, whichever it is: found once for all references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.artwork.cutting import GREY, Levels, Matrix, upright
from detectors.artwork.networks import MULTIPLE, STRIDE, Networks

SEARCHED = 1280  # longer side at which a picture is searched
MOST = 14
MARGIN = 1.1  # side of a cut square, in longer sides of what is in it
LONGISH = 1.05  # a picture this many times as long as it is wide is also taken whole
SMALLEST = 4.0  # pixels
PARTS = (2, 4, 8)  # the proposer sees the picture at a half of that, where the small ones are seen, at a quarter and at an eighth, where the large ones are
NEAR, ALIKE = 0.3, 0.5
CLOSELY, CLOSER = 6, 0.55  # so many places are also cut at so much of their size
WHOLE = -3.0  # the logit that is taken for the whole picture


@dataclass(frozen=True, slots=True, eq=False)
class Proposals:
    """P places: `centres` P x 2 and `sides` P (longer side of the emblem) in pixels of the picture, and the logit that there is one."""

    centres: npt.NDArray[np.float32]
    sides: npt.NDArray[np.float32]
    objectness: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.sides)

    def squares(self) -> Matrix:
        """P x 3 x 3: the squares that are cut there."""
        each = zip(self.centres.astype(float), self.sides.astype(float), strict=True)
        return np.stack([upright(x, y, MARGIN * side) for (x, y), side in each]) if len(self) else np.zeros((0, 3, 3))


def proposals(levels: Levels, width: int, height: int, networks: Networks, least: float) -> Proposals:
    """The MOST likeliest places with a logit of `least` or more, the first of them closer as well, then the picture itself: an avatar is the artwork."""
    searched = max(1, min(SEARCHED, max(width, height)))
    seen = [_seen(levels, max(1, searched // part), width, height, networks, least) for part in PARTS]
    centres, sides, objectness = (np.concatenate(each) for each in zip(*seen, strict=True))
    best = distinct(centres, sides, np.argsort(-objectness, kind="stable"))
    # What carries an emblem (a piece of cloth, a plate) is often taken for the emblem: the likeliest places are looked at more closely as well.
    closer = np.repeat([1.0, CLOSER], [len(best), len(best[:CLOSELY])])
    best = best + best[:CLOSELY]
    whole = [min(width, height)] + [max(width, height)] * (max(width, height) > LONGISH * min(width, height))
    return Proposals(
        np.concatenate([centres[best], np.full((len(whole), 2), [width / 2, height / 2])]).astype(np.float32),
        np.concatenate([sides[best] * closer, whole]).astype(np.float32),
        np.concatenate([objectness[best], np.full(len(whole), WHOLE)]).astype(np.float32),
    )


def _seen(
    levels: Levels, longest: int, width: int, height: int, networks: Networks, least: float
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Centres P x 2 and longer sides P in pixels of the picture, and logits P, where the proposer sees it with its longer side `longest`."""
    small = levels.reduced(longest)
    heat, boxes = networks.proposed(_padded(small))
    down, across = -(-small.shape[0] // STRIDE), -(-small.shape[1] // STRIDE)
    heat, boxes = heat[:down, :across], boxes[:, :down, :across]
    rows, columns = peaks(heat, least)
    factors = np.array([width / small.shape[1], height / small.shape[0]])
    centres = ((np.stack([columns, rows], axis=1) + 0.5) * STRIDE + boxes[2:, rows, columns].T) * factors
    sides = (boxes[:2, rows, columns] * factors[:, None]).max(axis=0, initial=0).clip(SMALLEST, 2 * max(width, height))
    return centres, sides, heat[rows, columns]


def distinct(centres: npt.NDArray[Any], sides: npt.NDArray[Any], order: npt.NDArray[Any]) -> list[int]:
    """The first MOST of `order` that are not nearly the square of an earlier one: closer than NEAR of its side, and of nearly its size."""
    kept: list[int] = []
    for one in order.tolist():
        if len(kept) == MOST:
            break
        apart = np.abs(centres[kept] - centres[one]).max(axis=1) / np.minimum(sides[kept], sides[one])
        if not ((apart < NEAR) & (np.abs(np.log(sides[kept] / sides[one])) < ALIKE)).any():
            kept.append(one)
    return kept


def peaks(heat: npt.NDArray[Any], least: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows and columns of the cells that no neighbour exceeds, at least `least`, the MOST highest, highest first."""
    highest = cv2.dilate(heat, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((heat >= highest) & (heat >= least))
    order = np.argsort(-heat[rows, columns], kind="stable")[:MOST]
    return rows[order], columns[order]


def _padded(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Grey below and to the right, up to multiples of 32."""
    height, width = pixels.shape[:2]
    return cv2.copyMakeBorder(pixels, 0, -height % MULTIPLE, 0, -width % MULTIPLE, cv2.BORDER_CONSTANT, value=(GREY, GREY, GREY))
