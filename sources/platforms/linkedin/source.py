"""LinkedIn: the posts of an organization's page that the department runs, by the Community Management API.

API: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api (Find posts by authors, Get posts by URN),
…/community-management/organizations/organization-lookup-api. Text format: …/community-management/shares/little-text-format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from domain.account import Account, Custody
from domain.post import MediaLink, Post, PostKind, Rejected
from domain.retention import OnDelete
from sources.client.http import Http
from sources.client.secret import bearer
from sources.platforms.linkedin.media import Shown
from sources.reading.api import GONE, REFUSED, Api, api_at, good
from sources.reading.entries import understood
from sources.reading.readable import unique
from sources.reading.shape import At, read_json
from sources.reading.track import Item, Known, Read, Track, track_of
from sources.reading.walk import Walk, profile_page
from sources.source import Allowance, Checkpoint, Needs, NotPermitted, Page, Terms

API = "https://api.linkedin.com"
SITES = frozenset({"linkedin.com", "www.linkedin.com"})
HEADERS = {"LinkedIn-Version": "202608", "X-Restli-Protocol-Version": "2.0.0"}  # a version is served for about a year: raise it each spring
PER_PAGE = 100  # the most that the API gives
ORGANIZATION = "urn:li:organization:"
ORGANIZATION_ID = re.compile(r"[0-9]{1,19}")
POST_URN = re.compile(r"urn:li:(share|ugcPost|groupPost):[0-9]{1,19}")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MS = 253_402_300_799_999  # of the year 9999
HASHTAG = re.compile(r"\{hashtag\|\\?([#＃])\|([^{}|]*)\}")  # noqa: RUF001 - LinkedIn knows both signs
MENTION = re.compile(r"(?<!\\)@\[((?:\\.|[^\]\\])*)\]\(urn:[^()\s]*\)")
ESCAPED = re.compile(r"\\([|{}@\[\]()<>#\\*_~])")

TERMS = Terms(
    use="The posts of an organization's own page, read by one who administers it, within an application that LinkedIn has approved for page management. "
    "Nothing of members is read; no feed is made of it for others.",
    on_delete=OnDelete.PURGE,
    keep_days=180,
    reference="Marketing API data storage requirements: social activity of an authenticated organization, six months "
    "(https://learn.microsoft.com/en-us/linkedin/marketing/data-storage-requirements), and restricted use cases (…/linkedin/marketing/restricted-use-cases)",
)
SIGNED_IN_WITH = (
    "a token of somebody who administers the page, with r_organization_social (and rw_organization_admin for the page's own name and logo), of an application "
    "that LinkedIn has approved for its Community Management API"
)
NEEDS = Needs(handle="the organization's number, `2026109`, or `urn:li:organization:2026109`", url="`https://www.linkedin.com/company/…`", token=SIGNED_IN_WITH)
DAILY = Allowance(requests=400)  # an application under review may make 500 a day


def parse_posts(reply: At, account_id: str, author: str) -> Read:
    """A page of posts: the organization's own that are published and public. Their media have LinkedIn's names (URNs) for addresses. `Read.next` is the place
    in the listing that follows: only an empty page is the end, since pages may hold less than was asked for."""

    def understand(post: At) -> Iterator[Item | Rejected]:
        if post.at("reshareContext").missing or post.at("commentary").maybe_text().strip():  # else somebody else's, passed on without a word
            yield _item(post, account_id, author)

    elements = list(reply.at("elements").items())
    start, count = (_number(reply.at("paging").at(key)) for key in ("start", "count"))
    return understood(elements, understand, _name, str(start + max(count, 1)) if elements else None)


def parse_organization(reply: At, account: Account, now: datetime) -> Post:
    """The page's name, description, website and pictures, the latter by LinkedIn's names (URNs)."""
    said = "\n".join(line for key in ("localizedDescription", "localizedWebsite") if (line := reply.at(key).maybe_text().strip()))
    wanted = (reply.at(key) for key in ("logoV2", "coverPhotoV2"))
    urns = [one.at("original").maybe_text().replace("digitalmediaAsset", "image") for one in wanted if not one.missing]
    media = unique(MediaLink(urn) for urn in urns if urn)
    return Post(account.id, "profile", PostKind.PROFILE, account.url, said, now, title=reply.at("localizedName").text().strip(), media=media)


def plain(commentary: str) -> str:
    """What the little text format shows: hashtags and mentions as they read, without escapes."""
    return ESCAPED.sub(r"\1", MENTION.sub(r"\1", HASHTAG.sub(r"\1\2", commentary))).strip()


class LinkedIn:
    """Reads `/rest/posts?q=author`, by creation, newest first. An edit keeps the URN and changes the content."""

    name = "linkedin"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`. The addresses of media are signed anew each time, so they are asked for when a post is new, and not compared."""
        if account.custody is not Custody.DEPARTMENT_RUN:
            raise NotPermitted("linkedin: members' posts are not open to applications: the member hands in their own LinkedIn export (Shares.csv) instead")
        api = Api(http, api_at(account, SITES, API), bearer(http.token(self.name, account.handle, SIGNED_IN_WITH)), HEADERS)
        reader = _Reader(api, account, _organization(account))
        track = track_of(checkpoint)
        shown = Shown(api)
        if not track.settled or track.sweep_due(http.now()):
            yield from (shown.on(page) for page in reader.profile(track))
        walk = Walk(track, reader.page, reader.answer_if_gone, http.now(), http.settings.pages_per_run, since=account.since)
        yield from (shown.on(page) for page in walk.from_first(reader.page("0")))


class _Reader:
    def __init__(self, api: Api, account: Account, author: str) -> None:
        self.api = api
        self.account = account
        self.author = author

    def profile(self, track: Track) -> Iterator[Page]:
        """Nothing where the token is not allowed to see the organization itself: its posts need another permission."""
        reply = self.api.ask(f"/rest/organizations/{self.author.removeprefix(ORGANIZATION)}")
        if reply.status not in REFUSED:
            profile = parse_organization(read_json(good(reply)), self.account, self.api.http.now())
            yield from profile_page(track, profile, reply.record)

    def page(self, start: str) -> Read:
        query = {"author": self.author, "q": "author", "count": str(PER_PAGE), "start": start, "sortBy": "CREATED"}
        reply = good(self.api.ask(f"/rest/posts?{urlencode(query)}"))
        return replace(parse_posts(read_json(reply), self.account.id, self.author), record=reply.record)

    def answer_if_gone(self, urn: str, _known: Known) -> str | None:
        reply = self.api.ask(f"/rest/posts/{quote(urn, safe='')}")
        if reply.status in GONE:
            return str(reply.status)
        good(reply)
        return None


def _organization(account: Account) -> str:
    number = account.handle.strip().removeprefix(ORGANIZATION)
    if not ORGANIZATION_ID.fullmatch(number):
        raise NotPermitted("linkedin: the handle is no organization: write its number, or urn:li:organization: and its number")
    return ORGANIZATION + number


def _item(post: At, account_id: str, author: str) -> Item:
    if post.at("author").text() != author:
        post.at("author").wrong("is another account's")
    if post.at("lifecycleState").text() != "PUBLISHED":
        post.at("lifecycleState").wrong("is not published")
    if post.at("visibility").text() != "PUBLIC":
        post.at("visibility").wrong("is not public")
    created = _moment(post.at("createdAt"))
    posted = post.at("createdAt") if post.at("publishedAt").missing else post.at("publishedAt")
    state = post.at("lifecycleStateInfo")
    edited = not state.missing and state.at("isEditedByAuthor").value is True
    title, lines, media = _content(post)
    made = Post(
        account_id=account_id,
        native_id=_urn(post),
        kind=PostKind.POST,
        url=f"https://www.linkedin.com/feed/update/{_urn(post)}/",
        text="\n".join(line for line in [plain(post.at("commentary").maybe_text()), *lines] if line),
        posted_at=_moment(posted),
        edited_at=_moment(post.at("lastModifiedAt")) if edited else None,
        title=title,
        media=unique(media),
    )
    return Item(made, f"{int((created - EPOCH) / timedelta(milliseconds=1)):016d}", made.native_id)


def _content(post: At) -> tuple[str, list[str], list[MediaLink]]:
    """What it has beside its text: a title, further lines, and media under LinkedIn's names."""
    content = post.at("content")
    if content.missing:
        return "", [], []
    one, many, article, poll = (content.at(key) for key in ("media", "multiImage", "article", "poll"))
    lines = [article.at(key).maybe_text() for key in ("title", "description", "source")] if not article.missing else []
    if not poll.missing:
        lines += [poll.at("question").maybe_text(), *(option.at("text").text() for option in poll.at("options").maybe_items())]
    shown = [] if one.missing else [one]
    shown += [] if many.missing else many.at("images").maybe_items()
    media = [MediaLink(at.at("id").identifier(), at.at("altText").maybe_text().strip()) for at in shown]
    if not article.missing and not article.at("thumbnail").missing:
        media.append(MediaLink(article.at("thumbnail").identifier(), article.at("thumbnailAltText").maybe_text().strip()))
    return "" if one.missing else one.at("title").maybe_text().strip(), lines, media


def _urn(post: At) -> str:
    text = post.at("id").text()
    return text if POST_URN.fullmatch(text) else post.at("id").wrong("is not the URN of a post")


def _number(at: At) -> int:
    value = at.value
    return value if isinstance(value, int) and 0 <= value < LAST_MS else at.wrong(f"expected a number, found {at.kind}")


def _moment(at: At) -> datetime:
    """Milliseconds since 1970."""
    value = at.value
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LAST_MS:
        at.wrong("expected a time (milliseconds since 1970)")
    return EPOCH + timedelta(milliseconds=value)


def _name(post: At) -> str | None:
    """The URN of a post that could not be understood, unless it says that it is not public."""
    public = post.at("visibility").value == "PUBLIC" and post.at("lifecycleState").value == "PUBLISHED"
    return _urn(post) if public else None
