"""TikTok: an account's own public videos by the Display API, with the owner's token. The films themselves are not offered: cover pictures are.

API: https://developers.tiktok.com/doc/tiktok-api-v2-video-list, …/tiktok-api-v2-video-query, …/tiktok-api-v2-get-user-info, …/tiktok-api-v2-error-handling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from domain.account import Account
from domain.identity import Json
from domain.post import MediaLink, Post, PostKind
from domain.retention import OnDelete
from sources.client.address import where
from sources.client.http import Http, Reply
from sources.client.secret import bearer
from sources.reading.api import Api, api_at, good
from sources.reading.entries import understood
from sources.reading.profile import profile_of
from sources.reading.readable import picture
from sources.reading.shape import At, read_json
from sources.reading.track import Item, Known, Read, Track, track_of
from sources.reading.walk import Walk, profile_page
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, TryAgainLater

API = "https://open.tiktokapis.com"
SITES = frozenset({"tiktok.com", "www.tiktok.com", "m.tiktok.com"})
PER_PAGE = 20  # the most that the API gives
VIDEO_FIELDS = "id,title,video_description,create_time,cover_image_url,share_url"
USER_FIELDS = "open_id,union_id,avatar_url,display_name,bio_description,profile_deep_link,username"
VIDEO_ID = re.compile(r"[0-9]{1,20}")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_SECOND = 253_402_300_799  # of the year 9999
NO_TOKEN = {"access_token_invalid", "scope_not_authorized", "scope_permission_missed"}
LATER = {"rate_limit_exceeded", "internal_error"}

TERMS = Terms(
    use="The public videos of the account whose owner gave the token, by the Display API; what TikTok offers for research is not open to the police. "
    "Films are not fetched: the API gives their cover pictures.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="TikTok Developer Terms of Service (https://www.tiktok.com/legal/page/global/tik-tok-developer-terms-of-service/en)",
)
SIGNED_IN_WITH = "the owner's own access token of an approved TikTok app, with video.list, user.info.basic and user.info.profile (it lasts a day: refresh it)"
NEEDS = Needs(handle="`@examplecitypd`", url="`https://www.tiktok.com/@examplecitypd`", token=SIGNED_IN_WITH)
DAILY = Allowance(requests=10_000)


def parse_user(reply: At, handle: str) -> str:
    """The owner's lasting id: the same for all apps of a developer (`union_id`), else for this app. Raises NotPermitted when the token is somebody else's."""
    user = reply.at("data").at("user")
    name = user.at("username").maybe_text()
    if name and name.casefold() != handle.lstrip("@").casefold():
        raise NotPermitted(f"{reply.path}: the token is that of another account: put each account's own token on its line in the file of [network] tokens")
    return user.at("open_id" if user.at("union_id").missing else "union_id").identifier()


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """The account's name, description and picture."""
    user = reply.at("data").at("user")
    return profile_of(account, user.at("display_name").maybe_text(), user.at("bio_description").maybe_text(), [user.at("avatar_url").maybe_text()], now)


def parse_videos(reply: At, account: Account) -> Read:
    """A page of videos, each with the address of its cover. `Read.next` is the cursor."""
    data = reply.at("data")
    cursor = data.at("cursor").value
    more = data.at("has_more").value is True
    if more and (not isinstance(cursor, int) or isinstance(cursor, bool)):
        data.at("cursor").wrong(f"expected a number, found {data.at('cursor').kind}")
    return understood(data.at("videos").items(), lambda video: iter([_item(video, account)]), _id, str(cursor) if more else None)


def parse_gone(reply: At) -> str | None:
    """What it means that a video which was asked for by its id is not in the answer. None: it is there."""
    return None if list(reply.at("data").at("videos").items()) else "absent from /v2/video/query/"


def fine(reply: Reply) -> At:
    """The reply as JSON when its error object says that there is none. Raises what the error means."""
    json = read_json(good(reply))
    code = json.at("error").at("code").text()
    if code in NO_TOKEN:
        raise NotPermitted(f"{json.path}: says {code}: the token is missing, has run out or does not allow this; exchange it in the file of [network] tokens")
    if code in LATER:
        raise TryAgainLater(None, f"{json.path}: says {code}")
    if code != "ok":
        json.at("error").wrong("is an error that is not known")
    return json


class TikTok:
    """Reads `/v2/video/list/`, newest first."""

    name = "tiktok"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`. Addresses of pictures are signed anew for each answer: the newest are handed on, and none is compared."""
        api = Api(http, api_at(account, SITES, API), bearer(http.token(self.name, account.handle, SIGNED_IN_WITH)))
        reader = _Reader(api, account)
        track = track_of(checkpoint)
        if not track.settled or track.sweep_due(http.now()):
            yield from (reader.with_pictures(page) for page in reader.look_up(track))
        walk = Walk(track, reader.page, reader.answer_if_gone, http.now(), http.settings.pages_per_run, since=account.since)
        yield from (reader.with_pictures(page) for page in walk.from_first(reader.page("")))


class _Reader:
    """What is compared has no signed addresses: each picture goes by its path there, and `signed` has where it can be fetched."""

    def __init__(self, api: Api, account: Account) -> None:
        self.api = api
        self.account = account
        self.signed: dict[tuple[str, str], str] = {}

    def look_up(self, track: Track) -> Iterator[Page]:
        reply = self.api.ask("/v2/user/info/", {"fields": USER_FIELDS})
        user = fine(reply)
        found = parse_user(user, self.account.handle)
        if track.own.get("id", found) != found:
            raise AccountGone(f"{where(reply.url)}: the token now belongs to another account than the one that was collected before")
        track.own["id"] = found
        yield from profile_page(track, self._unsigned(parse_profile(user, self.account, self.api.http.now())), reply.record)

    def page(self, cursor: str) -> Read:
        body: dict[str, Json] = {"max_count": PER_PAGE}
        if cursor:
            body["cursor"] = int(cursor)
        reply = self.api.post("/v2/video/list/", {"fields": VIDEO_FIELDS}, body)
        read = parse_videos(fine(reply), self.account)
        return replace(read, items=tuple(replace(item, post=self._unsigned(item.post)) for item in read.items), record=reply.record)

    def answer_if_gone(self, video: str, _known: Known) -> str | None:
        return parse_gone(fine(self.api.post("/v2/video/query/", {"fields": "id"}, {"filters": {"video_ids": [video]}})))

    def with_pictures(self, page: Page) -> Page:
        """The same page with addresses that can be fetched; they last six hours."""
        return replace(page, posts=tuple(replace(post, media=tuple(self._signed(post, link) for link in post.media)) for post in page.posts))

    def _unsigned(self, post: Post) -> Post:
        # A cover stands for its video and is not exchanged, but comes from one server or another; a portrait has its own path.
        links = tuple(replace(link, url=urlsplit(link.url).path if post.kind is PostKind.PROFILE else "cover") for link in post.media)
        self.signed |= {(post.native_id, plain.url): link.url for plain, link in zip(links, post.media, strict=True)}
        return replace(post, media=links)

    def _signed(self, post: Post, link: MediaLink) -> MediaLink:
        return replace(link, url=self.signed[post.native_id, link.url])


def _item(video: At, account: Account) -> Item:
    name = _id(video)
    posted_at = _moment(video.at("create_time"))
    text, title = video.at("video_description").maybe_text().strip(), video.at("title").maybe_text().strip()
    cover = video.at("cover_image_url")
    link = None if cover.missing else picture(cover.text(), "", "", "image/jpeg") or cover.wrong("is not an http or https address")
    shared = video.at("share_url").maybe_text().partition("?")[0]
    url = shared or f"https://www.tiktok.com/@{account.handle.lstrip('@')}/video/{name}"
    post = Post(account.id, name, PostKind.POST, url, text or title, posted_at, title="" if title == text or not text else title, media=(link,) if link else ())
    return Item(post, f"{int(posted_at.timestamp()):012d}.{name:0>20}", name)


def _id(video: At) -> str:
    text = video.at("id").text()
    return text if VIDEO_ID.fullmatch(text) else video.at("id").wrong("is not the id of a video")


def _moment(at: At) -> datetime:
    """Seconds since 1970."""
    value = at.value
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LAST_SECOND:
        at.wrong("expected a time (seconds since 1970)")
    return EPOCH + timedelta(seconds=value)
