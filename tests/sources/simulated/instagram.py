"""An Instagram professional account as its own token sees it: what is archived is not listed."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.account import Account
from domain.identity import Json
from sources.platforms.meta.comments import COMMENTS
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import Author, Traits, Written
from tests.sources.simulated.graph import TRAITS, a_page, an_error, graph_time, page_after, public_only


@dataclass
class InstagramAccount:
    author: Author = field(default_factory=Author)
    name: str = "instagram"
    unchanged_asks: str = "/v26.0/109/media"
    identity: str = "109"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("instagram", "@examplecitypd", f"{site.origin}/examplecitypd/")

    def native_id(self, site: Site, post: Written) -> str:
        return str(post.number)

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/v26.0/me":
            return json_answer({"user_id": self.identity, "id": "7", "username": "examplecitypd", "name": "Example City Police Department"})
        if asked.path == f"/v26.0/{self.identity}/media":
            assert "username" not in asked.query["fields"]
            own = public_only(self.author)
            page = page_after(asked, own)
            return a_page(site, asked, own, [self._media(post) for post in page], page)
        if asked.path.removeprefix(f"/v26.0/{self.identity}0000") in {str(number) for number in self.author.comment_numbers}:
            return json_answer({"id": asked.path.rpartition("/")[2]})
        found = [post for post in self.author.public if asked.path == f"/v26.0/{post.number}"]
        return json_answer({"id": str(found[0].number)}) if found else an_error(100, 33)

    def _media(self, post: Written) -> Json:
        return {
            "id": str(post.number),
            "media_type": 7 if post.broken else "IMAGE",
            "caption": post.text,
            "permalink": f"https://www.instagram.com/p/C{post.number}/",
            "timestamp": graph_time(post),
            "comments": {"data": [self._comment(one) for one in self.author.comments_of(post)[:COMMENTS]]},
        }

    def _comment(self, one: Written) -> Json:
        return {"id": f"{self.identity}0000{one.number}", "text": one.text, "timestamp": graph_time(one)}
