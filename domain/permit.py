"""Permits: approvals that make a finding compliant rather than a hit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.identity import derived_id


class PermitKind(StrEnum):
    """What a permit allows, by the clause that asks for it."""

    ARTWORK = "artwork"  # IV.C.1.f: department artwork, through the chain of command
    PHOTOGRAPHS = "photographs"  # IV.B.7.b: work-related photographs, by the Chief of Police or designee


@dataclass(frozen=True, slots=True)
class Permit:
    """An approval in writing.

    `account_id` None means every account; `label` None means every artwork, else the label of one reference. Days are inclusive, UTC.
    """

    kind: PermitKind
    clause: str
    granted_by: str
    document: str
    document_sha256: str
    valid_from: date
    valid_until: date
    account_id: str | None = None
    label: str | None = None

    @property
    def id(self) -> str:
        """The same paper for the same scope is the same permit."""
        return derived_id("permit", self.kind, self.account_id, self.label, self.document_sha256, self.valid_from.isoformat(), self.valid_until.isoformat())
