"""Finds faces, only so that review pages can hide them and nothing is kept of them (invariant 4). Nobody is recognised.

dlib's own detector of frontal faces (histograms of oriented gradients; it is compiled into the library, there are no weights to fetch). It sees upright,
roughly frontal faces of about 40 pixels and more; it misses profiles, tilted, covered and smaller faces, which `docs/detectors.md` says to reviewers.
"""

from __future__ import annotations

import threading
from typing import Any

import cv2
import dlib
import numpy.typing as npt

from detectors.picture import Picture
from domain.finding import Box

SEARCHED_SIDE = 1280
UPSAMPLED = 1  # doubling once brings the smallest face from 80 pixels to 40
LENIENT = -0.2  # below dlib's usual 0: hiding something that is no face costs little
MARGIN = 0.2  # dlib's box runs from brow to chin; this takes in hair and ears

_local = threading.local()


def find_faces(picture: Picture) -> tuple[Box, ...]:
    """Boxes of faces in pixels of `picture`, with a margin for hair and chin. Larger pictures are searched at 1280 pixels, which bounds the cost."""
    shrink = min(1.0, SEARCHED_SIDE / max(picture.width, picture.height))
    size = (max(1, round(picture.width * shrink)), max(1, round(picture.height * shrink)))
    searched = cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA) if shrink < 1 else picture.pixels
    grey = cv2.cvtColor(searched, cv2.COLOR_BGR2GRAY)
    boxes = (_grown(found, shrink, picture) for found in _found(grey))
    return tuple(sorted((box for box in boxes if box is not None), key=lambda box: (box.y, box.x, box.w, box.h)))


def shows_face(pixels: npt.NDArray[Any]) -> bool:
    """Whether any face of about 40 pixels or more is seen in `pixels` (height x width x 3, blue-green-red), searched as they are."""
    return bool(_found(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)))


def _found(grey: npt.NDArray[Any]) -> list[Any]:
    """dlib's rectangles. One detector a thread: it keeps scratch space in itself while it runs."""
    if not hasattr(_local, "detector"):
        _local.detector = dlib.get_frontal_face_detector()
    rectangles, _scores, _kinds = _local.detector.run(grey, UPSAMPLED, LENIENT)
    return list(rectangles)


def _grown(found: Any, shrink: float, picture: Picture) -> Box | None:
    """dlib's rectangle with a margin, in whole pixels of the picture and clipped to it, or None outside."""
    margin = MARGIN * (found.right() - found.left() + 1)
    left = max(0, int((found.left() - margin) / shrink))
    top = max(0, int((found.top() - 1.5 * margin) / shrink))
    right = min(picture.width, int((found.right() + 1 + margin) / shrink) + 1)
    bottom = min(picture.height, int((found.bottom() + 1 + margin) / shrink) + 1)
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None
