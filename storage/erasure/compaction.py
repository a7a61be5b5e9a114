"""Compaction: a compartment's database written anew and put in the place of the old file, so that nothing deleted is left in free blocks."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from storage.backups.rewrite import rewrite
from storage.database import FILE
from storage.durable import sync_file, sync_folder
from storage.errors import StoreDamaged, disk_errors
from storage.owner.upgrade import remove_copies
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Compacted:
    """The size of the database file before and after, in bytes."""

    before: int
    after: int


def compact(store: Store) -> Compacted:
    """Rewrites this compartment's file. Writers wait meanwhile; readers only while the files change places, some tenths of a second.

    DuckDB marks deleted rows and reuses their blocks some time; only a file that never held them is sure not to. Needs room for a second copy.
    A process killed here leaves the old file or the new one, each whole. Raises DiskFull, StoreUnwritable and StoreDamaged; the old file then stays.
    """
    draft = store.path.with_name(f"new-{store.path.name}")

    def write_anew(cursor: duckdb.DuckDBPyConnection) -> None:
        _remove_drafts(draft)
        rewrite(cursor, store.compartment.value, draft)
        sync_file(draft)

    with store.exclusively(write_anew) as path:
        before = path.stat().st_size
        _put_in_place(draft, path)
        _remove_spilled(store.folder)
        remove_copies(path)
        return Compacted(before, path.stat().st_size)


def _remove_drafts(draft: Path) -> None:
    with disk_errors(draft):
        for left in draft.parent.glob(f"{draft.name}*"):
            left.unlink()


def _put_in_place(draft: Path, path: Path) -> None:
    if path.with_name(f"{path.name}.wal").exists():
        raise StoreDamaged(f"{path}: its .wal could not be folded into it, so it was not replaced: stop Plainview, start it again, then erase again")
    with disk_errors(path):
        draft.replace(path)
        sync_folder(path.parent)


def _remove_spilled(folder: Path) -> None:
    """What a killed process's DuckDB wrote beside the file when memory was short may hold what was erased. A living one removes its own."""
    for left in (folder / f"{FILE}.tmp").glob("duckdb_temp_*"):
        if not left.name.startswith(f"duckdb_temp_{os.getpid()}_"):
            left.unlink(missing_ok=True)
