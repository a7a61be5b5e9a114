"""What a score means, checked against values worked out by hand and by counting every outcome."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finding import Calibration
from policy.meaning import RARE, means, per, predictive_value, prevalence, wilson

SET = "the 150 example pictures"


def measured(positives: int, detected: int, negatives: int, false_alarms: int) -> Calibration:
    return Calibration(positives, detected, negatives, false_alarms, SET)


def test_the_sentence_for_a_lay_reader() -> None:
    assert means(measured(50, 45, 100, 2), 0.05) == (
        "Of 100 flags like this about 70 show what they say (37 to 91 with 95% confidence), at 5 in 100 pictures showing it; "
        "measured on the 150 example pictures: 45 of 50 found, 2 of 100 others flagged by mistake."
    )


def test_without_a_mistake_seen_no_flattering_100_is_claimed() -> None:
    sentence = means(measured(50, 45, 100, 0), 0.05)
    assert sentence.startswith("Of 100 flags like this between 52 and 100 show what they say (95% confidence)")
    assert "0 of 100 others flagged by mistake" in sentence


def test_an_exact_reading_claims_no_rate() -> None:
    sentence = means(None, 0.05)
    assert "exactly" in sentence
    assert not re.search(r"\d", sentence)


@pytest.mark.parametrize("calibration", [measured(0, 0, 100, 1), measured(50, 45, 0, 0), measured(0, 0, 0, 0), measured(50, 0, 100, 0)])
def test_too_little_measured_is_said_so(calibration: Calibration) -> None:
    assert means(calibration, 0.05).startswith("How many flags like this are right is not known")


def test_where_it_never_occurs_every_flag_is_wrong() -> None:
    assert "about 0 show what they say (0 to 0 with" in means(measured(50, 45, 100, 2), 0)


def test_where_it_always_occurs_every_flag_is_right() -> None:
    assert "about 100 show what they say (100 to 100 with" in means(measured(50, 45, 100, 2), 1)


@pytest.mark.parametrize("base_rate", [-0.01, 1.01, math.nan, math.inf])
def test_a_base_rate_outside_its_bounds_is_refused(base_rate: float) -> None:
    with pytest.raises(ValueError, match="base rate"):
        means(measured(50, 45, 100, 2), base_rate)


@pytest.mark.parametrize("calibration", [measured(50, 51, 100, 2), measured(50, 45, 100, 101), measured(50, -1, 100, 2), measured(50, 45, 100, -1)])
def test_counts_that_cannot_be_are_refused(calibration: Calibration) -> None:
    with pytest.raises(ValueError, match="more was found than was shown"):
        means(calibration, 0.05)


def test_the_base_rate_reminder() -> None:
    # 95% found, 5% flagged by mistake, 1 in 1,000 shows it: 0.00095 / (0.00095 + 0.04995) = 1.9%.
    share = predictive_value(measured(10_000, 9_500, 10_000, 500), 0.001)
    assert share is not None
    assert share.point == pytest.approx(0.00095 / (0.00095 + 0.04995))


# Wilson's interval for 0 of n ends at z²/(n + z²), for n of n it begins at n/(n + z²); the others to six places.
@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(45, 50, 0.786398, 0.956524), (2, 100, 0.005502, 0.070012), (0, 100, 0.0, 0.036995), (10, 10, 0.722467, 1.0), (1, 2, 0.094531, 0.905469)],
)
def test_wilson_s_interval(count: int, total: int, low: float, high: float) -> None:
    share = wilson(count, total)
    assert share.low == pytest.approx(low, abs=1e-5)
    assert share.high == pytest.approx(high, abs=1e-5)


counts = st.integers(1, 300).flatmap(lambda total: st.tuples(st.just(total), st.integers(0, total)))


@given(counts, counts, st.floats(0.0001, 0.9999))
def test_the_interval_holds_the_estimate_and_stays_within_bounds(positives: tuple[int, int], negatives: tuple[int, int], base_rate: float) -> None:
    share = predictive_value(measured(*positives, *negatives), base_rate)
    if share is not None:
        assert 0 <= share.low <= share.point <= share.high <= 1


@given(counts, counts, st.floats(0.0001, 0.49))
def test_the_rarer_it_is_the_fewer_flags_are_right(positives: tuple[int, int], negatives: tuple[int, int], base_rate: float) -> None:
    rare, common = (predictive_value(measured(*positives, *negatives), rate) for rate in (base_rate, 2 * base_rate))
    if rare is not None and common is not None:
        assert rare.point <= common.point
        assert rare.low <= common.low


@pytest.mark.parametrize(("recall", "alarms", "base_rate"), [(0.9, 0.02, 0.05), (0.6, 0.1, 0.2), (0.8, 0.05, 0.01)])
def test_the_interval_holds_the_truth_at_least_95_times_in_100(recall: float, alarms: float, base_rate: float) -> None:
    """Every outcome of 40 positives and 60 negatives, weighted by how likely it is."""
    truth = recall * base_rate / (recall * base_rate + alarms * (1 - base_rate))
    held = 0.0
    for detected in range(41):
        for mistaken in range(61):
            share = predictive_value(measured(40, detected, 60, mistaken), base_rate)
            if share is not None and share.low <= truth <= share.high:
                held += binomial(40, detected, recall) * binomial(60, mistaken, alarms)
    assert held >= 0.95


def binomial(total: int, count: int, chance: float) -> float:
    return math.comb(total, count) * chance**count * (1 - chance) ** (total - count)


@pytest.mark.parametrize(
    ("calibration", "flagged", "examined", "rate"),
    [
        (None, 9, 98, 0.1),
        (None, 0, 0, 0.5),
        (measured(100, 90, 100, 10), 49, 98, 0.5),  # (0.5 - 0.1) / (0.9 - 0.1)
        (measured(100, 100, 100, 0), 0, 98, 0.01),
        (measured(100, 90, 100, 10), 0, 1_000_000, RARE),  # fewer flags than false alarms alone would make
        (measured(100, 90, 100, 10), 98, 98, 1.0),  # more flags than the thing itself could make
        (measured(0, 0, 0, 0), 9, 98, 0.1),
        (measured(100, 50, 100, 50), 9, 98, 0.1),  # a detector that cannot tell: nothing to correct by
    ],
)
def test_how_often_it_really_occurs(calibration: Calibration | None, flagged: int, examined: int, rate: float) -> None:
    assert prevalence(calibration, flagged, examined) == pytest.approx(rate)


@given(st.none() | st.builds(lambda shown, others: measured(*shown, *others), counts, counts), st.integers(0, 10**6), st.integers(0, 10**6))
def test_whatever_was_counted_gives_a_rate_that_a_sentence_can_be_made_of(calibration: Calibration | None, flagged: int, clear: int) -> None:
    rate = prevalence(calibration, flagged, flagged + clear)
    assert RARE <= rate <= 1
    assert means(calibration, rate)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.05, "5 in 100"),
        (0.5, "50 in 100"),
        (1, "100 in 100"),
        (0, "0 in 100"),
        (0.0123, "12 in 1,000"),
        (0.001, "1 in 1,000"),
        (0.00002, "2 in 100,000"),
        (0.000016, "about 2 in 100,000"),
        (0.000001, "fewer than 1 in 100,000"),
    ],
)
def test_a_rate_in_words(rate: float, words: str) -> None:
    assert per(rate) == words
