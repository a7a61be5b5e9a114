"""Where the store lies: the `[storage]` table of plainview.toml."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from settings.table import Table


class StorageSettings(Table, table="storage"):
    """The data folder and how long a call waits for the store."""

    folder: Path = Field(default=Path("data"), description="the data folder, made when it is not there; for this user alone, on a local disk")
    wait_seconds: float = Field(default=30, gt=0, description="how long a call waits for the store while another process holds it")
