from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from domain.review import Outcome, Review
from domain.viewer import Role, Viewer
from storage import accounts, reviews
from storage.auditing import audit
from storage.store import Store
from tests.builders import an_account
from tests.dashboards.conftest import SignedIn
from tests.dashboards.seeding import (
    a_captured_post,
    a_hit,
    a_member_account,
    an_authorised_account,
    artwork_finding,
    cited,
    collected,
    daily,
    failed,
    location_finding,
)

JUDGE = Viewer("j.lee", frozenset({Role.SUPERVISOR}))


def shown(client: object, address: str = "/") -> str:
    """The page's text, as a reader sees its characters."""
    answer = client.get(address)  # type: ignore[attr-defined]
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_what_waits_is_listed_soonest_due_first(signed_in: SignedIn, store: Store) -> None:
    now, account = datetime.now(UTC), a_member_account(store)
    late = a_hit(store, number=1, account=account, found_at=now - timedelta(days=9))
    soon = a_hit(store, number=2, account=account)
    page = shown(signed_in())
    assert "2 waiting, 1 late" in page
    assert page.index(late.id) < page.index(soon.id)
    assert "Department artwork: shoulder patch" in page
    assert "Department artwork and/or logos unless approval" in page
    assert "IV.C.1.f" in page
    assert "6 d late" in page


def test_listing_opens_no_hit(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    client = signed_in()
    shown(client)
    assert client.get(f"/hits/{hit.id}/thumbnail.jpg").status_code == 200
    assert "hit:opened" not in {entry.action for entry in audit.entries(store)}


def test_filters_narrow_the_list_and_stay_in_its_links(signed_in: SignedIn, store: Store) -> None:
    account = a_member_account(store)
    captured = a_captured_post(store, account)
    collected(store, account, captured)
    (patch,) = cited(store, account, captured, artwork_finding())
    (place,) = cited(store, account, captured, location_finding())
    client = signed_in()
    only_metadata = shown(client, "/?detector=metadata")
    assert place.id in only_metadata
    assert patch.id not in only_metadata
    assert f"/hits/{place.id}?detector=metadata" in only_metadata
    assert "All filters off" in only_metadata
    nothing = shown(client, "/?clause=IV.C.4")
    assert "Nothing under these filters" in nothing
    assert patch.id not in nothing


def test_a_facet_counts_what_the_other_filters_leave(signed_in: SignedIn, store: Store) -> None:
    account = a_member_account(store)
    captured = a_captured_post(store, account)
    collected(store, account, captured)
    cited(store, account, captured, artwork_finding())
    cited(store, account, captured, location_finding())
    response = signed_in().get("/?detector=metadata")
    counts = {facet.words: {choice.words: choice.count for choice in facet.choices} for facet in response.context["facets"]}
    assert counts["Detector"] == {"Artwork": 1, "Metadata": 1}
    assert counts["Clause"] == {"IV.C.7": 1}


def test_hits_about_one_picture_are_one_card(signed_in: SignedIn, store: Store) -> None:
    account = a_member_account(store)
    captured = a_captured_post(store, account)
    collected(store, account, captured)
    first, second = (*cited(store, account, captured, artwork_finding()), *cited(store, account, captured, location_finding()))
    a_hit(store, number=2, account=account)
    response = signed_in().get("/")
    sizes = [1 + len(row.also) for row in response.context["rows"]]
    assert sorted(sizes) == [1, 2]
    assert "1 more about this picture" in response.content.decode()
    assert {first.id, second.id} <= {row.id for row in response.context["rows"]} | {other.id for row in response.context["rows"] for other in row.also}


def test_more_than_a_page_goes_on_where_it_ended(signed_in: SignedIn, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.pages.queue.PAGE", 1)
    account = a_member_account(store)
    now = datetime.now(UTC)
    ids = [a_hit(store, number=number, account=account, found_at=now - timedelta(hours=10 - number)).id for number in (1, 2)]
    client = signed_in()
    first = client.get("/")
    assert [row.id for row in first.context["rows"]] == ids[:1]
    second = client.get(first.context["more"])
    assert [row.id for row in second.context["rows"]] == ids[1:]
    assert second.context["more"] == ""


def test_the_past_says_who_decided_and_why(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    reviews.decide(store, viewer=JUDGE, review=Review(hit.id, Outcome.APPROVED_USE, "A charity ride that the unit planned", "j.lee", datetime.now(UTC)))
    client = signed_in()
    assert "Nothing is waiting" in shown(client)
    past = shown(client, "/?state=closed")
    assert hit.id in past
    assert "Approved use" in past
    assert "j.lee" in past
    assert "A charity ride that the unit planned" in past


def test_an_empty_queue_says_what_it_means(signed_in: SignedIn, store: Store) -> None:
    client = signed_in()
    assert "No account is registered" in shown(client)
    account = an_authorised_account(store)
    assert "No account is being monitored" in shown(client)
    collected(store, account, a_captured_post(store, account))
    watched = shown(client)
    assert "What the 1 monitored account published holds nothing undecided" in watched
    assert "Not being monitored" not in watched


def test_a_late_account_is_said_not_to_be_monitored(signed_in: SignedIn, store: Store) -> None:
    late = an_authorised_account(store)
    collected(store, late, at=datetime.now(UTC) - timedelta(days=3))
    fresh = an_authorised_account(store, an_account(handle="@rides@police.example.gov", url="https://police.example.gov/@rides"))
    collected(store, fresh, a_captured_post(store, fresh))
    page = shown(signed_in())
    assert "Not being monitored:" in page
    assert "last success 3 d ago" in page
    assert f"this says nothing about: {late.handle}" in page


def test_a_silent_account_is_named_with_how_long_and_never_called_clean(signed_in: SignedIn, store: Store) -> None:
    quiet = an_authorised_account(store, an_account(handle="@ecpd_press@police.example.gov"))
    collected(store, quiet, *daily(quiet, silent_days=9))
    page = shown(signed_in())
    assert "Monitored, in doubt:" in page
    assert "has been silent for 9 days; it usually posts every day and is seldom silent for more than 3" in page
    assert "Perhaps not all was seen, so this does not say that they are clean: @ecpd_press@police.example.gov." in page
    assert "holds nothing undecided" not in page
    assert "Not being monitored" not in page  # it is, and what it published may be seen again tomorrow


def test_an_account_that_posts_as_ever_is_in_no_doubt(signed_in: SignedIn, store: Store) -> None:
    account = an_authorised_account(store)
    collected(store, account, *daily(account, silent_days=3))
    page = shown(signed_in())
    assert "in doubt" not in page
    assert "What the 1 monitored account published holds nothing undecided" in page


def test_an_account_that_waits_says_until_when_and_why(signed_in: SignedIn, store: Store) -> None:
    account, now = an_authorised_account(store), datetime.now(UTC)
    collected(store, account, *daily(account), at=now - timedelta(hours=2))
    failed(store, account, now - timedelta(minutes=1), "TryAgainLater: status 503", not_before=now + timedelta(days=1))
    page = shown(signed_in())
    until = f"{now + timedelta(days=1):%Y-%m-%d %H:%M} UTC"
    assert f"could not be collected the last time (TryAgainLater: status 503); not asked again before {until}" in page
    assert "holds nothing undecided" not in page


def test_a_late_account_says_when_it_is_asked_again(signed_in: SignedIn, store: Store) -> None:
    account, now = an_authorised_account(store), datetime.now(UTC)
    collected(store, account, *daily(account), at=now - timedelta(days=3))
    failed(store, account, now, "TryAgainLater: status 503", not_before=now + timedelta(days=1))
    page = shown(signed_in())
    assert "last success 3 d ago; TryAgainLater: status 503; not asked again before" in page
    assert "in doubt" not in page


def test_many_in_doubt_do_not_push_the_work_off_the_page_and_those_who_mend_themselves_come_last(signed_in: SignedIn, store: Store) -> None:
    now = datetime.now(UTC)
    for number in range(4):
        account = an_authorised_account(store, an_account(handle=f"@a{number}@police.example.gov"))
        collected(store, account, *daily(account, silent_days=0 if number == 0 else 9), at=now - timedelta(hours=1))
        if number == 0:
            failed(store, account, now, "TryAgainLater: status 503", not_before=now + timedelta(hours=1))
    response = signed_in().get("/")
    watched = response.context["monitored"]
    assert [row.handle for row in watched.doubtful] == [f"@a{number}@police.example.gov" for number in (1, 2, 3)]
    assert watched.doubtful_more == 1
    assert "and 1 more</a>" in response.content.decode()
    assert "@a3@police.example.gov and 1 more." in html.unescape(response.content.decode())


def test_an_account_without_authorization_is_not_called_late(signed_in: SignedIn, store: Store) -> None:
    accounts.add(store, account=an_account(), by="cli:test", now=datetime.now(UTC))
    page = shown(signed_in())
    assert "1 without a live authorization" in page
    assert "Not being monitored:" not in page


def test_words_of_strangers_are_never_markup(signed_in: SignedIn, store: Store) -> None:
    script = "<script>alert(1)</script>"
    account = an_authorised_account(store, an_account(handle=f"@{script}", url="https://police.example.gov/@x"))
    hit = a_hit(store, account=account, text=f"{script}<img src=x onerror=alert(1)>")
    client = signed_in()
    for address in ("/", f"/hits/{hit.id}", "/accounts", f"/?clause={script}&account={script}"):
        answer = client.get(address).content.decode()
        assert script not in answer
        assert "<img src=x" not in answer


def test_a_list_that_is_cut_says_so(signed_in: SignedIn, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    account = a_member_account(store)
    for number in (1, 2):
        a_hit(store, number=number, account=account)
    client = signed_in()
    assert "among the first" not in shown(client)
    monkeypatch.setattr("dashboards.pages.queue.READ_AT_MOST", 1)
    assert "1 waiting among the first 1;" in " ".join(re.sub("<[^>]*>", "", shown(client)).split())
