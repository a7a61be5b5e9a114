"""Taking in a file that comes over the network: piece by piece, durable before it is acknowledged, and only if it is what its name says."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.durable import sync_folder
from storage.errors import disk_errors


class NotWhatItSays(Exception):
    """The bytes that came are not those whose SHA-256 names the file: cut off, or another file."""


@contextmanager
def received(place: Path, pieces: Iterable[bytes], sha256: str) -> Iterator[Path]:
    """The part file in which all of `pieces` lie, fsynced. At the end of the block it is renamed to `place`; if the block raises, nothing is left.

    Raises NotWhatItSays, and DiskFull and StoreUnwritable.
    """
    part = place.with_name(f"{place.name}.{secrets.token_hex(8)}.part")
    with disk_errors(place):
        try:
            if _written(part, pieces) != sha256:
                raise NotWhatItSays
            yield part
            part.replace(place)
            sync_folder(place.parent)
        finally:
            part.unlink(missing_ok=True)


def _written(part: Path, pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    with open(part, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()
