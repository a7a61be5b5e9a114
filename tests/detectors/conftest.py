"""Pictures for the detector tests: drawn here, so nothing is read but the few photographs of samples/photographs."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

PHOTOGRAPHS = Path(__file__).parents[2] / "samples" / "photographs"
FourCorners = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0))


@pytest.fixture(scope="session")
def four_corners() -> Image.Image:
    """96 x 64, a plain colour in each corner, so that every turn can be told: red, green, blue, yellow from top left, row by row."""
    image = Image.new("RGB", (96, 64))
    for index, colour in enumerate(FourCorners):
        image.paste(colour, (48 * (index % 2), 32 * (index // 2), 48 * (index % 2) + 48, 32 * (index // 2) + 32))
    return image


@pytest.fixture(scope="session")
def encoded() -> Callable[..., bytes]:
    """Encodes a Pillow image: `encoded(image, "JPEG", quality=80)`."""

    def encode(image: Image.Image, form: str, **options: Any) -> bytes:
        buffer = io.BytesIO()
        image.save(buffer, form, **options)
        return buffer.getvalue()

    return encode


@pytest.fixture(scope="session")
def photograph() -> Callable[[str], bytes]:
    """The bytes of a photograph of samples/photographs by its stem."""
    return lambda stem: (PHOTOGRAPHS / f"{stem}.jpg").read_bytes()


@pytest.fixture(scope="session")
def jpeg() -> Callable[..., bytes]:
    """Encodes blue-green-red pixels."""

    def encode(pixels: Any, quality: int = 85) -> bytes:
        return cv2.imencode(".jpg", np.asarray(pixels), [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()

    return encode
