"""What visitors write under the videos of a department-run channel: the text alone, never by whom (commentThreads.list, comments.list)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from domain.account import Account
from domain.post import Post, PostKind, Rejected
from sources.platforms.youtube.api import YouTubeApi, items_of, not_there, reasons, understood_by_reason
from sources.reading.entries import understood
from sources.reading.members import only
from sources.reading.shape import At, read_json
from sources.reading.track import Item, Known, Read, Track, time_order, track_of
from sources.reading.walk import Walk
from sources.source import Checkpoint, Page

SNIPPET = "snippet(videoId,textDisplay,publishedAt,updatedAt)"
# A partial response: names and pictures of visitors are not even sent.
FIELDS = f"nextPageToken,pageInfo(totalResults),items(id,snippet(isPublic,topLevelComment(id,{SNIPPET})))"
OF_COMMENT = {"id", "snippet", "isPublic", "topLevelComment", "videoId", "textDisplay", "publishedAt", "updatedAt"}
KEPT = frozenset({*OF_COMMENT, "nextPageToken", "pageInfo", "totalResults", "items", "error", "code"})
RECORD = only(KEPT, lambda one: one.get("isPublic") is False)
NONE = {"commentsDisabled"}  # the owner allows no comments
PER_PAGE = "100"  # the most that the API gives


def parse_comments(reply: At, account: Account) -> Read:
    """A page of commentThreads.list as visitors' comments: the first of each thread. Anything odd is rejected."""

    def understand(thread: At) -> Iterator[Item | Rejected]:
        if thread.at("snippet").at("isPublic").value is not False:
            yield _item(thread.at("snippet").at("topLevelComment"), account)

    following = reply.at("nextPageToken")
    threads = items_of(reply)
    return understood(threads, understand, lambda thread: thread.at("id").identifier(), None if following.missing else following.identifier())


def pages(api: YouTubeApi, account: Account, channel: str, track: Track, now: datetime, *, found: bool) -> Iterator[Page]:
    """What is new, edited and gone, at most once a day. Its own track lies inside the channel's; `found`: the visit told something before."""
    own = track_of(Checkpoint(track.own.get("comments", "")))
    if not own.sweep_due(now):
        return

    def saved() -> Checkpoint:
        track.own["comments"] = own.checkpoint().state
        return track.checkpoint()

    first = _read(api, account, channel, None)
    if first is None:
        own.swept_at = now
        yield Page((), (), (), saved(), unchanged=not found)
        return

    def following(token: str) -> Read:
        return _read(api, account, channel, token) or Read((), (), None)

    def answer_if_gone(native_id: str, _known: Known) -> str | None:
        reply = api.ask("comments", {"part": "id", "id": native_id, "fields": "pageInfo(totalResults),items(id)"}, redact=RECORD)
        return not_there(reply) or (None if items_of(read_json(understood_by_reason(reply))) else "absent from comments.list")

    yield from Walk(own, following, answer_if_gone, now, api.http.settings.pages_per_run, since=account.since, saved=saved, found=found).from_first(first)


def _read(api: YouTubeApi, account: Account, channel: str, token: str | None) -> Read | None:
    query = {"part": "snippet", "allThreadsRelatedToChannelId": channel, "order": "time", "maxResults": PER_PAGE, "textFormat": "plainText", "fields": FIELDS}
    reply = api.ask("commentThreads", query | ({"pageToken": token} if token else {}), redact=RECORD)
    if reply.status != 200 and reasons(reply) & NONE:
        return None
    return replace(parse_comments(read_json(understood_by_reason(reply)), account), record=reply.record)


def _item(comment: At, account: Account) -> Item:
    snippet = comment.at("snippet")
    name = comment.at("id").identifier()
    posted_at, updated_at = snippet.at("publishedAt").moment(), snippet.at("updatedAt").maybe_moment()
    post = Post(
        account_id=account.id,
        native_id=name,
        kind=PostKind.VISITOR_COMMENT,
        url=_address(snippet.at("videoId").maybe_text(), name, account),
        text=snippet.at("textDisplay").text().strip(),
        posted_at=posted_at,
        edited_at=updated_at if updated_at and updated_at > posted_at else None,
    )
    return Item(post, time_order(posted_at), name)


def _address(video: str, comment: str, account: Account) -> str:
    """A comment on the channel itself has no video."""
    return f"https://www.youtube.com/watch?v={quote(video, safe='')}&lc={quote(comment, safe='')}" if video else account.url
