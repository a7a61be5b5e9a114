"""Nextdoor's Publish API with one agency, whose newest posts it lists at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import Author, Traits, Written

TRAITS = Traits(conditional=False, token=True, deletes=False, paged=False)
PARTNER = "/external/api/partner/v1"
PAGE = "/agency-detail/ex/example-city/example-city-police-department/"
NEWEST = 50


@dataclass
class NextdoorServer:
    author: Author = field(default_factory=Author)
    name: str = "nextdoor"
    unchanged_asks: str = f"{PARTNER}/post/"
    identity: str = "agency-109"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("nextdoor", "Example City Police Department", site.origin + PAGE)

    def native_id(self, site: Site, post: Written) -> str:
        return f"p{post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == f"{PARTNER}/me/":
            agency: dict[str, Json] = {"agency_id": self.identity, "agency_name": "Example City Police Department"}
            return json_answer({"id": "u1", "first_name": "Somebody", "agency_url_at_nextdoor": f"https://nextdoor.com{PAGE}", **agency})
        if asked.path == f"{PARTNER}/post/":
            return json_answer([self._post(post) for post in self.author.posts[:NEWEST]])
        return None

    def _post(self, post: Written) -> Json:
        return {
            "id": f"p{post.number}",
            "body": 7 if post.broken else post.text,
            "creation_date": post.time,
            "visibility": "anyone" if post.public else "neighborhood",
            "share_link": f"https://nextdoor.com/p/p{post.number}",
            "comments": [{"id": "c1", "body": "A neighbour's words", "author_name": "Somebody Else"}],
        }
