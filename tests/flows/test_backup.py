"""The nightly backup: where a folder is named, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from flows.backup import backup_made
from flows.station import Station
from storage.backups.backup_folder import newest
from storage.backups.backup_settings import BackupSettings


def test_it_is_made_where_a_folder_is_named_and_old_ones_go(station: Station, tmp_path: Path) -> None:
    old = tmp_path / "backups" / "plainview-20200101T000000Z"
    old.mkdir(parents=True)
    (old / "manifest.json").write_bytes(b"{}")
    assert backup_made(station, BackupSettings(folder=tmp_path / "backups", keep_days=30)) >= 1
    made = newest(tmp_path / "backups")
    assert made is not None
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [made.name]


def test_without_a_folder_there_is_none(station: Station, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert backup_made(station, BackupSettings()) == 0
    assert sorted(tmp_path.rglob("*")) == before
