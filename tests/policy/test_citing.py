"""From finding to hit: every clause that it may touch, no clause that it may not, and permits that make it compliant."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import Account, Compartment, Custody
from domain.directive import Rule, Severity
from domain.finding import FindingKind
from domain.permit import Permit, PermitKind
from domain.post import PostKind
from policy.authorization import OPTED_IN_KINDS, SUBJECT_KINDS, VISITOR_KINDS, may_look_at_visitors
from policy.citing import Captured, cite, compartment_of, hits_for
from policy.directives import load_directive
from tests.builders import A_SHA256, NOON, a_finding, an_account

POLICY_261 = load_directive()
OFFICIAL = an_account()
MEMBER = an_account(handle="@member@social.example", custody=Custody.OPTED_IN)
HIDDEN = an_account(handle="@hidden@social.example", custody=Custody.OPTED_IN, compartment=Compartment.UNDERCOVER)
PATCH = a_finding()
CAPTURED = Captured("post_1", "d" * 64, "e" * 64, NOON - timedelta(hours=1), NOON)
MEANS = "Of 100 flags like this about 90 show what they say."


def a_permit(
    kind: PermitKind = PermitKind.ARTWORK,
    account_id: str | None = OFFICIAL.id,
    label: str | None = "patch",
    valid_from: date = date(2026, 1, 1),
    valid_until: date = date(2026, 12, 31),
) -> Permit:
    return Permit(kind, "IV.C.1.f", "Chief of Police", "permits/7.pdf", A_SHA256, valid_from, valid_until, account_id, label)


def clauses(account: Account, kind: FindingKind) -> list[str]:
    return [citation.clause for citation in cite(POLICY_261, account, a_finding(kind=kind), [], NOON)]


def test_artwork_on_an_official_account_is_a_low_matter_under_c_1_f() -> None:
    (citation,) = cite(POLICY_261, OFFICIAL, PATCH, [], NOON)
    assert (citation.clause, citation.severity, citation.compartment, citation.permit) == ("IV.C.1.f", Severity.LOW, Compartment.GENERAL, None)
    assert citation.review_by == NOON + timedelta(days=7)


def test_several_clauses_come_in_the_directive_s_order() -> None:
    assert clauses(OFFICIAL, FindingKind.EVIDENCE_MARKER) == ["IV.A.6.d(2)", "IV.A.6.d(3)", "IV.B.7.b"]
    assert clauses(HIDDEN, FindingKind.DEPARTMENT_ARTWORK) == ["IV.C.1.f", "IV.C.4"]


@pytest.mark.parametrize("kind", sorted(SUBJECT_KINDS))
@pytest.mark.parametrize("account", [OFFICIAL, MEMBER, HIDDEN], ids=["official", "member", "hidden"])
def test_what_identifies_a_subject_is_undercover_wherever_it_was_seen(kind: FindingKind, account: Account) -> None:
    citations = cite(POLICY_261, account, a_finding(kind=kind), [], NOON)
    assert [citation.clause for citation in citations] == ["IV.C.4", "IV.C.7"]
    assert {(citation.compartment, citation.severity) for citation in citations} == {(Compartment.UNDERCOVER, Severity.CRITICAL)}


@pytest.mark.parametrize("kind", FindingKind)
def test_nothing_seen_on_an_undercover_account_reaches_the_general_compartment(kind: FindingKind) -> None:
    assert {citation.compartment for citation in cite(POLICY_261, HIDDEN, a_finding(kind=kind), [], NOON)} <= {Compartment.UNDERCOVER}
    assert compartment_of(HIDDEN, a_finding(kind=kind)) is Compartment.UNDERCOVER


@pytest.mark.parametrize("kind", sorted(set(FindingKind) - OPTED_IN_KINDS))
def test_what_a_member_says_is_never_cited_even_if_a_rule_says_so(kind: FindingKind) -> None:
    overreaching = replace(POLICY_261, rules=(Rule(kind, Custody.OPTED_IN, Compartment.GENERAL, "IV.A.6.a", Severity.HIGH, 1),))
    assert cite(overreaching, MEMBER, a_finding(kind=kind), [], NOON) == ()


def test_a_finding_that_no_rule_names_is_not_cited() -> None:
    assert cite(replace(POLICY_261, rules=()), OFFICIAL, PATCH, [], NOON) == ()


# Permits

COVERING = [
    ("for this account and artwork", a_permit()),
    ("for every artwork", a_permit(label=None)),
    ("for every account", a_permit(account_id=None)),
    ("on its first day", a_permit(valid_from=NOON.date())),
    ("on its last day", a_permit(valid_until=NOON.date())),
]
NOT_COVERING = [
    ("for another account", a_permit(account_id=MEMBER.id)),
    ("for another artwork", a_permit(label="badge")),
    ("of another kind", a_permit(kind=PermitKind.PHOTOGRAPHS)),
    ("that ended", a_permit(valid_until=date(2026, 5, 31))),
    ("that begins tomorrow", a_permit(valid_from=date(2026, 6, 2))),
    ("whose label merely begins alike", a_permit(label="patc")),
]


@pytest.mark.parametrize("permit", [case[1] for case in COVERING], ids=[case[0] for case in COVERING])
def test_a_permit_makes_a_finding_compliant(permit: Permit) -> None:
    cited = hits_for(POLICY_261, OFFICIAL, PATCH, CAPTURED, permits=[permit], means=MEANS)
    assert cited.hits == ()
    assert [citation.permit for citation in cited.compliant] == [permit]


@pytest.mark.parametrize("permit", [case[1] for case in NOT_COVERING], ids=[case[0] for case in NOT_COVERING])
def test_a_permit_covers_no_more_than_it_says(permit: Permit) -> None:
    cited = hits_for(POLICY_261, OFFICIAL, PATCH, CAPTURED, permits=[permit], means=MEANS)
    assert [hit.clause for hit in cited.hits] == ["IV.C.1.f"]
    assert cited.compliant == ()


def test_a_photographs_permit_clears_evidence_but_no_confidential_marking() -> None:
    permit = a_permit(kind=PermitKind.PHOTOGRAPHS, label=None)
    marker, marking = a_finding(kind=FindingKind.EVIDENCE_MARKER), a_finding(kind=FindingKind.CONFIDENTIAL_MARKING)
    assert hits_for(POLICY_261, OFFICIAL, marker, CAPTURED, permits=[permit], means=MEANS).hits == ()
    assert len(hits_for(POLICY_261, OFFICIAL, marking, CAPTURED, permits=[permit], means=MEANS).hits) == 2


def test_an_artwork_permit_does_not_clear_what_exposes_an_undercover_member() -> None:
    cited = hits_for(POLICY_261, HIDDEN, PATCH, CAPTURED, permits=[a_permit(account_id=None)], means=MEANS)
    assert [hit.clause for hit in cited.hits] == ["IV.C.4"]
    assert [citation.clause for citation in cited.compliant] == ["IV.C.1.f"]


@pytest.mark.parametrize("kind", sorted(SUBJECT_KINDS))
def test_no_permit_clears_a_subject(kind: FindingKind) -> None:
    permits = [a_permit(kind=permit, account_id=None, label=None) for permit in PermitKind]
    assert len(hits_for(POLICY_261, OFFICIAL, a_finding(kind=kind), CAPTURED, permits=permits, means=MEANS).hits) == 2


@given(st.permutations([case[1] for case in COVERING + NOT_COVERING]), st.randoms(use_true_random=False))
def test_the_order_of_permits_and_rules_changes_nothing(permits: list[Permit], order: random.Random) -> None:
    rules = list(POLICY_261.rules)
    order.shuffle(rules)
    for account in (OFFICIAL, HIDDEN):
        straight = cite(POLICY_261, account, PATCH, [case[1] for case in COVERING + NOT_COVERING], NOON)
        assert cite(replace(POLICY_261, rules=tuple(rules)), account, PATCH, permits, NOON) == straight


def test_permits_are_those_of_the_day_asked_about() -> None:
    next_year = datetime(2027, 1, 2, tzinfo=UTC)
    assert hits_for(POLICY_261, OFFICIAL, PATCH, CAPTURED, permits=[a_permit()], means=MEANS, as_of=next_year).hits


# Hits


def test_a_hit_carries_all_that_defends_it() -> None:
    (hit,) = hits_for(POLICY_261, OFFICIAL, PATCH, CAPTURED, permits=[], means=MEANS).hits
    assert (hit.directive, hit.directive_version, hit.directive_sha256, hit.clause) == ("kcmo-261", "2014-01-30", POLICY_261.sha256, "IV.C.1.f")
    assert (hit.account_id, hit.post_id, hit.post_content_sha256, hit.media_sha256) == (OFFICIAL.id, "post_1", "d" * 64, "e" * 64)
    assert (hit.captured_at, hit.found_at, hit.review_by, hit.means) == (NOON - timedelta(hours=1), NOON, NOON + timedelta(days=7), MEANS)
    assert hit.finding is PATCH


@pytest.mark.parametrize(("captured", "means"), [(replace(CAPTURED, media_sha256=""), MEANS), (replace(CAPTURED, post_id=""), MEANS), (CAPTURED, "")])
def test_a_hit_that_could_not_be_defended_is_not_made(captured: Captured, means: str) -> None:
    with pytest.raises(ValueError, match="cannot be defended"):
        hits_for(POLICY_261, OFFICIAL, PATCH, captured, permits=[], means=means)


@pytest.mark.parametrize("kind", FindingKind)
def test_in_what_a_visitor_wrote_only_known_items_are_cited(kind: FindingKind) -> None:
    theirs = replace(CAPTURED, kind=PostKind.VISITOR_COMMENT)
    cited = hits_for(POLICY_261, OFFICIAL, a_finding(kind=kind), theirs, permits=[a_permit(label=None)], means=MEANS)
    ours = hits_for(POLICY_261, OFFICIAL, a_finding(kind=kind), CAPTURED, permits=[a_permit(label=None)], means=MEANS)
    assert (cited == ours) if kind in VISITOR_KINDS else (cited.hits, cited.compliant) == ((), ())
    assert may_look_at_visitors({kind}) is (kind in VISITOR_KINDS)


def test_the_hits_of_one_finding_differ_by_clause() -> None:
    hits = hits_for(POLICY_261, OFFICIAL, a_finding(kind=FindingKind.EVIDENCE_MARKER), CAPTURED, permits=[], means=MEANS).hits
    assert len({hit.id for hit in hits}) == len(hits) == 3
