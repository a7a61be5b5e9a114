"""`plainview workers`: hosts that collect or examine for this store."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import typer

from cli.store import store_door
from cli.terminal import json_lines, now, operator, out, table, tell
from domain.identity import sha256_hex
from domain.worker import Scope

app = typer.Typer(help="Let workers on other hosts in, shut them out, and be one (docs/workers.md).", no_args_is_help=True)
COLUMNS = ("name", "scopes", "valid_until", "revoked_at", "added_by", "added_at")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="its name, such as the host's; the audit names it so")],
    scope: Annotated[str, typer.Option(help="what its token is good for: collect, examine, or both with a comma between")],
    until_day: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="the token's last day, a year ahead at most")],
) -> None:
    """Let a worker in. Its token is printed once, and kept nowhere: put it in a file on the worker's host."""
    from storage.owner import workers

    token = f"pvw_{secrets.token_urlsafe(32)}"
    digest, scopes = sha256_hex(token.encode()), scopes_in(scope)
    store_door().call(workers.add, name=name, token_sha256=digest, scopes=scopes, valid_until=until_day.date(), by=operator().name, now=now())
    out.print(token, markup=False, highlight=False, soft_wrap=True)
    tell(f"{name} is let in until {until_day:%Y-%m-%d}. This is its token, and this is the only time it is shown.")


@app.command("list")
def list_workers(as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False) -> None:
    """Every worker that was ever let in."""
    from storage.owner import workers

    rows = [{column: getattr(one, column) for column in COLUMNS} | {"scopes": sorted(one.scopes)} for one in store_door().call(workers.every)]
    if as_json:
        json_lines(rows)
        return
    table("Workers", COLUMNS, ([", ".join(row[column]) if column == "scopes" else row[column] for column in COLUMNS] for row in rows))


@app.command("revoke")
def revoke(name: Annotated[str, typer.Argument(help="the worker to shut out")]) -> None:
    """Shut a worker out, from its next request on."""
    from storage.owner import workers

    new = store_door().call(workers.revoke, name=name, by=operator().name, now=now())
    out.print(f"{name} {'is shut out' if new else 'was shut out already'}.")


@app.command("run")
def run(scope: Annotated[str, typer.Argument(help="what to do here, within this host's token: collect, examine, or both with a comma between")]) -> None:
    """Work for the owner that [storage] owner names, once: collect every account, or examine what is new."""
    from cli.bars import bars
    from cli.running_alone import running_alone
    from flows.engine import prefect_engine

    door, scopes = store_door(), scopes_in(scope)
    with running_alone(door.folder), prefect_engine(door.folder, tell), bars():
        from flows.collect import collect
        from flows.detect import detect

        if Scope.COLLECT in scopes:
            _print(Scope.COLLECT, collect())
        if Scope.EXAMINE in scopes:
            _print(Scope.EXAMINE, detect())


def _print(scope: Scope, counts: Mapping[str, int]) -> None:
    out.print(f"{scope}: {', '.join(f'{count} {what}' for what, count in counts.items()) or 'nothing to do'}")


def scopes_in(text: str) -> frozenset[Scope]:
    """The scopes that `text` names, with commas between. Raises typer's error for one that there is not."""
    names = [part.strip() for part in text.split(",") if part.strip()]
    if not names or (unknown := sorted(set(names) - set(Scope))):
        raise typer.BadParameter(f"{', '.join(unknown) if names else 'nothing'} is no scope: name {' or '.join(Scope)}, or both with a comma between")
    return frozenset(Scope(name) for name in names)
