"""A YouTube channel without a key: the Atom feed of its 15 newest videos (https://developers.google.com/youtube/v3/guides/push_notifications names it)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bs4 import BeautifulSoup
from bs4.element import Tag
from bs4.exceptions import ParserRejectedMarkup

from domain.account import Account
from domain.identity import Json
from domain.post import Post, PostKind, Rejected
from sources.client.address import where
from sources.client.http import Http, Reply
from sources.platforms.feed.xml_feed import refuse_hostile, root_of
from sources.reading.api import good
from sources.reading.entries import understood
from sources.reading.profile import profile_of
from sources.reading.readable import picture, unique
from sources.reading.shape import At
from sources.reading.track import Item, Read, Track, time_order
from sources.reading.walk import Walk, unchanged, with_profile
from sources.source import Page, UnexpectedReply

MEMBERS = ("videoId", "channelId", "title", "published", "description", "thumbnail")


def parse_feed(reply: Reply, account_id: str, channel: str) -> Read:
    """The feed's entries. It is a window: a video that is not in it is older, or gone, and nothing tells which."""
    path = where(reply.url)
    entries = [At(_members(entry), f"{path}.entry[{index}]") for index, entry in enumerate(_feed(reply).find_all("entry", recursive=False))]

    def understand(entry: At) -> Iterator[Item | Rejected]:
        yield _item(entry, account_id, channel)

    return replace(understood(entries, understand, lambda entry: entry.at("videoId").identifier(), None), to_the_end=False, record=reply.record)


def parse_name(reply: Reply) -> str:
    """The channel's name, which is all of its profile that the feed holds."""
    title = _feed(reply).find("title", recursive=False)
    return title.get_text() if isinstance(title, Tag) else ""


def pages(http: Http, account: Account, channel: str, base: str, track: Track) -> Iterator[Page]:
    """What is new and edited among the newest 15. robots.txt is asked: this is no API."""
    # Once a day it is read whole: that it was not modified names no video that was seen again.
    etag = track.own.get("feed_etag") if track.settled and not track.sweep_due(http.now()) else None
    reply = good(http.get(f"{base}/feeds/videos.xml?channel_id={channel}", accept="application/atom+xml, */*;q=0.1", etag=etag))
    if reply.not_modified:
        yield unchanged(track)
        return
    track.own["feed_etag"] = reply.etag or ""
    first = parse_feed(reply, account.id, channel)
    # That a video left the feed is not known to be a deletion: YouTube answers 200 for the page of one that is gone.
    found = Walk(track, _no_further_page, lambda _video, _known: None, http.now(), 1, since=account.since).from_first(first)
    if not track.settled or track.sweep_due(http.now()):
        found = with_profile(track, profile_of(account, parse_name(reply), "", (), http.now()), found)
    yield from found


def _no_further_page(_next: str) -> Read:
    return Read((), (), None, to_the_end=False)


def _feed(reply: Reply) -> Tag:
    path = where(reply.url)
    refuse_hostile(reply, path)
    try:
        feed = BeautifulSoup(reply.body, "xml").find("feed") if root_of(reply.body) == "feed" else None
    except ParserRejectedMarkup:
        raise UnexpectedReply(path, "cannot be read as XML") from None
    if not isinstance(feed, Tag):
        raise UnexpectedReply(path, "is no Atom feed")
    return feed


def _members(entry: Tag) -> Json:
    found = {name: entry.find(name) for name in MEMBERS}
    return {name: str(tag.get("url") or "") if name == "thumbnail" else tag.get_text() for name, tag in found.items() if isinstance(tag, Tag)}


def _item(entry: At, account_id: str, channel: str) -> Item:
    if entry.at("channelId").text() != channel:
        entry.at("channelId").wrong("is another channel's")
    video = entry.at("videoId").identifier()
    posted_at = entry.at("published").moment()
    url = f"https://www.youtube.com/watch?v={video}"
    shown = picture(entry.at("thumbnail").maybe_text(), url)
    post = Post(
        account_id=account_id,
        native_id=video,
        kind=PostKind.POST,
        url=url,
        text=entry.at("description").maybe_text().strip(),
        posted_at=posted_at,
        title=entry.at("title").maybe_text().strip(),
        media=unique([shown] if shown else []),
    )
    return Item(post, time_order(posted_at), video)
