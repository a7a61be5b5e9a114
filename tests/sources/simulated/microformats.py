"""A blog whose page is an h-feed, with a page for each post."""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from domain.account import Account
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site
from tests.sources.simulated.author import PER_PAGE, Author, Traits, Written, conditional, page_of

TRAITS = Traits(renamed=False)


@dataclass
class MarkedBlog:
    author: Author = field(default_factory=Author)
    name: str = "microformats"
    unchanged_asks: str = "/notes"
    identity: str = "/notes"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("microformats", "Press office", f"{site.origin}/notes")

    def native_id(self, site: Site, post: Written) -> str:
        return f"{site.origin}/notes/{post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/notes":
            own = Author([post for post in self.author.posts if post.public])
            page = page_of(own, int(asked.query["below"]) if "below" in asked.query else None)
            following = f'<a rel="next" href="/notes?below={page[-1].number}">older</a>' if len(page) == PER_PAGE else ""
            card = '<a class="h-card" rel="me" href="/notes">Example City Police Department</a>'
            return conditional(asked, self._page(f'{card}<div class="h-feed">{"".join(map(self._entry, page))}</div>{following}'))
        found = [post for post in self.author.public if asked.path == f"/notes/{post.number}"]
        return self._page(self._entry(found[0])) if found else None

    def _page(self, inner: str) -> Answer:
        return Answer(200, f"<!DOCTYPE html><html><body>{inner}</body></html>".encode(), {"Content-Type": "text/html"})

    def _entry(self, post: Written) -> str:
        time = "some day" if post.broken else post.time
        head = f'<a class="u-url" href="/notes/{post.number}"><time class="dt-published" datetime="{time}">then</time></a>'
        return f'<article class="h-entry">{head}<div class="e-content"><p>{html.escape(post.text)}</p></div></article>'
