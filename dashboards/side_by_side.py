"""The found artwork beside the registered one: the marked part set straight, and how well each part of the two agrees.

Worked out by the detector when the page is opened. What is set straight is the copy in which every face is hidden and all but the marked part blurred.
"""

from __future__ import annotations

from functools import lru_cache

from dashboards import opened
from dashboards.shown_picture import REGION_SIDE, Shown, copy_of, marked_copy
from detectors.artwork import ReferencePicture, UnusableReference
from detectors.artwork.alignment import Alignment, alignment, straightened
from detectors.picture import Unreadable, decode
from domain.account import Compartment
from domain.finding import Box
from storage.errors import NotFound, StorageError
from storage.marked import Marked

DRAWN = frozenset({Shown.STRAIGHT, Shown.AGREEMENT})


def is_aligned(marked: Marked) -> bool:
    """Whether there is anything to show: the detector, as it is now, sees the registered artwork at the marked part."""
    try:
        return _alignment(marked) is not None
    except (Unreadable, UnusableReference, StorageError):  # the page says elsewhere what is wrong with the file
        return False


def drawn(marked: Marked, shown: Shown) -> tuple[bytes, str]:
    """The image and its type. Raises NotFound where there is nothing to show, `Unreadable` and the vault's errors."""
    found = _alignment(marked)
    if found is None or marked.box is None:
        raise NotFound("the registered artwork is not seen there by this version of the detector")
    if shown is Shown.AGREEMENT:
        return found.agreement, "image/png"
    size, copy = copy_of(marked)
    return straightened(marked_copy(size, copy, marked.box), size, found.quad, REGION_SIDE), "image/jpeg"


def _alignment(marked: Marked) -> Alignment | None:
    if marked.box is None or marked.reference_sha256 is None:
        return None
    if marked.compartment is Compartment.UNDERCOVER:  # nothing is kept of it: when its key is destroyed, nothing is left anywhere
        return _worked_out(opened.store().undercover.vault.get(marked.media_sha256), marked.reference_sha256, marked.box)
    return _of_general(marked.media_sha256, marked.reference_sha256, marked.box)


@lru_cache(maxsize=100)
def _of_general(media_sha256: str, reference_sha256: str, box: Box) -> Alignment | None:
    return _worked_out(opened.store().vault.get(media_sha256), reference_sha256, box)


def _worked_out(content: bytes, reference_sha256: str, box: Box) -> Alignment | None:
    return alignment(decode(content), ReferencePicture("artwork", opened.store().vault.get(reference_sha256)), box)


def forget() -> None:
    """Drops what was worked out: the store that it came from is closed."""
    _of_general.cache_clear()
