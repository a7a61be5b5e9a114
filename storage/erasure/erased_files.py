"""The files of an erasure: captured bytes that nothing refers to any more, and batches in the outbox that hold what went."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from domain.account import Compartment
from storage.batching.ingest import outbox_folder, refused_folder
from storage.descriptions import Descriptions, groundless
from storage.durable import sync_folder
from storage.errors import disk_errors
from storage.owner.leftovers import parts_in_vault, remove_parts
from storage.store import Store

ORPHAN_AGE_S = 3600  # bytes lie in the vault before the batch that names them is written: they are left alone for an hour
_NAMED = re.compile(rb'"((?:account|undercover|post|hit)_[0-9a-f]{32}|[0-9a-f]{64})"')
_NAME = re.compile(r"[0-9a-f]{64}")

# By the catalogue, so that bytes for which a later table has a column are not taken for orphans. A hit may name bytes
# that went: its own row keeps none.
_COLUMNS = """
SELECT c.table_name, c.column_name FROM duckdb_columns() c JOIN duckdb_tables() t USING (database_name, schema_name, table_name)
WHERE c.database_name = current_database() AND c.column_name LIKE '%sha256' AND c.data_type = 'VARCHAR' AND c.table_name NOT IN ('erased', 'schema_migration')
    AND c.column_name NOT IN ('content_sha256', 'post_content_sha256', 'settings_sha256', 'directive_sha256')
"""


def batches_with(folder: Path, doomed: frozenset[str], kept: frozenset[str]) -> list[str]:
    """The ids of the batches, waiting or refused, that hold anything of `doomed` (ids of accounts and posts, SHA-256 of items) and nothing of `kept`.

    What one account collected may show the same picture as what went from another: such a batch goes only when it names the account or a post of it.
    """
    found = []
    for path in _batches(folder):
        content = path.read_bytes()
        wanted = {name for name in doomed if not _NAME.fullmatch(name)} if _kind(content) == "collected" else doomed
        names = _names(content)
        if names & wanted and not names & kept:
            found.append(path.stem)
    return sorted(found)


def named_in_batches(folder: Path) -> frozenset[str]:
    """Every id and SHA-256 that stands in a batch of the outbox, waiting or refused."""
    return frozenset[str]().union(*(_names(path.read_bytes()) for path in _batches(folder)))


def remove_batches(folder: Path, batch_ids: list[str]) -> int:
    """Removes those batches, and the reasons why they were refused; how many batches there still were."""
    refused = refused_folder(folder)
    _remove([refused / f"{batch_id}.reason" for batch_id in batch_ids])
    return _remove([one / f"{batch_id}.ndjson" for batch_id in batch_ids for one in (outbox_folder(folder), refused)])


def remove_bytes(store: Store, names: list[str]) -> int:
    """Removes those files of the compartment's vault that nothing in the compartment refers to any more; how many there still were."""
    kept = _referred_to(store)
    gone = [name for name in names if name not in kept]
    count = _remove([store.vault.files.path(name) for name in gone])
    if store.compartment is Compartment.GENERAL:  # after the bytes: what is described of them is kept only while they are there
        _remove([Descriptions(store.folder).files.path(name) for name in gone])
    return count


def remove_groundless(store: Store) -> int:
    """Removes what was described of pictures that the store does not know any more, or that others than the department show by now. Answers of how many."""
    descriptions = Descriptions(store.folder)
    remove_parts(parts_in_vault(descriptions.files.folder))
    names = list(descriptions.names())
    if not names:
        return 0
    with store.read() as view:
        gone = groundless(view, names)
    return _remove([descriptions.files.path(name) for name in gone])


def orphans(store: Store) -> list[str]:
    """The names of files in the compartment's vault that no row and no waiting batch refers to, and that are older than an hour."""
    old = time.time() - ORPHAN_AGE_S
    candidates = [path for path in _vault_files(store) if path.stat().st_mtime < old]
    if not candidates:
        return []
    kept = named_in_batches(store.folder).union(*(_referred_to(one) for one in store.files()))
    return sorted(path.name for path in candidates if path.name not in kept)


def _batches(folder: Path) -> list[Path]:
    return [path for one in (outbox_folder(folder), refused_folder(folder)) for path in sorted(one.glob("*.ndjson"))]


def _names(content: bytes) -> frozenset[str]:
    """Every id and SHA-256 in a batch. By their look, so that a damaged batch gives up what it names as well."""
    return frozenset(found.decode() for found in _NAMED.findall(content))


def _kind(content: bytes) -> str:
    try:
        return str(json.loads(content.split(b"\n", 1)[0])["row"]["kind"])
    except (ValueError, KeyError, TypeError):
        return "collected"  # unreadable: whatever it was, it goes when it names the account or a post


def _referred_to(store: Store) -> frozenset[str]:
    """Every SHA-256 in the columns of the compartment that may name captured bytes; not those in the lists of what was erased."""
    with store.read() as view:
        columns = view.rows(_COLUMNS)
        return frozenset(row[0] for table, column in columns for row in view.rows(_named_in(table, column)) if row[0])


def _named_in(table: str, column: str) -> str:
    there = " WHERE media_sha256 IN (SELECT sha256 FROM media)" if (table, column) == ("hit", "media_sha256") else ""
    return f'SELECT DISTINCT "{column}" FROM "{table}"{there}'  # noqa: S608 (the catalogue's)


def _vault_files(store: Store) -> Iterator[Path]:
    return (path for path in store.vault.files.folder.glob("??/*") if _NAME.fullmatch(path.name))


def _remove(paths: Sequence[Path]) -> int:
    """How many of these files there were; they are gone for good once this returns."""
    gone = [path for path in paths if _unlinked(path)]
    for folder in {path.parent for path in gone}:
        sync_folder(folder)
    return len(gone)


def _unlinked(path: Path) -> bool:
    with disk_errors(path):
        try:
            path.unlink()
        except FileNotFoundError:
            return False
    return True
