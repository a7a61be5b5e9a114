"""The training artwork is the same each time, and look-alikes are look-alikes: one outline, never one design."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from detectors.training.artwork import Materials, draw
from detectors.training.artwork.canvas import SIDE
from detectors.training.artwork.outlines import KINDS, outline
from detectors.training.artwork.palettes import LEAST_CONTRAST, contrast, palette
from detectors.training.artwork.spec import spec

FAMILIES = range(24)


class BuiltInFonts(Materials):
    """A materials folder whose fonts are Pillow's own."""

    def font(self, number: int, size: int) -> ImageFont.FreeTypeFont:
        return _built_in(size)


@cache
def _built_in(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@pytest.fixture(scope="module")
def materials(tmp_path_factory: pytest.TempPathFactory) -> Materials:
    """A folder of generated icons, clip art and a photograph."""
    folder = tmp_path_factory.mktemp("materials")
    for kind in ("fonts", "icons", "clipart", "flags", "photographs"):
        (folder / kind).mkdir()
    (folder / "fonts" / "built-in.ttf").touch()
    rng = np.random.default_rng(5)
    for number in range(30):
        points = [tuple(point) for point in rng.integers(4, 92, (int(rng.integers(3, 9)), 2)).tolist()]
        icon = Image.new("LA", (96, 96))
        ImageDraw.Draw(icon).polygon(points, fill=(255, 255))
        icon.save(folder / "icons" / f"{number:02}.png")
        colour = Image.new("RGBA", (96, 80))
        ImageDraw.Draw(colour).polygon(points, fill=(int(rng.integers(256)), 90, 200, 255), outline=(0, 0, 0, 255))
        colour.save(folder / "clipart" / f"{number:02}-eagle.png")
        Image.fromarray(rng.integers(0, 256, (20, 30, 3), np.uint8)).save(folder / "flags" / f"{number:02}.png")
    Image.fromarray(cv2.resize(rng.integers(0, 256, (9, 12, 3), np.uint8), (400, 300))).save(folder / "photographs" / "1.jpg")
    return BuiltInFonts(folder)


def test_the_same_numbers_give_the_same_artwork(materials: Materials) -> None:
    for family in FAMILIES:
        assert np.array_equal(draw(family, 0, materials), draw(family, 0, materials))
        assert np.array_equal(draw(family, 2, materials), draw(family, 2, materials))


def test_look_alikes_share_their_outline_but_never_their_design(materials: Materials) -> None:
    for family in FAMILIES:
        members = [draw(family, member, materials) for member in range(4)]
        assert all(_overlap(members[0], other) > 0.95 or _bare(members[0]) for other in members[1:])
        for index, one in enumerate(members):
            assert all(_difference(one, other) > 0.5 for other in members[index + 1 :]), family


def test_families_do_not_look_like_each_other(materials: Materials) -> None:
    artwork = [draw(family, 0, materials) for family in FAMILIES]
    assert all(_difference(one, other) > 5 for index, one in enumerate(artwork) for other in artwork[index + 1 :])
    assert len({outline(spec(family, 0).stream("outline")).name for family in range(200)}) >= len(KINDS) - 2


def test_artwork_fills_its_longer_side_and_leaves_its_corners(materials: Materials) -> None:
    for family in FAMILIES:
        artwork = draw(family, 0, materials)
        assert artwork.shape == (SIDE, SIDE, 4)
        assert artwork.dtype == np.uint8
        alpha = artwork[..., 3]
        rows, columns = np.flatnonzero((alpha > 60).any(1)), np.flatnonzero((alpha > 60).any(0))
        assert max(rows[-1] - rows[0], columns[-1] - columns[0]) > 0.5 * SIDE
        assert alpha[0].max() == 0
        assert alpha[:, -1].max() == 0


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_of_outline_has_an_inside_and_an_outside(name: str) -> None:
    make: Callable[[np.random.Generator], list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]] = KINDS[name][2]
    for seed in range(10):
        polygons = make(np.random.default_rng(seed))
        assert all(np.isfinite(polygon).all() for polygon in polygons)
        assert all(polygon.shape[1] == 2 for polygon in polygons)


def test_letters_stand_out_from_their_field() -> None:
    colours = [palette(np.random.default_rng(seed)) for seed in range(300)]
    assert min(contrast(one.letters, one.field) for one in colours) > LEAST_CONTRAST / 2


def test_look_alikes_keep_the_familys_own_streams_only_where_they_should() -> None:
    own, other = spec(3, 0), spec(3, 2)
    assert own.stream("outline").random() == other.stream("outline").random()
    assert own.stream("hand").random() == other.stream("hand").random()
    assert own.stream("motif").random() != other.stream("motif").random()


def test_a_folder_without_fonts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make the materials"):
        Materials(tmp_path)


def _bare(artwork: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bool:
    """A wordmark with nothing behind its letters."""
    return bool((artwork[..., 3] > 127).mean() < 0.3)


def _overlap(one: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], other: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    inside, also = one[..., 3] > 127, other[..., 3] > 127
    return float((inside & also).sum() / max((inside | also).sum(), 1))


def _difference(one: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], other: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    """The mean difference of the two laid on white."""
    on_white = [artwork[..., :3] * (artwork[..., 3:] / 255) + 255 - artwork[..., 3:] for artwork in (one, other)]
    return float(np.abs(on_white[0] - on_white[1]).mean())
