from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.post import MediaLink, PostKind
from sources.platforms.bluesky.repo import Place, answer
from sources.platforms.bluesky.source import parse_author_feed, parse_records, time_of
from sources.reading.shape import At
from sources.reading.track import Item, Read
from sources.source import AccountGone, NotPermitted, UnexpectedReply
from tests.sources.recorded import a_reply, recorded, recorded_json

DID = "did:plc:ecpdexamplecitypolice222"
PDS = Place(DID, "https://pds.example")
PUBLIC = Place(DID, "https://pds.example", public=True)
APPVIEW = Place(DID, "https://appview.example", by_feed=True)


@pytest.fixture(scope="module")
def read() -> Read:
    return parse_records(recorded_json("bluesky/list-records.json"), "account_1", PUBLIC)


def item(read: Read, start: str) -> Item:
    return next(item for item in read.items if item.post.text.startswith(start))


def blob(cid: str) -> str:
    return f"https://pds.example/xrpc/com.atproto.sync.getBlob?did=did%3Aplc%3Aecpdexamplecitypolice222&cid={cid}"


def test_a_whole_post(read: Read) -> None:
    post = item(read, "Road closed").post
    assert post.native_id == f"at://{DID}/app.bsky.feed.post/{item(read, 'Road').locator}"
    assert post.url == f"https://bsky.app/profile/{DID}/post/{item(read, 'Road').locator}"
    assert post.text == "Road closed example.com/roads...\nhttps://example.com/roads/2026"
    assert (post.kind, post.posted_at, post.edited_at) == (PostKind.POST, datetime(2026, 5, 30, 10, tzinfo=UTC), None)
    assert post.media == (MediaLink(blob("bafkreibarrier"), "A barrier", "image/jpeg"), MediaLink(blob("bafkreimap"), "", "image/jpeg"))


@pytest.mark.parametrize(
    ("start", "cids"),
    [
        ("Film", ["bafkreifilm"]),
        ("Read this", ["bafkreithumb"]),
        ("Quoting with a picture", ["bafkreiquoted"]),
        ("An early post", ["bafkreiearly"]),
        ("Thank you", []),
        ("A new kind of embed", []),
    ],
)
def test_originals_of_every_embed(read: Read, start: str, cids: list[str]) -> None:
    assert [link.url for link in item(read, start).post.media] == [blob(cid) for cid in cids]


def test_a_link_card_was_published_too(read: Read) -> None:
    assert item(read, "Read this").post.text == "Read this\nhttps://example.com/notice\nNotice\nAll roads"


def test_answers_are_comments_and_threads_are_posts(read: Read) -> None:
    assert [item(read, start).post.kind for start in ("Thank you", "… continued", "Quoting")] == [PostKind.COMMENT, PostKind.POST, PostKind.POST]


def test_what_is_refused_is_kept_with_its_place_and_reason(read: Read) -> None:
    assert [(one.path, one.reason) for one in read.rejected] == [
        ("reply.records[8].value.embed.$type", "is a kind of embed that is not known"),  # its text is kept
        ("reply.records[9].uri", "is not a post of this account"),
        ("reply.records[11].value.createdAt", "expected a time (RFC 3339)"),
    ]


def test_where_the_author_gives_no_time_the_record_key_does(read: Read) -> None:
    assert item(read, "No time, but a TID").post.posted_at == time_of("3jzfcijpj2z2a")


@pytest.mark.parametrize(
    ("key", "moment"),
    [
        ("3n2xsdtxr2c22", datetime(2026, 11, 23, 9, 18, 27, tzinfo=UTC)),  # as the development network made it
        ("2222222222222", datetime(1970, 1, 1, tzinfo=UTC)),
        ("self", None),
        ("3jzfcijpj2z2A", None),
        ("zzzzzzzzzzzzz", None),
        ("3jzfcijpj2z21", None),
        ("", None),
    ],
)
def test_the_time_in_a_record_key(key: str, moment: datetime | None) -> None:
    found = time_of(key)
    assert (found and found.replace(microsecond=0)) == moment


def test_order_is_the_record_keys_not_the_authors_claim(read: Read) -> None:
    assert item(read, "Road closed").order == item(read, "Road closed").locator


def test_only_an_empty_page_is_the_last(read: Read) -> None:
    assert read.next == "self"
    assert parse_records(At({"records": [], "cursor": "3k"}, "reply"), "account_1", PDS).next is None
    assert parse_records(At({"records": []}, "reply"), "account_1", PDS).next is None


def test_records_of_the_development_network() -> None:
    place = Place("did:plc:fcmacoe3rna7mzktzfwzc7be", "http://localhost:2583")
    read = parse_records(recorded_json("bluesky/dev-network-list-records.json"), "account_1", place)
    assert [(item.post.text, len(item.post.media)) for item in read.items] == [("With a picture", 1), ("Road closed on Main St https://example.com/x", 0)]
    assert read.items[0].post.url.startswith("http://localhost:2583/xrpc/com.atproto.repo.getRecord?repo=did")


def test_views_of_an_appview() -> None:
    read = parse_author_feed(recorded_json("bluesky/author-feed.json"), "account_1", APPVIEW)
    assert [item.post.text.partition(" ")[0] for item in read.items] == ["Road", "Film", "Read", "Thank"]
    assert [link.url for item in read.items for link in item.post.media] == [
        "https://cdn.example/full/1",
        "https://video.example/thumbnail.jpg",
        "https://cdn.example/thumb/2",
    ]
    assert (read.rejected, read.next) == ((), "2026-05-25T10:00:00.000Z")


def test_views_of_the_development_network() -> None:
    place = Place("did:plc:fcmacoe3rna7mzktzfwzc7be", "http://localhost:2584", by_feed=True)
    read = parse_author_feed(recorded_json("bluesky/dev-network-author-feed.json"), "account_1", place)
    assert [(item.post.text, len(item.post.media)) for item in read.items] == [("With a picture", 1), ("Road closed on Main St https://example.com/x", 0)]


def test_an_author_who_asks_not_to_be_shown_is_not() -> None:
    feed = recorded_json("bluesky/author-feed.json")
    assert isinstance(feed.value, dict)
    feed.value["feed"][1]["post"]["author"]["labels"] = [{"src": DID, "val": "!no-unauthenticated"}]  # type: ignore[index,call-overload]
    with pytest.raises(NotPermitted, match="no-unauthenticated"):
        parse_author_feed(feed, "account_1", APPVIEW)


def test_the_last_page() -> None:
    read = parse_records(recorded_json("bluesky/list-records-last.json"), "account_1", PDS)
    assert ([item.post.text for item in read.items], read.next, read.rejected) == (["Office hours changed", "Our first post"], None, ())


def test_an_edit_keeps_the_name_and_changes_the_content(read: Read) -> None:
    edited = parse_records(recorded_json("bluesky/list-records-edited.json"), "account_1", PUBLIC)
    before, after = ({one.post.native_id: one.post.content_sha256 for one in page.items} for page in (read, edited))
    assert set(before) == set(after)
    assert [name.rpartition("/")[2] for name in before if before[name] != after[name]] == ["3lzaaaaaaaa3a"]


@pytest.mark.parametrize("name", ["repo-not-found", "repo-deactivated"])
def test_a_repository_that_is_gone(name: str) -> None:
    with pytest.raises(AccountGone, match=r"answered Repo"):
        answer(replace(a_reply(recorded(f"bluesky/{name}.json"), "https://pds.example/xrpc/com.atproto.sync.getLatestCommit"), status=400))


def test_a_record_that_is_gone_is_no_repository_that_is_gone() -> None:
    with pytest.raises(UnexpectedReply, match="answered 400"):
        answer(replace(a_reply(recorded("bluesky/record-not-found.json"), "https://pds.example/xrpc/com.atproto.repo.getRecord"), status=400))


def test_the_last_commit() -> None:
    assert answer(a_reply(recorded("bluesky/latest-commit.json"))).at("rev").text() == "3lzaaaaaaab2a"
