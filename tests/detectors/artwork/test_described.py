"""What was described can be kept as bytes, and bytes of anything else are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.artwork import Artwork, Described, OtherNetworks
from detectors.artwork.described import Compared, from_bytes
from detectors.picture import decode

OTHER = "0" * 64


@pytest.fixture(scope="module")
def described(photograph: Callable[[str], bytes]) -> Described:
    return Artwork([]).described(decode(photograph("boats")))


def test_bytes_and_back(described: Described) -> None:
    again = from_bytes(described.to_bytes(), described.networks_sha256)
    assert (again.width, again.height) == (described.width, described.height)
    for name in ("centres", "sides", "objectness"):
        assert (getattr(again.places, name) == getattr(described.places, name)).all()
    assert (again.embeddings == described.embeddings).all()
    assert (again.grids == described.grids).all()
    assert again.to_bytes() == described.to_bytes()


def test_what_was_compared_comes_back(described: Described) -> None:
    placements = tuple(np.vstack([np.arange(6.0).reshape(2, 3) + look, [0, 0, 1]]) for look in range(2))
    one = Compared(1, "ab" * 32, 11, 0.25, 0.5, (-1.5, 2.0), placements)
    (again,) = from_bytes(replace(described, compared=(one,)).to_bytes(), described.networks_sha256).compared
    assert (again.place, again.reference_sha256, again.turn, again.cosine, again.cosine_aligned, again.verdicts) == (1, "ab" * 32, 11, 0.25, 0.5, (-1.5, 2.0))
    np.testing.assert_array_equal(again.placements, placements)


@pytest.mark.parametrize(("place", "verdicts"), [(60_000, (1.0,)), (0, ())])
def test_comparisons_that_cannot_be_are_refused(described: Described, place: int, verdicts: tuple[float, ...]) -> None:
    one = Compared(place, "ab" * 32, 0, 0.0, 0.0, verdicts, tuple(np.eye(3) for _ in verdicts))
    with pytest.raises(OtherNetworks, match="damaged"):
        from_bytes(replace(described, compared=(one,)).to_bytes(), described.networks_sha256)


def test_they_are_compact(described: Described) -> None:
    assert len(described.to_bytes()) < 17_000 * len(described.places) + 100


def test_other_networks_are_told_apart(described: Described) -> None:
    with pytest.raises(OtherNetworks, match="another version"):
        from_bytes(described.to_bytes(), OTHER)


@pytest.mark.parametrize("part", [0, 1, 20, 49, 0.5, 0.99])
def test_what_is_cut_short_is_refused(described: Described, part: float) -> None:
    content = described.to_bytes()
    with pytest.raises(OtherNetworks):
        from_bytes(content[: int(part if part >= 1 else part * len(content))], described.networks_sha256)


@given(st.binary(max_size=200))
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(OtherNetworks):
        from_bytes(content, OTHER)


def test_half_precision_keeps_unit_lengths(described: Described) -> None:
    np.testing.assert_allclose(np.linalg.norm(described.embeddings.astype(np.float32), axis=1), 1, atol=5e-3)
