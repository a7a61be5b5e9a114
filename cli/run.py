"""`plainview run`: the main job, once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cli.store import store_door
from cli.terminal import FAILED, now, out, tell
from domain.account import Compartment

if TYPE_CHECKING:
    from storage.owner.door import Door


def run() -> None:
    """Collect every authorised account, examine what is new, and print what came of it and how to review it.

    The accounts are those of plainview.toml and those imported; with none, Example City's, an invented department that is served on this machine.
    """
    import typer

    from cli.bars import bars
    from cli.example_city import served_if_alone
    from cli.run_report import print_report, print_rescan
    from cli.running_alone import running_alone
    from flows.engine import prefect_engine

    door, started = store_door(), now()
    with running_alone(door.folder):
        problems = _register_own(door)
        with served_if_alone(door) as example, prefect_engine(door.folder, tell), bars():
            from flows.erase import erase_due
            from flows.station import Station
            from flows.undercover import why_closed
            from flows.watch import watch

            erased = erase_due(Station.here())
            counts = watch()
            closed = why_closed(Station.here())
        print_report(door, started, example)
        print_rescan(counts["rescan"])
    if erased:
        out.print(f"\n{erased} erasures were due: `plainview erase --list` shows them, `plainview erase --show ID` a certificate.")
    out.print("\nTo review what is waiting: `make serve` (or `.venv/bin/plainview serve`), then open http://127.0.0.1:8261")
    if problems or closed:
        raise typer.Exit(FAILED)


def _register_own(door: Door) -> int:
    """Register the accounts that plainview.toml itself names. Returns how many lines were wrong, each said."""
    from cli.accounts import register
    from cli.accounts_file import read_account_tables
    from settings.table import FILE, read_tables

    tables = read_tables().get("account")
    if not tables:
        return 0
    file = read_account_tables(tables, Path(FILE).read_text(encoding="utf-8"), FILE)
    open_ones = tuple(entry for entry in file.entries if entry.account.compartment is Compartment.GENERAL)
    problems = register(door, replace(file, entries=open_ones))[1]
    if len(open_ones) < len(file.entries):  # they would lie in clear beside what is sealed
        problems.append(f"{FILE}: an undercover account may not stand here; remove it, and import it from a file that is kept elsewhere")
    for problem in problems:
        tell(problem)
    return len(problems)
