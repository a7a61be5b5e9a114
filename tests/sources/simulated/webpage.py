"""Sites without an API: an agency's page on Nixle that lists alerts, and a profile's page with articles."""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from domain.account import Account
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site
from tests.sources.simulated.author import PER_PAGE, Author, Traits, Written, conditional, page_of

TRAITS = Traits(renamed=False)
GRAPH = '<meta property="og:title" content="Example City Police Department"><meta property="og:description" content="Public notices">'


@dataclass
class AgencyPage:
    """Nixle: titles and beginnings, and a page for each alert."""

    author: Author = field(default_factory=Author)
    name: str = "nixle"
    unchanged_asks: str = "/ecpd/"
    identity: str = "/ecpd/"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account(self.name, "Example City Police Department", f"{site.origin}/ecpd/")

    def native_id(self, site: Site, post: Written) -> str:
        return f"{site.origin}/alert/{post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/ecpd/":
            own = Author([post for post in self.author.posts if post.public])
            page = page_of(own, int(asked.query["below"]) if "below" in asked.query else None)
            following = f'<a rel="next" href="/ecpd/?below={page[-1].number}">Older</a>' if len(page) == PER_PAGE else ""
            return conditional(asked, a_page(f"<ul>{''.join(map(self._listed, page))}</ul>{following}"))
        found = [post for post in self.author.posts if post.public and asked.path == f"/alert/{post.number}"]
        return self._whole(found[0]) if found else None

    def _listed(self, post: Written) -> str:
        return f'<li><h2><a href="/alert/{post.number}">Notice</a></h2><p>{html.escape(post.text)}</p><span>Entered: 2 days ago</span></li>'

    def _whole(self, post: Written) -> Answer:
        if post.broken:
            return Answer(200, b"<html><body><h1>Notice</h1></body></html>")
        entered = f"Entered: {post.posted_at:%B %d, %Y :: %I:%M %p} UTC"
        return a_page(f"<main><h1>Notice</h1><p>{html.escape(post.text)}</p></main><p>{entered}</p>")


@dataclass
class ProfilePage(AgencyPage):
    """MySpace: whatever articles a profile's page shows."""

    name: str = "myspace"

    def _listed(self, post: Written) -> str:
        said = "" if post.broken else f"<p>{html.escape(post.text)}</p>"
        return f'<article><h2><a href="/alert/{post.number}">Notice</a></h2>{said}<footer><time datetime="{post.time}">then</time></footer></article>'


def a_page(inner: str) -> Answer:
    return Answer(200, f"<!DOCTYPE html><html><head>{GRAPH}</head><body>{inner}</body></html>".encode(), {"Content-Type": "text/html"})
