"""What will make a registered artwork hard to find, said when it is registered."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from detectors.artwork.bank import readily_seen, shipped_bank
from detectors.artwork.networks import shipped_networks
from detectors.artwork.references import Prepared, ReferencePicture, UnusableReference, prepared
from detectors.artwork.scoring import shipped_weights
from detectors.picture import Picture, decode

SMALL = 64  # pixels of the longer side: what the networks see of it
FAINTEST = 14.0  # of 255: standard deviation of the colour that varies most within it
EMPTIEST = 0.04  # of its surface that lies near an edge
LONGEST = 4
FACE_SIDE = 240  # pixels at which a person's photograph is looked for
FACE_SHARE = 0.25


def weaknesses(reference: ReferencePicture, others: Sequence[ReferencePicture] = ()) -> tuple[str, ...]:
    """What will make this artwork hard to find among the `others`, one sentence each; () when nothing will.

    Raises UnusableReference, also for a photograph of a person.
    """
    ready = prepared(reference)
    if shows_a_person(decode(reference.content)):
        raise UnusableReference(f"the registered artwork {reference.label!r} cannot be used: it shows a person's face; register artwork, not people")
    problems = {
        f"it is {max(ready.size)} pixels across: register a picture of at least {SMALL}, better 256": max(ready.size) < SMALL,
        "it is nearly of one colour: in dim light or in print it looks like its ground": contrast(ready) < FAINTEST,
        "it is nearly empty: little in it tells it from other things of its outline": content(ready) < EMPTIEST,
        "it is more than four times as long as it is high: register its parts": max(ready.size) > LONGEST * min(ready.size),
        "it is readily seen where it is not: a picture of it with more detail gives fewer false alarms": is_readily_seen(ready),
    }
    return (*(problem for problem, applies in problems.items() if applies), *_alike(ready, others))


def is_readily_seen(ready: Prepared) -> bool:
    """Whether the pair network sees it in clutter and in other agencies' emblems more readily than the weights' limit."""
    bank, limit = shipped_bank(), shipped_weights().readily_seen
    return bank is not None and limit is not None and readily_seen(ready, bank, shipped_networks()) > limit


def contrast(ready: Prepared) -> float:
    """Standard deviation of the colour that varies most within the artwork, 0 to 127."""
    return float(ready.shown[ready.cover > 127].astype(np.float32).std(axis=0).max())


def content(ready: Prepared) -> float:
    """The share of its surface, its outline left out, that lies near an edge in brightness or colour."""
    inside = cv2.erode((ready.cover > 127).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    if not inside.any():
        return 1.0  # all outline: lettering and thin shapes are told by it
    smooth = cv2.GaussianBlur(ready.shown, (0, 0), 1.0).astype(np.float32)
    strength = np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)).max(axis=2)
    return float((strength[inside] > 40).mean())


def shows_a_person(picture: Picture) -> bool:
    """Whether a face fills more than a quarter of the picture."""
    from detectors.faces import find_faces  # dlib is loaded where a reference is registered, not where pictures are examined

    factor = min(1.0, FACE_SIDE / max(picture.width, picture.height))
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    small = np.asarray(cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    faces = find_faces(Picture(small, picture.content, picture.mime, *size))
    return any(face.w * face.h > FACE_SHARE * size[0] * size[1] for face in faces)


def _alike(ready: Prepared, others: Sequence[ReferencePicture]) -> tuple[str, ...]:
    """The other references that this one is the same as, or can be taken for."""
    said = []
    for other in others:
        compared = prepared(other)
        if compared.sha256 == ready.sha256 or _same(ready, compared):
            said.append(f"it is the same picture as {other.label!r}: what shows it is reported under one of the two")
        elif likeness(ready, compared) >= shipped_weights().alike:
            said.append(f"it looks much like {other.label!r}: one may be taken for the other")
    return tuple(said)


def same_artwork(a: ReferencePicture, b: ReferencePicture) -> bool:
    """Whether two pictures are of the same artwork, whatever their size and file type. Raises UnusableReference."""
    return _same(prepared(a), prepared(b))


def likeness(a: Prepared, b: Prepared) -> float:
    """The cosine of two references' embeddings at their most similar turns, -1 to 1."""
    return float((a.embeddings[0] @ b.embeddings.T).max())


def _same(a: Prepared, b: Prepared) -> bool:
    """Whether the two, squared, differ by no more than saving and resizing do."""
    difference = cv2.blur(cv2.absdiff(a.shown, b.shown), (5, 5))
    return float(difference.max()) < 32 and float(difference.mean()) < 6
