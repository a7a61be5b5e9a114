"""The undercover compartment in a backup: sealed, without its keys, and whole again only with them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from domain.account import Compartment
from storage import hits
from storage.auditing import audit
from storage.backups import backup
from storage.backups.manifest import read_list, read_manifest
from storage.backups.restore import restore
from storage.erasure.withdrawals import read
from storage.errors import CompartmentClosed
from storage.owner.open import owning
from storage.sealed import subjects
from storage.sealed.own_keys import own_keys
from tests.builders import NOON
from tests.storage.backups.test_restore import rehashed
from tests.storage.filling import rows
from tests.storage.undercover import COORDINATOR, MARK, enrolled, filled, with_keys

NAME = "plainview-20260601T120000Z"


@pytest.fixture(scope="module")
def folder(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with a hit in the undercover compartment, its keys beside it, and a backup in `backups` beside it."""
    place = tmp_path_factory.mktemp("undercover")
    folder = Path(shutil.copytree(empty_store, place / "data"))
    with pytest.MonkeyPatch.context() as patch:
        with_keys(folder, patch)
        patch.setenv("PLAINVIEW_BACKUP_WITHDRAWALS", str(place / "listed"))
        with owning(folder) as store:
            filled(store, enrolled(store))
            backup.make(store, into=place / "backups", name=NAME)
        yield folder


@pytest.fixture
def made(folder: Path) -> Path:
    """The backup."""
    return folder.parent / "backups" / NAME


def test_it_is_there_sealed_and_opens_with_its_keys_alone(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest, _ = read_manifest(made)
    paths = [one.path for one in read_list(made, manifest)]
    assert "undercover.duckdb" in paths
    assert any(path.startswith("vault-undercover/") for path in paths)
    assert MARK.encode() not in b"".join(path.read_bytes() for path in made.rglob("*") if path.is_file())
    restored = restore(made, tmp_path / "restored", withdrawn=[], place=True)
    assert set(restored.entries) == set(Compartment)
    with owning(tmp_path / "restored") as store:
        assert [one.label for one in hits.queue(store, viewer=COORDINATOR)] == [f"{MARK} label"]
        assert audit.verify(store.undercover).ok
    monkeypatch.delenv("PLAINVIEW_MASTER_KEY_FILE")
    with owning(tmp_path / "restored") as store:
        assert len(store.files()) == 2
        with pytest.raises(CompartmentClosed):
            hits.queue(store, viewer=COORDINATOR)


def test_a_backup_that_a_stranger_made_destroys_no_key_while_it_is_checked(made: Path, folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(made, tmp_path / NAME))
    with duckdb.connect(str(copy / "undercover.duckdb")) as raw:
        raw.execute("UPDATE subject SET destroyed_at = now()")
    rehashed(copy, "undercover.duckdb")
    keys = own_keys(folder)
    assert keys is not None
    before = keys.ids()
    restore(copy, tmp_path / "restored", withdrawn=[], place=False)
    assert keys.ids() == before != frozenset()


def test_a_key_that_was_destroyed_since_is_entered_as_destroyed_again(made: Path, folder: Path, tmp_path: Path) -> None:
    with owning(folder) as store:
        ((subject,),) = rows(store.undercover, "SELECT id FROM subject")
        subjects.destroy(store, subject_id=str(subject), by="tests", now=NOON)
    withdrawn, _ = read(folder.parent / "listed" / "withdrawals-undercover.ndjson")
    assert [one.id for one in withdrawn] == [subject]
    assert not (folder.parent / "listed" / "withdrawals.ndjson").exists()
    assert restore(made, tmp_path / "again", withdrawn=withdrawn, place=True).again.destroyed == 1
    with owning(tmp_path / "again") as store:
        assert [one.destroyed_at for one in subjects.every(store, by="tests")] == [NOON]
