"""Checkpoints: where collecting each account goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.account import Account, Compartment
from domain.authorization import Authorization
from storage.accounts import ACCOUNT, account_from
from storage.authorizations import by_account
from storage.seeing import reading
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Due:
    """An account to collect, with all its authorizations (policy says whether one is live) and the state that its source left, if any."""

    account: Account
    authorizations: tuple[Authorization, ...]
    checkpoint: str | None


def due(
    store: Store,
    *,
    now: datetime,  # noqa: ARG001 (part of the call: every account is due at every run)
    compartment: Compartment = Compartment.GENERAL,
) -> list[Due]:
    """Every account of that compartment, longest not attempted first; those without authorization too, so that the refusal is recorded."""
    sql = f"""SELECT a.id, c.state, {ACCOUNT} FROM account a JOIN checkpoint c ON c.account_id = a.id
        ORDER BY c.last_attempt NULLS FIRST, a.id"""  # noqa: S608
    with reading(store.of(compartment), "plainview", "accounts due") as view:
        granted = by_account(view)
        return [Due(account_from(*row[2:]), granted.get(row[0], ()), row[1]) for row in view.rows(sql)]
