"""Restoring: everything that a backup says is checked before anything is put in its place.

A backup may come from a stranger: only plain files of the few forms that `storage.backups.manifest` knows are taken, each by its hash. The copy is opened
without any key, because what an undercover file says of destroyed subjects must not destroy the keys of living ones.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from domain.account import Compartment
from domain.audit import AuditAction
from storage.auditing import audit
from storage.backups.again_withdrawn import Again, withdraw_again
from storage.backups.manifest import Listed, Manifest, read_list, read_manifest
from storage.backups.rewrite import catalogue_differences
from storage.backups.vault_names import names_of
from storage.backups.whole_files import copied, placing
from storage.database import FILES, Database
from storage.durable import private_folder, sync_folder
from storage.erasure.withdrawals import Withdrawn
from storage.errors import Refused, StoreDamaged, StoreNewer
from storage.migrate import migrate, packaged
from storage.owner.lock import holding
from storage.store import Store

_LOCK = "owner.lock"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: when the backup was made, how many files, entries of the audit by compartment, vault files that were lost when it was made,
    and what was withdrawn again."""

    made_at: datetime
    name: str
    files: int
    entries: dict[Compartment, int]
    lost: tuple[str, ...]
    again: Again


def restore(backup: Path, folder: Path, *, withdrawn: list[Withdrawn], place: bool) -> Restored:
    """Checks the backup, and puts the store in the new folder `folder` if `place`. Needs room for a copy beside it in either case.

    `withdrawn` is what must not come back. Raises Refused for a folder in which anything lies, StoreDamaged for a backup that is damaged, incomplete, of
    another kind or made up, StoreNewer for one of a newer Plainview, DiskFull and StoreUnwritable. Nothing is left behind then.
    """
    _refuse_taken(folder)
    manifest, sha256 = read_manifest(backup)
    _refuse_newer(backup, manifest)
    with _draft(folder) as draft:
        with holding(draft, wait_s=0):
            files = _copy(backup, manifest, draft)
            with _opened(backup, draft, manifest) as store:
                with _damage(backup):
                    entries = _checked(store, backup, manifest)
                again = withdraw_again(store, withdrawn)
                for one in store.files():
                    _record(one, manifest.name, sha256)
        (draft / _LOCK).unlink()
        if place:
            _put(draft, folder)
    return Restored(manifest.made_at, manifest.name, files, entries, manifest.lost, again)


def _refuse_taken(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()) or (folder.is_dir() and any(folder.iterdir())):
        raise Refused(f"{folder}: something lies there, and a backup is never put over anything: move it away, or name a folder that is empty or new")


def _refuse_newer(backup: Path, manifest: Manifest) -> None:
    for compartment, state in manifest.databases.items():
        known = packaged(compartment)[-1].version
        if max(state.schema, default=0) > known:
            raise StoreNewer(f"{backup}: Plainview {manifest.plainview} made this backup (schema {max(state.schema)}, this one knows {known}): upgrade first")
    if Compartment.GENERAL not in manifest.databases:
        raise StoreDamaged(f"{backup}: has no general database: it is no backup of a store: take another one")


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """A folder beside the one that is wanted, gone after the block unless it took its place."""
    draft = folder.with_name(f"{folder.name}.restoring")
    with placing(draft):
        if draft.exists():
            shutil.rmtree(draft)  # a restore was killed here; nobody ever used it
        private_folder(draft)
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _copy(backup: Path, manifest: Manifest, draft: Path) -> int:
    files = 0
    for listed in read_list(backup, manifest):
        _copy_one(backup, listed, draft)
        files += 1
    present = {compartment for compartment in FILES if (draft / FILES[compartment]).exists()}
    if present != set(manifest.databases):
        raise StoreDamaged(f"{backup}: does not hold the databases that its manifest speaks of: it is incomplete: take another backup")
    return files


def _copy_one(backup: Path, listed: Listed, draft: Path) -> None:
    source, target = backup / listed.path, draft / listed.path
    if any(parent.is_symlink() for parent in list(source.parents)[: listed.path.count("/")]):
        raise StoreDamaged(f"{source}: lies behind a symbolic link, which no backup holds: take another backup")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        found = copied(source, target)
    except FileNotFoundError:
        raise StoreDamaged(f"{source}: is missing: the backup is incomplete: take another one") from None
    except FileExistsError:
        raise StoreDamaged(f"{backup}: names {listed.path} twice: somebody made this up: take another backup") from None
    if found != (listed.sha256, listed.size):
        raise StoreDamaged(f"{source}: is not what was backed up: the backup is damaged or was changed: take another one")


@contextmanager
def _opened(backup: Path, draft: Path, manifest: Manifest) -> Iterator[Store]:
    """The copy, migrated, each compartment without its keys. Batches that wait are left for whoever opens the store next."""
    database = Database(draft)
    try:
        with _damage(backup):
            general, *others = [_attached(database, backup, compartment, manifest) for compartment in Compartment if compartment in manifest.databases]
        for other in others:
            general.join(other)
        yield general
    finally:
        database.close()


@contextmanager
def _damage(backup: Path) -> Iterator[None]:
    """A database that DuckDB or a statement of ours cannot read is the backup's fault, not the new store's."""
    try:
        yield
    except (duckdb.Error, StoreDamaged) as error:
        if str(error).startswith(f"{backup}: "):
            raise
        raise StoreDamaged(f"{backup}: its databases cannot be read as a store of Plainview's ({type(error).__name__}): take another backup") from error


def _attached(database: Database, backup: Path, compartment: Compartment, manifest: Manifest) -> Store:
    database.attach(compartment, database.folder / FILES[compartment])
    store = Store(database, compartment)
    _refuse_other_state(store, backup, manifest)
    migrate(store, packaged(compartment))
    return store


def _refuse_other_state(store: Store, backup: Path, manifest: Manifest) -> None:
    state, name = manifest.databases[store.compartment], FILES[store.compartment]
    with store.read() as view:
        tables = {row[0] for row in view.rows("SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()")}
        if not tables >= {"schema_migration", "audit", "audit_head"}:
            raise StoreDamaged(f"{backup}: its {name} is no store of Plainview's: take another backup")
        schema: dict[int, str] = dict(view.rows("SELECT version, sha256 FROM schema_migration"))
        head = view.row("SELECT seq, hash FROM audit_head")
    if (schema, head) != (dict(state.schema), (state.audit_seq, state.audit_hash)):
        raise StoreDamaged(f"{backup}: its {name} is not the one that its manifest speaks of: somebody changed it: take another backup")


def _checked(store: Store, backup: Path, manifest: Manifest) -> dict[Compartment, int]:
    """The number of audit entries by compartment, once every chain is followed, every schema is ours and every vault file is there."""
    entries = {}
    for one in store.files():
        report = audit.verify(one)
        if not report.ok:
            raise StoreDamaged(f"{backup}: the audit in its {FILES[one.compartment]} is broken: {report.fault}: it was changed before it was backed up")
        if other := _foreign_schema(one):
            raise StoreDamaged(
                f"{backup}: the {', '.join(other)} of its {FILES[one.compartment]} are not Plainview's: somebody changed them: take another backup"
            )
        _refuse_missing(one, backup, manifest)
        entries[one.compartment] = report.entries
    return entries


def _refuse_missing(store: Store, backup: Path, manifest: Manifest) -> None:
    files, lost = store.vault.files, frozenset(manifest.lost)
    with store.cursor() as cursor:
        missing = sum(1 for name in names_of(cursor) if f"{files.folder.name}/{name}" not in lost and not files.has(name))
    if missing:
        raise StoreDamaged(f"{backup}: lacks {missing} captured files that its {FILES[store.compartment]} speaks of: it is incomplete: take another backup")


def _foreign_schema(store: Store) -> list[str]:
    """How the schema is another than that of a store made anew: a trigger that was dropped, a view that somebody added."""
    fresh = Database(store.folder)
    path = store.folder / f"fresh-{FILES[store.compartment]}"
    try:
        fresh.attach(store.compartment, path)
        migrate(Store(fresh, store.compartment), packaged(store.compartment))
    finally:
        fresh.close()
    with store.cursor() as cursor:
        cursor.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS fresh (READ_ONLY)")
        found = catalogue_differences(cursor, store.compartment.value, "fresh")
        cursor.execute("DETACH fresh")
    path.unlink()
    return found


def _record(store: Store, name: str, manifest_sha256: str) -> None:
    with store.transaction() as tx:
        audit.append(tx, AuditAction.BACKUP_RESTORED, "plainview", name, {"manifest_sha256": manifest_sha256}, store.clock())


def _put(draft: Path, folder: Path) -> None:
    for path in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
        sync_folder(path)
    _refuse_taken(folder)
    draft.rename(folder)  # over an empty folder too, but over nothing else
    sync_folder(folder.parent)
