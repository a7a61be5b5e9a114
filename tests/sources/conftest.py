"""A loopback site, and clients whose time the test controls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.client.http import Http
from sources.registry import SOURCES
from sources.settings import NetworkSettings
from tests.builders import NOON
from tests.sources.serving import Site, served


@dataclass
class Clock:
    """Time that passes only by sleeping."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def read(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def pass_by(self, **time: float) -> None:
        self.seconds += timedelta(**time).total_seconds()


@pytest.fixture
def clock() -> Clock:
    return Clock()


TOKEN = "EAAB-tok.en-4417"


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    """A file with the same token for every platform."""
    path = tmp_path / "tokens.toml"
    path.write_text("".join(f'[{name}]\n"*" = "{TOKEN}"\n' for name in SOURCES), "utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as one:
        yield one


@pytest.fixture
def new_client(clock: Clock, site: Site) -> Iterator[Callable[..., Http]]:
    """Makes clients that may reach the site. With `real_time=True` the clock is the machine's."""
    with ExitStack() as opened:

        def make(*, real_time: bool = False, robots: Any = None, **settings: Any) -> Http:
            chosen = NetworkSettings(**{"allow_hosts": (site.host,), "contact": "press@example.org", **settings})
            time = {} if real_time else {"clock": clock.read, "sleep": clock.sleep}
            return opened.enter_context(Http(chosen, robots=robots, now=clock.now, **time))

        yield make


@pytest.fixture
def http(new_client: Callable[..., Http]) -> Http:
    return new_client()
