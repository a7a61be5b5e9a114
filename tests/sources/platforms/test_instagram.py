from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.post import Gone, Post, PostKind
from sources.client.http import Http
from sources.platforms.meta.graph import following, user_id
from sources.platforms.meta.instagram import MEDIA_FIELDS, USER_FIELDS, Instagram, parse_media, parse_profile
from sources.reading.shape import At
from sources.reading.track import Read
from sources.source import Checkpoint, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.recorded import recorded, recorded_json
from tests.sources.serving import Answer, Site

ACCOUNT = an_account("instagram", "@examplecitypd", "https://www.instagram.com/examplecitypd/")
ID = "17841400000000109"


def a_read(name: str = "media") -> Read:
    reply = recorded_json(f"instagram/{name}.json")
    return parse_media(reply, ACCOUNT, following(reply))


@pytest.fixture(scope="module")
def read() -> Read:
    return a_read()


def native(number: int) -> str:
    return f"17900000000000{number:03d}"


def post(read: Read, number: int) -> Post:
    return next(item.post for item in read.items if item.post.native_id == native(number))


def media(one: Post) -> list[tuple[str, str | None]]:
    return [(link.lasting.removeprefix("17900000000000"), link.mime) for link in one.media]


def changed(number: int, **members: Any) -> Read:
    whole = json.loads(recorded("instagram/media.json"))
    one = next(copy.deepcopy(one) for one in whole["data"] if one["id"] == native(number))
    return parse_media(At({"data": [one | members]}, "reply"), ACCOUNT, None)


def test_a_whole_post(read: Read) -> None:
    one = post(read, 30)
    assert (one.kind, one.text, one.url) == (PostKind.POST, "Open day at the station", "https://www.instagram.com/p/Cexample30/")
    assert one.posted_at == datetime(2026, 5, 30, 10, tzinfo=UTC)
    assert media(one) == [("030", None)]
    assert one.media[0].address.startswith("https://scontent-abc1-1.cdninstagram.example/v/t39.30808-6/30_n.jpg?")


def test_every_kind_of_media(read: Read) -> None:
    assert media(post(read, 29)) == [("029/film", "video/mp4"), ("029", None)]
    assert media(post(read, 28)) == [("281", None), ("282/film", "video/mp4"), ("282", None)]  # of one Meta shows nothing
    assert media(post(read, 26)) == [("026", None)]  # a film whose music belongs to somebody: its poster alone


def test_a_picture_without_words(read: Read) -> None:
    assert (post(read, 27).text, len(post(read, 27).media)) == ("", 1)


def test_comments_of_visitors(read: Read) -> None:
    assert [(item.post.native_id, item.post.text, item.post.url) for item in read.items if item.post.kind is PostKind.VISITOR_COMMENT] == [
        ("18000000000003001", "Will there be parking?", "https://www.instagram.com/p/Cexample30/")
    ]
    orders = {item.post.native_id: item.order for item in read.items}
    assert orders["18000000000003001"] == orders[native(30)]


def test_who_wrote_a_comment_is_not_asked() -> None:
    assert "username" not in MEDIA_FIELDS
    assert "from" not in MEDIA_FIELDS
    assert "username" in USER_FIELDS


def test_what_is_refused_is_kept_with_its_place_and_reason(read: Read) -> None:
    assert [(one.native_id, one.path, one.reason) for one in read.rejected] == [
        (None, "reply.data[0].comments.data[1].hidden", "is not public"),
        (None, "reply.data[0].comments.data[2].timestamp", "expected text, found a number"),
        (native(25), "reply.data[5].media_type", "is a kind of media that is not known"),
        (native(24), "reply.data[6].timestamp", "expected a time (RFC 3339)"),
        (native(23), "reply.data[7].media_url", "is not an http or https address"),
        (None, "reply.data[8].id", "is not an id of the Graph API"),
    ]
    assert post(read, 23).text == "Its picture has no address"


@pytest.mark.parametrize(
    "members",
    [
        {"media_type": None},
        {"media_type": "STORY"},
        {"timestamp": None},
        {"caption": 7},
        {"id": None},
        {"permalink": {}},
    ],
)
def test_a_post_of_another_shape_is_refused(members: dict[str, Any]) -> None:
    read = changed(29, **members)
    assert (read.items, len(read.rejected)) == ((), 1)


@pytest.mark.parametrize("members", [{"media_url": 7}, {"children": {"data": 7}}, {"thumbnail_url": "ftp://x/1"}, {"comments": {"data": None}}])
def test_a_post_with_an_odd_part_is_kept(members: dict[str, Any]) -> None:
    read = changed(29, **members)
    assert (len(read.items), len(read.rejected)) == (1, 1)


@pytest.mark.parametrize("members", [{"caption": None}, {"media_url": None}, {"thumbnail_url": None}, {"comments": {"data": []}}])
def test_what_may_be_missing(members: dict[str, Any]) -> None:
    read = changed(29, **members)
    assert (len(read.items), read.rejected) == (1, ())


def test_without_a_permalink_the_profile_is_where_it_is() -> None:
    assert changed(29, permalink=None).items[0].post.url == ACCOUNT.url


def test_the_next_page_and_the_last(read: Read) -> None:
    assert (read.next, a_read("media-last").next) == ("QVFIUafter", None)


def test_an_edited_caption_and_a_picture_signed_anew() -> None:
    before, after = a_read("media-last"), a_read("media-edited")
    assert [one.post.id for one in before.items] == [one.post.id for one in after.items]
    same = [old.post.content_sha256 == new.post.content_sha256 for old, new in zip(before.items, after.items, strict=True)]
    assert same == [False, True]


@pytest.mark.parametrize("name", ["me", "me-list"])
def test_whose_token_it_is(name: str) -> None:
    assert user_id(recorded_json(f"instagram/{name}.json"), "user_id", ACCOUNT, None) == ID


@pytest.mark.parametrize("reply", [{}, {"data": []}, {"data": 7}, {"data": [{}]}, {"user_id": 109, "username": "examplecitypd"}, {"user_id": "109"}, [], 7])
def test_an_account_of_another_shape(reply: Any) -> None:
    with pytest.raises(UnexpectedReply, match="reply"):
        user_id(At(reply, "reply"), "user_id", ACCOUNT, None)


def test_its_profile() -> None:
    profile = parse_profile(recorded_json("instagram/me.json"), ACCOUNT, NOON)
    assert (profile.title, profile.text) == ("Example City Police Department", "Not monitored around the clock.\nEmergency: 911")
    assert [link.lasting for link in profile.media] == ["900_n.jpg"]
    assert parse_profile(recorded_json("instagram/me-list.json"), ACCOUNT, NOON).title == "examplecitypd"


@pytest.fixture
def visit(site: Site, new_client: Callable[..., Http], tokens: Path) -> Callable[..., list[Page]]:
    site.pages |= {
        "/v26.0/me": Answer(200, recorded("instagram/me.json")),
        f"/v26.0/{ID}/media": Answer(200, recorded("instagram/media-last.json")),
    }

    def pages(checkpoint: Checkpoint | None = None, handle: str = "@examplecitypd") -> list[Page]:
        account = an_account("instagram", handle, f"{site.origin}/examplecitypd/")
        return list(Instagram().pages(account, checkpoint, new_client(retries=0, tokens=tokens)))

    return pages


def test_addresses_that_are_signed_anew_are_no_edit(site: Site, visit: Callable[..., list[Page]]) -> None:
    checkpoint = visit()[-1].checkpoint
    site.pages[f"/v26.0/{ID}/media"] = Answer(200, recorded("instagram/media-last.json").replace(b"oh=00_AYA1", b"oh=00_AYB2"))
    assert [page.unchanged for page in visit(checkpoint)] == [True]


def test_a_token_of_another_account(site: Site, visit: Callable[..., list[Page]]) -> None:
    with pytest.raises(NotPermitted, match="another account"):
        visit(handle="@examplecityfire")
    assert site.paths == ["/v26.0/me"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(400, recorded("instagram/error-gone.json")), "400 (code 100, subcode 33)"),
        (Answer(404), "404"),
        (Answer(200, b'{"id": "17900000000000002"}'), None),
        (Answer(400, recorded("instagram/error-busy.json")), None),
    ],
)
def test_what_is_no_longer_listed(site: Site, visit: Callable[..., list[Page]], answer: Answer, told: str | None) -> None:
    checkpoint = visit()[-1].checkpoint
    last = json.loads(recorded("instagram/media-last.json"))
    site.pages[f"/v26.0/{ID}/media"] = Answer(200, json.dumps(last | {"data": last["data"][1:]}).encode())
    site.pages[f"/v26.0/{native(2)}"] = answer
    assert [page.gone for page in visit(checkpoint)] == [(Gone(native(2), told),) if told else ()]


@pytest.mark.parametrize(("name", "raised"), [("token", NotPermitted), ("busy", TryAgainLater)])
def test_what_graph_refuses(site: Site, visit: Callable[..., list[Page]], name: str, raised: type[Exception]) -> None:
    checkpoint = visit()[-1].checkpoint
    site.pages[f"/v26.0/{ID}/media"] = Answer(403, recorded(f"instagram/error-{name}.json"))
    with pytest.raises(raised):
        visit(checkpoint)
