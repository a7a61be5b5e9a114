"""`plainview permits`: approvals that make a finding compliant (IV.C.1.f artwork, IV.B.7.b photographs)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.authorizations import account_named, read_document
from cli.store import store_door
from cli.terminal import json_lines, now, operator, out, table
from domain.permit import Permit, PermitKind

app = typer.Typer(help="Record and list the approvals under which a finding is no hit.", no_args_is_help=True)
CLAUSES = {PermitKind.ARTWORK: "IV.C.1.f", PermitKind.PHOTOGRAPHS: "IV.B.7.b"}


@app.command("add")
def add(
    kind: Annotated[PermitKind, typer.Argument(help="what it allows")],
    document: Annotated[Path, typer.Option(help="the signed paper; it is kept by its SHA-256")],
    granted_by: Annotated[str, typer.Option(help="who signed it")],
    from_day: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="first day")],
    until_day: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="last day")],
    account: Annotated[str | None, typer.Option(help="the account's id or handle; without it, every account")] = None,
    label: Annotated[str | None, typer.Option(help="the artwork's label; without it, every artwork")] = None,
) -> None:
    """Record an approval. What it covers is compliant from the next run on."""
    from storage import permits
    from storage.vault import Vault

    door = store_door()
    permit = Permit(
        kind=kind,
        clause=CLAUSES[kind],
        granted_by=granted_by,
        document=document.name,
        document_sha256=Vault(door.folder).put(read_document(document)),
        valid_from=from_day.date(),
        valid_until=until_day.date(),
        account_id=account_named(door, account).id if account else None,
        label=label,
    )
    new = door.call(permits.add, permit=permit, by=operator().name, now=now())
    out.print(f"{permit.id} {'is recorded' if new else 'was recorded already'}.")


@app.command("list")
def list_permits(as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False) -> None:
    """Every approval on record."""
    from storage import permits

    rows = [_row(permit) for permit in store_door().call(permits.every)]
    if as_json:
        json_lines(rows)
        return
    columns = ("id", "kind", "clause", "granted_by", "valid_from", "valid_until", "account_id", "label")
    table("Permits", columns, ([row[column] for column in columns] for row in rows))


def _row(permit: Permit) -> dict[str, Any]:
    return {
        "id": permit.id,
        "kind": permit.kind.value,
        "clause": permit.clause,
        "granted_by": permit.granted_by,
        "document": permit.document,
        "document_sha256": permit.document_sha256,
        "valid_from": permit.valid_from,
        "valid_until": permit.valid_until,
        "account_id": permit.account_id,
        "label": permit.label,
    }
