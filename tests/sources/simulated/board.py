"""A phpBB board: the listing of one member's posts, newest first, each with a page of its own."""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from domain.account import Account
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site
from tests.sources.simulated.author import PER_PAGE, Author, Traits, Written, conditional, page_of

TRAITS = Traits(renamed=False)
HANDLE = "ECPD press"


@dataclass
class PhpBoard:
    author: Author = field(default_factory=Author)
    name: str = "board"
    unchanged_asks: str = "/member/ecpd"
    identity: str = "/member/ecpd"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("board", HANDLE, f"{site.origin}/member/ecpd")

    def native_id(self, site: Site, post: Written) -> str:
        return f"{site.origin}/#p{post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/member/ecpd":
            own = Author([post for post in self.author.posts if post.public])
            page = page_of(own, int(asked.query["below"]) if "below" in asked.query else None)
            following = f'<a rel="next" href="/member/ecpd?below={page[-1].number}">Next</a>' if len(page) == PER_PAGE else ""
            return conditional(asked, a_page("".join(a_post(post) for post in page) + following))
        found = [post for post in self.author.public if asked.path == f"/viewtopic/{post.number}"]
        return a_page(a_post(found[0])) if found else None


def a_page(posts: str) -> Answer:
    return Answer(200, f'<!DOCTYPE html><html><body id="phpbb">{posts}</body></html>'.encode(), {"Content-Type": "text/html"})


def a_post(post: Written, author: str = HANDLE) -> str:
    said = "" if post.broken else f'<div class="content">{html.escape(post.text)}</div>'
    time = f'<p class="author"><a href="/viewtopic/{post.number}">#</a> by {author} <time datetime="{post.time}">then</time></p>'
    return f'<div id="p{post.number}" class="post bg1"><dl class="postprofile"><dt><a class="username">{author}</a></dt></dl>{time}{said}</div>'
