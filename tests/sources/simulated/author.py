"""Somebody who posts, and what every simulated platform has in common."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from domain.account import Account
from tests.builders import NOON
from tests.sources.serving import Answer, Asked, Site

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
    deleted: list[int] = field(default_factory=list)
    comments: dict[int, list[Written]] = field(default_factory=dict)  # what visitors wrote under each post, newest first

    def write(self, text: str, **how: bool) -> Written:
        self.written += 1
        self.posts.insert(0, Written(self.written, text, **how))
        return self.posts[0]

    def write_many(self, count: int) -> None:
        for _ in range(count):
            self.write(f"Post {self.written + 1}")

    def comment(self, post: Written, count: int, **how: bool) -> list[Written]:
        """Visitors write that many comments under `post`."""
        self.written += count
        numbers = range(self.written - count + 1, self.written + 1)
        self.comments[post.number] = [*(Written(number, f"Comment {number}", **how) for number in reversed(numbers)), *self.comments.get(post.number, [])]
        return self.comments[post.number]

    def comments_of(self, post: Written) -> list[Written]:
        return self.comments.get(post.number, [])

    @property
    def comment_numbers(self) -> set[int]:
        return {one.number for under in self.comments.values() for one in under}

    def delete(self, post: Written) -> None:
        self.posts.remove(post)
        self.deleted.append(post.number)

    @property
    def public(self) -> list[Written]:
        return [post for post in self.posts if post.public and not post.broken]


@dataclass(frozen=True)
class Traits:
    """In what a platform differs from the others. Each excuse has its reason in docs/decisions/0048-what-a-platform-is-excused-from.md.

    `conditional`: an unchanged account is told by If-None-Match. `at_once`: an edit or a deletion near the top is seen by the next run; else by the daily look
    through the window. `token`: it is read with one. `renamed`: the handle may come to name another account (`Platform.identity`, where "109" becomes "110"
    and "ecpd" becomes "else"). `edits`, `deletes`: whether an author can do so and it can be told. `tells_gone`: what `Gone.answer` holds of the platform's own
    answer for a deleted post. `gone_by_status`: a bare 404 or 410 for one post alone means that it is gone; else the address asked is that of a method, and
    only the method's own words tell. `paged`: older posts are on further pages; else the platform lists its newest at once and no more.
    """

    conditional: bool = True
    at_once: bool = True
    token: bool = False
    renamed: bool = True
    edits: bool = True
    deletes: bool = True
    tells_gone: str = "40"
    gone_by_status: bool = True
    paged: bool = True


class Platform(Protocol):
    """How a platform serves an author's posts. `unchanged_asks` is the one path asked of an unchanged account, `identity` what its handle stands for."""

    name: str
    author: Author
    unchanged_asks: str
    identity: str
    traits: Traits

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
