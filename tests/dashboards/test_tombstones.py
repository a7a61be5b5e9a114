"""A post of which a tombstone is left: the queue and the hit say so, in place of what is not there any more."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

from domain.post import Gone
from domain.review import Outcome, Review
from domain.viewer import Role, Viewer
from storage import authorizations, reviews
from storage.batching.outbox import CollectedBatch, CollectionOutcome
from storage.erasure import erasures
from storage.hits import show
from storage.store import Store
from tests.dashboards.conftest import SignedIn
from tests.dashboards.seeding import a_hit, submit

JUDGE = Viewer("j.lee", frozenset({Role.SUPERVISOR}))


def deleted_upstream(store: Store, hit_id: str) -> None:
    """The hit's post was seen to have gone, under terms that ask for a tombstone, and was purged."""
    now = datetime.now(UTC)
    post = show(store, viewer=JUDGE, hit_id=hit_id, now=now).post
    (paper,) = authorizations.every(store)
    terms: dict[str, object] = {"use": "x", "on_delete": "tombstone"}
    submit(store, CollectedBatch(post.account_id, paper.id, now, CollectionOutcome.STORED, gone=(Gone(post.native_id, "404"),), terms=terms))
    erasures.purge(store, by="tests", now=now)


def test_the_hit_says_what_became_of_it_and_can_still_be_decided(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store, text="Words that are to go")
    deleted_upstream(store, hit.id)
    browser, today = signed_in(), datetime.now(UTC).date().isoformat()
    page = html.unescape(browser.get(f"/hits/{hit.id}").content.decode())
    for said in (
        f"Deleted upstream on {today}.",
        f"erased on {today}",
        "Department artwork",
        hit.clause,
        hit.media_sha256,
        hit.post_content_sha256,
        "version <code>1<",
    ):
        assert said in page
    for said in (
        "Words that are to go",
        "shoulder patch</h1>",
        hit.finding.because,
        "social.example/@member/1",
        "can be shown",
        '<figure><div class="canvas"',
        "None",
    ):
        assert said not in page
    assert [browser.get(f"/hits/{hit.id}/{shown}.jpg").status_code for shown in ("thumbnail", "marked")] == [404, 404]
    assert re.findall(r'name="outcome" value="(\w+)"', page) == ["undetermined"]
    opened_at = datetime.now(UTC).isoformat()
    sent = {"outcome": "undetermined", "reason": "It is gone.", "opened_at": opened_at, "filters": "", "usual": "", "copies": ""}
    told = browser.post(f"/hits/{hit.id}/decide", sent | {"outcome": "confirmed"})
    assert told.status_code >= 400
    assert "nobody can see any more what it was" in told.content.decode()
    assert reviews.listing(store, viewer=JUDGE) == []
    assert browser.post(f"/hits/{hit.id}/decide", sent).status_code == 302
    assert "It is gone." in browser.get(f"/hits/{hit.id}").content.decode()


def test_the_queue_and_the_past_list_it_without_a_picture(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    deleted_upstream(store, hit.id)
    browser = signed_in()
    waiting = browser.get("/").content.decode()
    assert "Deleted upstream" in waiting
    assert f"/hits/{hit.id}/thumbnail.jpg" not in waiting
    reviews.decide(store, viewer=JUDGE, review=Review(hit.id, Outcome.UNDETERMINED, "It is gone.", JUDGE.name, datetime.now(UTC)))
    decided = browser.get("/?state=closed").content.decode()
    assert "Deleted upstream" in decided
    assert "It is gone." in decided


def test_a_picture_that_is_to_be_fetched_again_is_said_to_be_missing(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    with store.transaction() as tx:
        tx.execute("UPDATE post_media SET media_sha256 = NULL, problem = 'later: erased'")
        tx.execute("DELETE FROM media")
    browser = signed_in()
    page = browser.get(f"/hits/{hit.id}").content.decode()
    assert "the next run fetches it again" in page
    assert "Deleted upstream" not in page + browser.get("/").content.decode()
