"""A reference that is readily seen where it is not is said to be so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detectors.artwork import hardness, weaknesses
from detectors.artwork.bank import LIKELIEST, WORST, Bank, readily_seen, shipped_bank
from detectors.artwork.networks import Networks
from detectors.artwork.references import prepared
from detectors.artwork.scoring import shipped_weights
from tests.detectors.artwork.scenes import registered

REFERENCE = prepared(registered(20))


class Echo(Networks):
    """Its logit is ten times the cosine."""

    def __init__(self) -> None:
        self.asked: list[np.ndarray] = []

    def compared(self, references: np.ndarray, masks: np.ndarray, crops: np.ndarray, cosines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert len(references) == len(masks) == len(crops) == len(cosines)
        self.asked.append(cosines)
        return 10 * cosines, np.tile(np.eye(3), (len(cosines), 1, 1))


def bank(count: int, seed: int = 1) -> Bank:
    embeddings = np.random.default_rng(seed).normal(size=(count, 96))
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    return Bank(embeddings.astype(np.float16), np.zeros((count, 32, 16, 16), np.float16))


def test_the_likeliest_crops_are_asked_about_and_the_worst_count() -> None:
    networks = Echo()
    crops = bank(300)
    seen = readily_seen(REFERENCE, crops, networks)
    best = np.sort((crops.embeddings.astype(np.float32) @ REFERENCE.embeddings.T).max(axis=1))
    assert len(networks.asked[0]) == LIKELIEST
    assert seen == pytest.approx(10 * best[-WORST:].mean(), abs=1e-4)


def test_a_bank_with_the_reference_in_it_is_worse() -> None:
    crops = bank(40)
    crops.embeddings[:WORST] = REFERENCE.embeddings[3]
    assert readily_seen(REFERENCE, crops, Echo()) == pytest.approx(10, abs=0.05)
    assert readily_seen(REFERENCE, bank(40), Echo()) < 9


@pytest.mark.parametrize(("limit", "said"), [(None, False), (1e9, False), (-1e9, True)])
def test_it_is_said_at_registration(limit: float | None, said: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = replace(shipped_weights(), readily_seen=limit)
    monkeypatch.setattr(hardness, "shipped_bank", lambda: bank(20))
    monkeypatch.setattr(hardness, "shipped_weights", lambda: weights)
    assert any("readily seen" in sentence for sentence in weaknesses(registered(20))) == said


def test_without_a_bank_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = replace(shipped_weights(), readily_seen=-1e9)
    monkeypatch.setattr(hardness, "shipped_bank", lambda: None)
    monkeypatch.setattr(hardness, "shipped_weights", lambda: weights)
    assert not any("readily seen" in sentence for sentence in weaknesses(registered(20)))


def test_the_shipped_bank_fits_the_networks_where_there_is_one() -> None:
    shipped = shipped_bank()
    assert shipped is None or (shipped.embeddings.shape[1:], shipped.grids.shape[1:]) == ((96,), (32, 16, 16))
