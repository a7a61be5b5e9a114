from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta

import pytest

from domain.review import Outcome, Review
from domain.viewer import Role, Viewer
from storage import reviews
from storage.auditing import audit
from storage.store import Store
from tests.builders import an_account
from tests.dashboards.conftest import SignedIn
from tests.dashboards.seeding import a_captured_post, a_hit, a_member_account, a_picture, an_authorised_account, artwork_finding, cited, collected

JUDGE = Viewer("j.lee", frozenset({Role.SUPERVISOR}))


def a_decision(**given: str) -> dict[str, str]:
    """What the form sends for a dismissal with a reason of one's own."""
    return {"outcome": "dismissed", "usual": "", "reason": "A pub's sign", "opened_at": datetime.now(UTC).isoformat(), "filters": ""} | given


def decided(store: Store) -> list[tuple[str, str, str, str]]:
    """Every decision: on what, which, why, by whom."""
    return [(row.hit_id, row.outcome, row.reason, row.reviewer) for row in reviews.listing(store, viewer=JUDGE)]


def test_a_decision_is_kept_recorded_and_told(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    answer = signed_in().post(f"/hits/{hit.id}/decide", a_decision(), follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "Dismissed: recorded on 1 item with your name." in answer.content.decode()
    assert decided(store) == [(hit.id, "dismissed", "A pub's sign", "r.alvarez")]
    assert [(entry.actor, entry.action) for entry in audit.entries(store) if entry.subject == hit.id] == [("r.alvarez", "hit:decided")]
    assert audit.verify(store).ok


def test_a_usual_reason_and_own_words_make_one_reason(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    client = signed_in()
    client.post(f"/hits/{hit.id}/decide", a_decision(usual="Not the department's.", reason="  A pub's sign. "))
    client.post(f"/hits/{hit.id}/decide", a_decision(usual="Not the department's.", reason="", outcome="undetermined"))
    assert [reason for _, _, reason, _ in decided(store)] == ["Not the department's. A pub's sign.", "Not the department's."]


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "  \n "},
        {"outcome": ""},
        {"outcome": "guilty"},
        {"usual": "Because I say so."},
        {"reason": "x" * 2001},
        {"opened_at": "yesterday"},
    ],
)
def test_what_is_no_decision_changes_nothing_and_keeps_what_was_written(signed_in: SignedIn, store: Store, wrong: dict[str, str]) -> None:
    hit = a_hit(store)
    answer = signed_in().post(f"/hits/{hit.id}/decide", a_decision(**wrong))
    assert answer.status_code == 422
    assert decided(store) == []
    if "reason" not in wrong:
        assert "A pub's sign" in html.unescape(answer.content.decode())


def test_a_decision_goes_on_to_the_next_under_the_same_filters(signed_in: SignedIn, store: Store) -> None:
    now, member = datetime.now(UTC), a_member_account(store)
    official = an_authorised_account(store, an_account())
    first = a_hit(store, number=1, account=member, found_at=now - timedelta(hours=9))
    a_hit(store, number=2, account=official, found_at=now - timedelta(hours=8))
    third = a_hit(store, number=3, account=member, found_at=now - timedelta(hours=7))
    client, filters = signed_in(), f"?account={member.id}"
    assert client.post(f"/hits/{first.id}/decide", a_decision(filters=filters))["Location"] == f"/hits/{third.id}{filters}"
    assert client.post(f"/hits/{third.id}/decide", a_decision(filters=filters))["Location"] == f"/{filters}"


def test_after_the_last_of_the_list_comes_the_first_that_was_left_out(signed_in: SignedIn, store: Store) -> None:
    now, account = datetime.now(UTC), a_member_account(store)
    left_out = a_hit(store, number=1, account=account, found_at=now - timedelta(hours=9))
    last = a_hit(store, number=2, account=account, found_at=now - timedelta(hours=8))
    assert signed_in().post(f"/hits/{last.id}/decide", a_decision())["Location"] == f"/hits/{left_out.id}"


def test_somebody_elses_decision_meanwhile_is_shown_and_not_overruled(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    opened_at = datetime.now(UTC)
    reviews.decide(store, viewer=JUDGE, review=Review(hit.id, Outcome.CONFIRMED, "Ours", "j.lee", datetime.now(UTC)))
    answer = signed_in().post(f"/hits/{hit.id}/decide", a_decision(opened_at=opened_at.isoformat()), follow=True)
    assert "j.lee decided this while the page was open" in answer.content.decode()
    assert [reviewer for _, _, _, reviewer in decided(store)] == ["j.lee"]


def test_sending_the_same_form_twice_decides_once(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    client, form = signed_in(), a_decision()
    client.post(f"/hits/{hit.id}/decide", form)
    client.post(f"/hits/{hit.id}/decide", form)
    assert len(decided(store)) == 1


def test_the_same_picture_elsewhere_can_be_decided_in_one_go(signed_in: SignedIn, store: Store) -> None:
    account, hits = a_member_account(store), []
    for number in (1, 2):
        captured = a_captured_post(store, account, number, picture=a_picture())
        collected(store, account, captured)
        hits += cited(store, account, captured, artwork_finding())
    one, other = hits
    assert one.media_sha256 == other.media_sha256
    client = signed_in()
    page = client.get(f"/hits/{one.id}").content.decode()
    assert "Decide the same on 1 other post of this very picture" in page
    assert f'name="copies" value="{other.id}"' in page
    answer = client.post(f"/hits/{one.id}/decide", a_decision(copies=other.id), follow=True)
    assert "recorded on 2 items" in answer.content.decode()
    assert {hit_id for hit_id, *_ in decided(store)} == {one.id, other.id}


def test_the_other_copies_stay_when_not_asked_for(signed_in: SignedIn, store: Store) -> None:
    account, hits = a_member_account(store), []
    for number in (1, 2):
        captured = a_captured_post(store, account, number, picture=a_picture())
        collected(store, account, captured)
        hits += cited(store, account, captured, artwork_finding())
    signed_in().post(f"/hits/{hits[0].id}/decide", a_decision())
    assert [hit_id for hit_id, *_ in decided(store)] == [hits[0].id]


def test_who_may_only_look_may_not_decide(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    client = signed_in(Role.AUDITOR)
    assert b"Your roles let you see this and not decide it" in client.get(f"/hits/{hit.id}").content
    answer = client.post(f"/hits/{hit.id}/decide", a_decision())
    assert answer.status_code == 403
    assert decided(store) == []


def test_deciding_is_a_post(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    assert signed_in().get(f"/hits/{hit.id}/decide").status_code == 405
