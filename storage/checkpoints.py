"""Checkpoints: where collecting each account goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from domain.account import Account, Compartment
from domain.authorization import Authorization
from storage.accounts import ACCOUNT, account_from
from storage.authorizations import by_account
from storage.batching.batches import LATER
from storage.seeing import reading
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Due:
    """An account to collect, with all its authorizations (policy says whether one is live) and the state that its source left, if any.

    `failures`: how many attempts in a row failed; `not_before`: when its server may be asked again (aware UTC), None: at any time; `left_over`: whether there
    are pictures that an earlier attempt left for later.
    """

    account: Account
    authorizations: tuple[Authorization, ...]
    checkpoint: str | None
    failures: int = 0
    not_before: datetime | None = None
    left_over: bool = False


@dataclass(frozen=True, slots=True)
class PlatformSpent:
    """What was asked of a platform on one day (UTC), and what it cost in the platform's own unit."""

    platform: str
    requests: int
    cost: float


def due(
    store: Store,
    *,
    now: datetime,  # noqa: ARG001 (part of the call: every account is due at every run)
    compartment: Compartment = Compartment.GENERAL,
) -> list[Due]:
    """Every account of that compartment, longest not attempted first; those without authorization too, so that the refusal is recorded."""
    sql = f"""WITH later AS (SELECT DISTINCT account_id FROM post_media WHERE media_sha256 IS NULL AND starts_with(problem, ?))
        SELECT a.id, c.state, coalesce(c.failures, 0), c.not_before, a.id IN (SELECT account_id FROM later), {ACCOUNT}
        FROM account a JOIN checkpoint c ON c.account_id = a.id
        ORDER BY c.last_attempt NULLS FIRST, a.id"""  # noqa: S608
    with reading(store.of(compartment), "plainview", "accounts due") as view:
        granted = by_account(view)
        return [Due(account_from(*row[5:]), granted.get(row[0], ()), *row[1:5]) for row in view.rows(sql, [LATER])]


def spent(store: Store, *, now: datetime, compartment: Compartment = Compartment.GENERAL) -> list[PlatformSpent]:
    """What the attempts of the day of `now` (UTC) took, by platform. Of the undercover compartment it is read apart."""
    sql = """SELECT a.platform, CAST(sum(coalesce(c.requests, 0)) AS BIGINT), sum(coalesce(c.cost, 0)) FROM collection c JOIN account a ON a.id = c.account_id
        WHERE c.collected_at >= ? GROUP BY a.platform ORDER BY a.platform"""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with reading(store.of(compartment), "plainview", "requests of today") as view:
        return [PlatformSpent(*row) for row in view.rows(sql, [midnight])]
