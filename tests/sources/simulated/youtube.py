"""The YouTube Data API with one channel, as it answers a key."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import Author, Traits, Written, conditional, page_of

TRAITS = Traits(token=True, tells_gone="absent", gone_by_status=False)


@dataclass
class YouTubeServer:
    """`comments` are what visitors wrote, newest first: (id, text)."""

    author: Author = field(default_factory=Author)
    name: str = "youtube"
    unchanged_asks: str = "/playlistItems"
    identity: str = "UCecpd109000000000000000"
    traits: Traits = TRAITS
    comments: list[tuple[str, str]] = field(default_factory=list)

    def account(self, site: Site) -> Account:
        return an_account("youtube", "@examplecitypd", f"{site.origin}/@examplecitypd")

    def native_id(self, site: Site, post: Written) -> str:
        return f"ecpd_{post.number:06d}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/channels":
            known = asked.query.get("forHandle") == "@examplecitypd" or asked.query.get("id") == self.identity
            return json_answer({"items": [self._channel()]} if known else {"pageInfo": {"totalResults": 0}})
        if asked.path == "/playlistItems":
            return conditional(asked, json_answer(self._uploads(site, asked))) if asked.query["playlistId"] == self._playlist else _not_found()
        if asked.path == "/videos":
            found = [post for post in self.author.public if self.native_id(site, post) == asked.query["id"]]
            return json_answer({"items": [{"id": asked.query["id"], "status": {"privacyStatus": "public"}} for _ in found]})
        if asked.path == "/commentThreads":
            assert "author" not in asked.query["fields"]
            return json_answer({"items": [self._thread(name, text) for name, text in [*self.comments, *self._written]]})
        if asked.path == "/comments":
            return json_answer({"items": [{"id": name} for name, _ in [*self.comments, *self._written] if name == asked.query["id"]]})
        return None

    @property
    def _written(self) -> list[tuple[str, str]]:
        found = [one for under in self.author.comments.values() for one in under]
        return [(f"Ugx{one.number}", one.text) for one in sorted(found, key=lambda one: one.number, reverse=True)]

    @property
    def _playlist(self) -> str:
        return f"UU{self.identity[2:]}"

    def _channel(self) -> Json:
        title: dict[str, Json] = {"title": "Example City Police Department", "description": "News", "thumbnails": {}}
        details: dict[str, Json] = {"relatedPlaylists": {"uploads": self._playlist}}
        return {"id": self.identity, "snippet": title, "contentDetails": details, "status": {"privacyStatus": "public"}}

    def _uploads(self, site: Site, asked: Asked) -> Json:
        page = page_of(self.author, int(asked.query["pageToken"]) if "pageToken" in asked.query else None)
        more = bool(page) and page[-1] is not self.author.posts[-1]
        return {"items": [self._entry(site, post) for post in page], **({"nextPageToken": str(page[-1].number)} if more else {})}

    def _entry(self, site: Site, post: Written) -> Json:
        shown = post if post.public else replace(post, text="This video is private.")
        snippet: dict[str, Any] = {"title": "News" if post.public else "Private video", "description": shown.text, "thumbnails": {}}
        snippet |= {"channelId": self.identity, "videoOwnerChannelId": self.identity, "publishedAt": post.time}
        return {
            "snippet": snippet,
            "contentDetails": {"videoId": self.native_id(site, post), "videoPublishedAt": 7 if post.broken else post.time},
            "status": {"privacyStatus": "public" if post.public else "private"},
        }

    def _thread(self, name: str, text: str) -> Json:
        time = Written(int(name.removeprefix("Ugx")), text).time
        snippet = {"videoId": "ecpd_000001", "textDisplay": text, "publishedAt": time, "updatedAt": time}
        # As if the platform did not know `fields`: what it sends too much is not kept.
        named: dict[str, Json] = {"authorDisplayName": "@a_visitor", "authorChannelId": {"value": "UCvisitor"}, **snippet}
        return {"id": name, "snippet": {"topLevelComment": {"id": name, "snippet": named}}}


def _not_found() -> Answer:
    return json_answer({"error": {"code": 404, "errors": [{"reason": "playlistNotFound"}]}}, 404)
