"""docs/settings.md names every setting with the default that it really has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboards.site_settings import SiteSettings
from flows.settings import CollectSettings
from settings.table import Table
from sources.settings import NetworkSettings
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
