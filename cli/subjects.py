"""`plainview subjects`: whose the accounts of the undercover compartment are."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.store import store_door
from cli.terminal import json_lines, operator, table

app = typer.Typer(help="See the subjects of the undercover compartment. Needs its master key.", no_args_is_help=True)


@app.command("list")
def list_subjects(as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False) -> None:
    """Every subject, with how many accounts are theirs. That this was read is on the compartment's record."""
    from storage import subjects

    rows = [asdict(one) for one in store_door().call(subjects.every, by=operator().name)]
    if as_json:
        json_lines(rows)
        return
    columns = ("id", "label", "accounts", "added_by", "added_at", "destroyed_at")
    table("Subjects", columns, ([row[column] for column in columns] for row in rows))
