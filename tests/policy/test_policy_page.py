"""docs/policy.md shows every clause and every rule exactly as the directive has them."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from domain.directive import Clause, Rule
from domain.permit import PermitKind
from policy.directives import load_directive

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
POLICY_261 = load_directive()


def clause_row(clause: Clause) -> str:
    return f"| {clause.id} | {clause.treatment} | {clause.reason} |"


def rule_rows() -> list[str]:
    """One line for each kind, custody and clause; what differs by compartment has a line each."""
    order = sorted(POLICY_261.rules, key=lambda rule: (rule.custody, rule.kind, rule.clause, rule.severity, rule.review_hours))
    grouped = groupby(order, key=lambda rule: (rule.custody, rule.kind, rule.clause, rule.severity, rule.review_hours, rule.cleared_by))
    return [rule_row(list(rules)) for _, rules in grouped]


def rule_row(rules: list[Rule]) -> str:
    rule, compartments = rules[0], " and ".join(sorted(rule.compartment for rule in rules))
    permit = f"{PermitKind(rule.cleared_by)} permit" if rule.cleared_by else "none"
    return f"| `{rule.kind}` | {rule.custody} | {compartments} | {rule.clause} | {rule.severity} | {rule.review_hours} h | {permit} |"


def table(first_heading: str) -> str:
    """The rows of the page's table whose first column is headed so."""
    lines = PAGE[PAGE.index(f"\n| {first_heading} |") :].lstrip("\n").split("\n\n")[0].splitlines()
    return "\n".join(lines[2:])


def test_the_page_has_every_clause_with_its_treatment_and_reason() -> None:
    assert table("clause") == "\n".join(map(clause_row, POLICY_261.clauses))


def test_the_page_has_every_rule() -> None:
    assert table("kind") == "\n".join(rule_rows())


def test_the_page_counts_right() -> None:
    assert f"{len(POLICY_261.clauses)} clauses" in PAGE
    for treatment in {clause.treatment for clause in POLICY_261.clauses}:
        count = sum(clause.treatment is treatment for clause in POLICY_261.clauses)
        assert f"| `{treatment}` | {count} |" in PAGE
