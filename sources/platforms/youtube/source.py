"""YouTube: a channel's public uploads, their titles, descriptions and thumbnails; the videos themselves are never downloaded.

With an API key the YouTube Data API v3 is asked (https://developers.google.com/youtube/v3/docs: channels, playlistItems, videos, commentThreads; its discovery
document names every field). Without one the channel's Atom feed is read, which shows the 15 newest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from domain.account import Account, Custody
from domain.identity import Json
from domain.post import Post, PostKind, Rejected
from domain.retention import OnDelete
from sources.client.address import checked, where
from sources.client.http import Http, Reply
from sources.client.tokens import MEND
from sources.platforms.youtube import comments, feed
from sources.platforms.youtube.api import YouTubeApi, items_of, largest, not_there, reasons, understood_by_reason
from sources.reading.api import api_at
from sources.reading.entries import understood
from sources.reading.members import without
from sources.reading.profile import profile_of
from sources.reading.readable import picture, unique
from sources.reading.shape import At, read_json
from sources.reading.track import Item, Known, Read, Track, time_order, track_of
from sources.reading.walk import Walk, profile_page, unchanged
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms

SITES = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com"})
SITE = "https://www.youtube.com"
API = "https://www.googleapis.com/youtube/v3"
CHANNEL = re.compile(r"UC[\w-]{22}")
ID = re.compile(r"[\w-]{1,100}")
PER_PAGE = "50"  # the most that the API gives
PARTS = "id,snippet,contentDetails,status,brandingSettings"
NOT_PUBLIC = {"private", "unlisted", "privacyStatusUnspecified"}  # "Private video" and "Deleted video" stand in for what is not shown
EMPTY = {"playlistNotFound"}  # what a channel without any upload answers too

WANTED = "a YouTube Data API key; without one the 15 newest videos are read, if handle or url hold the channel's id"
TERMS = Terms(
    use="Titles, descriptions and thumbnails of public uploads by the Data API or the channel's feed; audiovisual content is not downloaded.",
    on_delete=OnDelete.PURGE,
    keep_days=30,
    reference="https://developers.google.com/youtube/terms/developer-policies (III.E.4: stored API data is refreshed or deleted within 30 days)",
    refresh=True,
)
NEEDS = Needs(
    handle="`@examplecitypd`, or the channel's id, `UC…`",
    url="`https://www.youtube.com/@…` or `https://www.youtube.com/channel/UC…`",
    token=WANTED,
)
DAILY = Allowance(requests=20_000, cost=10_000, unit="units")


def parse_channel(reply: At) -> tuple[str, str]:
    """The channel's id and its uploads playlist, from channels.list. Raises AccountGone where there is no such public channel."""
    found = items_of(reply)
    if not found:
        raise AccountGone(f"{reply.path}: there is no such channel")
    if not found[0].at("status").missing and found[0].at("status").at("privacyStatus").maybe_text() in NOT_PUBLIC:
        raise AccountGone(f"{reply.path}: the channel is not public")
    return _id(found[0].at("id")), _id(found[0].at("contentDetails").at("relatedPlaylists").at("uploads"))


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """The channel's title, description, picture and banner, from the same reply."""
    channel = next(reply.at("items").items())
    snippet, branding = channel.at("snippet"), channel.at("brandingSettings")
    banner = "" if branding.missing or branding.at("image").missing else branding.at("image").at("bannerExternalUrl").maybe_text()
    return profile_of(account, snippet.at("title").maybe_text(), snippet.at("description").maybe_text(), [largest(snippet.at("thumbnails")), banner], now)


def parse_uploads(reply: At, account_id: str, channel: str) -> Read:
    """A page of playlistItems.list of the uploads. Placeholders of what is private or deleted are not posts."""

    def understand(entry: At) -> Iterator[Item | Rejected]:
        privacy = entry.at("status").at("privacyStatus")
        if privacy.text() == "public":
            yield _item(entry, account_id, channel)
        elif privacy.text() not in NOT_PUBLIC:
            privacy.wrong("is a privacy status that is not known")

    following = reply.at("nextPageToken")
    return understood(items_of(reply), understand, _name, None if following.missing else following.identifier())


def parse_if_gone(reply: At) -> str | None:
    """What videos.list answers of one that is not public any more: nothing, or another privacy status."""
    found = items_of(reply)
    privacy = found[0].at("status").at("privacyStatus").text() if found else ""
    return "absent from videos.list" if not found else None if privacy == "public" else f"no longer public ({privacy[:20]})"


def is_hidden(one: Mapping[str, Json]) -> bool:
    """Whether an entry of a list says that not everybody may see it."""
    status = one.get("status")
    return isinstance(status, dict) and status.get("privacyStatus") != "public"


public_record = without(is_hidden)


class YouTube:
    """Reads the uploads playlist, newest first. An edit keeps the video's id; its `updated` time is nowhere told."""

    name = "youtube"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`. An unchanged channel is one request and one unit; comments are asked for once a day."""
        track = track_of(checkpoint)
        key = http.token_if_any(self.name, account.handle)
        if key is None:
            yield from feed.pages(http, account, _channel_without_key(account), api_at(account, SITES, SITE), track)
            return
        reader = _Reader(account, YouTubeApi(http, api_at(account, SITES, API), key), track)
        now = http.now()
        current = track.settled and not track.sweep_due(now) and "uploads" in track.own
        if not current:
            yield from reader.look_up(now)
        reply = reader.uploads(None, track.own.get("etag") if current else None)
        if reply.not_modified:
            yield unchanged(track)
            return
        track.own["etag"] = reply.etag or ""
        walk = Walk(track, reader.page, reader.answer_if_gone, now, http.settings.pages_per_run, since=account.since)
        yield from walk.from_first(reader.understood(reply))
        if account.custody is Custody.DEPARTMENT_RUN:
            yield from comments.pages(reader.api, account, track.own["id"], track, now, found=walk.found)


class _Reader:
    def __init__(self, account: Account, api: YouTubeApi, track: Track) -> None:
        self.account = account
        self.api = api
        self.track = track

    def look_up(self, now: datetime) -> Iterator[Page]:
        channel = _channel_of(self.account)
        reply = self.api.list("channels", {"part": PARTS} | ({"id": channel} if channel else {"forHandle": self.account.handle}))
        found, uploads = parse_channel(read_json(reply))
        if self.track.own.get("id", found) != found:
            raise AccountGone(f"{where(reply.url)}: the handle now belongs to another account than the one that was collected before")
        self.track.own |= {"id": found, "uploads": uploads}
        yield from profile_page(self.track, parse_profile(read_json(reply), self.account, now), reply.record)

    def uploads(self, token: str | None, etag: str | None = None) -> Reply:
        query = {"part": "snippet,contentDetails,status", "playlistId": self.track.own["uploads"], "maxResults": PER_PAGE}
        return self.api.ask("playlistItems", query | ({"pageToken": token} if token else {}), etag, public_record)

    def page(self, token: str) -> Read:
        return self.understood(self.uploads(token))

    def understood(self, reply: Reply) -> Read:
        if reply.status not in {200, 304} and reasons(reply) & EMPTY:
            parse_channel(read_json(self.api.list("channels", {"part": PARTS, "id": self.track.own["id"]})))  # AccountGone, unless it only has no uploads
            return Read((), (), None)
        return replace(parse_uploads(read_json(understood_by_reason(reply)), self.account.id, self.track.own["id"]), record=reply.record)

    def answer_if_gone(self, video: str, _known: Known) -> str | None:
        reply = self.api.ask("videos", {"part": "status,snippet", "id": video}, redact=public_record)
        return not_there(reply) or parse_if_gone(read_json(understood_by_reason(reply)))


def _channel_of(account: Account) -> str | None:
    """The channel's id, where handle or url say it."""
    named = [account.handle, *checked(account.url).path.split("/")]
    return next((one for one in named if CHANNEL.fullmatch(one)), None)


def _channel_without_key(account: Account) -> str:
    channel = _channel_of(account)
    if channel is None:
        how = "it stands in the channel's page under Share channel, Copy channel ID"
        mend = MEND.format(platform="youtube")
        raise NotPermitted(f"without an API key a channel is read by its id (UC…): write that as the account's handle ({how}); with a key, {mend}")
    return channel


def _item(entry: At, account_id: str, channel: str) -> Item:
    snippet, details = entry.at("snippet"), entry.at("contentDetails")
    owner = snippet.at("channelId") if snippet.at("videoOwnerChannelId").missing else snippet.at("videoOwnerChannelId")
    if owner.text() != channel:
        owner.wrong("is another channel's")
    video = _id(details.at("videoId"))
    published = snippet.at("publishedAt") if details.at("videoPublishedAt").missing else details.at("videoPublishedAt")
    posted_at = published.moment()
    url = f"https://www.youtube.com/watch?v={video}"
    shown = picture(largest(snippet.at("thumbnails")), url)
    text, title = snippet.at("description").maybe_text().strip(), snippet.at("title").text().strip()
    post = Post(account_id, video, PostKind.POST, url, text, posted_at, title=title, media=unique([shown] if shown else []))
    return Item(post, time_order(posted_at), video)


def _id(at: At) -> str:
    """An id as it goes into an address."""
    text = at.text()
    return text if ID.fullmatch(text) else at.wrong("is not an id")


def _name(entry: At) -> str | None:
    """The id of a video that could not be understood, if it is public."""
    return _id(entry.at("contentDetails").at("videoId")) if entry.at("status").at("privacyStatus").value == "public" else None
