"""Authorizations: the ledger of written permission. Nothing in it is removed; a revocation is a date."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from domain.account import Compartment
from domain.audit import AuditAction
from domain.authorization import Authorization, Basis, DetectorName
from storage.auditing import audit
from storage.erasure import withdrawals
from storage.errors import NotFound, Refused
from storage.seeing import opening, reading
from storage.store import Reading, Store

_COLUMNS = "account_id, basis, clause, granted_by, document, document_sha256, valid_from, valid_until, detectors, revoked_at"


def grant(store: Store, *, authorization: Authorization, by: str, now: datetime, compartment: Compartment = Compartment.GENERAL) -> bool:
    """Enters `authorization`; False when the same paper is entered already, which also leaves a revocation as it is. Raises Refused for an unknown account,
    and for one that is entered with other terms."""
    part = store.of(compartment)
    with opening(part) as tx:
        known = next((one for one in _read(tx) if one.id == authorization.id), None)
        if known is not None:
            _refuse_other_terms(known, authorization)
            return False
        account = tx.row("SELECT subject_id FROM account WHERE id = ?", [authorization.account_id])
        if account is None:
            raise Refused(f"account {authorization.account_id} is not registered: add the account first")
        tx.insert("authorization", part.sealed("authorization", _row(authorization), account[0]) | {"granted_at": now})
        detail = {"account": authorization.account_id, "document_sha256": authorization.document_sha256, "until": authorization.valid_until.isoformat()}
        audit.append(tx, AuditAction.AUTHORIZATION_GRANTED, by, authorization.id, detail, now)
    return True


def revoke(store: Store, *, authorization_id: str, by: str, now: datetime, compartment: Compartment = Compartment.GENERAL) -> None:
    """Withdraws it from `now` on; revoked already, it keeps its first date. Raises NotFound, and what `withdrawals.keep` raises once it is withdrawn."""
    with store.of(compartment).transaction() as tx:
        known = tx.row('SELECT account_id, revoked_at FROM "authorization" WHERE id = ?', [authorization_id])
        if known is None:
            raise NotFound(f"there is no authorization {authorization_id}: `plainview authorizations list` shows them all")
        if known[1] is None:
            tx.execute('UPDATE "authorization" SET revoked_at = ? WHERE id = ?', [now, authorization_id])
            audit.append(tx, AuditAction.AUTHORIZATION_REVOKED, by, authorization_id, {"account": known[0]}, now)
    withdrawals.keep(store.of(compartment))


def every(store: Store, *, compartment: Compartment = Compartment.GENERAL, by: str = "plainview") -> list[Authorization]:
    """All of that compartment, revoked and expired ones too, oldest first."""
    with reading(store.of(compartment), by, "authorizations") as view:
        return _read(view)


def by_account(view: Reading) -> dict[str, tuple[Authorization, ...]]:
    """All of them by account id, oldest first."""
    found: dict[str, tuple[Authorization, ...]] = defaultdict(tuple)
    for one in _read(view):
        found[one.account_id] += (one,)
    return dict(found)


def _read(view: Reading) -> list[Authorization]:
    return [_from(*row) for row in view.rows(f'SELECT {_COLUMNS} FROM "authorization" ORDER BY valid_from, granted_at, id')]  # noqa: S608


def _from(
    account_id: str,
    basis: str,
    clause: str,
    granted_by: str,
    document: str,
    document_sha256: str,
    valid_from: date,
    valid_until: date,
    detectors: list[str],
    revoked_at: datetime | None,
) -> Authorization:
    names = frozenset(DetectorName(name) for name in detectors)
    return Authorization(account_id, Basis(basis), clause, granted_by, document, document_sha256, valid_from, valid_until, names, revoked_at)


def _row(authorization: Authorization) -> dict[str, object]:
    columns = {name: getattr(authorization, name) for name in _COLUMNS.split(", ")}
    return {"id": authorization.id, **columns, "detectors": sorted(authorization.detectors)}


def _refuse_other_terms(known: Authorization, given: Authorization) -> None:
    names = ("basis", "clause", "granted_by", "detectors")
    if other := [name for name in names if getattr(known, name) != getattr(given, name)]:
        raise Refused(
            f"authorization {known.id} ({known.document}) is entered already with another {', '.join(other)}: an entry is never changed:"
            " revoke it and grant a new one from a new document"
        )
