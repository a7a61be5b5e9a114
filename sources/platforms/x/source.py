"""X (formerly Twitter): an account's own public posts by the API v2, with a token.

API: https://docs.x.com/x-api/users/get-posts, …/get-user-by-username, https://docs.x.com/x-api/posts/get-posts-by-ids; `openapi.json` in
github.com/xdevplatform/docs. Prices: https://docs.x.com/x-api/getting-started/pricing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import quote

from domain.account import Account
from domain.post import MediaLink, Post, Rejected
from domain.retention import OnDelete
from sources.client.address import origin, where
from sources.client.http import Http
from sources.client.secret import bearer
from sources.platforms.x.api import XApi, problems, refused
from sources.platforms.x.post import choices, expanded, full_text, is_repost, kind, media_of, post_id, times, versions, within
from sources.reading.api import Api, api_at
from sources.reading.entries import understood
from sources.reading.profile import profile_of
from sources.reading.readable import unique
from sources.reading.shape import At, read_json
from sources.reading.track import Item, Known, Read, Track, track_of
from sources.reading.walk import Walk, profile_page, unchanged
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms, UnexpectedReply

API = "https://api.x.com"
SITES = frozenset({"x.com", "www.x.com", "mobile.x.com", "twitter.com", "www.twitter.com", "mobile.twitter.com"})
PER_PAGE = 100  # the most that the API gives
MOST_NEW = 10  # asked for when an account is only looked at for news: what it may cost is set aside beforehand
MOST_PAGES = 640  # X gives the newest 3,200 posts and never less than 5 a page: a listing that goes on beyond that has no end
FIRST_DAY = date(2010, 11, 6)  # X refuses an earlier one as the start of a listing

TERMS = Terms(
    use="For a government body only with X's written approval of this use and an Enterprise plan, each government end user named to X beforehand. "
    "A person's handle may be tied to the person only with their express opt-in. What is deleted there is deleted here; what becomes "
    "protected or is withheld has to be too.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="X Developer Agreement, Removals, User Protection and Government Use (https://docs.x.com/developer-terms/agreement), Developer Policy, "
    "Off-X matching (https://docs.x.com/developer-terms/policy)",
)
SIGNED_IN_WITH = (
    "a bearer token of an X app on an Enterprise plan whose use X has approved in writing for this department (Developer Agreement, User Protection and "
    "Government Use), or the account's own OAuth 2.0 token with tweet.read and users.read for such an app"
)
NEEDS = Needs(handle="`@ExampleCityPD`, with or without the @", url="`https://x.com/ExampleCityPD`", token=SIGNED_IN_WITH)
DAILY = Allowance(requests=5_000, cost=5.0, unit="USD")


def parse_user(reply: At) -> str:
    """The account's lasting id. Raises AccountGone for one that is unknown or suspended, NotPermitted for one whose posts are protected."""
    user = reply.at("data")
    if user.missing:
        refused(reply)
    if user.at("protected").value is True:
        raise NotPermitted(f"{reply.path}: the account's posts are protected, so they are not public: its owner can change that in its settings")
    return post_id(user.at("id"))


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """The account's name, description, place, link and pictures."""
    user = reply.at("data")
    entities = user.at("entities")
    said = [
        expanded(user.at("description").maybe_text(), within(entities, "description")),
        user.at("location").maybe_text(),
        expanded(user.at("url").maybe_text(), within(entities, "url")),
    ]
    portrait = user.at("profile_image_url").maybe_text().replace("_normal.", ".")  # https://docs.x.com: the original is the name without the size
    pictures = [portrait, user.at("profile_banner_url").maybe_text()]
    return profile_of(account, user.at("name").maybe_text(), "\n".join(line for line in said if line), pictures, now)


def parse_posts(reply: At, account_id: str, user_id: str, profile: str) -> Read:
    """A page of posts; `profile` is the address under which they are. `Read.next` is X's own token. Raises as `refused` for an answer without posts."""
    if reply.at("data").missing and reply.at("meta").missing:
        refused(reply)
    seen: set[str] = set()

    def understand(post: At) -> Iterator[Item | Rejected]:
        chain = versions(post)
        if is_repost(post) or (len(chain) > 1 and chain[0] in seen):  # somebody else's, or an older version of what is on the page already
            return
        seen.add(chain[0])
        yield from _items(post, reply, account_id, user_id, profile)

    token = within(reply.at("meta"), "next_token")
    return understood(reply.at("data").maybe_items(), understand, lambda post: versions(post)[0], None if not token.value else token.identifier())


def parse_gone(reply: At) -> str | None:
    """What X says when the post that was asked for is not there (any more): it stands among the errors instead of the data. None: it is there."""
    if not reply.at("data").missing:
        return None
    return next((kind for kind in problems(reply) if kind == "resource-not-found"), None)


class X:
    """Reads `/2/users/:id/tweets`, newest first. A post is known by the first id of its edit history; an unchanged account is asked for what is newer."""

    name = "x"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        api = Api(http, api_at(account, SITES, API), bearer(http.token(self.name, account.handle, SIGNED_IN_WITH)))
        track = track_of(checkpoint)
        reader = _Reader(api, account, track)
        current = track.settled and not track.sweep_due(http.now())
        if not current:
            yield from reader.look_up()
        since = track.own.get("newest", "") if current else ""
        first = reader.first(since)
        if since and first.next is None and not (first.items or first.rejected):
            yield unchanged(track)
            return
        yield from Walk(
            track, reader.page, reader.answer_if_gone, http.now(), http.settings.pages_per_run, since=account.since, only_news=bool(since)
        ).from_first(first)


class _Reader:
    def __init__(self, api: Api, account: Account, track: Track) -> None:
        self.x = XApi(api, track.own)
        self.http = api.http
        self.account = account
        self.track = track
        self.user = account.handle.lstrip("@")
        self.profile = f"{'https://x.com' if api.base == API else origin(account.url)}/{quote(self.user, safe='')}"

    def look_up(self) -> Iterator[Page]:
        reply = self.x.user(quote(self.user, safe=""))
        user = read_json(reply)
        found = parse_user(user)
        if self.track.own.get("id", found) != found:
            raise AccountGone(f"{where(reply.url)}: the name now belongs to another account than the one that was collected before")
        self.track.own["id"] = found
        yield from profile_page(self.track, parse_profile(user, self.account, self.http.now()), reply.record)

    def first(self, since: str) -> Read:
        read = self._read(since, "", 1)
        ids = [item.locator for item in read.items] + [one.native_id for one in read.rejected if one.native_id]
        self.track.own["newest"] = max([*ids, self.track.own.get("newest", "0")], key=int)
        return read

    def page(self, following: str) -> Read:
        number, since, token = following.split("/", 2)
        return self._read(since, token, int(number) + 1)

    def _read(self, since: str, token: str, number: int) -> Read:
        most = MOST_NEW if since and not token else PER_PAGE
        query = {"max_results": str(most), "exclude": "retweets", **self._from(since)} | ({"pagination_token": token} if token else {})
        reply = self.x.posts(self.track.own["id"], query, most)
        read = parse_posts(read_json(reply), self.account.id, self.track.own["id"], self.profile)
        ended = read.next is None or read.next == token or number >= MOST_PAGES
        return replace(read, next=None if ended else f"{number}/{since}/{read.next}", to_the_end=not self._from(since), record=reply.record)

    def _from(self, since: str) -> dict[str, str]:
        """From where on posts are listed: what is older is neither sent nor paid for."""
        day = self.account.since
        if since or day is None or day < FIRST_DAY:
            return {"since_id": since} if since else {}
        return {"start_time": f"{day.isoformat()}T00:00:00Z"}

    def answer_if_gone(self, _native_id: str, known: Known) -> str | None:
        return parse_gone(read_json(self.x.post(known.locator)))


def _items(post: At, reply: At, account_id: str, user_id: str, profile: str) -> Iterator[Item | Rejected]:
    """The post, and beside it what of its media could not be understood: the text is kept either way."""
    if post.at("author_id").value not in (None, user_id):
        post.at("author_id").wrong("is another account's")
    chain = versions(post)
    posted_at, edited_at = times(post)
    lines, links = [full_text(post)], list[MediaLink]()
    try:
        lines += choices(post, reply)
        links += media_of(post, reply)
    except UnexpectedReply as odd:
        yield Rejected(chain[0], odd.path, odd.what)
    text = "\n".join(line for line in lines if line)
    made = Post(account_id, chain[0], kind(post, user_id), f"{profile}/status/{chain[-1]}", text, posted_at, edited_at, media=unique(links))
    yield Item(made, f"{int(chain[-1]):020d}", chain[-1])
