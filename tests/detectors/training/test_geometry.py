"""From artwork to square to picture and back, in whole agreement with what is drawn."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.artwork.proposals import MARGIN
from detectors.training import geometry as geo

ANGLES = st.floats(-math.pi, math.pi)


@given(ANGLES, st.floats(0.3, 3.0))
def test_a_turned_outline_fills_its_square_as_a_proposal_does(radians: float, stretch: float) -> None:
    outline = np.array([[10, 10], [10 + 60 * stretch, 10], [10 + 60 * stretch, 70], [10, 70]])
    matrix = geo.turned(outline, radians)
    points = outline @ matrix[:2, :2].T + matrix[:2, 2]
    low, high = points.min(axis=0), points.max(axis=0)
    assert (high - low).max() == pytest.approx(geo.CROP / MARGIN)
    assert (low + high) / 2 == pytest.approx([geo.CROP / 2 - 0.5] * 2)
    assert geo.angle(matrix) == pytest.approx(radians) or abs(abs(geo.angle(matrix) - radians) - 2 * math.pi) < 1e-6


@given(st.lists(st.floats(-0.8, 0.8), min_size=6, max_size=6))
def test_six_numbers_and_the_matrix_are_each_others_inverse(six: list[float]) -> None:
    reference, crop = geo.turned(np.array([[0, 0], [90, 0], [90, 50], [0, 50]]), 0.4), geo.cut((30, 40), 80)
    placed = np.linalg.inv(crop) @ geo.from_residual(np.array(six)) @ reference
    assert geo.residual(reference, crop, placed) == pytest.approx(six, abs=1e-9)


@given(ANGLES)
def test_an_artwork_cut_where_it_lies_is_its_own_reference(radians: float) -> None:
    outline = np.array([[5, 20], [90, 20], [90, 75], [5, 75]])
    placed = geo.whole(np.array([[math.cos(radians), -math.sin(radians), 50], [math.sin(radians), math.cos(radians), 60]]) * [[0.6, 0.6, 1]])
    points = outline @ placed[:2, :2].T + placed[:2, 2]
    low, high = points.min(axis=0), points.max(axis=0)
    crop = geo.cut(tuple((low + high) / 2), MARGIN * float((high - low).max()))
    assert geo.residual(geo.turned(outline, radians), crop, placed) == pytest.approx(np.zeros(6), abs=1e-6)


def test_what_is_drawn_through_the_matrices_falls_on_one_another() -> None:
    art = np.zeros((96, 96, 3), np.uint8)
    cv2.putText(art, "R7", (8, 70), cv2.FONT_HERSHEY_SIMPLEX, 1.8, (255, 255, 255), 6)
    outline = np.array([[0, 0], [95, 0], [95, 95], [0, 95]])
    placed = geo.whole(np.array([[0.5, -0.3, 60], [0.3, 0.5, 30.0]]))
    picture = cv2.warpAffine(art, placed[:2], (160, 160))
    reference, crop = geo.turned(outline, math.radians(30)), geo.cut((76, 68), 90)
    through = geo.from_residual(geo.residual(reference, crop, placed))
    moved = cv2.warpAffine(cv2.warpAffine(art, reference[:2], (64, 64)), through[:2], (64, 64))
    seen = geo.warped(picture, crop)
    same = ((moved > 127) == (seen > 127)).mean()
    assert same > 0.97
    assert (seen > 127).mean() > 0.03


def test_a_large_picture_is_smoothed_before_it_shrinks() -> None:
    stripes = np.zeros((640, 640, 3), np.uint8)
    stripes[:, ::2] = 255
    seen = geo.warped(stripes, geo.cut((320, 320), 600))
    assert np.abs(seen[8:-8, 8:-8].astype(int) - 128).max() < 12
