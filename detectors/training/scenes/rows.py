"""Things in rows: shelves, car parks, façades, walls of posters. What comes again and again is seldom what is looked for, however much it looks like it."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes.clutter import item
from detectors.training.scenes.grounds import Grounds
from detectors.training.scenes.noise import colour, log_uniform

Image = npt.NDArray[Any]
MOST_KINDS = 4


def rows(canvas: Image, rng: np.random.Generator, grounds: Grounds) -> None:
    """Draws a few pieces of clutter over and over on `canvas` (uint8 height x width x 3), in place: on what is there, or on plain bands."""
    height, width = canvas.shape[:2]
    if rng.random() < 0.65:
        _bands(canvas, rng)
    kinds = [item(rng, grounds) for _ in range(int(rng.integers(1, MOST_KINDS + 1)))]
    side = min(height, width) * log_uniform(rng, 0.05, 0.22)
    apart, drift, varied = side * float(rng.uniform(1.02, 1.8)), float(rng.uniform(0, 0.25)), rng.random() < 0.6
    first, last = sorted(rng.uniform(-0.2, 1.2, 2) * height) if rng.random() < 0.4 else (0.0, float(height))
    for down in np.arange(first, last, apart * float(rng.uniform(1.0, 1.6))):
        start = float(rng.uniform(0, apart))
        for across in np.arange(-start, width, apart):
            if rng.random() < 0.07:
                continue
            art = kinds[int(rng.integers(len(kinds)))]
            if varied and rng.random() < 0.7:
                art = art[..., [*rng.permutation(3).tolist(), 3]]
            x, y = across + float(rng.normal(0, drift)) * side * 0.3, down + float(rng.normal(0, drift)) * side * 0.15
            _paste(canvas, art, int(x), int(y), side * float(rng.uniform(1 - drift, 1)))


def _bands(canvas: Image, rng: np.random.Generator) -> None:
    """Two or more flat colours from top to bottom: sky and street, wall and shelf."""
    edges = np.sort(rng.uniform(0, 1, int(rng.integers(1, 4)))) * canvas.shape[0]
    for top, bottom in zip([0, *edges.astype(int).tolist()], [*edges.astype(int).tolist(), canvas.shape[0]], strict=True):
        canvas[top:bottom] = colour(rng, 0.7)


def _paste(canvas: Image, art: Image, x: int, y: int, longest: float) -> None:
    """`art` (with alpha) on `canvas` with its upper left at (x, y), so many pixels long."""
    shrink = longest / max(art.shape[:2])
    size = (max(2, int(art.shape[1] * shrink)), max(2, int(art.shape[0] * shrink)))
    small = cv2.resize(np.ascontiguousarray(art), size, interpolation=cv2.INTER_AREA if shrink < 1 else cv2.INTER_LINEAR)
    left, top = max(0, -x), max(0, -y)
    target = canvas[max(0, y) : max(0, y + size[1]), max(0, x) : max(0, x + size[0])]
    seen = small[top : top + target.shape[0], left : left + target.shape[1]]
    if not seen.size or not target.size:
        return
    share = seen[..., 3:].astype(np.float32) * np.float32(1 / 255)
    target[:] = target * (1 - share) + seen[..., :3] * share
