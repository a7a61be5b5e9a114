"""The Foursquare API v2 with the owner of one token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import PER_PAGE, Author, Traits, Written

TRAITS = Traits(conditional=False, token=True)


@dataclass
class FoursquareServer:
    author: Author = field(default_factory=Author)
    name: str = "foursquare"
    unchanged_asks: str = "/users/self/checkins"
    identity: str = "1090000"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("foursquare", "examplecitypd", f"{site.origin}/examplecitypd")

    def native_id(self, site: Site, post: Written) -> str:
        return f"{post.number:024x}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        assert len(asked.query.get("v", "")) == 8
        if asked.path == "/users/self":
            return _answer({"user": {"id": self.identity, "handle": "examplecitypd", "firstName": "Example City PD", "relationship": "self"}})
        if asked.path == "/users/self/checkins":
            before = int(asked.query.get("beforeTimestamp", 10**12))
            page = [post for post in self.author.posts if post.posted_at.timestamp() < before][:PER_PAGE]
            return _answer({"checkins": {"count": len(self.author.posts), "items": [self._checkin(site, post) for post in page]}})
        if asked.path.startswith("/checkins/"):
            found = [post for post in self.author.posts if asked.path == f"/checkins/{self.native_id(site, post)}"]
            return _answer({"checkin": self._checkin(site, found[0])}) if found else _refused("param_error")
        return None

    def _checkin(self, site: Site, post: Written) -> dict[str, Any]:
        seconds = int(post.posted_at.timestamp())
        name = self.native_id(site, post)
        shown: dict[str, Any] = {"id": name, "createdAt": seconds, "type": "checkin", "shout": {"text": post.text} if post.broken else post.text}
        return shown | ({} if post.public else {"private": True}) | {"likes": {"count": 0, "groups": []}, "photos": {"count": 0, "items": []}}


def _answer(response: Json) -> Answer:
    return json_answer({"meta": {"code": 200, "requestId": "6a1e"}, "response": response})


def _refused(kind: str) -> Answer:
    return json_answer({"meta": {"code": 400, "errorType": kind, "errorDetail": "Value is invalid"}, "response": {}}, 400)
