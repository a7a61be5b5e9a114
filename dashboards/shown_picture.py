"""What is shown of a captured picture: never its bytes, always a copy with every face hidden, and blurred outside the marked part unless it was revealed.

Copies are kept in memory alone, a bounded number of them, since finding faces takes most of a second.
"""

from __future__ import annotations

import io
import threading
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache

from PIL import Image

from dashboards import opened
from dashboards.drawing import around, framed, scaled
from detectors.picture import Unreadable, decode, describe
from detectors.review_copy import review_copy
from domain.account import Compartment
from domain.finding import Box
from storage import marked
from storage.errors import StorageError
from storage.marked import Marked

COPY_SIDE = 2400
PAGE_SIDE = 1280
REGION_SIDE = 640
PREPARED = 60
THUMBNAIL = (264, 184)
BLURRED_TO = 20  # pixels along the longer side that are left of what is blurred: the shapes of a scene, nothing that can be read or recognised


class Shown(StrEnum):
    """The pictures of one hit."""

    THUMBNAIL = "thumbnail"  # the marked part on its blurred surroundings, small; where no part is marked, the whole picture blurred
    MARKED = "marked"  # the whole picture, blurred but for the marked part
    REGION = "region"  # the marked part and a narrow blurred margin
    STRAIGHT = "straight"  # the marked part as the registered artwork lies, for the side by side (dashboards/side_by_side.py)
    AGREEMENT = "agreement"  # how well each part of the two agrees (the same)
    WHOLE = "whole"  # blurred nowhere but for faces; to be recorded


@lru_cache(maxsize=400)
def shown_picture(sha256: str, box: Box | None, shown: Shown) -> bytes:
    """A JPEG of the captured picture of that SHA-256. `box` is in its own pixels. Raises `Unreadable` for what is no picture, and the vault's errors."""
    return _shown(*_copy(sha256, box), box, shown)


def sealed_picture(name: str, box: Box | None, shown: Shown) -> bytes:
    """The same of a picture in the undercover vault. No copy is kept: when its key is destroyed, nothing is left anywhere."""
    return _shown(*_made(opened.store().undercover.vault.get(name), box), box, shown)


def sealed_size(name: str) -> tuple[int, int] | None:
    """Width and height of a picture in the undercover vault, which keeps them nowhere else; None for what is no picture. Raises the vault's errors."""
    try:
        seen = describe(opened.store().undercover.vault.get(name))
    except Unreadable:
        return None
    return seen.width, seen.height


def copy_of(marked: Marked) -> tuple[tuple[int, int], bytes]:
    """The picture's own size, and the copy with faces hidden that everything shown of a hit is drawn from. Raises `Unreadable` and the vault's errors."""
    if marked.compartment is Compartment.UNDERCOVER:
        return _made(opened.store().undercover.vault.get(marked.media_sha256), marked.box)
    return _copy(marked.media_sha256, marked.box)


def marked_copy(size: tuple[int, int], copy: bytes, box: Box) -> bytes:
    """That copy, blurred but for the marked part."""
    with Image.open(io.BytesIO(copy)) as opened_copy:
        picture = opened_copy.convert("RGB")
    return _jpeg(_blurred_around(picture, scaled(box, size, picture.size)))


def _shown(size: tuple[int, int], copy: bytes, box: Box | None, shown: Shown) -> bytes:
    with Image.open(io.BytesIO(copy)) as opened_copy:
        picture = opened_copy.convert("RGB")
    part = scaled(box, size, picture.size) if box else None
    return _jpeg(_drawn(picture, part, shown))


@lru_cache(maxsize=100)
def artwork_picture(sha256: str) -> bytes:
    """A JPEG of a registered artwork, for the place beside a hit. Raises `Unreadable` and the vault's errors."""
    _, copy = _copy(sha256, None)
    with Image.open(io.BytesIO(copy)) as opened_copy:
        return _jpeg(_fitted(opened_copy.convert("RGB"), (REGION_SIDE, REGION_SIDE)))


@lru_cache(maxsize=64)
def _copy(sha256: str, box: Box | None) -> tuple[tuple[int, int], bytes]:
    """The picture's own size, and the copy with faces hidden that everything shown is drawn from."""
    return _made(opened.store().vault.get(sha256), box)


def _made(content: bytes, box: Box | None) -> tuple[tuple[int, int], bytes]:
    picture = decode(content)
    return (picture.width, picture.height), review_copy(picture, box, COPY_SIDE)


def _drawn(picture: Image.Image, part: Box | None, shown: Shown) -> Image.Image:
    if shown is Shown.WHOLE:
        return _fitted(picture, (PAGE_SIDE, PAGE_SIDE))
    if part is None:
        return _fitted(_blurred(picture), (PAGE_SIDE, PAGE_SIDE) if shown is Shown.MARKED else THUMBNAIL)
    blurred = _blurred_around(picture, part)
    if shown is Shown.MARKED:
        return _fitted(blurred, (PAGE_SIDE, PAGE_SIDE))
    if shown is Shown.REGION:
        return _enlarged(_cut(blurred, around(part, *picture.size)))
    return _fitted(_cut(blurred, framed(part, picture.size, THUMBNAIL)), THUMBNAIL)


def _cut(picture: Image.Image, part: Box) -> Image.Image:
    return picture.crop((part.x, part.y, part.x + part.w, part.y + part.h))


def _blurred(picture: Image.Image) -> Image.Image:
    shrink = BLURRED_TO / max(picture.size)
    small = picture.resize((max(1, round(picture.width * shrink)), max(1, round(picture.height * shrink))), Image.Resampling.BOX)
    return small.resize(picture.size, Image.Resampling.BICUBIC)


def _blurred_around(picture: Image.Image, part: Box) -> Image.Image:
    corners = (part.x, part.y, part.x + part.w, part.y + part.h)
    blurred = _blurred(picture)
    blurred.paste(picture.crop(corners), corners[:2])
    return blurred


def _fitted(picture: Image.Image, within: tuple[int, int]) -> Image.Image:
    """No larger than `within`; never enlarged."""
    fitted = picture.copy()
    fitted.thumbnail(within, Image.Resampling.LANCZOS)
    return fitted


def _enlarged(picture: Image.Image) -> Image.Image:
    """As large as REGION_SIDE allows, so that a small mark can be looked at too, but at most 8 times: beyond that there is nothing more to see."""
    scale = min(8.0, REGION_SIDE / max(picture.size))
    return picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))), Image.Resampling.LANCZOS)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def prepare(stopping: threading.Event) -> None:
    """Makes the thumbnails of what waits, one after the other, so that the queue opens at once. Ends early when `stopping` is set."""
    for part in marked.waiting(opened.store(), limit=PREPARED):
        if stopping.is_set():
            return
        with suppress(Unreadable, StorageError):  # whoever asks for that picture is told
            shown_picture(part.media_sha256, part.box, Shown.THUMBNAIL)


def forget() -> None:
    """Drops every copy: the store they came from is closed."""
    for kept in (shown_picture, artwork_picture, _copy):
        kept.cache_clear()
