"""Whether a run can do what the undercover compartment asks for, and what it says when it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.station import Station
from flows.undercover import watch_undercover, why_closed
from storage.owner.open import owning
from tests.flows.conftest import station_at
from tests.storage.serving import serving
from tests.storage.undercover import enrolled, with_keys

KEY = "PLAINVIEW_MASTER_KEY_FILE"


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return station_at(tmp_path / "data")


def test_where_there_is_none_there_is_nothing_to_say(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    assert why_closed(station) == ""
    watch_undercover(station)
    assert capsys.readouterr().err == ""


def test_without_the_key_one_line_says_so(station: Station, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with_keys(station.storage.folder, monkeypatch)
    with owning(station.storage.folder) as store:
        enrolled(store)
    assert why_closed(station) == ""
    monkeypatch.delenv(KEY)
    watch_undercover(station)
    said = capsys.readouterr().err
    assert (said.count("\n"), "were not collected" in said, "zqx" in said) == (1, True, False)


def test_a_run_without_the_key_beside_an_owner_with_it_says_so_too(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(station.storage.folder, monkeypatch)
    with owning(station.storage.folder) as store:
        enrolled(store)
        with serving(store):
            assert why_closed(station) == ""
            monkeypatch.delenv(KEY)
            assert "this process does not" in why_closed(station)
