"""A Facebook Page as its own token sees it: what is not published or hidden is listed too."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.account import Account
from domain.identity import Json
from sources.platforms.meta.comments import COMMENTS
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import Author, Traits, Written
from tests.sources.simulated.graph import TRAITS, a_page, an_error, graph_time, page_after


@dataclass
class FacebookPage:
    author: Author = field(default_factory=Author)
    name: str = "facebook"
    unchanged_asks: str = "/v26.0/109/published_posts"
    identity: str = "109"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("facebook", "ExampleCityPD", f"{site.origin}/ExampleCityPD")

    def native_id(self, site: Site, post: Written) -> str:
        return f"109_{post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/v26.0/ExampleCityPD":
            return json_answer({"id": self.identity, "name": "Example City Police Department"})
        if asked.path == f"/v26.0/{self.identity}/published_posts":
            assert "from" not in asked.query["fields"]
            page = page_after(asked, self.author)
            return a_page(site, asked, self.author, [self._post(site, post) for post in page], page)
        if asked.path.removeprefix(f"/v26.0/{self.identity}0_") in {str(number) for number in self.author.comment_numbers}:
            return json_answer({"id": asked.path.rpartition("/")[2], "is_hidden": False})
        found = [post for post in self.author.public if asked.path == f"/v26.0/{self.native_id(site, post)}"]
        return json_answer({"id": self.native_id(site, found[0]), "is_published": True}) if found else an_error(100, 33)

    def _post(self, site: Site, post: Written) -> Json:
        return {
            "id": self.native_id(site, post),
            "message": post.text,
            "created_time": 7 if post.broken else graph_time(post),
            "updated_time": graph_time(post),
            "permalink_url": f"https://www.facebook.com/109/posts/{post.number}",
            "is_published": post.public,
            "is_hidden": False,
            "comments": {"data": [self._comment(one) for one in self.author.comments_of(post)[:COMMENTS]]},
        }

    def _comment(self, one: Written) -> Json:
        return {"id": f"{self.identity}0_{one.number}", "message": one.text, "created_time": graph_time(one)}
