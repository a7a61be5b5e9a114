from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.identity import Json
from domain.post import MediaLink, Post, PostKind
from sources.platforms.mastodon.status import media_in, parse_account, parse_answered, parse_next, parse_statuses
from sources.reading.shape import At
from sources.reading.track import Read
from sources.source import AccountGone, UnexpectedReply
from tests.sources.recorded import recorded_json

PRESS = "109000000000000001"
FILES = "https://files.social.example/media_attachments/files"
URI = "https://social.example/users/press/statuses/1140000000000000"


@pytest.fixture(scope="module")
def read() -> Read:
    return parse_statuses(recorded_json("mastodon/statuses.json"), "account_1", PRESS, "114000000000000020")


def post(read: Read, day: int) -> Post:
    return next(item.post for item in read.items if item.post.posted_at.day == day)


def test_a_whole_status(read: Read) -> None:
    assert post(read, 30) == Post(
        account_id="account_1",
        native_id=f"{URI}30",
        kind=PostKind.POST,
        url="https://social.example/@press/114000000000000030",
        text="Road closed on Main St: https://example.com/roads/2026\nDetour by 2nd St\nuntil 18:00 & later. #Traffic",
        posted_at=datetime(2026, 5, 30, 10, tzinfo=UTC),
        edited_at=datetime(2026, 5, 30, 11, 30, tzinfo=UTC),
        media=(
            MediaLink(f"{FILES}/a/original/barrier.jpg", "A barrier across Main St", "image/jpeg"),
            MediaLink(f"{FILES}/b/original/map.webp", "", "image/webp"),
        ),
    )


def test_answers_are_comments_and_threads_are_posts(read: Read) -> None:
    assert [post(read, day).kind for day in (30, 29, 28)] == [PostKind.POST, PostKind.COMMENT, PostKind.POST]


def test_only_the_accounts_own_public_statuses_are_posts(read: Read) -> None:
    assert [item.post.posted_at.day for item in read.items] == [30, 29, 28, 25, 24, 20]


def test_what_is_refused_is_kept_with_its_place_and_reason(read: Read) -> None:
    assert [(one.native_id, one.path, one.reason) for one in read.rejected] == [
        (None, "reply[4].visibility", "is not public"),  # its name would tell that it exists
        (f"{URI}23", "reply[7].account.id", "is another account's"),
        (None, "reply[8].visibility", "is not public"),
        (f"{URI}21", "reply[9].created_at", "expected a time (RFC 3339)"),
    ]


def test_a_content_warning_is_the_title_and_a_poll_is_text(read: Read) -> None:
    assert (post(read, 25).title, post(read, 25).text) == ("Crash photographs", "Which day suits you?\nMonday\nFriday")


def test_films_are_remembered_with_their_posters_and_unfinished_uploads_are_not(read: Read) -> None:
    media = post(read, 24).media
    assert [(link.url.removeprefix(f"{FILES}/"), link.alt, link.mime) for link in media] == [
        ("c/original/run.mp4", "A dog runs", "video/mp4"),
        ("small-c/original/run.png", "A dog runs", "image/png"),
        ("d/original/film", "", "video/mp4"),
        ("small-d/original/film.png", "", "image/png"),
        ("https://other.example/f.png", "", "image/png"),
        ("g/original/call.mp3", "The whole call", "audio/mpeg"),
        ("small-g/original/call.png", "The whole call", "image/png"),
    ]


@pytest.mark.parametrize(
    ("kind", "url", "preview", "shown"),
    [
        ("image", "a.jpg", "small.jpg", []),  # a smaller copy of the same
        ("unknown", "a.bin", "small.jpg", []),
        ("video", "a.mp4", None, []),
        ("video", "a.mp4", "", []),
        ("video", "a.mp4", "a.mp4", []),
        ("video", "a", "a", []),
        ("gifv", "a.mp4", "b.webm", []),  # not a picture
        ("video", "a.mp4", "still", [("still", None)]),
        ("gifv", "a.mp4", "still.webp", [("still.webp", "image/webp")]),
        ("audio", "a.ogg", "a.ogg", []),
        ("audio", "a.ogg", "cover", []),  # whether that is a picture nobody says
        ("audio", "a.ogg", "cover.png", [("cover.png", "image/png")]),
    ],
)
def test_what_stands_for_a_film_or_a_sound(kind: str, url: str, preview: str | None, shown: list[tuple[str, str | None]]) -> None:
    base = "https://files.example/"
    attachment: dict[str, Json] = {"type": kind, "url": base + url, "preview_url": base + preview if preview else preview}
    links = media_in(At({"media_attachments": [attachment]}, "reply"), base)
    assert [(link.url.removeprefix(base), link.mime) for link in links[1:]] == shown
    assert links[0].url == base + url


def test_a_poster_without_an_address_is_refused() -> None:
    attachment: dict[str, Json] = {"type": "video", "url": "https://files.example/a.mp4", "preview_url": "javascript:x"}
    with pytest.raises(UnexpectedReply, match=r"media_attachments\[0\].preview_url"):
        media_in(At({"media_attachments": [attachment]}, "reply"), "https://files.example/")


def test_scripts_are_no_text(read: Read) -> None:
    assert post(read, 20).text == "Script <b>"


def test_statuses_of_snac() -> None:
    reply = recorded_json("mastodon/snac-statuses.json")
    server_id = parse_account(recorded_json("mastodon/snac-lookup.json"), "labpd")
    read = parse_statuses(reply, "account_1", server_id, None)
    assert [item.post.text for item in read.items] == ["delete me", "Road OPEN again"]
    assert all(item.post.native_id.startswith("http://127.0.0.1:8083/labpd/p/") for item in read.items)
    assert [link.alt for link in read.items[1].post.media] == ["red"]
    assert read.items[1].post.edited_at is not None


@pytest.mark.parametrize("user", ["press", "PRESS"])
def test_a_lookup(user: str) -> None:
    assert parse_account(recorded_json("mastodon/lookup.json"), user) == PRESS


@pytest.mark.parametrize("user", ["pres", "press2", "", "neighbour"])
def test_a_lookup_that_answers_with_somebody_else(user: str) -> None:
    with pytest.raises(UnexpectedReply, match="another account"):
        parse_account(recorded_json("mastodon/lookup.json"), user)


def test_a_suspended_account_is_gone() -> None:
    lookup = recorded_json("mastodon/lookup.json")
    assert isinstance(lookup.value, dict)
    with pytest.raises(AccountGone, match="suspended"):
        parse_account(At(lookup.value | {"suspended": True}, "reply"), "press")


@pytest.mark.parametrize("wrong", ["../../admin", "", "a/b", "x" * 300, 7])
def test_an_id_that_cannot_be_asked_for(wrong: object) -> None:
    lookup = recorded_json("mastodon/lookup.json")
    assert isinstance(lookup.value, dict)
    with pytest.raises(UnexpectedReply, match=r"reply\.id"):
        parse_account(At(lookup.value | {"id": wrong}, "reply"), "press")  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("", None),
        ('<https://social.example/api/v1/accounts/1/statuses?limit=40&max_id=99>; rel="next", <https://social.example/x?min_id=1>; rel="prev"', "99"),
        ('<https://social.example/x?min_id=1>; rel="prev"', None),
        ('<https://elsewhere.example/x?max_id=99>; rel="next"', "99"),  # only the number is used, never the address
    ],
)
def test_the_next_page(link: str, expected: str | None) -> None:
    assert parse_next(link, "reply") == expected


@pytest.mark.parametrize("link", ['<https://social.example/x>; rel="next"', '<http://[>; rel="next"', '<https://social.example/x?max_id=../1>; rel="next"'])
def test_a_next_page_that_cannot_be_asked_for(link: str) -> None:
    with pytest.raises(UnexpectedReply, match="Link rel=next"):
        parse_next(link, "reply")


@pytest.mark.parametrize(
    ("status", "answered"),
    [
        ({"id": "7", "replies_count": 2}, {"7"}),
        ({"id": "7", "replies_count": 0}, set()),
        ({"id": "7", "replies_count": None}, set()),
        ({"id": "7", "replies_count": "2"}, set()),
        ({"id": "7"}, set()),
        ({"id": 7, "replies_count": 2}, set()),
        (None, set()),
        ("x", set()),
    ],
)
def test_which_statuses_were_answered(status: Json, answered: set[str]) -> None:
    assert parse_answered(At([status], "reply")) == answered


def test_the_last_page() -> None:
    last = parse_statuses(recorded_json("mastodon/statuses-last.json"), "account_1", PRESS, None)
    assert [item.post.text for item in last.items] == ["The first notice of the year"]


def test_an_edit_keeps_the_name_and_changes_the_content(read: Read) -> None:
    edited = parse_statuses(recorded_json("mastodon/statuses-edited.json"), "account_1", PRESS, None)
    before, after = ({one.post.native_id: one.post.content_sha256 for one in page.items} for page in (read, edited))
    assert set(before) == set(after)
    assert [name for name in before if before[name] != after[name]] == [f"{URI}30"]
    assert parse_answered(recorded_json("mastodon/statuses-edited.json")) == {"114000000000000030"}


def test_a_suspended_account_as_its_server_tells() -> None:
    with pytest.raises(AccountGone, match="suspended"):
        parse_account(recorded_json("mastodon/lookup-suspended.json"), "press")
