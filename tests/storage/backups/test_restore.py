"""Restoring: what is whole comes back as it was; what is damaged, made up, newer or incomplete is one clear line and leaves nothing."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from domain.account import Compartment
from domain.identity import canonical_json, sha256_hex
from storage.auditing import audit
from storage.backups import backup
from storage.backups.restore import restore
from storage.errors import Refused, StorageError, StoreDamaged, StoreNewer
from storage.owner.open import owning
from tests.storage.filling import rows

NAME = "plainview-20260601T120000Z"


@pytest.fixture(scope="module")
def original(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with something in every table, and a backup of it beside it."""
    folder = tmp_path_factory.mktemp("original")
    with owning(Path(shutil.copytree(filled, folder / "data"))) as store:
        (store.folder / "outbox" / f"{'0' * 64}.ndjson").write_bytes(b"a batch that waits")
        backup.make(store, into=folder, name=NAME)
    return folder


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Path:
    """A copy of the backup, to be spoiled."""
    return Path(shutil.copytree(original / NAME, tmp_path / NAME))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "restored"


def test_the_restored_store_is_what_was_backed_up_and_goes_on(copy: Path, folder: Path) -> None:
    folder.mkdir()
    for stray in ("owner.json", "general.duckdb.wal", "vault/stray"):  # not listed: they stay where they are
        (copy / stray).write_bytes(b"stray")
    restored = restore(copy, folder, withdrawn=[], place=True)
    assert sorted(path.name for path in folder.iterdir()) == ["general.duckdb", "outbox", "vault"]
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.rglob("*"))} == {0}
    assert not (folder / "vault" / "stray").exists()
    (folder / "outbox" / f"{'0' * 64}.ndjson").unlink()
    (copy / "general.duckdb.wal").unlink()
    with owning(folder) as store, duckdb.connect(str(copy / "general.duckdb"), read_only=True) as copied:
        for (table,) in copied.execute("SELECT table_name FROM duckdb_tables() WHERE table_name NOT LIKE 'audit%' ORDER BY 1").fetchall():
            sql = f'SELECT * FROM "{table}" ORDER BY ALL'
            with store.cursor() as cursor:
                assert cursor.execute(sql).fetchall() == copied.execute(sql).fetchall(), table
        report = audit.verify(store)
        assert report.ok
        assert report.entries == restored.entries[Compartment.GENERAL] + 1
        assert rows(store, "SELECT action, subject FROM audit ORDER BY seq DESC LIMIT 1") == [("backup:restored", NAME)]
        assert store.vault.get(sha256_hex(b"picture 3")) == b"picture 3"


def test_checking_puts_nothing_in_place_and_takes_away_what_a_killed_restore_left(original: Path, folder: Path) -> None:
    left = folder.with_name("restored.restoring")
    left.mkdir()
    (left / "general.duckdb").write_bytes(b"half")
    restored = restore(original / NAME, folder, withdrawn=[], place=False)
    assert (restored.name, restored.files) == (NAME, len([path for path in (original / NAME).rglob("*") if path.is_file()]) - 2)
    assert list(folder.parent.iterdir()) == []


@pytest.mark.parametrize("taken", ["data/general.duckdb", "data/prefect/x", "data"])
def test_a_folder_in_which_anything_lies_is_refused_and_left_as_it_is(original: Path, tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / taken).write_bytes(b"mine")
    with pytest.raises(Refused, match="something lies there, and a backup is never put over anything"):
        restore(original / NAME, tmp_path / "data", withdrawn=[], place=True)
    assert (tmp_path / taken).read_bytes() == b"mine"


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def a_picture(backup_folder: Path) -> Path:
    return sorted((backup_folder / "vault").rglob("[0-9a-f]" * 64))[0]


def relisted(backup_folder: Path, change: Callable[[list[dict[str, object]]], None]) -> None:
    """The list changed, and the manifest with it: what somebody does who knows how they are made."""
    listed = [json.loads(line) for line in (backup_folder / "files.ndjson").read_bytes().splitlines()]
    change(listed)
    content = b"".join(canonical_json(one) + b"\n" for one in listed)
    (backup_folder / "files.ndjson").write_bytes(content)
    manifest = json.loads((backup_folder / "manifest.json").read_bytes())
    manifest |= {"files": len(listed), "size": sum(int(str(one["size"])) for one in listed), "list_sha256": sha256_hex(content)}
    (backup_folder / "manifest.json").write_bytes(canonical_json(manifest))


def rehashed(backup_folder: Path, name: str) -> None:
    content = (backup_folder / name).read_bytes()
    relisted(backup_folder, lambda listed: [one.update(sha256=sha256_hex(content), size=len(content)) for one in listed if one["path"] == name] and None)


def manifest_with(backup_folder: Path, **said: object) -> None:
    manifest = json.loads((backup_folder / "manifest.json").read_bytes())
    (backup_folder / "manifest.json").write_bytes(canonical_json(manifest | said))


def in_database(backup_folder: Path, sql: str) -> None:
    """The database changed, by somebody who then makes list and manifest fit."""
    with duckdb.connect(str(backup_folder / "general.duckdb")) as raw:
        raw.execute(sql)
    rehashed(backup_folder, "general.duckdb")


def outside(backup_folder: Path, path: str) -> None:
    relisted(backup_folder, lambda listed: listed.append({"path": path, "sha256": "0" * 64, "size": 1}))


def behind_a_link(backup_folder: Path) -> None:
    (backup_folder / "vault").rename(backup_folder.parent / "elsewhere")
    (backup_folder / "vault").symlink_to(backup_folder.parent / "elsewhere")


def linked(backup_folder: Path) -> None:
    picture = a_picture(backup_folder)
    picture.rename(backup_folder.parent / "elsewhere")
    picture.symlink_to(backup_folder.parent / "elsewhere")


def as_pipe(backup_folder: Path) -> None:
    picture = a_picture(backup_folder)
    picture.unlink()
    os.mkfifo(picture)


def without_picture(backup_folder: Path) -> None:
    picture = a_picture(backup_folder)
    picture.unlink()
    relisted(backup_folder, lambda listed: listed.remove(next(one for one in listed if str(one["path"]).endswith(picture.name))))


def not_duckdb(backup_folder: Path) -> None:
    (backup_folder / "general.duckdb").write_bytes(b"not a database" * 1000)
    rehashed(backup_folder, "general.duckdb")


def newer_schema(backup_folder: Path) -> None:
    manifest = json.loads((backup_folder / "manifest.json").read_bytes())
    manifest["databases"]["general"]["schema"]["9999"] = "0" * 64
    manifest_with(backup_folder, databases=manifest["databases"], plainview="9.9")


SPOILED: list[tuple[Callable[[Path], object], type[StorageError], str]] = [
    (lambda it: flip(it / "general.duckdb"), StoreDamaged, r"general\.duckdb: is not what was backed up: the backup is damaged or was changed"),
    (lambda it: flip(a_picture(it)), StoreDamaged, "is not what was backed up"),
    (lambda it: a_picture(it).unlink(), StoreDamaged, "is missing: the backup is incomplete"),
    (lambda it: (it / "general.duckdb").unlink(), StoreDamaged, r"general\.duckdb: is missing: the backup is incomplete"),
    (lambda it: (it / "manifest.json").unlink(), StoreDamaged, r"is no backup, or was not finished: it has no manifest\.json"),
    (lambda it: (it / "files.ndjson").unlink(), StoreDamaged, r"files\.ndjson: is missing"),
    (lambda it: (it / "files.ndjson").write_bytes((it / "files.ndjson").read_bytes()[:-200]), StoreDamaged, "is not (the list|what Plainview wrote)"),
    (lambda it: (it / "manifest.json").write_bytes(b"PK\x03\x04"), StoreDamaged, "is not what Plainview wrote"),
    (lambda it: manifest_with(it, format="tar"), StoreDamaged, r"is not what Plainview wrote \(format\)"),
    (lambda it: manifest_with(it, surprise=1), StoreDamaged, r"is not what Plainview wrote \(surprise\)"),
    (lambda it: manifest_with(it, format="plainview backup 2"), StoreNewer, r"a newer Plainview made this backup \(plainview backup 2"),
    (newer_schema, StoreNewer, r"Plainview 9\.9 made this backup \(schema 9999, this one knows \d+\): upgrade"),
    (lambda it: outside(it, "../../owned"), StoreDamaged, r"names '\.\./\.\./owned', which no backup holds: somebody made this up"),
    (lambda it: outside(it, "/etc/owned"), StoreDamaged, "which no backup holds"),
    (lambda it: outside(it, "site.key"), StoreDamaged, "which no backup holds"),
    (lambda it: outside(it, f"vault/aa/{'b' * 64}"), StoreDamaged, "which no backup holds"),
    (lambda it: relisted(it, lambda listed: listed.append(listed[0])), StoreDamaged, "twice: somebody made this up"),
    (behind_a_link, StoreDamaged, "lies behind a symbolic link, which no backup holds"),
    (linked, StoreDamaged, "cannot be read as a plain file"),
    (as_pipe, StoreDamaged, "is not a plain file"),
    (without_picture, StoreDamaged, "lacks 1 captured files .* incomplete"),
    (not_duckdb, StoreDamaged, "its databases cannot be read as a store"),
    (lambda it: in_database(it, "DROP TRIGGER audit_is_never_deleted ON audit"), StoreDamaged, r"the triggers of its general\.duckdb are not"),
    (lambda it: in_database(it, "DROP TABLE permit"), StoreDamaged, "(are not Plainview's|cannot be read as a store)"),
    (lambda it: in_database(it, "DROP TABLE schema_migration"), StoreDamaged, "is no store of Plainview's"),
    (lambda it: in_database(it, "UPDATE audit_head SET hash = repeat('0', 64)"), StoreDamaged, "is not the one that its manifest speaks of"),
    (
        lambda it: in_database(it, "DROP TRIGGER audit_is_never_updated ON audit; UPDATE audit SET actor = 'nobody' WHERE seq = 3"),
        StoreDamaged,
        r"the audit in its general\.duckdb is broken: entry 3 was changed",
    ),
]


@pytest.mark.parametrize("number", range(len(SPOILED)))
def test_what_is_not_whole_is_one_clear_line_and_nothing_is_left(copy: Path, folder: Path, number: int) -> None:
    spoil, kind, said = SPOILED[number]
    spoil(copy)
    before = sorted(path.name for path in copy.parent.iterdir())
    with pytest.raises(kind, match=said) as told:
        restore(copy, folder, withdrawn=[], place=True)
    assert "\n" not in str(told.value)
    assert sorted(path.name for path in copy.parent.iterdir()) == before
