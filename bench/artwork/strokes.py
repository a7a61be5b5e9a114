"""An alphabet of our own: each letter is a few strokes on a grid 4 wide and 6 high, so that no typeface file is needed and none can have been trained on."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[Any]

# Corners as column and row, strokes of a letter apart by "|"; row 0 is the top of a capital, row 6 the line that it stands on.
LETTERS = {
    "A": "06 02 20 42 46|04 44",
    "B": "00 30 41 42 33 03|33 44 45 36 06 00",
    "C": "41 30 10 01 05 16 36 45",
    "D": "00 30 41 45 36 06 00",
    "E": "40 00 06 46|03 33",
    "F": "40 00 06|03 33",
    "G": "41 30 10 01 05 16 36 45 43 23",
    "H": "00 06|40 46|03 43",
    "I": "20 26",
    "J": "40 45 36 16 05 04",
    "K": "00 06|40 03 46",
    "L": "00 06 46",
    "M": "06 00 23 40 46",
    "N": "06 00 46 40",
    "O": "10 30 41 45 36 16 05 01 10",
    "P": "06 00 30 41 42 33 03",
    "Q": "10 30 41 45 36 16 05 01 10|24 46",
    "R": "06 00 30 41 42 33 03|23 46",
    "S": "41 30 10 01 02 13 33 44 45 36 16 05",
    "T": "00 40|20 26",
    "U": "00 05 16 36 45 40",
    "V": "00 26 40",
    "W": "00 16 23 36 40",
    "X": "00 46|40 06",
    "Y": "00 23 40|23 26",
    "Z": "00 40 06 46",
    "0": "10 30 41 45 36 16 05 01 10",
    "1": "11 20 26|16 36",
    "2": "01 10 30 41 42 06 46",
    "3": "01 10 30 41 42 33 13|33 44 45 36 16 05",
    "4": "36 30 04 44",
    "5": "40 00 03 33 44 45 36 16 05",
    "6": "41 30 10 01 05 16 36 45 44 33 03",
    "7": "00 40 16",
    "8": "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33",
    "9": "05 16 36 45 41 30 10 01 02 13 43",
    "-": "13 33",
}
NARROW = {"I": 1.6, "1": 3.0, " ": 2.6}
ROOM = 1.7  # between letters, in grid columns


@lru_cache(maxsize=512)
def letter(sign: str, rounding: int, serifs: bool) -> tuple[tuple[Points, ...], float]:
    """The strokes of a letter (each N x 2: along, and up from the line, capitals being 1 high) and how far the next letter begins."""
    advance = (NARROW.get(sign, 4.0) + ROOM) / 6
    shift = (NARROW.get(sign, 4.0) - 4.0) / 2
    strokes = []
    for stroke in filter(None, LETTERS.get(sign, "").split("|")):
        corners = np.array([(int(pair[0]) + shift, 6 - int(pair[1])) for pair in stroke.split()], np.float64) / 6
        strokes.append(_rounded(corners, rounding))
        if serifs:
            strokes.extend(_serifs(corners))
    return tuple(strokes), advance


def _rounded(corners: Points, times: int) -> Points:
    """Corners cut (Chaikin 1974), ends kept."""
    line = corners
    for _ in range(times):
        if len(line) < 3:
            break
        first, second = 0.75 * line[:-1] + 0.25 * line[1:], 0.25 * line[:-1] + 0.75 * line[1:]
        line = np.concatenate([line[:1], np.stack([first, second], 1).reshape(-1, 2)[1:-1], line[-1:]])
    return line


def _serifs(corners: Points) -> list[Points]:
    """A short bar across each upright end at the top or on the line."""
    bars = []
    for end, before in ((corners[0], corners[1]), (corners[-1], corners[-2])):
        if abs(end[0] - before[0]) < abs(end[1] - before[1]) and (end[1] < 0.01 or end[1] > 0.99):
            bars.append(end + np.array([[-0.13, 0.0], [0.13, 0.0]]))
    return bars
