"""A plain emblem to try scenes with: an outline, two fields, a word and an icon."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detectors.training.scenes.clutter import stamp
from detectors.training.scenes.grounds import Grounds
from detectors.training.scenes.lettering import line
from detectors.training.scenes.noise import colour

Image = npt.NDArray[Any]
SIDE = 192


def emblem(rng: np.random.Generator, grounds: Grounds) -> Image:
    """A shield, a disc or a banner as uint8 192 x 192 x 4 (blue, green, red, alpha), transparent outside."""
    sheet = np.zeros((SIDE, SIDE, 4), np.uint8)
    outline = (
        np.array([[8, 6], [184, 6], [184, 100], [150, 160], [96, 188], [42, 160], [8, 100]]),
        np.column_stack([96 + 90 * np.cos(np.arange(48) / 48 * 6.2832), 96 + 90 * np.sin(np.arange(48) / 48 * 6.2832)]),
        np.array([[4, 60], [188, 60], [188, 132], [4, 132]]),
    )[int(rng.integers(3))]
    middle = outline.mean(0)
    rim, field, ink = colour(rng, 0.2), colour(rng, 0.3), colour(rng, 0.2)
    for shrink, fill in ((1.0, rim), (0.9, field), (0.86, ink), (0.8, field)):
        cv2.fillPoly(sheet, [np.round(middle + (outline - middle) * shrink).astype(np.int32)], (*fill, 255), cv2.LINE_AA)
    icon = grounds.icon(rng)
    if icon is not None:
        stamp(sheet, icon[..., 3], (96, 106), (70, 60), rim)
    else:
        cv2.circle(sheet, (96, 112), 22, (*rim, 255), -1, cv2.LINE_AA)
    stamp(sheet, line(rng, grounds, "PLACEVILLE"), (float(middle[0]), float(middle[1]) - (40 if np.ptp(outline[:, 1]) > 100 else 0)), (110, 22), ink)
    return sheet
