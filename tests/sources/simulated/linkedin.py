"""LinkedIn's Community Management API with one organization's page. Each post shows a picture whose address is signed: a test changes the `signature`."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import PER_PAGE, Author, Traits, Written

TRAITS = Traits(conditional=False, token=True, renamed=False)
URN = "urn:li:share:"


@dataclass
class LinkedInServer:
    author: Author = field(default_factory=Author)
    name: str = "linkedin"
    unchanged_asks: str = "/rest/posts"
    identity: str = "urn:li:organization:2026109"
    traits: Traits = TRAITS
    signature: int = 1

    def account(self, site: Site) -> Account:
        return an_account("linkedin", "2026109", f"{site.origin}/company/example-city-police")

    def native_id(self, site: Site, post: Written) -> str:
        return f"{URN}{post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        assert asked.headers["Linkedin-Version"].startswith("20")
        assert asked.headers["X-Restli-Protocol-Version"] == "2.0.0"
        path = unquote(asked.path)
        if path == "/rest/organizations/2026109":
            return json_answer({"id": 2026109, "localizedName": "Example City Police Department", "vanityName": "example-city-police"})
        if path == "/rest/posts":
            return json_answer(self._listing(asked))
        if path == "/rest/images":
            wanted = asked.query["ids"].removeprefix("List(").removesuffix(")").split(",")
            return json_answer({"results": {urn: self._image(site, urn) for urn in wanted}})
        if path.startswith("/rest/images/"):
            return json_answer(self._image(site, path.removeprefix("/rest/images/")))
        number = int(path.removeprefix(f"/rest/posts/{URN}") or "0")
        return None if number in self.author.deleted or number > self.author.written else json_answer({"id": f"{URN}{number}"})

    def _listing(self, asked: Asked) -> Json:
        assert (asked.query["q"], asked.query["author"], asked.query["sortBy"]) == ("author", self.identity, "CREATED")
        start = int(asked.query["start"])
        page = [self._post(post) for post in self.author.posts[start : start + PER_PAGE]]
        return {"elements": list[Json](page), "paging": {"start": start, "count": PER_PAGE, "links": []}}

    def _post(self, post: Written) -> Json:
        created = int(post.posted_at.timestamp() * 1000)
        return {
            "id": f"{URN}{post.number}",
            "author": self.identity,
            "commentary": 7 if post.broken else post.text,
            "createdAt": created,
            "publishedAt": created,
            "lastModifiedAt": created,
            "lifecycleState": "PUBLISHED",
            "visibility": "PUBLIC" if post.public else "LOGGED_IN",
            "content": {"media": {"id": f"urn:li:image:C{post.number}", "altText": "A barrier"}},
        }

    def _image(self, site: Site, urn: str) -> Json:
        return {"id": urn, "status": "AVAILABLE", "downloadUrl": f"{site.origin}/media/{urn.rpartition(':')[2]}?signed={self.signature}"}
