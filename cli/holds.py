"""`plainview holds`: legal holds, which keep what would be erased."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from cli.listing import show
from cli.store import store_door
from cli.terminal import Undercover, now, operator, out
from domain.retention import Hold, HoldScope

app = typer.Typer(help="Keep an account, a post or a hit from being erased, for a written reason, until the hold is released.", no_args_is_help=True)
COLUMNS = ("id", "scope", "target", "owner", "reason", "review_on", "placed_by", "placed_at", "released_by", "released_at")


@app.command("place")
def place(
    scope: Annotated[HoldScope, typer.Argument(help="what it keeps: an account with all that is still to come, a post, or a hit with its post")],
    target: Annotated[str, typer.Argument(help="the id; of an account its handle will do")],
    owner: Annotated[str, typer.Option(help="who answers for the hold")],
    reason: Annotated[str, typer.Option(help="why it is kept")],
    review_on: Annotated[datetime, typer.Option("--review-on", formats=["%Y-%m-%d"], help="when it is looked at again; it holds until it is released")],
    undercover: Undercover = False,
) -> None:
    """Place a hold. Nothing in its scope is erased from now on."""
    from cli.authorizations import account_named
    from storage.erasure import holds

    door = store_door()
    found = account_named(door, target, undercover).id if scope is HoldScope.ACCOUNT else target
    hold = Hold(scope, found, _said(owner, "--owner"), _said(reason, "--reason"), review_on.date(), now())
    door.call(holds.place, viewer=operator(undercover), hold=hold)
    out.print(f"{hold.id} keeps the {scope} {found} until it is released; look at it again by {review_on:%Y-%m-%d}.", markup=False)


@app.command("release")
def release(
    hold: Annotated[str, typer.Argument(help="its id, from `plainview holds list`")],
    undercover: Undercover = False,
) -> None:
    """End a hold. What it alone kept goes with the next purge."""
    from storage.erasure import holds

    store_door().call(holds.release, viewer=operator(undercover), hold_id=hold, now=now())
    out.print(f"{hold} is released: what it alone kept is erased when it is due, `plainview erase --due` does so now.", markup=False)


@app.command("list")
def list_holds(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
    undercover: Undercover = False,
) -> None:
    """Every hold that was ever placed."""
    from storage.erasure import holds

    rows = [_row(one) for one in store_door().call(holds.every, viewer=operator(undercover))]
    show("Holds", rows, COLUMNS, as_json, "No hold was ever placed.")


def _said(text: str, option: str) -> str:
    if not text.strip():
        raise typer.BadParameter("may not be empty: a hold stands for years, and somebody has to answer for it", param_hint=option)
    return text.strip()


def _row(one: Any) -> dict[str, Any]:
    own = {name: getattr(one, name) for name in ("id", "placed_by", "released_by", "released_at")}
    said = {name: getattr(one.hold, name) for name in ("scope", "target", "owner", "reason", "review_on", "placed_at")}
    row = own | said
    return {column: row[column] for column in COLUMNS}
