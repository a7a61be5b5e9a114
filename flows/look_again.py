"""Looking again at stored pictures: what one detector, as it is set now, sees in those that it saw in an earlier version or setting only.

Pictures are looked at in parallel and settled one after the other, in their order. A copy of a picture with findings takes its findings, whether that one
was settled a moment or a month ago: so a rescan that was interrupted ends with the findings of one that was not.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from detectors.detector import Describing, Detector, NotDescribed
from detectors.near_duplicates import Fingerprints
from detectors.picture import Unreadable, decode, same_picture
from domain.finding import Finding
from flows.examine_media import Copy, Look, key_of, rescaled, row_of, scanned
from flows.station import Station
from storage import examinations, rescans
from storage.batching.batches import ExaminedMedia
from storage.errors import NotFound
from storage.rescans import Waiting


@dataclass(slots=True)
class Budget:
    """Until when looking may go on (monotonic seconds). Many threads may ask."""

    until: float = math.inf

    @property
    def spent(self) -> bool:
        """Whether it is over."""
        return time.monotonic() > self.until

    def stop(self) -> None:
        """Be over at once."""
        self.until = -math.inf


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of one picture. `findings` None: it was not looked at, being a copy of one that was. `error`: no readable picture. `missing`: no bytes."""

    waiting: Waiting
    findings: tuple[Finding, ...] | None = None
    error: str | None = None
    missing: bool = False

    @property
    def counts(self) -> bool:
        """Whether it counts as looked at: it, or what it is a copy of, could be read."""
        return self.error is None and not self.missing


@dataclass(frozen=True, slots=True)
class Settled:
    """One picture, done. `row` is what the store keeps of it: None where nothing was found."""

    looked: Looked
    row: ExaminedMedia | None


def copies_among(detector: Detector, waiting: Sequence[Waiting]) -> frozenset[str]:
    """The SHA-256 of those that need not be looked at: each was found to be a copy of a picture that is settled, or comes earlier in `waiting`."""
    if not detector.shares_near_duplicates:
        return frozenset()
    before: set[str] = set()
    copies: set[str] = set()
    for one in waiting:
        if one.same_as is not None and (one.settled or one.same_as in before):
            copies.add(one.media_sha256)
        before.add(one.media_sha256)
    return frozenset(copies)


def look_at_all(station: Station, detector: Detector, waiting: Iterable[Waiting], copies: frozenset[str], budget: Budget) -> Iterable[Looked]:
    """Each of `waiting` in turn, until `budget` is spent: none of the rest then."""
    for one in waiting:
        if budget.spent:
            return
        yield Looked(one) if one.media_sha256 in copies else look(station, detector, one)


def look(station: Station, detector: Detector, waiting: Waiting) -> Looked:
    """Show the detector what it described of the picture, or else the picture. Raises StoreDamaged when its bytes are not what was captured."""
    try:
        seen = _by_description(station, detector, waiting.media_sha256)
        if seen is not None:
            return Looked(waiting, seen)
        result = scanned(station, waiting.media_sha256, [detector], departments_own=waiting.departments_own)
    except NotFound:  # erased since it was listed, or lost: the store counts it
        return Looked(waiting, (), missing=True)
    return Looked(waiting, result.findings, result.error)


def _by_description(station: Station, detector: Detector, sha256: str) -> tuple[Finding, ...] | None:
    """What the detector sees in what was described of the picture; None where it must be shown the picture. Raises what the vault raises."""
    if not isinstance(detector, Describing) or station.descriptions is None or (described := station.descriptions.of(sha256)) is None:
        return None
    with suppress(NotDescribed, Unreadable):
        return detector.examine_described(described, lambda: decode(station.vault.get(sha256)))
    return None


class Settling:
    """Makes rows of looks, one after the other in their order, and remembers in what the detector has found something."""

    def __init__(self, station: Station, detector: Detector) -> None:
        """Asks the store in which pictures this detector, as it is set, has found something by now."""
        self._station, self._detector, self._key = station, detector, key_of(detector)
        self._found: set[str] = set()
        self._clean: set[str] = set()
        self._seen: dict[str, tuple[Finding, ...]] = {}
        self._originals = Fingerprints()
        for one in station.door.call(rescans.found, detector=self._key, compartment=self._station.compartment):
            self._remember(one.media_sha256, one.fingerprint, copy=one.copy)

    def settle(self, looked: Looked) -> Settled:
        """What the store is to keep of it."""
        original = self._original(looked)
        if original is not None:
            return self._kept(looked, self._linked(looked.waiting, original), original)
        if looked.findings is None and not self._clean_original(looked.waiting):
            looked = look(self._station, self._detector, looked.waiting)
        return self._kept(looked, looked.findings or (), None)

    def _clean_original(self, waiting: Waiting) -> bool:
        """Whether the picture that it is a copy of was looked at, and shows nothing.

        Else it could not be read, or was left out, or has findings that cannot be had from it: it may itself be a copy of a third picture.
        """
        return waiting.same_as not in self._found and (waiting.settled or waiting.same_as in self._clean)

    def _original(self, looked: Looked) -> str | None:
        """The picture with findings that shows the same."""
        print_ = looked.waiting.fingerprint
        if print_ is None or not looked.counts or not self._detector.shares_near_duplicates:
            return None
        candidates = self._originals.near(print_)
        return next((one for one in candidates if self._same(looked.waiting.media_sha256, one)), None)

    def _same(self, here: str, there: str) -> bool:
        try:
            return same_picture(decode(self._station.vault.get(here)), decode(self._station.vault.get(there)))
        except (NotFound, Unreadable):  # one of them was erased, or is no picture to this version: nothing can be said of the two
            return False

    def _linked(self, waiting: Waiting, original: str) -> tuple[Finding, ...]:
        seen = self._seen.get(original)
        if seen is None:
            seen = tuple(self._station.door.call(examinations.findings, detector=self._key, media_sha256=original, compartment=self._station.compartment))
        return tuple(rescaled(self._station, seen, Copy(Look(waiting.media_sha256, (self._detector,)), original)))

    def _kept(self, looked: Looked, findings: tuple[Finding, ...], original: str | None) -> Settled:
        if not findings and looked.counts:
            self._clean.add(looked.waiting.media_sha256)
        if not findings:
            return Settled(looked, None)
        waiting = looked.waiting
        self._seen[waiting.media_sha256] = findings
        self._remember(waiting.media_sha256, waiting.fingerprint, copy=original is not None)
        row = row_of(self._station, Look(waiting.media_sha256, (self._detector,)), self._detector, waiting.fingerprint, original, None, findings)
        return Settled(looked, row)

    def _remember(self, sha256: str, fingerprint: str | None, *, copy: bool) -> None:
        self._found.add(sha256)
        if fingerprint is not None and not copy:
            self._originals.add(sha256, fingerprint)
