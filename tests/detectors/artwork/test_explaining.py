"""The explanation shows what the detector compared, and nothing breaks it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from detectors.artwork import Artwork
from detectors.artwork.explaining import TILE, agreement, as_png, compared, explained
from detectors.artwork.references import prepared
from detectors.picture import Picture, decode
from tests.detectors.artwork.scenes import registered

REFERENCES = [registered(20), registered(22)]


def picture(height: int, width: int) -> Picture:
    pixels = np.random.default_rng(2).integers(0, 255, (height, width, 3), np.uint8)
    return Picture(pixels, b"", "image/png", width, height)


@pytest.mark.parametrize(("height", "width"), [(480, 640), (1, 1), (1500, 300), (20, 2000)])
@pytest.mark.parametrize("references", [[], REFERENCES])
def test_any_picture_is_explained(height: int, width: int, references: list) -> None:  # type: ignore[type-arg]
    sheet = explained(picture(height, width), Artwork(references, []))
    assert sheet.dtype == np.uint8
    assert sheet.shape[0] >= TILE
    assert decode(as_png(sheet)).width == sheet.shape[1]


def test_the_picture_lies_on_top() -> None:
    shown = picture(300, 400)
    sheet = explained(shown, Artwork([]))
    assert (sheet[:300, :400] == shown.pixels).mean() > 0.7


def test_a_side_by_side_has_three_tiles() -> None:
    artwork, shown = Artwork(REFERENCES), decode(REFERENCES[0].content)
    candidate = artwork.candidates(shown)[0]
    tiles = compared(shown, artwork, candidate)
    assert [tile.shape for tile in tiles] == [(TILE, TILE, 3)] * 3
    expected = cv2.resize(artwork.reference(candidate).shown, (TILE, TILE), interpolation=cv2.INTER_CUBIC)
    assert (tiles[0] == expected).all()


def test_a_reference_agrees_with_itself_everywhere() -> None:
    grid = prepared(REFERENCES[0]).grids[0].astype(np.float32)
    np.testing.assert_allclose(agreement(grid, grid), 1, atol=5e-3)
    np.testing.assert_allclose(agreement(grid, np.roll(grid, 1, axis=2))[:, :-1], 1, atol=5e-3)


def test_opposites_do_not_agree() -> None:
    grid = np.zeros((32, 16, 16), np.float32)
    grid[0] = 1
    assert agreement(grid, -grid)[1:-1, 1:-1].max() == -1
    assert agreement(grid, np.roll(grid, 1, axis=0)).max() == 0
