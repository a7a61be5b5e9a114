from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from dashboards import shown_picture
from dashboards.shown_picture import Shown, prepare
from domain.viewer import Role, Viewer
from storage import marked
from storage.batching.outbox import ExaminedBatch, ExaminedMedia
from storage.errors import NotFound
from storage.store import Store
from tests.dashboards.conftest import SignedIn
from tests.dashboards.seeding import BOX, a_captured_post, a_hit, a_member_account, artwork_finding, cited, collected, submit

SUPERVISOR = Viewer("j.lee", frozenset({Role.SUPERVISOR}))


def test_nearly_the_same_picture_is_one_card(signed_in: SignedIn, store: Store) -> None:
    account, hits = a_member_account(store), []
    for number in (1, 2, 3):
        captured = a_captured_post(store, account, number)
        collected(store, account, captured)
        hits += cited(store, account, captured, artwork_finding())
    first, copy, other = (hit.media_sha256 for hit in hits)
    submit(store, ExaminedBatch((ExaminedMedia(copy, "0" * 64, "artwork", "1", "b" * 64, datetime.now(UTC), same_as=first),)))
    assert marked.copies(store) == {copy: first}
    rows = signed_in().get("/").context["rows"]
    assert [(row.id, [one.id for one in row.also]) for row in rows] == [(hits[0].id, [hits[1].id]), (hits[2].id, [])]
    assert other not in {first, copy}


def test_what_a_hit_marks_is_for_who_may_see_it(store: Store) -> None:
    hit = a_hit(store)
    assert marked.of(store, viewer=SUPERVISOR, hit_id=hit.id) == marked.Marked(hit.media_sha256, BOX, hit.compartment, hit.finding.reference_sha256)
    for viewer, hit_id in ((Viewer("x", frozenset({Role.MEMBER})), hit.id), (SUPERVISOR, "hit_0")):
        with pytest.raises(NotFound):
            marked.of(store, viewer=viewer, hit_id=hit_id)


def test_thumbnails_are_made_before_they_are_asked_for(store: Store) -> None:
    hit = a_hit(store)
    prepare(threading.Event())
    made = shown_picture.shown_picture.cache_info().hits
    shown_picture.shown_picture(hit.media_sha256, BOX, Shown.THUMBNAIL)
    assert shown_picture.shown_picture.cache_info().hits == made + 1


def test_one_bad_picture_does_not_keep_the_others_from_being_made(store: Store) -> None:
    account = a_member_account(store)
    captured = a_captured_post(store, account, 1, picture=b"no picture")
    collected(store, account, captured)
    cited(store, account, captured, artwork_finding())
    a_hit(store, number=2, account=account)
    prepare(threading.Event())
    assert shown_picture.shown_picture.cache_info().currsize == 1


def test_making_them_ends_when_the_site_stops(store: Store) -> None:
    a_hit(store)
    stopping = threading.Event()
    stopping.set()
    prepare(stopping)
    assert shown_picture.shown_picture.cache_info().currsize == 0
