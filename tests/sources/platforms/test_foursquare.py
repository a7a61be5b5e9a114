from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.identity import Json
from domain.post import MediaLink, Post, PostKind
from sources.client.http import Http
from sources.platforms.foursquare.checkin import checkins_record, parse_checkins, parse_if_gone
from sources.platforms.foursquare.source import Foursquare, error_type, parse_profile, parse_user, user_record
from sources.reading.shape import At
from sources.reading.track import Read
from sources.source import AccountGone, Checkpoint, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.conftest import TOKEN, Clock
from tests.sources.recorded import a_reply, recorded, recorded_json
from tests.sources.serving import Answer, Site, json_answer
from tests.sources.simulated.foursquare import FoursquareServer

ACCOUNT = an_account("foursquare", "examplecitypd", "https://foursquare.com/examplecitypd")
CHECKINS = "/users/self/checkins"
NewClient = Callable[..., Http]


@pytest.fixture(scope="module")
def read() -> Read:
    return parse_checkins(recorded_json("foursquare/checkins.json"), ACCOUNT)


def changed(value: Json, *path: str | int) -> Read:
    whole = recorded_json("foursquare/checkins.json")
    at: Json = whole.value["response"]["checkins"]["items"][0]  # type: ignore[index,call-overload]
    for key in path[:-1]:
        at = at[key]  # type: ignore[index,call-overload]
    at[path[-1]] = value  # type: ignore[index,call-overload]
    return parse_checkins(whole, ACCOUNT)


def test_a_whole_checkin(read: Read) -> None:
    assert read.items[0].post == Post(
        account_id=ACCOUNT.id,
        native_id="000000000000000000000009",
        kind=PostKind.POST,
        url="https://foursquare.com/examplecitypd/checkin/000000000000000000000009",
        text="Meet us at city hall & say hello\nExample City Hall\n1 Main St (at 2nd), Example City, EX 00000\nposition: 39.100025, -94.578",
        posted_at=datetime(2026, 5, 30, 10, tzinfo=UTC),
        media=(MediaLink("https://fastly.4sqi.net/img/general/original/1090000_example1.jpg"),),
    )


def test_a_place_without_an_address_or_words_alone(read: Read) -> None:
    assert [item.post.text for item in read.items[1:]] == ["Somewhere in town\nExample City, United States", "Just words", "Plainly public"]


def test_nothing_private_and_nobody_else_is_in_a_post(read: Read) -> None:
    said = repr(read)
    for hidden in ("Not for all", "For friends", "Neighbour", "Colleague", "example2", "5550100"):
        assert hidden not in said


def test_what_is_refused_is_kept_with_its_place_and_reason(read: Read) -> None:
    assert [(one.native_id, one.path.removeprefix("reply.response.checkins."), one.reason) for one in read.rejected] == [
        ("000000000000000000000004", "items[5].venue.location.lat", "expected degrees, at most 90"),
        ("000000000000000000000003", "items[6].createdAt", "expected a time in seconds since 1970"),
        (None, "items[7].id", "is not an id"),
    ]


def test_the_following_page_is_what_was_before_the_oldest(read: Read) -> None:
    assert read.next == str(1780135200 - 8 * 86400)
    last = parse_checkins(recorded_json("foursquare/checkins-last.json"), ACCOUNT)
    assert (last.items, last.next) == ((), None)


def test_an_edit_keeps_the_id_and_changes_the_content(read: Read) -> None:
    edited = parse_checkins(recorded_json("foursquare/checkins-edited.json"), ACCOUNT).items[0].post
    assert edited.id == read.items[0].post.id
    assert edited.content_sha256 != read.items[0].post.content_sha256


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (7, ("shout",)),
        ("City hall", ("venue",)),
        (7, ("venue", "name")),
        ([], ("venue", "location")),
        ("39", ("venue", "location", "lat")),
        (True, ("venue", "location", "lng")),
        ("1 Main St", ("venue", "location", "formattedAddress")),
        ([7], ("venue", "location", "formattedAddress")),
        (7, ("photos",)),
        ([7], ("photos", "items")),
        (7, ("photos", "items", 0, "prefix")),
        (None, ("photos", "items", 0, "suffix")),
        (True, ("createdAt",)),
        (1e9, ("createdAt",)),
        (10**20, ("createdAt",)),
        (None, ("id",)),
        ("a" * 65, ("id",)),
    ],
)
def test_a_checkin_of_another_shape_is_refused_alone(value: Json, path: tuple[str | int, ...]) -> None:
    odd = changed(value, *path)
    assert len(odd.items) == 3
    assert odd.rejected[0].path.startswith("reply.response.checkins.items[0]")


@pytest.mark.parametrize(("key", "value"), [("private", True), ("private", "yes"), ("visibility", "private"), ("visibility", "friends"), ("visibility", 7)])
def test_a_checkin_that_is_not_for_all_is_no_post(key: str, value: Json) -> None:
    odd = changed(value, key)
    assert len(odd.items) == 3
    assert len(odd.rejected) == 3


@pytest.mark.parametrize(
    "value", [None, {}, {"response": {}}, {"response": {"checkins": {"items": [7]}}}, {"response": {"checkins": {"items": [{"id": "a"}]}}}]
)
def test_a_page_of_another_shape(value: Json) -> None:
    with pytest.raises(UnexpectedReply):
        parse_checkins(At(value, "reply"), ACCOUNT)


@pytest.mark.parametrize("handle", ["examplecitypd", "@ExampleCityPD", "1090000"])
def test_the_owner_of_the_token(handle: str) -> None:
    assert parse_user(recorded_json("foursquare/user.json"), handle) == "1090000"


@pytest.mark.parametrize("handle", ["somebodyelse", "109000", "", "examplecity"])
def test_a_token_of_another_account(handle: str) -> None:
    with pytest.raises(NotPermitted, match="another account"):
        parse_user(recorded_json("foursquare/user.json"), handle)


def test_a_private_profile_is_not_read() -> None:
    user = recorded_json("foursquare/user.json")
    user.value["response"]["user"]["privateProfile"] = True  # type: ignore[index,call-overload]
    with pytest.raises(NotPermitted, match="private"):
        parse_user(user, "examplecitypd")


def test_the_profile() -> None:
    profile = parse_profile(recorded_json("foursquare/user.json"), ACCOUNT, NOON)
    assert (profile.title, profile.text) == ("Example City Police Department", "Where we are today\nExample City, EX")
    assert [link.url for link in profile.media] == ["https://fastly.4sqi.net/img/user/original/1090000-EXAMPLE.jpg"]


def test_whether_a_checkin_is_still_public() -> None:
    assert parse_if_gone(recorded_json("foursquare/checkin.json")) is None
    assert parse_if_gone(recorded_json("foursquare/checkin-private.json")) == "no longer public"


@pytest.mark.parametrize("value", [{}, {"response": {}}, {"response": {"checkin": None}}, {"response": {"checkin": 7}}])
def test_an_odd_answer_is_no_deletion(value: Json) -> None:
    with pytest.raises(UnexpectedReply):
        parse_if_gone(At(value, "reply"))


def test_the_record_of_checkins_names_nobody_and_shows_nothing_private() -> None:
    kept = checkins_record(recorded("foursquare/checkins.json")).decode()
    for hidden in ("Petra", "Neighbour", "Paul", "Colleague", "Not for all", "For friends", "example2", "5550100"):
        assert hidden not in kept
    assert json.loads(kept)["response"]["checkins"]["items"][0]["shout"] == "Meet us at city hall & say hello"
    assert "Not for all" not in checkins_record(recorded("foursquare/checkin-private.json")).decode()


def test_the_record_of_the_owner_holds_no_friends_and_no_telephone() -> None:
    kept = user_record(recorded("foursquare/user.json")).decode()
    for hidden in ("Petra", "5550100", "press@", "320716800"):
        assert hidden not in kept
    assert "Where we are today" in kept


@pytest.mark.parametrize("body", [b"", b"Petra", b'{"response": {"user": {"firstName": "Petra"', b"\xff\xfePetra", b"[" * 100_000, b'{"a": ' * 3000])
def test_of_a_broken_reply_nothing_is_recorded(body: bytes) -> None:
    assert b"Petra" not in checkins_record(body)
    assert b"Petra" not in user_record(body)


@pytest.mark.parametrize(("body", "said"), [(b"", ""), (b"[]", ""), (b'{"meta": 7}', ""), (b'{"meta": {"errorType": 7}}', "")])
def test_an_error_that_is_not_named(body: bytes, said: str) -> None:
    assert error_type(a_reply(body)) == said


# Visits, at a loopback site.


def visited(site: Site, http: Http, checkpoint: Checkpoint | None = None) -> list[Page]:
    return list(Foursquare().pages(FoursquareServer().account(site), checkpoint, http))


@pytest.fixture
def server(site: Site) -> FoursquareServer:
    one = FoursquareServer()
    one.author.write_many(2)
    site.otherwise = lambda asked: one.answer(site, asked)
    return one


def test_the_token_goes_in_a_header(server: FoursquareServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    visited(site, new_client(tokens=tokens))
    assert {one.headers.get("Authorization") for one in site.asked} == {f"Bearer {TOKEN}"}
    assert not any(TOKEN in repr(one.query) for one in site.asked)


@pytest.mark.parametrize(
    ("name", "status", "headers", "error"),
    [
        ("invalid-auth.json", 401, {}, NotPermitted),
        ("rate-limited.json", 403, {"X-RateLimit-Reset": "1780315207"}, TryAgainLater),
        ("", 403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1780315207"}, TryAgainLater),
        ("", 403, {}, NotPermitted),
        ("checkin-gone.json", 400, {}, UnexpectedReply),
        ("checkin-gone.json", 200, {}, UnexpectedReply),
        ("", 404, {}, AccountGone),
    ],
)
def test_what_errors_mean(site: Site, new_client: NewClient, tokens: Path, name: str, status: int, headers: dict[str, str], error: type[Exception]) -> None:
    answer = Answer(status, recorded(f"foursquare/{name}") if name else b"", headers)
    site.otherwise = lambda _asked: answer
    with pytest.raises(error) as problem:
        visited(site, new_client(tokens=tokens, retries=0))
    assert TOKEN not in str(problem.value)
    assert "Quota" not in str(problem.value)
    assert not isinstance(problem.value, TryAgainLater) or problem.value.retry_after_s == 7


def test_a_warning_is_no_error(server: FoursquareServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    whole = json.loads(recorded("foursquare/checkins-edited.json"))
    whole["meta"] |= {"errorType": "deprecated", "errorDetail": "Please pass a newer version"}
    site.pages[CHECKINS] = lambda asked: json_answer(whole) if "beforeTimestamp" not in asked.query else server.answer(site, asked)
    pages = visited(site, new_client(tokens=tokens))
    assert "Meet us at the station instead" in [post.text for page in pages for post in page.posts]


@pytest.mark.parametrize(
    ("status", "kind", "answers"),
    [
        (404, "", ["404"]),
        (410, "", ["410"]),
        (400, "param_error", ["400 param_error"]),
        (400, "other", []),
        (404, "endpoint_error", []),
        (403, "not_authorized", []),
    ],
)
def test_what_tells_a_deletion(
    server: FoursquareServer, site: Site, new_client: NewClient, tokens: Path, clock: Clock, status: int, kind: str, answers: list[str]
) -> None:
    http = new_client(tokens=tokens)
    checkpoint = visited(site, http)[-1].checkpoint
    deleted = server.author.posts[0]
    server.author.delete(deleted)
    site.pages[f"/checkins/{server.native_id(site, deleted)}"] = json_answer({"meta": {"code": status, "errorType": kind}, "response": {}}, status)
    clock.pass_by(hours=25)
    server.author.write("Later")
    assert [one.answer for page in visited(site, http, checkpoint) for one in page.gone] == answers


def test_a_checkin_that_was_made_private_is_gone(server: FoursquareServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    http = new_client(tokens=tokens)
    checkpoint = visited(site, http)[-1].checkpoint
    server.author.posts[0].public = False
    server.author.write("Later")
    assert [one.answer for page in visited(site, http, checkpoint) for one in page.gone] == ["no longer public"]
