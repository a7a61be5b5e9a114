"""X's API v2 with one account, in the older spelling of its parameters and fields."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import PER_PAGE, Author, Traits, Written

TRAITS = Traits(conditional=False, at_once=False, token=True, tells_gone="resource-not-found", gone_by_status=False)
APART = 10  # between the ids of two posts: an edit takes the next one


@dataclass
class XServer:
    author: Author = field(default_factory=Author)
    name: str = "x"
    unchanged_asks: str = "/2/users/109/tweets"
    identity: str = "109"
    traits: Traits = TRAITS
    first_texts: dict[int, str] = field(default_factory=dict)

    def account(self, site: Site) -> Account:
        return an_account("x", "@ExampleCityPD", f"{site.origin}/ExampleCityPD")

    def native_id(self, site: Site, post: Written) -> str:
        return str(post.number * APART)

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/2/users/by/username/ExampleCityPD":
            return json_answer({"data": {"id": self.identity, "name": "Example City Police", "username": "ExampleCityPD", "protected": False}})
        if asked.path == f"/2/users/{self.identity}/tweets":
            return json_answer(self._timeline(asked))
        if asked.path == "/2/tweets":
            found = [self._post(post) for post in self.author.public if self._ids(post)[-1] == asked.query["ids"]]
            return json_answer({"data": found} if found else {"errors": [_not_found(asked.query["ids"])]})
        return None

    def _timeline(self, asked: Asked) -> Json:
        assert asked.query["exclude"] == "retweets"
        assert "tweet.fields" in asked.query
        listed = sorted((post for post in self.author.posts if post.public), key=lambda post: int(self._ids(post)[-1]), reverse=True)
        newer = [post for post in listed if int(self._ids(post)[-1]) > int(asked.query.get("since_id", "0"))]
        start = int(asked.query.get("pagination_token", "0"))
        page = newer[start : start + PER_PAGE]
        more: dict[str, Json] = {"next_token": str(start + PER_PAGE)} if start + PER_PAGE < len(newer) else {}
        meta: dict[str, Json] = {"result_count": len(page), **more}
        return {"data": [self._post(post) for post in page], "meta": meta} if page else {"meta": meta}

    def _ids(self, post: Written) -> list[str]:
        """The ids of its versions: an edit is a new one."""
        edited = self.first_texts.setdefault(post.number, post.text) != post.text
        return [str(post.number * APART), *([str(post.number * APART + 1)] if edited else [])]

    def _post(self, post: Written) -> Json:
        return {
            "id": self._ids(post)[-1],
            "edit_history_tweet_ids": list[Json](self._ids(post)),
            "author_id": self.identity,
            "created_at": post.time,
            "text": 7 if post.broken else post.text,
        }


def _not_found(name: str) -> Json:
    return {
        "resource_type": "tweet",
        "resource_id": name,
        "parameter": "ids",
        "value": name,
        "title": "Not Found Error",
        "detail": "not found",
        "type": "https://api.x.com/2/problems/resource-not-found",
    }
