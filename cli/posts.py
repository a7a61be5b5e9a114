"""`plainview posts`: what was captured."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.listing import show
from cli.store import store_door
from cli.terminal import Undercover, operator, since_option

if TYPE_CHECKING:
    from storage.posts import PostRow


def posts(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line, with every column")] = False,
    since: Annotated[str | None, typer.Option(help="only what was captured from this day or time on")] = None,
    undercover: Undercover = False,
) -> None:
    """The captured posts in their current version."""
    from storage import posts as stored

    rows = [_plain(row, as_json) for row in store_door().call(stored.listing, viewer=operator(undercover), since=since_option(since))]
    show("Posts", rows, ("posted_at", "platform", "handle", "version", "text"), as_json, "No posts yet: `plainview run` collects them.")


def _plain(row: PostRow, as_json: bool) -> dict[str, Any]:
    """`row` by its columns. In a table, a tombstone says in place of its text what it is."""
    said = asdict(row)
    if row.erased_at and row.gone_at and not as_json:
        said["text"] = f"(deleted upstream on {row.gone_at:%Y-%m-%d}; what it said and showed was erased on {row.erased_at:%Y-%m-%d})"
    return said
