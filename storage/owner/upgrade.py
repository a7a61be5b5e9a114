"""Upgrading a store's file: migrated with a copy of it at hand, and put back byte for byte when that fails.

The copy (`general.duckdb.before-0009`) stays for a day, so that a Plainview that turns out bad can be taken back by hand. It goes with the first opening after
that, and at once with an erasure: it holds what is erased.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import duckdb

from storage.backups.whole_files import copied
from storage.durable import sync_folder
from storage.errors import StorageError, disk_errors
from storage.migrate import Migration, migrate, pending
from storage.store import Store

KEPT_S = 24 * 3600


def upgrade(store: Store, migrations: Sequence[Migration]) -> None:
    """Brings an existing store to the last of `migrations`, or leaves it as it was. Needs room for a second copy when there is something to do.

    Raises StoreNewer, StoreDamaged, DiskFull and StoreUnwritable, and StorageError for a migration that this file does not take.
    """
    first = next(iter(pending(store, migrations)), None)
    if first is None:
        remove_copies(store.path, older_than_s=KEPT_S)
        return
    copy = _keep(store, first.version)
    try:
        migrate(store, migrations)
    except BaseException as error:
        with suppress(duckdb.Error, StorageError):  # the first error is the one to tell; then the copy stays, and the next opening goes on from here
            _go_back(store, copy)
        if isinstance(error, duckdb.Error):
            raise StorageError(
                f"{store.path}: could not be upgraded, from {first.version:04d}_{first.name} on ({type(error).__name__}), and is as it was:"
                " use the Plainview that made it, and report this"
            ) from error
        raise


def remove_copies(path: Path, older_than_s: float = 0) -> None:
    """Removes the copies from before upgrades that lie beside the database file `path` and are older than that many seconds."""
    with disk_errors(path):
        for copy in path.parent.glob(f"{path.name}.before-*"):
            if time.time() - copy.stat().st_mtime >= older_than_s:
                copy.unlink()


def _keep(store: Store, version: int) -> Path:
    with store.exclusively() as path:
        copy = path.with_name(f"{path.name}.before-{version:04d}")
        draft = path.with_name(f"new-{copy.name}")
        with disk_errors(copy):
            draft.unlink(missing_ok=True)
            try:
                copied(path, draft)
                draft.replace(copy)
            except OSError:
                draft.unlink(missing_ok=True)
                raise
            sync_folder(path.parent)
    return copy


def _go_back(store: Store, copy: Path) -> None:
    with store.exclusively() as path, disk_errors(path):
        copy.replace(path)
        sync_folder(path.parent)
