"""`plainview accounts`: what is registered, under which paper, and how its collection stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.store import store_door
from cli.terminal import FAILED, Undercover, json_lines, now, operator, out, table, tell
from domain.account import Account, Compartment, Custody

if TYPE_CHECKING:
    from cli.accounts_file import AccountsFile
    from domain.authorization import Authorization
    from storage.owner.door import Door

app = typer.Typer(help="Register accounts and see how their collection stands.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object a line")]


@app.command("import")
def import_file(file: Annotated[Path, typer.Argument(help="an accounts file (docs/accounts.md shows one)")]) -> None:
    """Register the accounts of a file with their authorizations. What can be used is kept; each mistake is named by line. Importing twice changes nothing."""
    from cli.accounts_file import read_accounts_file

    added, problems = register(store_door(), read_accounts_file(file))
    out.print(f"{added} new of the file's accounts and authorizations are registered.")
    for problem in problems:
        tell(problem)
    if problems:
        raise typer.Exit(FAILED)


def register(door: Door, file: AccountsFile) -> tuple[int, list[str]]:
    """Put a file's entries into the store. Returns how many accounts or authorizations were new, and a line for each that was refused."""
    from sources.registry import source_for
    from sources.source import SourceError
    from storage.errors import CompartmentClosed, Refused

    added, problems = 0, list(file.problems)
    for entry in file.entries:
        try:
            source_for(entry.account.platform)
            account, new = entered(door, entry.account, entry.subject)
            added += new
            if entry.authorization:
                _, new = granted(door, account, entry.authorization, entry.document)
                added += new
        except (SourceError, Refused, CompartmentClosed) as refused:
            problems.append(f"{entry.account.platform} {entry.account.handle}: {refused}")
    return added, problems


def entered(door: Door, account: Account, subject: str) -> tuple[Account, bool]:
    """Registers `account`, of `subject` when it is undercover; it as the store knows it, and whether it is new."""
    from storage import accounts
    from storage.sealed import subjects

    if account.compartment is Compartment.GENERAL:
        return account, door.call(accounts.add, account=account, by=operator().name, now=now())
    known = door.call(subjects.add_account, account=account, label=subject, by=operator().name, now=now())
    return known.account, known.new


def granted(door: Door, account: Account, authorization: Authorization, document: bytes) -> tuple[Authorization, bool]:
    """Keeps the signed paper and enters the authorization for `account`; it as the store knows it, and whether it is new."""
    from storage import authorizations
    from storage.sealed.own_keys import vault_for

    paper = replace(authorization, account_id=account.id, document_sha256=vault_for(door.folder, account).put(document))
    return paper, door.call(authorizations.grant, authorization=paper, by=operator().name, now=now(), compartment=account.compartment)


@app.command("add")
def add(
    platform: Annotated[str, typer.Argument(help="a name from `plainview accounts platforms`")],
    handle: Annotated[str, typer.Argument(help="as the platform writes it")],
    url: Annotated[str, typer.Argument(help="where collection starts")],
    custody: Annotated[Custody, typer.Option(help="whose account it is")],
    compartment: Annotated[Compartment, typer.Option(help="where what is found belongs")] = Compartment.GENERAL,
    subject: Annotated[str, typer.Option(help="whose it is, for the undercover compartment")] = "",
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="what was posted before this day (UTC) is not collected")] = None,
) -> None:
    """Register one account. It is not collected until `plainview authorizations grant` records its written permission."""
    from sources.registry import source_for

    source_for(platform)
    named = Account(platform, handle, url, custody, compartment, since=since.date() if since else None)
    account, new = entered(store_door(), named, subject or f"{platform} {handle}")
    out.print(f"{account.id} {'is registered' if new else 'was registered already'}; grant its written permission with `plainview authorizations grant`.")


@app.command("platforms")
def platforms(as_json: AsJson = False) -> None:
    """The platforms that can be collected: what each needs, and what it may be used for."""
    from sources.registry import REFUSED

    rows = _platforms()
    if as_json:
        json_lines(rows)
        return
    columns = ("platform", "handle", "url", "token", "use")
    table("Platforms", columns, ([row[column] for column in columns] for row in rows))
    for name, reason in REFUSED.items():
        out.print(f"{name} is refused: {reason}")
    out.print("docs/sources.md says what becomes a post, how tokens are kept and what a day may ask.")


def _platforms() -> list[dict[str, Any]]:
    from sources.registry import SOURCES, allowance_for, terms_for
    from sources.settings import NetworkSettings

    settings = NetworkSettings.load()
    return [
        {
            "platform": name,
            "handle": source.needs.handle,
            "url": source.needs.url,
            "token": source.needs.token or "none",
            "use": (terms := terms_for(source, settings)).use,
            "on_delete": terms.on_delete.value,
            "keep_days": terms.keep_days,
            "refresh": terms.refresh,
            "terms": terms.reference,
            "requests_a_day": (daily := allowance_for(source, settings)).requests,
            "cost_a_day": daily.cost,
            "unit": daily.unit,
        }
        for name, source in SOURCES.items()
    ]


@app.command("list")
def list_accounts(as_json: AsJson = False, undercover: Undercover = False) -> None:
    """Every registered account with its permission."""
    from cli.account_health import standing_row
    from storage import accounts

    moment = now()
    found = store_door().call(accounts.standing, now=moment, compartment=_compartment(undercover), by=operator().name)
    rows = [standing_row(one, moment) for one in found]
    if as_json:
        json_lines(rows)
        return
    columns = ("platform", "handle", "custody", "permission", "id")
    table("Accounts", columns, ([row[column] for column in columns] for row in rows))


@app.command("health")
def health(as_json: AsJson = False, undercover: Undercover = False) -> None:
    """What is being monitored, and what is in doubt although it is: silent for longer than usual, not understood, failing or waiting."""
    from cli.account_health import health_row, print_health
    from storage import account_health

    moment = now()
    found = store_door().call(account_health.every, now=moment, compartment=_compartment(undercover), by=operator().name)
    rows = [health_row(one, moment) for one in found]
    if as_json:
        json_lines(rows)
    else:
        print_health(rows, moment)


def _compartment(undercover: bool) -> Compartment:
    return Compartment.UNDERCOVER if undercover else Compartment.GENERAL
