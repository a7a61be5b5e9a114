"""Policy 261 whole: every word of sections I to IV, in order, none twice; and what each finding there comes to."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from domain.account import Compartment, Custody
from domain.directive import Directive, Severity, Treatment
from domain.finding import FindingKind
from domain.permit import PermitKind
from policy.authorization import OPTED_IN_KINDS, SUBJECT_KINDS, may_report
from policy.directives import load_directive

# Sections I to IV as issued on 2014-01-30, a public record; its heading and the signatures at its end are left out.
AS_ISSUED = Path(__file__).with_name("kcmo-261.txt").read_text(encoding="utf-8")
POLICY_261 = load_directive("kcmo-261")
BOTH = list(Compartment)


def written_out(directive: Directive) -> list[str]:
    """The directive as its lines: each section's heading, then each clause's own number and words."""
    lines = []
    for section in directive.sections:
        lines.append(f"{section.id}. {section.title}")
        lines.extend(f"{number_of(clause.id)} {clause.text}" for clause in directive.clauses if clause.id.split(".")[0] == section.id)
    return lines


def number_of(clause_id: str) -> str:
    return clause_id[clause_id.rindex("(") :] if clause_id.endswith(")") else clause_id.rsplit(".", 1)[1] + "."


def test_its_clauses_are_the_directive_word_for_word() -> None:
    assert written_out(POLICY_261) == [" ".join(line.split()) for line in AS_ISSUED.splitlines() if line.strip()]


def test_it_knows_what_it_is() -> None:
    assert (POLICY_261.id, POLICY_261.version, POLICY_261.issued.isoformat()) == ("kcmo-261", "2014-01-30", "2014-01-30")
    assert len(POLICY_261.clauses) == 81


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("I.A", "contemporary and potentially valuable"),
        ("III.A", "Blog -"),
        ("IV.A.6.d(2)", "Data from criminal or administrative investigations"),
        ("IV.B.5", "NOTE:"),
        ("IV.B.7", "members shall not under any circumstances:"),
        ("IV.C.1.f", "Department artwork and/or logos"),
        ("IV.C.7", "means of personal recognition"),
        ("IV.E", "notify their immediate supervisor"),
    ],
)
def test_a_clause_is_found_by_its_number(clause: str, words: str) -> None:
    assert words in POLICY_261.clause(clause).text


# What a finding comes to: custody, compartment, kind, the clauses with severity and permit.
ARTWORK, PHOTOGRAPHS = PermitKind.ARTWORK, PermitKind.PHOTOGRAPHS
GENERAL, UNDERCOVER = Compartment.GENERAL, Compartment.UNDERCOVER
DEPARTMENT, MEMBER = Custody.DEPARTMENT_RUN, Custody.OPTED_IN
EXPECTED: list[tuple[Custody, list[Compartment], str, list[tuple[str, str, PermitKind | None]]]] = [
    (DEPARTMENT, BOTH, "department_artwork", [("IV.C.1.f", "low", ARTWORK)]),
    (
        DEPARTMENT,
        BOTH,
        "evidence_marker",
        [("IV.A.6.d(2)", "moderate", PHOTOGRAPHS), ("IV.A.6.d(3)", "high", PHOTOGRAPHS), ("IV.B.7.b", "high", PHOTOGRAPHS)],
    ),
    (
        DEPARTMENT,
        BOTH,
        "evidence_label",
        [("IV.A.6.d(2)", "moderate", PHOTOGRAPHS), ("IV.A.6.d(3)", "high", PHOTOGRAPHS), ("IV.B.7.b", "high", PHOTOGRAPHS)],
    ),
    (
        DEPARTMENT,
        BOTH,
        "forensic_scale",
        [("IV.A.6.d(2)", "moderate", PHOTOGRAPHS), ("IV.A.6.d(3)", "high", PHOTOGRAPHS), ("IV.B.7.b", "high", PHOTOGRAPHS)],
    ),
    (DEPARTMENT, BOTH, "scene_tape", [("IV.A.6.d(2)", "moderate", PHOTOGRAPHS), ("IV.B.7.b", "high", PHOTOGRAPHS)]),
    (DEPARTMENT, BOTH, "booking_photo", [("IV.A.6.d(3)", "high", PHOTOGRAPHS), ("IV.B.7.b", "high", PHOTOGRAPHS)]),
    (DEPARTMENT, BOTH, "case_number", [("IV.A.6.d(2)", "moderate", None)]),
    (DEPARTMENT, BOTH, "investigation_detail", [("IV.A.6.d(2)", "moderate", None), ("IV.A.6.d(4)", "low", None)]),
    (DEPARTMENT, BOTH, "confidential_marking", [("IV.A.6.d(1)", "high", None), ("IV.B.7.b", "high", None)]),
    (DEPARTMENT, BOTH, "known_item", [("IV.A.6.d(1)", "critical", None)]),
    (DEPARTMENT, BOTH, "guilt_statement", [("IV.B.7.a", "high", None)]),
    (DEPARTMENT, BOTH, "prosecution_comment", [("IV.B.7.a", "high", None)]),
    (DEPARTMENT, BOTH, "political_activity", [("IV.B.7.c", "moderate", None)]),
    (DEPARTMENT, BOTH, "private_business", [("IV.B.7.c", "moderate", None)]),
    (DEPARTMENT, BOTH, "obscene_or_disparaging", [("IV.A.6.a", "advice", None)]),
    (DEPARTMENT, BOTH, "personal_data", [("IV.A.5.c", "high", None), ("IV.C.5.b", "advice", None)]),
    (DEPARTMENT, BOTH, "precise_location", [("IV.A.6.d(1)", "moderate", None)]),
    (DEPARTMENT, BOTH, "device_identity", [("IV.A.6.d(1)", "low", None)]),
    (DEPARTMENT, [UNDERCOVER], "subject_face", [("IV.C.4", "critical", None), ("IV.C.7", "critical", None)]),
    (DEPARTMENT, [UNDERCOVER], "subject_name", [("IV.C.4", "critical", None), ("IV.C.7", "critical", None)]),
    (DEPARTMENT, [UNDERCOVER], "subject_number", [("IV.C.4", "critical", None), ("IV.C.7", "critical", None)]),
    (MEMBER, [GENERAL], "department_artwork", [("IV.C.1.f", "moderate", ARTWORK)]),
    (MEMBER, [UNDERCOVER], "department_artwork", [("IV.C.1.f", "moderate", ARTWORK), ("IV.C.4", "high", None)]),
    (MEMBER, BOTH, "evidence_marker", [("IV.A.6.d(2)", "low", PHOTOGRAPHS)]),
    (MEMBER, BOTH, "scene_tape", [("IV.A.6.d(2)", "low", PHOTOGRAPHS)]),
    (MEMBER, BOTH, "evidence_label", [("IV.A.6.d(2)", "low", PHOTOGRAPHS)]),
    (MEMBER, BOTH, "forensic_scale", [("IV.A.6.d(2)", "low", PHOTOGRAPHS)]),
    (MEMBER, BOTH, "booking_photo", [("IV.A.6.d(3)", "low", PHOTOGRAPHS)]),
    (MEMBER, BOTH, "known_item", [("IV.A.6.d(1)", "high", None)]),
    (MEMBER, [GENERAL], "precise_location", [("IV.C.7", "advice", None)]),
    (MEMBER, [UNDERCOVER], "precise_location", [("IV.C.7", "high", None)]),
    (MEMBER, [GENERAL], "device_identity", [("IV.C.7", "advice", None)]),
    (MEMBER, [UNDERCOVER], "device_identity", [("IV.C.7", "high", None)]),
    (MEMBER, [UNDERCOVER], "subject_face", [("IV.C.4", "critical", None), ("IV.C.7", "critical", None)]),
    (MEMBER, [UNDERCOVER], "subject_name", [("IV.C.4", "critical", None), ("IV.C.7", "critical", None)]),
    (MEMBER, [UNDERCOVER], "subject_number", [("IV.C.4", "critical", None), ("IV.C.7", "critical", None)]),
]


def test_its_rules_are_exactly_these() -> None:
    expected = {
        (FindingKind(kind), custody, compartment, clause, Severity(severity), permit)
        for custody, compartments, kind, clauses in EXPECTED
        for compartment in compartments
        for clause, severity, permit in clauses
    }
    assert {(rule.kind, rule.custody, rule.compartment, rule.clause, rule.severity, rule.cleared_by) for rule in POLICY_261.rules} == expected


@pytest.mark.parametrize("kind", FindingKind)
@pytest.mark.parametrize("custody", Custody)
def test_whatever_may_be_found_is_cited_somewhere_and_nothing_else_is(kind: FindingKind, custody: Custody) -> None:
    cited = {rule.compartment for rule in POLICY_261.rules if (rule.kind, rule.custody) == (kind, custody)}
    wanted = {UNDERCOVER} if kind in SUBJECT_KINDS else set(Compartment)
    assert cited == (wanted if may_report(custody, kind) else set())


def test_on_members_accounts_evidence_like_pictures_are_no_more_than_a_hint() -> None:
    hints = [
        rule for rule in POLICY_261.rules if rule.custody is MEMBER and rule.kind.value in {"evidence_marker", "scene_tape", "evidence_label", "booking_photo"}
    ]
    assert hints
    assert {rule.severity for rule in hints} == {Severity.LOW}


def test_what_identifies_an_undercover_member_is_decided_within_hours() -> None:
    assert {rule.review_hours for rule in POLICY_261.rules if rule.kind in SUBJECT_KINDS} == {4}


def test_the_worse_it_is_the_sooner_it_is_decided() -> None:
    hours = {severity: [rule.review_hours for rule in POLICY_261.rules if rule.severity is severity] for severity in Severity}
    order = [Severity.CRITICAL, Severity.HIGH, Severity.MODERATE, Severity.LOW]
    for worse, milder in pairwise(order):
        assert max(hours[worse]) <= max(hours[milder])
        assert min(hours[worse]) <= min(hours[milder])


# Refused for good: opinions, politics, association, discipline, applicants, "gang signs".
NEVER = [
    "IV.A.1",
    "IV.A.2",
    "IV.A.4",
    "IV.A.6.b",
    "IV.A.6.c",
    "IV.B.8",
    "IV.B.8.a",
    "IV.C.1.a",
    "IV.C.1.b",
    "IV.C.1.c",
    "IV.C.1.d",
    "IV.C.1.e",
    "IV.C.2",
    "IV.C.3",
    "IV.D",
]


@pytest.mark.parametrize("clause", NEVER)
def test_some_clauses_are_deliberately_not_touched(clause: str) -> None:
    assert POLICY_261.clause(clause).treatment is Treatment.NOT
    assert not [rule for rule in POLICY_261.rules if rule.clause == clause]


def test_members_accounts_have_rules_for_the_allowed_kinds_alone() -> None:
    assert {rule.kind for rule in POLICY_261.rules if rule.custody is MEMBER} == OPTED_IN_KINDS


def test_every_reason_is_a_sentence_or_more_for_counsel_to_read() -> None:
    for clause in POLICY_261.clauses:
        assert clause.reason.endswith("."), clause.id
        assert 20 <= len(clause.reason) <= 400, clause.id
