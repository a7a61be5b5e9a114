"""Where backups go: the `[backup]` table of plainview.toml."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from settings.table import Table


class BackupSettings(Table, table="backup"):
    """Backups by schedule, and the list of what was withdrawn."""

    folder: Path | None = Field(default=None, description="where the scheduled backups go, outside the data folder; without it there are none")
    keep_days: int = Field(default=30, ge=1, description="older ones go when a scheduled backup is made; what was revoked lives on in them until then")
    withdrawals: Path | None = Field(default=None, description="a folder outside the data folder where revocations and erasures are listed, for restoring")
