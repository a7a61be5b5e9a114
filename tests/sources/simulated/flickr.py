"""Flickr's REST API with one photostream, as it answers a key."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import PER_PAGE, Author, Traits, Written

TRAITS = Traits(conditional=False, token=True, tells_gone="code 1", gone_by_status=False)
NOT_FOUND: Json = {"stat": "fail", "code": 1, "message": "not found"}


@dataclass
class FlickrServer:
    author: Author = field(default_factory=Author)
    name: str = "flickr"
    unchanged_asks: str = "/services/rest/"
    identity: str = "1090000@N00"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("flickr", "examplecitypd", f"{site.origin}/photos/examplecitypd")

    def native_id(self, site: Site, post: Written) -> str:
        return str(53_000_000_000 + post.number)

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path != "/services/rest/":
            return None
        assert (asked.query["format"], asked.query["nojsoncallback"]) == ("json", "1")
        method = asked.query["method"]
        if method == "flickr.urls.lookupUser":
            return json_answer({"stat": "ok", "user": {"id": self.identity}} if asked.query["url"] == self.account(site).url else NOT_FOUND)
        if method == "flickr.people.getInfo":
            return json_answer({"stat": "ok", "person": self._person()} if asked.query["user_id"] == self.identity else NOT_FOUND)
        if method == "flickr.photos.getInfo":
            known = any(self.native_id(site, post) == asked.query["photo_id"] for post in self.author.public)
            return json_answer({"stat": "ok", "photo": {"visibility": {"ispublic": 1}}} if known else NOT_FOUND)
        return json_answer(self._photos(site, asked)) if method == "flickr.people.getPublicPhotos" else None

    def _person(self) -> Json:
        names: dict[str, Json] = {"username": {"_content": "examplecitypd"}, "realname": {"_content": "Example City Police Department"}}
        return {"id": self.identity, "nsid": self.identity, "iconserver": "0", "iconfarm": 0, **names}

    def _photos(self, site: Site, asked: Asked) -> Json:
        listed = [post for post in self.author.posts if post.public]
        number = int(asked.query["page"])
        pages = max(1, -(-len(listed) // PER_PAGE))
        page = listed[(number - 1) * PER_PAGE : number * PER_PAGE]
        photos: dict[str, Json] = {"page": number, "pages": pages, "perpage": PER_PAGE, "total": str(len(listed))}
        return {"stat": "ok", "photos": photos | {"photo": [self._photo(site, post) for post in page]}}

    def _photo(self, site: Site, post: Written) -> Json:
        return {
            "id": self.native_id(site, post),
            "owner": self.identity,
            "title": "News",
            "ispublic": 1,
            "license": "0",
            "tags": "",
            "media": "photo",
            "description": {"_content": post.text},
            "dateupload": "yesterday" if post.broken else str(int(post.posted_at.timestamp())),
        }
