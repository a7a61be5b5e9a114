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
from sources.platforms.meta.threads import THREAD_FIELDS, Threads, parse_profile, parse_threads
from sources.reading.shape import At
from sources.reading.track import Read
from sources.source import Checkpoint, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.recorded import recorded, recorded_json
from tests.sources.serving import Answer, Site

ACCOUNT = an_account("threads", "@examplecitypd", "https://www.threads.com/@examplecitypd")
ID = "24000000000000109"


def a_read(name: str = "threads") -> Read:
    reply = recorded_json(f"threads/{name}.json")
    return parse_threads(reply, ACCOUNT, following(reply))


@pytest.fixture(scope="module")
def read() -> Read:
    return a_read()


def native(number: int) -> str:
    return f"18000000000000{number:03d}"


def post(read: Read, number: int) -> Post:
    return next(item.post for item in read.items if item.post.native_id == native(number))


def media(one: Post) -> list[tuple[str, str, str | None]]:
    return [(link.lasting.removeprefix("18000000000000"), link.alt, link.mime) for link in one.media]


def changed(number: int, **members: Any) -> Read:
    whole = json.loads(recorded("threads/threads.json"))
    one = next(copy.deepcopy(one) for one in whole["data"] if one.get("id") == native(number))
    return parse_threads(At({"data": [one | members]}, "reply"), ACCOUNT, None)


def test_a_whole_post(read: Read) -> None:
    assert post(read, 30) == Post(
        account_id=ACCOUNT.id,
        native_id=native(30),
        kind=PostKind.POST,
        url="https://www.threads.com/@examplecitypd/post/Dexample30",
        text="Road closed on Main St\nhttps://city.example.gov/roads",
        posted_at=datetime(2026, 5, 30, 10, tzinfo=UTC),
    )


def test_every_kind_of_media(read: Read) -> None:
    assert media(post(read, 29)) == [("029", "A blue bicycle", None)]
    assert media(post(read, 28)) == [("028/film", "A bridge", "video/mp4"), ("028", "A bridge", None)]
    assert media(post(read, 27)) == [("271", "The station", None), ("272/film", "", "video/mp4"), ("272", "", None)]
    assert media(post(read, 22)) == [("thanks.gif", "", None)]
    assert media(post(read, 21)) == [("021", "", None)]


def test_polls_and_long_texts_are_text(read: Read) -> None:
    assert post(read, 24).text == "Which day suits you?\nMonday\nFriday"
    assert post(read, 23).text == "The whole report:\nChapter one.\nChapter two.\nhttps://city.example.gov/report"


def test_reposts_are_left_out_and_of_what_is_quoted_only_the_own_words_are_kept(read: Read) -> None:
    assert native(26) not in [item.post.native_id for item in read.items]
    assert native(26) not in [one.native_id for one in read.rejected]
    assert (post(read, 25).text, post(read, 25).media) == ("Our neighbours are right.", ())
    assert not {"quoted_post", "reposted_post", "replies"} & set(THREAD_FIELDS.split(","))


def test_what_is_refused_is_kept_with_its_place_and_reason(read: Read) -> None:
    assert [(one.native_id, one.path, one.reason) for one in read.rejected] == [
        (native(20), "reply.data[10].media_type", "is a kind of post that is not known"),
        (native(19), "reply.data[11].timestamp", "expected text, found null"),
        (native(18), "reply.data[12].media_url", "is not an http or https address"),
        (None, "reply.data[13].id", "expected text, found null"),
    ]
    assert post(read, 18).text == "Its picture has no address"


@pytest.mark.parametrize(
    "members", [{"media_type": None}, {"media_type": ""}, {"timestamp": "soon"}, {"text": 7}, {"id": "x"}, {"poll_attachment": 7}, {"text_attachment": []}]
)
def test_a_post_of_another_shape_is_refused(members: dict[str, Any]) -> None:
    read = changed(29, **members)
    assert (read.items, len(read.rejected)) == ((), 1)


@pytest.mark.parametrize("members", [{"media_url": 7}, {"children": {"data": 7}}, {"gif_url": "ftp://x/1"}, {"alt_text": []}])
def test_a_post_with_an_odd_part_is_kept(members: dict[str, Any]) -> None:
    read = changed(29, **members)
    assert (len(read.items), len(read.rejected)) == (1, 1)


@pytest.mark.parametrize("members", [{"text": None}, {"media_url": None}, {"alt_text": None}, {"permalink": None}])
def test_what_may_be_missing(members: dict[str, Any]) -> None:
    read = changed(29, **members)
    assert (len(read.items), read.rejected) == (1, ())
    assert read.items[0].post.url == (ACCOUNT.url if "permalink" in members else "https://www.threads.com/@examplecitypd/post/Dexample29")


def test_the_next_page_and_the_last(read: Read) -> None:
    assert (read.next, a_read("threads-last").next) == ("QVFIUafter", None)


def test_an_edit_and_a_picture_signed_anew() -> None:
    before, after = a_read("threads-last"), a_read("threads-edited")
    assert [one.post.id for one in before.items] == [one.post.id for one in after.items]
    same = [old.post.content_sha256 == new.post.content_sha256 for old, new in zip(before.items, after.items, strict=True)]
    assert same == [False, True]


def test_its_profile() -> None:
    profile = parse_profile(recorded_json("threads/me.json"), ACCOUNT, NOON)
    assert (profile.title, profile.text) == ("Example City Police Department", "Not monitored around the clock.")
    assert [link.lasting for link in profile.media] == ["900_n.jpg"]
    assert user_id(recorded_json("threads/me.json"), "id", ACCOUNT, None) == ID


@pytest.mark.parametrize("reply", [{}, {"username": 7}, {"username": "x", "name": 7}, []])
def test_a_profile_of_another_shape(reply: Any) -> None:
    with pytest.raises(UnexpectedReply, match="reply"):
        parse_profile(At(reply, "reply"), ACCOUNT, NOON)


@pytest.fixture
def visit(site: Site, new_client: Callable[..., Http], tokens: Path) -> Callable[..., list[Page]]:
    site.pages |= {
        "/v1.0/me": Answer(200, recorded("threads/me.json")),
        f"/v1.0/{ID}/threads": Answer(200, recorded("threads/threads-last.json")),
    }

    def pages(checkpoint: Checkpoint | None = None, handle: str = "@examplecitypd") -> list[Page]:
        account = an_account("threads", handle, f"{site.origin}/@examplecitypd")
        return list(Threads().pages(account, checkpoint, new_client(retries=0, tokens=tokens)))

    return pages


def test_addresses_that_are_signed_anew_are_no_edit(site: Site, visit: Callable[..., list[Page]]) -> None:
    checkpoint = visit()[-1].checkpoint
    site.pages[f"/v1.0/{ID}/threads"] = Answer(200, recorded("threads/threads-last.json").replace(b"oh=00_AYA1", b"oh=00_AYB2"))
    assert [page.unchanged for page in visit(checkpoint)] == [True]


def test_a_token_of_another_account(site: Site, visit: Callable[..., list[Page]]) -> None:
    with pytest.raises(NotPermitted, match="another account"):
        visit(handle="@examplecityfire")
    assert site.paths == ["/v1.0/me"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(400, recorded("threads/error-gone.json")), "400 (code 100, subcode 33)"),
        (Answer(410), "410"),
        (Answer(200, b'{"id": "18000000000000002"}'), None),
        (Answer(400, recorded("threads/error-busy.json")), None),
    ],
)
def test_what_is_no_longer_listed(site: Site, visit: Callable[..., list[Page]], answer: Answer, told: str | None) -> None:
    checkpoint = visit()[-1].checkpoint
    last = json.loads(recorded("threads/threads-last.json"))
    site.pages[f"/v1.0/{ID}/threads"] = Answer(200, json.dumps(last | {"data": last["data"][1:]}).encode())
    site.pages[f"/v1.0/{native(2)}"] = answer
    assert [page.gone for page in visit(checkpoint)] == [(Gone(native(2), told),) if told else ()]


@pytest.mark.parametrize(("name", "raised"), [("token", NotPermitted), ("busy", TryAgainLater)])
def test_what_graph_refuses(site: Site, visit: Callable[..., list[Page]], name: str, raised: type[Exception]) -> None:
    checkpoint = visit()[-1].checkpoint
    site.pages[f"/v1.0/{ID}/threads"] = Answer(400, recorded(f"threads/error-{name}.json"))
    with pytest.raises(raised):
        visit(checkpoint)
