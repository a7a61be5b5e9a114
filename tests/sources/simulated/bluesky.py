"""A Bluesky account's own server (PDS)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import Author, Traits, Written, digest, page_of

TRAITS = Traits(conditional=False, gone_by_status=False)


@dataclass
class BlueskyServer:
    author: Author = field(default_factory=Author)
    name: str = "bluesky"
    unchanged_asks: str = "/xrpc/com.atproto.sync.getLatestCommit"
    identity: str = "did:plc:ecpdexamplecitypolice222"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("bluesky", "police.example.gov", site.origin)

    def native_id(self, site: Site, post: Written) -> str:
        return f"at://{self.identity}/app.bsky.feed.post/{self._key(post)}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if (
            asked.query.get("repo", asked.query.get("did", self.identity)) != self.identity
            or asked.query.get("handle", "police.example.gov") != "police.example.gov"
        ):
            return self._error("RepoNotFound")
        methods = {"identity.resolveHandle": self._did, "repo.describeRepo": self._did, "sync.getLatestCommit": self._commit, "repo.listRecords": self._list}
        method = asked.path.removeprefix("/xrpc/com.atproto.")
        if method in methods:
            return json_answer(methods[method](site, asked.query))
        if method == "repo.getRecord":
            found = [post for post in self.author.public if self._key(post) == asked.query["rkey"]]
            return json_answer(self._record(site, found[0])) if found else self._error("RecordNotFound")
        return json_answer({"error": "MethodNotImplemented"}, 501)

    def _did(self, _site: Site, _query: Mapping[str, str]) -> Json:
        return {"did": self.identity, "handle": "police.example.gov"}

    def _commit(self, _site: Site, _query: Mapping[str, str]) -> Json:
        return {"cid": "bafyrei", "rev": digest(self.author)}

    def _list(self, site: Site, query: Mapping[str, str]) -> Json:
        own = Author([post for post in self.author.posts if post.public])  # a repository holds nothing that is not public
        page = page_of(own, int(query["cursor"].removeprefix("3k")) if "cursor" in query else None)
        return {"records": [self._record(site, post) for post in page]} | ({"cursor": self._key(page[-1])} if page else {})

    def _record(self, site: Site, post: Written) -> Json:
        value: Json = {"$type": "app.bsky.feed.post", "text": 7 if post.broken else post.text, "createdAt": post.time}
        return {"uri": self.native_id(site, post), "cid": "bafyrei", "value": value}

    def _key(self, post: Written) -> str:
        return f"3k{post.number:06d}"

    def _error(self, name: str) -> Answer:
        return json_answer({"error": name, "message": "no"}, 400)
