"""Whose data are due to go because permission ended, and what should have gone by now and has not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.retention import ErasureReason
from policy.retention import PURGED_WITHIN, Withdrawal, withdrawal
from storage.accounts import ACCOUNT, account_from
from storage.authorizations import by_account
from storage.erasure.erased_files import named_in_batches
from storage.store import Reading, Store

# The accounts of which anything is stored but the ledger.
_WITH_DATA = """
SELECT DISTINCT account_id FROM post UNION SELECT DISTINCT account_id FROM rejected UNION SELECT account_id FROM rescan
UNION SELECT account_id FROM checkpoint WHERE state IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An account without permission of which something is stored: why it is to go, since when, and when it was due. Times are aware UTC."""

    account_id: str
    reason: ErasureReason
    since: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What keeps erasing from being done: accounts whose data should have gone and did not, and erasures that were begun and not finished, by id."""

    accounts: tuple[str, ...]
    unfinished: tuple[str, ...]


def withdrawn(store: Store, now: datetime) -> list[Withdrawn]:
    """The accounts of this compartment whose data are due at `now`, by id; also those of which a hold keeps all."""
    with store.read() as view:
        stored = {row[0] for row in view.rows(_WITH_DATA)} | named_in_batches(store.folder)
        ended = [(account_id, end) for account_id, end in _ended(view, now) if account_id in stored and end.due <= now]
    return [Withdrawn(account_id, end.reason, end.since, end.due) for account_id, end in ended]


def outstanding(store: Store, *, now: datetime) -> Outstanding:
    """What should have been erased by `now` in the general compartment, and was not. What a hold keeps is not counted."""
    late = [one.account_id for one in withdrawn(store, now) if now - one.due > PURGED_WITHIN]
    held = "SELECT target FROM hold WHERE scope = 'account' AND released_at IS NULL"
    with store.read() as view:
        kept = {row[0] for row in view.rows(held)}
        begun = view.rows("SELECT id FROM erasure WHERE finished_at IS NULL ORDER BY ordered_at, id")
        partly = {row[0] for row in view.rows(_PARTLY_HELD)}
    return Outstanding(tuple(one for one in late if one not in kept | partly), tuple(row[0] for row in begun))


# Accounts of which nothing but posts that a hold keeps is left.
_PARTLY_HELD = """
WITH standing AS (SELECT scope, target FROM hold WHERE released_at IS NULL),
held AS (SELECT target AS post_id FROM standing WHERE scope = 'post' UNION SELECT t.post_id FROM hit t JOIN standing s ON s.scope = 'hit' AND s.target = t.id)
SELECT account_id FROM post GROUP BY account_id HAVING bool_and(id IN (SELECT post_id FROM held))
"""


def _ended(view: Reading, now: datetime) -> Iterator[tuple[str, Withdrawal]]:
    """Accounts without permission, by id. What the undercover compartment seals is read sealed: permission does not hang on it."""
    granted = by_account(view)
    for row in view.rows(f"SELECT {ACCOUNT} FROM account a ORDER BY a.id"):  # noqa: S608 (names are ours)
        account = account_from(*row)
        if ended := withdrawal(account, granted.get(account.id, ()), now):
            yield account.id, ended
