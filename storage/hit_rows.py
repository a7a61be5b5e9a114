"""One hit in a list, and how it is read out of its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from domain.account import Compartment
from domain.directive import Severity
from domain.finding import Box
from domain.hit import Hit
from domain.review import Outcome, ReviewState
from storage.finding_rows import box_from, finding_from, span_from

# Every hit with the account and the post it is on.
HITS = """SELECT h.*, a.platform, a.handle, p.url AS post_url FROM hit h JOIN account a ON a.id = h.account_id JOIN post p ON p.n = h.post_n"""


@dataclass(frozen=True, slots=True)
class HitRow:
    """One hit in a list. `state` and `outcome` are those of the latest review; times are aware UTC.

    `erased_at`: when what it showed was erased with its post; None: it is all there.
    """

    id: str
    kind: str
    label: str
    clause: str
    severity: str
    directive: str
    directive_version: str
    directive_sha256: str
    detector: str
    detector_version: str
    settings_sha256: str
    score: float
    threshold: float
    because: str
    means: str
    box: Box | None
    span: tuple[int, int] | None
    time_s: float | None
    text: str | None
    media_sha256: str
    reference_sha256: str | None
    account_id: str
    platform: str
    handle: str
    post_id: str
    post_content_sha256: str
    post_url: str
    compartment: str
    captured_at: datetime
    found_at: datetime
    review_by: datetime
    erased_at: datetime | None
    state: ReviewState
    outcome: Outcome | None


def hit_row(row: Mapping[str, Any]) -> HitRow:
    """The hit in a row of HITS."""
    told = {field.name: row[field.name] for field in fields(HitRow) if field.name not in _MADE}
    outcome = Outcome(row["outcome"]) if row["outcome"] else None
    return HitRow(**told, box=box_from(row), span=span_from(row), state=ReviewState(row["state"]), outcome=outcome)


_MADE = {"box", "span", "state", "outcome"}


def hit_from(row: Mapping[str, Any]) -> Hit:
    """The hit in a row of HITS, as it was found. One whose content was erased keeps its id, which was made of what it was."""
    told = {field.name: row[field.name] for field in fields(Hit) if field.name not in {"finding", "severity", "compartment", "pseudonym"}}
    compartment = Compartment(row["compartment"])
    pseudonym = row["id"] if compartment is Compartment.UNDERCOVER or row["erased_at"] else None
    return Hit(**told, finding=finding_from(row), severity=Severity(row["severity"]), compartment=compartment, pseudonym=pseudonym)


def plain(hit: HitRow) -> dict[str, object]:
    """`hit` ready for JSON: times in ISO 8601 (UTC), `box` [x, y, w, h], `span` [start, end]."""
    said = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(hit).items()}
    box, span = hit.box, hit.span
    return said | {"box": [box.x, box.y, box.w, box.h] if box else None, "span": list(span) if span else None}
