"""`plainview retention`: how long each class of record is kept, as the records custodian sets it."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.listing import show
from cli.store import store_door
from cli.terminal import now, operator, out
from domain.retention import RecordClass, RetentionRule

app = typer.Typer(help="Set for how many days each class of record is kept. Without a rule it is kept as long as its permission lasts.", no_args_is_help=True)
COLUMNS = ("class", "days", "authority", "set_by", "set_at")


@app.command("set")
def set_rule(
    record_class: Annotated[RecordClass, typer.Argument(metavar="CLASS", help="one of " + ", ".join(RecordClass))],
    days: Annotated[int, typer.Argument(min=1, max=100_000, help="for how many days it is kept")],
    authority: Annotated[str, typer.Option(help="the schedule, statute or document that says so")],
) -> None:
    """Set it. What is older goes with the next purge, save what a hold keeps."""
    from storage.erasure import retention

    if not authority.strip():
        raise typer.BadParameter("may not be empty: name what says so", param_hint="--authority")
    new = store_door().call(retention.put, rule=RetentionRule(record_class, days, authority.strip(), operator().name, now()))
    out.print(f"{record_class}: kept for {days} days {'from now on' if new else 'already'}.", markup=False)


@app.command("clear")
def clear(record_class: Annotated[RecordClass, typer.Argument(metavar="CLASS", help="one of " + ", ".join(RecordClass))]) -> None:
    """Take the limit away again."""
    from storage.erasure import retention

    was = store_door().call(retention.clear, record_class=record_class, by=operator().name, now=now())
    out.print(f"{record_class}: {'no limit from now on' if was else 'had no limit'}.", markup=False)


@app.command("list")
def list_rules(as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False) -> None:
    """Every rule that is set."""
    from storage.erasure import retention

    rules = store_door().call(retention.every)
    rows = [{"class": one.record_class, "days": one.days, "authority": one.authority, "set_by": one.set_by, "set_at": one.set_at} for one in rules]
    show("Retention", rows, COLUMNS, as_json, "No rule is set: a records custodian sets them with `plainview retention set`.")
