"""Candidates for being the same picture, by fingerprint."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detectors.near_duplicates import NEAR_BITS, Fingerprints

bits = st.integers(0, 2**256 - 1)


def _hex(value: int) -> str:
    return f"{value:064x}"


@given(st.lists(bits, max_size=20, unique=True), bits)
def test_near_is_by_counted_bits_nearest_first(known: list[int], asked: int) -> None:
    near = Fingerprints((_hex(value), _hex(value)) for value in known).near(_hex(asked))
    distances = [(int(name, 16) ^ asked).bit_count() for name in near]
    assert distances == sorted(distances)
    assert set(near) == {_hex(value) for value in known if (value ^ asked).bit_count() <= NEAR_BITS}


@given(bits, st.integers(0, 255))
def test_one_flipped_bit_is_near(value: int, bit: int) -> None:
    assert Fingerprints([("it", _hex(value))]).near(_hex(value ^ (1 << bit))) == ["it"]


def test_the_opposite_is_far_and_nothing_is_near_nothing() -> None:
    assert Fingerprints([("it", _hex(0))]).near(_hex(2**256 - 1)) == []
    assert Fingerprints().near(_hex(0)) == []
