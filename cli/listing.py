"""Printing rows of the store, as a table or as JSON lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cli.terminal import json_lines, out, table


def show(title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], as_json: bool, empty: str) -> None:
    """Every column as JSON lines, or the chosen `columns` as a table; `empty` is said when there is nothing."""
    if as_json:
        json_lines(rows)
    elif rows:
        table(title, columns, ([row[column] for column in columns] for row in rows))
    else:
        out.print(empty)
