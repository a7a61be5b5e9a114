from __future__ import annotations

from datetime import UTC, datetime

import pytest
from requests.structures import CaseInsensitiveDict

from domain.identity import Json
from domain.post import MediaLink, Post, PostKind
from sources.client.http import Reply
from sources.platforms.wordpress.media import shown_media
from sources.platforms.wordpress.posts import PER_PAGE, Place, parse_comments, parse_next, parse_place, parse_posts
from sources.platforms.wordpress.site import parse_root
from sources.platforms.wordpress.source import parse_author, parse_site
from sources.reading.shape import At
from sources.reading.track import Read
from sources.source import AccountGone, UnexpectedReply
from tests.sources.recorded import recorded, recorded_json

HOST = "police.example.gov"
UPLOADS = f"https://{HOST}/wp-content/uploads/2026/05"


@pytest.fixture(scope="module")
def read() -> Read:
    return parse_posts(recorded_json("wordpress/posts.json"), "account_1", HOST, PostKind.POST, None)


def post(read: Read, number: int) -> Post:
    return next(item.post for item in read.items if item.post.native_id == f"{HOST}/?p={number}")


def media(read: Read, number: int) -> list[str]:
    return [link.url.removeprefix(f"{UPLOADS}/") for link in post(read, number).media]


def test_a_whole_post(read: Read) -> None:
    whole = post(read, 90)
    assert (whole.kind, whole.url, whole.title, whole.text) == (PostKind.POST, f"https://{HOST}/2026/05/notice-90/", "Open & at last", "The station is open.")
    assert (whole.posted_at, whole.edited_at) == (datetime(2026, 5, 30, 10, tzinfo=UTC), datetime(2026, 5, 30, 11, 30, tzinfo=UTC))
    assert whole.media == (
        MediaLink(f"{UPLOADS}/station.jpg", "The new station", "image/jpeg"),  # what was uploaded, before WordPress scaled it down
        MediaLink(f"{UPLOADS}/door.jpg", "The door"),  # the widest of its srcset
        MediaLink(f"{UPLOADS}/yard.jpg", ""),  # where its link leads
        MediaLink(f"{UPLOADS}/seal-150x150.png", "The seal"),  # its link leads to a page
        MediaLink(f"{UPLOADS}/late.jpg", "Late"),  # shown when it is scrolled to
        MediaLink(f"{UPLOADS}/map.png", "Map"),  # as a gallery names the file itself
        MediaLink(f"{UPLOADS}/run.webm", "", "video/webm"),
        MediaLink(f"{UPLOADS}/run", "", "video/mp4"),
        MediaLink(f"{UPLOADS}/run-still.jpg", ""),
        MediaLink(f"{UPLOADS}/call.mp3", "", "audio/mpeg"),
    )


def test_a_post_is_as_old_as_it_says_in_utc_and_sorted_by_the_sites_clock(read: Read) -> None:
    assert [item.order[:19] for item in read.items][:2] == ["2026-05-30T12:00:00", "2026-05-28T12:00:00"]
    assert post(read, 88).edited_at is None


def test_pictures_in_front(read: Read) -> None:
    assert media(read, 88) == ["hall-scaled.jpg"]
    assert media(read, 87) == []
    assert media(read, 86) == ["film.mp4"]
    assert post(read, 86).media[0].mime == "video/mp4"


def test_what_is_refused_is_kept_with_its_place_and_reason(read: Read) -> None:
    assert [(one.native_id, one.path, one.reason) for one in read.rejected] == [
        (None, "reply[1].content.protected", "is not public: it asks for a password"),
        (None, "reply[5].status", "is not public"),
        (f"{HOST}/?p=84", "reply[6].date_gmt", "expected a time (RFC 3339)"),
        (f"{HOST}/?p=83", "reply[7]._embedded.wp:featuredmedia[0].source_url", "is not an http or https address"),
    ]
    assert post(read, 83).text == "Odd picture"


def test_fields_that_are_not_known_are_left_alone(read: Read) -> None:
    assert post(read, 82).text == "Plugins add what they like"
    assert "Jo Example" not in repr(read)


def test_posts_of_the_same_second_are_in_order(read: Read) -> None:
    orders = [item.order for item in read.items]
    assert orders == sorted(orders, reverse=True)
    assert len(set(orders)) == len(orders)


def test_an_edited_post_is_the_same_one(read: Read) -> None:
    edited = post(parse_posts(recorded_json("wordpress/posts-edited.json"), "account_1", HOST, PostKind.POST, None), 90)
    assert edited.id == post(read, 90).id
    assert edited.content_sha256 != post(read, 90).content_sha256
    assert edited.edited_at == datetime(2026, 6, 1, 8, tzinfo=UTC)


def test_pages_are_pages() -> None:
    page = parse_posts(recorded_json("wordpress/pages.json"), "account_1", HOST, PostKind.PAGE, None).items[0].post
    assert (page.kind, page.title, page.text) == (PostKind.PAGE, "About", "Who we are\nThe press office")


def test_comments_are_without_names() -> None:
    read = parse_comments(recorded_json("wordpress/comments.json"), "account_1", HOST, None)
    assert [(item.post.native_id, item.post.kind, item.post.text) for item in read.items] == [
        (f"{HOST}/?c=7", PostKind.VISITOR_COMMENT, "When does it open?"),
        (f"{HOST}/?c=4", PostKind.VISITOR_COMMENT, "Thank you & good luck"),
    ]
    assert [(one.path, one.reason) for one in read.rejected] == [
        ("reply[1].status", "is not public"),
        ("reply[2].date_gmt", "expected text, found null"),
    ]


@pytest.mark.parametrize("name", ["deleted", "private", "closed", "index"])
def test_an_error_in_place_of_posts(name: str) -> None:
    with pytest.raises(UnexpectedReply, match="expected a list"):
        parse_posts(recorded_json(f"wordpress/{name}.json"), "account_1", HOST, PostKind.POST, None)


@pytest.mark.parametrize(("pages", "expected"), [("2", "2026-05-22T12:00:00.000000|82,81"), ("1", None), ("0", None), (None, None), ("many", None)])
def test_where_to_read_on(pages: str | None, expected: str | None) -> None:
    assert parse_next(recorded_json("wordpress/posts.json"), pages, None) == expected


def test_the_last_page_is_followed_by_none() -> None:
    reply = recorded_json("wordpress/posts-last.json")
    assert parse_next(reply, "1", Place("2026-05-02T12:00:00.000000", (81,))) is None
    assert parse_next(reply, None, None) is None


def test_a_full_page_is_followed_by_another_where_the_site_does_not_count() -> None:
    entries: list[Json] = [{"id": number, "date": f"2026-05-{1 + number // 4:02d}T12:00:00"} for number in range(PER_PAGE, 0, -1)]
    assert parse_next(At(entries, "reply"), None, None) == "2026-05-01T12:00:00.000000|3,2,1"
    assert parse_next(At(entries[1:], "reply"), None, None) is None


def test_pages_full_of_the_same_second_end() -> None:
    before = Place("2026-05-01T12:00:00.000000", (9, 8))
    page: list[Json] = [{"id": number, "date": "2026-05-01T12:00:00"} for number in (7, 6)]
    following = parse_next(At(page, "reply"), "2", before)
    assert following
    assert parse_place(following) == Place(before.oldest, (9, 8, 7, 6))
    assert parse_next(At([], "reply"), "2", before) is None


@pytest.mark.parametrize("odd", [{}, {"id": True, "date": "2026-05-01T12:00:00"}, {"id": 3, "date": "soon"}, {"id": 3, "date": "9999-12-31T23:59:59"}])
def test_a_place_is_not_made_of_odd_entries(odd: Json) -> None:
    assert parse_next(At([odd], "reply"), "2", None) is None


def test_the_site() -> None:
    assert parse_site(recorded_json("wordpress/index.json")) == ("Example City Police Department", "Notices & news", [f"{UPLOADS}/icon.png"])


@pytest.mark.parametrize("spaces", [["oembed/1.0"], [], None, "wp/v2", [7]])
def test_a_site_that_does_not_offer_its_posts(spaces: Json) -> None:
    with pytest.raises(UnexpectedReply, match="namespaces"):
        parse_site(At({"name": "x", "namespaces": spaces}, "reply"))


def test_an_author() -> None:
    assert parse_author(recorded_json("wordpress/users.json")) == (2, "Press office", "We write the notices.", ["https://avatars.example/2?s=96"])


def test_an_author_that_is_not_there() -> None:
    with pytest.raises(AccountGone):
        parse_author(recorded_json("wordpress/no-user.json"))


def page(body: bytes = b"", link: str = "") -> Reply:
    return Reply(200, f"https://{HOST}/news/", CaseInsensitiveDict({"Link": link}), body)


@pytest.mark.parametrize(
    ("reply", "root"),
    [
        (page(link=f'<https://{HOST}/wp-json/>; rel="https://api.w.org/"'), f"https://{HOST}/wp-json/"),
        (page(link=f'<https://{HOST}/x>; rel="shortlink", <https://{HOST}/wp-json>; rel="https://api.w.org/"'), f"https://{HOST}/wp-json/"),
        (page(link=f"<https://{HOST}/news/index.php?rest_route=/>; rel=https://api.w.org/"), f"https://{HOST}/news/index.php?rest_route=/"),
        (page(recorded("wordpress/page.html")), f"https://{HOST}/?rest_route=/"),
        (page(b'<link href="/api/" rel="https://api.w.org/">'), f"https://{HOST}/api/"),
        (page(link='<https://elsewhere.example/wp-json/>; rel="https://api.w.org/"'), None),
        (page(b'<link rel="https://api.w.org/" href="http://[">'), None),
        (page(link=f'<https://{HOST}/wp-json/>; rel="alternate"'), None),
        (page(recorded("wordpress/too-many.html"), "<<<>;;,"), None),
    ],
)
def test_where_the_api_is(reply: Reply, root: str | None) -> None:
    assert parse_root(reply) == root


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="/a.png">', ["a.png"]),
        ('<img src="a-300x200.png" srcset="a-300x200.png 300w, a.png 1200w">', ["news/a.png"]),
        ('<img src="a.png" srcset="a.png 1x, a2.png 2x">', ["news/a2.png"]),
        ('<img src="a.png" srcset="b.png, , 300w">', ["news/a.png"]),
        ('<a href="/full.JPG"><img src="s.jpg"></a>', ["full.JPG"]),
        ('<a href="/full.jpg?x"><span><img src="s.jpg"></span></a>', ["full.jpg?x"]),
        ('<a href="/page"><img src="s.jpg"></a>', ["news/s.jpg"]),
        ('<img data-full-url="/f.png" src="s.png">', ["f.png"]),
        ('<img src="data:image/png;base64,AA" data-lazy-src="/l.png">', ["l.png"]),
        ('<img src="data:image/png;base64,AA">', []),
        ("<img><video></video><p>img</p>", []),
        ('<video src="/f.mp4" poster="/p.jpg"></video>', ["f.mp4", "p.jpg"]),
        ('<a href="http://["><img src="s.jpg"></a>', ["news/s.jpg"]),
        ("&lt;img src=x&gt;", []),
    ],
)
def test_what_a_post_shows(html: str, expected: list[str]) -> None:
    assert [link.url.removeprefix("https://a.example/") for link in shown_media(html, "https://a.example/news/")] == expected
