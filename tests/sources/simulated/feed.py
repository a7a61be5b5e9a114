"""A blog with a paged Atom feed."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.account import Account
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site
from tests.sources.simulated.author import PER_PAGE, Author, Traits, Written, conditional, page_of

TRAITS = Traits(renamed=False)


@dataclass
class Blog:
    """A paged Atom feed (RFC 5005) that its page names, with a page for each post."""

    author: Author = field(default_factory=Author)
    name: str = "feed"
    unchanged_asks: str = "/feed.atom"
    identity: str = "/news"
    traits: Traits = TRAITS

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
