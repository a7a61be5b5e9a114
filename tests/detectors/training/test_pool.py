"""Batches: references lie on their queries, look-alikes are of the same family, held-out families stay out."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from detectors.training import geometry as geo
from detectors.training.pool import Pool

FAMILIES, QUERIES = 20, 160


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Emblems of two bright halves whose colour is their family's, and canvases that show them a little turned."""
    place, rng = tmp_path_factory.mktemp("pool"), np.random.default_rng(3)
    emblems = np.zeros((FAMILIES, 4, 96, 96, 4), np.uint8)
    for family in range(FAMILIES):
        for member in range(4):
            emblem = emblems[family, member]
            cv2.ellipse(emblem, (48, 48), (44, 30), 0, 0, 360, (10 * family + 40, 120, 250 - 10 * family, 255), -1)
            cv2.circle(emblem, (20 + 18 * member, 48), 9, (255, 255, 255, 255), -1)
    canvases, truth = [], []
    for number in range(QUERIES):
        family, member = number // 4 % FAMILIES, number % 4
        turn = cv2.getRotationMatrix2D((48, 48), float(rng.uniform(-180, 180)), 0.75)
        turn[:, 2] += 16
        seen = cv2.warpAffine(emblems[family, member], turn, (128, 128))
        canvases.append(np.where(seen[..., 3:] > 127, seen[..., :3], 30).astype(np.uint8))
        truth.append([family, member, 1.0, 60.0, *turn.ravel()])
    np.save(place / "emblems.npy", emblems)
    np.save(place / "queries-0.npy", np.stack(canvases[:80]))
    np.save(place / "queries-1.npy", np.stack(canvases[80:]))
    np.save(place / "truth-0.npy", np.array(truth[:80]))
    np.save(place / "truth-1.npy", np.array(truth[80:]))
    np.save(place / "others-drawn.npy", rng.integers(0, 255, (40, 128, 128, 3), dtype=np.uint8))
    return place


def test_references_lie_on_their_queries(folder: Path) -> None:
    batch = Pool(folder).batch(np.random.default_rng(1), 6, 8)
    agreeing = []
    for query, reference, mask, six in zip(batch.queries, batch.references, batch.masks, batch.affine, strict=True):
        through = geo.from_residual(six)[:2]
        covered = cv2.warpAffine(mask, through, (64, 64)) > 200
        moved = cv2.warpAffine(reference, through, (64, 64))
        agreeing.append(np.corrcoef(moved[covered].ravel(), query[covered].ravel())[0, 1])
    assert np.median(agreeing) > 0.9


def test_a_family_lies_at_one_turn(folder: Path) -> None:
    """The references of a family are told apart by their mark alone, so that each query is compared with all four."""
    batch = Pool(folder).batch(np.random.default_rng(7), 5, 1)
    for masks in batch.masks.reshape(5, 4, 64, 64):
        assert np.abs(masks.astype(int) - masks[0]).mean() < 2
    assert np.abs(np.degrees(np.arctan2(batch.affine[:, 3] - batch.affine[:, 1], 2 + batch.affine[:, 0] + batch.affine[:, 4]))).max() < 35


def test_a_reference_that_is_turned_away_does_not_lie_there(folder: Path) -> None:
    batch = Pool(folder).batch(np.random.default_rng(3), 6, 1)
    agree = [
        [float(np.corrcoef(shown.ravel(), drawn.ravel())[0, 1]) for shown, drawn in ((mask, turned), (mask, mask[::-1, ::-1]))]
        for mask, turned in zip(batch.masks, batch.turned_masks, strict=True)
    ]
    assert np.mean([away for away, _ in agree]) < 0.8 < np.mean([half for _, half in agree])


def test_shapes_and_shares(folder: Path) -> None:
    batch = Pool(folder).batch(np.random.default_rng(2), 5, 6)
    assert batch.queries.shape == batch.references.shape == batch.turned.shape == (20, 64, 64, 3)
    assert batch.masks.shape == batch.turned_masks.shape == (20, 64, 64)
    assert batch.other.shape == (6, 64, 64, 3)
    assert (batch.family.reshape(5, 4) == batch.family[::4, None]).all()
    assert np.abs(batch.affine).max() <= 0.9


def test_the_same_numbers_give_the_same_batch(folder: Path) -> None:
    first, second, other = (Pool(folder).batch(np.random.default_rng(seed), 2, 4) for seed in (5, 5, 6))
    assert all(np.array_equal(getattr(first, name), getattr(second, name)) for name in first.__slots__)
    assert not np.array_equal(first.queries, other.queries)


@pytest.mark.parametrize("near", [None, np.tile(np.arange(FAMILIES), (FAMILIES, 1))])
def test_held_out_families_are_not_trained_with(folder: Path, near: np.ndarray | None) -> None:
    pool, held = Pool(folder), Pool(folder, held_out=True)
    pool.near = near
    for seed in range(6):
        assert not (pool.batch(np.random.default_rng(seed), 8, 1).family % 10 == 9).any()
    assert (held.batch(np.random.default_rng(1), 2, 1).family % 10 == 9).all()


def test_batches_hold_families_that_are_alike(folder: Path) -> None:
    pool = Pool(folder)
    pool.near = ((np.arange(FAMILIES) + 1) % FAMILIES)[:, None]
    family = pool.batch(np.random.default_rng(4), 8, 1).family[::4]
    for first, second in zip(family[:4], family[4:], strict=True):
        assert second == (first + 1) % FAMILIES or (first + 1) % FAMILIES % 10 == 9


def test_a_family_without_all_its_queries_is_left_out(folder: Path) -> None:
    pool = Pool(folder)
    assert 3 in Pool(folder).families
    pool.usable = pool.usable[~((pool.truth[pool.usable, 0] == 3) & (pool.truth[pool.usable, 1] == 2))]
    assert 3 not in pool.families


def test_files_added_meanwhile_are_seen(folder: Path) -> None:
    pool = Pool(folder)
    assert len(pool.others) == 1
    np.save(folder / "others-mined.npy", np.zeros((3, 128, 128, 3), np.uint8))
    pool.refresh()
    assert len(pool.others) == 2
    (folder / "others-mined.npy").unlink()
