"""Following the audit chain: a fast way that is right about almost every entry, and the exact way, which judges what the fast one doubts."""

from __future__ import annotations

import hashlib
from binascii import hexlify
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from domain.account import Compartment
from domain.identity import Json, canonical_json, sha256_hex
from storage.store import Reading, Row

START = "0" * 64
COLUMNS = "seq, recorded_at, actor, action, subject, detail, prev, hash"
_KINDS = (int, datetime, str, str, str, str, str, str)
_AT_ONCE = 256  # what stays in the processor's cache: 4096 take nearly twice as long

# A time that Python has no word for is read as none, and so found to be wrong.
_EXACT = f"""SELECT {COLUMNS.replace("recorded_at", "CASE WHEN recorded_at BETWEEN '0001-01-02' AND '9999-12-30' THEN recorded_at END")} FROM audit"""  # noqa: S608
# What `entry_hash` hashes, made by DuckDB on another core while Python hashes; empty for an entry that does not name the hash stored before it. The two differ
# in how rare control characters are written. No ORDER BY: sorting a million entries takes longer than hashing them, and they lie in their order.
_FAST = f"""SELECT CASE WHEN prev = lag(hash, 1, '{START}') OVER () THEN encode(concat(prev, '{{"action":', to_json(action), ',"actor":', to_json(actor),
    ',"at":"', strftime(recorded_at, '%Y-%m-%dT%H:%M:%S.%f+00:00'), '","detail":', to_json(detail),
    ',"seq":', seq, ',"subject":', to_json(subject), '}}')) ELSE ''::BLOB END FROM audit"""  # noqa: S608 (no value from outside)
_OUT_OF_PLACE = "SELECT count(*) FROM audit WHERE (seq = rowid + 1) IS NOT TRUE"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What following one file's chain found: how many entries there are, whether every one stands, and the number and fault of the first that does not."""

    entries: int
    ok: bool
    first_bad: int | None = None
    fault: str = ""
    compartment: Compartment = Compartment.GENERAL


def entry_hash(seq: int, at: datetime, actor: str, action: str, subject: str, detail: str, prev: str) -> str:
    """SHA-256 over the previous entry's hash and this entry as canonical JSON."""
    said: dict[str, Json] = {"seq": seq, "at": at.isoformat(timespec="microseconds"), "actor": actor, "action": action, "subject": subject, "detail": detail}
    return sha256_hex(prev.encode() + canonical_json(said))


def chain_of(view: Reading) -> AuditReport:
    """Follows the chain from its start to its head, and says where it first breaks: an entry changed, missing, added or moved."""
    try:
        head = view.row("SELECT seq, hash FROM audit_head")
        return _followed_fast(view, head) or followed(_exactly(view), head)
    except (duckdb.CatalogException, duckdb.BinderException, duckdb.ConversionException):
        return AuditReport(0, False, 1, "the tables of the audit are not as Plainview makes them")


def followed(rows: Iterable[Row], head: Row | None) -> AuditReport:
    """What following these entries, as stored, up to `head` (number and hash of the last one) finds. The exact way."""
    count, last = 0, START
    for row in rows:
        count += 1
        if fault := _fault(row, count, last):
            return AuditReport(count, False, count, fault)
        last = row[7]
    return _ended(count, last, head)


def _ended(count: int, last: str, head: Row | None) -> AuditReport:
    return AuditReport(count, True) if head == (count, last) else AuditReport(count, False, count + 1, "entries at the end are missing")


def _fault(row: Row, expected: int, last: str) -> str:
    if row[0] != expected:
        return f"entry {expected} is missing"
    if row[6] != last:
        return f"entry {expected} does not follow the one before it"
    return "" if _whole(row) else f"entry {expected} was changed after it was written"


def _whole(row: Row) -> bool:
    return all(isinstance(value, kind) for value, kind in zip(row, _KINDS, strict=True)) and row[7] == entry_hash(*row[:7])


def _followed_fast(view: Reading, head: Row | None) -> AuditReport | None:
    """The report on a chain that stands; None where anything is in doubt, be it only that the entries do not lie in their order.

    Each entry names the hash that is stored before it, says DuckDB; that it is the hash of the entry before, says Python.
    """
    count, last, doubted = 0, START.encode(), []
    for rows in view.bare_batches(_FAST, _AT_ONCE):
        contents = [content for (content,) in rows]
        hashes = [last, *_hashed(contents)]
        last = hashes.pop()
        if not all(fits := list(map(bytes.startswith, contents, hashes))):
            if b"" in contents:
                return None
            doubted += [before for before, fit in enumerate(fits, count) if not fit]
        count += len(rows)
    if view.row(_OUT_OF_PLACE) != (0,) or not all(_whole(row) for row in _exactly(view, [*doubted, count])):
        return None
    return _ended(count, _stored_hash(view, count), head)


def _stored_hash(view: Reading, number: int) -> str:
    row = view.row("SELECT hash FROM audit WHERE seq = ?", [number])
    return str(row[0]) if row else START


def _hashed(contents: Sequence[bytes]) -> list[bytes]:
    sha256 = hashlib.sha256
    return [hexlify(sha256(content).digest()) for content in contents]


def _exactly(view: Reading, numbers: Sequence[int] | None = None) -> Iterator[Row]:
    """The entries in their order, or those of these numbers."""
    if numbers is None:
        yield from (row for rows in view.batches(f"{_EXACT} ORDER BY seq", _AT_ONCE) for row in rows)
        return
    for start in range(0, len(numbers), _AT_ONCE):
        yield from view.rows(f"{_EXACT} WHERE seq IN (SELECT unnest(?))", [numbers[start : start + _AT_ONCE]])
