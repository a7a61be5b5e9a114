"""Which pairs are looked at, how often, and where the answers of the pair network lead: with networks whose answers are written down here."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from detectors.artwork.cutting import Levels, upright
from detectors.artwork.described import Described
from detectors.artwork.matching import MOST_PAIRS, MOST_REFINED, PAIRS_A_PLACE, Matcher, Pair
from detectors.artwork.networks import Networks
from detectors.artwork.places import size_of, turn_of
from detectors.artwork.proposals import MARGIN, Proposals
from detectors.artwork.references import TURN, TURNS, Prepared, prepared
from detectors.artwork.scoring import FEATURES, UNSEEN, Weights, shipped_weights
from tests.detectors.artwork.scenes import registered

WEIGHTS = replace(shipped_weights(), floors=replace(shipped_weights().floors, cosine=0.0, verdict=-5.0, aligned=-4.0))
CLOSE = 0.75  # what the close look always says
NOT_LOADED = "the picture was asked for"


class Scripted(Networks):
    """Answers each comparison with the next of `rounds`: a function from the number of pairs to logits and affines."""

    def __init__(self, *rounds: Callable[[int], tuple[np.ndarray, np.ndarray]]) -> None:
        self._rounds = list(rounds)
        self.asked: list[int] = []
        self.close = 0
        self.crops: list[np.ndarray] = []

    def described(self, crops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.crops.append(crops)
        return np.tile(np.eye(1, 96, dtype=np.float32), (len(crops), 1)), np.zeros((len(crops), 32, 16, 16), np.float32)

    def agreed(self, references: np.ndarray, covers: np.ndarray, crops: np.ndarray) -> np.ndarray:
        assert references.shape == crops.shape == (len(crops), 128, 128, 3)
        assert covers.shape == references.shape[:3]
        self.close += len(crops)
        return np.full(len(crops), CLOSE)

    def compared(self, references: np.ndarray, masks: np.ndarray, crops: np.ndarray, cosines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert len(references) == len(masks) == len(crops) == len(cosines)
        self.asked.append(len(cosines))
        return self._rounds.pop(0)(len(cosines))


def answer(verdict: float, affine: np.ndarray | None = None) -> Callable[[int], tuple[np.ndarray, np.ndarray]]:
    return lambda count: (np.full(count, verdict), np.tile(np.eye(3) if affine is None else affine, (count, 1, 1)))


def reference(number: int, turn: int = 0) -> Prepared:
    """One whose embedding is the unit vector `number` at that turn and the opposite at all others."""
    embeddings = np.tile(-np.eye(1, 96, number, dtype=np.float32), (TURNS, 1))
    embeddings[turn] *= -1
    return replace(prepared(registered(20)), sha256=str(number), embeddings=embeddings)


def seen(*like: dict[int, float], sides: float = 40.0) -> Described:
    """Places 100 pixels apart, each with its cosine to each reference."""
    embeddings = np.zeros((len(like), 96), np.float16)
    for place, cosines in enumerate(like):
        for which, cosine in cosines.items():
            embeddings[place, which] = cosine
    centres = np.stack([np.arange(len(like)) * 100.0 + 100, np.full(len(like), 60.0)], axis=1).astype(np.float32)
    places = Proposals(centres, np.full(len(like), sides, np.float32), np.zeros(len(like), np.float32))
    return Described("", 2000, 120, places, embeddings, np.zeros((len(like), 32, 16, 16), np.float16))


def not_loaded() -> Levels:
    raise AssertionError(NOT_LOADED)


def levels() -> Levels:
    return Levels(np.full((120, 2000, 3), 90, np.uint8))


def matcher(networks: Networks, count: int = 1, weights: Weights = WEIGHTS) -> Matcher:
    return Matcher([reference(number) for number in range(count)], networks, weights)


def test_the_most_similar_reference_at_its_most_similar_turn() -> None:
    networks = Scripted(answer(-9))
    (pair, *rest) = Matcher([reference(0, 3), reference(1, 7)], networks, WEIGHTS).pairs(seen({1: 0.9, 0: 0.2}), not_loaded)
    assert (pair.which, pair.turn, pair.place) == (1, 7, 0)
    assert pair.cosine == pytest.approx(0.9, abs=1e-3)
    assert [other.which for other in rest] == [0]


def test_a_reference_is_tried_at_two_turns_that_lie_apart() -> None:
    own = reference(0)
    embeddings = np.zeros((TURNS, 96), np.float32)
    embeddings[:, 0] = [0.1, 0.8, 0.9, 0.7, 0.1, 0.1, 0.1, 0.1, 0.6, 0.2, 0.1, 0.1]
    pairs = Matcher([replace(own, embeddings=embeddings)], Scripted(answer(-9)), WEIGHTS).pairs(seen({0: 1.0}), not_loaded)
    assert sorted(pair.turn for pair in pairs) == [2, 8]


def test_so_many_pairs_a_place_and_so_many_in_all() -> None:
    networks = Scripted(answer(-9))
    like = [{which: (place * 10 + which) / 100 for which in range(8)} for place in range(6)]
    pairs = matcher(networks, 8).pairs(seen(*like), not_loaded)
    assert networks.asked == [MOST_PAIRS] == [len(pairs)]
    assert max(sum(pair.place == place for pair in pairs) for place in range(6)) == PAIRS_A_PLACE
    assert {pair.which for pair in pairs} == set(range(8 - PAIRS_A_PLACE, 8))
    assert {pair.place for pair in pairs} == set(range(6 - -(-MOST_PAIRS // PAIRS_A_PLACE), 6))


def test_pairs_below_the_floor_are_not_compared() -> None:
    weights = replace(WEIGHTS, floors=replace(WEIGHTS.floors, cosine=0.5))
    networks = Scripted(answer(-9))
    pairs = matcher(networks, 2, weights).pairs(seen({0: 0.6, 1: 0.4}, {0: 0.1}), not_loaded)
    assert [(pair.place, pair.which) for pair in pairs] == [(0, 0)]
    assert matcher(Scripted(), 2, weights).pairs(seen({0: 0.4}), not_loaded) == []


def test_without_references_or_places_there_is_nothing() -> None:
    assert Matcher([], Scripted(), WEIGHTS).pairs(seen({0: 0.9}), not_loaded) == []
    assert matcher(Scripted()).pairs(seen(), not_loaded) == []


@pytest.mark.parametrize("verdict", [-9.0, -5.0])
def test_the_picture_is_not_asked_for_without_a_promising_pair(verdict: float) -> None:
    (pair,) = matcher(Scripted(answer(verdict))).pairs(seen({0: 0.9}), not_loaded)
    assert pair.verdicts == (verdict,)
    assert pair.features(1.5).tolist()[-1] == 1.5


def test_at_most_four_are_cut_anew_and_three_looked_at_closely_and_the_picture_is_asked_for_once() -> None:
    asked = []
    networks = Scripted(lambda count: (np.arange(count) - 2.0, np.tile(np.eye(3), (count, 1, 1))), answer(3))
    pairs = matcher(networks).pairs(seen(*[{0: 0.9 - place / 100} for place in range(7)]), lambda: asked.append(1) or levels())
    assert asked == [1]
    assert networks.asked == [7, MOST_REFINED]
    assert [pair.place for pair in pairs if len(pair.verdicts) >= 2] == [6, 5, 4, 3]
    assert [pair.place for pair in pairs if len(pair.verdicts) == 3] == [6, 5, 4]
    assert [pair.verdicts[0] for pair in pairs] == [4, 3, 2, 1, 0, -1, -2]


def test_what_still_seems_to_lie_there_is_looked_at_closely() -> None:
    (pair,) = matcher(Scripted(answer(1), answer(2))).pairs(seen({0: 0.5}), levels)
    assert pair.verdicts == (1.0, 2.0, CLOSE)
    assert pair.cosine == pytest.approx(0.5, abs=1e-3)
    assert pair.cosine_aligned == 1
    features = dict(zip(FEATURES, pair.features(0.25), strict=True))
    assert features == pytest.approx({
        "verdict": 1.0,
        "verdict_aligned": 2.0,
        "closely": CLOSE,
        "cosine": 0.5,
        "cosine_aligned": 1.0,
        "log_size": math.log(40),
        "objectness": 0.25,
    }, abs=1e-3)  # fmt: skip


def test_what_seems_to_lie_there_no_longer_is_not_looked_at_closely() -> None:
    networks = Scripted(answer(1), answer(WEIGHTS.floors.aligned - 1))
    (pair,) = matcher(networks).pairs(seen({0: 0.5}), levels)
    assert networks.close == 0
    assert pair.features(0.0)[FEATURES.index("closely")] == UNSEEN


def test_what_was_compared_before_is_not_compared_again() -> None:
    own = seen({0: 0.9, 1: 0.8}, {0: 0.7})
    first = matcher(Scripted(answer(1), answer(2)), 2)
    pairs = first.pairs(own, levels)
    assert all(len(pair.verdicts) == 3 for pair in pairs)
    again = matcher(Scripted(), 2).pairs(replace(own, compared=first.compared(pairs)), not_loaded)
    for before, after in zip(pairs, again, strict=True):
        assert (before.place, before.which, before.turn, before.verdicts) == (after.place, after.which, after.turn, after.verdicts)
        assert (before.cosine, before.cosine_aligned) == (after.cosine, after.cosine_aligned)
        np.testing.assert_array_equal(before.placement, after.placement)


def test_of_a_new_reference_alone_the_pairs_are_compared() -> None:
    own = seen({0: 0.9, 1: 0.8, 2: 0.5}, {0: 0.7, 2: 0.6})
    first = matcher(Scripted(answer(1), answer(2)), 2)
    known = replace(own, compared=first.compared(first.pairs(own, levels)))
    networks = Scripted(answer(-9))
    pairs = matcher(networks, 3).pairs(known, not_loaded)
    assert networks.asked == [2]  # at both places
    assert {pair.which: pair.verdicts[-1] for pair in pairs} == {0: CLOSE, 1: CLOSE, 2: -9.0}


def test_what_was_cut_anew_before_is_as_at_first_where_others_are_likelier_now() -> None:
    like = [{0: 0.9 - place / 100, 1: 0.5} for place in range(MOST_REFINED)]
    first = matcher(Scripted(answer(1), answer(2)))
    known = replace(seen(*like), compared=first.compared(first.pairs(seen(*like), levels)))
    pairs = matcher(Scripted(answer(3), answer(4)), 2).pairs(known, levels)
    assert {(pair.which, pair.verdicts[:2]) for pair in pairs} == {(1, (3.0, 4.0)), (0, (1.0,))}
    assert all(pair.cosine_aligned == pair.cosine for pair in pairs if pair.which == 0)


def test_affines_lead_from_place_to_place() -> None:
    smaller, aside = np.diag([0.5, 0.5, 1]), np.array([[1, 0, 0.5], [0, 1, 0], [0, 0, 1]])
    (pair,) = matcher(Scripted(answer(1, smaller), answer(2, aside))).pairs(seen({0: 0.9}), levels)
    # First half as large about the place's middle; then, in that smaller square, half of its half side to the right.
    np.testing.assert_allclose(pair.placement, upright(100 + 0.5 * 11, 60, 22), rtol=1e-5)
    assert size_of(pair.placement) == pytest.approx(20)


@pytest.mark.parametrize("affine", [np.diag([-1.0, 1, 1]), np.diag([1.0, 0.1, 1]), np.zeros((3, 3)), np.diag([np.nan, 1, 1])])
def test_a_placement_that_cannot_be_is_not_followed(affine: np.ndarray) -> None:
    (pair,) = matcher(Scripted(answer(1, affine), answer(2, affine))).pairs(seen({0: 0.9}), levels)
    np.testing.assert_allclose(pair.placement, upright(100, 60, 40 * MARGIN), rtol=1e-5)


@pytest.mark.parametrize("turn", range(TURNS))
def test_a_turned_artwork_is_placed_as_it_lies(turn: int) -> None:
    """The picture shows the artwork turned; the pair that is alike is of the turn at which the reference was cut to look so."""
    ready = prepared(registered(22))
    clockwise = (360 - TURN * turn) % 360
    shown = Levels(ready.shown).cut((upright(64, 64, 128) @ ready.turns[turn])[None])[0]
    pair = Pair(0, 0, turn, 1.0, 1.0, (0.0,), (upright(32, 32, 64),))
    (straight,) = Levels(shown).cut(pair.upright(ready)[None])
    (own,) = Levels(ready.shown).cut(upright(64, 64, 128)[None])
    inside = np.hypot(*np.mgrid[-31.5:32, -31.5:32]) < 28
    assert np.abs(straight.astype(int) - own)[inside].mean() < 12
    assert (turn_of(pair.upright(ready)) - clockwise) % 360 in {0, 360}
