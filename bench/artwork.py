"""How fast and how good the artwork detector is: `python -m bench.artwork` (under two minutes; CPU seconds of one thread, medians).

Speed against what one would write with OpenCV alone: SIFT on the picture and on each artwork, brute-force matching, ratio test, homography.
Quality on composites of emblem families and photographs that nothing was fitted on.
"""

from __future__ import annotations

import math
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# One thread for everybody. The linear algebra library reads this once, while numpy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np
import numpy.typing as npt

from detectors.artwork import Artwork, ReferencePicture
from detectors.picture import Picture, decode
from detectors.training.composites import Composite, finish, view
from detectors.training.fit import SIZES, artworks, composites, right

PHOTOGRAPHS = Path(__file__).parents[1] / "samples" / "photographs"
MANY = 50
TIMED_PICTURES = 5
LOOPED_PICTURES = 2
LOOPED_ARTWORKS = 5  # the plain loop takes the same time for each artwork; it is timed on these and multiplied
FAMILIES = 30_000  # neither the fitted families nor the ones that set the calibration counts
PICTURES = 60

Array = npt.NDArray[Any]


def main() -> None:
    """Prints the figures."""
    cv2.setNumThreads(1)
    photographs = [decode(path.read_bytes()).pixels for path in sorted(PHOTOGRAPHS.glob("*.jpg"))][1::2]
    pictures = [timed_picture(photographs[number], number) for number in range(TIMED_PICTURES)]
    print(f"OpenCV {cv2.__version__}, one thread, CPU seconds, pictures of 1280 x 960 from {TIMED_PICTURES} photographs")
    speed(pictures)
    quality(photographs)


def timed_picture(photograph: Array, number: int) -> Picture:
    """A view of a photograph as a JPEG of 1280 x 960, as a camera would give it."""
    rng = np.random.default_rng([1, number])
    return decode(finish(view(photograph, rng), rng))


def speed(pictures: Sequence[Picture]) -> None:
    """Time for one and for many artworks, and against plain loops."""
    references = artworks(FAMILIES + 1000, MANY)
    one, many = Artwork(references[:1]), Artwork(references)
    for detector in (one, many):
        detector.examine(pictures[0])
    with_one = [taken(lambda p=picture: one.examine(p)) for picture in pictures]
    with_many = [taken(lambda p=picture: many.examine(p)) for picture in pictures]
    ratio = statistics.median(b / a for a, b in zip(with_one, with_many, strict=True))
    print(
        f"1 artwork {statistics.median(with_one):.2f} s, {MANY} artworks {statistics.median(with_many):.2f} s a picture: ratio {ratio:.2f} (goal at most 2.0)"
    )
    against_loops(pictures[:LOOPED_PICTURES], references, with_many)


def against_loops(pictures: Sequence[Picture], references: Sequence[ReferencePicture], with_many: Sequence[float]) -> None:
    """The same pictures and artworks by plain loops: with everything computed again for each artwork, and with all features kept."""
    kept = [features(decode(reference.content).pixels) for reference in references]
    part = references[:LOOPED_ARTWORKS]
    again = [
        taken(lambda p=picture: [matched(features(decode(r.content).pixels), features(p.pixels)) for r in part]) * MANY / len(part) for picture in pictures
    ]
    cached = [taken(lambda p=picture: cached_loop(p, kept)) for picture in pictures]
    for name, times in (("everything again for each artwork (goal: at least 5)", again), ("all features kept", cached)):
        longer = statistics.median(a / b for a, b in zip(times, with_many, strict=False))
        print(f"loop of {MANY} SIFT matches, {name}: {statistics.median(times):.2f} s a picture, {longer:.1f} times as long")


def taken(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


def features(pixels: Array) -> Any:
    """Points and descriptors as OpenCV gives them by default."""
    return cv2.SIFT.create().detectAndCompute(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), None)


def cached_loop(picture: Picture, kept: Sequence[Any]) -> list[bool]:
    """One match per artwork; the picture's features are computed once, the artworks' were before."""
    seen = features(picture.pixels)
    return [matched(own, seen) for own in kept]


def matched(own: Any, seen: Any) -> bool:
    """Brute-force matching, Lowe's ratio test, homography: ten inliers are a find."""
    (own_points, own_features), (seen_points, seen_features) = own, seen
    if own_features is None or seen_features is None or len(seen_points) < 2:
        return False
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(own_features, seen_features, k=2)
    good = [first for first, second in pairs if first.distance < 0.75 * second.distance]
    if len(good) < 10:
        return False
    here = np.array([own_points[match.queryIdx].pt for match in good], np.float32)
    there = np.array([seen_points[match.trainIdx].pt for match in good], np.float32)
    _, inliers = cv2.findHomography(here, there, cv2.RANSAC, 5.0)
    return inliers is not None and int(inliers.sum()) >= 10


def quality(photographs: Sequence[Array]) -> None:
    """Recall by size and false alarms, each with its counts and 95 % interval, beside those of the loop on the same pictures."""
    references = artworks(FAMILIES, 10)
    detector, kept = Artwork(references), [features(decode(reference.content).pixels) for reference in references]
    shown = list(composites(photographs, FAMILIES, PICTURES))
    found = [_found(detector, composite) for composite in shown]
    looped = [_looped(references, kept, composite) for composite in shown]
    print(f"{PICTURES} pictures, 10 artworks; two in ten show another department's artwork in the same colours and outline, two in ten none")
    for low, high in ((0, 960), *SIZES):
        sized = [number for number, composite in enumerate(shown) for placed in composite.shows if low <= min(placed.box.w, placed.box.h) < high]
        ours, theirs = (share([any(labels[number].values()) for number in sized]) for labels in (found, looped))
        print(f"found, shorter side {low} to {high} pixels: {ours}; by the loop {theirs}")
    ours, theirs = (share([not all(seen.values()) for seen in labels]) for labels in (found, looped))
    print(f"pictures with a false alarm: {ours}; by the loop {theirs}")


def _found(detector: Artwork, composite: Composite) -> dict[str, bool]:
    """What the detector found in a composite, and whether it is there, at that place."""
    findings = detector.examine(decode(composite.content))
    return {f"{f.label} {f.where.box}": bool(f.where.box and right(f.label, f.where.box, composite)) for f in findings}


def _looped(references: Sequence[ReferencePicture], kept: Sequence[Any], composite: Composite) -> dict[str, bool]:
    """What the loop found in a composite, and whether it is there, wherever: it is not asked for the place."""
    matches = cached_loop(decode(composite.content), kept)
    there = {placed.label for placed in composite.shows}
    return {reference.label: reference.label in there for reference, match in zip(references, matches, strict=True) if match}


def share(outcomes: Sequence[bool]) -> str:
    """Part, counts and Wilson's 95 % interval."""
    n, k, z = len(outcomes), sum(outcomes), 1.96
    if not n:
        return "none shown"
    middle, half = (k + z * z / 2) / (n + z * z), z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return f"{k / n:.2f} ({k} of {n}; {max(0.0, middle - half):.2f} to {min(1.0, middle + half):.2f})"


if __name__ == "__main__":
    main()
