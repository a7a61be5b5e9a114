"""When two pictures are one: a 256-bit hash to find candidates, and a comparison cell by cell to be sure.

The hash alone is not enough: a photograph and the same photograph with a small patch added have nearly the same hash, and taking the second for the
first would hide the patch. So `alike` says yes only when no cell of a few pixels differs; when unsure it says no, which costs a second look and nothing else.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

HASH_SIDE = 16
COMPARED_SIDE = 1280
MOST_SHRUNK = 3.0  # a picture shrunk further may have lost what the other shows
# Side of a cell in pixels, and the most that two copies may differ in brightness and in colour (of 255, mean of a cell). Copies saved again at JPEG
# quality 30 to 85 or at 0.4 to 0.75 of their size stayed within 12, 21, 7 and 10 nine times in ten; a 24-pixel patch, however shrunk, never did.
LIMITS = ((4, 14.0, 24.0), (8, 8.0, 11.0))


def dct_hash(pixels: Pixels) -> str:
    """The signs of the 16 x 16 lowest frequencies of the 64 x 64 grey picture against their median: 256 bits as 64 hexadecimal digits."""
    grey = cv2.cvtColor(cv2.resize(pixels, (64, 64), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    low = cv2.dct(grey.astype(np.float32))[:HASH_SIDE, :HASH_SIDE].ravel()
    return np.packbits(low > np.median(low[1:])).tobytes().hex()


def bits_apart(a: str, b: str) -> int:
    """How many of the 256 bits of two hashes differ. Unrelated pictures differ in about 128, copies in less than 20."""
    return (int(a, 16) ^ int(b, 16)).bit_count()


def alike(a: Pixels, b: Pixels) -> bool:
    """Whether one is the other recompressed or resized (height x width x 3 each), with nothing added, covered, cropped or turned."""
    size = common_size(a.shape[:2], b.shape[:2])
    if size is None:
        return False
    difference = _at(a, size) - _at(b, size)
    return all(_within(difference, side, brightness, colour) for side, brightness, colour in LIMITS)


def common_size(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, int] | None:
    """Width and height at which two pictures of (height, width) can be compared, or None when their shapes or sizes are too far apart."""
    (height, width), (other_height, other_width) = sorted((a, b))
    across, down = other_width / width, other_height / height
    rounding = 1.5 / min(height, width)
    if max(across, down) > MOST_SHRUNK or min(across, down) < 1 - rounding or abs(across / down - 1) > rounding:
        return None
    shrink = min(1.0, COMPARED_SIDE / max(height, width))
    return max(1, round(width * shrink)), max(1, round(height * shrink))


def _at(pixels: Pixels, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Brightness and two colour differences at `size`."""
    return cv2.cvtColor(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2YCrCb).astype(np.float32)


def _within(difference: npt.NDArray[np.float32], side: int, brightness: float, colour: float) -> bool:
    """Whether no cell of that side, at any place, differs by more."""
    cells = np.abs(cv2.blur(difference, (side, side), borderType=cv2.BORDER_REPLICATE))
    return bool(cells[..., 0].max() <= brightness and cells[..., 1:].max() <= colour)
