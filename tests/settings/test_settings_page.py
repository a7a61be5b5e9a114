"""docs/settings.md names every setting with the default that it really has."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from dashboards.site_settings import SiteSettings
from flows.settings import CollectSettings
from settings.table import Table
from sources.settings import BoardLayout, NetworkSettings
from storage.auditing.audit_settings import AuditSettings
from storage.backups.backup_settings import BackupSettings
from storage.settings import StorageSettings, WorkerSettings

PAGE = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
KINDS: list[type[Table]] = [StorageSettings, WorkerSettings, BackupSettings, NetworkSettings, CollectSettings, SiteSettings, AuditSettings]
FIELDS = [(kind.table, name, field.default, field.description) for kind in KINDS for name, field in kind.model_fields.items()]


@pytest.mark.parametrize(("table", "name", "default", "description"), FIELDS)
def test_every_setting_has_its_line(table: str, name: str, default: object, description: str) -> None:
    shown = f'"{default}"' if isinstance(default, str | Path) else json.dumps(default)
    assert f"| `[{table}]` | `{name}` | `{shown}` | {description} |" in PAGE


def test_the_page_names_no_setting_that_is_not_there() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `[")]
    assert len(rows) == len(FIELDS)


def test_the_pages_examples_are_accepted() -> None:
    (example,) = re.findall(r"```toml\n(\[network\]\n.*?)```", PAGE, re.DOTALL)
    network = NetworkSettings(**tomllib.loads(example)["network"])
    assert all((network.tokens, network.daily, network.on_delete, network.boards))


def test_the_commented_examples_of_the_settings_file_are_accepted() -> None:
    lines = (Path(__file__).parents[2] / "plainview.toml").read_text(encoding="utf-8").splitlines()
    shown = lines[lines.index("[network]") : lines.index("[collect]")]
    read = NetworkSettings(**tomllib.loads("\n".join(line.removeprefix("# ") for line in shown))["network"])
    assert all((read.tokens, read.daily, read.on_delete, read.boards))


def test_every_key_of_a_boards_layout_has_its_line() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sources" / "board.md").read_text(encoding="utf-8")
    rows = "".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(\w+)`", rows)) == set(BoardLayout.model_fields)
