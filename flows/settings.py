"""What a department may set about collecting and examining: the `[collect]` table of plainview.toml."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from settings.table import Table


class CollectSettings(Table, table="collect"):
    """How much is done at once, and for how long."""

    shard_size: int = Field(default=250, ge=1, le=500, description="accounts or pictures in one Prefect task")
    accounts_at_once: int = Field(default=16, ge=1, le=64, description="accounts that one task fetches from at the same time")
    accounts_per_host: int = Field(default=4, ge=1, le=64, description="how many of them may be of one host, so that a slow one does not hold up the others")
    since: date | None = Field(default=None, description="what was posted before this day is not collected, unless the account names a day of its own")
    account_seconds: float = Field(default=300, gt=0, description="seconds that one account may take in one run; what is left waits for the next run")
    rescan_seconds: float = Field(default=600, ge=0, description="seconds that one run may spend on looking again at stored pictures; 0: none")
