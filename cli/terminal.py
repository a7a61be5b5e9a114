"""What the command says: results on standard output, everything else on standard error."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from domain.viewer import Role, Viewer

FAILED = 2

LOG_WIDTH = 150  # columns of a table that goes into a file or a pipe

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else LOG_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def tell(line: str) -> None:
    """A line for the person who waits, on standard error."""
    err.print(line, markup=False)


def fail(line: str) -> NoReturn:
    """Say what was wrong and the mend, and end with exit status 2."""
    err.print(f"plainview: {line}", markup=False)
    raise typer.Exit(FAILED)


Undercover = Annotated[bool, typer.Option("--undercover", help="of the undercover compartment; needs its master key, and is on its record")]


def operator(undercover: bool = False) -> Viewer:
    """Whoever runs the command, named after their operating-system account. They see the general compartment, as a supervisor does.

    With `undercover`, what its coordinator sees: whoever holds the master key.
    """
    return Viewer(f"cli:{getpass.getuser()}", frozenset({Role.COORDINATOR if undercover else Role.SUPERVISOR}))


def now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


def json_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """One JSON object a line; times as ISO 8601 with their offset."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for a person. Cells are printed as they are, never as markup: they may hold what strangers wrote."""
    from rich.text import Text

    drawn = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    out.print(drawn)


def since_option(text: str | None) -> datetime | None:
    """`--since` as a day or a time: 2026-03-01, 2026-03-01T12:00, 2026-03-01T12:00:00Z. Without an offset it is UTC. Ends the command when it is neither."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--since {text}: not a day or time; write it as 2026-03-01 or 2026-03-01T12:00:00Z")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
