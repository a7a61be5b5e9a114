"""`plainview keys`: the master key of the undercover compartment, made and changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cli.store import store_door
from cli.terminal import fail, out

app = typer.Typer(help="Make and rotate the master key of the undercover compartment.", no_args_is_help=True)
KeyFile = Annotated[Path, typer.Argument(help="a new file outside the data folder, best on another disk")]


@app.command("new")
def new(file: KeyFile) -> None:
    """Make a master key. The undercover compartment opens once PLAINVIEW_MASTER_KEY_FILE names it."""
    from storage.sealed.master_key import new_master_key, refuse_inside

    refuse_inside(store_door().folder, file)
    key = new_master_key(file)
    out.print(f"Master key {key.id} is in {file}. Keep one copy of it, on paper or in a safe, apart from every backup. To open the compartment:")
    out.print(f"\n  export PLAINVIEW_MASTER_KEY_FILE={file.resolve()}\n", markup=False)
    out.print(f"The subjects' own keys will be in {file}.subjects: docs/compartments.md says how to keep a spare of that.", markup=False)


@app.command("rotate")
def rotate(file: KeyFile) -> None:
    """Wrap every subject's key anew, under a fresh master key. Stop `plainview serve` first. Old copies of either file are worthless after it."""
    from storage.owner.lock import holding
    from storage.sealed.master_key import SUBJECT_KEYS, named_place, new_master_key, read_master_key, refuse_inside
    from storage.sealed.own_keys import own_keys

    folder = store_door().folder
    place, keys = named_place(folder), own_keys(folder)
    if place is None or keys is None:
        fail("no master key is named: set PLAINVIEW_MASTER_KEY_FILE to the present one, then rotate to a new file")
    refuse_inside(folder, file)
    with holding(folder, wait_s=5):
        master = read_master_key(file) if file.exists() else new_master_key(file)  # there already: a rotation that was cut off is finished
        rotated = keys.rewrapped(place.subject_keys if SUBJECT_KEYS in os.environ else Path(f"{file}.subjects"), master)
    out.print(f"{len(rotated.ids())} subjects' keys are wrapped by master key {master.id} now, in {rotated.path}. Name the new key from here on:", markup=False)
    out.print(f"\n  export PLAINVIEW_MASTER_KEY_FILE={file.resolve()}\n", markup=False)
    out.print("Then destroy the old master key and every copy of it: that ends every old copy of the subjects' keys as well.")
