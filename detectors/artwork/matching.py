"""Which reference lies at which place and how: cosines for all, the pair network for the likeliest, another look at the best where they seem to lie, and a
close one at those that still seem to."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.artwork.cutting import Levels, Matrix
from detectors.artwork.described import Compared, Described
from detectors.artwork.networks import EMBEDDING, Networks
from detectors.artwork.places import possible, size_of
from detectors.artwork.references import SHOWN, TURNS, Prepared
from detectors.artwork.scoring import UNSEEN, Weights

PAIRS_A_PLACE = 4
MOST_PAIRS = 14
APART = 2  # turns between the two at which a reference is tried
MOST_REFINED, MOST_CLOSELY = 4, 3
BLOCK = 96  # columns that are multiplied at once: with more, OpenBLAS wakes threads that spin for longer than the product takes
EMBLEM_LIKE = 0.07  # the cosine that one logit of the proposer's is worth when pairs are chosen

Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Reference `which` at `turn` (of 12) and proposal `place`: their cosine, and after each look (at first, cut anew, closely) the logit, and after the first
    two the placement.

    A placement takes the turned reference's square (-1 to 1) to pixels of the picture.
    """

    place: int
    which: int
    turn: int
    cosine: float
    cosine_aligned: float
    verdicts: tuple[float, ...] = ()
    placements: tuple[Matrix, ...] = ()

    @property
    def placement(self) -> npt.NDArray[np.float64]:
        """The last."""
        return self.placements[-1]

    def upright(self, reference: Prepared) -> npt.NDArray[np.float64]:
        """The placement of the reference as it was registered."""
        result: npt.NDArray[np.float64] = self.placement @ np.linalg.inv(reference.turns[self.turn])
        return result

    def features(self, objectness: float) -> npt.NDArray[np.float64]:
        """The numbers of scoring.FEATURES."""
        first, aligned = self.verdicts[0], self.verdicts[min(1, len(self.verdicts) - 1)]
        closely = self.verdicts[2] if len(self.verdicts) > 2 else UNSEEN
        return np.array([first, aligned, closely, self.cosine, self.cosine_aligned, np.log(max(1.0, size_of(self.placement))), objectness])


class Matcher:
    """Compares what was described of a picture with all references."""

    def __init__(self, references: Sequence[Prepared], networks: Networks, weights: Weights) -> None:
        self._references, self._networks, self._weights = references, networks, weights
        described = [reference.embeddings for reference in references]
        every = np.concatenate(described).T if described else np.zeros((EMBEDDING, 0), np.float32)
        self._embeddings = [every[:, at : at + BLOCK].copy() for at in range(0, every.shape[1], BLOCK)]

    def pairs(self, described: Described, levels: Callable[[], Levels]) -> list[Pair]:
        """The likeliest pairs, likeliest first. `levels` is called at most once, and only when a pair deserves that the picture is cut anew.

        What `described` was compared with before is not compared again.
        """
        known = self._known(described.compared)
        likeliest = self._judged(self._chosen(described), described, known)
        likeliest.sort(key=lambda pair: -pair.verdicts[-1])
        promising = [pair for pair in likeliest if pair.verdicts[0] > self._weights.floors.verdict and possible(pair.placement)][:MOST_REFINED]
        if not promising:
            return likeliest
        picture = functools.cache(levels)
        refined = self._looked(promising, known, 2, lambda new: self._cut_anew(new, picture()))
        close = sorted((pair for pair in refined if pair.verdicts[1] > self._weights.floors.aligned), key=lambda pair: -pair.verdicts[1])[:MOST_CLOSELY]
        closely = self._looked(close, known, 3, lambda new: self._closely(new, picture()))
        by_key = {_key(pair): pair for pair in [*refined, *closely]}
        return [by_key.get(_key(pair), pair) for pair in likeliest]

    def compared(self, pairs: Iterable[Pair]) -> tuple[Compared, ...]:
        """What is to be kept of `pairs`."""
        sha256 = [reference.sha256 for reference in self._references]
        return tuple(Compared(p.place, sha256[p.which], p.turn, p.cosine, p.cosine_aligned, p.verdicts, p.placements) for p in pairs)

    def _known(self, compared: Iterable[Compared]) -> Mapping[Key, Pair]:
        """Of what was compared before that with artwork that is still registered."""
        numbers = {reference.sha256: which for which, reference in enumerate(self._references)}
        still = ((numbers[one.reference_sha256], one) for one in compared if one.reference_sha256 in numbers)
        pairs = (Pair(one.place, which, one.turn, one.cosine, one.cosine_aligned, one.verdicts, one.placements) for which, one in still)
        return {_key(pair): pair for pair in pairs}

    def _chosen(self, described: Described) -> list[Pair]:
        """For each place the most similar references at their most similar turns, and of all these the likeliest: similar, at emblem-like places."""
        places = len(described.places)
        if not places or not self._references:
            return []
        embeddings = described.embeddings.astype(np.float32)
        cosines = np.concatenate([embeddings @ block for block in self._embeddings], axis=1).reshape(places, len(self._references), TURNS)
        found = [one for place in range(places) for one in self._of_place(cosines[place], place)]
        emblem_like = EMBLEM_LIKE * described.places.objectness.clip(-4, 2)
        found.sort(key=lambda one: (-one[0] - float(emblem_like[one[1]]), one[1], one[2], one[3]))
        return [Pair(p, w, t, cosine, cosine) for cosine, p, w, t in found[:MOST_PAIRS]]

    def _of_place(self, cosines: npt.NDArray[Any], place: int) -> list[tuple[float, int, int, int]]:
        """The likeliest of references x turns at one place: cosine, place, reference, turn. Upside down emblems look alike: two turns are tried of each."""
        which = np.arange(len(cosines))
        first = cosines.argmax(axis=1)
        apart = np.abs((np.arange(TURNS) - first[:, None] + TURNS // 2) % TURNS - TURNS // 2) >= APART
        second = np.where(apart, cosines, -2.0).argmax(axis=1)
        every, turns = np.tile(which, 2), np.concatenate([first, second])
        values = cosines[every, turns]
        likely = np.lexsort((turns, every, -values))[:PAIRS_A_PLACE]
        return [(float(values[n]), place, int(every[n]), int(turns[n])) for n in likely if values[n] > self._weights.floors.cosine]

    def _judged(self, pairs: list[Pair], described: Described, known: Mapping[Key, Pair]) -> list[Pair]:
        """With the pair network's logit and placement."""
        squares = described.places.squares()

        def look(new: list[Pair]) -> list[Pair]:
            places = [pair.place for pair in new]
            return self._compared(new, described.grids[places], squares[places], [pair.cosine for pair in new])

        return self._looked(pairs, known, 1, look)

    @staticmethod
    def _looked(pairs: list[Pair], known: Mapping[Key, Pair], looks: int, look: Callable[[list[Pair]], list[Pair]]) -> list[Pair]:
        """Each pair after so many looks: as it is known, or by `look`, which is asked for all others at once."""
        before = [_upto(known.get(_key(pair)), looks) for pair in pairs]
        new = [pair for pair, seen in zip(pairs, before, strict=True) if seen is None]
        fresh = iter(look(new) if new else [])
        return [next(fresh) if seen is None else seen for seen in before]

    def _cut_anew(self, pairs: list[Pair], picture: Levels) -> list[Pair]:
        """Looked at again, in a square cut where each pair was placed."""
        squares = np.stack([pair.placement for pair in pairs])
        embeddings, grids = self._networks.described(picture.cut(squares))
        own = np.stack([self._references[pair.which].embeddings[pair.turn] for pair in pairs])
        cosines = [float(cosine) for cosine in np.einsum("nd,nd->n", own, embeddings)]
        seen = self._compared(pairs, grids, squares, cosines)
        return [replace(pair, cosine_aligned=cosine) for pair, cosine in zip(seen, cosines, strict=True)]

    def _closely(self, pairs: list[Pair], picture: Levels) -> list[Pair]:
        """Looked at closely, upright, with twice the detail."""
        own = [self._references[pair.which] for pair in pairs]
        crops = picture.cut(np.stack([pair.upright(reference) for pair, reference in zip(pairs, own, strict=True)]), SHOWN)
        verdicts = self._networks.agreed(np.stack([reference.shown for reference in own]), np.stack([reference.cover for reference in own]), crops)
        return [replace(pair, verdicts=(*pair.verdicts, float(verdict))) for pair, verdict in zip(pairs, verdicts, strict=True)]

    def _compared(self, pairs: list[Pair], grids: npt.NDArray[Any], squares: Matrix, cosines: list[float]) -> list[Pair]:
        """Each pair with one more logit, and placed anew where that is a possible place."""
        own = np.stack([self._references[pair.which].grids[pair.turn] for pair in pairs])
        masks = np.stack([self._references[pair.which].masks[pair.turn] for pair in pairs])
        verdicts, affines = self._networks.compared(own, masks, grids, np.array(cosines))
        placed = squares @ affines
        return [
            replace(pair, verdicts=(*pair.verdicts, float(verdict)), placements=(*pair.placements, after if possible(after) else before))
            for pair, verdict, before, after in zip(pairs, verdicts, squares, placed, strict=True)
        ]


def _key(pair: Pair) -> Key:
    return pair.place, pair.which, pair.turn


def _upto(pair: Pair | None, looks: int) -> Pair | None:
    """The pair as it was after so many looks; None where it was not looked at so often."""
    if pair is None or len(pair.verdicts) < looks:
        return None
    aligned = pair.cosine if looks == 1 else pair.cosine_aligned
    return replace(pair, cosine_aligned=aligned, verdicts=pair.verdicts[:looks], placements=pair.placements[:looks])
