"""Authorizations: the written permission without which nothing is collected (invariant 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.identity import derived_id


class Basis(StrEnum):
    """What kind of written permission it is."""

    WRITTEN_APPROVAL = "written_approval"  # IV.B.2: the Chief of Police or designee, for a department-run account
    OPT_IN = "opt_in"  # a member's signed consent, at most 12 months


class DetectorName(StrEnum):
    """The detectors as authorizations, `--detectors` and the docs name them."""

    ARTWORK = "artwork"
    EVIDENCE = "evidence"
    SUBJECT = "subject"
    METADATA = "metadata"
    KNOWN_ITEM = "known_item"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Authorization:
    """Permission to collect one account and to run the named detectors on it.

    `valid_from` and `valid_until` are both inclusive calendar days, UTC. `document` is the name of the signed paper, `document_sha256` its content.
    `revoked_at` is when the permission was withdrawn (aware UTC), or None.
    """

    account_id: str
    basis: Basis
    clause: str
    granted_by: str
    document: str
    document_sha256: str
    valid_from: date
    valid_until: date
    detectors: frozenset[DetectorName]
    revoked_at: datetime | None = None

    @property
    def id(self) -> str:
        """The same paper for the same account and days is the same authorization."""
        return derived_id("authorization", self.account_id, self.document_sha256, self.valid_from.isoformat(), self.valid_until.isoformat())
