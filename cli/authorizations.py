"""`plainview authorizations`: the written permissions, granted, listed and revoked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.store import store_door
from cli.terminal import Undercover, fail, json_lines, now, operator, out, table, tell
from domain.account import Compartment
from domain.authorization import Authorization, Basis, DetectorName
from domain.identity import sha256_hex

if TYPE_CHECKING:
    from domain.account import Account
    from storage.owner.door import Door

app = typer.Typer(help="Record, list and revoke the written permissions without which nothing is collected.", no_args_is_help=True)


@app.command("grant")
def grant(
    account: Annotated[str, typer.Argument(help="the account's id or handle")],
    document: Annotated[Path, typer.Option(help="the signed paper; it is kept by its SHA-256")],
    granted_by: Annotated[str, typer.Option(help="who signed it")],
    from_day: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="first day")],
    until_day: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="last day")],
    detectors: Annotated[str, typer.Option(help="names, separated by commas: " + ", ".join(DetectorName))],
    clause: Annotated[str, typer.Option(help="the clause it is granted under")] = "IV.B.2",
    undercover: Undercover = False,
) -> None:
    """Record that an account may be collected, and by which detectors it may be examined."""
    from cli.accounts import granted
    from domain.account import Custody

    door = store_door()
    found = account_named(door, account, undercover)
    content = read_document(document)
    basis = Basis.WRITTEN_APPROVAL if found.custody is Custody.DEPARTMENT_RUN else Basis.OPT_IN
    authorization = Authorization(
        account_id=found.id,
        basis=basis,
        clause=clause,
        granted_by=granted_by,
        document=document.name,
        document_sha256=sha256_hex(content),
        valid_from=from_day.date(),
        valid_until=until_day.date(),
        detectors=detector_names(detectors),
    )
    kept, new = granted(door, found, authorization, content)
    out.print(f"{kept.id} {'is granted' if new else 'was granted already'}.")


@app.command("revoke")
def revoke(
    authorization: Annotated[str, typer.Argument(help="its id, from `plainview authorizations list`")],
    undercover: Undercover = False,
) -> None:
    """Withdraw a permission. Collection stops at the next run, and what was collected is erased within 24 hours."""
    from storage import authorizations

    compartment = compartment_of(undercover)
    store_door().call(authorizations.revoke, authorization_id=authorization, by=operator().name, now=now(), compartment=compartment)
    out.print(f"{authorization} is revoked: nothing is collected under it from now on.")
    tell("What no other permission and no hold keeps is erased within 24 hours by a run, the schedule or `serve`; `plainview erase --due` does it now.")


@app.command("list")
def list_authorizations(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
    undercover: Undercover = False,
) -> None:
    """Every permission ever recorded, the revoked ones too."""
    from storage import authorizations

    rows = [_row(one) for one in store_door().call(authorizations.every, compartment=compartment_of(undercover), by=operator().name)]
    if as_json:
        json_lines(rows)
        return
    columns = ("id", "account_id", "basis", "clause", "granted_by", "valid_from", "valid_until", "detectors", "revoked_at")
    table("Authorizations", columns, ([row[column] for column in columns] for row in rows))


def compartment_of(undercover: bool) -> Compartment:
    """The compartment that a command works on."""
    return Compartment.UNDERCOVER if undercover else Compartment.GENERAL


def detector_names(text: str) -> frozenset[DetectorName]:
    """Detector names from a comma-separated list. Ends the command at a name that is none."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in set(DetectorName)]
    if unknown or not names:
        fail(f"no detector is called {', '.join(unknown) or 'nothing'}; choose from {', '.join(DetectorName)}")
    return frozenset(DetectorName(name) for name in names)


def read_document(path: Path) -> bytes:
    """The bytes of a signed paper. Ends the command when it cannot be read or is empty."""
    try:
        content = path.read_bytes()
    except OSError as wrong:
        fail(f"{path}: the signed paper cannot be read ({wrong.strerror}); name the scanned paper")
    if not content:
        fail(f"{path}: the signed paper is empty; name the scanned paper")
    return content


def account_named(door: Door, name: str, undercover: bool = False) -> Account:
    """The account of that id or handle, or of that `platform:handle`. Ends the command when there is none, or more than one."""
    from storage import accounts

    known = door.call(accounts.every, compartment=compartment_of(undercover), by=operator().name)
    found = [account for account in known if name in (account.id, account.handle, f"{account.platform}:{account.handle}")]
    if len(found) != 1:
        fail(f"{name}: {'no account' if not found else 'more than one account'} of that id or handle; `plainview accounts list` shows the ids")
    return found[0]


def _row(one: Authorization) -> dict[str, Any]:
    return {
        "id": one.id,
        "account_id": one.account_id,
        "basis": one.basis.value,
        "clause": one.clause,
        "granted_by": one.granted_by,
        "document": one.document,
        "document_sha256": one.document_sha256,
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "detectors": ",".join(sorted(one.detectors)),
        "revoked_at": one.revoked_at,
    }
