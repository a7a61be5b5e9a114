"""The networks keep to their contract: shapes, ranges, and the same answer every time, from any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from detectors.artwork.networks import Networks, shipped_networks

RNG = np.random.default_rng(5)
CROPS = RNG.integers(0, 255, (3, 64, 64, 3), np.uint8)


@pytest.fixture(scope="module")
def networks() -> Networks:
    return shipped_networks()


@pytest.mark.parametrize("shape", [(32, 32), (64, 32), (480, 640), (32, 640)])
def test_the_proposer_answers_for_every_eighth_pixel(networks: Networks, shape: tuple[int, int]) -> None:
    heat, boxes = networks.proposed(RNG.integers(0, 255, (*shape, 3), np.uint8))
    assert heat.shape == (shape[0] // 8, shape[1] // 8)
    assert boxes.shape == (4, *heat.shape)
    assert np.isfinite(heat).all()
    assert (boxes[:2] > 0).all()
    assert np.isfinite(boxes).all()


def test_the_trunk_gives_unit_lengths(networks: Networks) -> None:
    embeddings, grids = networks.described(CROPS)
    assert embeddings.shape == (3, 96)
    assert grids.shape == (3, 32, 16, 16)
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(grids, axis=1), 1, atol=1e-3)


def test_the_pair_network_gives_a_logit_and_a_matrix(networks: Networks) -> None:
    embeddings, grids = networks.described(CROPS)
    verdicts, affines = networks.compared(grids.astype(np.float16), np.ones((3, 16, 16), np.float16), grids, np.ones(3))
    assert verdicts.shape == (3,)
    assert affines.shape == (3, 3, 3)
    assert (affines[:, 2] == [0, 0, 1]).all()
    assert np.isfinite(embeddings).all()


def test_nothing_in_nothing_out(networks: Networks) -> None:
    embeddings, grids = networks.described(CROPS[:0])
    assert (embeddings.shape, grids.shape) == ((0, 96), (0, 32, 16, 16))
    verdicts, affines = networks.compared(grids, grids[:, 0], grids, np.zeros(0))
    assert (verdicts.shape, affines.shape) == ((0,), (0, 3, 3))


def test_the_same_answer_from_every_thread(networks: Networks) -> None:
    alone = networks.described(CROPS)[1]
    with ThreadPoolExecutor(4) as threads:
        for grids in threads.map(lambda _: networks.described(CROPS)[1], range(12)):
            assert (grids == alone).all()


def test_they_are_loaded_once() -> None:
    with ThreadPoolExecutor(4) as threads:
        assert len({id(networks) for networks in threads.map(lambda _: shipped_networks(), range(8))}) == 1
