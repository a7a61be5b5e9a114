"""Who owns the file: the lock, then the database, the migrations and the outbox, in that order, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.card import publish_card, withdraw_card
from storage.database import FILE, connect
from storage.durable import sync_folder
from storage.errors import StoreDamaged, disk_errors
from storage.ingest import sweep
from storage.lock import holding
from storage.migrate import migrate, packaged
from storage.store import Store

__all__ = ["opened", "owning", "publish_card", "withdraw_card"]


@contextmanager
def owning(folder: Path, wait_s: float = 10.0) -> Iterator[Store]:
    """The store of `folder`, held until the end of the block; the outbox is swept first. Others are served once `publish_card` has said where.

    Raises StoreBusy after `wait_s` seconds, StoreNewer, StoreDamaged, StoreUnwritable and DiskFull.
    """
    with holding(folder, wait_s):
        withdraw_card(folder)  # whoever wrote it holds nothing any more
        with opened(folder) as store:
            try:
                yield store
            finally:
                withdraw_card(folder)


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The store of `folder`, migrated and its outbox swept. Only under the lock."""
    path = folder / FILE
    if not path.exists():
        _create(path)
    store = Store(folder, connect(path))
    try:
        migrate(store, packaged())
        sweep(store)
        yield store
    finally:
        store.close()


def _create(path: Path) -> None:
    """A new database appears whole: a process killed here leaves none, and no half of one."""
    if path.with_name(f"{FILE}.wal").exists():
        raise StoreDamaged(f"{path}: is missing, but its .wal is there: restore both from a backup, or move the .wal away to start an empty store")
    draft = path.with_name(f"new-{FILE}")
    with disk_errors(path):
        for left in path.parent.glob(f"{draft.name}*"):
            left.unlink()
        store = Store(path.parent, connect(draft))
        try:
            migrate(store, packaged())
        finally:
            store.close()
        draft.replace(path)
        sync_folder(path.parent)
