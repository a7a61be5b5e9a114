"""What looking for a new reference in stored pictures costs, against a first examination: `python -m bench.looking_again [PICTURES]` (60 by default).

Example City's pictures, in turn; the last of its artwork is the new reference. Printed are milliseconds of processor time a picture, since other work on the
machine does not change those much: decoding and looking for artwork, the same with keeping what was described (and the check for faces), and looking again.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import cv2

from detectors.artwork import Artwork, ReferencePicture
from detectors.picture import decode
from samples.manifest import ARTWORK, MEDIA

T = TypeVar("T")
PATTERNS = ("*.jpg", "*.png")


def main() -> None:
    """Print the figures."""
    cv2.setNumThreads(1)
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    # the networks are loaded and the references prepared before anything is timed
    references = [ReferencePicture(path.stem, path.read_bytes()) for path in sorted(ARTWORK.glob("*.png"))]
    before, after = Artwork(references[:-1]), Artwork(references)
    contents = [path.read_bytes() for path in sorted(path for pattern in PATTERNS for path in MEDIA.glob(pattern))]
    examined, kept, again = [], [], []
    for content in itertools.islice(itertools.cycle(contents), wanted):
        examined.append(_timed(partial(_examined, before, content))[0])
        spent, description = _timed(partial(_described, before, content))
        kept.append(spent)
        again.append(_timed(partial(after.examine_described, description, partial(decode, content)))[0])
    for words, times in (("first examination", examined), ("the same, and keeping what was described", kept), ("looking again by what was kept", again)):
        print(f"{words:42} mean {statistics.mean(times):7.1f} ms   median {statistics.median(times):7.1f} ms")
    print(f"looking again is {statistics.mean(examined) / statistics.mean(again):.1f} times as fast, over {wanted} pictures and {len(references)} references")


def _examined(artwork: Artwork, content: bytes) -> int:
    return len(artwork.examine(decode(content)))


def _described(artwork: Artwork, content: bytes) -> bytes:
    return artwork.examine_and_describe(decode(content))[1] or b""


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    before = time.process_time()
    answer = work()
    return (time.process_time() - before) * 1000, answer


if __name__ == "__main__":
    main()
