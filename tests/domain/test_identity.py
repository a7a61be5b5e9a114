from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity import canonical_json, clean_text, derived_id, finite, sha256_hex

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3),
)


def test_the_known_hash_of_nothing() -> None:
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_order_of_keys_does_not_change_what_is_hashed() -> None:
    assert canonical_json({"b": 1, "a": [2]}) == canonical_json({"a": [2], "b": 1}) == b'{"a":[2],"b":1}'


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_cannot_be_compared_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json([number])
    with pytest.raises(ValueError, match="finite"):
        finite(number)


def test_an_id_is_its_prefix_and_128_bits() -> None:
    assert derived_id("post", "a", 1) == derived_id("post", "a", 1)
    prefix, _, digits = derived_id("post", "a", 1).partition("_")
    assert prefix == "post"
    assert len(bytes.fromhex(digits)) == 16


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=4), st.lists(st.text(st.characters(codec="utf-8")), max_size=4))
def test_other_parts_make_another_id_however_they_are_cut(parts: list[str], others: list[str]) -> None:
    assert (derived_id("x", *parts) == derived_id("x", *others)) is (parts == others)


@given(json_values)
def test_what_is_hashed_is_always_the_same(value: object) -> None:
    assert canonical_json(value) == canonical_json(value)  # type: ignore[arg-type]


@given(st.text())
def test_cleaned_text_can_always_be_stored_and_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert clean_text(cleaned) == cleaned


def test_ordinary_text_is_left_alone() -> None:
    assert clean_text("Straße 😀 \n") == "Straße 😀 \n"
