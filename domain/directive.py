"""Directives: a department's written policy as data, clause by clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.account import Compartment, Custody
from domain.finding import FindingKind
from domain.permit import PermitKind


class Treatment(StrEnum):
    """What software does about a clause."""

    DETECT = "detect"
    REGISTRY = "registry"
    HUMAN = "human_judgement"
    NOT = "deliberately_not"


class Severity(StrEnum):
    """How much a hit matters, least first; it never says how much a person is to blame."""

    ADVICE = "advice"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading above clauses: the first part of their ids ("IV") and the directive's own words for it ("POLICY")."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its id as the directive numbers it ("IV.C.1.f", "IV.A.6.d(2)"), its own words, what Plainview does about it, and why."""

    id: str
    text: str
    treatment: Treatment
    reason: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A finding of `kind` on an account of `custody` in `compartment` may touch `clause`.

    A finding about an enrolled subject is in the undercover compartment wherever it was seen, and so is everything on an undercover account.
    `review_hours` is the time until a supervisor should have decided. `cleared_by` names the kind of permit that makes it compliant, if any does.
    """

    kind: FindingKind
    custody: Custody
    compartment: Compartment
    clause: str
    severity: Severity
    review_hours: int
    cleared_by: PermitKind | None = None


@dataclass(frozen=True, slots=True)
class Directive:
    """One version of a written directive. `sha256` is over the TOML it was read from, so a hit can name the very text that it cites."""

    id: str
    title: str
    department: str
    version: str
    issued: date
    sha256: str
    clauses: tuple[Clause, ...]
    rules: tuple[Rule, ...]
    sections: tuple[Section, ...] = ()

    def clause(self, clause_id: str) -> Clause:
        """The clause of that id. Raises KeyError."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)
