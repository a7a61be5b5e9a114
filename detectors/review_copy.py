"""The copy of a picture that review pages show: small, without metadata, and with every face made unrecognisable."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from detectors.faces import find_faces
from detectors.picture import Picture
from domain.finding import Box

QUALITY = 85
BLOCKS_ACROSS = 6  # a face of 6 x 7 flat blocks cannot be recognised; 16 x 16 still can by those who know it
SAME_THING = 0.5


def review_copy(picture: Picture, keep: Box | None, max_side: int) -> bytes:
    """A JPEG of `picture` whose longer side is at most `max_side` pixels, every found face pixelated and nothing else of the file carried over.

    `keep` is what the hit is about, in pixels of `picture`: a face that is that very box stays clear. Any other face is hidden even inside `keep`.
    """
    pixels = picture.pixels.copy()
    for face in find_faces(picture):
        if keep is None or overlap(face, keep) < SAME_THING:
            _pixelate(pixels, face)
    shrink = min(1.0, max_side / max(picture.width, picture.height))
    size = (max(1, round(picture.width * shrink)), max(1, round(picture.height * shrink)))
    shown = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if shrink < 1 else pixels
    _, encoded = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return encoded.tobytes()


def overlap(a: Box, b: Box) -> float:
    """Shared area over joint area, 0 to 1."""
    width = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    height = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    shared = max(0, width) * max(0, height)
    return shared / (a.w * a.h + b.w * b.h - shared)


def _pixelate(pixels: npt.NDArray[np.uint8], face: Box) -> None:
    """Replaces the face, in place, by flat blocks of its mean colours."""
    part = pixels[face.y : face.y + face.h, face.x : face.x + face.w]
    blocks = (min(BLOCKS_ACROSS, face.w), min(BLOCKS_ACROSS + 1, face.h))
    coarse = cv2.resize(part, blocks, interpolation=cv2.INTER_AREA)
    part[:] = cv2.resize(coarse, (face.w, face.h), interpolation=cv2.INTER_NEAREST)
