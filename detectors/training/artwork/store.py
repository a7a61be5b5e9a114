"""The training materials' folder, read when something in it is asked for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import ImageFont

from detectors.training.artwork.canvas import Array

KINDS = ("fonts", "icons", "flags", "clipart", "objects", "photographs")

DEVICES = frozenset(
    {
        "herald",
        "shield",
        "crest",
        "arms",
        "eagle",
        "lion",
        "bear",
        "wolf",
        "dog",
        "bird",
        "hawk",
        "owl",
        "horse",
        "bull",
        "deer",
        "elk",
        "cat",
        "fish",
        "snake",
        "dragon",
        "griffin",
        "unicorn",
        "knight",
        "sword",
        "axe",
        "crown",
        "anchor",
        "ship",
        "star",
        "cross",
        "flower",
        "tree",
        "leaf",
        "oak",
        "rose",
        "sun",
        "mountain",
        "castle",
        "tower",
        "church",
        "house",
        "bridge",
        "bell",
        "book",
        "scale",
        "justice",
        "key",
        "helmet",
        "badge",
        "medal",
        "trophy",
        "torch",
        "flame",
        "fire",
        "truck",
        "wheel",
        "train",
        "plane",
        "helicopter",
        "gavel",
        "compass",
        "globe",
        "map",
        "cactus",
        "corn",
        "wheat",
        "bee",
        "spider",
        "mammals",
        "military",
        "building",
    }
)
"""What the names of clip art say when it shows a thing that arms and patches show."""


class Materials:
    """Fonts, icons, flags, clip art, objects and photographs by number; any number is taken modulo how many there are.

    Raises FileNotFoundError if the folder has no fonts or no icons: nothing can be drawn then. Other kinds may be absent. The kind `devices` is the clip
    art that shows what arms and patches show.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = {kind: sorted((folder / kind).glob("*")) for kind in KINDS}
        self.paths["devices"] = [path for path in self.paths["clipart"] if any(word in path.stem for word in DEVICES)]
        if not self.paths["fonts"] or not self.paths["icons"]:
            raise FileNotFoundError(f"no fonts or no icons in {folder}: make the materials first")

    def has(self, kind: str) -> bool:
        """Whether there is anything of that kind."""
        return bool(self.paths[kind])

    def path(self, kind: str, number: int) -> Path:
        """The path of that number's file."""
        paths = self.paths[kind]
        return paths[number % len(paths)]

    def font(self, number: int, size: int) -> ImageFont.FreeTypeFont:
        """That number's font at a size in pixels."""
        return _font(str(self.path("fonts", number)), size)

    def icon(self, number: int) -> Array:
        """That number's icon as a mask (h x w uint8, 255 where there is ink)."""
        picture = _picture(str(self.path("icons", number)))
        return np.ascontiguousarray(picture[..., 3])

    def cut_out(self, kind: str, number: int) -> Array:
        """That number's flag, clip art or object (h x w x 4 uint8: blue, green, red, alpha)."""
        return _picture(str(self.path(kind, number)))

    def photograph(self, number: int) -> Array:
        """That number's photograph at about a quarter of its size (h x w x 3 uint8, blue, green, red)."""
        return _photograph(str(self.path("photographs", number)))


@lru_cache(maxsize=1024)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1024)
def _picture(path: str) -> Array:
    picture = cv2.imread(path, cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise ValueError(f"not a picture: {path}")
    if picture.ndim == 2 or picture.shape[2] == 3:
        picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGRA if picture.ndim == 2 else cv2.COLOR_BGR2BGRA)
    elif picture.shape[2] == 2:
        picture = np.dstack([picture[..., 0], picture[..., 0], picture[..., 0], picture[..., 1]])
    return np.asarray(picture, np.uint8)


@lru_cache(maxsize=96)
def _photograph(path: str) -> Array:
    picture = cv2.imread(path, cv2.IMREAD_REDUCED_COLOR_4)
    if picture is None:
        raise ValueError(f"not a picture: {path}")
    return np.asarray(picture, np.uint8)
