"""How much may wait in the outbox, and how much room must be left on the disk: beyond that, nothing more is taken until some of it is stored."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Bounds:
    """At most `files` batches and `size` bytes wait, and at least `free` bytes of the disk are left."""

    files: int = 2_000
    size: int = 1_000_000_000
    free: int = 200_000_000


BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many batches wait in an outbox, and how many bytes they are."""

    files: int
    size: int


def waiting_in(outbox: Path) -> Waiting:
    """What waits in that folder; nothing when it is not there."""
    sizes = []
    with suppress(FileNotFoundError), os.scandir(outbox) as found:
        for one in found:
            with suppress(FileNotFoundError):  # stored in this moment
                sizes += [one.stat().st_size] if one.name.endswith(".ndjson") else []
    return Waiting(len(sizes), sum(sizes))


def no_room(outbox: Path, bounds: Bounds) -> str | None:
    """Why nothing more may be kept in the folder `outbox`, which is there, or None when it may."""
    found, free = waiting_in(outbox), shutil.disk_usage(outbox).free
    if found.files >= bounds.files or found.size >= bounds.size:
        return f"{found.files} batches ({found.size // 1_000_000} MB) wait to be stored, and {bounds.files} batches or {bounds.size // 1_000_000} MB may"
    if free < bounds.free:
        return f"{free // 1_000_000} MB are free on its disk, and {bounds.free // 1_000_000} MB must stay free"
    return None
