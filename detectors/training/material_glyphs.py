"""Fonts for lettering, and icons and flags drawn out of icon and emoji fonts."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONTS_PER_PACKAGE = {"fonts-aenigma": 26}
MOST_FONTS = 9
MOST_ICONS = 1300
ICON_SIDE = 128
EMOJI_SIZE = 109
SAMPLE = "POLICE&19"
NOT_A_CHARACTER = "\U0010fffe"
RANGES = ((0x2600, 0x27C0), (0xE000, 0xF900), (0x1F300, 0x1F700), (0x1F900, 0x1FA00), (0xF0001, 0xF2000))
EMOJI = ((0x1F300, 0x1F5FF), (0x1F680, 0x1F6FF), (0x1F980, 0x1F9B0))
# Nimbus is what Liberation and FreeFont also follow, and those measure the detector.
NOT_HERE = ("nimbus", "d050000l", "standardsymbols", "symbol", "dingbat", "libertineinitials", "keyboard", "italic", "oblique", "slanted")


def lay_out_fonts(package: str, place: Path, folder: Path) -> None:
    """Copy the package's fonts that can write an agency's name: at most a few of each package, spread over its styles."""
    paths = [path for kind in ("*.ttf", "*.otf") for path in sorted(place.rglob(kind))]
    paths = [path for path in paths if not any(part in path.name.lower() for part in NOT_HERE) and _can_letter(path)]
    most = FONTS_PER_PACKAGE.get(package, MOST_FONTS)
    for index in np.unique(np.linspace(0, len(paths) - 1, min(most, len(paths))).round().astype(int)) if paths else []:
        shutil.copyfile(paths[index], folder / f"{package.removeprefix('fonts-')}-{paths[index].name}")


def _can_letter(path: Path) -> bool:
    try:
        font = ImageFont.truetype(str(path), 48)
        masks = [_ink(font, character) for character in (NOT_A_CHARACTER, *SAMPLE)]
    except (OSError, ValueError):
        return False
    letters = [mask.tobytes() for mask in masks[1:]]
    return len(set(letters)) == len(letters) and masks[0].tobytes() not in letters and all(150 < np.count_nonzero(mask > 100) < 2600 for mask in masks[1:])


def _ink(font: ImageFont.FreeTypeFont, text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    image = Image.new("L", (96, 96))
    ImageDraw.Draw(image).text((8, 8), text, font=font, fill=255)
    return np.asarray(image)


def lay_out_icons(package: str, place: Path, folder: Path) -> None:
    """Draw the icon font's glyphs as white cut-outs, as big as fits a square of ICON_SIDE pixels."""
    path = sorted(place.rglob("*.ttf"))[0]
    font = ImageFont.truetype(str(path), ICON_SIDE)
    missing = bytes(font.getmask(NOT_A_CHARACTER))
    codes = [code for low, high in RANGES for code in range(low, high) if _solid(font, chr(code), missing)]
    for code in codes[:: max(1, round(len(codes) / MOST_ICONS))]:
        image = Image.new("L", (3 * ICON_SIDE, 3 * ICON_SIDE))
        ImageDraw.Draw(image).text((ICON_SIDE, ICON_SIDE), chr(code), font=font, fill=255)
        image = image.crop(image.getbbox())
        image.thumbnail((ICON_SIDE, ICON_SIDE), Image.Resampling.LANCZOS)
        white = Image.new("L", image.size, 255)
        Image.merge("LA", (white, image)).save(folder / f"{package.removeprefix('fonts-')}-{code:05x}.png")


def _solid(font: ImageFont.FreeTypeFont, character: str, missing: bytes) -> bool:
    mask = font.getmask(character)
    pixels = bytes(mask)
    if not pixels or pixels == missing or min(mask.size) < ICON_SIDE / 4:
        return False
    ink = np.frombuffer(pixels, np.uint8).reshape(mask.size[1], mask.size[0]) > 127
    return 0.12 < float(ink.mean()) < 0.9


def lay_out_flags(place: Path, folder: Path) -> None:
    """Draw the emoji font's flags of countries, and its coloured things and animals as clip art."""
    font = ImageFont.truetype(str(next(place.rglob("NotoColorEmoji.ttf"))), EMOJI_SIZE)
    letters = [chr(0x1F1E6 + index) for index in range(26)]
    unknown = _colour_glyph(font, letters[23] * 2)
    for first in letters:
        for second in letters:
            if font.getlength(first + second) <= font.getlength(first) * 1.2:
                flag = _colour_glyph(font, first + second)
                if flag is not None and (unknown is None or flag.tobytes() != unknown.tobytes()):
                    flag.save(folder / f"flag-{ord(first) - 0x1F1E6:02}-{ord(second) - 0x1F1E6:02}.png")
    for low, high in EMOJI:
        for code in range(low, high):
            thing = _colour_glyph(font, chr(code))
            if thing is not None:
                thing.save(folder.parent / "clipart" / f"emoji-{code:05x}.png")


def _colour_glyph(font: ImageFont.FreeTypeFont, text: str) -> Image.Image | None:
    image = Image.new("RGBA", (320, 200))
    ImageDraw.Draw(image).text((40, 30), text, font=font, embedded_color=True)
    box = image.getchannel("A").getbbox()
    if box is None or box[2] - box[0] <= 60 or box[3] - box[1] <= 50 or np.asarray(image.convert("RGB").crop(box)).std() <= 12:
        return None
    return image.crop(box)
