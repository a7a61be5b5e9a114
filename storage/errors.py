"""What can go wrong with the store. Each message is one line that names what, where and the mend, and never the text of a post."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class StorageError(Exception):
    """Anything that the store could not do."""


class StoreBusy(StorageError):
    """Another process holds the store and did not answer in time: wait, or stop it."""


class StoreNewer(StorageError):
    """A newer Plainview wrote this store: upgrade."""


class StoreDamaged(StorageError):
    """The store, or bytes in its vault, are not what was written: restore them from a backup."""


class StoreUnwritable(StorageError):
    """The data folder cannot be used by this user, or not on this kind of disk."""


class DiskFull(StorageError):
    """There was no room; nothing was half-written."""


class OutboxFull(StorageError):
    """Too much waits to be stored, or there is too little room to keep more: nothing was taken."""


class WorkerRefused(StorageError):
    """The owner does not know this worker's token, or it is good for something else."""


class Refused(StorageError):
    """The store may not do this; nothing was written."""


class CompartmentClosed(StorageError):
    """The undercover compartment cannot be used, because its keys are not here; nothing was written, and the general one goes on."""


class KeyDestroyed(CompartmentClosed):
    """The key of this subject was destroyed: what it sealed cannot be read by anyone."""


class NotFound(StorageError):
    """There is no such thing, or this viewer may not know of it."""


_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ELOOP}


def disk_full(path: Path) -> DiskFull:
    """No room at `path`."""
    return DiskFull(f"{path}: the disk is full; nothing was half-written: make room, then do it again")


def unwritable(path: Path, why: str | None) -> StoreUnwritable:
    """This user cannot write at `path`, because of `why` as the operating system says it."""
    return StoreUnwritable(f"{path}: cannot be written ({why}): give this user the folder, or name another one under [storage] folder in plainview.toml")


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turns the operating system's errors about room and permission into DiskFull and StoreUnwritable, naming `path`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(path) from error
        if error.errno in _DENIED:
            raise unwritable(path, error.strerror) from error
        raise
