from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.identity import Json
from domain.post import MediaLink, Post, PostKind
from sources.client.http import Http
from sources.client.meter import Meter
from sources.client.recorder import Recorder
from sources.platforms.flickr.feed import parse_feed
from sources.platforms.flickr.photo import number, parse_photos
from sources.platforms.flickr.source import Flickr, parse_failure, parse_person, parse_profile
from sources.reading.shape import At
from sources.reading.track import Read
from sources.source import AccountGone, Checkpoint, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.conftest import Clock
from tests.sources.recorded import a_reply, recorded, recorded_json
from tests.sources.serving import Answer, Site, json_answer
from tests.sources.simulated.flickr import FlickrServer

NSID = "10900000@N00"
ACCOUNT = an_account("flickr", "examplecitypd", "https://www.flickr.com/photos/examplecitypd/")
FILES = "https://live.staticflickr.com/65535"
FEED = "/services/feeds/photos_public.gne"
REST = "/services/rest/"
NewClient = Callable[..., Http]


@pytest.fixture(scope="module")
def read() -> Read:
    return parse_photos(recorded_json("flickr/photos.json"), ACCOUNT.id, NSID)


def changed(key: str, value: Json) -> Read:
    whole = recorded_json("flickr/photos.json")
    whole.value["photos"]["photo"][0][key] = value  # type: ignore[index,call-overload]
    return parse_photos(whole, ACCOUNT.id, NSID)


def test_a_whole_photo(read: Read) -> None:
    assert read.items[0].post == Post(
        account_id=ACCOUNT.id,
        native_id="53000000009",
        kind=PostKind.POST,
        url=f"https://www.flickr.com/photos/{NSID}/53000000009",
        text="Dogs & horses at the station\ntags: openday horses\nlicence: CC BY 2.0",
        posted_at=datetime(2026, 5, 30, 10, tzinfo=UTC),
        title="Open day",
        media=(MediaLink(f"{FILES}/53000000009_5e4d3c2b1a_o.jpg"),),
    )


def test_only_the_members_own_public_photos_are_posts(read: Read) -> None:
    assert [item.post.native_id[-1] for item in read.items] == ["9", "8", "7", "1"]
    assert "Not for all" not in repr(read)


def test_what_is_refused_is_kept_with_its_place_and_reason(read: Read) -> None:
    assert [(one.native_id, one.path, one.reason) for one in read.rejected] == [
        ("53000000005", "reply.photos.photo[4].owner", "is another member's"),
        ("53000000004", "reply.photos.photo[5].dateupload", "expected a number"),
        ("53000000003", "reply.photos.photo[6]", "its picture is not an http or https address"),
        (None, "reply.photos.photo[7].id", "is not a photo's id"),
    ]


def test_the_largest_picture_that_is_offered(read: Read) -> None:
    assert [item.post.media[0].url.rpartition("_")[2] for item in read.items] == ["o.jpg", "h.jpg", "o.jpg", "m.jpg"]


@pytest.mark.parametrize(
    ("licence", "line"), [("0", None), (None, None), (7, "No known copyright restrictions"), ("10", "Public Domain Mark 1.0"), ("99", "99")]
)
def test_the_licence_is_a_line_of_the_text(licence: Json, line: str | None) -> None:
    assert [text.removeprefix("licence: ") for text in changed("license", licence).items[0].post.text.split("\n") if text.startswith("licence")] == (
        [line] if line else []
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ispublic", None),
        ("ispublic", "yes"),
        ("ispublic", -1),
        ("owner", None),
        ("id", 7),
        ("title", 7),
        ("description", "text"),
        ("description", {"_content": 7}),
        ("tags", ["a"]),
        ("license", "four"),
        ("url_o", 7),
        ("dateupload", 1.5),
        ("dateupload", "9" * 17),
        ("dateupload", 10**30),
    ],
)
def test_a_photo_of_another_shape_is_refused_alone(key: str, value: Json) -> None:
    odd = changed(key, value)
    assert len(odd.items) == 3
    assert odd.rejected[0].path.startswith("reply.photos.photo[0]")


@pytest.mark.parametrize("value", [0, "0"])
def test_a_photo_that_is_not_public_is_no_post(value: Json) -> None:
    odd = changed("ispublic", value)
    assert "Open day" not in repr(odd)
    assert len(odd.rejected) == 4


def test_further_and_last_page(read: Read) -> None:
    assert read.next == "2"
    assert parse_photos(recorded_json("flickr/photos-last.json"), ACCOUNT.id, NSID).next is None


def test_an_edit_keeps_the_id_and_changes_the_content(read: Read) -> None:
    edited = parse_photos(recorded_json("flickr/photos-edited.json"), ACCOUNT.id, NSID).items[0].post
    assert edited.id == read.items[0].post.id
    assert edited.content_sha256 != read.items[0].post.content_sha256


@pytest.mark.parametrize("value", [{}, {"photos": {}}, {"photos": {"page": 1, "pages": 1}}, {"photos": {"page": "x", "pages": 1, "photo": []}}])
def test_a_page_of_another_shape(value: Json) -> None:
    with pytest.raises(UnexpectedReply):
        parse_photos(At(value, "reply"), ACCOUNT.id, NSID)


def test_the_person() -> None:
    assert parse_person(recorded_json("flickr/person.json")) == NSID
    profile = parse_profile(recorded_json("flickr/person.json"), ACCOUNT, NOON)
    assert profile.title == "Example City Police Department"
    assert profile.text == "examplecitypd\nOfficial photos. police.example.gov\nExample City"
    assert [link.url for link in profile.media] == [f"https://farm8.staticflickr.com/7292/buddyicons/{NSID}.jpg"]


@pytest.mark.parametrize("nsid", ["", "press", "1@N0", "../@N00", None, 7])
def test_a_person_without_a_usable_id(nsid: Json) -> None:
    with pytest.raises(UnexpectedReply):
        parse_person(At({"person": {"nsid": nsid}}, "reply"))


@pytest.mark.parametrize(("name", "code"), [("person", ""), ("user-not-found", "1"), ("user-deleted", "5"), ("key-invalid", "100"), ("unavailable", "105")])
def test_failures_inside_a_200(name: str, code: str) -> None:
    assert parse_failure(recorded_json(f"flickr/{name}.json")) == code


@pytest.mark.parametrize("value", [{}, {"stat": 7}, {"stat": "maybe"}, {"stat": "fail"}, {"stat": "fail", "code": "x"}, [], None])
def test_a_reply_that_is_neither_ok_nor_a_failure(value: Json) -> None:
    with pytest.raises(UnexpectedReply):
        parse_failure(At(value, "reply"))


@pytest.mark.parametrize("value", ["", "٣", "1e3", "-1", " 1", None, 1.0, [], "1" * 19])
def test_what_is_no_number(value: Json) -> None:
    with pytest.raises(UnexpectedReply):
        number(At(value, "reply"))


def test_the_feed_without_a_key() -> None:
    feed = parse_feed(a_reply(recorded("flickr/photos_public.atom")), ACCOUNT.id)
    assert [(item.post.native_id, item.post.title, item.post.text) for item in feed.items] == [
        ("53000000009", "Open day", "Dogs & horses"),
        ("53000000008", "Without words", ""),
        ("53000000007", "A film", "Drill"),
    ]
    assert [[link.url.rpartition("_")[2] for link in item.post.media] for item in feed.items] == [["b.jpg"], ["m.jpg"], ["b.jpg"]]
    assert feed.items[0].post.posted_at == datetime(2026, 5, 30, 10, tzinfo=UTC)
    assert [one.reason for one in feed.rejected] == ["has no photo's address or no date"]
    assert (feed.next, feed.to_the_end) == (None, False)


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"{}", b"<!DOCTYPE feed [<!ENTITY a 'b'>]><feed/>"])
def test_what_is_no_feed(body: bytes) -> None:
    with pytest.raises(UnexpectedReply):
        parse_feed(a_reply(body), ACCOUNT.id)


# Visits, at a loopback site.


def visited(http: Http, site: Site, checkpoint: Checkpoint | None = None, handle: str = NSID) -> list[Page]:
    return list(Flickr().pages(an_account("flickr", handle, f"{site.origin}/photos/examplecitypd"), checkpoint, http))


def test_without_a_key_the_feed_is_read(site: Site, http: Http) -> None:
    site.pages[FEED] = Answer(200, recorded("flickr/photos_public.atom"), {"Content-Type": "application/atom+xml"})
    pages = visited(http, site)
    assert [post.title for page in pages for post in page.posts] == ["Open day", "Without words", "A film"]
    assert site.paths == ["/robots.txt", FEED]
    assert site.asked[1].query == {"id": NSID, "format": "atom"}
    assert [page.unchanged for page in visited(http, site, pages[-1].checkpoint)] == [True]


@pytest.mark.parametrize(("status", "answers"), [(404, ["404"]), (410, ["410"]), (200, []), (403, [])])
def test_a_photo_that_left_the_feed_is_gone_when_its_page_is(site: Site, http: Http, clock: Clock, status: int, answers: list[str]) -> None:
    atom = recorded("flickr/photos_public.atom").replace(b"https://www.flickr.com/photos/", f"{site.origin}/photos/".encode())
    site.pages[FEED] = Answer(200, atom)
    checkpoint = visited(http, site)[-1].checkpoint
    site.pages[FEED] = Answer(200, atom.replace(b"53000000008", b"53000000006"))
    site.pages["/photos/examplecitypd/53000000008/"] = Answer(status, b"")
    clock.pass_by(hours=25)
    assert [one.answer for page in visited(http, site, checkpoint) for one in page.gone] == answers


def test_without_a_key_robots_txt_counts(site: Site, http: Http) -> None:
    site.pages["/robots.txt"] = Answer(200, b"User-agent: *\nDisallow: /services/")
    with pytest.raises(NotPermitted, match=r"robots\.txt"):
        visited(http, site)


def test_without_a_key_the_nsid_is_needed(site: Site, http: Http) -> None:
    with pytest.raises(NotPermitted, match=r"NSID.*\[flickr\]"):
        visited(http, site, handle="examplecitypd")
    assert site.asked == []


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("user-not-found", AccountGone),
        ("user-deleted", AccountGone),
        ("key-invalid", NotPermitted),
        ("unavailable", TryAgainLater),
    ],
)
def test_what_a_failure_means(site: Site, new_client: NewClient, tokens: Path, name: str, error: type[Exception]) -> None:
    site.pages[REST] = Answer(200, recorded(f"flickr/{name}.json"))
    for handle in (NSID, "examplecitypd"):
        with pytest.raises(error) as problem:
            visited(new_client(tokens=tokens, retries=0), site, handle=handle)
        assert "Invalid" not in str(problem.value)
        assert "api_key" not in str(problem.value)


def test_a_failure_that_is_not_known(site: Site, new_client: NewClient, tokens: Path) -> None:
    site.pages[REST] = json_answer({"stat": "fail", "code": 117, "message": "secret"})
    with pytest.raises(UnexpectedReply, match="code 117"):
        visited(new_client(tokens=tokens), site)


def test_an_nsid_needs_no_look_up(site: Site, new_client: NewClient, tokens: Path) -> None:
    server = FlickrServer(identity=NSID)
    site.otherwise = lambda asked: server.answer(site, asked)
    visited(new_client(tokens=tokens), site)
    assert [one.query["method"] for one in site.asked] == ["flickr.people.getInfo", "flickr.people.getPublicPhotos"]


def test_others_notes_on_a_photo_are_in_no_record(site: Site, new_client: NewClient, tokens: Path, clock: Clock) -> None:
    server = FlickrServer(identity=NSID)
    server.author.write_many(2)
    site.otherwise = lambda asked: server.answer(site, asked)
    checkpoint = visited(new_client(tokens=tokens), site)[-1].checkpoint
    server.author.delete(server.author.posts[1])
    info: Json = {"stat": "ok", "photo": {"visibility": {"ispublic": 0}, "notes": {"note": [{"authorname": "a_visitor", "_content": "hello"}]}}}
    site.otherwise = lambda asked: json_answer(info) if asked.query.get("method") == "flickr.photos.getInfo" else server.answer(site, asked)
    recorder = Recorder("Plainview test")
    clock.pass_by(hours=25)
    pages = visited(new_client(tokens=tokens).visit(recorder, Meter()), site, checkpoint)
    assert [one.answer for page in pages for one in page.gone] == ["no longer public"]
    taken = recorder.take()
    assert taken is not None
    assert b"a_visitor" not in gzip.decompress(taken.content)
