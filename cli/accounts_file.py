"""Accounts files: which accounts a department registers, under which paper, as TOML. A mistake is named by file, line and mend; good entries are kept."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.account import Account, Compartment, Custody
from domain.authorization import Authorization, Basis, DetectorName
from domain.identity import sha256_hex

LARGEST_DOCUMENT = 100_000_000


class AccountsFileError(Exception):
    """The file as a whole cannot be used; the message names it, the line and the mend."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One `[[account]]`: the account, its authorization if it names one, and the signed paper's bytes.

    Of an undercover account, `subject` is whose it is; its authorization gets the account's id from the store.
    """

    account: Account
    authorization: Authorization | None
    document: bytes
    subject: str = ""


@dataclass(frozen=True, slots=True)
class AccountsFile:
    """What a file says: the entries that can be used, and one line for each that cannot."""

    entries: tuple[Entry, ...]
    problems: tuple[str, ...]


class _AuthorizationTable(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    clause: str
    granted_by: str
    document: str
    valid_from: date
    valid_until: date
    detectors: list[DetectorName]
    revoked: datetime | None = None


class _AccountTable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    platform: str
    handle: str
    url: str
    custody: Custody
    compartment: Compartment = Compartment.GENERAL
    subject: str | None = None
    since: date | None = None
    authorization: _AuthorizationTable | None = None


def read_accounts_file(path: Path) -> AccountsFile:
    """The accounts that the TOML file at `path` names. Raises AccountsFileError when it cannot be read or is not TOML."""
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except FileNotFoundError:
        raise AccountsFileError(f"{path}: no such file; name an accounts file (docs/accounts.md shows one)") from None
    except OSError as wrong:
        raise AccountsFileError(f"{path}: cannot be read ({wrong.strerror}); check its name and permissions") from None
    except UnicodeDecodeError as wrong:
        raise AccountsFileError(f"{path}: byte {wrong.start} is not UTF-8; save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as wrong:
        raise AccountsFileError(f"{path}: not valid TOML ({wrong}); mend that line") from None
    return read_account_tables(tables.get("account", []), text, path)


def read_account_tables(tables: Any, text: str, path: Path) -> AccountsFile:
    """The `[[account]]` tables of a parsed file. `text` is what they were parsed from, for line numbers; papers are looked up beside `path`."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return AccountsFile((), (f"{path}: `account` must be written as [[account]], once for each account",))
    entries: list[Entry] = []
    problems: list[str] = []
    seen: set[tuple[str, str]] = set()
    for index, table in enumerate(tables):
        where = _Place(path, text, index)
        try:
            entry = _entry(table, where)
        except _Wrong as wrong:
            problems.extend(wrong.lines)
            continue
        named = (entry.account.platform, entry.account.handle.casefold())
        if named in seen:
            problems.append(where.line("handle", f"{entry.account.platform} {entry.account.handle} stands in this file already; remove one"))
            continue
        seen.add(named)
        entries.append(entry)
    return AccountsFile(tuple(entries), tuple(problems))


class _Wrong(Exception):
    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


@dataclass(frozen=True, slots=True)
class _Place:
    path: Path
    text: str
    index: int

    def line(self, key: str, what: str, within: str = "account") -> str:
        """`what` behind the file's name and the number of the line that sets `key` in this entry; that of the table `within`, or of the entry, if none does."""
        return f"{self.path}:{self._number(key) or self._number(within) or self._first()}: {what}"

    def _first(self) -> int:
        starts = self._starts()
        return starts[self.index] if self.index < len(starts) else 1

    def _starts(self) -> list[int]:
        return [number for number, line in enumerate(self.text.splitlines(), 1) if re.match(r"\s*\[\[\s*account\s*\]\]", line)]

    def _number(self, key: str) -> int | None:
        lines, starts = self.text.splitlines(), self._starts()
        last = starts[self.index + 1] - 1 if self.index + 1 < len(starts) else len(lines)
        setting = re.compile(rf'\s*("?{re.escape(key)}"?\s*[=.]|\[account\.{re.escape(key)}\])')
        return next((number for number in range(self._first(), last + 1) if setting.match(lines[number - 1])), None)


def _entry(table: dict[str, Any], where: _Place) -> Entry:
    parsed = _parsed(table, where)
    _check_address(parsed.url, where)
    account = Account(parsed.platform, parsed.handle, parsed.url, parsed.custody, parsed.compartment, since=parsed.since)
    subject = _subject(account, parsed.subject, where)
    if parsed.authorization is None:
        return Entry(account, None, b"", subject)
    document = _document(parsed.authorization.document, where)
    return Entry(account, _authorization(account, parsed.authorization, document, where), document, subject)


def _subject(account: Account, named: str | None, where: _Place) -> str:
    if account.compartment is Compartment.GENERAL:
        if named is not None:
            raise _Wrong(where.line("subject", 'only an account of the undercover compartment has a `subject`; remove it, or add compartment = "undercover"'))
        return ""
    if account.custody is not Custody.OPTED_IN:
        raise _Wrong(where.line("compartment", "a department-run account is public and no undercover member's; only an opted-in one can be undercover"))
    return (named or "").strip() or f"{account.platform} {account.handle}"


def _parsed(table: dict[str, Any], where: _Place) -> _AccountTable:
    renamed = dict(table)
    inner = renamed.get("authorization")
    if isinstance(inner, dict):  # `from` and `until` read well in the file, and one is a word of Python's
        renamed["authorization"] = {{"from": "valid_from", "until": "valid_until"}.get(key, key): value for key, value in inner.items()}
    try:
        return _AccountTable.model_validate(renamed)
    except ValidationError as wrong:
        raise _Wrong(*(_line_of(error["loc"], error["msg"], error["type"], where) for error in wrong.errors())) from None


def _line_of(location: tuple[int | str, ...], message: str, kind: str, where: _Place) -> str:
    names = [{"valid_from": "from", "valid_until": "until"}.get(str(part), str(part)) for part in location if not isinstance(part, int)]
    key = names[-1] if names else "account"
    advice = {
        "missing": f"`{'.'.join(names)}` is missing; add it",
        "extra_forbidden": f"`{'.'.join(names)}` is not a key of an accounts file; remove it or mend its name",
    }
    return where.line(key, advice.get(kind, f"`{'.'.join(names)}`: {message[0].lower()}{message[1:]}"), within=names[0] if names else key)


def _check_address(url: str, where: _Place) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _Wrong(where.line("url", "`url` must be a web address that starts with https:// or http://"))
    if parts.username or parts.password:
        raise _Wrong(where.line("url", "`url` holds a name or password; remove it: Plainview only reads what is public"))


def _document(name: str, where: _Place) -> bytes:
    path = where.path.parent / name
    try:
        if path.stat().st_size > LARGEST_DOCUMENT:
            raise _Wrong(where.line("document", f"the signed paper {name} is larger than {LARGEST_DOCUMENT // 1_000_000} MB; keep a smaller scan"))
        content = path.read_bytes()
    except OSError as wrong:
        mend = "put the paper there, beside the accounts file: without it there is no written permission (IV.B.2)"
        raise _Wrong(where.line("document", f"the signed paper {name} cannot be read ({wrong.strerror}); {mend}")) from None
    if not content:
        raise _Wrong(where.line("document", f"the signed paper {name} is empty; put the scanned paper there"))
    return content


def _authorization(account: Account, table: _AuthorizationTable, document: bytes, where: _Place) -> Authorization:
    if table.valid_until < table.valid_from:
        raise _Wrong(where.line("until", "`until` lies before `from`; mend the dates"))
    if table.revoked is not None and table.revoked.tzinfo is None:
        raise _Wrong(where.line("revoked", "`revoked` needs an offset or Z, such as 2026-03-01T12:00:00Z"))
    if not table.granted_by.strip():
        raise _Wrong(where.line("granted_by", "`granted_by` is empty; name who signed"))
    basis = Basis.WRITTEN_APPROVAL if account.custody is Custody.DEPARTMENT_RUN else Basis.OPT_IN
    return Authorization(
        account_id=account.id if account.compartment is Compartment.GENERAL else "",
        basis=basis,
        clause=table.clause,
        granted_by=table.granted_by,
        document=Path(table.document).name,
        document_sha256=sha256_hex(document),
        valid_from=table.valid_from,
        valid_until=table.valid_until,
        detectors=frozenset(table.detectors),
        revoked_at=table.revoked,
    )
