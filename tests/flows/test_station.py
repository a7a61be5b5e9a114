"""What a run works with, as the working folder's settings say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.authorization import DetectorName
from domain.reference import Reference
from flows.station import Station
from samples.manifest import ARTWORK
from settings.table import SettingsError
from storage import references
from storage.owner.remote_door import RemoteDoor
from storage.owner.remote_owner import RemoteOwner


@pytest.mark.parametrize(
    ("place", "good"), [("tokens.toml", True), ("database/tokens.toml", True), ("data/tokens.toml", False), ("x/../data/a/tokens.toml", False)]
)
def test_tokens_never_lie_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, good: bool) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plainview.toml").write_text(f'[network]\ntokens = "{place}"\n', encoding="utf-8")
    if good:
        assert Station.here().network.tokens == Path(place)
        return
    with pytest.raises(SettingsError, match=r"lies in the data folder.*keep it elsewhere"):
        Station.here()


def look_for(station: Station, label: str, *, ours: bool) -> str:
    """Registers that artwork of Example City, and answers the settings of the artwork detector from then on."""
    content = (ARTWORK / f"{label}.png").read_bytes()
    reference = Reference(label, station.vault.put(content), "image/png", "tests", ours)
    station.door.call(references.add, reference=reference, by="tests", now=datetime.now(UTC))
    return next(one.settings_sha256 for one in station.detectors() if one.name is DetectorName.ARTWORK)


def test_a_look_alike_changes_the_detectors_settings_and_so_would_it_as_ours(new_station: Callable[..., Station]) -> None:
    station = new_station()
    settings = [look_for(station, "shoulder-patch", ours=True), look_for(station, "badge", ours=False), look_for(station, "seal", ours=True)]
    assert len(set(settings)) == 3


def test_nothing_is_described_in_the_undercover_compartment_or_on_a_workers_host(new_station: Callable[..., Station], tmp_path: Path) -> None:
    station = new_station()
    assert station.descriptions is not None
    assert replace(station, subject="subject_1").descriptions is None
    worker = replace(station)
    worker.door = RemoteDoor(tmp_path, RemoteOwner("http://127.0.0.1:9", "token", None, 1))
    assert worker.descriptions is None
