from __future__ import annotations

import html
from datetime import UTC, date, datetime, timedelta

from domain.account import Custody
from domain.authorization import DetectorName
from domain.post import Rejected
from domain.viewer import Role
from storage import accounts, authorizations
from storage.batching.outbox import CollectedBatch, CollectionOutcome
from storage.store import Store
from tests.builders import an_account, an_authorization
from tests.dashboards.conftest import SignedIn
from tests.dashboards.seeding import a_hit, an_authorised_account, collected, daily, submit


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


def test_an_account_says_when_it_posted_last_and_how_often_it_does(signed_in: SignedIn, store: Store) -> None:
    account = an_authorised_account(store)
    client = signed_in()
    collected(store, account, *daily(account, count=3, silent_days=2))
    assert "latest 2 d ago; rhythm not known yet" in text_of(client.get("/accounts").content)
    collected(store, account, *daily(account, count=20, silent_days=2))
    page = text_of(client.get("/accounts").content)
    assert "latest 2 d ago; usually every day" in page
    assert "in doubt" not in page


def test_what_needs_a_look_comes_first_and_says_why(signed_in: SignedIn, store: Store) -> None:
    now, handles = datetime.now(UTC), ("@a_fine@x.example", "@b_quiet@x.example", "@c_late@x.example", "@d_unread@x.example")
    fine, quiet, late, unread = (an_authorised_account(store, an_account(handle=handle)) for handle in handles)
    accounts.add(store, account=an_account(handle="@a_off@x.example"), by="cli:test", now=now)
    collected(store, fine, *daily(fine))
    collected(store, quiet, *daily(quiet, silent_days=5))
    collected(store, late, *daily(late, silent_days=9), at=now - timedelta(days=2))
    collected(store, unread, *daily(unread, silent_days=2), at=now - timedelta(days=1))
    (paper,) = [one for one in authorizations.every(store) if one.account_id == unread.id]
    pieces = (Rejected(None, "entry 1", "no date"),)
    submit(store, CollectedBatch(unread.id, paper.id, now, CollectionOutcome.STORED, rejected=pieces, checkpoint="x"))
    response = signed_in().get("/accounts")
    assert [row.handle[1:7] for row in response.context["rows"]] == ["c_late", "b_quie", "d_unre", "a_fine", "a_off@"]
    page = text_of(response.content)
    assert page.count("monitored, in doubt") == 2
    assert "one piece rejected, as when a page is laid out anew" in page
    assert "has been silent for 5 days" in page
    assert "has been silent for 9 days" not in page  # it is late: what it did since, nobody knows


def test_no_account_is_said_to_be_none(signed_in: SignedIn, store: Store) -> None:
    assert "No account is registered" in text_of(signed_in().get("/accounts").content)
