"""WordPress: the posts, pages and comments of a site, or the posts of one of its authors, by the site's own REST API without signing in.

API: https://developer.wordpress.org/rest-api/reference/posts/, …/pages/, …/comments/, …/users/, …/media/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from domain.account import Account, Custody
from domain.post import PostKind, Rejected
from domain.retention import OnDelete
from sources.client.address import checked, where
from sources.client.http import Http, Reply
from sources.platforms.wordpress.posts import PER_PAGE, number, parse_comments, parse_next, parse_place, parse_posts
from sources.platforms.wordpress.site import WordPressSite, found, shown
from sources.reading.api import GONE, REFUSED
from sources.reading.profile import profile_of
from sources.reading.readable import text_of
from sources.reading.shape import At, read_json
from sources.reading.track import Known, Read, Track, track_of
from sources.reading.walk import Walk, profile_page
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms

NEWEST = {"per_page": str(PER_PAGE), "orderby": "date", "order": "desc"}
POST_FIELDS = "id,date,date_gmt,modified_gmt,link,status,title,content,_links.wp:featuredmedia,_embedded"
COMMENT_FIELDS = "id,date,date_gmt,link,status,content"  # never author_name and its like: who wrote it is not even sent
USER_FIELDS = "id,name,slug,description,avatar_urls"
NOT_FOR_ALL = {"rest_forbidden", "rest_cannot_read", "rest_cannot_read_post", "rest_forbidden_context"}

TERMS = Terms(
    use="What a site publishes, by the REST API that it offers to everybody.",
    on_delete=OnDelete.KEEP_BY_LAW,
    keep_days=None,
    reference="the site's own terms and, for its pictures, its robots.txt; https://developer.wordpress.org/rest-api/",
)
NEEDS = Needs(handle="any name", url="the site's front page, or an author's (`…/author/press/`): then that author's posts alone")
DAILY = Allowance(requests=50_000)


def parse_site(index: At) -> tuple[str, str, list[str]]:
    """The site's name, what it says about itself, and its picture, from the index of its API. Raises UnexpectedReply where WordPress' own part is missing."""
    if "wp/v2" not in [space.text() for space in index.at("namespaces").items()]:
        index.at("namespaces").wrong("does not name wp/v2: the site does not offer its posts")
    return text_of(index.at("name").maybe_text()), text_of(index.at("description").maybe_text()), [index.at("site_icon_url").maybe_text()]


def parse_author(reply: At) -> tuple[int, str, str, list[str]]:
    """An author's number, name, what they say about themselves, and their picture. Raises AccountGone when there is none."""
    user = next(reply.items(), None)
    if user is None:
        raise AccountGone(f"{reply.path}: the site has no author of that name, or none who has published")
    pictures = user.at("avatar_urls").value
    known = [str(address) for _, address in sorted(pictures.items(), key=lambda one: one[0].zfill(4))] if isinstance(pictures, dict) else []
    return number(user.at("id")), text_of(user.at("name").maybe_text()), text_of(user.at("description").maybe_text()), known[-1:]


class WordPress:
    """Reads wp/v2/posts, newest first; once a day wp/v2/pages, and the comments on a department's own site."""

    name = "wordpress"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = True

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        track = track_of(checkpoint)
        reader = _Reader(http, account, track)
        current = track.settled and not track.sweep_due(http.now())
        if not current:
            yield from reader.look_up()
        try:
            first = reader.posts("")
        except AccountGone:
            if not current:
                raise
            yield from reader.look_up()  # the API may have moved: permalinks were switched on or off
            first = reader.posts("")
        yield from reader.walk(track, reader.posts, "posts").from_first(first)
        yield from reader.beside("pages", reader.site_pages)
        if account.custody is Custody.DEPARTMENT_RUN and "author" not in track.own:
            yield from reader.beside("comments", reader.comments)


class _Reader:
    def __init__(self, http: Http, account: Account, track: Track) -> None:
        self.http = http
        self.account = account
        self.track = track
        self.host = checked(account.url).netloc.lower()

    def look_up(self) -> Iterator[Page]:
        """Where the API is, and the profile: the site's, or the author's if the account's address is an author's page."""
        site, index = found(self.http, self.account.url, self.track.own.get("root", ""))
        name, said, pictures = parse_site(read_json(index))
        self.track.own["root"] = site.root
        if query := _author_in(self.account.url):
            index = self._users(site, query)
            author, name, said, pictures = parse_author(read_json(index))
            if self.track.own.get("author", str(author)) != str(author):
                raise AccountGone(f"{where(index.url)}: the name now belongs to another account than the one that was collected before")
            self.track.own["author"] = str(author)
        yield from profile_page(self.track, profile_of(self.account, name, said, pictures, self.http.now()), index.record)

    def walk(self, track: Track, read: Callable[[str], Read], path: str, saved: Callable[[], Checkpoint] | None = None) -> Walk:
        limit = self.http.settings.pages_per_run
        return Walk(track, read, lambda _, known: self._answer_if_gone(path, known), self.http.now(), limit, since=self.account.since, saved=saved)

    def beside(self, path: str, read: Callable[[str], Read]) -> Iterator[Page]:
        """A list of its own beside the posts, looked at once a day."""
        state = self.track.own.get(path)
        own = track_of(Checkpoint(state) if state else None)
        if own.settled and not own.sweep_due(self.http.now()):
            return

        def saved() -> Checkpoint:
            self.track.own[path] = own.checkpoint().state
            return self.track.checkpoint()

        yield from self.walk(own, read, path, saved).from_first(read(""))

    def posts(self, place: str) -> Read:
        return self._posts(shown(self._list("posts", POST_FIELDS, place)), PostKind.POST, place)

    def site_pages(self, place: str) -> Read:
        reply = self._list("pages", POST_FIELDS, place)
        return self._posts(reply, PostKind.PAGE, place) if reply.status == 200 else _not_offered(reply)

    def comments(self, place: str) -> Read:
        reply = self._list("comments", COMMENT_FIELDS, place)
        if reply.status != 200:
            return _not_offered(reply)
        json = read_json(reply)
        return replace(parse_comments(json, self.account.id, self.host, _following(reply, json, place)), record=reply.record)

    def _posts(self, reply: Reply, kind: PostKind, place: str) -> Read:
        json = read_json(reply)
        return replace(parse_posts(json, self.account.id, self.host, kind, _following(reply, json, place)), record=reply.record)

    def _list(self, path: str, fields: str, place: str) -> Reply:
        query = NEWEST | {"_fields": fields} | ({"_embed": "wp:featuredmedia"} if fields == POST_FIELDS else {})
        if author := self.track.own.get("author"):
            query |= {"author": author}
        if place:
            at = parse_place(place)
            after = datetime.fromisoformat(at.oldest) + timedelta(seconds=1)  # `before` leaves out its own second
            query |= {"before": after.isoformat(timespec="seconds"), "exclude": ",".join(map(str, at.read))}
        return WordPressSite(self.http, self.track.own["root"]).ask(f"wp/v2/{path}", query)

    def _users(self, site: WordPressSite, query: dict[str, str]) -> Reply:
        reply = site.ask("wp/v2/users", query | {"_fields": USER_FIELDS})
        if reply.status in GONE | REFUSED:
            raise NotPermitted(f"{where(reply.url)}: answered {reply.status}: the site does not tell who its authors are; register the site itself")
        return shown(reply)

    def _answer_if_gone(self, path: str, known: Known) -> str | None:
        """Asks for that one alone. One that was made private answers 401 by the API's own error; one that got a password is still there and says so."""
        reply = WordPressSite(self.http, self.track.own["root"]).ask(f"wp/v2/{path}/{known.locator}", {"_fields": "id,status,content"})
        if reply.status in GONE:
            return str(reply.status)
        json = read_json(reply)
        if reply.status in REFUSED:
            code = json.at("code").text()
            return f"{reply.status} {code}" if code in NOT_FOR_ALL else None
        return "200 protected" if json.at("content").at("protected").value is True else None


def _following(reply: Reply, json: At, place: str) -> str | None:
    return parse_next(json, reply.headers.get("X-WP-TotalPages"), parse_place(place) if place else None)


def _not_offered(reply: Reply) -> Read:
    """A list that the site does not show, which is no reason not to read its posts."""
    return Read((), (Rejected(None, where(reply.url), f"answered {reply.status}: the site does not show them"),), None, to_the_end=False, record=reply.record)


def _author_in(url: str) -> dict[str, str]:
    """How to ask for the author whose page `url` is: `/author/press/` or `/?author=7`. Empty for any other page."""
    parts = checked(url)
    if slug := re.search(r"/author/([^/]+)/?$", parts.path):
        return {"slug": slug[1]}
    numbers: Iterable[str] = parse_qs(parts.query).get("author", [])
    return next(({"include": one} for one in numbers if one.isdecimal()), {})
