"""TikTok's Display API with one account. The address of each cover is signed: a test changes the `signature`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import PER_PAGE, Author, Traits, Written, page_of

TRAITS = Traits(conditional=False, token=True, tells_gone="absent", gone_by_status=False)


@dataclass
class TikTokServer:
    author: Author = field(default_factory=Author)
    name: str = "tiktok"
    unchanged_asks: str = "/v2/video/list/"
    identity: str = "union-109"
    traits: Traits = TRAITS
    signature: int = 1

    def account(self, site: Site) -> Account:
        return an_account("tiktok", "@examplecitypd", f"{site.origin}/@examplecitypd")

    def native_id(self, site: Site, post: Written) -> str:
        return str(post.number)

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/v2/user/info/":
            portrait = f"{site.origin}/portraits/1.jpeg?x-signature={self.signature}"
            named: dict[str, Json] = {"username": "examplecitypd", "display_name": "Example City Police", "avatar_url": portrait}
            return _good({"user": {"open_id": "open-1", "union_id": self.identity, **named}})
        body = json.loads(asked.body) if asked.body else {}
        if asked.path == "/v2/video/list/":
            return _good(self._listing(site, body))
        if asked.path == "/v2/video/query/":
            wanted = body["filters"]["video_ids"]
            return _good({"videos": [{"id": name} for name in wanted if int(name) not in self.author.deleted and int(name) <= self.author.written]})
        return None

    def _listing(self, site: Site, body: dict[str, int]) -> Json:
        own = Author([post for post in self.author.posts if post.public])  # nothing else is listed
        page = page_of(own, body.get("cursor"))
        cursor = page[-1].number if page else 0
        return {"videos": [self._video(site, post) for post in page], "cursor": cursor, "has_more": len(page) == PER_PAGE}

    def _video(self, site: Site, post: Written) -> Json:
        return {
            "id": str(post.number),
            "create_time": "7" if post.broken else int(post.posted_at.timestamp()),
            "title": post.text,
            "video_description": post.text,
            "share_url": f"{site.origin}/@examplecitypd/video/{post.number}?utm_campaign=invented",
            "cover_image_url": f"{site.origin}/covers/{post.number}.jpeg?x-signature={self.signature}",
        }


def _good(data: Json) -> Answer:
    return json_answer({"data": data, "error": {"code": "ok", "message": "", "log_id": "invented"}})
