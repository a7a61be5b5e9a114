"""The stock a scene is made of: photographs, cut-out objects, clip art, icons and fonts from one folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ImageFont

Image = npt.NDArray[Any]
Levels = tuple[Image, ...]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
LONGEST_PHOTOGRAPH, LONGEST_CUTOUT = 1024, 224
MOST_CUTOUTS = 2000  # kept at once; about 0.2 MB each
FONT_SIZE = 40


class Grounds:
    """Random pictures from FOLDER/photographs, objects, clipart, flags, icons and fonts; any of them may be missing or empty.

    Decoded files are kept. Call `warm` before processes are forked, so that they share the photographs.
    """

    def __init__(self, folder: Path, most_photographs: int = 320) -> None:
        """`most_photographs` bounds the memory: about 3 MB each once seen."""
        photographs = _files(folder / "photographs", (".jpg", ".jpeg", ".png"))
        step = max(1, len(photographs) // most_photographs)
        self._photographs = photographs[::step][:most_photographs]
        self._objects = _files(folder / "objects", (".png",))
        self._clipart = _files(folder / "clipart", (".png",)) + _files(folder / "flags", (".png",))
        self._icons = _files(folder / "icons", (".png",))
        self._fonts = _files(folder / "fonts", (".ttf", ".otf"))
        self._kept: dict[Path, Image] = {}
        self._levels: dict[Path, Levels] = {}
        self._typefaces: dict[Path, Font] = {}

    def photograph(self, rng: np.random.Generator) -> Levels | None:
        """A photograph as uint8 h x w x 3 (blue, green, red), at most 1024 px, then its half, quarter and eighth; None without any."""
        path = _choice(self._photographs, rng)
        return None if path is None else self._at_levels(path)

    def warm(self) -> None:
        """Decodes every photograph."""
        for path in self._photographs:
            self._at_levels(path)

    def thing(self, rng: np.random.Generator) -> Image | None:
        """A cut-out object as uint8 h x w x 4 (blue, green, red, alpha); None without any."""
        return self._cutout(self._objects, rng)

    def clipart(self, rng: np.random.Generator) -> Image | None:
        """A drawn picture as uint8 h x w x 4; None without any."""
        return self._cutout(self._clipart, rng)

    def icon(self, rng: np.random.Generator) -> Image | None:
        """An icon as uint8 h x w x 4; its alpha is the glyph's mask. None without any."""
        return self._cutout(self._icons, rng)

    def font(self, rng: np.random.Generator) -> Font:
        """A typeface at 40 px; Pillow's own where the folder has none or the file cannot be read."""
        path = _choice(self._fonts, rng) or Path()
        if path not in self._typefaces:
            self._typefaces[path] = _typeface(path)
        return self._typefaces[path]

    def _at_levels(self, path: Path) -> Levels | None:
        if path not in self._levels:
            self._levels[path] = _levels(_decoded(path, cv2.IMREAD_COLOR, LONGEST_PHOTOGRAPH))
        return self._levels[path] or None

    def _cutout(self, paths: Sequence[Path], rng: np.random.Generator) -> Image | None:
        path = _choice(paths, rng)
        if path is None:
            return None
        if path not in self._kept:
            if len(self._kept) >= MOST_CUTOUTS:
                del self._kept[next(iter(self._kept))]
            self._kept[path] = _decoded(path, cv2.IMREAD_UNCHANGED, LONGEST_CUTOUT)
        found = self._kept[path]
        return found if found.size else None


def _files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in endings) if folder.is_dir() else []


def _choice(paths: Sequence[Path], rng: np.random.Generator) -> Path | None:
    return paths[int(rng.integers(len(paths)))] if paths else None


def _levels(photograph: Image) -> Levels:
    levels = [photograph] if photograph.size else []
    while levels and len(levels) < 4 and min(levels[-1].shape[:2]) > 64:
        levels.append(cv2.resize(levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    return tuple(levels)


def _typeface(path: Path) -> Font:
    try:
        return ImageFont.truetype(str(path), FONT_SIZE)
    except OSError:
        return ImageFont.load_default(FONT_SIZE)


def _decoded(path: Path, how: int, longest: int) -> Image:
    """The file's pixels, reduced to `longest`; an empty array where they cannot be read."""
    found = cv2.imread(str(path), how)
    if found is None or min(found.shape[:2]) < 4:
        return np.zeros((0, 0, 3), np.uint8)
    if found.dtype != np.uint8:
        found = (found / 257).astype(np.uint8)
    if how == cv2.IMREAD_UNCHANGED and (found.ndim == 2 or found.shape[2] != 4):
        found = cv2.cvtColor(found, cv2.COLOR_GRAY2BGRA if found.ndim == 2 else cv2.COLOR_BGR2BGRA)
    shrink = longest / max(found.shape[:2])
    if shrink < 1:
        found = cv2.resize(found, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(found)
