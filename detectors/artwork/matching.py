"""Which reference lies at which place and how: cosines for all, the pair network for the likeliest, and another look at the best where they seem to lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.artwork.cutting import Levels, Matrix
from detectors.artwork.described import Described
from detectors.artwork.networks import EMBEDDING, Networks
from detectors.artwork.places import possible, size_of
from detectors.artwork.references import TURNS, Prepared
from detectors.artwork.scoring import Weights

PAIRS_A_PLACE = 4
MOST_PAIRS = 14
APART = 2  # turns between the two at which a reference is tried
MOST_REFINED = 4


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Reference `which` at `turn` (of 12) and proposal `place`: their cosine, logits (at first and after each cutting anew) and the placement.

    `placement` takes the turned reference's square (-1 to 1) to pixels of the picture.
    """

    place: int
    which: int
    turn: int
    cosine: float
    cosine_aligned: float
    verdicts: tuple[float, ...]
    placement: npt.NDArray[np.float64]

    def upright(self, reference: Prepared) -> npt.NDArray[np.float64]:
        """The placement of the reference as it was registered."""
        result: npt.NDArray[np.float64] = self.placement @ np.linalg.inv(reference.turns[self.turn])
        return result

    def features(self, objectness: float) -> npt.NDArray[np.float64]:
        """The numbers of scoring.FEATURES."""
        first, aligned, again = (self.verdicts[min(n, len(self.verdicts) - 1)] for n in range(3))
        size, refined = np.log(max(1.0, size_of(self.placement))), float(len(self.verdicts) > 1)
        return np.array([first, aligned, again, self.cosine, self.cosine_aligned, size, objectness, refined])


class Matcher:
    """Compares what was described of a picture with all references."""

    def __init__(self, references: Sequence[Prepared], networks: Networks, weights: Weights) -> None:
        self._references, self._networks, self._weights = references, networks, weights
        described = [reference.embeddings for reference in references]
        self._embeddings = np.concatenate(described).T.copy() if described else np.zeros((EMBEDDING, 0), np.float32)

    def pairs(self, described: Described, levels: Callable[[], Levels]) -> list[Pair]:
        """The likeliest pairs, likeliest first. `levels` is called at most once, and only when a pair deserves that the picture is cut anew."""
        likeliest = self._judged(self._chosen(described), described.grids, described.places.squares())
        likeliest.sort(key=lambda pair: -pair.verdicts[-1])
        promising = [pair for pair in likeliest if pair.verdicts[0] > self._weights.floors.verdict and possible(pair.placement)][:MOST_REFINED]
        if not promising:
            return likeliest
        picture = levels()
        refined = promising
        for _ in range(self._weights.recuts):
            refined = self._cut_anew(refined, picture)
        by_key = {(pair.place, pair.which, pair.turn): pair for pair in refined}
        return [by_key.get((pair.place, pair.which, pair.turn), pair) for pair in likeliest]

    def _chosen(self, described: Described) -> list[Pair]:
        """For each place the most similar references at their most similar turns, and of all these the most similar."""
        places = len(described.places)
        if not places or not self._references:
            return []
        cosines = (described.embeddings.astype(np.float32) @ self._embeddings).reshape(places, len(self._references), TURNS)
        squares = described.places.squares()
        found = [one for place in range(places) for one in self._of_place(cosines[place], place)]
        found.sort(key=lambda one: (-one[0], one[1], one[2], one[3]))
        return [Pair(p, w, t, cosine, cosine, (), squares[p]) for cosine, p, w, t in found[:MOST_PAIRS]]

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

    def _judged(self, pairs: list[Pair], grids: npt.NDArray[Any], squares: Matrix) -> list[Pair]:
        """With the pair network's logit and placement; `grids` and `squares` are by place."""
        if not pairs:
            return []
        places = [pair.place for pair in pairs]
        return self._compared(pairs, grids[places], squares[places], [pair.cosine for pair in pairs])

    def _cut_anew(self, pairs: list[Pair], picture: Levels) -> list[Pair]:
        """Looked at again, in a square cut where each pair was placed."""
        squares = np.stack([pair.placement for pair in pairs])
        embeddings, grids = self._networks.described(picture.cut(squares))
        own = np.stack([self._references[pair.which].embeddings[pair.turn] for pair in pairs])
        cosines = [float(cosine) for cosine in np.einsum("nd,nd->n", own, embeddings)]
        once = [len(pair.verdicts) > 1 for pair in pairs]
        seen = self._compared(pairs, grids, squares, cosines)
        return [pair if before else replace(pair, cosine_aligned=cosine) for pair, cosine, before in zip(seen, cosines, once, strict=True)]

    def _compared(self, pairs: list[Pair], grids: npt.NDArray[Any], squares: Matrix, cosines: list[float]) -> list[Pair]:
        """Each pair with one more logit, and placed anew where that is a possible place."""
        own = np.stack([self._references[pair.which].grids[pair.turn] for pair in pairs])
        masks = np.stack([self._references[pair.which].masks[pair.turn] for pair in pairs])
        verdicts, affines = self._networks.compared(own, masks, grids, np.array(cosines))
        placed = squares @ affines
        return [
            replace(pair, verdicts=(*pair.verdicts, float(verdict)), placement=after if possible(after) else before)
            for pair, verdict, before, after in zip(pairs, verdicts, squares, placed, strict=True)
        ]
