"""Subjects: whose the accounts of the undercover compartment are, each with a key of their own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from domain.account import UNDERCOVER_ID, Account, Compartment
from domain.audit import AuditAction
from domain.identity import Json
from storage.accounts import ACCOUNT, account_from, account_row
from storage.auditing import audit
from storage.erasure import withdrawals
from storage.errors import NotFound, Refused
from storage.seeing import opening, reading
from storage.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject: `label` as the coordinator calls them, how many accounts are theirs, and when their key was destroyed, if it was (aware UTC)."""

    id: str
    label: str
    accounts: int
    added_by: str
    added_at: datetime
    destroyed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entered:
    """An account as the store knows it; `new` False when it was registered already."""

    account: Account
    new: bool


def add_account(store: Store, *, account: Account, label: str, by: str, now: datetime) -> Entered:
    """Registers an account of the undercover compartment, of the subject called `label`, who is made with a key where there is none of that name.

    Raises CompartmentClosed without the keys, and Refused for an account of the general compartment or of another subject. Nothing is written in clear.
    """
    if account.compartment is not Compartment.UNDERCOVER:
        raise Refused("only an account of the undercover compartment belongs to a subject: register this one with `accounts.add`")
    part = store.undercover
    with opening(part) as tx:
        known = _known(tx, account)
        subject = _subject(part, tx, label, by, now)
        if known and known.subject_id != subject:
            raise Refused("this account is registered for another subject: erase it there first")
        if known and (known.url, known.custody, known.since) == (account.url, account.custody, account.since):
            return Entered(known, False)
        entered = replace(account, pseudonym=known.id if known else f"{UNDERCOVER_ID}{secrets.token_hex(16)}", subject_id=subject)
        sealed = part.sealed("account", account_row(entered), subject)
        if known:
            changed = [sealed["url"], sealed["custody"], sealed["since"], entered.id]
            tx.execute("UPDATE account SET url = ?, custody = ?, since = ? WHERE id = ?", changed)
        else:
            tx.insert("account", sealed | {"added_by": by, "added_at": now})
            tx.insert("checkpoint", {"account_id": entered.id, "last_detail": ""})
        detail: dict[str, Json] = {"subject": subject, "custody": str(account.custody), "known_before": bool(known)}
        audit.append(tx, AuditAction.ACCOUNT_ADDED, by, entered.id, detail, now)
    return Entered(entered, known is None)


def every(store: Store, *, by: str) -> list[SubjectRow]:
    """All subjects, those whose keys were destroyed too, by label. `by` is on record for having read this. Raises CompartmentClosed."""
    sql = """SELECT s.id, s.label, (SELECT count(*) FROM account a WHERE a.subject_id = s.id), s.added_by, s.added_at, s.destroyed_at FROM subject s"""
    with reading(store.undercover, by, "subjects") as view:
        return sorted((SubjectRow(*row) for row in view.rows(sql)), key=lambda one: (one.label, one.id))


def destroy(store: Store, *, subject_id: str, by: str, now: datetime) -> bool:
    """Destroys that subject's key: whatever was sealed under it, in every copy anywhere, is unreadable from now on. False when it was destroyed before.

    On record first: a process that dies in between leaves a key that the next opening of the store destroys. Raises NotFound and CompartmentClosed.
    """
    part = store.undercover
    with part.transaction() as tx:
        found = tx.row("SELECT destroyed_at FROM subject WHERE id = ?", [subject_id])
        if found is None:
            raise NotFound(f"there is no subject {subject_id}: `plainview subjects list` shows them all")
        if found[0] is None:
            tx.execute("UPDATE subject SET destroyed_at = ? WHERE id = ?", [now, subject_id])
            audit.append(tx, AuditAction.SUBJECT_DESTROYED, by, subject_id, {}, now)
    part.keys.destroy(subject_id)
    withdrawals.keep(part)
    return found[0] is None


def settle_keys(part: Store) -> str:
    """Brings the keys in line with the subjects on record as the store is opened; answers why the compartment cannot be used, or an empty text."""
    with part.read() as view:
        known: dict[str, datetime | None] = dict(view.rows("SELECT id, destroyed_at FROM subject"))
    for subject in (one for one, destroyed in known.items() if destroyed):
        part.keys.destroy(subject)
    missing = {one for one, destroyed in known.items() if not destroyed} - part.keys.ids()
    if missing:
        return f"{part.keys.path}: lacks the keys of {len(missing)} subjects that the store knows: put the spare copy of this file back"
    return ""


def _known(tx: Transaction, account: Account) -> Account | None:
    same = (account.platform, account.handle.casefold())
    rows = (account_from(*row) for row in tx.rows(f"SELECT {ACCOUNT} FROM account a"))  # noqa: S608
    return next((one for one in rows if (one.platform, one.handle.casefold()) == same), None)


def _subject(part: Store, tx: Transaction, label: str, by: str, now: datetime) -> str:
    found = next((row[0] for row in tx.rows("SELECT id, label FROM subject WHERE destroyed_at IS NULL") if row[1] == label), None)
    if found is not None:
        return str(found)
    subject = f"subject_{secrets.token_hex(16)}"
    part.keys.make(subject)  # a key whose subject is never entered seals nothing, and is none that anybody could miss
    row = part.sealed("subject", {"id": subject, "label": label}, subject)
    tx.insert("subject", row | {"added_by": by, "added_at": now})
    audit.append(tx, AuditAction.SUBJECT_ADDED, by, subject, {}, now)
    return subject
