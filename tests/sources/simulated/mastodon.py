"""A Mastodon server with one account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import Author, Traits, Written, conditional, page_of

TRAITS = Traits()


@dataclass
class MastodonServer:
    author: Author = field(default_factory=Author)
    name: str = "mastodon"
    unchanged_asks: str = "/api/v1/accounts/109/statuses"
    identity: str = "109"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("mastodon", f"@press@{site.host}", f"{site.origin}/@press")

    def native_id(self, site: Site, post: Written) -> str:
        return f"{site.origin}/users/press/statuses/{post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/api/v1/accounts/lookup":
            return json_answer(self._account()) if asked.query.get("acct") == "press" else None
        if asked.path == f"/api/v1/accounts/{self.identity}/statuses":
            return self._statuses(site, asked)
        found = [post for post in self.author.public if asked.path == f"/api/v1/statuses/{post.number}"]
        return json_answer(self._status(site, found[0])) if found else None

    def _statuses(self, site: Site, asked: Asked) -> Answer:
        assert asked.query["exclude_reblogs"] == "true"
        page = page_of(self.author, int(asked.query["max_id"]) if "max_id" in asked.query else None)
        link = f'<{site.origin}{asked.path}?{urlencode(asked.query | {"max_id": page[-1].number})}>; rel="next"' if page else ""
        return conditional(asked, json_answer([self._status(site, post) for post in page], headers={"Link": link} if link else {}))

    def _account(self) -> dict[str, Any]:
        return {"id": self.identity, "username": "press", "acct": "press"}

    def _status(self, site: Site, post: Written) -> Json:
        return {
            "id": str(post.number),
            "uri": self.native_id(site, post),
            "url": f"{site.origin}/@press/{post.number}",
            "created_at": 7 if post.broken else post.time,
            "edited_at": None,
            "visibility": "public" if post.public else "private",
            "content": f"<p>{post.text}</p>",
            "account": self._account(),
            "media_attachments": [],
            "reblog": None,
        }
