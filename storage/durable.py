"""Files that are whole or absent: written beside their place, fsynced, renamed, and the folder fsynced."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from storage.errors import Refused, disk_errors


def private_folder(folder: Path) -> Path:
    """`folder`, made for this user alone (0700) where it is not there. Raises StoreUnwritable and DiskFull."""
    with disk_errors(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def write_whole(path: Path, content: bytes) -> None:
    """Puts `content` at `path` (0600) so that a crash leaves all of it or what was there before. Raises StoreUnwritable and DiskFull."""
    part = f"{path}.{secrets.token_hex(8)}.part"
    with disk_errors(path):
        try:
            _write_synced(part, content)
            os.replace(part, path)  # noqa: PTH105 (as above)
        except OSError:
            Path(part).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file (0600) to write to, which lies whole at `path` after the block, and not at all when the block fails. Never over anything.

    Raises Refused where something lies there already, StoreUnwritable and DiskFull.
    """
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    with disk_errors(path):
        try:
            path.touch(mode=0o600, exist_ok=False)  # from now on the name is ours
        except FileExistsError:
            raise Refused(f"{path}: is there already, and nothing is written over it: name a new file") from None
        try:
            with open(part, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def _write_synced(path: str, content: bytes) -> None:
    # Calls of the operating system alone: a run writes thousands of pictures, and a file object costs more than its writing.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Makes what was written to `path` outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Makes a rename in `folder` outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
