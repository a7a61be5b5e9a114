"""Who owns the file: the lock, then the database, the migrations and the outbox, in that order, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.account import Compartment
from storage.batching.ingest import sweep
from storage.database import FILES, Database
from storage.durable import sync_folder
from storage.errors import CompartmentClosed, StoreDamaged, disk_errors
from storage.migrate import migrate, packaged
from storage.owner.card import publish_card, withdraw_card
from storage.owner.leftovers import remove_drafts
from storage.owner.lock import holding
from storage.owner.upgrade import upgrade
from storage.sealed.keys import SubjectKeys
from storage.sealed.master_key import named_place
from storage.sealed.subjects import settle_keys
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
    """The store of `folder` (its general compartment, which knows the other), migrated and its outbox swept. Only under the lock."""
    remove_drafts(folder)
    _create_missing(folder, Compartment.GENERAL)  # before the engine is taken, so that making a store needs no second one
    database = Database(folder)
    try:
        store = _compartment(database, Compartment.GENERAL, None)
        _open_undercover(database, store)
        sweep(store)
        yield store
    finally:
        database.close()


def _open_undercover(database: Database, general: Store) -> None:
    """The undercover compartment beside the general one. Where its keys are not here its file is opened all the same, but nobody reads what is sealed."""
    keys, closed = _keys_of(database.folder)
    if keys is not None or (database.folder / FILES[Compartment.UNDERCOVER]).exists():
        _create_missing(database.folder, Compartment.UNDERCOVER)
        undercover = _compartment(database, Compartment.UNDERCOVER, keys)
        general.join(undercover)
        closed = closed or (settle_keys(undercover) if keys else "")
    if closed:
        general.close_undercover(closed)


def _keys_of(folder: Path) -> tuple[SubjectKeys | None, str]:
    """The subjects' keys that this process may use, and why there are none where some are named."""
    try:
        place = named_place(folder)
        keys = SubjectKeys(place.subject_keys, place.master) if place else None
        if keys:
            keys.ids()
    except CompartmentClosed as problem:
        return None, str(problem)
    return keys, ""


def _compartment(database: Database, compartment: Compartment, keys: SubjectKeys | None) -> Store:
    database.attach(compartment, database.folder / FILES[compartment])
    store = Store(database, compartment, keys)
    upgrade(store, packaged(compartment))
    return store


def _create_missing(folder: Path, compartment: Compartment) -> None:
    path = folder / FILES[compartment]
    if not path.exists():
        _create(path, compartment)


def _create(path: Path, compartment: Compartment) -> None:
    """A new database appears whole: a process killed here leaves none, and no half of one."""
    if path.with_name(f"{path.name}.wal").exists():
        raise StoreDamaged(f"{path}: is missing, but its .wal is there: restore both from a backup, or move the .wal away to start an empty store")
    draft = path.with_name(f"new-{path.name}")
    with disk_errors(path):
        for left in path.parent.glob(f"{draft.name}*"):
            left.unlink()
        database = Database(path.parent)
        try:
            database.attach(compartment, draft)
            migrate(Store(database, compartment), packaged(compartment))
        finally:
            database.close()
        draft.replace(path)
        sync_folder(path.parent)
