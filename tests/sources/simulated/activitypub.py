"""An ActivityPub server with one actor and a paged outbox."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import Author, Traits, Written, conditional, page_of

TRAITS = Traits()
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@dataclass
class ActivityPubServer:
    author: Author = field(default_factory=Author)
    name: str = "activitypub"
    unchanged_asks: str = "/users/109/outbox"
    identity: str = "109"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("activitypub", f"@press@{site.host}", f"{site.origin}/@press")

    def native_id(self, site: Site, post: Written) -> str:
        return f"{self._actor(site)}/statuses/{post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/.well-known/webfinger":
            link = {"rel": "self", "type": "application/activity+json", "href": self._actor(site)}
            return json_answer({"subject": f"acct:press@{site.host}", "links": [link]}) if asked.query["resource"] == f"acct:press@{site.host}" else None
        at = f"/users/{self.identity}"
        if asked.path == at:
            actor = {"id": self._actor(site), "type": "Organization", "preferredUsername": "press", "outbox": f"{self._actor(site)}/outbox"}
            return json_answer({**actor, "name": "Example City Police Department", "icon": {"type": "Image", "url": f"{site.origin}/badge.png"}})
        if asked.path == f"{at}/outbox":
            return self._outbox(site, asked)
        found = [post for post in self.author.public if asked.path == f"{at}/statuses/{post.number}"]
        return json_answer(self._note(site, found[0])) if found else None

    def _outbox(self, site: Site, asked: Asked) -> Answer:
        here = f"{self._actor(site)}/outbox"
        if asked.query.get("page") != "true":
            return json_answer({"id": here, "type": "OrderedCollection", "totalItems": len(self.author.posts), "first": f"{here}?page=true"})
        page = page_of(self.author, int(asked.query["max_id"]) if "max_id" in asked.query else None)
        following = {"next": f"{here}?page=true&max_id={page[-1].number}"} if page else {}
        items: list[Json] = [self._create(site, post) for post in page]
        return conditional(asked, json_answer({"id": here, "type": "OrderedCollectionPage", "partOf": here, "orderedItems": items, **following}))

    def _actor(self, site: Site) -> str:
        return f"{site.origin}/users/{self.identity}"

    def _create(self, site: Site, post: Written) -> Json:
        return {"type": "Create", "actor": self._actor(site), "published": post.time, "object": self._note(site, post)}

    def _note(self, site: Site, post: Written) -> Json:
        return {
            "id": self.native_id(site, post),
            "type": "Note",
            "attributedTo": self._actor(site),
            "to": [PUBLIC if post.public else f"{self._actor(site)}/followers"],
            "cc": [],
            "published": 7 if post.broken else post.time,
            "content": f"<p>{post.text}</p>",
        }
