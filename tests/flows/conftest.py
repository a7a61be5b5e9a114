"""A station on a real store in a temporary folder, and Example City on a free port."""

from __future__ import annotations

import shutil
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
from sources.client.http import Http
from sources.settings import NetworkSettings
from storage import references
from storage.settings import StorageSettings


@pytest.fixture(scope="session")
def city() -> Iterator[ExampleCity]:
    with ExampleCity(port=0) as served:
        yield served


def station_at(folder: Path, *hosts: str) -> Station:
    """A station on that folder that may reach those hosts, and gives up soon."""
    return Station(StorageSettings(folder=folder), NetworkSettings(allow_hosts=hosts, retries=0, read_timeout_s=2, deadline_s=3), CollectSettings())


@pytest.fixture
def new_station(empty_store: Path, tmp_path: Path) -> Callable[..., Station]:
    shutil.copytree(empty_store, tmp_path / "data")
    return lambda *hosts: station_at(tmp_path / "data", *hosts)


@pytest.fixture(scope="session")
def registered(city: ExampleCity, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with Example City's accounts and artwork, to be copied."""
    folder = tmp_path_factory.mktemp("registered")
    made = station_at(folder / "data", city.host)
    _, problems = register(made.door, read_accounts_file(city.write_accounts(folder / "papers")))
    assert problems == []
    for picture in city.references:
        reference = Reference(picture.stem, made.vault.put(picture.read_bytes()), "image/png", "tests")
        made.door.call(references.add, reference=reference, by="tests", now=datetime.now(UTC))
    return made.storage.folder


@pytest.fixture
def station(registered: Path, city: ExampleCity, tmp_path: Path) -> Station:
    """Example City's accounts and artwork are registered; nothing is collected yet."""
    shutil.copytree(registered, tmp_path / "data")
    return station_at(tmp_path / "data", city.host)


@pytest.fixture
def http(station: Station) -> Iterator[Http]:
    with Http(station.network) as client:
        yield client
