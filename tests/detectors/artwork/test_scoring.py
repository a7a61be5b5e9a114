"""Scores and thresholds."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.artwork.scoring import FEATURES, Weights, log_odds, probability, read_weights, shipped_weights


def weights(**changes: Any) -> Weights:
    read = json.loads((resources.files("detectors") / "weights" / "artwork.json").read_bytes())
    return read_weights(json.dumps(read | changes).encode())


def test_the_shipped_weights_can_be_read() -> None:
    shipped = shipped_weights()
    assert 0 < shipped.threshold(1) <= shipped.threshold(10) < shipped.threshold(10_000) < 1
    assert len(shipped.mean) == len(shipped.spread) == len(shipped.coefficients) == len(FEATURES)
    assert (shipped.spread > 0).all()


@pytest.mark.parametrize(("artworks", "threshold"), [(0, 0.8), (1, 0.8), (10, 0.8), (100, 0.9), (1000, 0.95), (5000, 0.95)])
def test_a_threshold_is_joined_between_and_kept_outside(artworks: int, threshold: float) -> None:
    table = [[10, 0.8], [100, 0.9], [1000, 0.95]]
    assert weights(thresholds=table).threshold(artworks) >= threshold - 1e-9
    if artworks <= 1000:
        assert weights(thresholds=table[::-1]).threshold(artworks) == pytest.approx(threshold)


def test_beyond_the_table_it_keeps_rising() -> None:
    few = weights(thresholds=[[10, probability(1.0)], [100, probability(2.0)]])
    assert few.threshold(1000) == pytest.approx(probability(3.0))
    assert weights(thresholds=[[10, 0.7]]).threshold(1000) == pytest.approx(0.7)


@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_more_artworks_never_lower_it(a: int, b: int) -> None:
    shipped = shipped_weights()
    assert shipped.threshold(min(a, b)) <= shipped.threshold(max(a, b)) + 1e-12


@given(st.lists(st.floats(-1e6, 1e6), min_size=len(FEATURES), max_size=len(FEATURES)))
def test_every_score_lies_between_0_and_1(features: list[float]) -> None:
    assert 0 <= shipped_weights().score(np.array(features)) <= 1


@given(st.floats(-20, 20))
def test_log_odds_are_the_inverse(odds: float) -> None:
    assert log_odds(probability(odds)) == pytest.approx(odds, abs=1e-3)


@pytest.mark.parametrize("score", [0.0, 1.0, -1.0, 2.0])
def test_certainty_has_finite_log_odds(score: float) -> None:
    assert abs(log_odds(score)) == 40


def test_a_higher_logit_is_a_higher_score() -> None:
    one = weights(coefficients=[1, 0, 0, 0, 0, 0, 0, 0], mean=[2, 0, 0, 0, 0, 0, 0, 0], spread=[4, 1, 1, 1, 1, 1, 1, 1], constant=0)
    assert one.score(np.array([2.0, 0, 0, 0, 0, 0, 0, 0])) == 0.5
    assert one.score(np.array([6.0, 9, 9, 9, 9, 9, 9, 9])) == pytest.approx(probability(1.0))


def test_weights_of_other_features_are_refused() -> None:
    with pytest.raises(ValueError, match="other features"):
        weights(features=list(FEATURES[:-1]))


def test_a_calibration_comes_with_them() -> None:
    calibration = {"positives": 10, "detected": 9, "negatives": 20, "false_alarms": 1, "source": "a set"}
    read = weights(calibration=calibration).calibration
    assert read is not None
    assert (read.positives, read.false_alarms) == (10, 1)
