"""Close batches: each query lies on its reference, a family's emblems lie on each other, held-out families stay out."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from detectors.training.detail_pool import ClosePool
from detectors.training.pool import premultiplied

FAMILIES = 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Emblems with a mark of their member, and canvases that show them turned and larger or smaller."""
    place, rng = tmp_path_factory.mktemp("close"), np.random.default_rng(5)
    emblems = np.zeros((FAMILIES, 4, 192, 192, 4), np.uint8)
    canvases, truth = [], []
    for family in range(FAMILIES):
        for member in range(4):
            emblem = emblems[family, member]
            cv2.ellipse(emblem, (96, 96), (88, 60), 0, 0, 360, (10 * family + 40, 120, 250 - 10 * family, 255), -1)
            cv2.circle(emblem, (40 + 36 * member, 96), 18, (255, 255, 255, 255), -1)
            turn = cv2.getRotationMatrix2D((96, 96), float(rng.uniform(-180, 180)), float(rng.uniform(0.5, 0.8)))
            turn[:, 2] += 32
            seen = cv2.warpAffine(emblem, turn, (256, 256))
            canvases.append(np.where(seen[..., 3:] > 127, seen[..., :3], 30).astype(np.uint8))
            truth.append([family, member, 1.0, 100.0, *turn.ravel()])
    np.save(place / "large.npy", emblems)
    np.save(place / "close-0.npy", np.stack(canvases))
    np.save(place / "close-truth-0.npy", np.array(truth))
    np.save(place / "others-drawn.npy", rng.integers(0, 255, (10, 128, 128, 3), dtype=np.uint8))
    return place


def test_queries_lie_on_their_references_and_on_no_others(folder: Path) -> None:
    batch = ClosePool(folder).batch(np.random.default_rng(1), 6, 3)
    covered = batch.masks > 200

    def agree(query: int, reference: int) -> float:
        inside = covered[reference]
        return float(np.corrcoef(batch.queries[query][inside].ravel(), batch.references[reference][inside].ravel())[0, 1])

    assert np.median([agree(n, n) for n in range(24)]) > 0.9
    assert np.median([agree(n, n // 4 * 4 + (n + 1) % 4) for n in range(24)]) < 0.9


def test_shapes(folder: Path) -> None:
    batch = ClosePool(folder).batch(np.random.default_rng(2), 5, 3)
    assert batch.queries.shape == batch.references.shape == (20, 128, 128, 3)
    assert batch.masks.shape == (20, 128, 128)
    assert batch.other.shape == (3, 128, 128, 3)


def test_every_tenth_family_is_held_out(folder: Path) -> None:
    assert sorted(ClosePool(folder, held_out=True).by_member) == [9, 19]
    assert len(ClosePool(folder).by_member) == FAMILIES - 2


def test_the_same_numbers_give_the_same_batch(folder: Path) -> None:
    first, second, other = (ClosePool(folder).batch(np.random.default_rng(seed), 3, 2) for seed in (5, 5, 6))
    assert all(np.array_equal(getattr(first, name), getattr(second, name)) for name in first.__slots__)
    assert not np.array_equal(first.queries, other.queries)


def test_colours_are_multiplied_by_alpha() -> None:
    emblem = np.array([[[200, 100, 50, 255], [200, 100, 50, 51], [200, 100, 50, 0]]], np.uint8)
    assert premultiplied(emblem).tolist() == [[[200, 100, 50, 255], [40, 20, 10, 51], [0, 0, 0, 0]]]
