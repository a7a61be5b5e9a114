"""Quadrilaterals, boxes and what lies under them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.artwork import aligned
from detectors.artwork.cutting import turned, upright
from detectors.artwork.places import box_of, possible, quad_of, shared, size_of, turn_of
from detectors.picture import Picture
from domain.finding import Box

CORNERS = np.array([[-0.9, -0.5], [0.9, -0.5], [0.9, 0.5], [-0.9, 0.5]])
PLACED = upright(100, 80, 40)


def picture(pixels: np.ndarray) -> Picture:
    return Picture(pixels, b"", "image/png", pixels.shape[1], pixels.shape[0])


@pytest.mark.parametrize(
    "placement",
    [PLACED, PLACED @ turned(77), PLACED @ np.diag([1, 0.4, 1]), PLACED @ np.array([[1, 0.5, 0], [0, 1, 0], [0, 0, 1]]), upright(0, 0, 8)],
)
def test_what_a_flat_thing_can_look_like(placement: np.ndarray) -> None:
    assert possible(placement)


@pytest.mark.parametrize(
    "placement",
    [
        PLACED @ np.diag([-1, 1, 1]),
        PLACED @ np.diag([1, 0.3, 1]),
        PLACED @ np.diag([1, 0, 1]),
        upright(0, 0, 4),
        np.full((3, 3), np.nan),
        np.diag([np.inf, 1, 1]),
    ],
)
def test_what_it_cannot(placement: np.ndarray) -> None:
    assert not possible(placement)


@given(st.floats(-179, 179), st.floats(10, 500))
def test_turn_and_size_are_read_back(turn: float, side: float) -> None:
    placement = upright(5, 7, side) @ turned(turn)
    assert abs(turn_of(placement) - turn) <= 0.5 + 1e-6
    assert size_of(placement) == pytest.approx(side / 1.1)


def test_corners_and_box_of_an_upright_artwork() -> None:
    assert quad_of(PLACED, CORNERS) == ((82, 70), (118, 70), (118, 90), (82, 90))
    assert box_of(PLACED, CORNERS, 200, 200) == Box(82, 70, 36, 20)


def test_corners_turn_with_it() -> None:
    (x, y), *_ = quad_of(PLACED @ turned(90), CORNERS)
    assert (x, y) == pytest.approx((110, 62))


@pytest.mark.parametrize(("x", "y", "box"), [(0, 0, Box(0, 0, 18, 10)), (200, 100, Box(182, 90, 18, 10)), (300, 50, None), (-40, 50, None)])
def test_a_box_is_clipped_to_the_picture(x: int, y: int, box: Box | None) -> None:
    assert box_of(upright(x, y, 40), CORNERS, 200, 100) == box


@given(st.tuples(*[st.integers(0, 50)] * 2, *[st.integers(1, 50)] * 2), st.tuples(*[st.integers(0, 50)] * 2, *[st.integers(1, 50)] * 2))
def test_sharing_is_mutual_and_a_share(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    one, other = Box(*a), Box(*b)
    assert shared(one, other) == shared(other, one)
    assert 0 <= shared(one, other) <= 1
    assert shared(one, one) == 1


def card() -> np.ndarray:
    """200 x 100, a colour in each quarter."""
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[:50, :100], pixels[:50, 100:], pixels[50:, :100], pixels[50:, 100:] = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)
    return pixels


@pytest.mark.parametrize("quad", [
    ((50, 60), (250, 60), (250, 160), (50, 160)),
    ((250, 160), (50, 160), (50, 60), (250, 60)),
    ((60, 40), (240, 80), (220, 190), (50, 150)),
    ((100, 250), (100, 50), (200, 50), (200, 250)),
])  # fmt: skip
@pytest.mark.parametrize("size", [1, 5])
def test_what_lies_under_a_quadrilateral_is_set_straight(quad: tuple[tuple[float, float], ...], size: int) -> None:
    corners = np.array(quad, np.float32) * size
    there = cv2.getPerspectiveTransform(np.array([[0, 0], [200, 0], [200, 100], [0, 100]], np.float32), corners)
    pixels = cv2.warpPerspective(card(), there, (300 * size, 300 * size))
    straight = aligned(picture(pixels), tuple((float(x), float(y)) for x, y in corners), 120)  # type: ignore[arg-type]
    assert straight.shape[1] == 120
    expected = cv2.resize(card(), straight.shape[1::-1])
    assert np.median(np.abs(straight.astype(int) - expected)) < 3
    assert straight[5, 5].argmax() == 0


def test_beyond_the_edge_is_grey() -> None:
    straight = aligned(picture(np.zeros((50, 50, 3), np.uint8)), ((-100, 0), (-50, 0), (-50, 50), (-100, 50)), 32)
    assert (straight == 128).all()


@pytest.mark.parametrize("quad", [((5, 5), (5, 5), (5, 5), (5, 5)), ((0, 0), (40, 0), (40, 0.01), (0, 0.01))])
def test_flat_quadrilaterals_give_a_picture_all_the_same(quad: tuple[tuple[float, float], ...]) -> None:
    assert aligned(picture(card()), quad, 40).size > 0  # type: ignore[arg-type]


@pytest.mark.parametrize("upright_picture", [False, True])
def test_very_long_pictures_are_no_obstacle(upright_picture: bool) -> None:
    pixels = np.zeros((30, 40_000, 3), np.uint8)
    pixels[5:25, 35_000:35_020] = 255
    x, y = (5, 35_000) if upright_picture else (35_000, 5)
    shown = picture(np.ascontiguousarray(pixels.transpose(1, 0, 2)) if upright_picture else pixels)
    straight = aligned(shown, ((x, y), (x + 20, y), (x + 20, y + 20), (x, y + 20)), 20)
    assert straight[2:-2, 2:-2].min() > 240


@given(st.lists(st.floats(-300, 300), min_size=4, max_size=4))
def test_what_is_possible_is_told_by_singular_values(four: list[float]) -> None:
    placement = np.eye(3)
    placement[:2, :2] = np.array(four).reshape(2, 2)
    longest, shortest = np.linalg.svd(placement[:2, :2], compute_uv=False)
    margins = (np.linalg.det(placement[:2, :2]), 2 * shortest - 6, 3 * shortest - longest)
    if all(abs(margin) > 1e-3 for margin in margins):
        assert possible(placement) == all(margin > 0 for margin in margins)
