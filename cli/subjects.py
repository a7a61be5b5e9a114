"""`plainview subjects`: whose the accounts of the undercover compartment are."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.store import store_door
from cli.terminal import json_lines, now, operator, out, table

app = typer.Typer(help="See the subjects of the undercover compartment. Needs its master key.", no_args_is_help=True)


@app.command("list")
def list_subjects(as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False) -> None:
    """Every subject, with how many accounts are theirs. That this was read is on the compartment's record."""
    from storage.sealed import subjects

    rows = [asdict(one) for one in store_door().call(subjects.every, by=operator().name)]
    if as_json:
        json_lines(rows)
        return
    columns = ("id", "label", "accounts", "added_by", "added_at", "destroyed_at")
    table("Subjects", columns, ([row[column] for column in columns] for row in rows))


@app.command("erase")
def erase_subject(
    subject: Annotated[str, typer.Argument(help="the subject's id, from `plainview subjects list`")],
    certificate: Annotated[Path | None, typer.Option(help="write the certificates to this new file, one line of JSON for each account")] = None,
) -> None:
    """Erase all that is stored of a subject's accounts and destroy their key: every copy, backups included, is unreadable from then on. Cannot be undone."""
    from cli.erase import hand_over, patient_door, refuse_unusable
    from storage.sealed import subject_erasures

    refuse_unusable(certificate)
    done = patient_door().call(subject_erasures.erase, viewer=operator(undercover=True), subject_id=subject, now=now())
    hand_over(done, certificate, as_json=False)
    out.print(f"The key of {subject} is destroyed. Replace the spare copy of the subjects' keys, and rotate the master key when you can.", markup=False)
