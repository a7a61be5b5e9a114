"""Where the audit's checkpoints go: the `[audit]` table of plainview.toml."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from settings.table import Table


class AuditSettings(Table, table="audit"):
    """Checkpoints, the key that signs them, and the authority that says when they existed."""

    checkpoints: Path | None = Field(default=None, description="the folder that signed checkpoints go into, best on another machine; without it there are none")
    signing_key_file: Path | None = Field(
        default=None, description="the file with the key that signs them, outside the data folder; `plainview audit checkpoint` makes it when it is not there"
    )
    log_name: str = Field(
        default="", description="what a new signing key is called, such as police.example.gov/plainview, without spaces and plus; empty: a random name"
    )
    timestamp_url: str = Field(default="", description="a time-stamp authority (RFC 3161) that is asked to stamp each checkpoint; empty: none")
    timestamp_roots: Path | None = Field(default=None, description="a PEM file with the root certificates by which its stamps are checked")
