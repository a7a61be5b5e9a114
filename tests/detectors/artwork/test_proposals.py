"""Places are the peaks of the proposer's answer, and always the picture itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.artwork.cutting import Levels
from detectors.artwork.networks import Networks, shipped_networks
from detectors.artwork.proposals import CLOSER, MARGIN, MOST, Proposals, distinct, peaks, proposals

NEVER = 1e9


class Pointing(Networks):
    """Sees one emblem, of one size, at one cell, when it is shown the picture for the `glance`-th time: 0 at a half of its size, 1 at a quarter."""

    def __init__(self, row: int, column: int, width: float, height: float, glance: int = 0) -> None:
        self._cell, self._size, self._glances = (row, column), (width, height), glance

    def proposed(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        shape = (pixels.shape[0] // 8, pixels.shape[1] // 8)
        heat = np.full(shape, -9, np.float32)
        if self._glances == 0:
            heat[self._cell] = 3
        self._glances -= 1
        return heat, np.stack([np.full(shape, number, np.float32) for number in (*self._size, 2, -1)])


def found(networks: Networks, width: int, height: int, least: float = 0.0) -> Proposals:
    return proposals(Levels(np.zeros((height, width, 3), np.uint8)), width, height, networks, least)


@pytest.mark.parametrize(("width", "height", "pixels_a_cell"), [(1280, 960, 16), (640, 480, 16), (2560, 1920, 32), (5120, 3840, 64), (200, 400, 16)])
def test_a_place_is_in_pixels_of_the_picture(width: int, height: int, pixels_a_cell: int) -> None:
    place = found(Pointing(3, 5, 20, 30), width, height)
    np.testing.assert_allclose(place.centres[0], [(5.5 + 2 / 8) * pixels_a_cell, (3.5 - 1 / 8) * pixels_a_cell], rtol=1e-5)
    assert place.sides[0] == pytest.approx(30 * pixels_a_cell / 8)
    assert place.objectness[0] == 3
    np.testing.assert_allclose(place.squares()[0, 0, 0] * 2, place.sides[0] * MARGIN, rtol=1e-5)


@pytest.mark.parametrize(("width", "height", "sides"), [(400, 400, [400]), (400, 300, [300, 400]), (300, 400, [300, 400]), (1, 1, [1]), (1, 500, [1, 500])])
def test_the_picture_itself_is_always_a_place(width: int, height: int, sides: list[int]) -> None:
    place = found(shipped_networks(), width, height, NEVER)
    assert place.sides.tolist() == sides
    assert (place.centres == [width / 2, height / 2]).all()


def test_what_lies_in_the_padding_is_no_place() -> None:
    # 100 x 100 is seen at 50 x 50, padded to 64 x 64: its cells end at 7 of 8. A place is cut at its size and closer; the picture is one more.
    assert len(found(Pointing(3, 6, 9, 9), 100, 100)) == 3
    assert len(found(Pointing(3, 7, 9, 9), 100, 100)) == 1


def test_a_large_emblem_is_seen_at_a_quarter() -> None:
    place = found(Pointing(3, 5, 90, 60, glance=1), 1280, 960)
    np.testing.assert_allclose(place.centres[0], [(5.5 + 2 / 8) * 32, (3.5 - 1 / 8) * 32], rtol=1e-5)
    assert place.sides[0] == pytest.approx(90 * 4)


def test_the_likeliest_places_are_also_cut_closer() -> None:
    place = found(Pointing(3, 5, 20, 30), 1280, 960)
    assert place.sides[1] == pytest.approx(CLOSER * place.sides[0])
    np.testing.assert_array_equal(place.centres[1], place.centres[0])
    assert place.objectness[1] == place.objectness[0]


def test_nearly_the_same_place_is_taken_once() -> None:
    centres = np.array([[50.0, 50], [54, 50], [54, 50], [200, 50]])
    sides = np.array([40.0, 44, 90, 40])
    assert distinct(centres, sides, np.arange(4)) == [0, 2, 3]
    assert distinct(centres, sides, np.array([1, 0, 3, 2])) == [1, 3, 2]


def test_below_the_floor_there_is_none() -> None:
    assert len(found(Pointing(3, 5, 20, 30), 640, 480, least=3.5)) == 2
    assert len(found(Pointing(3, 5, 20, 30), 640, 480, least=2.5)) == 4


@given(st.integers(0, 2**32 - 1), st.integers(1, 20), st.integers(1, 20))
def test_peaks_are_local_and_in_order(seed: int, height: int, width: int) -> None:
    heat = np.random.default_rng(seed).normal(size=(height, width)).astype(np.float32)
    rows, columns = peaks(heat, 0.5)
    values = heat[rows, columns]
    assert len(values) <= MOST
    assert (values >= 0.5).all()
    assert (np.diff(values) <= 0).all()
    for row, column in zip(rows, columns, strict=True):
        assert heat[row, column] == heat[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2].max()
    if heat.max() >= 0.5:
        assert values[0] == heat.max()
