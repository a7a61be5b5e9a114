"""Certificates of erasure: what went, why, by whom, and the audit entries that prove it. Ids, hashes and counts; never what it was."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from domain.account import Compartment
from domain.identity import canonical_json
from domain.retention import ErasureReason
from storage.erasure.erased_rows import listed
from storage.store import Reading


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that went: a version of a post (`sha256` of its content), captured bytes, an examination, finding or hit of them, a review, a batch, or a
    capture of replies."""

    kind: str
    id: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class KeptBy:
    """A hold that kept something of what was due."""

    hold: str
    scope: str
    target: str
    review_on: date


@dataclass(frozen=True, slots=True)
class Proof:
    """An audit entry: its number, what it says was done, when, and its hash in the chain."""

    seq: int
    action: str
    recorded_at: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """One erasure. `finished_at` None: the rows are deleted, and their bytes are still to go. Times are aware UTC.

    `rows` counts what was deleted by table. `list_sha256` is over `items` as [kind, id, sha256] lists in canonical JSON; it stands in the first entry's
    detail, which is `detail`, and so in the chain.
    """

    erasure: str
    compartment: Compartment
    reason: ErasureReason
    scope: str
    ordered_by: str
    ordered_at: datetime
    finished_at: datetime | None
    rows: dict[str, int]
    items: tuple[Item, ...]
    list_sha256: str
    kept_by: tuple[KeptBy, ...]
    entries: tuple[Proof, ...]
    detail: dict[str, object]


def certificate_of(view: Reading, erasure_id: str, compartment: Compartment) -> Certificate | None:
    """The certificate of that erasure, or None when this compartment has none of that id."""
    sql = "SELECT reason, scope, ordered_by, ordered_at, finished_at, held, rows_entry, bytes_entry FROM erasure WHERE id = ?"
    row = view.row(sql, [erasure_id])
    if row is None:
        return None
    reason, scope, by, at, finished_at, held, rows_entry, bytes_entry = row
    proofs = view.rows("SELECT seq, action, recorded_at, hash, detail FROM audit WHERE seq IN (SELECT unnest(?)) ORDER BY seq", [[rows_entry, bytes_entry]])
    detail = json.loads(proofs[0][4])
    kept = view.rows("SELECT id, scope, target, review_on FROM hold WHERE id IN (SELECT unnest(?)) ORDER BY id", [held])
    items = tuple(Item(*item) for item in listed(view, erasure_id))
    kept_by, entries = tuple(KeptBy(*one) for one in kept), tuple(Proof(*one[:4]) for one in proofs)
    said = (detail["rows"], items, detail["list_sha256"], kept_by, entries, detail)
    return Certificate(erasure_id, compartment, ErasureReason(reason), scope, by, at, finished_at, *said)


def written_certificate(certificate: Certificate) -> bytes:
    """`certificate` as canonical JSON, one line; times and days in ISO 8601. The same erasure is always the same bytes."""
    return canonical_json(json.loads(json.dumps({"plainview": "certificate of erasure", "version": 1, **asdict(certificate)}, default=_plain))) + b"\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")
