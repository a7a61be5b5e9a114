"""`plainview posts`: what was captured."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.listing import show
from cli.store import store_door
from cli.terminal import Undercover, operator, since_option


def posts(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line, with every column")] = False,
    since: Annotated[str | None, typer.Option(help="only what was captured from this day or time on")] = None,
    undercover: Undercover = False,
) -> None:
    """The captured posts in their current version."""
    from storage import posts as stored

    rows = [asdict(row) for row in store_door().call(stored.listing, viewer=operator(undercover), since=since_option(since))]
    show("Posts", rows, ("posted_at", "platform", "handle", "version", "text"), as_json, "No posts yet: `plainview run` collects them.")
