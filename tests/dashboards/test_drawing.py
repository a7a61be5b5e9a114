from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.drawing import BAR_WIDTH, around, framed, outline, scaled, score_bar
from domain.finding import Box


@pytest.mark.parametrize(("score", "threshold", "anchors"), [(0.91, 0.5, ("end", "middle")), (0.15, 0.1, ("start", "start")), (1.0, 1.0, ("end", "end"))])
def test_a_score_bar_keeps_its_labels_within_it(score: float, threshold: float, anchors: tuple[str, str]) -> None:
    bar = score_bar(score, threshold)
    assert (bar.score_anchor, bar.threshold_anchor) == anchors
    assert 0 <= bar.threshold_x <= bar.score_x <= BAR_WIDTH


@st.composite
def boxes_in_pictures(draw: st.DrawFn) -> tuple[Box, int, int]:
    width, height = draw(st.integers(1, 5000)), draw(st.integers(1, 5000))
    x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    return Box(x, y, draw(st.integers(1, width - x)), draw(st.integers(1, height - y))), width, height


@given(boxes_in_pictures())
def test_a_margin_never_leaves_the_picture_nor_cuts_the_box(given_box: tuple[Box, int, int]) -> None:
    box, width, height = given_box
    wide = around(box, width, height)
    assert wide.x <= box.x
    assert wide.y <= box.y
    assert box.x + box.w <= wide.x + wide.w <= width
    assert box.y + box.h <= wide.y + wide.h <= height


@given(boxes_in_pictures(), st.integers(1, 2400), st.integers(1, 2400))
def test_a_scaled_box_lies_in_the_copy_and_covers_the_part(given_box: tuple[Box, int, int], to_width: int, to_height: int) -> None:
    box, width, height = given_box
    part = scaled(box, (width, height), (to_width, to_height))
    assert part.x + part.w <= to_width
    assert part.y + part.h <= to_height
    assert part.x * width <= box.x * to_width
    assert (part.x + part.w) * width >= (box.x + box.w) * to_width


@given(boxes_in_pictures())
def test_a_frame_shows_the_box_whole_and_nothing_that_is_not_there(given_box: tuple[Box, int, int]) -> None:
    box, width, height = given_box
    part = framed(box, (width, height), (264, 184))
    assert part.x <= box.x
    assert part.y <= box.y
    assert box.x + box.w <= part.x + part.w <= width
    assert box.y + box.h <= part.y + part.h <= height


def test_an_outline_covers_nothing_of_what_it_marks() -> None:
    mark = outline(Box(100, 100, 10, 10), 1000, 800)
    assert (mark.line, mark.under) == (4, 8)
    assert mark.x + mark.under / 2 <= 100
    assert mark.x + mark.w - mark.under / 2 >= 110
