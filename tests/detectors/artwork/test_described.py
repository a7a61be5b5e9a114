"""What was described can be kept as bytes, and bytes of anything else are refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.artwork import Artwork, Described, OtherNetworks
from detectors.artwork.described import from_bytes
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
