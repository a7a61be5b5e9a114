"""Sealing: what comes back, what does not open, and what the outside shows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.batching.batches import LATER
from storage.errors import KeyDestroyed, StoreDamaged
from storage.sealed.sealed_columns import keyed_name, sealed_row, times_in
from storage.sealed.sealing import DESTROYED, SubjectKey, opened, padded_length, subject_of_file

SUBJECT, OTHER = f"subject_{'1' * 32}", f"subject_{'2' * 32}"
KEY, OTHER_KEY = SubjectKey(SUBJECT, b"k" * 32), SubjectKey(OTHER, b"o" * 32)


def key_of(subject: str) -> SubjectKey:
    if subject == OTHER:
        raise KeyDestroyed("gone")
    return KEY


@given(st.text())
def test_what_is_sealed_opens_and_shows_nothing(text: str) -> None:
    token = KEY.seal(text)
    assert opened(token, key_of) == text
    assert token == "" if not text else re.fullmatch(rf"~pv1\.{SUBJECT}\.[A-Za-z0-9_=-]+~", token)


@given(st.binary(max_size=5000))
def test_a_file_opens_and_names_its_subject_alone(content: bytes) -> None:
    subject, sealed = subject_of_file(KEY.seal_file(content))
    assert (subject, KEY.unseal(sealed)) == (SUBJECT, content)


@given(st.text(min_size=8), st.integers(min_value=0, max_value=1 << 16))
def test_one_changed_byte_opens_nothing(text: str, place: int) -> None:
    sealed = bytearray(subject_of_file(KEY.seal_file(text.encode()))[1])
    sealed[place % len(sealed)] ^= 1
    with pytest.raises(StoreDamaged, match="is not what was sealed"):
        KEY.unseal(bytes(sealed))


def test_a_token_moved_to_another_subject_does_not_open() -> None:
    moved = KEY.seal("the handle").replace(SUBJECT, OTHER)
    with pytest.raises(StoreDamaged):
        opened(moved, lambda _: SubjectKey(OTHER, b"k" * 32))


def test_the_same_text_is_never_the_same_token() -> None:
    assert KEY.seal("the handle") != KEY.seal("the handle")


def test_what_a_destroyed_key_sealed_says_so_and_the_rest_opens() -> None:
    assert opened(f"{KEY.seal('one')} and {OTHER_KEY.seal('two')}", key_of) == f"one and {DESTROYED}"


@pytest.mark.parametrize("text", ["", "a plain text", "~pv1.subject_1.x~", "~pv1.~", "~pv1.subject_" + "1" * 32 + ".not closed"])
def test_what_only_looks_like_a_token_is_left_as_it_is(text: str) -> None:
    assert opened(text, key_of) == text


@given(st.integers(min_value=0, max_value=1 << 40))
def test_lengths_are_rounded_up_by_an_eighth_at_most(length: int) -> None:
    padded = padded_length(length)
    assert padded >= max(length, 32)
    assert padded <= max(length * 1.12, 32)


def test_nearby_lengths_look_alike() -> None:
    assert len({len(KEY.seal("x" * length)) for length in range(1, 24)}) == 1
    assert len({padded_length(length) for length in range(1_000_000, 1_010_000)}) == 1


def test_a_keyed_name_is_the_same_each_time_for_one_key_and_tells_nothing() -> None:
    assert keyed_name("post_" + "a" * 32, KEY) == keyed_name("post_" + "a" * 32, KEY) != keyed_name("post_" + "a" * 32, OTHER_KEY)
    assert re.fullmatch(r"post_[0-9a-f]{32}", keyed_name("post_" + "a" * 32, KEY))
    assert re.fullmatch(r"[0-9a-f]{64}", keyed_name("a" * 64, KEY))


def test_a_post_keeps_its_times_behind_its_native_id() -> None:
    row = {"id": "post_1", "native_id": "https://x.example/1", "posted_at": "2026-06-01T12:00:00+00:00", "edited_at": None, "text": "hello", "kind": "post"}
    sealed = sealed_row("post", row, KEY)
    assert sealed["posted_at"] == "1970-01-01T00:00:00+00:00"
    assert sealed["kind"] == "post"
    assert "x.example" not in str(sealed)
    name, times = times_in(opened(sealed["native_id"], key_of))
    assert name == "https://x.example/1"
    assert times is not None
    assert (times[0].isoformat(), times[1]) == ("2026-06-01T12:00:00+00:00", None)


def test_whether_a_problem_is_tried_again_can_be_read_without_a_key() -> None:
    row = {"media_sha256": None, "problem": f"{LATER}x.example is busy", "post_id": "post_1", "post_content_sha256": "a" * 64, "url": "u", "alt": ""}
    problem = sealed_row("post_media", row, KEY)["problem"]
    assert problem.startswith(LATER)
    assert "busy" not in problem
    assert opened(problem, key_of) == f"{LATER}x.example is busy"


def test_a_table_that_is_not_known_is_not_kept() -> None:
    with pytest.raises(KeyError):
        sealed_row("somewhere", {"text": "in clear"}, KEY)


def test_a_key_never_prints_itself() -> None:
    assert "k" * 32 not in repr(KEY)
