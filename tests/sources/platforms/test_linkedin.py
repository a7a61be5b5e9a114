from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.account import Custody
from domain.identity import Json
from domain.post import MediaLink, Post, PostKind
from sources.client.http import Http
from sources.platforms.linkedin.media import parse_addresses
from sources.platforms.linkedin.source import LinkedIn, parse_organization, parse_posts, plain
from sources.reading.shape import At
from sources.reading.track import Read
from sources.source import AccountGone, Checkpoint, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.recorded import recorded, recorded_json
from tests.sources.serving import Answer, Asked, Site
from tests.sources.simulated.linkedin import LinkedInServer

ORGANIZATION = "urn:li:organization:2026109"
NewClient = Callable[..., Http]


@pytest.fixture(scope="module")
def read() -> Read:
    return parse_posts(recorded_json("linkedin/posts.json"), "account_1", ORGANIZATION)


def post(read: Read, day: int) -> Post:
    return next(item.post for item in read.items if item.post.posted_at.day == day)


def test_a_whole_post(read: Read) -> None:
    assert post(read, 30) == Post(
        account_id="account_1",
        native_id="urn:li:share:7202605000000000030",
        kind=PostKind.POST,
        url="https://www.linkedin.com/feed/update/urn:li:share:7202605000000000030/",
        text="Road closed on Main St (both lanes) with Example City Works until 18:00 #Traffic #1",
        posted_at=datetime(2026, 5, 30, 10, tzinfo=UTC),
        edited_at=datetime(2026, 5, 30, 12, tzinfo=UTC),
        title="Main St",
        media=(MediaLink("urn:li:image:C4barrier", "A barrier across Main St"),),
    )


@pytest.mark.parametrize(
    ("day", "text", "media"),
    [
        (29, "Day 29", ["urn:li:video:C5station"]),
        (28, "Day 28", ["urn:li:image:C4one", "urn:li:image:C4two"]),
        (27, "Day 27\nA notice\nWhat it says\nhttps://police.example.gov/notice", ["urn:li:image:C4thumb"]),
        (26, "Day 26\nWhich day suits you?\nMonday\nFriday", []),
        (25, "Day 25", ["urn:li:document:D1report"]),
        (23, "Our thanks", []),  # with what it says of its own; what it passes on is somebody else's
    ],
)
def test_kinds_of_posts(read: Read, day: int, text: str, media: list[str]) -> None:
    assert (post(read, day).text, [link.url for link in post(read, day).media]) == (text, media)


def test_only_the_organizations_own_published_public_posts(read: Read) -> None:
    assert [item.post.posted_at.day for item in read.items] == [30, 29, 28, 27, 26, 25, 23]
    assert read.next == "100"
    assert [(one.native_id, one.path, one.reason) for one in read.rejected] == [
        (None, "reply.elements[8].visibility", "is not public"),
        (None, "reply.elements[9].lifecycleState", "is not published"),
        ("urn:li:share:7202605000000000020", "reply.elements[10].author", "is another account's"),
        ("urn:li:share:7202605000000000019", "reply.elements[11].createdAt", "expected a time (milliseconds since 1970)"),
        (None, "reply.elements[12].id", "is not the URN of a post"),
        ("urn:li:share:7202605000000000017", "reply.elements[13].commentary", "expected text, found a number"),
    ]


def test_only_an_empty_page_is_the_last() -> None:
    assert parse_posts(recorded_json("linkedin/last-page.json"), "account_1", ORGANIZATION).next is None


@pytest.mark.parametrize("paging", [None, {}, {"start": "0", "count": 100}, {"start": 0, "count": -1}, {"start": 0, "count": 10**30}])
def test_a_place_in_the_listing_that_cannot_be_gone_on_from(paging: Json) -> None:
    with pytest.raises(UnexpectedReply, match=r"reply\.paging"):
        parse_posts(At({"elements": [], "paging": paging}, "reply"), "account_1", ORGANIZATION)


@pytest.mark.parametrize(
    ("commentary", "expected"),
    [
        ("a \\_b\\_ \\\\ c", "a _b_ \\ c"),
        ("{hashtag|\\#|Safety}{hashtag|#|Two}", "#Safety#Two"),
        ("\\@[not a mention\\](urn:li:organization:1)", "@[not a mention](urn:li:organization:1)"),
        ("@[A \\(B\\) C](urn:li:organization:1)", "A (B) C"),
        ("@[](", "@[]("),
        ("", ""),
    ],
)
def test_the_little_text_format(commentary: str, expected: str) -> None:
    assert plain(commentary) == expected


def test_the_organization() -> None:
    profile = parse_organization(recorded_json("linkedin/organization.json"), an_account("linkedin", "2026109", "https://www.linkedin.com/company/x"), NOON)
    assert (profile.title, profile.text) == ("Example City Police Department", "The police of Example City.\nhttps://police.example.gov")
    assert [link.url for link in profile.media] == ["urn:li:image:C4logo", "urn:li:image:C4cover"]


def test_where_images_and_films_are() -> None:
    images = recorded_json("linkedin/images.json").at("results")
    assert [link.url.partition("?")[0] for link in parse_addresses(images.at("urn:li:image:C4one"), None, "One")] == [
        "https://media.licdn.example/dms/image/C4one"
    ]
    film = parse_addresses(recorded_json("linkedin/video.json"), "video/mp4", "")
    assert [(link.url.partition("?")[0].rpartition("/")[2], link.mime) for link in film] == [("C5station", "video/mp4"), ("C5poster", None)]


@pytest.mark.parametrize("found", [{}, {"downloadUrl": ""}, {"downloadUrl": "ftp://a.example/b"}, {"downloadUrl": 7}, [], None])
def test_what_has_no_address(found: Json) -> None:
    with pytest.raises(UnexpectedReply):
        parse_addresses(At(found, "reply"), None, "")


@pytest.fixture
def server(site: Site) -> LinkedInServer:
    one = LinkedInServer()
    one.author.write_many(3)
    site.otherwise = lambda asked: one.answer(site, asked)
    return one


def visited(server: LinkedInServer, site: Site, http: Http, checkpoint: Checkpoint | None = None, **changed: object) -> list[Page]:
    return list(LinkedIn().pages(replace(server.account(site), **changed), checkpoint, http))  # type: ignore[arg-type]


def test_addresses_that_are_signed_anew_are_no_edit(server: LinkedInServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    first = visited(server, site, new_client(tokens=tokens))
    shown = [link for page in first for post in page.posts for link in post.media]
    assert [(link.url.rpartition("/")[2], link.alt) for link in shown] == [
        ("C3?signed=1", "A barrier"),
        ("C2?signed=1", "A barrier"),
        ("C1?signed=1", "A barrier"),
    ]
    server.signature = 2
    assert [page.unchanged for page in visited(server, site, new_client(tokens=tokens), first[-1].checkpoint)] == [True]
    server.author.write_many(1)
    again = visited(server, site, new_client(tokens=tokens), first[-1].checkpoint)
    assert [link.url.rpartition("/")[2] for page in again for post in page.posts for link in post.media] == ["C4?signed=2"]
    assert [path for path in site.paths if path.startswith("/rest/images")] == ["/rest/images", "/rest/images/urn%3Ali%3Aimage%3AC4"]


def test_an_application_that_may_ask_for_one_image_at_a_time(server: LinkedInServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    site.pages["/rest/images"] = Answer(403)
    pages = visited(server, site, new_client(tokens=tokens))
    assert len([link for page in pages for post in page.posts for link in post.media]) == 3


def test_an_image_that_is_not_there_is_told_and_its_post_is_kept(server: LinkedInServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    site.pages["/rest/images"] = Answer(200, recorded("linkedin/images.json"))
    pages = visited(server, site, new_client(tokens=tokens))
    assert [post.text for page in pages for post in page.posts if post.kind is PostKind.POST] == ["Post 3", "Post 2", "Post 1"]
    assert len([one for page in pages for one in page.rejected]) == 3


def test_a_token_that_does_not_show_the_organization_still_reads_its_posts(server: LinkedInServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    site.pages["/rest/organizations/2026109"] = Answer(403)
    assert [post.kind for page in visited(server, site, new_client(tokens=tokens)) for post in page.posts] == [PostKind.POST] * 3


def test_members_hand_in_their_export(server: LinkedInServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    with pytest.raises(NotPermitted, match="export"):
        visited(server, site, new_client(tokens=tokens), custody=Custody.OPTED_IN)
    assert site.asked == []


@pytest.mark.parametrize("handle", ["example-city-police", "urn:li:person:1", "", "urn:li:organization:", "1/../2"])
def test_a_handle_that_is_no_organization(server: LinkedInServer, site: Site, new_client: NewClient, tokens: Path, handle: str) -> None:
    with pytest.raises(NotPermitted, match="urn:li:organization"):
        visited(server, site, new_client(tokens=tokens), handle=handle)


def test_a_urn_is_a_handle_too(server: LinkedInServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    assert visited(server, site, new_client(tokens=tokens), handle=ORGANIZATION)


@pytest.mark.parametrize(
    ("status", "reply", "problem"),
    [(401, "token-expired", NotPermitted), (429, "rate-limited", TryAgainLater), (404, "organization-gone", AccountGone)],
)
def test_what_goes_wrong(server: LinkedInServer, site: Site, new_client: NewClient, tokens: Path, status: int, reply: str, problem: type[Exception]) -> None:
    def answer(_asked: Asked) -> Answer:
        return Answer(status, recorded(f"linkedin/{reply}.json"))

    site.otherwise = answer
    with pytest.raises(problem) as raised:
        visited(server, site, new_client(tokens=tokens, retries=0))
    assert "Invented" not in str(raised.value)
