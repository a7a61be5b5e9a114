"""Where the store lies, or who owns it: the `[storage]` table of plainview.toml, and the `[worker]` table of a host without a store."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from settings.table import Table
from storage.batching.room import Bounds
from storage.owner.owner_address import checked


class StorageSettings(Table, table="storage"):
    """The data folder and how long a call waits for the store, or the owner to ask in place of a store here."""

    folder: Path = Field(default=Path("data"), description="the data folder, made when it is not there; for this user alone, on a local disk")
    wait_seconds: float = Field(default=30, gt=0, description="how long a call waits for the store while another process holds it")
    outbox_files: int = Field(default=2_000, ge=1, description="batches that may wait to be stored; beyond that no more are taken")
    outbox_megabytes: int = Field(default=1_000, ge=1, description="what they may hold together")
    free_megabytes: int = Field(default=200, ge=0, description="room that must be left on the disk; with less, no more batches are taken")
    memory_megabytes: int = Field(default=2_000, ge=200, description="what the database may hold in memory; beyond that it works on disk, slower")
    owner: str = Field(default="", description="on a worker's host: the address of the owner of the store, such as https://store.police.example.gov:8261")
    owner_ca: Path | None = Field(default=None, description="a file with the certificate that vouches for the owner's, where the system does not know it")

    @field_validator("owner")
    @classmethod
    def _reachable_safely(cls, owner: str) -> str:
        return checked(owner) if owner else ""

    @property
    def bounds(self) -> Bounds:
        """How much may wait in the outbox."""
        return Bounds(self.outbox_files, self.outbox_megabytes * 1_000_000, self.free_megabytes * 1_000_000)


class WorkerSettings(Table, table="worker"):
    """What a worker's host needs besides the owner's address."""

    token_file: Path | None = Field(
        default=None, description="the file with the token that `plainview workers add` printed on the owner's machine; for this user alone"
    )
