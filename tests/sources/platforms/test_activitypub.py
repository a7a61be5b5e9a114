from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.post import Gone, MediaLink, Post, PostKind
from sources.client.http import Http
from sources.platforms.activitypub.outbox import parse_actor, parse_first, parse_outbox, parse_profile, parse_webfinger
from sources.platforms.activitypub.source import ActivityPub
from sources.reading.shape import At
from sources.reading.track import Read
from sources.source import AccountGone, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.recorded import recorded, recorded_json
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.activitypub import ActivityPubServer

ACTOR = "https://social.example/users/press"
OUTBOX = f"{ACTOR}/outbox?page=true"
FILES = "https://files.social.example"


@pytest.fixture(scope="module")
def read() -> Read:
    return parse_outbox(recorded_json("activitypub/outbox-page.json"), "account_1", ACTOR, OUTBOX)


def post(read: Read, day: int) -> Post:
    return next(item.post for item in read.items if item.post.posted_at.day == day)


def changed(name: str, **values: Any) -> At:
    whole = recorded_json(f"activitypub/{name}.json")
    assert isinstance(whole.value, dict)
    return At(whole.value | values, "reply")


def test_a_whole_note(read: Read) -> None:
    found = post(read, 30)
    assert (found.native_id, found.url) == (f"{ACTOR}/statuses/30", "https://social.example/@press/30")
    assert (found.text, found.kind) == ("Road closed on Main St\nDetour by 2nd St", PostKind.POST)
    assert (found.posted_at.isoformat(), found.edited_at and found.edited_at.hour) == ("2026-05-30T10:00:00+00:00", 11)


def test_media_as_texts_objects_and_lists(read: Read) -> None:
    assert post(read, 30).media == (
        MediaLink(f"{FILES}/a/original/barrier.jpg", "A barrier across Main St", "image/jpeg"),
        MediaLink(f"{FILES}/b/map.webp", "", "image/webp"),
        MediaLink(f"{FILES}/c/run", "", "video/mp4"),
        MediaLink(f"{FILES}/c/poster.png"),
        MediaLink(f"{FILES}/d/plain.png"),
    )


def test_all_three_spellings_of_public_in_to_and_cc(read: Read) -> None:
    assert [(post(read, day).kind, post(read, day).text) for day in (29, 28)] == [(PostKind.COMMENT, "Thank you"), (PostKind.POST, "Reopened at noon")]


def test_a_poll_an_article_and_a_film(read: Read) -> None:
    assert (post(read, 25).title, post(read, 25).text) == ("Open day", "Which day suits you?\nMonday\nFriday")
    article = post(read, 24)
    assert (article.title, article.text) == ("Annual report", "What we did\nThe year in figures")
    assert article.media == (MediaLink(f"{FILES}/cover.jpg"), MediaLink("https://social.example/media/chart.png", "Calls by month"))
    film = post(read, 23)
    assert (film.title, film.text, film.url) == ("Open day film", "A **short** film", "https://social.example/w/23")
    assert film.media == (MediaLink(f"{FILES}/23-1080.mp4", "", "video/mp4"), MediaLink(f"{FILES}/23.jpg"))


def test_nothing_of_others_and_nothing_that_is_not_public(read: Read) -> None:
    assert [item.post.posted_at.day for item in read.items] == [30, 29, 28, 25, 24, 23]
    assert "secret" not in repr(read)
    assert "elsewhere.example" not in repr(read)


def test_what_is_refused_has_its_place_and_reason(read: Read) -> None:
    assert [(one.native_id, one.path, one.reason) for one in read.rejected] == [
        (None, "reply.orderedItems[4].object.to", "is not public"),
        (f"{ACTOR}/statuses/22", "reply.orderedItems[8].object.attributedTo", "is another account's"),
        (f"{ACTOR}/statuses/21", "reply.orderedItems[9].object.published", "expected a time (RFC 3339)"),
        ("javascript:alert(1)", "reply.orderedItems[10].object.id", "is not an http or https address"),
        (None, "reply.orderedItems[11].object", "expected the object itself, found no more than its address"),
        (f"{ACTOR}/statuses/17", "reply.orderedItems[13].object.type", "is a type that is not known"),
        (None, "reply.orderedItems[14].type", "is a type that is not known"),
        (f"{ACTOR}/statuses/15", "reply.orderedItems[15].object.attachment[0].url", "is not an http or https address"),
    ]


def test_further_pages(read: Read) -> None:
    assert read.next == f"{ACTOR}/outbox?max_id=15&page=true"
    last = parse_outbox(recorded_json("activitypub/outbox-last.json"), "account_1", ACTOR, OUTBOX)
    assert ([item.post.text for item in last.items], last.next) == (["Hello"], None)


def test_an_edit_is_the_same_post(read: Read) -> None:
    edited = parse_outbox(recorded_json("activitypub/outbox-edited.json"), "account_1", ACTOR, OUTBOX).items[0].post
    assert (edited.id, edited.text) == (post(read, 30).id, "Road open again")


@pytest.mark.parametrize("following", ["https://elsewhere.example/outbox", "http://[", "javascript:void(0)", {"type": "Link"}])
def test_a_next_page_elsewhere_is_not_followed(following: Any) -> None:
    read = parse_outbox(changed("outbox-last", next=following), "account_1", ACTOR, OUTBOX)
    assert (read.next, [one.path for one in read.rejected]) == (None, ["reply.next"])


@pytest.mark.parametrize("following", [7, ["x"], {"href": 7}])
def test_a_next_page_that_is_no_address(following: Any) -> None:
    with pytest.raises(UnexpectedReply, match=r"reply\.next"):
        parse_outbox(changed("outbox-last", next=following), "account_1", ACTOR, OUTBOX)


def test_an_outbox_of_pages_and_one_of_items() -> None:
    assert parse_first(recorded_json("activitypub/outbox.json"), OUTBOX) == OUTBOX
    assert parse_first(recorded_json("activitypub/snac-outbox.json"), OUTBOX) is None
    with pytest.raises(UnexpectedReply, match="first"):
        parse_first(changed("outbox", first="https://elsewhere.example/outbox"), OUTBOX)


def test_webfinger() -> None:
    assert parse_webfinger(recorded_json("activitypub/webfinger.json")) == ACTOR
    assert parse_webfinger(recorded_json("activitypub/snac-webfinger.json")) == "http://127.0.0.1:8083/labpd"
    links: list[list[dict[str, str]]] = [
        [],
        [{"rel": "self", "type": "text/html", "href": ACTOR}],
        [{"rel": "self", "type": "application/activity+json", "href": "file:///etc/passwd"}],
    ]
    for odd in links:
        with pytest.raises(UnexpectedReply):
            parse_webfinger(changed("webfinger", links=odd))


def test_an_actor_and_its_profile() -> None:
    reply = recorded_json("activitypub/actor.json")
    assert parse_actor(reply, "Press") == (ACTOR, f"{ACTOR}/outbox")
    profile = parse_profile(reply, an_account("activitypub"), NOON)
    assert profile.title == "Example City Police Department"
    assert profile.text == "News of the department. Not monitored: call 911.\nWeb: police.example.gov"
    assert [link.url for link in profile.media] == [f"{FILES}/avatar.png", f"{FILES}/header.jpg"]


@pytest.mark.parametrize("odd", [{"preferredUsername": "neighbour"}, {"outbox": "https://elsewhere.example/outbox"}, {"outbox": None}, {"id": 7}])
def test_an_actor_that_is_another_or_none(odd: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedReply, match="reply"):
        parse_actor(changed("actor", **odd), "press")


@pytest.mark.parametrize("odd", [{"suspended": True}, {"type": "Tombstone"}])
def test_an_actor_that_is_gone(odd: dict[str, Any]) -> None:
    with pytest.raises(AccountGone):
        parse_actor(changed("actor", **odd), "press")


def test_an_outbox_of_snac() -> None:
    read = parse_outbox(recorded_json("activitypub/snac-outbox.json"), "account_1", "http://127.0.0.1:8083/labpd", "http://127.0.0.1:8083/labpd/outbox")
    assert [item.post.text for item in read.items] == ["delete me", "Road OPEN again"]
    assert [link.alt for link in read.items[1].post.media] == ["red"]
    assert (read.next, read.rejected) == (None, ())


Visit = Callable[[Page | None], list[Page]]


@pytest.fixture
def server(site: Site) -> ActivityPubServer:
    made = ActivityPubServer()
    made.author.write_many(2)
    site.otherwise = lambda asked: made.answer(site, asked)
    return made


@pytest.fixture
def visit(site: Site, server: ActivityPubServer, http: Http) -> Visit:
    return lambda after: list(ActivityPub().pages(server.account(site), after.checkpoint if after else None, http))


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_wants_signatures(site: Site, visit: Visit, status: int) -> None:
    site.pages["/users/109"] = Answer(status)
    with pytest.raises(NotPermitted, match="signed requests"):
        visit(None)


def test_a_tombstone_is_a_deletion(site: Site, server: ActivityPubServer, visit: Visit) -> None:
    first = visit(None)
    gone = server.author.posts[0]
    server.author.delete(gone)
    site.pages[f"/users/109/statuses/{gone.number}"] = Answer(200, recorded("activitypub/tombstone.json"))
    assert [one for page in visit(first[-1]) for one in page.gone] == [Gone(server.native_id(site, gone), "200 Tombstone")]


@pytest.mark.parametrize("answer", [Answer(401), Answer(200, b'{"type": "Note"}'), Answer(200, b"<html>")])
def test_what_tells_no_deletion(site: Site, server: ActivityPubServer, visit: Visit, answer: Answer) -> None:
    first = visit(None)
    hidden = server.author.posts[0]
    server.author.delete(hidden)
    site.pages[f"/users/109/statuses/{hidden.number}"] = answer
    assert [one for page in visit(first[-1]) for one in page.gone] == []


def test_a_rate_limit(site: Site, visit: Visit) -> None:
    site.pages["/users/109"] = Answer(429, recorded("activitypub/rate-limited.json"), {"X-RateLimit-Reset": "2026-06-01T12:05:00.000Z", "Retry-After": "300"})
    with pytest.raises(TryAgainLater) as problem:
        visit(None)
    assert problem.value.retry_after_s == 300


def test_a_webfinger_that_names_an_actor_of_another_name(site: Site, visit: Visit) -> None:
    link = {"rel": "self", "type": "application/activity+json", "href": f"{site.origin}/users/neighbour"}
    site.pages["/.well-known/webfinger"] = json_answer({"links": [link]})
    site.pages["/users/neighbour"] = json_answer({"id": f"{site.origin}/users/neighbour", "preferredUsername": "neighbour", "outbox": f"{site.origin}/x"})
    with pytest.raises(UnexpectedReply, match="another account"):
        visit(None)


def test_what_is_sent(site: Site, visit: Visit) -> None:
    visit(None)
    asked: list[Asked] = site.asked
    assert asked[0].query == {"resource": f"acct:press@{site.host}"}
    assert all("application/activity+json" in one.headers["Accept"] for one in asked[1:])
