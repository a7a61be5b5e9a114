"""A station on a real store in a temporary folder, and Example City on a free port."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.accounts import register
from cli.accounts_file import read_accounts_file
from domain.reference import Reference
from flows.settings import CollectSettings
from flows.station import Station
from samples.serve import ExampleCity
from sources.http import Http
from sources.settings import NetworkSettings
from storage import references


@pytest.fixture
def city() -> Iterator[ExampleCity]:
    with ExampleCity(port=0) as served:
        yield served


@pytest.fixture
def new_station(tmp_path: Path) -> Callable[..., Station]:
    def make(*hosts: str) -> Station:
        network = NetworkSettings(allow_hosts=hosts, retries=0, read_timeout_s=2, deadline_s=3)
        return Station(tmp_path / "data", network, CollectSettings())

    return make


@pytest.fixture
def station(city: ExampleCity, new_station: Callable[..., Station], tmp_path: Path) -> Station:
    """Example City's accounts and artwork are registered; nothing is collected yet."""
    made = new_station(city.host)
    _, problems = register(made.door, read_accounts_file(city.write_accounts(tmp_path / "papers")))
    assert problems == []
    for picture in city.references:
        sha256 = made.vault.put(picture.read_bytes())
        made.door.call(references.add, reference=Reference(picture.stem, sha256, "image/png", "tests"), by="tests", now=datetime.now(UTC))
    return made


@pytest.fixture
def http(station: Station) -> Iterator[Http]:
    with Http(station.network) as client:
        yield client
