"""Accounts: every place that is watched, and how it stands with each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.account import Account, Compartment, Custody
from domain.audit import AuditAction
from domain.authorization import Authorization
from domain.identity import Json
from storage import audit
from storage.authorizations import by_account
from storage.errors import Refused
from storage.store import Store

ACCOUNT = "a.platform, a.handle, a.url, a.custody, a.compartment"


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """An account, its authorizations (oldest first), its last attempt and last success (aware UTC), its known posts and undecided hits."""

    account: Account
    authorizations: tuple[Authorization, ...]
    last_attempt: datetime | None
    last_outcome: str | None
    last_detail: str
    last_success: datetime | None
    posts: int
    hits_open: int


def account_from(platform: str, handle: str, url: str, custody: str, compartment: str) -> Account:
    """The account in the columns ACCOUNT."""
    return Account(platform, handle, url, Custody(custody), Compartment(compartment))


def add(store: Store, *, account: Account, by: str, now: datetime) -> bool:
    """Registers `account`; False when it was registered already (then its address is brought up to date). Raises Refused for the undercover compartment."""
    if account.compartment is not Compartment.GENERAL:
        raise Refused(
            f"{account.platform} {account.handle}: the undercover compartment is encrypted per subject and is not open in this version;"
            " nothing was written: leave the account out, or register it in the general compartment if it is no secret"
        )
    with store.transaction() as tx:
        known = tx.row("SELECT url, custody FROM account WHERE id = ?", [account.id])
        if known == (account.url, account.custody):
            return False
        if known:
            tx.execute("UPDATE account SET url = ?, custody = ? WHERE id = ?", [account.url, account.custody, account.id])
        else:
            tx.insert("account", _row(account) | {"added_by": by, "added_at": now})
            tx.insert("checkpoint", {"account_id": account.id, "last_detail": ""})
        detail: dict[str, Json] = {"platform": account.platform, "custody": str(account.custody), "known_before": bool(known)}
        audit.append(tx, AuditAction.ACCOUNT_ADDED, by, account.id, detail, now)
    return not known


def every(store: Store) -> list[Account]:
    """All accounts, by platform and handle."""
    with store.read() as view:
        return [account_from(*row) for row in view.rows(f"SELECT {ACCOUNT} FROM account a ORDER BY a.platform, a.handle")]  # noqa: S608


def standing(store: Store, *, now: datetime) -> list[AccountStanding]:  # noqa: ARG001 (part of the call; what is late is policy's to say)
    """How it stands with every account, by platform and handle."""
    sql = f"""SELECT a.id, c.last_attempt, c.last_outcome, c.last_detail, c.last_success, coalesce(p.posts, 0), coalesce(h.open, 0), {ACCOUNT}
        FROM account a JOIN checkpoint c ON c.account_id = a.id
        LEFT JOIN (SELECT account_id, count(DISTINCT id) AS posts FROM post GROUP BY account_id) p ON p.account_id = a.id
        LEFT JOIN (SELECT account_id, count(*) AS open FROM reviewed_hit WHERE state = 'new' GROUP BY account_id) h ON h.account_id = a.id
        ORDER BY a.platform, a.handle"""  # noqa: S608
    with store.read() as view:
        granted = by_account(view)
        return [AccountStanding(account_from(*row[7:]), granted.get(row[0], ()), *row[1:7]) for row in view.rows(sql)]


def _row(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "platform": account.platform,
        "handle": account.handle,
        "url": account.url,
        "custody": account.custody,
        "compartment": account.compartment,
    }
