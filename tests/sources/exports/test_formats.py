"""What is read of each platform's export, and what is not."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.post import PostKind, Rejected
from sources.exports.export import NAMED_HERE, ExportedPost, UnusableExport, closed
from sources.exports.reading import MOST_REJECTED, Export, read_export
from sources.exports.registry import EXPORTERS, exporter_for, opened
from sources.source import UnexpectedReply
from tests.sources.exports import making
from tests.sources.exports.making import EXPORTS, MARK, account_on, created, sheet, tweets_js, twice_encoded, zipped

AT_NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
OWN_FILES = {
    "facebook": ["facebook-1/your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json"],
    "instagram": ["your_instagram_activity/media/posts_1.json", "your_instagram_activity/media/reels.json"],
    "linkedin": ["Shares.csv"],
    "mastodon": ["outbox.json"],
    "tiktok": ["TikTok/user_data_tiktok.json"],
    "x": ["data/tweets.js"],
    "youtube": ["Takeout/YouTube and YouTube Music/video metadata/videos.csv"],
}
Read = Callable[..., Export]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read("x")` is the export of X above; with files, one with these instead."""

    def call(platform: str, files: dict[str, bytes | str] | None = None) -> Export:
        path = zipped(tmp_path / f"{len(list(tmp_path.iterdir()))}.zip", files or EXPORTS[platform])
        exporter = exporter_for(platform)
        with opened([path], exporter) as archive:
            return read_export(archive, exporter, account_on(platform))

    return call


def said(export: Export) -> list[str]:
    return [one.post.text for one in export.posts]


def public(export: Export) -> list[bool | None]:
    return [one.public for one in export.posts]


@pytest.mark.parametrize("platform", sorted(EXPORTERS))
def test_nothing_but_the_files_of_posts_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    asked: list[str] = []
    real = zipfile.ZipFile.open

    def seen(self: zipfile.ZipFile, name: Any, *more: Any, **options: Any) -> Any:
        asked.append(getattr(name, "filename", name))
        return real(self, name, *more, **options)

    path = zipped(tmp_path / "a.zip", EXPORTS[platform])
    monkeypatch.setattr(zipfile.ZipFile, "open", seen)
    exporter = exporter_for(platform)
    with opened([path], exporter) as archive:
        export = read_export(archive, exporter, account_on(platform))
    assert export.posts
    assert sorted(set(asked)) == OWN_FILES[platform]
    assert not export.rejected
    assert not any(MARK in f"{one.post}" for one in export.posts if one.public is not False)


@pytest.mark.parametrize("platform", sorted(EXPORTERS))
def test_reading_is_the_same_each_time_and_names_are_kept_short(read: Read, platform: str) -> None:
    first = read(platform)
    assert first == read(platform)
    names = [one.post.native_id for one in first.posts]
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= 1000 for name in names)
    assert all(len(one.members) == len(one.post.media) for one in first.posts)
    assert all(one.post.posted_at.tzinfo is UTC for one in first.posts)
    assert exporter_for(platform).name == platform


@pytest.mark.parametrize("platform", sorted(EXPORTERS))
@pytest.mark.parametrize("other", sorted(EXPORTERS))
def test_an_export_of_another_platform_says_which(tmp_path: Path, platform: str, other: str) -> None:
    path = zipped(tmp_path / "a.zip", EXPORTS[other])
    exporter = exporter_for(platform)
    if platform == other:
        with opened([path], exporter):
            return
    with pytest.raises(UnusableExport) as wrong, opened([path], exporter):
        pass
    assert f"expected an export of {exporter.title}" in str(wrong.value)
    assert exporter_for(other).title in str(wrong.value).partition("this looks like one of")[2]


@pytest.mark.parametrize(
    ("platform", "files", "words"),
    [
        ("facebook", {"posts/your_posts_1.html": "<html>"}, "ask the platform for JSON"),
        ("instagram", {"media/posts_1.html": "<html>"}, "ask the platform for JSON"),
        ("tiktok", {"user_data_tiktok.txt": "Date:"}, "ask the platform for JSON"),
        ("x", {"readme.md": "nothing"}, "holds no file that is known"),
        ("facebook", {"messages/your_posts_1.json": "[]"}, "holds no file that is known"),
    ],
)
def test_an_export_without_posts_says_what_to_ask_for(read: Read, platform: str, files: dict[str, bytes | str], words: str) -> None:
    with pytest.raises(UnusableExport, match=words):
        read(platform, files)


def test_a_platform_without_an_export_is_refused() -> None:
    with pytest.raises(UnusableExport, match='"feed" are not read'):
        exporter_for("feed")


@pytest.mark.parametrize(
    ("platform", "member", "wanted"),
    [
        ("facebook", "posts/your_posts_1.json", True),
        ("facebook", "your_activity_across_facebook/posts/your_posts__check_ins__photos_and_videos_12.json", True),
        ("facebook", "posts/your_posts_1.json.bak", False),
        ("facebook", "groups/group_posts_and_comments.json", False),
        ("facebook", "inbox/your_posts_1.json", False),
        ("instagram", "content/posts_1.json", True),
        ("instagram", "your_posts_1.json", False),
        ("instagram", "media/archived_posts.json", False),
        ("x", "data/tweet.js", True),
        ("x", "data/tweets-part12.js", True),
        ("x", "data/tweet-part1.js", True),
        ("x", "data/deleted-tweets.js", False),
        ("x", "data/direct-messages.js", False),
        ("x", "data/direct-message-group-headers.js", False),
        ("x", "data/tweet-headers.js", False),
        ("linkedin", "Complete_LinkedInDataExport/Shares_155814142.csv", True),
        ("linkedin", "messages.csv", False),
        ("linkedin", "Shares.csv.csv", False),
        ("mastodon", "archive/outbox.json", True),
        ("mastodon", "inbox.json", False),
        ("youtube", "videos.csv", True),
        ("youtube", "video metadata.csv", True),
        ("youtube", "video recordings.csv", False),
        ("tiktok", "user_data.json", True),
        ("tiktok", "user_data_tiktok.txt", False),
    ],
)
def test_files_are_told_by_their_own_name(platform: str, member: str, wanted: bool) -> None:
    assert exporter_for(platform).wanted(member) is wanted


@pytest.mark.parametrize(
    ("member", "shut"),
    [
        ("data/direct_messages_media/1-1.png", True),
        ("data/direct-messages-group.js", True),
        ("a/your_instagram_activity/messages/inbox/other_1/photos/1.jpg", True),
        ("Messages/photos/1.jpg", True),
        ("message_1.json", True),
        ("data/deleted_tweets_media/1.png", True),
        ("data/tweets_media/1-messages.png", False),
        ("posts/media/direct_1.png", False),
        ("media_attachments/files/1/an-inbox.png", False),
    ],
)
def test_what_lies_among_messages_is_shut(member: str, shut: bool) -> None:
    assert closed(member) is shut


def test_facebook(read: Read) -> None:
    first, second = read("facebook").posts
    assert first.post.text == "Café at the station \U0001f6a8\nhttps://police.example.gov/news"
    assert first.post.title == ""
    (picture,) = first.post.media
    assert (picture.url, picture.alt) == (f"{NAMED_HERE}your_facebook_activity/posts/media/1.png", "a façade")
    assert first.members == ("your_facebook_activity/posts/media/1.png",)
    assert first.post.posted_at == datetime.fromtimestamp(1790000000, UTC)
    assert first.post.edited_at == datetime.fromtimestamp(1790000600, UTC)
    assert (first.public, second.public) == (None, None)
    assert first.post.native_id.startswith(NAMED_HERE)
    assert second.post.text == "=2+3 only words"


def test_an_edit_on_facebook_keeps_the_name_and_two_posts_of_one_second_have_two(read: Read) -> None:
    first, second = {"timestamp": 1790000000, "data": [{"post": "One"}]}, {"timestamp": 1790000000, "data": [{"post": "Two"}]}
    edited = read("facebook", {"your_posts_1.json": json.dumps([first | {"data": [{"post": "One, edited"}]}])}).posts[0]
    both = read("facebook", {"your_posts_1.json": json.dumps([first, second, first])}).posts
    assert [one.post.text for one in both] == ["One", "Two"]
    assert both[0].post.native_id == edited.post.native_id
    assert both[1].post.native_id == f"{edited.post.native_id}#2"


def test_a_single_post_without_a_list_is_read(read: Read) -> None:
    assert said(read("facebook", {"your_posts_1.json": json.dumps({"timestamp": 1790000000, "data": [{"post": "One"}]})})) == ["One"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (twice_encoded("Zürich, 東京 \U0001f6a8"), "Zürich, 東京 \U0001f6a8"),
        ("plain", "plain"),
        ("Zürich", "Zürich"),
        ("東京", "東京"),
        ("half Ã", "half Ã"),
        ("nul \x00 and \ud800", "nul  and �"),
    ],
)
def test_text_that_was_encoded_twice_is_put_back_together_only_where_that_makes_sense(read: Read, written: str, meant: str) -> None:
    assert said(read("facebook", {"your_posts_1.json": json.dumps([{"timestamp": 1790000000, "data": [{"post": written}]}])})) == [meant]


def test_instagram(read: Read) -> None:
    reel, first, second = read("instagram").posts
    assert (first.post.text, first.members, first.public) == ("Señal", ("media/posts/202609/1.png",), None)
    assert (second.post.text, second.members) == ("Two of them", ("media/posts/202609/2.png", "media/posts/202609/3.mp4"))
    assert second.post.posted_at == datetime.fromtimestamp(1790000100, UTC)
    assert (reel.post.text, reel.members) == ("A reel", ("media/reels/4.mp4",))


def test_x(read: Read) -> None:
    first, answer = read("x").posts
    assert first.post.text == "Road closed & diverted https://police.example.gov/road"
    assert (first.post.native_id, first.post.kind, first.public) == ("1800000000000000001", PostKind.POST, None)
    assert first.post.posted_at == AT_NOON
    assert first.post.url == "https://x.com/examplecity/status/1800000000000000001"
    assert [link.url for link in first.post.media] == ["https://pbs.twimg.com/media/AB.png", "https://video.twimg.com/1/small.mp4?tag=1"]
    assert first.post.media[0].alt == "a map"
    assert first.post.media[1].mime == "video/mp4"
    assert first.members == ("tweets_media/1800000000000000001-AB.png", "tweets_media/1800000000000000001-small.mp4")
    assert (answer.post.kind, answer.post.posted_at) == (PostKind.COMMENT, AT_NOON)


def test_without_its_file_a_video_is_the_largest_one_and_old_folders_are_known(read: Read) -> None:
    (post,) = read("x", {"tweet.js": tweets_js([{"tweet": making.TWEET}], "window.YTD.tweet.part0 = "), "tweet_media/1800000000000000001-AB.png": "x"}).posts
    assert post.post.media[1].url == "https://video.twimg.com/1/large.mp4?tag=1"
    assert post.members == ("tweet_media/1800000000000000001-AB.png", "tweets_media/1800000000000000001-large.mp4")


@pytest.mark.parametrize(
    "content",
    [
        tweets_js(begin="window.YTD.direct_messages.part0 = "),
        tweets_js(begin="window.YTD.deleted_tweets.part0 = "),
        tweets_js(begin=""),
        "window.YTD.tweets.part0 = process.exit()",
        "window.YTD.tweets.part0 = [NaN]",
        "window.YTD.tweets.part0 = {}",
        "window.YTD.tweets.part0 = [] ; alert(1)",
        b"\xff\xfe\x00",
        b"",
    ],
)
def test_a_file_of_anything_but_posts_is_refused_whole(read: Read, content: bytes | str) -> None:
    with pytest.raises(UnexpectedReply, match=r"tweets\.js"):
        read("x", {"data/tweets.js": content})


@pytest.mark.parametrize("content", [tweets_js() + ";\n", "\ufeff" + tweets_js(), tweets_js(begin=" window.YTD.tweets.part12=")])
def test_a_file_of_posts_may_begin_and_end_in_other_ways(read: Read, content: str) -> None:
    assert len(read("x", {"data/tweets.js": content}).posts) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"id_str": "12a"},
        {"id_str": None},
        {"full_text": None},
        {"created_at": "2026-11-18"},
        {"created_at": "Wed Nov 31 12:00:00 +0000 2026"},
        {"created_at": "Wed Nob 18 12:00:00 +0000 2026"},
        {"created_at": "Mon Jan 01 00:00:00 +2359 0001"},
        {"entities": []},
        {"extended_entities": {"media": [{"media_url_https": "javascript:1"}]}},
        {"extended_entities": {"media": [{"video_info": {"variants": [{"content_type": "video/mp4", "url": "https://a.example/b", "bitrate": "x"}]}}]}},
    ],
)
def test_an_odd_post_is_rejected_alone_and_without_its_name(read: Read, change: dict[str, Any]) -> None:
    export = read("x", {"data/tweets.js": tweets_js([{"tweet": making.TWEET | change}, making.TWEETS[2]])})
    assert len(export.posts) == 1
    (rejected,) = export.rejected
    assert rejected.native_id is None
    assert rejected.path.startswith("tweets.js[0]")


def test_one_id_that_says_two_things_is_rejected(read: Read) -> None:
    export = read("x", {"data/tweets.js": tweets_js([{"tweet": making.TWEET}, {"tweet": making.TWEET}, {"tweet": making.TWEET | {"full_text": "else"}}])})
    assert len(export.posts) == 1
    assert export.rejected == (Rejected(None, "tweets.js", "one post is in this export twice and says different things"),)


def test_a_file_that_is_odd_throughout_is_not_rejected_piece_by_piece_for_ever(read: Read) -> None:
    export = read("x", {"data/tweets.js": tweets_js([{}] * (MOST_REJECTED + 5))})
    assert len(export.rejected) == MOST_REJECTED + 1
    assert export.rejected[-1].reason.startswith("5 further pieces")


def test_linkedin(read: Read) -> None:
    export = read("linkedin")
    first, members_only, pictured = export.posts
    assert first.post.text == 'We are "hiring"\nnow\nhttps://police.example.gov/jobs'
    assert first.post.native_id == "urn:li:share:7448081445065035776"
    assert (first.post.posted_at, first.members) == (AT_NOON, ())
    assert public(export) == [True, False, True]
    assert members_only.post.native_id == "urn:li:ugcPost:7448081445065035777"
    assert (pictured.post.native_id, pictured.members) == ("urn:li:activity:7448081445065035779", ("",))
    assert pictured.post.media[0].url == "https://media.example/p"


def test_an_older_linkedin_export_does_not_say_who_could_see(read: Read) -> None:
    older = sheet("Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl", making.SHARE_ROWS[0][:5])
    assert public(read("linkedin", {"Shares_12.csv": "\ufeff" + older})) == [None]


@pytest.mark.parametrize("word", ["MEMBER_NETWORK", "CONNECTIONS", "LOGGED_IN", "PUBLIC_NOT", "öffentlich"])
def test_whatever_is_not_known_to_be_public_is_not(read: Read, word: str) -> None:
    assert public(read("linkedin", {"Shares.csv": sheet(making.SHARES, (*making.SHARE_ROWS[0][:5], word))})) == [False]
    assert public(read("youtube", {"videos.csv": sheet(making.VIDEOS, tuple(word if cell == "Public" else cell for cell in making.VIDEO_ROWS[0]))})) == [False]


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, "18.11.2026"), (0, ""), (1, "https://www.linkedin.com/feed/"), (1, ""), (1, "https://l.example/?x=-activity-1-"), (None, "one more")],
)
def test_an_odd_row_is_rejected_by_its_line(read: Read, place: int | None, value: str) -> None:
    row = list(making.SHARE_ROWS[0])
    if place is None:
        row.append(value)
    else:
        row[place] = value
    export = read("linkedin", {"Shares.csv": sheet(making.SHARES, tuple(row), making.SHARE_ROWS[3])})
    assert len(export.posts) == 1
    assert [one.path.partition(" line ")[0] for one in export.rejected] == ["Shares.csv"]


@pytest.mark.parametrize(
    "content", ["", "Foo,Bar\n1,2\n", "Date,Date,ShareLink,ShareCommentary\n", b"Date,ShareLink,ShareCommentary\n\xff", f"{making.SHARES}\n{'a' * 200_000}"]
)
def test_a_file_that_is_no_such_csv_is_refused_whole(read: Read, content: bytes | str) -> None:
    with pytest.raises(UnexpectedReply, match=r"Shares\.csv"):
        read("linkedin", {"Shares.csv": content})


def test_mastodon(read: Read) -> None:
    export = read("mastodon")
    first, answer, followers, direct, thread = export.posts
    assert public(export) == [True, True, False, False, True]
    assert (first.post.native_id, first.post.url) == (f"{making.AUTHOR}/statuses/1", "https://police.example.gov/@press/1")
    assert (first.post.text, first.post.title, first.post.kind) == ("Road closed", "Traffic", PostKind.POST)
    assert (first.members, first.post.media[0].alt, first.post.media[0].mime) == (("media_attachments/files/1/a.png",), "a map", "image/png")
    assert answer.post.kind is PostKind.COMMENT
    assert (thread.post.kind, thread.post.edited_at) == (PostKind.POST, datetime(2026, 11, 18, 13, tzinfo=UTC))
    assert MARK in followers.post.text
    assert MARK in direct.post.text


@pytest.mark.parametrize(
    "change",
    [
        {"attributedTo": "https://other.example/users/press"},
        {"attributedTo": "https://police.example.gov/users/another"},
        {"attributedTo": "http://["},
        {"id": ""},
        {"published": "yesterday"},
        {"type": "Video"},
        {"to": 7},
        {"attachment": [{"url": None}]},
    ],
)
def test_an_object_of_somebody_else_or_of_another_shape_is_rejected(read: Read, change: dict[str, object]) -> None:
    export = read("mastodon", {"outbox.json": json.dumps({"orderedItems": [created(1) | {"object": created(1)["object"] | change}, created(2)]})})  # type: ignore[operator]
    assert [one.post.native_id for one in export.posts] == [f"{making.AUTHOR}/statuses/2"]
    assert len(export.rejected) == 1


def test_an_attachment_that_is_named_by_its_address_is_found_by_its_place(read: Read) -> None:
    address = "https://files.police.example.gov/system/media_attachments/files/1/a.png"
    (post,) = read("mastodon", {"outbox.json": json.dumps({"orderedItems": [created(1, attachment=[{"url": address}])]})}).posts
    assert (post.post.media[0].url, post.members) == (address, ("media_attachments/files/1/a.png",))


def test_youtube(read: Read) -> None:
    export = read("youtube")
    first, *_, undated = export.posts
    assert (first.post.native_id, first.post.title, first.post.text) == ("abcDEF-_123", "Winter roads", "What to do, and when")
    assert (first.post.url, first.post.posted_at) == ("https://www.youtube.com/watch?v=abcDEF-_123", AT_NOON)
    assert public(export) == [True, False, False, True]
    assert undated.post.posted_at == datetime(2026, 11, 18, 11, tzinfo=UTC)


def test_columns_of_another_language_are_named_with_the_mend(read: Read) -> None:
    with pytest.raises(UnexpectedReply, match="set to English"):
        read("youtube", {"videos.csv": "ID de vídeo,Privacidad\n1,Público\n"})


def test_tiktok(read: Read) -> None:
    export = read("tiktok")
    first, _, by_time = export.posts
    assert (first.post.native_id, first.post.text) == ("7300000000000000001", "Patrol")
    assert first.post.url == "https://www.tiktok.com/@examplecity/video/7300000000000000001"
    assert public(export) == [True, False, True]
    assert by_time.post.native_id.startswith(NAMED_HERE)
    assert by_time.post.url == account_on("tiktok").url


@pytest.mark.parametrize("host", ["tiktok.com.example", "nottiktok.com", "["])
def test_the_id_of_a_video_is_taken_from_tiktoks_own_pages_alone(read: Read, host: str) -> None:
    older = {"Video": {"Videos": {"VideoList": [{"Date": "2026-11-18 12:00:00", "Link": f"https://{host}/@a/video/7300000000000000001"}]}}}
    (post,) = read("tiktok", {"user_data.json": json.dumps(older)}).posts
    assert post.post.native_id.startswith(NAMED_HERE)
    assert post.public is None


def test_an_account_without_videos_has_none(read: Read) -> None:
    assert read("tiktok", {"user_data_tiktok.json": json.dumps({"Post": {}, "Direct Message": {"VideoList": [MARK]}})}).posts == ()


def test_what_an_exporter_hands_over_is_whole() -> None:
    assert ExportedPost.__slots__ == ("post", "members", "public", "member")
