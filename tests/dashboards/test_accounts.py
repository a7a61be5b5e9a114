from __future__ import annotations

import html
from datetime import UTC, date, datetime, timedelta

from domain.account import Custody
from domain.authorization import DetectorName
from domain.viewer import Role
from storage import accounts, authorizations
from storage.batching.outbox import CollectedBatch, CollectionOutcome
from storage.store import Store
from tests.builders import an_account, an_authorization
from tests.dashboards.conftest import SignedIn
from tests.dashboards.seeding import a_hit, an_authorised_account, collected, submit


def text_of(client_page: bytes) -> str:
    """The page as a reader sees its characters."""
    return html.unescape(client_page.decode())


def test_a_monitored_account_shows_its_leave_and_its_last_collection(signed_in: SignedIn, store: Store) -> None:
    account = an_authorised_account(store)
    hit = a_hit(store, account=account)
    page = text_of(signed_in(Role.AUDITOR).get("/accounts").content)
    until = (datetime.now(UTC).date() + timedelta(days=90)).isoformat()
    for said in (
        account.handle,
        "monitored",
        until,
        "Chief of Police, IV.B.2, approvals/2026-014.pdf",
        "Artwork, Metadata",
        "just now",
        f"/?account={account.id}",
    ):
        assert said in page
    assert "not being monitored" not in page
    assert hit.account_id == account.id


def test_a_late_account_is_not_being_monitored(signed_in: SignedIn, store: Store) -> None:
    collected(store, an_authorised_account(store), at=datetime.now(UTC) - timedelta(days=3))
    page = text_of(signed_in().get("/accounts").content)
    assert "not being monitored" in page
    assert "last success 3 d ago" in page


def test_a_failing_account_says_what_failed(signed_in: SignedIn, store: Store) -> None:
    account = an_authorised_account(store)
    (paper,) = authorizations.every(store)
    submit(store, CollectedBatch(account.id, paper.id, datetime.now(UTC), CollectionOutcome.FAILED, "police.example.gov answered 503"))
    page = text_of(signed_in().get("/accounts").content)
    assert "no collection ever succeeded; police.example.gov answered 503" in page


def test_a_refused_account_says_why_and_the_mend(signed_in: SignedIn, store: Store) -> None:
    expired = an_account(handle="@old@police.example.gov")
    accounts.add(store, account=expired, by="cli:test", now=datetime.now(UTC))
    paper = an_authorization(expired, valid_from=date(2020, 1, 1), valid_until=date(2020, 12, 31))
    authorizations.grant(store, authorization=paper, by="cli:test", now=datetime.now(UTC))
    page = text_of(signed_in().get("/accounts").content)
    assert "not collected" in page
    assert "approvals/2026-014.pdf ended on 2020-12-31" in page
    assert "“plainview authorizations grant”" in page
    assert "not being monitored" not in page


def test_a_detector_that_is_allowed_and_not_there_yet_is_said_so(signed_in: SignedIn, store: Store) -> None:
    account = an_account(custody=Custody.OPTED_IN)
    accounts.add(store, account=account, by="cli:test", now=datetime.now(UTC))
    today = datetime.now(UTC).date()
    every = frozenset(DetectorName)
    paper = an_authorization(account, valid_from=today, valid_until=today, detectors=every)
    authorizations.grant(store, authorization=paper, by="cli:test", now=datetime.now(UTC))
    page = text_of(signed_in().get("/accounts").content)
    assert "allowed, but not in this version: Evidence" in page
    assert "Words" not in page  # never on a member's own account, whatever the paper names


def test_no_account_is_said_to_be_none(signed_in: SignedIn, store: Store) -> None:
    assert "No account is registered" in text_of(signed_in().get("/accounts").content)
