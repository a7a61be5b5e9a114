"""Copying single files so that they are whole, hashed on the way, and nothing else than plain files."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from storage.errors import StoreDamaged, StoreUnwritable, disk_full

_PIECE = 1024 * 1024
_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_NO_LINKS = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}


@contextmanager
def opened_plainly(path: Path) -> Iterator[BufferedReader]:
    """`path` for reading, only if it is a plain file: no link, pipe or device. Raises FileNotFoundError and StoreDamaged."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreDamaged(f"{path}: cannot be read as a plain file ({error.strerror}): take another backup, or give this user the file") from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise StoreDamaged(f"{path}: is not a plain file: take another backup")
        yield file


def copied(source: Path, target: Path) -> tuple[str, int]:
    """Copies a plain file to `target` (0600), which is not there yet, durably; answers the SHA-256 and size of what was copied.

    Raises FileNotFoundError for a missing source, StoreDamaged for one that is no plain file, FileExistsError.
    """
    seen, size = hashlib.sha256(), 0
    with opened_plainly(source) as read, open(target, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as written:
        while piece := read.read(_PIECE):
            seen.update(piece)
            size += len(piece)
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())
    return seen.hexdigest(), size


def hashed(path: Path) -> tuple[str, int]:
    """The SHA-256 and size of a plain file that no database of this process has open. Raises FileNotFoundError and StoreDamaged."""
    with opened_plainly(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size


def linked(source: Path, target: Path) -> bool:
    """Makes `target` a second name of the same bytes where the disk can do that; False where it cannot. Raises FileNotFoundError."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    return True


@contextmanager
def placing(folder: Path) -> Iterator[None]:
    """Turns the operating system's errors about room and permission at `folder` into DiskFull and StoreUnwritable that name it."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder) from error
        raise StoreUnwritable(f"{folder}: cannot be written ({error.strerror}): give this user the folder, or name another one") from error
