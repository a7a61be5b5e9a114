from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.identity import Json
from domain.post import MediaLink, Post, PostKind
from sources.client.http import Http
from sources.platforms.tiktok import TikTok, fine, parse_gone, parse_profile, parse_user, parse_videos
from sources.reading.shape import At
from sources.reading.track import Read
from sources.source import Checkpoint, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.conftest import Clock
from tests.sources.recorded import a_reply, recorded, recorded_json
from tests.sources.serving import Answer, Site
from tests.sources.simulated.tiktok import TikTokServer

ACCOUNT = an_account("tiktok", "@examplecitypd", "https://www.tiktok.com/@examplecitypd")
NewClient = Callable[..., Http]


@pytest.fixture(scope="module")
def read() -> Read:
    return parse_videos(recorded_json("tiktok/videos.json"), ACCOUNT)


def post(read: Read, day: int) -> Post:
    return next(item.post for item in read.items if item.post.posted_at.day == day)


def test_a_whole_video(read: Read) -> None:
    assert post(read, 30) == Post(
        account_id=ACCOUNT.id,
        native_id="7420260500000000030",
        kind=PostKind.POST,
        url="https://www.tiktok.com/@examplecitypd/video/7420260500000000030",
        text="Road closed on Main St #traffic",
        posted_at=datetime(2026, 5, 30, 10, tzinfo=UTC),
        media=(MediaLink("https://p16-sign.tiktokcdn.example/tos/cover30~c5_300x400.jpeg?x-expires=1780000000&x-signature=invented", "", "image/jpeg"),),
    )


@pytest.mark.parametrize(("day", "title", "text"), [(29, "A title", "And what it says beside it"), (28, "", "Only a title"), (27, "", "Day 27")])
def test_titles_and_texts(read: Read, day: int, title: str, text: str) -> None:
    assert (post(read, day).title, post(read, day).text) == (title, text)


def test_a_video_without_an_address_of_its_own(read: Read) -> None:
    assert (post(read, 27).url, post(read, 27).media) == ("https://www.tiktok.com/@examplecitypd/video/7420260500000000027", ())


def test_what_is_refused_is_kept_with_its_place_and_reason(read: Read) -> None:
    assert [item.post.posted_at.day for item in read.items] == [30, 29, 28, 27]
    assert [(one.path, one.reason) for one in read.rejected] == [
        *((f"reply.data.videos[{number}].create_time", "expected a time (seconds since 1970)") for number in (4, 5, 6)),
        ("reply.data.videos[7].id", "is not the id of a video"),
        ("reply.data.videos[8].video_description", "expected text, found a number"),
        ("reply.data.videos[9].cover_image_url", "is not an http or https address"),
        ("reply.data.videos[10].create_time", "expected a time (seconds since 1970)"),
    ]


def test_pages(read: Read) -> None:
    assert read.next == str(int(datetime(2026, 5, 20, 10, tzinfo=UTC).timestamp() * 1000))
    assert parse_videos(recorded_json("tiktok/last-page.json"), ACCOUNT).next is None


@pytest.mark.parametrize("cursor", [None, "7", True, [], 1.5])
def test_a_cursor_that_cannot_be_gone_on_from(cursor: Json) -> None:
    with pytest.raises(UnexpectedReply, match=r"reply\.data\.cursor"):
        parse_videos(At({"data": {"videos": [], "cursor": cursor, "has_more": True}}, "reply"), ACCOUNT)


def test_the_owner() -> None:
    reply = recorded_json("tiktok/user.json")
    assert parse_user(reply, "@ExampleCityPD") == "invented-union-id"
    profile = parse_profile(reply, ACCOUNT, NOON)
    assert (profile.title, profile.text, len(profile.media)) == ("Example City Police", "Official account.", 1)


def test_without_a_lasting_id_for_all_apps_there_is_one_for_this() -> None:
    assert parse_user(At({"data": {"user": {"open_id": "o"}}}, "reply"), "@a") == "o"


def test_somebody_elses_token() -> None:
    with pytest.raises(NotPermitted, match="another account"):
        parse_user(recorded_json("tiktok/user.json"), "@somebodyelse")


@pytest.mark.parametrize("user", [{}, {"open_id": ""}, {"open_id": 7}, {"union_id": []}, None, []])
def test_an_owner_without_an_id(user: Json) -> None:
    with pytest.raises(UnexpectedReply):
        parse_user(At({"data": {"user": user}}, "reply"), "@a")


def test_a_deleted_video_and_one_that_is_there() -> None:
    assert parse_gone(recorded_json("tiktok/video-deleted.json")) == "absent from /v2/video/query/"
    assert parse_gone(recorded_json("tiktok/video-there.json")) is None


@pytest.mark.parametrize(
    ("name", "problem", "says"),
    [
        ("token-invalid", NotPermitted, "access_token_invalid"),
        ("scope-missing", NotPermitted, "scope_not_authorized"),
        ("rate-limited", TryAgainLater, "rate_limit_exceeded"),
        ("invalid-params", UnexpectedReply, "not known"),
    ],
)
def test_errors_in_a_reply(name: str, problem: type[Exception], says: str) -> None:
    with pytest.raises(problem, match=says) as raised:
        fine(a_reply(recorded(f"tiktok/{name}.json")))
    assert "Invented" not in str(raised.value)


@pytest.fixture
def server(site: Site) -> TikTokServer:
    one = TikTokServer()
    one.author.write_many(4)
    site.otherwise = lambda asked: one.answer(site, asked)
    return one


def visited(server: TikTokServer, site: Site, http: Http, checkpoint: Checkpoint | None = None) -> list[Page]:
    return list(TikTok().pages(server.account(site), checkpoint, http))


def test_covers_that_are_signed_anew_are_no_edit(server: TikTokServer, site: Site, new_client: NewClient, tokens: Path, clock: Clock) -> None:
    first = visited(server, site, new_client(tokens=tokens))
    shown = [link.url.rpartition("/")[2] for page in first for post in page.posts for link in post.media]
    assert shown[:2] == ["1.jpeg?x-signature=1", "4.jpeg?x-signature=1"]  # the portrait, and the newest cover
    server.signature = 2
    assert [page.unchanged for page in visited(server, site, new_client(tokens=tokens), first[-1].checkpoint)] == [True]
    clock.pass_by(hours=25)
    assert all(page.unchanged for page in visited(server, site, new_client(tokens=tokens), first[-1].checkpoint))
    server.author.posts[0].text = "Corrected"
    again = visited(server, site, new_client(tokens=tokens), first[-1].checkpoint)
    assert [(post.text, post.media[0].url.rpartition("=")[2]) for page in again for post in page.posts] == [("Corrected", "2")]


def test_what_is_asked_for(server: TikTokServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    visited(server, site, new_client(tokens=tokens))
    assert [json.loads(asked.body) for asked in site.asked if asked.path == "/v2/video/list/"] == [{"max_count": 20}, {"max_count": 20, "cursor": 2}]
    assert all("cover_image_url" in asked.query["fields"] for asked in site.asked if asked.path == "/v2/video/list/")


def test_a_limit_is_obeyed(server: TikTokServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    site.otherwise = lambda _asked: Answer(429, recorded("tiktok/rate-limited.json"), {"Retry-After": "60"})
    with pytest.raises(TryAgainLater) as problem:
        visited(server, site, new_client(tokens=tokens, retries=0))
    assert problem.value.retry_after_s == 60
