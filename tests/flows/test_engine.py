"""Prefect's settings for a run."""

from __future__ import annotations

from pathlib import Path

from flows.engine import prefect_environment


def test_prefect_keeps_its_files_in_the_data_folder_and_tells_nobody() -> None:
    settings = prefect_environment(Path("/somewhere/data"))
    assert settings["PREFECT_HOME"] == "/somewhere/data/prefect"
    assert settings["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert settings["DO_NOT_TRACK"] == "1"
    assert settings["PREFECT_RESULTS_PERSIST_BY_DEFAULT"] == "false"
    assert settings["PREFECT_LOGGING_LOG_PRINTS"] == "false"
