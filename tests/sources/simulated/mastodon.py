"""A Mastodon server with one account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from domain.account import Account
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
        if asked.path.endswith("/context"):
            return self._context(site, asked)
        if comment := next((one for one in self._written if asked.path == f"/api/v1/statuses/{one.number}"), None):
            return json_answer(self._answer(site, comment, 0))
        found = [post for post in self.author.public if asked.path == f"/api/v1/statuses/{post.number}"]
        return json_answer(self._status(site, found[0])) if found else None

    def _statuses(self, site: Site, asked: Asked) -> Answer:
        assert asked.query["exclude_reblogs"] == "true"
        page = page_of(self.author, int(asked.query["max_id"]) if "max_id" in asked.query else None)
        link = f'<{site.origin}{asked.path}?{urlencode(asked.query | {"max_id": page[-1].number})}>; rel="next"' if page else ""
        return conditional(asked, json_answer([self._status(site, post) for post in page], headers={"Link": link} if link else {}))

    @property
    def _written(self) -> list[Written]:
        return [one for under in self.author.comments.values() for one in under]

    def _context(self, site: Site, asked: Asked) -> Answer | None:
        """What visitors answered, oldest first, and what the account answered one of them."""
        found = [post for post in self.author.public if asked.path == f"/api/v1/statuses/{post.number}/context"]
        if not found:
            return json_answer({"error": "Record not found"}, 404)
        own = self._status(site, Written(999_999, "Thank you")) | {"in_reply_to_id": str(found[0].number), "in_reply_to_account_id": self.identity}
        answers = [self._answer(site, one, found[0].number) for one in reversed(self.author.comments_of(found[0]))]
        return json_answer({"ancestors": [], "descendants": [*answers, own]})

    def _answer(self, site: Site, one: Written, under: int) -> dict[str, Any]:
        named = '<span class="h-card"><a href="https://else.example/@visitor" class="u-url mention">@<span>visitor</span></a></span>'
        return self._status(site, one) | {
            "uri": f"https://else.example/users/visitor/statuses/{one.number}",
            "url": f"https://else.example/@visitor/{one.number}",
            "content": f"<p>{named} {one.text}</p>",
            "in_reply_to_id": str(under),
            "in_reply_to_account_id": self.identity,
            "account": {
                "id": "77077",
                "username": "visitor",
                "acct": "visitor@else.example",
                "display_name": "A. Visitor",
                "avatar": "https://else.example/v.png",
            },
        }

    def _account(self) -> dict[str, Any]:
        return {"id": self.identity, "username": "press", "acct": "press"}

    def _status(self, site: Site, post: Written) -> dict[str, Any]:
        return {
            "id": str(post.number),
            "uri": self.native_id(site, post),
            "url": f"{site.origin}/@press/{post.number}",
            "created_at": 7 if post.broken else post.time,
            "edited_at": None,
            "replies_count": len(self.author.comments_of(post)),
            "visibility": "public" if post.public else "private",
            "content": f"<p>{post.text}</p>",
            "account": self._account(),
            "media_attachments": [],
            "reblog": None,
        }
