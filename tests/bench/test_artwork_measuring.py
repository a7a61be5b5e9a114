"""The figures' arithmetic: what counts as found, as a false alarm, and at which threshold."""

from __future__ import annotations

import json
import math
from datetime import date

import pytest

from bench.artwork.curve import svg
from bench.artwork.examining import Asked, Examined
from bench.artwork.measuring import Answer, Judged, Share, curve, false_alarms, judged, one_a_place, overlap, recall, threshold_for
from bench.artwork.placing import Placed
from bench.artwork.report import Table, alarm_text, meaning, size_text
from detectors.training.meaning import entered


def at(label: str, x: int, side: int = 40) -> Placed:
    return Placed(label, (x, 0, side, side), 0.0, (x, 0, side, side))


def said(label: str, x: int, score: float, side: int = 40) -> Answer:
    return Answer(label, (x, 0, side, side), score)


def picture(found: tuple[float | None, ...] = (), wrong: tuple[float, ...] = (), sides: tuple[int, ...] = ()) -> Judged:
    return Judged(sides or tuple(50 for _ in found), found, wrong, 0, bool(found))


def test_the_same_label_on_the_visible_box_is_right() -> None:
    assert judged([said("a", 5, 0.9)], [at("a", 0)], 0, True) == Judged((40,), (0.9,), (), 0, True)


@pytest.mark.parametrize("answer", [said("b", 0, 0.9), said("a", 30, 0.9), said("a", 0, 0.9, side=90), said("a", 500, 0.9)])
def test_another_label_or_another_place_or_a_box_far_too_large_is_wrong(answer: Answer) -> None:
    assert judged([answer], [at("a", 0)], 0, True) == Judged((40,), (None,), (0.9,), 0, True)


def test_an_emblem_is_found_once_and_by_its_best_answer() -> None:
    seen = judged([said("a", 2, 0.7), said("a", 0, 0.9)], [at("a", 0)], 0, True)
    assert (seen.found, seen.wrong) == ((0.9,), (0.7,))


def test_two_of_one_label_are_both_found() -> None:
    seen = judged([said("a", 100, 0.8), said("a", 0, 0.9)], [at("a", 0), at("a", 100)], 0, True)
    assert (seen.found, seen.wrong) == ((0.9, 0.8), ())


def test_anything_said_where_nothing_is_registered_is_wrong() -> None:
    assert judged([said("a", 0, 0.4)], [], 2, False) == Judged((), (), (0.4,), 2, False)


def test_one_answer_a_place() -> None:
    kept = one_a_place([said("a", 0, 0.5), said("b", 4, 0.8), said("c", 200, 0.1), said("d", 10, 0.9, side=10)])
    assert [answer.label for answer in kept] == ["d", "c"]


def test_answers_side_by_side_stay() -> None:
    assert [answer.label for answer in one_a_place([said("a", 0, 0.5), said("b", 40, 0.8)])] == ["b", "a"]


def test_overlap() -> None:
    assert overlap((0, 0, 10, 10), (0, 0, 10, 10)) == 1
    assert overlap((0, 0, 10, 10), (5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 10, 10), (10, 0, 10, 10)) == 0
    assert overlap((0, 0, 10, 10), (50, 50, 10, 10)) == 0


def test_recall_counts_its_size_bin_alone_and_from_the_threshold_on() -> None:
    seen = [picture(found=(0.9, None, 0.5), sides=(31, 32, 47)), picture(found=(0.95,), sides=(48,))]
    assert recall(seen, 0.5, 32, 48) == Share(1, 2)
    assert recall(seen, 0.51, 32, 48) == Share(0, 2)
    assert recall(seen, 0.5, 0, 10_000) == Share(3, 4)
    assert recall(seen, 0.5, 200, 300) == Share(0, 0)


def test_false_alarms_count_on_every_picture() -> None:
    seen = [picture(found=(0.9,), wrong=(0.8,)), picture(wrong=(0.7, 0.2)), picture()]
    assert false_alarms(seen, 0.7) == Share(2, 3)
    assert false_alarms(seen, 0.9) == Share(0, 3)


@pytest.mark.parametrize(("allowed", "alarms"), [(0.0, 0), (0.01, 1), (0.019, 1), (0.02, 2), (0.05, 3)])
def test_the_oracles_threshold_keeps_to_what_is_allowed(allowed: float, alarms: int) -> None:
    seen = [picture(wrong=(score,)) for score in (0.9, 0.8, 0.7)] + [picture() for _ in range(97)]
    assert false_alarms(seen, threshold_for(seen, allowed)).k == alarms


def test_equal_scores_go_together() -> None:
    seen = [picture(wrong=(0.5,)) for _ in range(3)] + [picture() for _ in range(97)]
    assert false_alarms(seen, threshold_for(seen, 0.01)).k == 0


def test_without_a_wrong_answer_everything_is_reported() -> None:
    assert threshold_for([picture(found=(0.1,))], 0.01) == -math.inf


def test_the_curve_rises_and_counts_a_wrong_answer_before_a_right_one_of_the_same_score() -> None:
    seen = [picture(found=(0.9, None)), picture(found=(0.6,), wrong=(0.6,))]
    assert curve(seen, 0, 10_000) == [(0.0, 0.0), (0.0, pytest.approx(1 / 3)), (0.5, pytest.approx(1 / 3)), (0.5, pytest.approx(2 / 3))]
    assert curve([], 0, 10_000) == [(0.0, 0.0)]


@pytest.mark.parametrize(("k", "n", "low", "high"), [(0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (50, 100, 0.404, 0.596), (0, 0, 0.0, 1.0)])
def test_wilsons_interval(k: int, n: int, low: float, high: float) -> None:
    assert Share(k, n).interval() == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))


def test_nothing_of_nothing_is_no_number() -> None:
    assert math.isnan(Share(0, 0).part)


def test_a_rate_of_alarms_with_its_interval() -> None:
    assert alarm_text(Share(15, 1500)) == "15 in 1500: 0.0100 (0.0056 to 0.0165)"
    assert alarm_text(Share(0, 100)).startswith("0 in 100: 0.0000 (0.0000 to 0.03")


def test_sizes_in_words() -> None:
    assert [size_text(*size) for size in ((0, 32), (32, 48), (110, 10_000), (0, 10_000))] == ["under 32", "32 to 48", "110 and over", "all"]


def test_tables() -> None:
    table = Table("Caption", ("a", "long head"), (("1", "2"),))
    assert table.as_text().splitlines() == ["", "Caption", "a  long head", "------------", "1  2"]
    assert "| 1 | 2 |" in table.as_markdown()


def test_the_curve_is_drawn_within_its_axes() -> None:
    drawn = svg({"ours": [(0.0, 0.0), (0.0, 0.4), (0.01, 0.8), (3.0, 1.0)], "nothing": []}, "title")
    line = next(row for row in drawn.splitlines() if "polyline" in row and 'points=""' not in row)
    points = [tuple(float(v) for v in pair.split(",")) for pair in line.split('points="')[1].split('"')[0].split()]
    assert all(60 <= x <= 520 and 24 <= y <= 400 for x, y in points)
    assert points == sorted(points, key=lambda point: (point[0], -point[1]))


def test_what_a_score_means_counts_emblems_and_pictures_by_each_sets_own_threshold() -> None:
    def seen(which: int, number: int, judged: Judged) -> Examined:
        return Examined(Asked(which, number, judged.positive, False), {"10": judged}, (), (), True)

    examined = [
        seen(0, 0, picture(found=(0.9, 0.6), wrong=(0.95,))),
        seen(0, 1, picture(wrong=(0.75, 0.8))),
        seen(1, 0, picture(found=(0.6, None))),
        seen(1, 1, picture(wrong=(0.45,))),
        seen(1, 2, picture()),
    ]
    counted = meaning(examined, {0: {"10": 0.7}, 1: {"10": 0.5}}, date(2026, 1, 2))
    source = counted.pop("source")
    assert counted == {"positives": 4, "detected": 2, "negatives": 3, "false_alarms": 1}
    assert "2 sets of 10" in str(source)
    assert "2026-01-02" in str(source)


def test_what_was_counted_is_entered_and_nothing_else_changes() -> None:
    counted = {"positives": 4, "detected": 2, "negatives": 3, "false_alarms": 1, "source": "a set"}
    after = json.loads(entered('{"constant": 1.5, "calibration": null}', json.dumps(counted)))
    assert after == {"constant": 1.5, "calibration": counted}
    with pytest.raises(TypeError):
        entered("{}", '{"found": 3}')
