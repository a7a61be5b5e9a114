"""Squares are cut where they are asked for, without aliasing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.artwork.cutting import GREY, SIDE, Levels, reduced, turned, upright

ACROSS = np.tile(np.arange(200, dtype=np.uint8), (120, 1))
DOWN = np.tile(np.arange(120, dtype=np.uint8)[:, None], (1, 200))
RAMPS = np.dstack([ACROSS, DOWN, np.zeros_like(DOWN)])  # the first two channels say where a pixel is


def expected(square: np.ndarray) -> np.ndarray:
    """Where each pixel of a cut square lies, counted from the first pixel's centre as the ramps are: 64 x 64 x 2."""
    steps = (np.arange(SIDE) + 0.5) / (SIDE / 2) - 1
    x, y = np.meshgrid(steps, steps)
    return np.stack([x, y, np.ones_like(x)], axis=-1) @ square[:2].T - 0.5


@given(
    x=st.floats(60, 140),
    y=st.floats(55, 65),
    side=st.floats(8, 70),
    turn=st.floats(-180, 180),
    stretch=st.floats(0.7, 1.0),
)
def test_every_pixel_comes_from_its_place(x: float, y: float, side: float, turn: float, stretch: float) -> None:
    square = upright(x, y, side) @ turned(turn) @ np.diag([1, stretch, 1])
    (crop,) = Levels(RAMPS).cut(square[None])
    assert np.abs(crop[..., :2] - expected(square)).max() < 1.6


@pytest.mark.parametrize("side", [150, 300, 600, 1200])
def test_large_squares_are_averaged_and_not_sampled(side: int) -> None:
    stripes = np.zeros((1300, 1300, 3), np.uint8)
    stripes[:, ::2] = 255
    (crop,) = Levels(stripes).cut(upright(650, 650, side)[None])
    assert np.abs(crop.astype(int) - 127).max() < 16


@pytest.mark.parametrize("side", [40, 64, 128, 256])
def test_a_square_keeps_the_mean_of_what_it_shows(side: int) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (300, 300, 3), np.uint8)
    (crop,) = Levels(noise).cut(upright(150, 150, side)[None])
    inside = noise[150 - side // 2 : 150 + side // 2, 150 - side // 2 : 150 + side // 2]
    assert abs(crop.mean() - inside.mean()) < 3


@pytest.mark.parametrize("turn", [0, 37, 180])
def test_beyond_the_edge_is_grey(turn: int) -> None:
    (crop,) = Levels(np.zeros((50, 50, 3), np.uint8)).cut((upright(500, -300, 40) @ turned(turn))[None])
    assert (crop == GREY).all()


def test_a_quarter_turn_turns_clockwise() -> None:
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:32] = 255
    (crop,) = Levels(pixels).cut((upright(32, 32, 64) @ turned(90))[None])
    # The square is turned clockwise, so its own left edge lies along the picture's upper edge.
    assert crop[:, :30].min() > 200
    assert crop[:, 34:].max() < 50


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1), (3, 5), (63, 65)])
def test_odd_shapes_can_be_cut(shape: tuple[int, int]) -> None:
    levels = Levels(np.full((*shape, 3), 9, np.uint8))
    crops = levels.cut(np.stack([upright(shape[1] / 2, shape[0] / 2, side) for side in (1, 10, 5000)]))
    assert crops.shape == (3, SIDE, SIDE, 3)


def test_large_pictures_are_cut_at_the_places_of_the_whole_picture() -> None:
    large = np.zeros((400, 6000, 3), np.uint8)
    large[100:300, 4000:4200] = 255
    (crop,) = Levels(large).cut(upright(4100, 200, 200)[None])
    assert crop[4:-4, 4:-4].min() > 240
    (beside,) = Levels(large).cut(upright(3880, 200, 200)[None])
    assert beside.max() < 16


def test_nothing_to_cut() -> None:
    assert Levels(RAMPS).cut(np.zeros((0, 3, 3))).shape == (0, SIDE, SIDE, 3)


@pytest.mark.parametrize(
    ("shape", "longest", "size"), [((100, 300), 150, (50, 150)), ((300, 100), 300, (300, 100)), ((30, 10), 300, (30, 10)), ((1, 900), 90, (1, 90))]
)
def test_a_picture_is_only_ever_reduced(shape: tuple[int, int], longest: int, size: tuple[int, int]) -> None:
    assert reduced(np.zeros((*shape, 3), np.uint8), longest).shape[:2] == size
    assert max(Levels(np.zeros((*shape, 3), np.uint8)).reduced(longest).shape[:2]) == max(size)
