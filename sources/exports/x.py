"""X's "Download an archive of your data": `tweets.js`, `tweets-part1.js`, in older archives `tweet.js`, with the media in `tweets_media`.

How to get one: https://help.x.com/en/managing-your-account/how-to-download-your-x-archive. Its README says what each file holds; a post has the fields of
https://docs.x.com/x-api/v1 (Tweet object). Protected posts look like public ones.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from domain.account import Account
from domain.identity import clean_text
from domain.post import MediaLink, Post, PostKind, Rejected
from sources.exports.archive import Archive
from sources.exports.export import ExportedPost, file_name, named, understood
from sources.exports.spreadsheet import text_in
from sources.reading.readable import picture
from sources.reading.shape import At, json_at
from sources.source import UnexpectedReply

FILE = re.compile(r"tweets?(-part\d+)?\.js")
BEGINNING = re.compile(r"\s*window\.YTD\.tweets?\.part\d+\s*")  # what stands before the first `=`; the rest is JSON
MEDIA_FOLDERS = ("tweets_media", "tweet_media")
ID = re.compile(r"\d{1,25}")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TIME = re.compile(rf"\w{{3}} ({'|'.join(MONTHS)}) (\d\d) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d) (\d{{4}})")


class X:
    """Reads posts and answers. What the account passed on of others is left out."""

    name = "x"
    title = "X"
    files = "tweets.js or tweet.js"

    def wanted(self, member: str) -> bool:
        """As `Exporter.wanted`."""
        return named(member, FILE)

    def posts(self, archive: Archive, account: Account) -> Iterator[ExportedPost | Rejected]:
        """As `Exporter.posts`."""
        for member in archive.data_files():
            listed = parse_file(archive.data(member), file_name(member))
            yield from understood(listed.items(), partial(parse_tweet, archive=archive, account=account, member=member))


def parse_file(content: bytes, path: str) -> At:
    """What a file assigns, read as JSON and never run. Raises UnexpectedReply for a file of anything but posts, whatever its name."""
    beginning, found, rest = text_in(content, path).partition("=")
    if not found or not BEGINNING.fullmatch(beginning):
        raise UnexpectedReply(path, "does not begin as a file of posts does")
    return json_at(rest.strip().removesuffix(";").encode(), path)


def parse_tweet(entry: At, archive: Archive, account: Account, member: str) -> ExportedPost | None:
    """One post; None for somebody else's that was passed on."""
    tweet = entry.at("tweet") if not entry.at("tweet").missing else entry
    said = tweet.at("full_text").text()
    if said.startswith("RT @") or tweet.at("retweeted").value is True:
        return None
    identifier = tweet.at("id_str").text()
    if not ID.fullmatch(identifier):
        tweet.at("id_str").wrong("is not an id")
    shown = dict(_shown(media, identifier, archive) for media in _media(tweet))
    handle = account.handle.lstrip("@")
    post = Post(
        account_id=account.id,
        native_id=identifier,
        kind=_kind(tweet, handle),
        url=f"https://x.com/{handle}/status/{identifier}",
        text=_text(tweet, said),
        posted_at=_time(tweet.at("created_at")),
        media=tuple(shown),
    )
    return ExportedPost(post, tuple(shown.values()), None, member)


def _media(tweet: At) -> list[At]:
    """All media: `entities` names the first one only."""
    for key in ("extended_entities", "entities"):
        listed = list(tweet.at(key).at("media").maybe_items()) if not tweet.at(key).missing else []
        if listed:
            return listed
    return []


def _shown(media: At, identifier: str, archive: Archive) -> tuple[MediaLink, str]:
    """A picture, or the best of a video's files that the archive holds, with the file's name there."""
    alt = media.at("ext_alt_text").maybe_text()
    choices = [(_link(media.at("media_url_https"), alt, None))] if media.at("video_info").missing else _videos(media, alt)
    named_so = [(link, f"{folder}/{identifier}-{_base(link.url)}") for link in choices for folder in MEDIA_FOLDERS]
    return next(((link, file) for link, file in named_so if archive.has(file)), named_so[0])


def _videos(media: At, alt: str) -> list[MediaLink]:
    """A video's files, the largest first; its still picture where none is a file."""
    found = [(_rate(one.at("bitrate")), _link(one.at("url"), alt, "video/mp4")) for one in media.at("video_info").at("variants").items() if _is_file(one)]
    return [link for _, link in sorted(found, key=lambda one: one[0], reverse=True)] or [_link(media.at("media_url_https"), alt, None)]


def _is_file(variant: At) -> bool:
    return variant.at("content_type").text() == "video/mp4"


def _rate(at: At) -> int:
    """A bit rate, which archives write as text."""
    text = str(at.value or 0)
    return int(text) if re.fullmatch(r"\d{1,12}", text) else at.wrong("expected a number")


def _link(at: At, alt: str, mime: str | None) -> MediaLink:
    return picture(at.text(), "https://x.com/", alt, mime) or at.wrong("is not an http or https address")


def _base(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


def _text(tweet: At, said: str) -> str:
    """The words with links as they lead, and without the short links that stand for what is shown."""
    if not tweet.at("entities").missing:
        for link in tweet.at("entities").at("urls").maybe_items():
            short = link.at("url").maybe_text()
            said = said.replace(short, link.at("expanded_url").maybe_text() or short) if short else said
    for media in _media(tweet):
        short = media.at("url").maybe_text()
        said = said.replace(short, "") if short else said
    return clean_text(html.unescape(said)).strip()


def _kind(tweet: At, handle: str) -> PostKind:
    """An answer to somebody is a comment; an answer to oneself continues a thread."""
    answers = tweet.at("in_reply_to_screen_name").maybe_text()
    return PostKind.POST if answers.casefold() in {"", handle.casefold()} else PostKind.COMMENT


def _time(at: At) -> datetime:
    """A time such as `Wed Nov 18 12:00:00 +0000 2026` (X API v1.1, `created_at`), whatever the language of the machine."""
    found = TIME.fullmatch(at.text().strip())
    if not found:
        at.wrong("expected a time such as Wed Nov 18 12:00:00 +0000 2026")
    month, day, hour, minute, second, sign, ahead, more, year = found.groups()
    offset = timedelta(hours=int(ahead), minutes=int(more)) * (-1 if sign == "-" else 1)
    try:
        return datetime(int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC) - offset
    except (ValueError, OverflowError):
        at.wrong("is no time")
