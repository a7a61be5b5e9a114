from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.filters import Filters, read_filters, read_query
from domain.authorization import DetectorName
from domain.directive import Severity
from domain.review import ReviewState

filters = st.builds(
    Filters,
    state=st.sampled_from(ReviewState),
    clause=st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    severity=st.none() | st.sampled_from(Severity),
    account=st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    detector=st.none() | st.sampled_from(DetectorName),
)


@given(filters)
def test_what_an_address_says_is_what_was_meant(meant: Filters) -> None:
    assert read_query(meant.query()) == meant


def test_nothing_said_is_what_waits_unfiltered() -> None:
    assert read_filters({}) == Filters()
    assert Filters().query() == ""
    assert not Filters().on


@pytest.mark.parametrize("said", [{"state": "open"}, {"severity": "grave"}, {"detector": "mood"}, {"clause": ""}, {"colour": "blue"}])
def test_what_is_no_filter_filters_nothing(said: dict[str, str]) -> None:
    assert read_filters(said) == Filters()


def test_a_second_click_on_a_filter_takes_it_off() -> None:
    on = Filters().toggled("clause", "IV.C.1.f")
    assert on.query() == "?clause=IV.C.1.f"
    assert on.toggled("clause", "IV.C.7").clause == "IV.C.7"
    assert on.toggled("clause", "IV.C.1.f") == Filters()


def test_all_off_stays_in_the_view_of_the_past() -> None:
    past = Filters(ReviewState.CLOSED, clause="IV.C.7")
    assert past.off() == Filters(ReviewState.CLOSED)
    assert past.closed
