"""`plainview reviews`: what was decided, by whom and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.listing import show
from cli.store import store_door
from cli.terminal import Undercover, operator, since_option


def reviews(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line, with every column")] = False,
    since: Annotated[str | None, typer.Option(help="only what was decided from this day or time on")] = None,
    undercover: Undercover = False,
) -> None:
    """Every decision, newest last."""
    from storage import reviews as stored

    rows = [asdict(row) for row in store_door().call(stored.listing, viewer=operator(undercover), since=since_option(since))]
    show("Reviews", rows, ("decided_at", "reviewer", "outcome", "reason", "hit_id"), as_json, "No decisions yet: `plainview serve` opens the review site.")
