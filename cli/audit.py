"""`plainview audit`: is the record of every look and every change whole, and is it the one that was signed?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.store import store_door
from cli.terminal import FAILED, fail, json_lines, out, tell

if TYPE_CHECKING:
    from storage.auditing.audit_checkpoints import Checked
    from storage.auditing.audit_judgement import Judgement
    from storage.auditing.audit_notes import Checkpoint
    from storage.auditing.audit_settings import AuditSettings
    from storage.auditing.signed_notes import Verifier

BROKEN = 1
app = typer.Typer(help="Check the audit's history, and sign checkpoints of it.", no_args_is_help=True)


@app.command("verify")
def verify(
    checkpoints: Annotated[Path | None, typer.Option(help="the folder of checkpoints; [audit] checkpoints in plainview.toml otherwise")] = None,
    key: Annotated[str | None, typer.Option(help="the verification key line that `plainview audit checkpoint` printed; this machine's key otherwise")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line, one for each file")] = False,
) -> None:
    """Recompute the whole history of every file and hold it against every checkpoint. Exit status 1: it is broken; 2: something could not be checked."""
    from storage.auditing import audit, audit_checkpoints, audit_trees
    from storage.auditing.audit_settings import AuditSettings

    settings, door = AuditSettings.load(), store_door()
    notes = _notes(checkpoints or settings.checkpoints, key, settings)
    reports = door.call(audit.verify_files)
    trees = door.call(audit_trees.recomputed, sizes=audit_checkpoints.sizes_in(notes))
    checked = audit_checkpoints.check(reports, trees, notes, settings.timestamp_roots)
    _tell(checked, as_json)
    if any(not one.ok for one in checked.files):
        raise typer.Exit(BROKEN)
    if checked.problems:
        raise typer.Exit(FAILED)


@app.command("checkpoint")
def checkpoint() -> None:
    """Sign the history as it is now, into the folder that [audit] checkpoints names. The first time it makes the key, and prints the line to keep elsewhere."""
    from storage.auditing import audit_checkpoints, audit_trees
    from storage.auditing.audit_notes import checkpoint_folder, new_signing_key
    from storage.auditing.audit_settings import AuditSettings

    settings, door = AuditSettings.load(), store_door()
    data = _data_folder()
    checkpoint_folder(settings, data)
    if signer := new_signing_key(settings, data):
        out.print(
            f"A new signing key is in {settings.signing_key_file}. Keep this line on paper or on another machine; checkpoints are checked by it:", markup=False
        )
        out.print(str(signer.verifier), markup=False)
    made = audit_checkpoints.make(door.call(audit_trees.newest), settings, data)
    for path in made.paths:
        out.print(f"{path}", markup=False)
    for problem in made.problems:
        tell(f"plainview: {problem}")
    if made.problems:
        raise typer.Exit(FAILED)


def _data_folder() -> Path:
    from storage.settings import StorageSettings

    return StorageSettings.load().folder


def _notes(folder: Path | None, key: str | None, settings: AuditSettings) -> list[Checkpoint]:
    """The checkpoints to check against: none where no folder is known. Read first: what is added to the store after that does no harm."""
    from storage.auditing.audit_notes import NoCheckpoints, read_checkpoints

    if folder is None:
        return []
    try:
        return read_checkpoints(folder, _verifier(key, settings))
    except NoCheckpoints as why:
        fail(str(why))


def _verifier(key: str | None, settings: AuditSettings) -> Verifier:
    from storage.auditing.audit_notes import signing_key
    from storage.auditing.signed_notes import UnusableKey, Verifier

    if key is None:
        return signing_key(settings, _data_folder()).verifier
    try:
        return Verifier.read(key)
    except UnusableKey as wrong:
        _unusable(wrong)


def _unusable(wrong: Exception) -> NoReturn:
    fail(f"--key: {wrong}: give the line that `plainview audit checkpoint` printed when it made the key")


def _tell(checked: Checked, as_json: bool) -> None:
    if as_json:
        json_lines(asdict(one) | {"problems": list(checked.problems)} for one in checked.files)
    for one in checked.files:
        if not one.ok:
            tell(f"plainview: {one.compartment}.duckdb: the audit is broken at {_place(one)}: {one.fault}; keep the data folder as it is and call counsel")
        elif not as_json:
            out.print(f"{one.compartment}.duckdb: the audit chain is whole: {one.entries} entries. {_vouched(one)}", markup=False)
    for problem in checked.problems:
        tell(f"plainview: {problem}: this one could not be checked; it says nothing about the store")
    if checked.stamped_at and not as_json:
        out.print(f"{checked.stamps} time-stamps hold; the newest is of {checked.stamped_at:%Y-%m-%d %H:%M} UTC.")


def _place(one: Judgement) -> str:
    if one.first_bad is not None:
        return f"entry {one.first_bad}"
    return f"the checkpoint of {one.by_size} entries" if one.by_size is not None else "its tree"


def _vouched(one: Judgement) -> str:
    if one.written_at:
        left = one.entries - one.covered
        said = f"{one.checkpoints} checkpoints hold, the last of {one.written_at:%Y-%m-%d %H:%M} UTC"
        return f"{said}; {left} entries came after it, and only the chain speaks for them."
    return "There is no checkpoint to hold it against: a history that was rewritten as a whole, or cut at its end, could not be seen."
