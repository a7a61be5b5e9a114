"""A WordPress site with one author."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import PER_PAGE, Author, Traits, Written

TRAITS = Traits(conditional=False)
API = "/wp-json/wp/v2"


@dataclass
class WordPressBlog:
    """The page of its author, and what the site shows of their posts. One that is not public has a password: it is listed without its text."""

    author: Author = field(default_factory=Author)
    name: str = "wordpress"
    unchanged_asks: str = f"{API}/posts"
    identity: str = "109"
    traits: Traits = TRAITS
    whole: bool = False  # whether the site itself is registered, with its comments

    def account(self, site: Site) -> Account:
        return an_account("wordpress", "City Desk", f"{site.origin}/{'' if self.whole else 'author/press/'}")

    def native_id(self, site: Site, post: Written) -> str:
        return f"{site.host}/?p={post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        link = {"Link": f'<{site.origin}/wp-json/>; rel="https://api.w.org/"'}
        fixed = {
            "/" if self.whole else "/author/press/": Answer(200, b"<html><title>Press</title></html>", link),
            "/wp-json/": json_answer({"name": "Example City Police Department", "description": "Notices", "site_icon_url": "", "namespaces": ["wp/v2"]}),
            f"{API}/users": json_answer([{"id": int(self.identity), "name": "Press", "slug": "press", "description": "", "avatar_urls": {}}]),
            f"{API}/pages": json_answer([], headers={"X-WP-TotalPages": "0"}),
        }
        if asked.path == f"{API}/posts":
            assert self.whole or asked.query["author"] == self.identity
            return self._posts(site, asked)
        if asked.path == f"{API}/comments" and self.whole:
            return self._comments(site, asked)
        found = [post for post in self.author.public if asked.path == f"{API}/posts/{post.number}"]
        found += [one for one in self._written if asked.path == f"{API}/comments/{one.number}"]
        missing = json_answer({"code": "rest_post_invalid_id", "message": "Invalid post ID.", "data": {"status": 404}}, 404)
        return json_answer(self._post(site, found[0])) if found else fixed.get(asked.path, missing)

    def _posts(self, site: Site, asked: Asked) -> Answer:
        older = _older(self.author.posts, asked)
        pages = -(-len(older) // PER_PAGE)
        return json_answer([self._post(site, post) for post in older[:PER_PAGE]], headers={"X-WP-TotalPages": str(pages)})

    @property
    def _written(self) -> list[Written]:
        return sorted((one for under in self.author.comments.values() for one in under), key=lambda one: one.number, reverse=True)

    def _comments(self, site: Site, asked: Asked) -> Answer:
        older, most = _older(self._written, asked), int(asked.query["per_page"])
        shown = [self._post(site, one) | {"status": "approved"} for one in older[:most]]
        return json_answer(shown, headers={"X-WP-TotalPages": str(-(-len(older) // most))})

    def _post(self, site: Site, post: Written) -> dict[str, Json]:
        time = post.posted_at.strftime("%Y-%m-%dT%H:%M:%S")
        return {
            "id": post.number,
            "date": time,
            "date_gmt": 7 if post.broken else time,
            "modified_gmt": time,
            "link": f"{site.origin}/2026/05/notice-{post.number}/",
            "status": "publish",
            "title": {"rendered": "Notice"},
            "content": {"rendered": f"<p>{post.text}</p>\n" if post.public else "", "protected": not post.public},
            "_links": {},
        }


def _older(written: list[Written], asked: Asked) -> list[Written]:
    before = datetime.fromisoformat(asked.query.get("before", "9999-01-01T00:00:00"))
    left_out = asked.query.get("exclude", "").split(",")
    return [one for one in written if one.posted_at.replace(tzinfo=None) < before and str(one.number) not in left_out]
