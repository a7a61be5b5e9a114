"""Accounts: every place that is watched, and how it stands with each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.account import Account, Compartment, Custody
from domain.audit import AuditAction
from domain.authorization import Authorization
from domain.identity import Json
from storage.auditing import audit
from storage.authorizations import by_account
from storage.errors import Refused
from storage.seeing import reading
from storage.store import Reading, Store

ACCOUNT = "a.platform, a.handle, a.url, a.custody, a.compartment, a.id, a.subject_id, a.since"


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """An account, its authorizations (oldest first), its last attempt and last success (aware UTC), its known posts and undecided hits.

    `failures`: how many attempts in a row failed; `not_before`: it is not asked before then (aware UTC), None: at any time.
    """

    account: Account
    authorizations: tuple[Authorization, ...]
    last_attempt: datetime | None
    last_outcome: str | None
    last_detail: str
    last_success: datetime | None
    posts: int
    hits_open: int
    failures: int = 0
    not_before: datetime | None = None


def account_from(*columns: Any) -> Account:
    """The account in the columns ACCOUNT."""
    platform, handle, url, custody, compartment, account_id, subject_id, since = columns
    closed = Compartment(compartment) is Compartment.UNDERCOVER
    return Account(platform, handle, url, Custody(custody), Compartment(compartment), account_id if closed else None, subject_id, since)


def add(store: Store, *, account: Account, by: str, now: datetime) -> bool:
    """Registers `account` of the general compartment; False when it was registered already (then its address is brought up to date).

    Raises Refused for one of the undercover compartment: `storage.sealed.subjects.add_account` seals it under its subject's key.
    """
    if account.compartment is not Compartment.GENERAL:
        raise Refused("an account of the undercover compartment belongs to a subject, under whose key it is sealed: nothing was written in clear")
    with store.transaction() as tx:
        known = tx.row("SELECT url, custody, since FROM account WHERE id = ?", [account.id])
        if known == (account.url, account.custody, account.since):
            return False
        if known:
            tx.execute("UPDATE account SET url = ?, custody = ?, since = ? WHERE id = ?", [account.url, account.custody, account.since, account.id])
        else:
            tx.insert("account", account_row(account) | {"added_by": by, "added_at": now})
            tx.insert("checkpoint", {"account_id": account.id, "last_detail": ""})
        detail: dict[str, Json] = {"platform": account.platform, "custody": str(account.custody), "known_before": bool(known)}
        audit.append(tx, AuditAction.ACCOUNT_ADDED, by, account.id, detail, now)
    return not known


def every(store: Store, *, compartment: Compartment = Compartment.GENERAL, by: str = "plainview") -> list[Account]:
    """All accounts of that compartment, by platform and handle. `by`: who is on record for reading the undercover one. Raises CompartmentClosed."""
    with reading(store.of(compartment), by, "accounts") as view:
        found = [account_from(*row) for row in view.rows(f"SELECT {ACCOUNT} FROM account a")]  # noqa: S608
    return sorted(found, key=lambda one: (one.platform, one.handle))


def standing(
    store: Store,
    *,
    now: datetime,  # noqa: ARG001 (part of the call; what is late is policy's to say)
    compartment: Compartment = Compartment.GENERAL,
    by: str = "plainview",
) -> list[AccountStanding]:
    """How it stands with every account of that compartment, by platform and handle. Raises CompartmentClosed."""
    with reading(store.of(compartment), by, "accounts") as view:
        return standing_in(view)


def standing_in(view: Reading) -> list[AccountStanding]:
    """How it stands with every account of the compartment that is being read, by platform and handle."""
    sql = f"""SELECT a.id, c.last_attempt, c.last_outcome, c.last_detail, c.last_success, coalesce(p.posts, 0), coalesce(h.open, 0),
            coalesce(c.failures, 0), c.not_before, {ACCOUNT}
        FROM account a JOIN checkpoint c ON c.account_id = a.id
        LEFT JOIN (SELECT account_id, count(*) AS posts FROM post WHERE newest GROUP BY account_id) p ON p.account_id = a.id
        LEFT JOIN (SELECT account_id, count(*) AS open FROM hit WHERE state = 'new' GROUP BY account_id) h ON h.account_id = a.id
        ORDER BY a.platform, a.handle"""  # noqa: S608
    granted = by_account(view)
    return [AccountStanding(account_from(*row[9:]), granted.get(row[0], ()), *row[1:9]) for row in view.rows(sql)]


def account_row(account: Account) -> dict[str, object]:
    """The columns of `account`."""
    return {
        "id": account.id,
        "platform": account.platform,
        "handle": account.handle,
        "url": account.url,
        "custody": account.custody,
        "compartment": account.compartment,
        "subject_id": account.subject_id,
        "since": account.since,
    }
