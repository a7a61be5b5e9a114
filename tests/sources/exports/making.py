"""Small exports, made as the platforms make them. All that is in them is invented."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from domain.account import Account, Custody

MARK = "zqx marked private words"
PICTURE = b"\x89PNG\r\n\x1a\n invented bytes"
HANDLES = {"mastodon": "@press@police.example.gov"}
URLS = {"mastodon": "https://police.example.gov/@press"}


def account_on(platform: str, custody: Custody = Custody.OPTED_IN) -> Account:
    """An account of a member on that platform."""
    return Account(platform, HANDLES.get(platform, "examplecity"), URLS.get(platform, f"https://{platform}.example/examplecity"), custody)


def zipped(path: Path, members: Mapping[str, bytes | str]) -> Path:
    """A ZIP with these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def twice_encoded(text: str) -> str:
    """`text` as Facebook and Instagram write it."""
    return text.encode().decode("latin-1")


def sheet(columns: str, *rows: tuple[str, ...]) -> str:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([columns.split(","), *rows])
    return text.getvalue()


MESSAGE = json.dumps({"messages": [{"content": MARK}]})

FACEBOOK_POSTS = [
    {
        "timestamp": 1790000000,
        "title": "Robin Sample wrote on Kim Sample's timeline.",
        "data": [{"post": twice_encoded("Café at the station \U0001f6a8")}, {"update_timestamp": 1790000600}],
        "attachments": [
            {
                "data": [
                    {"media": {"uri": "your_facebook_activity/posts/media/1.png", "description": twice_encoded("a façade"), "creation_timestamp": 1790000000}},
                    {"external_context": {"url": "https://police.example.gov/news"}},
                    {"place": {"name": MARK}},
                ]
            }
        ],
        "tags": [{"name": MARK}],
    },
    {"timestamp": 1790000001, "data": [{"post": "=2+3 only words"}]},
    {"timestamp": 1790000002, "title": "moved", "data": [{}]},
]

INSTAGRAM_POSTS = [
    {"media": [{"uri": "media/posts/202609/1.png", "creation_timestamp": 1790000000, "title": twice_encoded("Señal")}]},
    {
        "media": [{"uri": "media/posts/202609/2.png", "creation_timestamp": 1790000050, "title": ""}, {"uri": "media/posts/202609/3.mp4"}],
        "title": "Two of them",
        "creation_timestamp": 1790000100,
    },
]

TWEET = {
    "id_str": "1800000000000000001",
    "full_text": "Road closed &amp; diverted https://t.co/a https://t.co/m",
    "created_at": "Wed Nov 18 12:00:00 +0000 2026",
    "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://police.example.gov/road"}]},
    "extended_entities": {
        "media": [
            {"url": "https://t.co/m", "media_url_https": "https://pbs.twimg.com/media/AB.png", "ext_alt_text": "a map"},
            {
                "url": "https://t.co/m",
                "media_url_https": "https://pbs.twimg.com/ext/poster.jpg",
                "video_info": {
                    "variants": [
                        {"content_type": "application/x-mpegURL", "url": "https://video.twimg.com/1/pl.m3u8"},
                        {"bitrate": "256000", "content_type": "video/mp4", "url": "https://video.twimg.com/1/small.mp4?tag=1"},
                        {"bitrate": "2176000", "content_type": "video/mp4", "url": "https://video.twimg.com/1/large.mp4?tag=1"},
                    ]
                },
            },
        ]
    },
}
TWEETS = [
    {"tweet": TWEET},
    {"tweet": {"id_str": "1800000000000000002", "full_text": "RT @another: words", "created_at": "Wed Nov 18 12:00:01 +0000 2026"}},
    {
        "tweet": {
            "id_str": "1800000000000000003",
            "full_text": "@another thanks",
            "created_at": "Wed Nov 18 13:00:00 +0100 2026",
            "in_reply_to_screen_name": "another",
        }
    },
]


def tweets_js(posts: object = TWEETS, begin: str = "window.YTD.tweets.part0 = ") -> str:
    """A file of X's archive."""
    return begin + json.dumps(posts)


SHARES = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility"
UPDATE = "https://www.linkedin.com/feed/update/"
SHARE_ROWS = (
    ("2026-11-18 12:00:00", f"{UPDATE}urn%3Ali%3Ashare%3A7448081445065035776", 'We are "hiring"\nnow', "https://police.example.gov/jobs", "", "PUBLIC"),
    ("2026-11-17 12:00:00", f"{UPDATE}urn%3Ali%3AugcPost%3A7448081445065035777", MARK, "", "", "MEMBER_NETWORK"),
    ("2026-11-16 12:00:00", f"{UPDATE}urn%3Ali%3Ashare%3A7448081445065035778", "", "https://news.example/by-another", "", "PUBLIC"),
    (
        "2026-11-15 12:00:00",
        "https://www.linkedin.com/posts/press_words-activity-7448081445065035779-Ab?utm=1",
        "With a picture",
        "",
        "https://media.example/p",
        "anyone",
    ),
)

AUTHOR = "https://police.example.gov/users/press"
EVERYONE = "https://www.w3.org/ns/activitystreams#Public"


def created(number: int, to: object = EVERYONE, cc: object = (), **more: object) -> dict[str, object]:
    """An activity of Mastodon's archive."""
    made = {
        "id": f"{AUTHOR}/statuses/{number}",
        "type": "Note",
        "attributedTo": AUTHOR,
        "published": "2026-11-18T12:00:00Z",
        "url": f"https://police.example.gov/@press/{number}",
        "content": "<p>Road closed</p>",
        "to": to,
        "cc": cc,
    }
    return {"id": f"{AUTHOR}/statuses/{number}/activity", "type": "Create", "actor": AUTHOR, "object": made | more}


OUTBOX = {
    "type": "OrderedCollection",
    "orderedItems": [
        created(
            1,
            [EVERYONE],
            summary="Traffic",
            attachment=[{"type": "Document", "mediaType": "image/png", "url": "/media_attachments/files/1/a.png", "name": "a map"}],
        ),
        created(2, [f"{AUTHOR}/followers"], ["as:Public"], inReplyTo="https://social.example/users/other/statuses/9"),
        created(3, [f"{AUTHOR}/followers"], content=MARK),
        created(4, ["https://social.example/users/other"], content=MARK),
        {"type": "Announce", "actor": AUTHOR, "object": "https://social.example/users/other/statuses/7"},
        created(5, EVERYONE, inReplyTo=f"{AUTHOR}/statuses/1", updated="2026-11-18T13:00:00Z"),
    ],
}

VIDEOS = (
    "Video ID,Approx Duration (ms),Video Description (Original),Channel ID,Video Title (Original),Privacy,Video State,"
    "Video Create Timestamp,Video Publish Timestamp"
)
VIDEO_ROWS = (
    ("abcDEF-_123", "1000", "What to do, and when", "UC1", "Winter roads", "Public", "Processed", "2026-11-18T11:00:00+00:00", "2026-11-18T12:00:00+00:00"),
    ("abcDEF-_124", "1000", MARK, "UC1", "For some", "Unlisted", "Processed", "2026-11-18T11:00:00+00:00", ""),
    ("abcDEF-_125", "1000", MARK, "UC1", "For nobody", "Private", "Processed", "2026-11-18T11:00:00+00:00", ""),
    ("abcDEF-_126", "1000", "", "UC1", "Never dated by its publishing", "Public", "Processed", "2026-11-18T11:00:00+00:00", ""),
)

TIKTOK = {
    "Direct Message": {"Direct Messages": {"ChatHistory": {"Chat History with other:": [{"Content": MARK}]}}},
    "Post": {
        "Posts": {
            "VideoList": [
                {
                    "Date": "2026-11-18 12:00:00",
                    "Link": "https://www.tiktok.com/@examplecity/video/7300000000000000001/",
                    "WhoCanView": "Everyone",
                    "Title": "Patrol",
                },
                {"Date": "2026-11-18 12:00:01", "Link": "https://cdn.example/file?signed=1", "WhoCanView": "Friends", "Title": MARK},
                {"Date": "2026-11-18 12:00:02", "Link": "https://cdn.example/file?signed=2", "WhoCanView": "public", "Title": "By its time"},
            ]
        },
        "Recently Deleted Posts": {"PostList": [{"Title": MARK}]},
    },
}

X_FILES: dict[str, bytes | str] = {
    "data/tweets.js": tweets_js(),
    "data/tweets_media/1800000000000000001-AB.png": PICTURE,
    "data/tweets_media/1800000000000000001-small.mp4": b"small video",
    "data/direct-messages.js": f"window.YTD.direct_messages.part0 = [{MESSAGE}]",
    "data/direct_messages_media/1-1.png": MARK,
    "data/deleted-tweets.js": tweets_js([{"tweet": TWEET | {"id_str": "9", "full_text": MARK}}], "window.YTD.deleted_tweets.part0 = "),
    "data/account.js": f'window.YTD.account.part0 = ["{MARK}"]',
}

# One of each platform, with what must never be opened beside what is.
EXPORTS: dict[str, dict[str, bytes | str]] = {
    "facebook": {
        "facebook-1/your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json": json.dumps(FACEBOOK_POSTS),
        "facebook-1/your_facebook_activity/posts/media/1.png": PICTURE,
        "facebook-1/your_facebook_activity/messages/inbox/other_1/message_1.json": MESSAGE,
        "facebook-1/your_facebook_activity/messages/inbox/other_1/your_posts_1.json": json.dumps([{"timestamp": 1, "data": [{"post": MARK}]}]),
        "facebook-1/ads_information/advertisers.json": MESSAGE,
        "facebook-1/contacts/your_contacts.json": MESSAGE,
    },
    "instagram": {
        "your_instagram_activity/media/posts_1.json": json.dumps(INSTAGRAM_POSTS),
        "your_instagram_activity/media/reels.json": json.dumps(
            {"ig_reels_media": [{"media": [{"uri": "media/reels/4.mp4", "creation_timestamp": 1790000200, "title": "A reel"}]}]}
        ),
        "media/posts/202609/1.png": PICTURE,
        "media/posts/202609/2.png": PICTURE,
        "your_instagram_activity/messages/inbox/other_1/message_1.json": MESSAGE,
        "your_instagram_activity/media/archived_posts.json": MESSAGE,
        "your_instagram_activity/media/stories.json": MESSAGE,
    },
    "linkedin": {"Shares.csv": sheet(SHARES, *SHARE_ROWS), "messages.csv": f"CONTENT\n{MARK}\n", "Contacts.csv": MARK, "Comments.csv": MARK},
    "mastodon": {
        "outbox.json": json.dumps(OUTBOX),
        "media_attachments/files/1/a.png": PICTURE,
        "bookmarks.json": MESSAGE,
        "likes.json": MESSAGE,
        "actor.json": MESSAGE,
    },
    "tiktok": {"TikTok/user_data_tiktok.json": json.dumps(TIKTOK), "TikTok/messages.json": MESSAGE},
    "x": X_FILES,
    "youtube": {
        "Takeout/YouTube and YouTube Music/video metadata/videos.csv": sheet(VIDEOS, *VIDEO_ROWS),
        "Takeout/YouTube and YouTube Music/comments/comments.csv": MARK,
        "Takeout/YouTube and YouTube Music/live chats/live chats.csv": MARK,
        "Takeout/YouTube and YouTube Music/history/watch-history.json": MESSAGE,
    },
}
