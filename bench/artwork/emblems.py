"""An invented department's emblem, drawn from its design."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bench.artwork.design import Design
from bench.artwork.fields import field
from bench.artwork.layouts import LAYOUT, SIDE
from bench.artwork.outlines import outline

Array = npt.NDArray[Any]


def draw(own: Design) -> Array:
    """The emblem, H x W x 4 (BGR and opacity, 8 bit), its longer side about SIDE pixels."""
    points = outline(np.random.default_rng(own.outline_seed), own.outline)
    size = np.ptp(points, axis=0)
    unit = SIDE / 2 - 3
    width, height = (round(float(extent) * unit) + 6 for extent in size)
    shape = ((points - points.min(axis=0)) * unit + 3).astype(np.float32)
    cover = _filled(shape, height, width)
    depth = cv2.distanceTransform((cover > 127).astype(np.uint8), cv2.DIST_L2, 5)
    canvas = field(own.field, np.random.default_rng(own.motif_seed + 1), (height, width), own.palette)
    _border(canvas, depth, own)
    LAYOUT[own.layout](canvas, depth, own)
    canvas[depth == 0] = own.palette[1]
    return np.dstack([canvas, cover])


def _filled(shape: Array, height: int, width: int) -> Array:
    cover = np.zeros((height, width), np.uint8)
    cv2.fillPoly(cover, [np.round(shape * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return cover


def _border(canvas: Array, depth: Array, own: Design) -> None:
    reach = own.border * SIDE
    canvas[depth < reach] = own.palette[1]
    for line in range(own.lines):
        inner = reach * (1.6 + 0.9 * line)
        canvas[(depth > inner) & (depth < inner + max(1.5, reach * 0.35))] = own.palette[1 + line]
