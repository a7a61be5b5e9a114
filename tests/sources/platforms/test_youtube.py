from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.account import Custody
from domain.identity import Json
from domain.post import MediaLink, Post, PostKind
from sources.client.http import Http
from sources.client.meter import Budget, Meter, Spent
from sources.client.recorder import Recorder
from sources.platforms.youtube.api import largest, not_there, reasons, understood_by_reason
from sources.platforms.youtube.comments import parse_comments
from sources.platforms.youtube.feed import parse_feed, parse_name
from sources.platforms.youtube.source import DAILY, YouTube, parse_channel, parse_if_gone, parse_profile, parse_uploads
from sources.reading.shape import At
from sources.reading.track import Read
from sources.source import AccountGone, Checkpoint, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.conftest import TOKEN, Clock
from tests.sources.recorded import a_reply, recorded, recorded_json
from tests.sources.serving import Answer, Asked, Site
from tests.sources.simulated.youtube import YouTubeServer

CHANNEL = "UCexamplecitypolice00000"
ACCOUNT = an_account("youtube", "@examplecitypd", "https://www.youtube.com/@examplecitypd")
WATCH = "https://www.youtube.com/watch?v="
THUMB = "https://i.ytimg.com/vi"
FEED = "/feeds/videos.xml"
NewClient = Callable[..., Http]


@pytest.fixture(scope="module")
def read() -> Read:
    return parse_uploads(recorded_json("youtube/uploads.json"), ACCOUNT.id, CHANNEL)


def without(name: str, *path: str | int, value: Json = None) -> At:
    """A recorded reply with one value replaced."""
    whole = recorded_json(name)
    at: Json = whole.value
    for key in path[:-1]:
        at = at[key]  # type: ignore[index,call-overload]
    at[path[-1]] = value  # type: ignore[index,call-overload]
    return whole


def test_a_whole_video(read: Read) -> None:
    assert read.items[0].post == Post(
        account_id=ACCOUNT.id,
        native_id="vid00000009",
        kind=PostKind.POST,
        url=f"{WATCH}vid00000009",
        text="Detour by 2nd St until 18:00.\nMore: https://police.example.gov/roads",
        posted_at=datetime(2026, 5, 30, 10, tzinfo=UTC),
        title="Road closed on Main St",
        media=(MediaLink(f"{THUMB}/vid00000009/maxresdefault.jpg"),),
    )


def test_only_the_channels_own_public_videos_are_posts(read: Read) -> None:
    assert [item.post.native_id for item in read.items] == ["vid00000009", "vid00000008", "vid00000007", "vid00000000"]
    said = repr(read)
    assert "Not for all" not in said
    assert "Private video" not in said
    assert "Deleted video" not in said


def test_what_is_refused_is_kept_with_its_place_and_reason(read: Read) -> None:
    assert [(one.native_id, one.path, one.reason) for one in read.rejected] == [
        ("vid00000003", "reply.items[6].snippet.videoOwnerChannelId", "is another channel's"),
        ("vid00000002", "reply.items[7].contentDetails.videoPublishedAt", "expected a time (RFC 3339)"),
        (None, "reply.items[8].status.privacyStatus", "is a privacy status that is not known"),
    ]


def test_plain_text_stays_as_it_is(read: Read) -> None:
    assert read.items[1].post.text == "We <3 our city"


def test_the_largest_thumbnail_that_there_is(read: Read) -> None:
    assert [[link.url.rpartition("/")[2] for link in item.post.media] for item in read.items] == [
        ["maxresdefault.jpg"],
        ["hqdefault.jpg"],
        [],
        ["maxresdefault.jpg"],
    ]


def test_a_video_is_dated_when_it_was_published_not_when_it_was_added(read: Read) -> None:
    assert read.items[3].post.posted_at == datetime(2026, 5, 20, 10, tzinfo=UTC)


def test_further_and_last_page(read: Read) -> None:
    assert read.next == "EAAaBlBUOkNBbw"
    last = parse_uploads(recorded_json("youtube/uploads-last.json"), ACCOUNT.id, CHANNEL)
    assert (last.next, last.to_the_end, [item.post.text for item in last.items]) == (None, True, ["Hello"])


def test_an_edit_keeps_the_id_and_changes_the_content(read: Read) -> None:
    edited = parse_uploads(recorded_json("youtube/uploads-edited.json"), ACCOUNT.id, CHANNEL).items[0].post
    assert edited.id == read.items[0].post.id
    assert edited.content_sha256 != read.items[0].post.content_sha256


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("snippet", "title"), 7),
        (("snippet", "thumbnails"), ["a"]),
        (("snippet", "thumbnails", "maxres", "url"), 7),
        (("snippet", "videoOwnerChannelId"), 7),
        (("contentDetails", "videoId"), "../../x"),
        (("contentDetails", "videoId"), ""),
        (("contentDetails",), None),
        (("status",), None),
        (("status", "privacyStatus"), ["public"]),
    ],
)
def test_a_video_of_another_shape_is_refused_alone(path: tuple[str, ...], value: Json) -> None:
    odd = parse_uploads(without("youtube/uploads.json", "items", 0, *path, value=value), ACCOUNT.id, CHANNEL)
    assert len(odd.items) == 3
    assert odd.rejected[0].path.startswith("reply.items[0]")


@pytest.mark.parametrize("address", ["ftp://i.ytimg.com/a.jpg", "javascript:1", "http://[", ""])
def test_a_thumbnail_that_is_no_address_is_left_out(address: str) -> None:
    odd = parse_uploads(without("youtube/uploads.json", "items", 0, "snippet", "thumbnails", value={"default": {"url": address}}), ACCOUNT.id, CHANNEL)
    assert odd.items[0].post.media == ()


@pytest.mark.parametrize("value", [{"items": None}, {"pageInfo": {"totalResults": 3}}, {"items": {}}, {"items": 1}])
def test_a_list_without_items_says_that_there_are_none(value: Json) -> None:
    with pytest.raises(UnexpectedReply):
        parse_uploads(At(value, "reply"), ACCOUNT.id, CHANNEL)


def test_the_channel() -> None:
    assert parse_channel(recorded_json("youtube/channel.json")) == (CHANNEL, "UUexamplecitypolice00000")


def test_the_profile() -> None:
    profile = parse_profile(recorded_json("youtube/channel.json"), ACCOUNT, NOON)
    assert (profile.kind, profile.title) == (PostKind.PROFILE, "Example City Police Department")
    assert profile.text == "News from Example City.\nEmergencies: 911"
    assert [link.url for link in profile.media] == ["https://yt3.ggpht.com/example-badge=s800", "https://yt3.googleusercontent.com/example-banner"]


def test_a_channel_that_is_not_there() -> None:
    with pytest.raises(AccountGone, match="no such channel"):
        parse_channel(recorded_json("youtube/channel-none.json"))


@pytest.mark.parametrize("status", ["private", "unlisted"])
def test_a_channel_that_is_not_public(status: str) -> None:
    with pytest.raises(AccountGone, match="not public"):
        parse_channel(without("youtube/channel.json", "items", 0, "status", "privacyStatus", value=status))


@pytest.mark.parametrize("path", [("id",), ("contentDetails",), ("contentDetails", "relatedPlaylists"), ("contentDetails", "relatedPlaylists", "uploads")])
def test_a_channel_of_another_shape(path: tuple[str, ...]) -> None:
    with pytest.raises(UnexpectedReply):
        parse_channel(without("youtube/channel.json", "items", 0, *path, value="?"))


def test_whether_a_video_is_gone() -> None:
    assert parse_if_gone(recorded_json("youtube/video.json")) is None
    assert parse_if_gone(recorded_json("youtube/video-gone.json")) == "absent from videos.list"
    assert parse_if_gone(without("youtube/video.json", "items", 0, "status", "privacyStatus", value="private")) == "no longer public (private)"


@pytest.mark.parametrize("value", [{}, {"items": [{}]}, {"items": [{"status": {}}]}, {"items": 0}])
def test_an_odd_answer_is_no_deletion(value: Json) -> None:
    with pytest.raises(UnexpectedReply):
        parse_if_gone(At(value, "reply"))


def test_comments_are_visitors_and_nameless() -> None:
    comments = parse_comments(recorded_json("youtube/comments.json"), ACCOUNT)
    first = comments.items[0].post
    assert (first.kind, first.text, first.native_id) == (PostKind.VISITOR_COMMENT, "How long will it be closed?", "Ugx0005")
    assert first.url == f"{WATCH}vid00000009&lc=Ugx0005"
    assert first.edited_at == datetime(2026, 5, 30, 12, 5, tzinfo=UTC)
    assert [item.post.text for item in comments.items[1:]] == ["Thank you, I <3 the horses & dogs", "On the channel itself"]
    assert comments.items[1].post.edited_at is None
    assert comments.items[2].post.url == ACCOUNT.url
    assert comments.next == "QURTSl9pMQ"


def test_comments_that_are_held_back_or_odd() -> None:
    comments = parse_comments(recorded_json("youtube/comments.json"), ACCOUNT)
    assert "Held for review" not in repr(comments)
    assert [(one.native_id, one.path) for one in comments.rejected] == [
        ("Ugx0001", "reply.items[4].snippet.topLevelComment.snippet.publishedAt"),
        ("Ugx0000", "reply.items[5].snippet.topLevelComment.snippet.textDisplay"),
    ]


@pytest.mark.parametrize(
    ("name", "status", "error", "message"),
    [
        ("quota-exceeded", 403, TryAgainLater, "quotaExceeded"),
        ("rate-limit", 403, TryAgainLater, "rateLimitExceeded"),
        ("key-invalid", 400, NotPermitted, "token"),
        ("not-configured", 403, NotPermitted, "accessNotConfigured"),
        ("playlist-not-found", 404, AccountGone, "playlistNotFound"),
        ("comments-disabled", 403, NotPermitted, "403"),
        ("uploads", 400, UnexpectedReply, "400"),
    ],
)
def test_what_errors_mean(name: str, status: int, error: type[Exception], message: str) -> None:
    reply = replace(a_reply(recorded(f"youtube/{name}.json"), "https://www.googleapis.com/youtube/v3/x?secret=1"), status=status)
    with pytest.raises(error, match=message) as problem:
        understood_by_reason(reply)
    assert "secret" not in str(problem.value)
    assert "requested" not in str(problem.value)  # nothing of the reply's own words


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"error": 7}', b'{"error": {"errors": [7]}}', b'{"error": {"errors": 7}}', b'{"error": {"errors": [{"reason": 7}]}}']
)
def test_an_error_that_names_no_reason(body: bytes) -> None:
    assert reasons(a_reply(body)) <= {""}


@pytest.mark.parametrize(
    ("status", "reason", "said"),
    [(404, "videoNotFound", "404 videoNotFound"), (404, "commentNotFound", "404 commentNotFound"), (404, "notFound", None), (403, "videoNotFound", None)],
)
def test_a_video_or_comment_that_is_not_there(status: int, reason: str, said: str | None) -> None:
    reply = a_reply(json.dumps({"error": {"code": status, "errors": [{"reason": reason}]}}).encode())
    assert not_there(replace(reply, status=status)) == said


@pytest.mark.parametrize("value", [None, {}, {"default": {}}, {"maxres": None, "huge": {"url": "https://a.example/b.jpg"}}])
def test_no_thumbnail(value: Json) -> None:
    assert largest(At(value, "thumbnails")) == ""


def test_the_feed_without_a_key() -> None:
    feed = parse_feed(a_reply(recorded("youtube/videos.xml")), ACCOUNT.id, CHANNEL)
    assert feed.items[0].post == Post(
        account_id=ACCOUNT.id,
        native_id="vid00000009",
        kind=PostKind.POST,
        url=f"{WATCH}vid00000009",
        text="Detour by 2nd St until 18:00.\n\nWe <3 our city",
        posted_at=datetime(2026, 5, 30, 10, tzinfo=UTC),
        title="Road closed on Main St & 2nd",
        media=(MediaLink("https://i1.ytimg.com/vi/vid00000009/hqdefault.jpg"),),
    )
    assert (feed.items[1].post.text, feed.items[1].post.media) == ("", ())
    assert [(one.native_id, one.path.rpartition("/")[2]) for one in feed.rejected] == [
        ("vid00000007", "feed.entry[2].channelId"),
        ("vid00000006", "feed.entry[3].published"),
    ]
    assert (feed.next, feed.to_the_end) == (None, False)
    assert parse_name(a_reply(recorded("youtube/videos.xml"))) == "Example City Police Department"


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"{}", b"<rss/>", b"<!DOCTYPE feed [<!ENTITY a 'b'>]><feed/>"])
def test_what_is_no_feed(body: bytes) -> None:
    with pytest.raises(UnexpectedReply):
        parse_feed(a_reply(body), ACCOUNT.id, CHANNEL)


# Visits, at a loopback site.


def served(site: Site, **page: Json) -> Callable[[Asked], Answer | None]:
    site.pages[FEED] = Answer(200, recorded("youtube/videos.xml"), {"Content-Type": "text/xml"})
    return site.otherwise


def visited(http: Http, site: Site, checkpoint: Checkpoint | None = None, handle: str = CHANNEL) -> list[Page]:
    return list(YouTube().pages(an_account("youtube", handle, f"{site.origin}/channel/x"), checkpoint, http))


def test_without_a_key_the_feed_is_read(site: Site, http: Http) -> None:
    served(site)
    pages = visited(http, site)
    assert [post.kind for page in pages for post in page.posts] == [PostKind.PROFILE, PostKind.POST, PostKind.POST]
    assert site.paths == ["/robots.txt", FEED]
    assert site.asked[1].query == {"channel_id": CHANNEL}
    assert [page.unchanged for page in visited(http, site, pages[-1].checkpoint)] == [True]


def test_a_video_that_left_the_feed_is_not_gone(site: Site, http: Http, clock: Clock) -> None:
    served(site)
    checkpoint = visited(http, site)[-1].checkpoint
    site.pages[FEED] = Answer(200, recorded("youtube/videos.xml").replace(b"vid00000009", b"vid0000000b"))
    clock.pass_by(hours=25)
    pages = visited(http, site, checkpoint)
    assert [post.native_id for page in pages for post in page.posts] == ["vid0000000b"]
    assert [one for page in pages for one in page.gone] == []


def test_without_a_key_robots_txt_counts(site: Site, http: Http) -> None:
    served(site)
    site.pages["/robots.txt"] = Answer(200, b"User-agent: *\nDisallow: /feeds/")
    with pytest.raises(NotPermitted, match=r"robots\.txt"):
        visited(http, site)


def test_without_a_key_the_channels_id_is_needed(site: Site, http: Http) -> None:
    with pytest.raises(NotPermitted, match=r"Copy channel ID.*\[youtube\]"):
        visited(http, site, handle="@examplecitypd")
    assert site.asked == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_channel_whose_feed_is_gone(site: Site, http: Http, status: int) -> None:
    site.pages[FEED] = Answer(status, b"")
    with pytest.raises(AccountGone):
        visited(http, site)


def test_a_key_that_comes_later_reads_on(site: Site, new_client: NewClient, tokens: Path) -> None:
    served(site)
    server = YouTubeServer(identity=CHANNEL)
    site.otherwise = lambda asked: server.answer(site, asked)
    checkpoint = visited(new_client(), site)[-1].checkpoint
    server.author.write_many(2)
    pages = visited(new_client(tokens=tokens), site, checkpoint)
    assert [post.text for page in pages for post in page.posts if post.kind is PostKind.POST] == ["Post 2", "Post 1"]


@pytest.fixture
def server(site: Site) -> YouTubeServer:
    one = YouTubeServer(comments=[("Ugx2", "When?"), ("Ugx1", "Thank you")])
    one.author.write_many(2)
    site.otherwise = lambda asked: one.answer(site, asked)
    return one


def keyed(server: YouTubeServer, site: Site, http: Http, checkpoint: Checkpoint | None = None, custody: Custody = Custody.DEPARTMENT_RUN) -> list[Page]:
    return list(YouTube().pages(replace(server.account(site), custody=custody), checkpoint, http))


def comments(pages: list[Page]) -> list[str]:
    return [post.text for page in pages for post in page.posts if post.kind is PostKind.VISITOR_COMMENT]


def test_comments_are_asked_for_once_a_day(server: YouTubeServer, site: Site, new_client: NewClient, tokens: Path, clock: Clock) -> None:
    http = new_client(tokens=tokens)
    pages = keyed(server, site, http)
    assert comments(pages) == ["When?", "Thank you"]
    server.comments = [("Ugx3", "Where?"), ("Ugx1", "Thank you!")]
    server.author.write_many(1)
    clock.pass_by(hours=2)
    pages = keyed(server, site, http, pages[-1].checkpoint)
    assert comments(pages) == []
    clock.pass_by(hours=25)
    pages = keyed(server, site, http, pages[-1].checkpoint)
    assert comments(pages) == ["Where?", "Thank you!"]
    assert [(one.native_id, one.answer) for page in pages for one in page.gone] == [("Ugx2", "absent from comments.list")]
    site.asked.clear()
    assert [page.unchanged for page in keyed(server, site, http, pages[-1].checkpoint)] == [True]
    assert site.paths == ["/playlistItems"]


def test_what_the_days_look_shows_again_is_told_of_comments_and_of_the_feed_too(
    server: YouTubeServer, site: Site, new_client: NewClient, tokens: Path, clock: Clock
) -> None:
    server.comments = [("Ugx2", "When?"), ("Ugx1", "Thank you")]
    pages = keyed(server, site, new_client(tokens=tokens))
    server.comments = [("Ugx1", "Thank you")]
    clock.pass_by(hours=25)
    again = keyed(server, site, new_client(tokens=tokens), pages[-1].checkpoint)
    assert {post.native_id for page in again for post in page.refreshed} == {"profile", "ecpd_000001", "ecpd_000002", "Ugx1"}
    served(site)
    etagged = Answer(200, recorded("youtube/videos.xml"), {"ETag": '"1"'})
    site.pages[FEED] = lambda asked: Answer(304) if "If-None-Match" in asked.headers else etagged
    pages = visited(new_client(), site)
    assert [page.refreshed for page in visited(new_client(), site, pages[-1].checkpoint)] == [()]
    clock.pass_by(hours=25)
    again = visited(new_client(), site, pages[-1].checkpoint)
    assert {post.native_id for page in again for post in page.refreshed} == {post.native_id for page in pages for post in page.posts}


def test_a_visit_that_told_something_is_not_called_unchanged_for_want_of_comments(
    server: YouTubeServer, site: Site, new_client: NewClient, tokens: Path
) -> None:
    for disabled in (False, True):
        server.comments = []
        if disabled:
            site.pages["/commentThreads"] = Answer(403, recorded("youtube/comments-disabled.json"))
        pages = keyed(server, site, new_client(tokens=tokens))
        assert "/commentThreads" in site.paths
        assert not any(page.unchanged for page in pages)


def test_comments_on_a_members_own_channel_are_never_asked_for(server: YouTubeServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    assert comments(keyed(server, site, new_client(tokens=tokens), custody=Custody.OPTED_IN)) == []
    assert "/commentThreads" not in site.paths


def test_comments_that_are_switched_off(server: YouTubeServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    http = new_client(tokens=tokens)
    site.pages["/commentThreads"] = Answer(403, recorded("youtube/comments-disabled.json"))
    pages = keyed(server, site, http)
    assert comments(pages) == []
    server.author.write_many(1)
    site.asked.clear()
    assert [post.text for page in keyed(server, site, http, pages[-1].checkpoint) for post in page.posts] == ["Post 3"]
    assert site.paths == ["/playlistItems"]


def test_who_wrote_a_comment_is_in_no_record(server: YouTubeServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    recorder = Recorder("Plainview test")
    pages = keyed(server, site, new_client(tokens=tokens).visit(recorder, Meter()))
    taken = recorder.take()
    assert taken is not None
    kept = gzip.decompress(taken.content)
    assert b"Thank you" in kept
    assert b"a_visitor" not in kept
    assert b"UCvisitor" not in kept
    assert "a_visitor" not in repr(pages)


def test_the_key_goes_in_a_header(server: YouTubeServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    keyed(server, site, new_client(tokens=tokens))
    assert {one.headers.get("X-Goog-Api-Key") for one in site.asked} == {TOKEN}
    assert not any(TOKEN in repr(one.query) for one in site.asked)


def test_each_list_costs_a_unit_and_the_day_has_an_end(server: YouTubeServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    meter = Meter(Budget("youtube", DAILY, Spent(0, 9_998), lambda: NOON))
    with pytest.raises(TryAgainLater, match="10000 units"):
        keyed(server, site, new_client(tokens=tokens).visit(None, meter))
    assert meter.cost == 2
    assert site.paths == ["/channels", "/playlistItems"]


def test_a_channel_without_uploads_is_not_gone(server: YouTubeServer, site: Site, new_client: NewClient, tokens: Path) -> None:
    http = new_client(tokens=tokens)
    site.pages["/playlistItems"] = Answer(404, recorded("youtube/playlist-not-found.json"))
    pages = keyed(server, site, http)
    assert [post.kind for page in pages for post in page.posts if post.kind is PostKind.POST] == []
    site.pages["/channels"] = Answer(200, recorded("youtube/channel-none.json"))
    with pytest.raises(AccountGone, match="no such channel"):
        keyed(server, site, http, pages[-1].checkpoint)
