"""Who owns the store: whoever holds flock on `owner.lock`. Nothing else decides it, neither a pid nor the card."""

from __future__ import annotations

import fcntl
import os
import random
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.durable import private_folder
from storage.errors import StoreBusy, StoreUnwritable, disk_errors

_held: weakref.WeakSet[OwnerLock] = weakref.WeakSet()
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "fuse.sshfs", "fuse.glusterfs", "ceph", "lustre"}


class OwnerLock:
    """The lock on one data folder, held from `try_lock` until `release`. The file is made once and never renamed, replaced or removed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        _held.add(self)

    def release(self) -> None:
        """Lets go at once, even where a forked child still has a copy."""
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            self.forget()

    def forget(self) -> None:
        """Closes this process's copy without unlocking: for a forked child, whose parent goes on holding it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        _held.discard(self)


def _forget_all() -> None:
    for lock in list(_held):
        lock.forget()


os.register_at_fork(after_in_child=_forget_all)


def try_lock(folder: Path) -> OwnerLock | None:
    """The lock on `folder`, or None while somebody else holds it. Makes the folder. Everything that this process makes from here on is for this user alone.

    Raises StoreUnwritable for a folder that cannot be used and for a network file system, where flock does not hold between machines.
    """
    if "?" in str(folder.resolve()):
        raise StoreUnwritable(f"{folder}: DuckDB cannot keep a database under a name with a question mark: name another folder under [storage] folder")
    os.umask(0o077)
    private_folder(folder)
    refuse_network_disk(folder, _mounts())
    with disk_errors(folder):
        descriptor = os.open(folder / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:
            os.close(descriptor)
            raise
    return OwnerLock(descriptor)


@contextmanager
def holding(folder: Path, wait_s: float) -> Iterator[None]:
    """Holds the lock on `folder`. Raises StoreBusy after `wait_s` seconds of asking."""
    deadline = time.monotonic() + wait_s
    while (lock := try_lock(folder)) is None:
        if time.monotonic() >= deadline:
            raise StoreBusy(f"{folder}: another Plainview process holds this store; it was asked for {wait_s:g} s: stop it, or name another data folder")
        time.sleep(random.uniform(0.002, 0.02))  # noqa: S311 (spreads the askers, hides nothing)
    try:
        yield
    finally:
        lock.release()


def refuse_network_disk(folder: Path, mounts: str) -> None:
    """Raises StoreUnwritable when `folder` lies on a network file system by `mounts`, which is written as in /proc/mounts."""
    kinds: dict[Path, str] = {}
    for line in mounts.splitlines():
        _, where, kind, *_ = line.split(" ")
        kinds[Path(where.replace("\\040", " "))] = kind
    here = folder.resolve()
    nearest = next((kinds[place] for place in (here, *here.parents) if place in kinds), "")
    if nearest in _NETWORK:
        raise StoreUnwritable(f"{folder}: lies on a network disk ({nearest}), where locks do not hold: name a folder on a local disk under [storage] folder")


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # not Linux: nothing to go by, and flock itself still decides
