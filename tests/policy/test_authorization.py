"""Invariants 1 to 3: nothing is collected or examined without a live written permission. Each test here tries to break one of them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import Account, Compartment, Custody
from domain.authorization import Authorization, Basis, DetectorName
from domain.finding import FindingKind
from policy.authorization import OPTED_IN_KINDS, last_day_of_opt_in, may_collect, may_examine, may_report
from tests.builders import A_SHA256, NOON, an_account, an_authorization

OFFICIAL = an_account()
MEMBER = an_account(handle="@member@social.example", custody=Custody.OPTED_IN)
DAY = timedelta(days=1)


@pytest.mark.parametrize("account", [OFFICIAL, MEMBER], ids=["department_run", "opted_in"])
def test_a_live_authorization_allows_and_is_named(account: Account) -> None:
    paper = an_authorization(account)
    decision = may_collect(account, [paper], NOON)
    assert (decision.allowed, decision.authorization) == (True, paper)
    assert paper.document in decision.reason


def test_nothing_is_allowed_by_an_empty_ledger() -> None:
    decision = may_collect(OFFICIAL, [], NOON)
    assert (decision.allowed, decision.authorization) == (False, None)
    assert decision.reason == "no authorization: grant one with `plainview authorizations grant`"


def test_another_account_s_authorization_does_not_count() -> None:
    assert may_collect(OFFICIAL, [an_authorization(MEMBER)], NOON).reason.startswith("no authorization")


ONE_FAULT = [
    ("revoked just now", OFFICIAL, {"revoked_at": NOON}, "was revoked at 2026-06-01T12:00"),
    ("revoked long ago", OFFICIAL, {"revoked_at": NOON - 90 * DAY}, "was revoked"),
    ("revoked at a time without a zone", OFFICIAL, {"revoked_at": (NOON + DAY).replace(tzinfo=None)}, "was revoked"),
    ("ended yesterday", OFFICIAL, {"valid_until": date(2026, 5, 31)}, "ended on 2026-05-31"),
    ("begins tomorrow", OFFICIAL, {"valid_from": date(2026, 6, 2)}, "not valid before 2026-06-02"),
    ("ends before it begins", OFFICIAL, {"valid_from": date(2026, 7, 1), "valid_until": date(2026, 6, 1)}, "ends before it begins"),
    ("an opt-in for an official account", OFFICIAL, {"basis": Basis.OPT_IN}, "needs a written_approval"),
    ("an approval for a member's account", MEMBER, {"basis": Basis.WRITTEN_APPROVAL}, "needs a opt_in"),
    ("under another clause", OFFICIAL, {"clause": "IV.C.9"}, "approved under IV.B.2"),
    ("under no clause", OFFICIAL, {"clause": ""}, "cites no clause"),
    ("no paper", OFFICIAL, {"document_sha256": ""}, "lacks who granted it or the SHA-256"),
    ("a paper with half a hash", OFFICIAL, {"document_sha256": "a" * 63}, "SHA-256"),
    ("a hash with a line break", OFFICIAL, {"document_sha256": "a" * 64 + "\n"}, "SHA-256"),
    ("granted by nobody", OFFICIAL, {"granted_by": " "}, "who granted it"),
    ("an opt-in for thirteen months", MEMBER, {"valid_until": date(2027, 1, 31)}, "longer than 12 months"),
    ("an opt-in for twelve months and a day", MEMBER, {"valid_until": date(2027, 1, 2)}, "until 2027-01-01 at most"),
    ("an opt-in that names no detector", MEMBER, {"detectors": frozenset()}, "names no detector"),
    ("an opt-in that names words alone", MEMBER, {"detectors": frozenset({DetectorName.WORDS})}, "names no detector"),
]


@pytest.mark.parametrize(("account", "change", "says"), [case[1:] for case in ONE_FAULT], ids=[case[0] for case in ONE_FAULT])
def test_one_fault_is_enough_to_refuse(account: Account, change: dict[str, object], says: str) -> None:
    paper = replace(an_authorization(account), **change)  # type: ignore[arg-type]
    decision = may_collect(account, [paper], NOON)
    assert (decision.allowed, decision.authorization) == (False, None)
    assert says in decision.reason
    assert "plainview authorizations grant" in decision.reason


ALLOWED_AT_THE_EDGE = [
    ("on its first day", OFFICIAL, {"valid_from": date(2026, 6, 1)}),
    ("on its last day", OFFICIAL, {"valid_until": date(2026, 6, 1)}),
    ("a revocation that lies ahead", OFFICIAL, {"revoked_at": NOON + timedelta(seconds=1)}),
    ("an approval for years", OFFICIAL, {"valid_until": date(2036, 6, 1)}),
    ("an opt-in for twelve months", MEMBER, {"valid_until": date(2027, 1, 1)}),
    ("an official account with no detector named", OFFICIAL, {"detectors": frozenset()}),
]


@pytest.mark.parametrize(("account", "change"), [case[1:] for case in ALLOWED_AT_THE_EDGE], ids=[case[0] for case in ALLOWED_AT_THE_EDGE])
def test_what_is_just_within_bounds_is_allowed(account: Account, change: dict[str, object]) -> None:
    assert may_collect(account, [replace(an_authorization(account), **change)], NOON).allowed  # type: ignore[arg-type]


def test_its_days_are_utc_days_wherever_the_clock_stands() -> None:
    last_day = an_authorization(OFFICIAL, valid_until=date(2026, 6, 1))
    still_may_in_kansas = datetime(2026, 6, 1, 20, tzinfo=timezone(timedelta(hours=-5)))  # 2 June, 01:00 UTC
    assert not may_collect(OFFICIAL, [last_day], still_may_in_kansas).allowed


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        may_collect(OFFICIAL, [an_authorization(OFFICIAL)], NOON.replace(tzinfo=None))


def test_of_several_live_ones_the_longest_lasting_is_used() -> None:
    short = an_authorization(OFFICIAL, valid_until=date(2026, 7, 1))
    long = an_authorization(OFFICIAL, valid_until=date(2026, 9, 1))
    expired = an_authorization(OFFICIAL, valid_until=date(2026, 2, 1))
    assert may_collect(OFFICIAL, [short, long, expired], NOON).authorization == long


def test_of_several_dead_ones_the_nearest_explains_the_refusal() -> None:
    wrong_kind = an_authorization(OFFICIAL, basis=Basis.OPT_IN)
    expired = an_authorization(OFFICIAL, valid_until=date(2026, 2, 1))
    to_come = an_authorization(OFFICIAL, valid_from=date(2026, 8, 1))
    assert "2026-08-01" in may_collect(OFFICIAL, [wrong_kind, to_come, expired], NOON).reason
    assert "2026-02-01" in may_collect(OFFICIAL, [wrong_kind, expired], NOON).reason


def test_an_undercover_account_needs_no_less() -> None:
    hidden = an_account(custody=Custody.OPTED_IN, compartment=Compartment.UNDERCOVER)
    assert not may_collect(hidden, [], NOON).allowed
    assert may_collect(hidden, [an_authorization(hidden)], NOON).allowed


def test_twelve_months_from_a_leap_day_end_in_february() -> None:
    assert last_day_of_opt_in(date(2028, 2, 29)) == date(2029, 2, 28)
    assert last_day_of_opt_in(date(2027, 2, 28)) == date(2028, 2, 28)


# Whatever the ledger holds. Papers begin sound and within a few days of the moment asked about, and some then get faults: so both answers are common.

moments = st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))
FAULTS: dict[str, st.SearchStrategy[object]] = {
    "account_id": st.just(an_account(handle="@somebody@else.example").id),
    "basis": st.sampled_from(Basis),
    "clause": st.sampled_from(["IV.C.9", ""]),
    "granted_by": st.sampled_from(["", " "]),
    "document_sha256": st.sampled_from(["", "A" * 64, "a" * 65]),
    "detectors": st.frozensets(st.sampled_from(DetectorName)),
    "revoked_at": moments,
}


@st.composite
def situations(draw: st.DrawFn) -> tuple[Account, list[Authorization], datetime]:
    """An account, a ledger and the moment asked about."""
    account, now = draw(st.sampled_from([OFFICIAL, MEMBER])), draw(moments)
    ledger = []
    for _ in range(draw(st.integers(0, 5))):
        start = now.date() + draw(st.integers(-400, 3)) * DAY
        paper = an_authorization(account, valid_from=start, valid_until=start + draw(st.sampled_from([-1, 0, 30, 364, 365, 366, 367, 800])) * DAY)
        paper = replace(
            paper,
            document_sha256=draw(st.sampled_from([A_SHA256, "0" * 64])),
            detectors=draw(st.sampled_from([paper.detectors, frozenset({DetectorName.EVIDENCE})])),
            revoked_at=draw(around(now)),
        )
        faults = {name: draw(FAULTS[name]) for name in draw(st.sets(st.sampled_from(sorted(FAULTS)), max_size=1))}
        ledger.append(replace(paper, **faults))  # type: ignore[arg-type]
    return account, ledger, now


def around(now: datetime) -> st.SearchStrategy[datetime | None]:
    """Never revoked, or close to `now` on either side."""
    return st.sampled_from([None, None, None, now, now - timedelta(microseconds=1), now + timedelta(microseconds=1)])


def sound(account: Account, paper: Authorization, now: datetime) -> bool:
    """Invariant 1 said once more, as a list."""
    official = account.custody is Custody.DEPARTMENT_RUN
    return all(
        [
            paper.account_id == account.id,
            paper.basis == ("written_approval" if official else "opt_in"),
            paper.clause == "IV.B.2" or not official,
            len(paper.document_sha256) == 64 and paper.document_sha256.islower() | paper.document_sha256.isdigit(),
            paper.granted_by.strip(),
            paper.valid_from <= now.date() <= paper.valid_until,
            paper.revoked_at is None or paper.revoked_at > now,
            official or paper.valid_until <= last_day_of_opt_in(paper.valid_from),
            official or paper.detectors - {"words"},
        ]
    )


@given(situations())
def test_it_is_allowed_exactly_when_one_paper_is_sound_on_every_count(situation: tuple[Account, list[Authorization], datetime]) -> None:
    account, ledger, now = situation
    decision = may_collect(account, ledger, now)
    withdrawn = {paper.id for paper in ledger if paper.revoked_at is not None and paper.revoked_at <= now}
    assert decision.allowed is any(sound(account, paper, now) for paper in ledger if paper.id not in withdrawn)
    assert decision.allowed is (decision.authorization is not None)
    if decision.authorization is not None:
        assert decision.authorization in ledger
        assert sound(account, decision.authorization, now)


@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_the_ledger_changes_nothing(situation: tuple[Account, list[Authorization], datetime], order: random.Random) -> None:
    account, ledger, now = situation
    shuffled = list(ledger)
    order.shuffle(shuffled)
    assert may_collect(account, shuffled, now) == may_collect(account, ledger, now)


@given(situations(), moments)
def test_once_everything_is_revoked_nothing_is_allowed(situation: tuple[Account, list[Authorization], datetime], revoked_at: datetime) -> None:
    account, ledger, now = situation
    revoked = [replace(paper, revoked_at=min(now, revoked_at)) for paper in ledger]
    assert not may_collect(account, revoked, now).allowed


@given(situations(), st.integers(0, 3000))
def test_outside_the_days_of_every_paper_nothing_is_allowed(situation: tuple[Account, list[Authorization], datetime], away: int) -> None:
    account, ledger, now = situation
    days = [day for paper in ledger for day in (paper.valid_from, paper.valid_until)] or [now.date()]
    for outside in (max(days) + (1 + away) * DAY, min(days) - (1 + away) * DAY):
        assert not may_collect(account, ledger, datetime(outside.year, outside.month, outside.day, 12, tzinfo=UTC)).allowed


@given(st.dates(date(2024, 1, 1), date(2029, 1, 1)), st.integers(367, 4000))
def test_no_opt_in_longer_than_twelve_months_ever_allows(start: date, length: int) -> None:
    endless = [an_authorization(MEMBER, valid_from=start, valid_until=start + length * DAY)]
    for later in (0, 1, 200, length):
        now = datetime(start.year, start.month, start.day, 12, tzinfo=UTC) + later * DAY
        assert not may_collect(MEMBER, endless, now).allowed


@given(situations())
def test_a_further_paper_never_takes_a_permission_away(situation: tuple[Account, list[Authorization], datetime]) -> None:
    account, ledger, now = situation
    other_papers = [paper for paper in ledger[1:] if paper.id != ledger[0].id]
    if may_collect(account, ledger[:1], now).allowed:
        assert may_collect(account, ledger[:1] + other_papers, now).allowed


@pytest.mark.parametrize("order", [1, -1])
def test_a_revoked_copy_revokes_every_copy_of_the_paper(order: int) -> None:
    paper = an_authorization(OFFICIAL)
    decision = may_collect(OFFICIAL, [paper, replace(paper, revoked_at=NOON)][::order], NOON)
    assert not decision.allowed
    assert "was revoked" in decision.reason


# Examining


@pytest.mark.parametrize("detector", DetectorName)
@pytest.mark.parametrize("account", [OFFICIAL, MEMBER], ids=["department_run", "opted_in"])
def test_a_detector_runs_only_where_the_paper_names_it(account: Account, detector: DetectorName) -> None:
    names_the_others = an_authorization(account, detectors=frozenset(DetectorName) - {detector})
    assert not may_examine(account, names_the_others, detector).allowed


@pytest.mark.parametrize("detector", DetectorName)
def test_a_named_detector_runs_on_an_official_account(detector: DetectorName) -> None:
    assert may_examine(OFFICIAL, an_authorization(OFFICIAL, detectors=frozenset({detector})), detector).allowed


@pytest.mark.parametrize("detector", DetectorName)
def test_on_a_member_s_account_words_never_run_even_if_named(detector: DetectorName) -> None:
    everything = an_authorization(MEMBER, detectors=frozenset(DetectorName))
    decision = may_examine(MEMBER, everything, detector)
    assert decision.allowed is (detector is not DetectorName.WORDS)
    assert decision.allowed or "department-run accounts alone" in decision.reason


@pytest.mark.parametrize("other", [MEMBER, an_account(handle="@traffic@police.example.gov")], ids=["a member's", "another official one's"])
def test_another_account_s_paper_examines_nothing(other: Account) -> None:
    assert not may_examine(OFFICIAL, an_authorization(other), DetectorName.ARTWORK).allowed


def test_a_paper_of_the_wrong_kind_examines_nothing() -> None:
    paper = replace(an_authorization(MEMBER), basis=Basis.WRITTEN_APPROVAL)
    assert not may_examine(MEMBER, paper, DetectorName.ARTWORK).allowed


# What may ever be looked for

READS_WHAT_IS_SAID = {
    FindingKind.CASE_NUMBER,
    FindingKind.GUILT_STATEMENT,
    FindingKind.PROSECUTION_COMMENT,
    FindingKind.INVESTIGATION_DETAIL,
    FindingKind.CONFIDENTIAL_MARKING,
    FindingKind.POLITICAL_ACTIVITY,
    FindingKind.PRIVATE_BUSINESS,
    FindingKind.OBSCENE_OR_DISPARAGING,
    FindingKind.PERSONAL_DATA,
}


@pytest.mark.parametrize("kind", FindingKind)
def test_on_a_member_s_account_nothing_reads_what_is_said(kind: FindingKind) -> None:
    assert may_report(Custody.OPTED_IN, kind) is (kind not in READS_WHAT_IS_SAID)
    assert may_report(Custody.DEPARTMENT_RUN, kind)


def test_a_new_kind_is_refused_on_members_accounts_until_somebody_allows_it() -> None:
    assert set(FindingKind) == OPTED_IN_KINDS | READS_WHAT_IS_SAID
