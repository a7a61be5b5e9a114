"""One finding a place; what is registered as not ours takes its place away from ours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.artwork.candidates import SAME_PLACE, Candidate, one_a_place, ours
from detectors.artwork.places import shared
from domain.finding import Box

HERE, NEARBY, ELSEWHERE = Box(10, 10, 50, 50), Box(15, 12, 50, 48), Box(200, 10, 50, 50)


def candidate(score: float, box: Box = HERE, which: int = 0, look_alike: bool = False) -> Candidate:
    return Candidate(score, f"artwork {which}", look_alike, which, np.arange(8.0), box, ((0, 0),) * 4, np.eye(3))


def test_the_best_of_a_place_stays() -> None:
    best, other, apart = candidate(0.9, which=1), candidate(0.8, NEARBY), candidate(0.3, ELSEWHERE)
    assert one_a_place([other, apart, best]) == [best, apart]


def test_two_of_one_artwork_in_two_places_both_stay() -> None:
    assert len(one_a_place([candidate(0.9), candidate(0.8, ELSEWHERE)])) == 2


def test_a_part_inside_a_whole_is_one_place() -> None:
    assert len(one_a_place([candidate(0.9, Box(0, 0, 300, 300)), candidate(0.8, HERE)])) == 1


def test_equal_scores_are_decided_the_same_way_every_time() -> None:
    a, b = candidate(0.9, which=0), candidate(0.9, which=1)
    assert one_a_place([a, b]) == one_a_place([b, a]) == [a]


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 90), st.integers(0, 90), st.integers(1, 60), st.integers(0, 4)), max_size=25))
def test_those_that_stay_lie_apart_and_the_rest_lose_to_one(drawn: list[tuple[float, int, int, int, int]]) -> None:
    every = [candidate(score, Box(x, y, side, side), which) for score, x, y, side, which in drawn]
    kept = one_a_place(every)
    for index, one in enumerate(kept):
        assert all(shared(one.box, other.box) < SAME_PLACE for other in kept[:index])
    for lost in (one for one in every if one not in kept):
        assert any(one.score >= lost.score and shared(one.box, lost.box) >= SAME_PLACE for one in kept)


@pytest.mark.parametrize(
    ("candidates", "found"),
    [
        ([candidate(0.9)], 1),
        ([candidate(0.5)], 1),
        ([candidate(0.49)], 0),
        ([candidate(0.9, look_alike=True)], 0),
        ([candidate(0.9), candidate(0.95, NEARBY, 1, look_alike=True)], 0),
        ([candidate(0.9), candidate(0.85, NEARBY, 1, look_alike=True)], 1),
        ([candidate(0.9), candidate(0.95, ELSEWHERE, 1, look_alike=True)], 1),
        ([candidate(0.3), candidate(0.4, NEARBY, 1, look_alike=True), candidate(0.8, ELSEWHERE)], 1),
        ([], 0),
    ],
)
def test_what_is_found(candidates: list[Candidate], found: int) -> None:
    assert len(ours(candidates, 0.5)) == found
    assert not any(one.look_alike for one in ours(candidates, 0.5))


def test_features_by_name() -> None:
    assert candidate(0.5).feature("verdict") == 0
    assert candidate(0.5).feature("objectness") == 6
    with pytest.raises(ValueError, match="not in"):
        candidate(0.5).feature("unheard")
