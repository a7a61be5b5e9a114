"""The detector: every registered artwork is looked for in a picture at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from detectors.artwork import keeping, matching, proposals
from detectors.artwork.candidates import Candidate, ours
from detectors.artwork.cutting import Levels
from detectors.artwork.described import Described, from_bytes
from detectors.artwork.matching import Matcher, Pair
from detectors.artwork.networks import shipped_networks
from detectors.artwork.places import box_of, quad_of, size_of, turn_of
from detectors.artwork.references import Prepared, ReferencePicture, prepared
from detectors.artwork.scoring import shipped_weights
from detectors.picture import Picture
from domain.authorization import DetectorName
from domain.finding import Finding, FindingKind, Where
from domain.identity import canonical_json, sha256_hex

VERSION = "2"


class Artwork:
    """Looks for every registered artwork in a picture at once."""

    name = DetectorName.ARTWORK
    version = VERSION
    finds = frozenset({FindingKind.DEPARTMENT_ARTWORK})
    shares_near_duplicates = True

    def __init__(self, references: Sequence[ReferencePicture], look_alikes: Sequence[ReferencePicture] = ()) -> None:
        """Prepares `references`, and `look_alikes`, which are looked for too and are not ours: what is one of them is no finding. Raises UnusableReference."""
        self._weights = shipped_weights()
        self._labels = tuple(reference.label for reference in (*references, *look_alikes))
        self._references = tuple(prepared(reference) for reference in (*references, *look_alikes))
        self._ours = len(references)
        self.threshold = self._weights.threshold(self._ours)
        self.calibration = self._weights.calibration
        self._matcher = Matcher(self._references, shipped_networks(), self._weights) if references else None
        self.settings_sha256 = sha256_hex(canonical_json(self._settings()))

    @property
    def networks_sha256(self) -> str:
        """By which networks it sees: what others described must be described anew."""
        return shipped_networks().sha256

    def examine(self, picture: Picture) -> tuple[Finding, ...]:
        """One finding for each place where an artwork is seen, from left to right."""
        return self._findings(self.candidates(picture))

    def candidates(self, picture: Picture) -> list[Candidate]:
        """Every pair of a place and an artwork that was looked at closely, with its score; the same place may come more than once."""
        if self._matcher is None:
            return []
        levels = Levels(picture.pixels)
        return self._candidates(_described(levels, picture.width, picture.height), lambda: levels)

    def described(self, picture: Picture) -> Described:
        """What there is to know of the picture, whatever is registered; `to_bytes` of it can be kept."""
        return _described(Levels(picture.pixels), picture.width, picture.height)

    def candidates_from(self, described: Described, load: Callable[[], Picture]) -> list[Candidate]:
        """What `candidates` gives, from what was described before. `load` is called at most once, and only when the picture must be cut anew."""
        return self._candidates(described, lambda: Levels(load().pixels))

    def reference(self, candidate: Candidate) -> Prepared:
        """What is kept of the artwork that a candidate is of."""
        return self._references[candidate.which]

    def examine_and_describe(self, picture: Picture) -> tuple[tuple[Finding, ...], bytes | None]:
        """What `examine` gives, and for `examine_described` the bytes of a description that holds nothing of a face; None while no artwork is registered."""
        if self._matcher is None:
            return (), None
        levels = Levels(picture.pixels)
        described = _described(levels, picture.width, picture.height)
        pairs = self._matcher.pairs(described, lambda: levels)
        kept = keeping.keepable(replace(described, compared=self._matcher.compared(pairs)), picture)
        return self._findings(self._seen(pairs, described)), kept.to_bytes()

    def examine_described(self, content: bytes, load: Callable[[], Picture]) -> tuple[Finding, ...]:
        """What `examine` gives, from the bytes of an earlier description. Raises OtherNetworks where it is not by these networks."""
        described = from_bytes(content, self.networks_sha256)
        if not keeping.withheld(described).any():
            return self._findings(self.candidates_from(described, load))
        levels = Levels(load().pixels)
        return self._findings(self._candidates(keeping.made_whole(described, levels, shipped_networks()), lambda: levels))

    def _candidates(self, described: Described, levels: Callable[[], Levels]) -> list[Candidate]:
        if self._matcher is None:
            return []
        return self._seen(self._matcher.pairs(described, levels), described)

    def _seen(self, pairs: list[Pair], described: Described) -> list[Candidate]:
        found = (self._candidate(pair, described) for pair in pairs)
        return [candidate for candidate in found if candidate is not None]

    def _candidate(self, pair: Pair, described: Described) -> Candidate | None:
        reference, placement = self._references[pair.which], pair.upright(self._references[pair.which])
        box = box_of(placement, reference.outline, described.width, described.height)
        if box is None:
            return None
        features = pair.features(float(described.places.objectness[pair.place]))
        quad = quad_of(placement, reference.corners)
        return Candidate(self._weights.score(features), self._labels[pair.which], pair.which >= self._ours, pair.which, features, box, quad, placement)

    def _findings(self, candidates: list[Candidate]) -> tuple[Finding, ...]:
        found = ours(candidates, self.threshold)
        return tuple(self._finding(candidate) for candidate in sorted(found, key=lambda c: (c.box.x, c.box.y, c.which)))

    def _finding(self, found: Candidate) -> Finding:
        return Finding(
            kind=FindingKind.DEPARTMENT_ARTWORK,
            label=found.label,
            score=found.score,
            threshold=self.threshold,
            where=Where(box=found.box),
            because=because(found, self.threshold),
            detector=self.name,
            detector_version=self.version,
            settings_sha256=self.settings_sha256,
            reference_sha256=self._references[found.which].sha256,
        )

    def _settings(self) -> list[Any]:
        fixed = [self._weights.sha256, shipped_networks().sha256, proposals.MOST, matching.MOST_PAIRS, matching.MOST_REFINED]
        registered = [[label, reference.sha256] for label, reference in zip(self._labels, self._references, strict=True)]
        return [*fixed, sorted(registered[: self._ours]), sorted(registered[self._ours :])]


def because(found: Candidate, threshold: float) -> str:
    """A sentence that a supervisor can repeat: which artwork, how sure, how it lies."""
    turn = turn_of(found.placement)
    turned = f"turned {abs(turn)}° {'clockwise' if turn > 0 else 'counter-clockwise'}" if turn else "upright"
    return (
        f"{sureness(found.score, threshold)} the registered artwork {found.label!r}, {turned}, {round(size_of(found.placement))} pixels across in this picture"
    )


def sureness(score: float, threshold: float) -> str:
    """In words, by how far between the threshold and 1 a score lies."""
    part = (score - threshold) / max(1e-9, 1 - threshold)
    return "very much like" if part > 0.9 else "much like" if part > 0.5 else "rather like"


def _described(levels: Levels, width: int, height: int) -> Described:
    """At half precision from the start, so that looking again at what was kept gives the same as looking for the first time."""
    networks = shipped_networks()
    found = proposals.proposals(levels, width, height, networks, shipped_weights().floors.objectness)
    embeddings, grids = networks.described(levels.cut(found.squares()))
    return Described(networks.sha256, width, height, found, embeddings.astype(np.float16), grids.astype(np.float16))
