"""How an artwork lies in a picture in which it was found, worked out again when somebody looks at the finding.

A finding keeps its box alone. Detectors are pure, so the rest can be had from the picture whenever it is wanted, and nothing more of it need be stored.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2

from detectors.artwork.detector import Artwork
from detectors.artwork.explaining import as_png, compared
from detectors.artwork.places import Quad, aligned
from detectors.artwork.references import ReferencePicture
from detectors.picture import Picture, decode
from detectors.review_copy import overlap
from domain.finding import Box

QUALITY = 88
SAME_PLACE = 0.3  # shared area over joint area


@dataclass(frozen=True, slots=True)
class Alignment:
    """`quad`: the artwork's corners in pixels of the picture, clockwise from its own upper left. `agreement`: a PNG of how well each part of it agrees."""

    quad: Quad
    agreement: bytes


def alignment(picture: Picture, reference: ReferencePicture, box: Box) -> Alignment | None:
    """How the artwork lies at `box`; None where these networks do not see it there. Raises UnusableReference."""
    artwork = Artwork([reference])
    there = [candidate for candidate in artwork.candidates(picture) if overlap(candidate.box, box) >= SAME_PLACE]
    if not there:
        return None
    best = max(there, key=lambda candidate: candidate.score)
    _, _, agreement = compared(picture, artwork, best)
    return Alignment(best.quad, as_png(agreement))


def straightened(copy: bytes, size: tuple[int, int], quad: Quad, side: int) -> bytes:
    """A JPEG of what `copy`, an image file of a picture of that width and height, shows under the quadrilateral: set straight, `side` pixels long."""
    picture = decode(copy)
    across, down = picture.width / size[0], picture.height / size[1]
    a, b, c, d = ((x * across, y * down) for x, y in quad)
    pixels = aligned(picture, (a, b, c, d), side)
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
