"""A backup of everything, while everything goes on: one new folder, whole or not there, in which unchanged vault files are shared with the backup before.

What was acknowledged before the backup began is in it. First the batches that wait are copied, then the databases as of one moment: a batch that is taken in
between lies in both, and the ledger knows it. Writers wait only while that moment is chosen.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

import duckdb

from domain.account import Compartment
from domain.audit import AuditAction
from domain.identity import Json, canonical_json, sha256_hex
from storage.auditing import audit
from storage.backups.backup_folder import newest, sweep
from storage.backups.backup_vault import VaultCopy
from storage.backups.manifest import FORMAT, LIST, MANIFEST, NAME, DatabaseState, FileList, Listed, Manifest, read_manifest
from storage.backups.rewrite import attached, copy_into
from storage.backups.vault_names import names_in, names_waiting, still_named
from storage.backups.whole_files import copied, hashed, placing
from storage.batching.ingest import outbox_folder, refused_folder
from storage.database import FILES
from storage.durable import private_folder, sync_folder, write_whole
from storage.errors import Refused, StoreDamaged
from storage.store import Store

SITE = "site.sqlite3"
_ONE_AT_A_TIME = threading.Lock()
_TRIES = 3


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A finished backup: its folder, how many files and bytes it holds, how many bytes are not shared with the backup before, the SHA-256 of its
    manifest, vault files that were missing or damaged, and for how many seconds writers had to wait (0 for a backup that was there already)."""

    folder: Path
    files: int
    size: int
    new_size: int
    manifest_sha256: str
    lost: tuple[str, ...]
    paused_s: float


class _ErasedMeanwhile(Exception):
    """Vault files that the copied rows speak of were erased while the copy was made."""


def make(store: Store, *, into: Path, name: str) -> BackupMade:
    """Makes the backup `into`/`name` (plainview-20260601T120000Z); one that is there already is answered as it is.

    `into` is a folder outside the data folder. Raises Refused, DiskFull, StoreUnwritable and StoreDamaged, and leaves nothing half-made.
    """
    _refuse_place(store, into, name)
    with _ONE_AT_A_TIME:
        made = _existing(into / name) if (into / name).exists() else _made(store, into, name)
    for one in store.files():
        _record(one, name, made.manifest_sha256)
    return made


def _refuse_place(store: Store, into: Path, name: str) -> None:
    if not NAME.fullmatch(name):
        raise Refused(f"{name}: a backup is named like plainview-20260601T120000Z")
    here, there = store.folder.resolve(), into.resolve()
    if not into.is_absolute() or there.is_relative_to(here):
        raise Refused(f"{into}: lies in the data folder, which it is to outlive: name a folder elsewhere, best on another disk")


def _existing(folder: Path) -> BackupMade:
    manifest, sha256 = read_manifest(folder)
    return BackupMade(folder, manifest.files, manifest.size, 0, sha256, manifest.lost, 0.0)


def _made(store: Store, into: Path, name: str) -> BackupMade:
    with placing(into):
        private_folder(into)
        sweep(into, name)
        for _ in range(_TRIES - 1):
            with suppress(_ErasedMeanwhile):
                return _attempt(store, into, name)
        try:
            return _attempt(store, into, name)
        except _ErasedMeanwhile:
            raise Refused(f"{into}: things were erased during each of {_TRIES} attempts: wait until the erasure has ended, then do it again") from None


def _attempt(store: Store, into: Path, name: str) -> BackupMade:
    part = into / f"{name}.part"
    part.mkdir(mode=0o700)
    try:
        made = _filled(store, part, into / name, newest(into))
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)  # the first error is the one to tell; the next backup removes what is left
        raise
    _sync_folders(part)
    part.rename(into / name)
    sync_folder(into)
    return made


def _filled(store: Store, part: Path, final: Path, previous: Path | None) -> BackupMade:
    with (part / LIST).open("xb") as file:
        files = FileList(file)
        for listed in (*_outbox_copied(store, part), *_site_copied(store, part)):
            files.add(listed)
        databases, paused = _databases_copied(store, part)
        vault = VaultCopy(part, previous, files)
        for one in store.files():
            _vault_copied(one, part, vault)
        for one in store.files():
            path = FILES[one.compartment]
            files.add(Listed(path, *hashed(part / path)))
        file.flush()
        os.fsync(file.fileno())
    manifest = Manifest(FORMAT, final.name, store.clock(), version("plainview"), databases, files.files, files.size, files.sha256, tuple(vault.lost))
    content = manifest.written()
    write_whole(part / MANIFEST, content)
    return BackupMade(final, files.files, files.size, files.size - vault.shared_size, sha256_hex(content), manifest.lost, paused)


def _databases_copied(store: Store, part: Path) -> tuple[dict[Compartment, DatabaseState], float]:
    """Every database as of one moment, each in one file, and for how many seconds nobody could write."""
    states: dict[Compartment, DatabaseState] = {}
    with ExitStack() as files, ExitStack() as transactions:
        with store.nobody_writing():
            started = time.monotonic()
            copies = []
            for one in store.files():
                cursor = files.enter_context(one.cursor())
                copy = files.enter_context(attached(cursor, part / FILES[one.compartment]))
                transactions.enter_context(_transaction(cursor))
                states[one.compartment] = _state(cursor)  # the first look at a database is what chooses its moment
                copies.append((cursor, one.compartment.value, copy))
            paused = time.monotonic() - started
        for cursor, alias, copy in copies:
            copy_into(cursor, alias, copy)
    return states, paused


@contextmanager
def _transaction(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    cursor.begin()
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):
            cursor.rollback()
        raise
    cursor.commit()


def _state(cursor: duckdb.DuckDBPyConnection) -> DatabaseState:
    head = cursor.execute("SELECT seq, hash FROM audit_head").fetchone() or (0, "0" * 64)
    return DatabaseState(dict(cursor.execute("SELECT version, sha256 FROM schema_migration ORDER BY version").fetchall()), *head)


def _vault_copied(store: Store, part: Path, vault: VaultCopy) -> None:
    files = store.vault.files
    missing = [name for name in names_in(part / FILES[store.compartment]) if not vault.take(files, name)]
    with store.cursor() as cursor:
        if set(missing) - still_named(cursor, missing):
            raise _ErasedMeanwhile
    vault.lost.extend(f"{files.folder.name}/{name}" for name in missing)
    for name in names_waiting(part / "outbox"):
        if files.has(name):
            vault.take(files, name)


def _outbox_copied(store: Store, part: Path) -> Iterator[Listed]:
    for folder, pattern, place in ((outbox_folder(store.folder), "*.ndjson", "outbox"), (refused_folder(store.folder), "*.*", "outbox/refused")):
        private_folder(part / place)
        for path in sorted(folder.glob(pattern)):
            if path.suffix in {".ndjson", ".reason"}:
                with suppress(FileNotFoundError):  # taken in since: the databases are copied after this, and hold it
                    yield Listed(f"{place}/{path.name}", *copied(path, part / place / path.name))


def _site_copied(store: Store, part: Path) -> Iterator[Listed]:
    """The site's people, by SQLite's own backup, without the sessions that are open: whoever finds the backup could go on with them."""
    path = store.folder / SITE
    if not path.exists():
        return
    try:
        with _closing(f"file:{quote(str(path))}?mode=ro") as live, _closing(f"file:{quote(str(part / SITE))}") as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'django_session'").fetchone():
                copy.execute("DELETE FROM django_session")
                copy.commit()
            copy.execute("VACUUM")
    except sqlite3.Error as error:
        raise StoreDamaged(f"{path}: the site's people cannot be copied ({error}): make room, or move that file away and set up the site anew") from None
    yield Listed(SITE, *hashed(part / SITE))


@contextmanager
def _closing(uri: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(uri, uri=True)
    try:
        yield connection
    finally:
        connection.close()


def _record(store: Store, name: str, manifest_sha256: str) -> None:
    detail: dict[str, Json] = {"manifest_sha256": manifest_sha256}
    known = [AuditAction.BACKUP_MADE, name, canonical_json(detail).decode()]
    with store.transaction() as tx:
        if not tx.row("SELECT 1 FROM audit WHERE action = ? AND subject = ? AND detail = ?", known):
            audit.append(tx, AuditAction.BACKUP_MADE, "plainview", name, detail, store.clock())


def _sync_folders(folder: Path) -> None:
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        sync_folder(path)
