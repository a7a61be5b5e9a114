"""Accounts, authorizations, permits, references and robots.txt: entered once, by somebody, with an audit entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.account import Account, Compartment, Custody
from domain.audit import AuditAction
from domain.authorization import Authorization, DetectorName
from domain.identity import sha256_hex
from domain.permit import Permit, PermitKind
from domain.reference import Reference
from storage import accounts, authorizations, checkpoints, permits, references, robots
from storage.auditing import audit
from storage.errors import NotFound, Refused
from storage.store import Store
from tests.builders import A_SHA256, NOON, an_account, an_authorization
from tests.storage.filling import collected, register, rows, take_in

LATER = NOON + timedelta(hours=1)


def actions(store: Store) -> list[str]:
    return [str(entry.action) for entry in reversed(audit.entries(store)) if entry.action != AuditAction.STORE_MIGRATED]


def test_an_account_is_added_once(store: Store) -> None:
    assert accounts.add(store, account=an_account(), by="auditor", now=NOON)
    assert not accounts.add(store, account=an_account(), by="auditor", now=LATER)
    assert accounts.every(store) == [an_account()]
    assert rows(store, "SELECT added_by, added_at FROM account") == [("auditor", NOON)]
    assert actions(store) == ["account:added"]


def test_an_account_that_moved_keeps_its_history(store: Store) -> None:
    accounts.add(store, account=an_account(), by="auditor", now=NOON)
    moved = an_account(url="https://new.example.gov/@press", custody=Custody.OPTED_IN)
    assert not accounts.add(store, account=moved, by="auditor", now=LATER)
    assert accounts.every(store) == [moved]
    assert actions(store) == ["account:added", "account:added"]


def test_an_undercover_account_is_refused_among_the_general_ones(store: Store) -> None:
    with pytest.raises(Refused, match="nothing was written in clear"):
        accounts.add(store, account=an_account(compartment=Compartment.UNDERCOVER), by="coordinator", now=NOON)
    assert accounts.every(store) == []
    assert actions(store) == []


def test_standing_of_an_account_that_was_never_tried(store: Store, account: Account, authorization: Authorization) -> None:
    (standing,) = accounts.standing(store, now=NOON)
    assert (standing.account, standing.authorizations) == (account, (authorization,))
    assert (standing.last_attempt, standing.last_outcome, standing.last_success, standing.posts, standing.hits_open) == (None, None, None, 0, 0)


def test_every_account_is_due_the_longest_waiting_first(store: Store) -> None:
    first, second, third = (an_account(handle=f"@{name}@police.example.gov") for name in ("a", "b", "c"))
    for one in (first, second):
        register(store, one)
    accounts.add(store, account=third, by="tests", now=NOON)
    take_in(store, collected(first, at=LATER, checkpoint="x"))
    take_in(store, collected(second, at=NOON))
    due = checkpoints.due(store, now=LATER)
    assert [(one.account, len(one.authorizations), one.checkpoint) for one in due] == [(third, 0, None), (second, 1, None), (first, 1, "x")]


PAPERS = count()
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=days, end=days, detectors=st.frozensets(st.sampled_from(DetectorName)), by=texts, document=texts)
def test_any_authorization_comes_back_as_it_was(
    store: Store, account: Account, start: date, end: date, detectors: frozenset[DetectorName], by: str, document: str
) -> None:
    paper = sha256_hex(str(next(PAPERS)).encode())
    granted = replace(an_authorization(account, None, start, end, detectors, None, paper), granted_by=by, document=document)
    authorizations.grant(store, authorization=granted, by="auditor", now=NOON)
    assert [one for one in authorizations.every(store) if one.id == granted.id] == [granted]


def test_an_authorization_is_granted_once(store: Store, account: Account, authorization: Authorization) -> None:
    assert not authorizations.grant(store, authorization=authorization, by="auditor", now=LATER)
    assert authorizations.every(store) == [authorization]


def test_an_entry_is_never_changed_by_granting_it_again_with_other_terms(store: Store, account: Account, authorization: Authorization) -> None:
    with pytest.raises(Refused, match="with another granted_by, detectors"):
        authorizations.grant(store, authorization=replace(authorization, granted_by="Somebody", detectors=frozenset(DetectorName)), by="auditor", now=LATER)
    assert authorizations.every(store) == [authorization]


def test_an_authorization_for_an_unknown_account_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="is not registered: add the account first"):
        authorizations.grant(store, authorization=an_authorization(an_account()), by="auditor", now=NOON)


def test_a_revocation_stands_and_keeps_its_first_date(store: Store, account: Account, authorization: Authorization) -> None:
    authorizations.revoke(store, authorization_id=authorization.id, by="auditor", now=NOON)
    authorizations.revoke(store, authorization_id=authorization.id, by="auditor", now=LATER)
    assert not authorizations.grant(store, authorization=authorization, by="auditor", now=LATER)
    assert authorizations.every(store) == [replace(authorization, revoked_at=NOON)]
    assert actions(store).count("authorization:revoked") == 1


def test_what_was_never_granted_cannot_be_revoked(store: Store) -> None:
    with pytest.raises(NotFound, match="there is no authorization authorization_x"):
        authorizations.revoke(store, authorization_id="authorization_x", by="auditor", now=NOON)


@pytest.mark.parametrize("scope", [{}, {"account_id": "account_x"}, {"label": "patch"}, {"account_id": "account_x", "label": "patch"}])
def test_a_permit_is_entered_once_for_each_scope(store: Store, scope: dict[str, str]) -> None:
    permit = Permit(PermitKind.ARTWORK, "IV.C.1.f", "Chief of Police", "memo.pdf", A_SHA256, date(2026, 1, 1), date(2026, 12, 31), **scope)
    assert permits.add(store, permit=permit, by="auditor", now=NOON)
    assert not permits.add(store, permit=permit, by="auditor", now=LATER)
    assert permits.every(store) == [permit]
    assert actions(store) == ["permit:added"]


def test_a_label_may_have_several_pictures_each_once(store: Store) -> None:
    for digit in "abb":
        references.add(store, reference=Reference("patch", digit * 64, "image/png", "auditor"), by="auditor", now=NOON)
    assert [(one.label, one.sha256[0]) for one in references.every(store)] == [("patch", "a"), ("patch", "b")]
    assert actions(store) == ["reference:added", "reference:added"]


def test_the_latest_robots_txt_is_kept(store: Store) -> None:
    assert robots.get(store, origin="https://x.example") is None
    for text, when in (("User-agent: *\n", NOON), ("odd \ud800\x00", LATER)):
        robots.put(store, copies=[robots.RobotsText("https://x.example", text, 200, when), robots.RobotsText("https://long.example", "#" * 30_000, 200, when)])
    found = robots.get(store, origin="https://x.example")
    assert found is not None
    assert (found.text, found.fetched_at) == ("odd \ufffd", LATER)
    assert robots.remembered(store) == robots.Remembered([found], ["https://long.example"])
