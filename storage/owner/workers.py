"""Workers on other hosts: who may reach this store with which token, until when. The token itself is never stored, nor does it cross the door."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from domain.audit import AuditAction
from domain.identity import Json
from domain.worker import Scope, Worker
from storage.auditing import audit
from storage.errors import NotFound, Refused
from storage.store import Row, Store

LONGEST = timedelta(days=366)
COLUMNS = "name, scopes, valid_until, added_by, added_at, revoked_at"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")


def add(store: Store, *, name: str, token_sha256: str, scopes: frozenset[Scope], valid_until: date, by: str, now: datetime) -> bool:
    """Lets the worker `name` in whose token has that SHA-256 (64 hexadecimal digits), up to and with the day `valid_until`; False when it is in already.

    Raises Refused for a name that is in use or no host name, an empty scope, and a day that has passed or lies more than a year ahead.
    """
    _check(name, scopes, valid_until, now.astimezone(UTC).date())
    with store.transaction() as tx:
        if tx.row("SELECT 1 FROM worker_token WHERE token_sha256 = ?", [token_sha256]):
            return False
        if any(worker.live(now) for worker in (worker_of(row) for row in tx.rows(f"SELECT {COLUMNS} FROM worker_token WHERE name = ?", [name]))):  # noqa: S608
            raise Refused(f"there is a worker {name} already: choose another name, or revoke it first with `plainview workers revoke {name}`")
        row = {"token_sha256": token_sha256, "name": name, "scopes": sorted(scopes), "valid_until": valid_until, "added_by": by, "added_at": now}
        tx.insert("worker_token", row)
        detail: dict[str, Json] = {"scopes": [str(scope) for scope in sorted(scopes)], "until": valid_until.isoformat(), "token_sha256": token_sha256}
        audit.append(tx, AuditAction.WORKER_ADDED, by, name, detail, now)
    return True


def revoke(store: Store, *, name: str, by: str, now: datetime) -> bool:
    """Shuts the worker `name` out from now on; False when it was already. Raises NotFound."""
    with store.transaction() as tx:
        known = tx.rows("SELECT token_sha256, revoked_at FROM worker_token WHERE name = ?", [name])
        if not known:
            raise NotFound(f"there is no worker {name}: `plainview workers list` names them")
        live: list[Json] = [token for token, revoked_at in known if revoked_at is None]
        if not live:
            return False
        tx.execute("UPDATE worker_token SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL", [now, name])
        audit.append(tx, AuditAction.WORKER_REVOKED, by, name, {"tokens_sha256": live}, now)
    return True


def every(store: Store) -> list[Worker]:
    """All workers that ever were let in, by name."""
    with store.read() as view:
        return [worker_of(row) for row in view.rows(f"SELECT {COLUMNS} FROM worker_token ORDER BY name, added_at")]  # noqa: S608 (names are ours)


def worker_of(row: Row) -> Worker:
    """The worker that a row of COLUMNS describes."""
    name, scopes, *others = row
    return Worker(name, frozenset(Scope(scope) for scope in scopes), *others)


def _check(name: str, scopes: frozenset[Scope], valid_until: date, today: date) -> None:
    if not _NAME.fullmatch(name):
        raise Refused(f"{name!r} is no name for a worker: use lower-case letters, digits, dots and hyphens, such as the host's own name")
    if not scopes:
        raise Refused(f"a worker without a scope could do nothing: name at least one of {', '.join(Scope)}")
    if not today <= valid_until <= today + LONGEST:
        raise Refused(f"{valid_until} must be a day from {today} to {today + LONGEST}: a token that nobody renews is to end by itself")
