"""Finding copies of one picture among many by their fingerprints. A near fingerprint is a candidate; `picture.same_picture` is what decides."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

WORDS = 4  # a fingerprint is 256 bits: four unsigned 64-bit words
NEAR_BITS = 40  # of 256; the verification that follows is strict, so this may be generous


class Fingerprints:
    """Fingerprints (64 hexadecimal digits each) by the SHA-256 of their picture, in the order in which they were added."""

    def __init__(self, known: Iterable[tuple[str, str]] = ()) -> None:
        self._names: list[str] = []
        self._words: npt.NDArray[np.uint64] = np.empty((16, WORDS), np.uint64)  # one row for each name, and room for more
        for sha256, fingerprint in known:
            self.add(sha256, fingerprint)

    def add(self, sha256: str, fingerprint: str) -> None:
        """Remember a picture."""
        if len(self._names) == len(self._words):
            self._words = np.concatenate([self._words, np.empty_like(self._words)])
        self._words[len(self._names)] = _words(fingerprint)
        self._names.append(sha256)

    def near(self, fingerprint: str) -> list[str]:
        """The SHA-256 of every remembered picture at most NEAR_BITS away, nearest first."""
        if not self._names:
            return []
        distances = np.bitwise_count(self._words[: len(self._names)] ^ _words(fingerprint)).sum(axis=1)
        return [self._names[index] for index in np.argsort(distances, kind="stable") if distances[index] <= NEAR_BITS]


def _words(fingerprint: str) -> npt.NDArray[np.uint64]:
    return np.frombuffer(bytes.fromhex(fingerprint), dtype=np.uint64)
