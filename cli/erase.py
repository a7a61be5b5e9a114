"""`plainview erase`: what is stored of an account or a post is deleted for good, and a certificate says what went."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.listing import show
from cli.store import store_door
from cli.terminal import Undercover, fail, json_lines, now, operator, out, tell
from domain.retention import HoldScope

if TYPE_CHECKING:
    from domain.account import Account
    from storage.erasure.certificates import Certificate
    from storage.owner.door import Door

COLUMNS = ("id", "reason", "scope", "ordered_by", "ordered_at", "finished_at")
LONGEST_S = 3600.0  # rewriting the database of ten million posts takes minutes, and whoever holds the store does it while this waits


def erase(
    account: Annotated[str | None, typer.Argument(help="the account's id or handle: all that is stored of it goes")] = None,
    post: Annotated[str | None, typer.Option(help="a post's id, from `plainview posts`: it goes with its pictures and hits")] = None,
    due: Annotated[bool, typer.Option("--due", help="all that is due: permissions that ended, platforms' terms, the retention schedule")] = False,
    show_id: Annotated[str | None, typer.Option("--show", metavar="ID", help="the certificate of an earlier erasure")] = None,
    listed: Annotated[bool, typer.Option("--list", help="every erasure there was")] = False,
    certificate: Annotated[Path | None, typer.Option(help="write the certificate to this new file, one line of JSON for each erasure")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
    undercover: Undercover = False,
) -> None:
    """Erase what is stored: rows, captured bytes, waiting batches, and the free blocks of the database file. Refused while a hold keeps it."""
    _refuse_unless_one(account, post, due, show_id, listed)
    refuse_unusable(certificate)
    door = patient_door()
    if listed:
        _list(door, as_json, undercover)
        return
    if show_id:
        certificates = [_certificate(door, show_id, undercover)]
    elif due:
        certificates = _erase_due(door)
    else:
        certificates = [_erase(door, account, post, undercover)]
    hand_over(certificates, certificate, as_json)


def _refuse_unless_one(*ways: object) -> None:
    if sum(bool(way) for way in ways) != 1:
        fail("name one: an account, --post ID, --due, --show ID or --list")


def refuse_unusable(certificate: Path | None) -> None:
    """Ends the command before anything is erased: what is gone cannot be asked for again, though its certificate can."""
    if certificate and (certificate.exists() or not certificate.absolute().parent.is_dir()):
        fail(f"{certificate}: {'is there already' if certificate.exists() else 'its folder is not there'}; name a new file in a folder that exists")


def patient_door() -> Door:
    """The door, with the patience that an erasure takes."""
    door = store_door()
    door.wait_s = max(door.wait_s, LONGEST_S)
    return door


def _list(door: Door, as_json: bool, undercover: bool) -> None:
    from storage.erasure import erasures

    rows = [{column: getattr(one, column) for column in COLUMNS} for one in door.call(erasures.every, viewer=operator(undercover))]
    show("Erasures", rows, COLUMNS, as_json, "Nothing was ever erased.")


def _certificate(door: Door, erasure_id: str, undercover: bool = False) -> Certificate:
    from storage.erasure import erasures

    return door.call(erasures.show, viewer=operator(undercover), erasure_id=erasure_id)


def _erase_due(door: Door) -> list[Certificate]:
    from storage.erasure import erasures

    return [_certificate(door, one) for one in door.call(erasures.purge, by=operator().name, now=now())]


def _erase(door: Door, account: str | None, post: str | None, undercover: bool) -> Certificate:
    from storage.erasure import erasures

    moment = now()
    if post:
        return door.call(erasures.erase, viewer=operator(undercover), scope=HoldScope.POST, target=post, now=moment)
    from cli.authorizations import account_named

    found = account_named(door, str(account), undercover)
    done = door.call(erasures.erase, viewer=operator(undercover), scope=HoldScope.ACCOUNT, target=found.id, now=moment)
    if _is_permitted(door, found, moment):
        tell(f"{found.handle}: its authorization is live, so the next run collects it again: `plainview authorizations revoke` ends that")
    return done


def _is_permitted(door: Door, account: Account, moment: datetime) -> bool:
    from policy.authorization import may_collect
    from storage import authorizations

    granted = door.call(authorizations.every, compartment=account.compartment, by=operator().name)
    return may_collect(account, granted, moment).allowed


def hand_over(certificates: list[Certificate], path: Path | None, as_json: bool) -> None:
    """Say what was erased, and write the certificates where they are wanted."""
    from storage.durable import write_whole
    from storage.erasure.certificates import written_certificate

    if path:
        write_whole(path, b"".join(written_certificate(one) for one in certificates))
    if as_json:
        json_lines([_row(one) for one in certificates])
    elif not certificates:
        out.print("Nothing is due.")
    for one in [] if as_json else certificates:
        out.print(_said(one), markup=False)
    if path and certificates:
        tell(f"The certificate is in {path}. Keep it outside the data folder.")


def _row(one: Certificate) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("erasure", "reason", "scope", "ordered_by", "ordered_at", "finished_at", "rows", "list_sha256")}


def _said(one: Certificate) -> str:
    went = ", ".join(f"{count} of {table}" for table, count in one.rows.items())
    proof = " and ".join(str(entry.seq) for entry in one.entries)
    kept = f"; kept by {', '.join(hold.hold for hold in one.kept_by)}" if one.kept_by else ""
    ended = f"; proved by audit entries {proof}" if one.finished_at else "; the bytes are still to go: `plainview erase --due` goes on"
    return f"{one.erasure} ({one.reason}): {one.scope}: {went}{kept}{ended}"
