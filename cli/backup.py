"""`plainview backup` and `plainview restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.store import store_door
from cli.terminal import json_lines, now, out, tell

if TYPE_CHECKING:
    from storage.backups.backup import BackupMade
    from storage.backups.restore import Restored
    from storage.erasure.withdrawals import Withdrawn

LONGEST_S = 6 * 3600.0  # a large vault onto another disk


def backup(
    dest: Annotated[Path, typer.Argument(metavar="DEST", help="the folder that backups go into, best on another disk; each makes a folder of its own in it")],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Back up everything but keys into a new folder in DEST, while the rest goes on. Unchanged captured files are shared with the backup before."""
    from storage.backups import backup as backups
    from storage.backups.backup_folder import name_at
    from storage.owner.door import Door

    door = store_door()
    patient = Door(door.folder, LONGEST_S) if isinstance(door, Door) else door
    made = patient.call(backups.make, into=dest.absolute(), name=name_at(now()))
    if as_json:
        json_lines([_made(made)])
    else:
        out.print(f"{made.folder}: {made.files} files, {_megabytes(made.size)}, of which {_megabytes(made.new_size)} are new.", markup=False)
        out.print(f"Its manifest's SHA-256 is {made.manifest_sha256}. Try it now and then: `plainview restore --check {made.folder} FOLDER`", markup=False)
    for lost in made.lost:
        tell(f"plainview: {lost} was missing or damaged, and is not in the backup: restore it from an earlier one")


def restore(
    backup_folder: Annotated[Path, typer.Argument(metavar="BACKUP", help="the folder that `plainview backup` made")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="the new data folder: one that is empty or not there yet")],
    check: Annotated[bool, typer.Option("--check", help="check everything, in a copy beside FOLDER, and put nothing in place")] = False,
    withdrawals: Annotated[list[Path] | None, typer.Option(help="the list of what was withdrawn; may be given for each compartment")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Check a backup from its first hash to the last entry of its audit, and put it in place as a data folder."""
    from storage.backups.restore import restore as put_back

    withdrawn = _read_withdrawals(withdrawals or [])
    restored = put_back(backup_folder, folder, withdrawn=withdrawn, place=not check)
    if as_json:
        json_lines([_restored(restored, check)])
    else:
        _tell_restored(restored, folder, check)
    _warn(restored, bool(withdrawals), check)


def _read_withdrawals(paths: list[Path]) -> list[Withdrawn]:
    from storage.erasure.withdrawals import read

    found = []
    for path in paths:
        lines, torn = read(path)
        found += lines
        if torn:
            tell(f"plainview: {path}: {torn} lines cannot be read, cut off by a crash perhaps: what they withdrew is not withdrawn again")
    return found


def _tell_restored(restored: Restored, folder: Path, check: bool) -> None:
    entries = " and ".join(f"{count} entries of the {name} audit" for name, count in restored.entries.items())
    out.print(f"{restored.name} is whole: {restored.files} files, {entries}, every captured file.", markup=False)
    again = restored.again
    if again.revoked or again.destroyed or again.erased:
        counts = f"{again.revoked} revocations, {again.destroyed} destroyed keys, {again.erased} erasures"
        out.print(f"Withdrawn since, and {'to be withdrawn' if check else 'withdrawn'} again: {counts}. `plainview erase --due` erases what was revoked.")
    if not check:
        out.print(f"It is in {folder}. Name that folder under [storage] in plainview.toml, with the keys that belong to it.", markup=False)


def _warn(restored: Restored, listed: bool, check: bool) -> None:
    for lost in restored.lost:
        tell(f"plainview: {lost} was missing or damaged when the backup was made: restore it from an earlier one")
    if not listed and not check:
        tell(
            f"plainview: nothing says what was revoked or erased after {restored.made_at:%Y-%m-%d %H:%M} UTC, and it may be back: restore again with"
            " --withdrawals, or go through the papers and revoke again before anything is collected"
        )
    if not check:
        tell(f"plainview: decisions, holds and approvals entered after {restored.made_at:%Y-%m-%d %H:%M} UTC are not in this store: enter them again")


def _made(made: BackupMade) -> dict[str, Any]:
    return {
        "folder": str(made.folder),
        "files": made.files,
        "size": made.size,
        "new_size": made.new_size,
        "manifest_sha256": made.manifest_sha256,
        "lost": list(made.lost),
        "paused_s": made.paused_s,
    }


def _restored(restored: Restored, check: bool) -> dict[str, Any]:
    again = restored.again
    return {
        "name": restored.name,
        "made_at": restored.made_at,
        "placed": not check,
        "files": restored.files,
        "audit_entries": {str(name): count for name, count in restored.entries.items()},
        "lost": list(restored.lost),
        "revoked_again": again.revoked,
        "destroyed_again": again.destroyed,
        "erased_again": again.erased,
    }


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
