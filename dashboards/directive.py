"""The directive in force, for the clauses that hits cite."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from domain.directive import Clause, Directive
from policy.directives import load_directive


@dataclass(frozen=True, slots=True)
class CitedClause:
    """A clause as a page shows it: its words, the sentence above it that it continues, and which text of which directive this is."""

    id: str
    text: str
    lead: str
    source: str


@cache
def in_force() -> Directive:
    """The directive that ships with Plainview. Raises DirectiveError."""
    return load_directive()


def cited(clause_id: str, version: str, sha256: str) -> CitedClause:
    """The clause that a hit cites by id and by version and SHA-256 of its directive. Another text than the one here is never shown in its place."""
    directive = in_force()
    if sha256 != directive.sha256:
        return CitedClause(clause_id, f"Cited from version {version} of the directive, whose text is not installed here.", "", f"SHA-256 {sha256}")
    clause = directive.clause(clause_id)
    source = f"{directive.department}, {directive.title}, version {directive.version}, issued {directive.issued.isoformat()}"
    return CitedClause(clause.id, clause.text, _lead(directive, clause), source)


def gist_of(clause_id: str) -> str:
    """The clause's words in the directive in force; empty where it has no such clause."""
    return next((clause.text for clause in in_force().clauses if clause.id == clause_id), "")


def _lead(directive: Directive, clause: Clause) -> str:
    """The clause directly above, when it ends in a colon: "members shall not post …:"."""
    above = clause.id.rpartition("(")[0] or clause.id.rpartition(".")[0]
    return next((other.text for other in directive.clauses if other.id == above and other.text.rstrip().endswith(":")), "")
