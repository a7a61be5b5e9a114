"""Invariant 6: a named human decides, with a reason; nothing in the vocabulary judges a person."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re

import pytest

import domain
from domain.audit import AuditAction
from domain.review import Outcome, Review
from tests.builders import NOON


@pytest.mark.parametrize(("reason", "reviewer"), [("", "supervisor"), ("  ", "supervisor"), ("It is the patch.", ""), ("It is the patch.", " ")])
def test_a_decision_without_a_reason_or_a_name_cannot_be_made(reason: str, reviewer: str) -> None:
    with pytest.raises(ValueError, match="names its reviewer and the reason"):
        Review("hit_1", Outcome.CONFIRMED, reason, reviewer, NOON)


def test_a_decision_with_both_can() -> None:
    assert Review("hit_1", Outcome.DISMISSED, "A restaurant's sign.", "supervisor", NOON).outcome is Outcome.DISMISSED


def field_names() -> list[str]:
    modules = [importlib.import_module(f"domain.{module.name}") for module in pkgutil.iter_modules(domain.__path__)]
    types = [value for module in modules for value in vars(module).values() if isinstance(value, type) and dataclasses.is_dataclass(value)]
    return sorted({f"{kind.__name__}.{field.name}" for kind in types for field in dataclasses.fields(kind)})


def test_no_type_has_a_field_for_discipline_or_a_judgement_of_a_person() -> None:
    names = field_names()
    assert len(names) > 60
    forbidden = re.compile(r"disciplin|strike|rank|penalt|sentiment|toxic|opinion|politic|religio|union|risk|follower|friend|likes?$")
    assert [name for name in names if forbidden.search(name.casefold())] == []


def test_only_a_finding_has_a_score() -> None:
    assert [name for name in field_names() if "score" in name] == ["Finding.score"]


def test_an_audit_action_says_of_what_and_what() -> None:
    assert all(re.fullmatch(r"[a-z]+:[a-z]+", action) for action in AuditAction)
