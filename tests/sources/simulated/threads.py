"""A Threads profile as its own token sees it."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import Author, Traits, Written
from tests.sources.simulated.graph import TRAITS, a_page, an_error, graph_time, page_after, public_only


@dataclass
class ThreadsProfile:
    author: Author = field(default_factory=Author)
    name: str = "threads"
    unchanged_asks: str = "/v1.0/109/threads"
    identity: str = "109"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("threads", "@examplecitypd", f"{site.origin}/@examplecitypd")

    def native_id(self, site: Site, post: Written) -> str:
        return str(post.number)

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/v1.0/me":
            return json_answer({"id": self.identity, "username": "examplecitypd", "name": "Example City Police Department"})
        if asked.path == f"/v1.0/{self.identity}/threads":
            own = public_only(self.author)
            page = page_after(asked, own)
            return a_page(site, asked, own, [self._thread(post) for post in page], page)
        found = [post for post in self.author.public if asked.path == f"/v1.0/{post.number}"]
        return json_answer({"id": str(found[0].number)}) if found else an_error(100, 33)

    def _thread(self, post: Written) -> Json:
        return {
            "id": str(post.number),
            "media_type": "TEXT_POST",
            "text": post.text,
            "permalink": f"https://www.threads.com/@examplecitypd/post/D{post.number}",
            "timestamp": 7 if post.broken else graph_time(post),
            "username": "examplecitypd",
            "is_quote_post": False,
        }
