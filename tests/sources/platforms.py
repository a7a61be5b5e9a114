"""Each platform as an account on it looks from outside: posts that a test writes, edits and deletes, served in the platform's own format."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from domain.account import Account
from domain.identity import Json
from tests.builders import NOON, an_account
from tests.sources.serving import Answer, Asked, Site, json_answer

PER_PAGE = 3


@dataclass
class Written:
    """A post as its author sees it; `number` grows with time."""

    number: int
    text: str
    public: bool = True
    broken: bool = False  # served in a shape that the platform does not document

    @property
    def posted_at(self) -> datetime:
        return NOON - timedelta(days=30) + timedelta(minutes=self.number)

    @property
    def time(self) -> str:
        return self.posted_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


@dataclass
class Author:
    """Somebody who posts. Newest first."""

    posts: list[Written] = field(default_factory=list)
    written: int = 0

    def write(self, text: str, **how: bool) -> Written:
        self.written += 1
        self.posts.insert(0, Written(self.written, text, **how))
        return self.posts[0]

    def write_many(self, count: int) -> None:
        for _ in range(count):
            self.write(f"Post {self.written + 1}")

    def delete(self, post: Written) -> None:
        self.posts.remove(post)

    @property
    def public(self) -> list[Written]:
        return [post for post in self.posts if post.public and not post.broken]


class Platform(Protocol):
    """How a platform serves an author's posts. `unchanged_asks` is the one path asked of an unchanged account, `identity` what its handle stands for."""

    name: str
    author: Author
    unchanged_asks: str
    identity: str

    def account(self, site: Site) -> Account: ...
    def answer(self, site: Site, asked: Asked) -> Answer | None: ...
    def native_id(self, site: Site, post: Written) -> str: ...


def page_of(author: Author, below: int | None, per_page: int = PER_PAGE) -> list[Written]:
    return [post for post in author.posts if below is None or post.number < below][:per_page]


def digest(author: Author) -> str:
    return hashlib.sha256(repr(author.posts).encode()).hexdigest()[:16]


def conditional(asked: Asked, answer: Answer) -> Answer:
    etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
    return Answer(304) if asked.headers.get("If-None-Match") == etag else Answer(answer.status, answer.body, {**answer.headers, "ETag": etag})


@dataclass
class MastodonServer:
    author: Author = field(default_factory=Author)
    name: str = "mastodon"
    unchanged_asks: str = "/api/v1/accounts/109/statuses"
    identity: str = "109"

    def account(self, site: Site) -> Account:
        return an_account("mastodon", f"@press@{site.host}", f"{site.origin}/@press")

    def native_id(self, site: Site, post: Written) -> str:
        return f"{site.origin}/users/press/statuses/{post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/api/v1/accounts/lookup":
            return json_answer(self._account()) if asked.query.get("acct") == "press" else None
        if asked.path == f"/api/v1/accounts/{self.identity}/statuses":
            return self._statuses(site, asked)
        found = [post for post in self.author.public if asked.path == f"/api/v1/statuses/{post.number}"]
        return json_answer(self._status(site, found[0])) if found else None

    def _statuses(self, site: Site, asked: Asked) -> Answer:
        assert asked.query["exclude_reblogs"] == "true"
        page = page_of(self.author, int(asked.query["max_id"]) if "max_id" in asked.query else None)
        link = f'<{site.origin}{asked.path}?{urlencode(asked.query | {"max_id": page[-1].number})}>; rel="next"' if page else ""
        return conditional(asked, json_answer([self._status(site, post) for post in page], headers={"Link": link} if link else {}))

    def _account(self) -> dict[str, Any]:
        return {"id": self.identity, "username": "press", "acct": "press"}

    def _status(self, site: Site, post: Written) -> Json:
        return {
            "id": str(post.number),
            "uri": self.native_id(site, post),
            "url": f"{site.origin}/@press/{post.number}",
            "created_at": 7 if post.broken else post.time,
            "edited_at": None,
            "visibility": "public" if post.public else "private",
            "content": f"<p>{post.text}</p>",
            "account": self._account(),
            "media_attachments": [],
            "reblog": None,
        }


@dataclass
class BlueskyServer:
    author: Author = field(default_factory=Author)
    name: str = "bluesky"
    unchanged_asks: str = "/xrpc/com.atproto.sync.getLatestCommit"
    identity: str = "did:plc:ecpdexamplecitypolice222"

    def account(self, site: Site) -> Account:
        return an_account("bluesky", "police.example.gov", site.origin)

    def native_id(self, site: Site, post: Written) -> str:
        return f"at://{self.identity}/app.bsky.feed.post/{self._key(post)}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if (
            asked.query.get("repo", asked.query.get("did", self.identity)) != self.identity
            or asked.query.get("handle", "police.example.gov") != "police.example.gov"
        ):
            return self._error("RepoNotFound")
        methods = {"identity.resolveHandle": self._did, "repo.describeRepo": self._did, "sync.getLatestCommit": self._commit, "repo.listRecords": self._list}
        method = asked.path.removeprefix("/xrpc/com.atproto.")
        if method in methods:
            return json_answer(methods[method](site, asked.query))
        if method == "repo.getRecord":
            found = [post for post in self.author.public if self._key(post) == asked.query["rkey"]]
            return json_answer(self._record(site, found[0])) if found else self._error("RecordNotFound")
        return json_answer({"error": "MethodNotImplemented"}, 501)

    def _did(self, _site: Site, _query: Mapping[str, str]) -> Json:
        return {"did": self.identity, "handle": "police.example.gov"}

    def _commit(self, _site: Site, _query: Mapping[str, str]) -> Json:
        return {"cid": "bafyrei", "rev": digest(self.author)}

    def _list(self, site: Site, query: Mapping[str, str]) -> Json:
        own = Author([post for post in self.author.posts if post.public])  # a repository holds nothing that is not public
        page = page_of(own, int(query["cursor"].removeprefix("3k")) if "cursor" in query else None)
        return {"records": [self._record(site, post) for post in page]} | ({"cursor": self._key(page[-1])} if page else {})

    def _record(self, site: Site, post: Written) -> Json:
        value: Json = {"$type": "app.bsky.feed.post", "text": 7 if post.broken else post.text, "createdAt": post.time}
        return {"uri": self.native_id(site, post), "cid": "bafyrei", "value": value}

    def _key(self, post: Written) -> str:
        return f"3k{post.number:06d}"

    def _error(self, name: str) -> Answer:
        return json_answer({"error": name, "message": "no"}, 400)


@dataclass
class Blog:
    """A paged Atom feed (RFC 5005) that its page names, with a page for each post."""

    author: Author = field(default_factory=Author)
    name: str = "feed"
    unchanged_asks: str = "/feed.atom"
    identity: str = "/news"

    def account(self, site: Site) -> Account:
        return an_account("feed", "news", f"{site.origin}/news")

    def native_id(self, site: Site, post: Written) -> str:
        return f"tag:news.example,2026:{post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/news":
            return Answer(200, b'<!DOCTYPE html><html><link rel="alternate" type="application/atom+xml" href="/feed.atom"></html>')
        if asked.path == "/feed.atom":
            return conditional(asked, self._feed(site, asked))
        return Answer(200, b"<html>") if any(asked.path == f"/posts/{post.number}" for post in self.author.public) else None

    def _feed(self, site: Site, asked: Asked) -> Answer:
        own = Author([post for post in self.author.posts if post.public])
        page = page_of(own, int(asked.query["below"]) if "below" in asked.query else None)
        following = f'<link rel="next" href="/feed.atom?below={page[-1].number}"/>' if len(page) == PER_PAGE else ""
        entries = "".join(self._entry(site, post) for post in page)
        feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>{following}{entries}</feed>'
        return Answer(200, feed.encode(), {"Content-Type": "application/atom+xml"})

    def _entry(self, site: Site, post: Written) -> str:
        head = f'<id>{self.native_id(site, post)}</id><link href="/posts/{post.number}"/><published>{post.time}</published><updated>{post.time}</updated>'
        said = "" if post.broken else f'<title>News</title><content type="html">&lt;p&gt;{post.text}&lt;/p&gt;</content>'
        return f"<entry>{head}{said}</entry>"


PLATFORMS: dict[str, type[Platform]] = {"bluesky": BlueskyServer, "feed": Blog, "mastodon": MastodonServer}
