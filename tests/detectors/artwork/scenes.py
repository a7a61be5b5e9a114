"""What the artwork tests look at: emblems as files, and emblems laid on a ground at a known place."""

from __future__ import annotations

import cv2
import numpy as np

from detectors.artwork import ReferencePicture
from domain.finding import Box
from tests.emblems import draw, emblem


def png(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".png", pixels)[1].tobytes()


def registered(seed: int) -> ReferencePicture:
    """The emblem of that number, on a transparent ground."""
    return ReferencePicture(f"emblem-{seed}", png(draw(emblem(seed))))


def laid(ground: np.ndarray, art: np.ndarray, centre: tuple[int, int], height: float, turn: float = 0.0) -> Box:
    """Lays an emblem, its picture `height` pixels high, turned counter-clockwise, on the ground; returns its bounding box."""
    h, w = art.shape[:2]
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), turn, height / h)
    matrix[:, 2] += np.array(centre) - [w / 2, h / 2]
    blurred = cv2.GaussianBlur(art, (0, 0), max(0.01, 0.4 * h / height))
    seen = cv2.warpAffine(blurred, matrix, (ground.shape[1], ground.shape[0]))
    cover = seen[..., 3:].astype(float) / 255
    ground[:] = np.round(ground * (1 - cover) + seen[..., :3] * cover)
    return Box(*cv2.boundingRect((seen[..., 3] > 127).astype(np.uint8)))
