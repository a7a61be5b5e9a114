"""Which accounts an empty queue does not speak for although they are collected, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from policy.attention import Attempts, Concern, Posting, again_words, doubts, rhythm_words, silence_of
from policy.rhythm import Rhythm
from tests.builders import NOON

WELL = Attempts(NOON, "unchanged", "", 0, None)
DAILY = Posting(Rhythm(40, 1.0, 3), NOON - timedelta(days=1), NOON - timedelta(days=1), 0)
BUSY = Attempts(NOON - timedelta(hours=3), "failed", "TryAgainLater: status 503", 3, NOON + timedelta(hours=2))


def said(attempts: Attempts = WELL, posting: Posting = DAILY) -> dict[Concern, str]:
    return {one.concern: one.said for one in doubts(attempts, posting, NOON)}


def test_an_account_that_is_collected_and_posts_as_ever_is_in_no_doubt() -> None:
    assert said() == {}
    assert said(posting=replace(DAILY, last=NOON - timedelta(days=3))) == {}
    assert said(posting=replace(DAILY, rhythm=None, last=NOON - timedelta(days=300))) == {}  # not known: nothing is claimed


def test_a_silence_longer_than_usual_is_named_with_how_long() -> None:
    silent = replace(DAILY, rhythm=Rhythm(40, 1.5, 4), last=NOON - timedelta(days=9))
    assert said(posting=silent) == {Concern.QUIET: "has been silent for 9 days; it usually posts every 1.5 days and is seldom silent for more than 4"}


def test_what_it_did_since_it_was_last_collected_is_not_called_silence() -> None:
    ago = replace(WELL, last_success=NOON - timedelta(days=8))
    assert silence_of(ago, replace(DAILY, last=NOON - timedelta(days=9))) == 1
    assert said(ago, replace(DAILY, last=NOON - timedelta(days=9))) == {}
    assert silence_of(replace(WELL, last_success=None), DAILY) is None


@pytest.mark.parametrize(
    ("posting", "words"),
    [
        (replace(DAILY, unread=1), "since 2026-05-31: one piece rejected"),
        (replace(DAILY, unread=7), "since 2026-05-31: 7 pieces rejected"),
        (Posting(None, None, None, 2), "so far: 2 pieces rejected"),
    ],
)
def test_pieces_that_were_only_rejected_were_not_read(posting: Posting, words: str) -> None:
    assert list(said(posting=posting)) == [Concern.UNREAD]
    assert words in said(posting=posting)[Concern.UNREAD]


def test_success_without_a_single_post_is_not_cleanliness() -> None:
    assert list(said(posting=Posting(None, None, None, 0))) == [Concern.NOTHING]
    assert said(replace(WELL, last_success=None), Posting(None, None, None, 0)) == {}  # never collected: that is late, not this


def test_an_account_that_waits_says_why_and_until_when() -> None:
    assert said(BUSY) == {Concern.WAITING: "could not be collected 3 times in a row (TryAgainLater: status 503); not asked again before 14:00 UTC"}
    assert again_words(replace(BUSY, not_before=NOON + timedelta(days=1)), NOON) == "not asked again before 2026-06-02 12:00 UTC"


def test_an_account_that_failed_and_need_not_wait_is_asked_at_the_next_run() -> None:
    failed = replace(BUSY, failures=1, not_before=None, last_detail="")
    assert said(failed) == {Concern.FAILING: "could not be collected the last time; asked again at the next run"}
    assert list(said(replace(BUSY, not_before=NOON))) == [Concern.FAILING]  # the wait is over at that moment


def test_every_reason_is_told() -> None:
    assert set(said(BUSY, replace(DAILY, last=NOON - timedelta(days=30), unread=1))) == {Concern.WAITING, Concern.UNREAD, Concern.QUIET}


@pytest.mark.parametrize(
    ("posting", "words"),
    [
        (DAILY, "every day"),
        (replace(DAILY, rhythm=Rhythm(10, 7.0, 14)), "every 7 days"),
        (replace(DAILY, rhythm=None), "not known yet"),
        (replace(DAILY, rhythm=None, last=None, sealed=True), "not known (sealed)"),
    ],
)
def test_a_rhythm_that_is_not_known_is_said_so(posting: Posting, words: str) -> None:
    assert rhythm_words(posting) == words
