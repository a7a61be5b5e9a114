"""The flow `checkpoint`, without Prefect's server: it writes, fails in words, and does nothing where nothing is set."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.checkpoint import checkpoint_made
from flows.settings import CollectSettings
from flows.station import Station
from sources.settings import NetworkSettings
from storage.auditing.audit_notes import NoCheckpoints, new_signing_key
from storage.auditing.audit_settings import AuditSettings
from storage.auditing.remote_time_stamps import NoTimeStamp
from storage.settings import StorageSettings


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(StorageSettings(folder=tmp_path / "data"), NetworkSettings(), CollectSettings())


@pytest.fixture
def table(tmp_path: Path) -> AuditSettings:
    made = AuditSettings(checkpoints=tmp_path / "notes", signing_key_file=tmp_path / "key")
    new_signing_key(made, tmp_path / "data")
    return made


def test_it_writes_one_and_the_same_history_makes_the_same_one(station: Station, table: AuditSettings) -> None:
    checkpoint_made(station, table)
    checkpoint_made(station, table)
    assert table.checkpoints
    assert len(list(table.checkpoints.iterdir())) == 1


def test_it_fails_where_it_could_not_be_stamped_or_signed(station: Station, table: AuditSettings) -> None:
    with pytest.raises(NoTimeStamp, match="cannot be reached"):
        checkpoint_made(station, table.model_copy(update={"timestamp_url": "http://127.0.0.1:9/"}))
    with pytest.raises(NoCheckpoints, match="no signing key"):
        checkpoint_made(station, table.model_copy(update={"signing_key_file": None}))


def test_where_no_folder_is_set_it_does_not_even_open_the_store(station: Station) -> None:
    checkpoint_made(station, AuditSettings())
    assert not station.storage.folder.exists()
