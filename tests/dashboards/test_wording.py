from __future__ import annotations

from datetime import timedelta

import pytest

from dashboards.wording import DETECTOR_WORDS, KIND_WORDS, OUTCOME_WORDS, ROLE_WORDS, USUAL_REASONS, ago_words, due_words, gist, seen_words, span_words
from domain.authorization import DetectorName
from domain.finding import FindingKind
from domain.review import Outcome
from domain.viewer import Role
from tests.builders import NOON


def test_everything_that_can_be_named_has_words() -> None:
    assert set(KIND_WORDS) == set(FindingKind)
    assert set(DETECTOR_WORDS) == set(DetectorName)
    assert set(OUTCOME_WORDS) == set(USUAL_REASONS) == set(Outcome)
    assert set(ROLE_WORDS) == set(Role)
    assert all(USUAL_REASONS.values())


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("shoulder-patch", "Department artwork: shoulder patch"),
        ("city_seal", "Department artwork: city seal"),
        ("", "Department artwork"),
        ("department_artwork", "Department artwork"),
    ],
)
def test_what_was_seen_is_said_in_plain_words(label: str, words: str) -> None:
    assert seen_words(FindingKind.DEPARTMENT_ARTWORK, label) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "under 1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=3, minutes=59), "3 h"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(hours=48), "2 d"),
        (timedelta(days=400), "400 d"),
    ],
)
def test_a_span_is_rounded_down_to_its_unit(span: timedelta, words: str) -> None:
    assert span_words(span) == words


def test_a_deadline_is_ahead_or_missed() -> None:
    assert due_words(NOON + timedelta(hours=3), NOON) == "in 3 h"
    assert due_words(NOON - timedelta(days=2), NOON) == "2 d late"
    assert due_words(NOON, NOON) == "in under 1 min"


def test_never_is_not_long_ago() -> None:
    assert ago_words(None, NOON) == "never"
    assert ago_words(NOON - timedelta(hours=5), NOON) == "5 h ago"
    assert ago_words(NOON - timedelta(seconds=59), NOON) == "just now"


def test_a_gist_ends_between_words() -> None:
    assert gist("Department artwork") == "Department artwork"
    assert gist("Department artwork, and logos", 24) == "Department artwork, and …"
    assert gist("Department artwork, and logos", 20) == "Department artwork …"
    assert gist("one\n  two") == "one two"
