"""Photographs, textures, cut-out objects and clip art out of unpacked packages, reduced to what training needs."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

LONG_SIDE = 1600
MOST_PIXELS = 60_000_000
UNREADABLE = (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError)
CUT_OUT_SIDE = 512
CLIP_ART_SIDE = 256
LEAST_TEXTURE = 256
SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}
COLLECTIONS = {"explore_monuments", "erase", "details", "categorization", "explore_world_animals", "explore_farm_animals"}
STARTS = re.compile(rb"\xff\xd8\xff|RIFF....WEBP", re.DOTALL)
UNWANTED = ("sunwheel", "swastika", "nazi", "anarch", "soviet", "hammer_and_sickle")
NO_CLIP_ART = ("computer/", "/people/", "shapes/stars", "special/patterns", "special/", "playing_cards", "buttons/", "/office/")
NO_STAMPS = ("alphabets", "/naturalforces/", "hidden", "people/", "/money/")


def lay_out(package: str, place: Path, folder: Path) -> None:
    """Put the pictures of an unpacked package where they belong in the materials' folder."""
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    if package == "openclipart-png":
        _cut_outs(package, place, folder / "clipart", CLIP_ART_SIDE, NO_CLIP_ART)
    elif package == "tuxpaint-stamps-default":
        _cut_outs(package, place, folder / "objects", CUT_OUT_SIDE, NO_STAMPS)
    else:
        for index, picture in enumerate(_opaque(package, place)):
            picture.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
            picture.save(folder / "photographs" / f"{package}-{index:04}.jpg", quality=90)


def _opaque(package: str, place: Path) -> Iterator[Image.Image]:
    for data in _files(package, place):
        try:
            picture = Image.open(BytesIO(data))
            if min(picture.size) < LEAST_TEXTURE or picture.width * picture.height > MOST_PIXELS:
                continue
            picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
            if picture.mode in {"RGBA", "LA", "PA"} and np.asarray(picture.getchannel("A")).min() < 250:
                continue
            yield picture.convert("RGB")
        except UNREADABLE:
            continue


def _files(package: str, place: Path) -> Iterator[bytes]:
    if package == "warzone2100-data":
        with zipfile.ZipFile(next(place.rglob("base.wz"))) as packed:
            for name in sorted(packed.namelist()):
                if name.startswith("texpages/") and (name.count("/") == 1 or "hw-128/" in name) and Path(name).suffix in SUFFIXES:
                    yield packed.read(name)
    elif package == "gcompris-qt-data":
        for path in sorted(place.rglob("*.rcc")):
            if path.stem in COLLECTIONS:
                yield from _resources(path.read_bytes())
    else:
        for path in _largest_of_each(path for path in sorted(place.rglob("*")) if path.suffix.lower() in SUFFIXES and "/doc/" not in str(path)):
            yield path.read_bytes()


def _largest_of_each(paths: Iterable[Path]) -> list[Path]:
    """The paths, but of a wallpaper's many sizes (its folder is called `images`, or like it) only the largest file."""
    kept: dict[Path, Path] = {}
    for path in paths:
        which = path.parent if path.parent.name.startswith("images") else path
        if which not in kept or path.stat().st_size > kept[which].stat().st_size:
            kept[which] = path
    return list(kept.values())


def _resources(packed: bytes) -> Iterator[bytes]:
    """The pictures in a Qt resource file, which stores each file after its length (Qt's rcc format, version 1 and later)."""
    for found in STARTS.finditer(packed):
        length = int.from_bytes(packed[max(0, found.start() - 4) : found.start()], "big")
        if 8_000 < length < len(packed):
            yield packed[found.start() : found.start() + length]


def _cut_outs(package: str, place: Path, folder: Path, side: int, without: tuple[str, ...]) -> None:
    for index, path in enumerate(sorted(place.rglob("*.png"))):
        if any(part in str(path) for part in without):
            continue
        try:
            opened = Image.open(path)
            if opened.width * opened.height > MOST_PIXELS or min(opened.size) < 40:
                continue
            picture = opened.convert("RGBA")
        except UNREADABLE:
            continue
        box = picture.getchannel("A").getbbox()
        opaque = picture.getchannel("A").point(lambda alpha: 255 if alpha > 127 else 0)
        if box is None or sum(opaque.histogram()[128:]) < 0.03 * picture.width * picture.height:
            continue
        picture = picture.crop(box)
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        if min(picture.size) >= 24:
            picture.save(folder / f"{package}-{index:05}-{_plain(path.parent.name)}-{_plain(path.stem)}.png")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())[:40]
