from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.post import Gone, Post, PostKind
from sources.client.http import Http
from sources.client.meter import Meter
from sources.client.recorder import Recorder
from sources.platforms.meta.facebook import POST_FIELDS, Facebook, parse_page_id, parse_posts, parse_profile
from sources.platforms.meta.graph import following
from sources.reading.shape import At
from sources.reading.track import Read
from sources.source import AccountGone, Checkpoint, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.conftest import TOKEN, Clock
from tests.sources.recorded import recorded, recorded_json
from tests.sources.serving import Answer, Asked, Site

PAGE = "100000000000109"
PUBLIC = [30, 29, 28, 27, 22, 21, 19, 18]


def a_read(name: str = "posts") -> Read:
    reply = recorded_json(f"facebook/{name}.json")
    return parse_posts(reply, "account_1", following(reply))


@pytest.fixture(scope="module")
def read() -> Read:
    return a_read()


def post(read: Read, number: int) -> Post:
    return next(item.post for item in read.items if item.post.native_id == f"{PAGE}_{number}")


def comments(read: Read) -> list[Post]:
    return [item.post for item in read.items if item.post.kind is PostKind.VISITOR_COMMENT]


def media(one: Post) -> list[tuple[str, str, str | None]]:
    return [(link.lasting, link.alt, link.mime) for link in one.media]


def changed(number: int, **members: Any) -> At:
    """The recorded page with one post of it, changed."""
    whole = json.loads(recorded("facebook/posts.json"))
    one = next(copy.deepcopy(one) for one in whole["data"] if one["id"] == f"{PAGE}_{number}")
    return At({"data": [one | members]}, "reply")


def test_a_whole_post(read: Read) -> None:
    one = post(read, 30)
    assert (one.kind, one.text) == (PostKind.POST, "Open day at the station\nEverybody is welcome.")
    assert one.url == f"https://www.facebook.com/{PAGE}/posts/30"
    assert (one.posted_at, one.edited_at) == (datetime(2026, 5, 30, 10, tzinfo=UTC), None)  # updated_time moves with comments too
    assert media(one) == [("301", "Our new patrol car", None), ("302", "", None), ("303/film", "", "video/mp4"), ("303", "", None)]
    assert one.media[0].address.startswith("https://scontent-abc1-1.xx.fbcdn.example/v/t39.30808-6/301_n.jpg?")


def test_a_film_and_its_poster(read: Read) -> None:
    assert media(post(read, 29)) == [("290/film", "", "video/mp4"), ("290", "", None)]


def test_a_link_says_what_its_card_says_and_where_it_leads(read: Read) -> None:
    assert post(read, 28).text == "Read what the council decided\nCouncil\nThe council met on Tuesday.\nhttps://city.example.gov/council"
    assert [link.lasting for link in post(read, 28).media] == ["280"]
    assert post(read, 18).text == "Come and meet us\nCoffee with an officer\nSaturday at ten\nhttps://www.facebook.com/events/1800/"


def test_a_picture_without_words(read: Read) -> None:
    assert (post(read, 27).text, media(post(read, 27))) == ("", [("270", "A found bicycle, blue", None)])


def test_only_what_is_public_is_a_post(read: Read) -> None:
    assert [int(item.post.native_id.partition("_")[2]) for item in read.items if item.post.kind is PostKind.POST] == PUBLIC


def test_what_somebody_else_said_is_left_out(read: Read) -> None:
    assert "Somebody else" not in repr(read)
    assert "777_n" not in repr(read)
    assert (post(read, 22).text, post(read, 22).media) == ("Please read what our neighbours wrote.", ())
    assert media(post(read, 21)) == [("30", "", None)]  # the Page's own, shared again


def test_what_is_refused_is_kept_with_its_place_and_reason(read: Read) -> None:
    assert [(one.native_id, one.path, one.reason) for one in read.rejected] == [
        (None, "reply.data[0].comments.data[2].is_hidden", "is not public"),
        (None, "reply.data[0].comments.data[3].is_private", "is not public"),
        (None, "reply.data[0].comments.data[4].created_time", "expected a time (RFC 3339)"),
        (None, "reply.data[4].is_published", "is not public"),
        (None, "reply.data[5].is_hidden", "is not public"),
        (None, "reply.data[6].privacy.value", "is not public"),
        (f"{PAGE}_23", "reply.data[7].parent_id", "is somebody else's post, passed on without a word"),
        (f"{PAGE}_20", "reply.data[10].created_time", "expected a time (RFC 3339)"),
        (f"{PAGE}_19", "reply.data[11].attachments.data[0].media.image.src", "is not an http or https address"),
        (None, "reply.data[13].id", "is not an id of the Graph API"),
    ]


def test_a_post_is_kept_although_its_picture_is_odd(read: Read) -> None:
    assert (post(read, 19).text, post(read, 19).media) == ("Its picture has no address", ())


def test_what_came_before_an_odd_picture_is_kept() -> None:
    pictures = [{"media": {"image": {"src": src}}, "target": {"id": "9"}} for src in ("https://pictures.example/9.jpg", 7, "https://pictures.example/10.jpg")]
    read = parse_posts(changed(30, comments=None, attachments={"data": [{"media_type": "album", "subattachments": {"data": pictures}}]}), "account_1", None)
    assert [link.address for link in read.items[0].post.media] == ["https://pictures.example/9.jpg"]
    assert len(read.rejected) == 1


def test_comments_of_visitors(read: Read) -> None:
    assert [(one.native_id, one.text, media(one)) for one in comments(read)] == [
        ("30_3001", "Will there be parking?", []),
        ("30_3002", "", [("30020", "", None)]),
    ]
    assert comments(read)[0].url == f"https://www.facebook.com/{PAGE}/posts/30?comment_id=3001"
    orders = {item.post.native_id: item.order for item in read.items}
    assert orders["30_3001"] == orders[f"{PAGE}_30"]
    assert "from" not in POST_FIELDS


@pytest.mark.parametrize(
    "members",
    [
        {"is_published": None},
        {"is_published": "true"},
        {"is_hidden": "no"},
        {"privacy": {"value": "SELF"}},
        {"privacy": "EVERYONE"},
        {"message": 7},
        {"created_time": None},
        {"id": 7},
        {"permalink_url": []},
        {"comments": []},
        {"parent_id": 7},
        {"attachments": {"data": [{"title": 7}]}},
        {"attachments": {"data": [{"url": "http://["}]}},
    ],
)
def test_a_post_of_another_shape_is_refused(members: dict[str, Any]) -> None:
    read = parse_posts(changed(29, **members), "account_1", None)
    assert [item for item in read.items if item.post.kind is PostKind.POST] == [] or "comments" in members
    assert read.rejected


@pytest.mark.parametrize(
    "members", [{"privacy": None}, {"is_hidden": None}, {"attachments": None}, {"comments": None}, {"updated_time": 7}, {"from": {"name": "x"}}]
)
def test_what_may_be_missing(members: dict[str, Any]) -> None:
    read = parse_posts(changed(29, **members), "account_1", None)
    assert (len(read.items), read.rejected) == (1, ())


def test_the_next_page_and_the_last(read: Read) -> None:
    assert read.next == "QVFIUafter"
    assert a_read("posts-last").next is None


def test_an_edit_and_a_comment_elsewhere() -> None:
    before, after = a_read("posts-last"), a_read("posts-edited")
    assert [one.post.id for one in before.items] == [one.post.id for one in after.items]
    same = [old.post.content_sha256 == new.post.content_sha256 for old, new in zip(before.items, after.items, strict=True)]
    assert same == [False, True]


@pytest.mark.parametrize("handle", ["ExampleCityPD", PAGE])
def test_a_page(handle: str) -> None:
    assert parse_page_id(recorded_json("facebook/page.json"), handle) == PAGE


@pytest.mark.parametrize("reply", [{}, {"id": 109}, {"id": "me"}, {"id": "110"}])
def test_a_page_that_is_another(reply: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedReply, match=r"reply\.id"):
        parse_page_id(At(reply, "reply"), "109")


def test_a_page_that_is_not_published() -> None:
    with pytest.raises(AccountGone, match="not published"):
        parse_page_id(At({"id": "109", "is_published": False}, "reply"), "109")


def test_its_profile() -> None:
    profile = parse_profile(recorded_json("facebook/page.json"), an_account("facebook", "ExampleCityPD"), NOON)
    assert profile.title == "Example City Police Department"
    assert profile.text == "Not monitored around the clock. In an emergency call 911.\nThe official Page of the Example City Police Department."
    assert [link.lasting for link in profile.media] == ["900_n.jpg", "901_n.jpg"]


def test_a_profile_with_nothing_in_it() -> None:
    profile = parse_profile(At({"id": "109"}, "reply"), an_account("facebook"), NOON)
    assert (profile.title, profile.text, profile.media) == ("", "", ())


# A whole visit


@pytest.fixture
def visit(site: Site, new_client: Callable[..., Http], tokens: Path) -> Callable[..., list[Page]]:
    site.pages["/v26.0/ExampleCityPD"] = Answer(200, recorded("facebook/page.json"))
    serve(site, "posts-last")

    def pages(checkpoint: Checkpoint | None = None, http: Http | None = None) -> list[Page]:
        account = an_account("facebook", "ExampleCityPD", f"{site.origin}/ExampleCityPD")
        return list(Facebook().pages(account, checkpoint, http or new_client(retries=0, tokens=tokens)))

    return pages


def serve(site: Site, name: str, change: Callable[[Any], Any] = lambda page: page) -> None:
    body = json.dumps(change(json.loads(recorded(f"facebook/{name}.json")))).encode()
    site.pages[f"/v26.0/{PAGE}/published_posts"] = Answer(200, body)


def test_addresses_that_are_signed_anew_are_no_edit(site: Site, visit: Callable[..., list[Page]], clock: Clock) -> None:
    serve(site, "posts", lambda page: {"data": page["data"]})
    checkpoint = visit()[-1].checkpoint
    anew = recorded("facebook/posts.json").replace(b"oh=00_AYA1", b"oh=00_AYB2").replace(b"scontent-abc1-1", b"scontent-xyz2-1").replace(b"h=AT1", b"h=AT2")
    site.pages[f"/v26.0/{PAGE}/published_posts"] = Answer(200, json.dumps({"data": json.loads(anew)["data"]}).encode())
    profile = site.pages["/v26.0/ExampleCityPD"]
    assert isinstance(profile, Answer)
    site.pages["/v26.0/ExampleCityPD"] = Answer(200, profile.body.replace(b"oh=00_AYA1", b"oh=00_AYB2"))
    assert [page.unchanged for page in visit(checkpoint)] == [True]
    clock.pass_by(hours=25)
    assert [page.posts for page in visit(checkpoint)] == [()]


def test_the_profile_comes_first_and_once(visit: Callable[..., list[Page]], clock: Clock) -> None:
    first = visit()
    assert [post.kind for page in first for post in page.posts] == [PostKind.PROFILE, PostKind.POST, PostKind.POST]
    clock.pass_by(hours=25)
    assert [page.unchanged for page in visit(first[-1].checkpoint)] == [True]


def a_comment(message: str) -> dict[str, Any]:
    return {"id": "2_77", "message": message, "created_time": "2026-05-03T09:00:00+0000", "is_hidden": False}


def test_a_comment_that_is_new_edited_and_deleted(site: Site, visit: Callable[..., list[Page]]) -> None:
    def under(message: str) -> Callable[[Any], Any]:
        return lambda page: page | {"data": [page["data"][0] | {"comments": {"data": [a_comment(message)]}}, page["data"][1]]}

    checkpoint = visit()[-1].checkpoint
    for message in ("Which bridge?", "Which road?"):
        serve(site, "posts-last", under(message))
        pages = visit(checkpoint)
        assert [(one.text, one.kind) for page in pages for one in page.posts] == [(message, PostKind.VISITOR_COMMENT)]
        checkpoint = pages[-1].checkpoint
    serve(site, "posts-last")
    site.pages["/v26.0/2_77"] = Answer(400, recorded("facebook/error-gone.json"))
    assert [page.gone for page in visit(checkpoint)] == [(Gone("2_77", "400 (code 100, subcode 33)"),)]


def test_comments_that_newer_ones_took_the_place_of_are_not_asked_for(site: Site, visit: Callable[..., list[Page]]) -> None:
    def newest(numbers: range) -> Callable[[Any], Any]:
        listed = [a_comment("More") | {"id": f"2_{number}", "created_time": f"2026-05-03T09:{number:02d}:00+0000"} for number in numbers]
        return lambda page: page | {"data": [page["data"][0] | {"comments": {"data": listed}}, page["data"][1]]}

    serve(site, "posts-last", newest(range(25)))
    checkpoint = visit()[-1].checkpoint
    serve(site, "posts-last", newest(range(3, 28)))
    asked = len(site.asked)
    pages = visit(checkpoint)
    assert [one.native_id for page in pages for one in page.posts] == ["2_25", "2_26", "2_27"]
    assert [page.gone for page in pages] == [()]
    assert len(site.asked) == asked + 1
    serve(site, "posts-last", newest(range(4, 28)))  # 24 are not as many as are asked for: none lies beyond them
    site.pages["/v26.0/2_3"] = Answer(400, recorded("facebook/error-gone.json"))
    assert [one.native_id for page in visit(pages[-1].checkpoint) for one in page.gone] == ["2_3"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(400, recorded("facebook/error-gone.json")), "400 (code 100, subcode 33)"),
        (Answer(200, recorded("facebook/post-alone-hidden.json")), "200 (is_hidden)"),
        (Answer(200, b'{"id": "1_2", "is_published": false, "is_hidden": false}'), "200 (not is_published)"),
        (Answer(200, b'{"id": "1_2", "is_published": true, "is_hidden": false}'), None),
        (Answer(400, recorded("facebook/error-permission.json")), None),
        (Answer(400, b"{}"), None),
        (Answer(200, b"<html>"), None),
    ],
)
def test_what_is_no_longer_listed(site: Site, visit: Callable[..., list[Page]], answer: Answer, told: str | None) -> None:
    checkpoint = visit()[-1].checkpoint
    serve(site, "posts-last", lambda page: page | {"data": page["data"][1:]})
    site.pages[f"/v26.0/{PAGE}_2"] = answer
    assert [one.answer for page in visit(checkpoint) for one in page.gone] == ([told] if told else [])


@pytest.mark.parametrize(
    ("name", "raised"),
    [("no-such-page", AccountGone), ("gone", AccountGone), ("token", NotPermitted), ("permission", NotPermitted), ("busy", TryAgainLater)],
)
def test_what_graph_refuses(site: Site, visit: Callable[..., list[Page]], name: str, raised: type[Exception]) -> None:
    site.pages["/v26.0/ExampleCityPD"] = Answer(400, recorded(f"facebook/error-{name}.json"))
    with pytest.raises(raised) as problem:
        visit()
    assert TOKEN not in str(problem.value)


def test_the_token_is_in_no_record_and_no_address(site: Site, visit: Callable[..., list[Page]], new_client: Callable[..., Http], tokens: Path) -> None:
    def answer(asked: Asked) -> Answer:
        if "after" in asked.query:
            return Answer(200, recorded("facebook/posts-last.json"))
        return Answer(200, recorded("facebook/posts.json").replace(b"graph.facebook.com", site.host.encode()))

    site.pages[f"/v26.0/{PAGE}/published_posts"] = answer
    recorder = Recorder("Plainview test")
    pages = visit(http=new_client(retries=0, tokens=tokens).visit(recorder, Meter()))
    taken = recorder.take()
    assert taken
    assert pages[-1].posts
    kept = gzip.decompress(taken.content)
    assert TOKEN.encode() not in kept
    assert b"access_token=REDACTED" in kept
    assert TOKEN not in repr(pages)
    assert all(TOKEN not in repr(asked.query) and asked.headers["Authorization"] == f"Bearer {TOKEN}" for asked in site.asked)


def test_the_host_asks_for_time_when_the_share_of_an_hour_is_spent(site: Site, visit: Callable[..., list[Page]]) -> None:
    body = recorded("facebook/page.json")
    site.pages["/v26.0/ExampleCityPD"] = Answer(200, body, {"X-App-Usage": '{"call_count":97,"total_time":5,"total_cputime":3}'})
    with pytest.raises(TryAgainLater, match="asked for time"):
        visit()
    assert site.paths == ["/v26.0/ExampleCityPD"]
