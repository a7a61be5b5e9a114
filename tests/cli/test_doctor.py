"""`plainview doctor`: what is wrong is named with its mend, what is merely so is not called wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from samples.manifest import ARTWORK
from samples.serve import ExampleCity
from tests.cli.conftest import Called

Plainview = Callable[..., Called]
SETTINGS = '[network]\ncontact = "media.unit@police.example.gov"\n'


@pytest.fixture
def registered(folder: Path, plainview: Plainview) -> Path:
    """Example City's accounts and one artwork are registered; nothing was ever collected."""
    (folder / "plainview.toml").write_text(SETTINGS, encoding="utf-8")
    with ExampleCity(port=0) as city:
        plainview("accounts", "import", city.write_accounts(folder / "papers", datetime.now(UTC).date()))
    plainview("references", "add", next(iter(sorted(ARTWORK.glob("*.png")))))
    return folder


def test_an_account_that_was_never_collected_is_wrong_and_one_without_a_paper_is_a_note(plainview: Plainview, registered: Path) -> None:
    called = plainview("doctor")
    assert called.status == 2
    assert "@press@police.example.gov: not being monitored: never collected" in called.out
    assert "@k9unit@police.example.gov: not being monitored: no authorization" in called.out
    assert "note  detectors and references" in called.out
    assert "fine  audit chain" in called.out


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("", "contact is empty"),
        (SETTINGS + "[colect]\nshard_size = 3\n", "no table [colect]"),
        (SETTINGS + "[collect]\nshard_sise = 3\n", "shard_sise"),
        ("[network\n", "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named(plainview: Plainview, folder: Path, settings: str, words: str) -> None:
    (folder / "plainview.toml").write_text(settings, encoding="utf-8")
    called = plainview("doctor")
    assert called.status == 2
    assert words in called.out
    assert "Traceback" not in called.err


def test_files_that_others_may_open_are_named(plainview: Plainview, registered: Path) -> None:
    (registered / "data" / "general.duckdb").chmod(0o644)
    assert "general.duckdb: others on this machine may open it" in plainview("doctor").out


def test_where_nothing_is_registered_the_settings_alone_can_be_fine(plainview: Plainview, folder: Path) -> None:
    (folder / "plainview.toml").write_text(SETTINGS, encoding="utf-8")
    called = plainview("doctor")
    assert "fine  settings" in called.out
    assert "no artwork is registered" in called.out
