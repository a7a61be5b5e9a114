"""Prefect's settings for a run."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest

from flows import engine
from flows.engine import EngineFailure, prefect_engine, prefect_environment
from storage.errors import DiskFull


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server is named, so none is started, and what the engine sets is undone."""
    monkeypatch.setattr(os, "environ", dict(os.environ) | {"PREFECT_API_URL": "http://127.0.0.1:9/api"})


def test_prefect_keeps_its_files_in_the_data_folder_and_tells_nobody() -> None:
    settings = prefect_environment(Path("/somewhere/data"))
    assert settings["PREFECT_HOME"] == "/somewhere/data/prefect"
    assert settings["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert settings["DO_NOT_TRACK"] == "1"
    assert settings["PREFECT_RESULTS_PERSIST_BY_DEFAULT"] == "false"
    assert settings["PREFECT_LOGGING_LOG_PRINTS"] == "false"


def test_without_room_on_the_disk_nothing_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LEAST_ROOM", 10**18)
    with pytest.raises(EngineFailure, match="make room"), prefect_engine(tmp_path, print):
        pytest.fail("the body ran")


def test_an_error_of_prefects_own_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(EngineFailure, match="ConnectError") as failed, prefect_engine(tmp_path, print):
        raise httpx.ConnectError("a long story")
    assert "a long story" not in str(failed.value)


@pytest.mark.parametrize("error", [DiskFull("data: no room"), KeyError("what")])
def test_other_errors_pass_as_they_are(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(type(error)), prefect_engine(tmp_path, print):
        raise error
