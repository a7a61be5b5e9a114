"""Words and lines of text that belong to no emblem: shop fronts, posters, captions, plates."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures
from PIL import ImageDraw

from detectors.training.scenes.grounds import FONT_SIZE, Grounds

Image = npt.NDArray[Any]
_LISTED = (
    "OPEN SALE Market Bakery Riverbend Placeville Coffee Books Garage Hotel Menu Today Thank you Welcome News Live Breaking Street Main Ave "
    "No Parking Exit Push Pull Pizza Repair Bank Tickets Summer Festival Run 5K Team Family Photo Follow Share Like Store Fresh Farm Best New "
    "Free Call Now Dental Clinic School Library Center Park Lake Valley North South Auto Tires Fuel Diesel Rental Storage Rooms Sports Club "
    "Example City Event Saturday Sunday 10AM 7PM 50% $9.99 2024 1987 B4 No.7 42 Reserved Private Caution Wet Floor Danger Hot Speed 25 Taxi Bus"
)
WORDS = _LISTED.split()


def phrase(rng: np.random.Generator, most: int = 4) -> str:
    """One to `most` words, or a plate's letters and digits."""
    if rng.random() < 0.12:
        return "".join(rng.choice(list("ABCDEFGHJKLMNPRSTUVWXYZ0123456789"), int(rng.integers(3, 8))))
    words = " ".join(rng.choice(WORDS, int(rng.integers(1, most + 1))))
    return words.upper() if rng.random() < 0.4 else words


def line(rng: np.random.Generator, grounds: Grounds, text: str) -> Image:
    """`text` in a random typeface as a mask (uint8), about 40 px high; at least one pixel."""
    font = grounds.font(rng)
    left, top, right, bottom = (int(v) for v in font.getbbox(text))
    width, height = min(2400, max(1, right - left)), min(3 * FONT_SIZE, max(1, bottom - top))
    sheet = Pictures.new("L", (width, height))
    ImageDraw.Draw(sheet).text((-left, -top), text, fill=255, font=font)
    return np.asarray(sheet)
