"""`plainview hits`: what was seen, and the clause that it may touch."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.listing import show
from cli.store import store_door
from cli.terminal import Undercover, operator, since_option


def hits(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line, with every column")] = False,
    since: Annotated[str | None, typer.Option(help="only what was found from this day or time on")] = None,
    undercover: Undercover = False,
) -> None:
    """The hits, newest last. A hit says what a detector saw; a human decides what it means."""
    from storage import hits as stored

    rows = store_door().call(stored.listing, viewer=operator(undercover), since=since_option(since))
    for row in rows if not as_json else ():
        row["label"] = row["label"] or ("(erased)" if row["erased_at"] else "")
    show(
        "Hits",
        rows,
        ("found_at", "handle", "clause", "severity", "label", "score", "state"),
        as_json,
        "No hits. `plainview accounts health` says what is watched.",
    )
