"""Migrations: numbered SQL files, each applied once, in one transaction with its own record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import duckdb

from domain.account import Compartment
from domain.audit import AuditAction
from domain.identity import sha256_hex
from storage.auditing import audit
from storage.errors import StoreDamaged, StoreNewer
from storage.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Migration:
    """One file `NNNN_name.sql`."""

    version: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Of the file's text: what was applied is what lies there."""
        return sha256_hex(self.sql.encode())


def packaged(compartment: Compartment = Compartment.GENERAL) -> tuple[Migration, ...]:
    """The migrations that this Plainview knows for a compartment's file, in order: those of all files, and those in the folder of its name."""
    every = resources.files("storage").joinpath("migrations")
    folders = [every, every.joinpath(compartment.value)]
    files = (file for folder in folders if folder.is_dir() for file in folder.iterdir() if file.name.endswith(".sql"))
    return tuple(sorted((_migration(file.name, file.read_text(encoding="utf-8"), compartment) for file in files), key=lambda one: one.version))


def _migration(name: str, sql: str, compartment: Compartment) -> Migration:
    number, _, rest = name.removesuffix(".sql").partition("_")
    # Each file's tables refuse what belongs to the other: where the general compartment is named, the file's own is meant.
    return Migration(int(number), rest, sql.replace("'general'", f"'{compartment.value}'"))


def migrate(store: Store, migrations: Sequence[Migration]) -> None:
    """Brings the store to the last of `migrations`. Raises StoreNewer and StoreDamaged, having changed nothing."""
    for migration in pending(store, migrations):
        with store.transaction() as tx:
            _apply(store, tx, migration)


def pending(store: Store, migrations: Sequence[Migration]) -> list[Migration]:
    """Those of `migrations` that the store has not had, in order. Raises StoreNewer and StoreDamaged."""
    applied = _applied(store)
    _refuse_unknown(store, applied, migrations)
    return [migration for migration in migrations if migration.version not in applied]


_RECORD = "CREATE TABLE schema_migration (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"


def _applied(store: Store) -> dict[int, str]:
    # Asked of the table itself: looking it up among DuckDB's tables first takes ten times as long, at every opening.
    try:
        with store.read() as view:
            return dict(view.rows("SELECT version, sha256 FROM schema_migration"))
    except duckdb.CatalogException:  # it is not there: nothing was applied yet
        return {}


def _refuse_unknown(store: Store, applied: dict[int, str], migrations: Sequence[Migration]) -> None:
    known = {migration.version: migration for migration in migrations}
    for version, sha256 in applied.items():
        if version not in known:
            raise StoreNewer(f"{store.folder}: a newer Plainview wrote this store (its schema is {version}, this one knows {max(known, default=0)}): upgrade")
        if known[version].sha256 != sha256:
            raise StoreDamaged(
                f"{store.folder}: this store was made with another {version:04d}_{known[version].name}.sql than this Plainview has:"
                " use the Plainview that made it, or restore that file"
            )


def _apply(store: Store, tx: Transaction, migration: Migration) -> None:
    now = store.clock()
    if migration.version == 1:
        tx.execute(_RECORD)
    tx.execute(migration.sql)
    tx.insert("schema_migration", {"version": migration.version, "name": migration.name, "sha256": migration.sha256, "applied_at": now})
    audit.append(tx, AuditAction.STORE_MIGRATED, "plainview", f"schema:{migration.version}", {"name": migration.name, "sha256": migration.sha256}, now)
