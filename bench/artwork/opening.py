"""Pictures from bytes, through OpenCV, for what is ours and known to be whole."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt


def opened(content: bytes) -> npt.NDArray[Any]:
    """H x W x 3, BGR, 8 bit. Raises ValueError where it is no picture."""
    return _read(content, cv2.IMREAD_COLOR)


def opened_as_is(content: bytes) -> npt.NDArray[Any]:
    """H x W x 3, or x 4 with opacity. Raises ValueError where it is no picture."""
    return _read(content, cv2.IMREAD_UNCHANGED)


def _read(content: bytes, how: int) -> npt.NDArray[Any]:
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), how)
    if pixels is None:
        raise ValueError("not a picture that OpenCV can read")
    return pixels
