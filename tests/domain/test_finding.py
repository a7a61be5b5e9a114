from __future__ import annotations

import math
from dataclasses import replace

import pytest

from domain.finding import Box
from tests.builders import a_finding


@pytest.mark.parametrize("sides", [(-1, 0, 5, 5), (0, -1, 5, 5), (0, 0, 0, 5), (0, 0, 5, 0), (0, 0, -5, 5)])
def test_a_box_without_area_or_outside_its_picture_is_refused(sides: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="a box lies inside"):
        Box(*sides)


def test_a_box_may_begin_at_the_corner_and_be_one_pixel() -> None:
    assert Box(0, 0, 1, 1).w == 1


@pytest.mark.parametrize(("score", "threshold"), [(0.4, 0.5), (1.1, 0.5), (0.5, -0.1), (math.nan, 0.5), (0.9, math.nan), (math.inf, 0.5)])
def test_a_score_below_its_threshold_or_out_of_bounds_is_refused(score: float, threshold: float) -> None:
    with pytest.raises(ValueError, match=r"must be finite|between its threshold and 1"):
        replace(a_finding(), score=score, threshold=threshold)


@pytest.mark.parametrize(("score", "threshold"), [(0.5, 0.5), (1, 1), (0, 0), (1, 0)])
def test_a_score_at_its_threshold_is_a_finding(score: float, threshold: float) -> None:
    assert replace(a_finding(), score=score, threshold=threshold).score == score


@pytest.mark.parametrize("because", ["", "  \n"])
def test_a_finding_that_does_not_say_because_of_what_is_refused(because: str) -> None:
    with pytest.raises(ValueError, match="because"):
        replace(a_finding(), because=because)
