"""What killed processes leave behind: half-written files that nobody will finish."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from storage.errors import disk_errors

PART_LIFE_S = 3600  # a part file may belong to a process that is writing it, on this machine or for a worker


def remove_drafts(folder: Path) -> None:
    """Removes the drafts of database files in the data folder: copies that a killed making, upgrade or compaction left. Only under the owner's lock."""
    with disk_errors(folder):
        for draft in folder.glob("new-*.duckdb*"):
            draft.unlink(missing_ok=True)


def remove_parts(parts: Iterable[Path]) -> None:
    """Removes those of the part files that nobody has written to for an hour."""
    for part in parts:
        with suppress(FileNotFoundError):  # its writer has just put it into its place
            if time.time() - part.stat().st_mtime > PART_LIFE_S:
                part.unlink()


def parts_beside(folder: Path) -> Iterable[Path]:
    """The part files of the data folder itself and of its outbox; those of the vault, which may hold millions of files, are for `parts_in_vault`."""
    return [part for place in (folder, folder / "outbox", folder / "outbox" / "refused") for part in place.glob("*.part")]


def parts_in_vault(vault: Path) -> Iterable[Path]:
    """The part files of a vault's folder. Lists all its files: for what is done now and then."""
    return vault.glob("??/*.part")
