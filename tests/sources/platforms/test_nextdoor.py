from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.account import Custody
from domain.identity import Json
from domain.post import MediaLink, Post, PostKind
from sources.client.http import Http
from sources.client.meter import Meter
from sources.client.recorder import Recorder
from sources.platforms.nextdoor import Nextdoor, parse_agency, parse_posts, parse_profile, without_others
from sources.reading.shape import At
from sources.reading.track import Read
from sources.source import AccountGone, NotPermitted, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.recorded import recorded, recorded_json
from tests.sources.serving import Answer, Site
from tests.sources.simulated.nextdoor import PAGE, NextdoorServer

ACCOUNT = an_account("nextdoor", "Example City Police Department", f"https://nextdoor.com{PAGE}")
NewClient = Callable[..., Http]


@pytest.fixture(scope="module")
def read() -> Read:
    return parse_posts(recorded_json("nextdoor/posts.json"), "account_1")


def test_a_whole_post(read: Read) -> None:
    assert read.items[0].post == Post(
        account_id="account_1",
        native_id="p30",
        kind=PostKind.POST,
        url="https://nextdoor.com/p/p30",
        text="Road closed on Main St & 2nd",
        posted_at=datetime(2026, 5, 30, 10, tzinfo=UTC),
        title="Road works",
        media=(MediaLink("https://us1-photo.nextdoor.example/barrier.jpg"), MediaLink("https://us1-video.nextdoor.example/film.mp4")),
    )


def test_the_other_names_of_fields(read: Read) -> None:
    post = read.items[1].post
    assert (post.native_id, post.text, post.posted_at.day, post.url) == ("p29", "In the words of the Publish API", 29, "https://nextdoor.com/p/p29")
    assert [link.url for link in post.media] == ["https://us1-photo.nextdoor.example/two.png"]


def test_what_is_refused_is_kept_with_its_place_and_reason(read: Read) -> None:
    assert [item.post.native_id for item in read.items] == ["p30", "p29", "p22"]
    assert [(one.native_id, one.path, one.reason) for one in read.rejected] == [
        (None, "reply.posts[2].visibility", "is not public"),
        (None, "reply.posts[3].visibility", "expected text, found a number"),
        ("p26", "reply.posts[4].creation_date", "expected a time (RFC 3339)"),
        (None, "reply.posts[5].id", "is not an id"),
        ("p24", "reply.posts[6].body", "expected text, found a number"),
        ("p23", "reply.posts[7].media_attachments[0]", "is not an http or https address"),
    ]


def test_an_edit_and_nothing(read: Read) -> None:
    edited = parse_posts(recorded_json("nextdoor/edited.json"), "account_1").items[0].post
    assert (edited.id, edited.text) == (read.items[0].post.id, "Road OPEN again on Main St & 2nd")
    assert parse_posts(recorded_json("nextdoor/nothing.json"), "account_1").items == ()


@pytest.mark.parametrize("reply", [None, 7, {}, {"posts": {}}, {"detail": "no"}, "text"])
def test_a_listing_of_another_shape(reply: Json) -> None:
    with pytest.raises(UnexpectedReply):
        parse_posts(At(reply, "reply"), "account_1")


def test_the_agency() -> None:
    me = recorded_json("nextdoor/me.json")
    assert parse_agency(me, ACCOUNT.url) == "agency-109"
    profile = parse_profile(me, ACCOUNT, NOON)
    assert (profile.title, profile.text) == ("Example City Police Department", "Example City\nEX\nhttps://police.example.gov")
    assert [link.url for link in profile.media] == ["https://us1-photo.nextdoor.example/badge.jpg"]
    assert "Somebody" not in repr(profile)


def test_a_token_that_is_not_an_agencys() -> None:
    with pytest.raises(NotPermitted, match="not that of an agency"):
        parse_agency(recorded_json("nextdoor/me-no-agency.json"), ACCOUNT.url)


@pytest.mark.parametrize("url", ["https://nextdoor.com/agency-detail/ex/elsewhere/police/", "https://nextdoor.com/", "http://["])
def test_a_token_of_another_agency(url: str) -> None:
    with pytest.raises(NotPermitted, match="another agency"):
        parse_agency(recorded_json("nextdoor/me.json"), url)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"7", b'"text"', b"null"])
def test_nobody_is_in_what_is_kept_of_broken_replies(body: bytes) -> None:
    assert without_others(body) in {b"", body}


@pytest.mark.parametrize("name", ["posts", "edited", "me"])
def test_nobody_is_in_what_is_kept(name: str) -> None:
    kept = without_others(recorded(f"nextdoor/{name}.json"))
    assert b"Somebody" not in kept
    assert b"neighbour" not in kept
    assert b"Example City" in kept or b"Main St" in kept


@pytest.fixture
def server(site: Site) -> NextdoorServer:
    one = NextdoorServer()
    one.author.write_many(4)
    site.otherwise = lambda asked: one.answer(site, asked)
    return one


def test_nobody_is_in_the_records_of_a_visit(server: NextdoorServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    recorder = Recorder("Plainview test")
    http = new_client(tokens=tokens).visit(recorder, Meter())
    pages = list(Nextdoor().pages(server.account(site), None, http))
    taken = recorder.take()
    assert taken is not None
    assert b"Somebody" not in gzip.decompress(taken.content)
    assert "Somebody" not in repr(pages)


def test_members_are_not_read(server: NextdoorServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    with pytest.raises(NotPermitted, match="neighbours"):
        list(Nextdoor().pages(replace(server.account(site), custody=Custody.OPTED_IN), None, new_client(tokens=tokens)))
    assert site.asked == []


def test_a_post_that_leaves_the_list_is_not_called_gone(server: NextdoorServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    checkpoint = list(Nextdoor().pages(server.account(site), None, new_client(tokens=tokens)))[-1].checkpoint
    server.author.delete(server.author.posts[1])
    pages = list(Nextdoor().pages(server.account(site), checkpoint, new_client(tokens=tokens)))
    assert [(page.posts, page.gone) for page in pages] == [((), ())]


@pytest.mark.parametrize(
    ("status", "reply", "problem"),
    [(401, "token-invalid", NotPermitted), (403, "token-invalid", NotPermitted), (429, "rate-limited", TryAgainLater), (404, "gone", AccountGone)],
)
def test_what_goes_wrong(server: NextdoorServer, site: Site, new_client: NewClient, tokens: Path, status: int, reply: str, problem: type[Exception]) -> None:
    site.otherwise = lambda _asked: Answer(status, recorded(f"nextdoor/{reply}.json"), {"Retry-After": "60"})
    with pytest.raises(problem) as raised:
        list(Nextdoor().pages(server.account(site), None, new_client(tokens=tokens, retries=0)))
    assert "Invented" not in str(raised.value)
