"""A registered artwork made ready to be looked for: cut out, squared, and described at twelve turns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.artwork.cutting import GREY, Levels, Matrix, reduced, turned, upright
from detectors.artwork.networks import shipped_networks
from detectors.artwork.outlines import cover_of
from detectors.artwork.proposals import MARGIN
from detectors.picture import Unreadable, decode, opacity
from domain.identity import sha256_hex

TURNS = 12
TURN = 360 / TURNS  # degrees
SHOWN = 128  # pixels of the square that is kept to be shown
TINIEST = 24  # pixels of the longer side: with fewer there is nothing to tell it by
FLATTEST = 2.0  # of 255: standard deviation of the colour that differs most within it
KEPT = 1024  # about 0.25 MB each
LARGEST_SIDE = 2048  # a larger picture is first reduced to this


class UnusableReference(Exception):
    """A registered artwork cannot be looked for; the message names its label and what is wrong."""


@dataclass(frozen=True, slots=True)
class ReferencePicture:
    """One registered artwork: its label and the bytes of its picture, whose transparent parts are not part of it."""

    label: str
    content: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What is kept of one artwork.

    `shown` 128 x 128 x 3: squared on grey, upright. `cover` 128 x 128, 0 to 255: its outline there. `outline` M x 2 and `corners` 4 x 2 (of its upright
    bounding box, clockwise from the upper left) in coordinates from -1 to 1 of that square. For each of 12 turns: `turns` 12 x 3 x 3 takes
    the turned square, which the turned outline fills as a proposal's box does, to the upright one; `embeddings` 12 x 96, `grids`
    12 x 32 x 16 x 16 (half precision) and `masks` 12 x 16 x 16, the share of each cell that it covers. `size` is its width and
    height in pixels, in the registered picture or in one reduced to 2048.
    """

    sha256: str
    size: tuple[int, int]
    shown: npt.NDArray[np.uint8]
    cover: npt.NDArray[np.uint8]
    outline: npt.NDArray[np.float64]
    corners: npt.NDArray[np.float64]
    turns: npt.NDArray[np.float64]
    embeddings: npt.NDArray[np.float32]
    grids: npt.NDArray[np.float16]
    masks: npt.NDArray[np.float16]


def prepared(reference: ReferencePicture) -> Prepared:
    """Raises UnusableReference where the picture cannot be read, or there is nothing in it to look for."""
    try:
        return _prepared(reference.content)
    except _Unusable as unusable:
        raise UnusableReference(f"the registered artwork {reference.label!r} cannot be used: {unusable}") from unusable


class _Unusable(Exception):
    pass


@lru_cache(maxsize=KEPT)
def _prepared(content: bytes) -> Prepared:
    """Kept, since every step of a run makes its detectors anew, with the same artwork."""
    pixels, cover = _art(content)
    height, width = cover.shape
    square = upright(width / 2, height / 2, MARGIN * max(width, height))
    outline = _within(square, _hull(cover))
    turns = np.stack([_fitting(outline, TURN * turn) for turn in range(TURNS)])
    squares = square @ turns
    art, covering = Levels(pixels, beyond=GREY), Levels(cover, beyond=0)
    embeddings, grids = shipped_networks().described(art.cut(squares))
    covered = covering.cut(squares).reshape(TURNS, 16, 4, 16, 4).mean(axis=(2, 4)) / 255
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    return Prepared(
        sha256_hex(content),
        (width, height),
        art.cut(square[None], SHOWN)[0],
        covering.cut(square[None], SHOWN)[0],
        outline,
        _within(square, corners),
        turns,
        embeddings,
        grids.astype(np.float16),
        covered.astype(np.float16),
    )


def _art(content: bytes) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The artwork alone, cut to its outline's bounding box with grey around it, and its outline (0 or 255)."""
    try:
        pixels, opaque = reduced(decode(content).pixels, LARGEST_SIDE), reduced(opacity(content), LARGEST_SIDE)
    except Unreadable as unreadable:
        raise _Unusable(str(unreadable)) from unreadable
    cover = cover_of(pixels, opaque)
    left, top, width, height = cv2.boundingRect(cover)
    if not width:
        raise _Unusable("all of it is transparent")
    if max(width, height) < TINIEST:
        raise _Unusable(f"it is {width} x {height} pixels, fewer than {TINIEST}: register a larger picture of it")
    pixels, cover = (whole[top : top + height, left : left + width] for whole in (pixels, cover))
    if float(pixels[cover > 0].astype(np.float32).std(axis=0).max()) < FLATTEST:
        raise _Unusable("it is blank: all of it is of one colour, so everything of that colour would look like it")
    return np.where(cover[..., None] > 0, pixels, np.uint8(GREY)), cover


def _hull(cover: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The convex outline of what is covered, by the corners of its pixels; only the first and the last of a row can lie on it."""
    covered = cover > 127
    rows = np.flatnonzero(covered.any(axis=1))
    first, last = covered[rows].argmax(axis=1), covered.shape[1] - covered[rows, ::-1].argmax(axis=1)
    ends = [np.stack([columns, rows + down], axis=1) for columns in (first, last) for down in (0, 1)]
    return cv2.convexHull(np.concatenate(ends).astype(np.float32)).reshape(-1, 2).astype(np.float64)


def _fitting(outline: npt.NDArray[np.float64], degrees: float) -> Matrix:
    """From a square that holds the turned `outline` as a proposal's square holds what is in it, to the upright square."""
    back = turned(degrees)
    points = outline @ back[:2, :2]
    low, high = points.min(axis=0), points.max(axis=0)
    across, down = ((low + high) / 2).tolist()
    return back @ upright(across, down, MARGIN * float((high - low).max()))


def _within(square: Matrix, points: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Points of the picture as coordinates of the square."""
    inverse = np.linalg.inv(square)
    result: npt.NDArray[np.float64] = points @ inverse[:2, :2].T + inverse[:2, 2]
    return result
