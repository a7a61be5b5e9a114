"""Hits and reviews: who sees what, in which order, with all that defends it, and how it is decided."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.account import Account
from domain.audit import AuditAction
from domain.finding import Box
from domain.hit import Hit
from domain.review import Outcome, Review, ReviewState
from storage import accounts, health, hits, reviews
from storage.auditing import audit
from storage.errors import NotFound, Refused
from storage.store import Store
from tests.builders import NOON, a_finding, a_post
from tests.storage.filling import AUDITOR, MEMBER, SUPERVISOR, a_hit, a_picture, cited, collected, examined, rows, showing, take_in

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def four(store: Store, account: Account) -> list[Hit]:
    """Four hits on one picture, in the order in which they should be decided."""
    shown = showing(a_post(account), a_picture())
    assert shown.media[0].media is not None
    sha256 = shown.media[0].media.sha256
    found = [a_finding(box=Box(number, 0, 10, 10)) for number in range(4)]
    clauses = ["IV.C.1.f", "IV.B.7.b", "IV.C.1.f", "IV.C.1.f"]
    made = [a_hit(shown.post, sha256, finding, clause, hours=24 + number) for number, (finding, clause) in enumerate(zip(found, clauses, strict=True))]
    take_in(store, collected(account, shown))
    take_in(store, examined(sha256, *found))
    take_in(store, cited(shown.post, sha256, *reversed(made)))
    return made


def decide(store: Store, hit: Hit, outcome: Outcome = Outcome.CONFIRMED, hours: int = 0, reason: str = "seen it") -> None:
    reviews.decide(store, viewer=SUPERVISOR, review=Review(hit.id, outcome, reason, SUPERVISOR.name, NOON + timedelta(hours=hours)))


def queued(store: Store, **filters: object) -> list[str]:
    return [row.id for row in hits.queue(store, viewer=SUPERVISOR, **filters)]  # type: ignore[arg-type]


def test_the_queue_is_in_the_order_of_deciding(store: Store, four: list[Hit]) -> None:
    assert queued(store) == [hit.id for hit in four]


def test_the_queue_comes_in_pages(store: Store, four: list[Hit]) -> None:
    first = queued(store, limit=3)
    assert first == [hit.id for hit in four[:3]]
    assert queued(store, limit=3, after=first[-1]) == [four[3].id]
    assert queued(store, after=four[3].id) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"clause": "IV.B.7.b"}, [1]),
        ({"clause": "IV.A.1"}, []),
        ({"account_id": "account_x"}, []),
        ({"detector": "artwork"}, [0, 1, 3]),
        ({"detector": "metadata"}, []),
        ({"state": ReviewState.CLOSED}, [2]),
        ({"state": ReviewState.NEW}, [0, 1, 3]),
        ({"state": None}, [0, 1, 2, 3]),
        ({"state": None, "clause": "IV.C.1.f"}, [0, 2, 3]),
    ],
)
def test_the_queue_is_narrowed(store: Store, four: list[Hit], filters: dict[str, object], expected: list[int]) -> None:
    decide(store, four[2])
    assert queued(store, **filters) == [four[number].id for number in expected]


def test_counts_are_by_clause_and_kind(store: Store, four: list[Hit]) -> None:
    decide(store, four[2])
    counts = [(one.clause, one.kind, one.new, one.closed) for one in hits.count(store, viewer=SUPERVISOR)]
    assert counts == [("IV.B.7.b", "department_artwork", 1, 0), ("IV.C.1.f", "department_artwork", 2, 1)]
    overview = health.overview(store, now=NOON)
    assert (overview.hits_new, overview.hits_closed) == (3, 1)
    assert [one.hits_open for one in accounts.standing(store, now=NOON)] == [3]


def test_a_hit_is_shown_with_all_that_defends_it_and_that_is_recorded(store: Store, account: Account, four: list[Hit]) -> None:
    decide(store, four[0], Outcome.UNDETERMINED, reason="ask the Media Unit")
    view = hits.show(store, viewer=SUPERVISOR, hit_id=four[0].id, now=LATER)
    assert view.hit == four[0]
    assert (view.account, view.post.id, view.post_changed) == (account, four[0].post_id, False)
    assert view.media is not None
    assert (view.media.sha256, view.media.width) == (four[0].media_sha256, 640)
    assert (view.state, view.outcome, [one.reason for one in view.reviews]) == (ReviewState.CLOSED, Outcome.UNDETERMINED, ["ask the Media Unit"])
    assert [one.id for one in view.siblings] == [hit.id for hit in four[1:]]
    newest = audit.entries(store, limit=1)[0]
    assert (newest.action, newest.actor, newest.subject, newest.recorded_at) == (AuditAction.HIT_OPENED, SUPERVISOR.name, four[0].id, LATER)


def test_a_hit_says_when_its_post_was_edited_since(store: Store, account: Account, four: list[Hit]) -> None:
    take_in(store, collected(account, showing(a_post(account, text="edited"), a_picture()), at=LATER))
    view = hits.show(store, viewer=SUPERVISOR, hit_id=four[0].id, now=LATER)
    assert (view.post_changed, view.post.text) == (True, "edited")


def test_the_list_for_other_programs_is_plain_json(store: Store, account: Account, four: list[Hit]) -> None:
    decide(store, four[0])
    listed = json.loads(json.dumps(hits.listing(store, viewer=SUPERVISOR)))
    (one,) = (row for row in listed if row["id"] == four[0].id)
    assert (one["box"], one["span"], one["time_s"]) == ([0, 0, 10, 10], None, None)
    assert (one["state"], one["outcome"], one["captured_at"]) == ("closed", "confirmed", "2026-06-01T12:00:00+00:00")
    assert (one["platform"], one["handle"], one["post_url"]) == (account.platform, account.handle, "https://police.example.gov/posts/1")
    assert len(listed) == 4
    assert hits.listing(store, viewer=SUPERVISOR, since=LATER) == []


READS: list[Callable[[Store], object]] = [
    lambda store: hits.queue(store, viewer=MEMBER),
    lambda store: hits.count(store, viewer=MEMBER),
    lambda store: hits.listing(store, viewer=MEMBER),
    lambda store: reviews.listing(store, viewer=MEMBER),
]


@pytest.mark.parametrize("read", READS)
def test_who_may_not_see_a_compartment_sees_nothing_of_it(store: Store, four: list[Hit], read: Callable[[Store], object]) -> None:
    decide(store, four[0])
    assert read(store) == []


def test_who_may_not_see_a_hit_cannot_tell_it_from_none_and_nothing_is_recorded(store: Store, four: list[Hit]) -> None:
    before = audit.verify(store).entries
    with pytest.raises(NotFound) as hidden:
        hits.show(store, viewer=MEMBER, hit_id=four[0].id, now=NOON)
    with pytest.raises(NotFound) as absent:
        hits.show(store, viewer=MEMBER, hit_id="hit_x", now=NOON)
    assert str(hidden.value).replace(four[0].id, "hit_x") == str(absent.value)
    assert audit.verify(store).entries == before


def test_a_decision_closes_the_hit_and_is_recorded_without_its_reason(store: Store, four: list[Hit]) -> None:
    decide(store, four[0], reason="the chief's own post")
    (row,) = reviews.listing(store, viewer=SUPERVISOR)
    assert (row.hit_id, row.outcome, row.reason, row.reviewer, row.clause) == (four[0].id, "confirmed", "the chief's own post", "supervisor", "IV.C.1.f")
    newest = audit.entries(store, limit=1)[0]
    assert (newest.action, newest.subject, newest.detail["outcome"]) == (AuditAction.HIT_DECIDED, four[0].id, "confirmed")
    assert "chief" not in json.dumps(newest.detail)


def test_a_later_decision_counts_and_the_earlier_one_stays(store: Store, four: list[Hit]) -> None:
    decide(store, four[0], Outcome.CONFIRMED, hours=1)
    decide(store, four[0], Outcome.DISMISSED, hours=2)
    view = hits.show(store, viewer=SUPERVISOR, hit_id=four[0].id, now=LATER)
    assert (view.outcome, [one.outcome for one in view.reviews]) == (Outcome.DISMISSED, [Outcome.CONFIRMED, Outcome.DISMISSED])


def test_the_same_decision_twice_is_one(store: Store, four: list[Hit]) -> None:
    decide(store, four[0])
    decide(store, four[0])
    assert len(reviews.listing(store, viewer=SUPERVISOR)) == 1
    assert reviews.listing(store, viewer=SUPERVISOR, since=LATER) == []


def test_who_only_looks_does_not_decide(store: Store, four: list[Hit]) -> None:
    with pytest.raises(Refused, match="may look at this hit but not decide it"):
        reviews.decide(store, viewer=AUDITOR, review=Review(four[0].id, Outcome.DISMISSED, "no", AUDITOR.name, NOON))
    with pytest.raises(NotFound):
        reviews.decide(store, viewer=MEMBER, review=Review(four[0].id, Outcome.DISMISSED, "no", MEMBER.name, NOON))
    assert rows(store, "SELECT count(*) FROM review") == [(0,)]


def test_nobody_decides_in_anothers_name(store: Store, four: list[Hit]) -> None:
    with pytest.raises(Refused, match="cannot decide in the name of the chief"):
        reviews.decide(store, viewer=SUPERVISOR, review=Review(four[0].id, Outcome.DISMISSED, "no", "the chief", NOON))
    assert rows(store, "SELECT count(*) FROM review") == [(0,)]


def test_what_is_not_there_cannot_be_decided(store: Store) -> None:
    with pytest.raises(NotFound, match="there is no hit hit_x"):
        reviews.decide(store, viewer=SUPERVISOR, review=Review("hit_x", Outcome.DISMISSED, "no", SUPERVISOR.name, NOON))
