"""Settings: where a value comes from, and what a wrong one is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import CollectSettings
from settings.table import SettingsError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_file_the_defaults_hold() -> None:
    assert CollectSettings.load().shard_size == 250


def test_the_environment_goes_before_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "plainview.toml").write_text("[collect]\nshard_size = 5\naccounts_at_once = 2\n", encoding="utf-8")
    monkeypatch.setenv("PLAINVIEW_COLLECT_SHARD_SIZE", "6")
    loaded = CollectSettings.load()
    assert (loaded.shard_size, loaded.accounts_at_once) == (6, 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[collect]\nshard_sise = 5\n", "shard_sise"),
        ("[collect]\nshard_size = 'many'\n", "shard_size"),
        ("[collect]\nshard_size = 0\n", "shard_size"),
        ("[collect\n", "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named(folder: Path, text: str, words: str) -> None:
    (folder / "plainview.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"plainview\.toml") as wrong:
        CollectSettings.load()
    assert words in str(wrong.value)


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(Exception, match="frozen"):
        CollectSettings.load().shard_size = 7  # type: ignore[misc]
