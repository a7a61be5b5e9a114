"""A wiki on which one account makes pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import Author, Traits, Written, page_of

TRAITS = Traits(conditional=False, edits=False, tells_gone="badrevids", gone_by_status=False)  # an edit of a page is a post of its own


@dataclass
class Wiki:
    """Each post is a page that the account made: a revision without a parent. One that is not public has its text hidden by an administrator."""

    author: Author = field(default_factory=Author)
    name: str = "mediawiki"
    unchanged_asks: str = "/w/api.php"
    identity: str = "109"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("mediawiki", "Press office", f"{site.origin}/wiki/User:Press_office")

    def native_id(self, site: Site, post: Written) -> str:
        return f"{site.host}/revid/{post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/wiki/User:Press_office":
            return Answer(404, b'<html><link rel="EditURI" type="application/rsd+xml" href="/w/api.php?action=rsd"/></html>')
        if asked.path != "/w/api.php":
            return None
        assert {**asked.query, "action": "query", "format": "json", "formatversion": "2", "maxlag": "5"} == asked.query
        if asked.query.get("list") == "users":
            return json_answer(self._user())
        return json_answer(self._edits(asked.query) if asked.query.get("list") == "usercontribs" else self._texts(asked.query))

    def _user(self) -> Json:
        general: Json = {"script": "/w/index.php", "server": "//wiki.example"}
        page: Json = {"ns": 2, "title": "User:Press office", "missing": True}
        return {"batchcomplete": True, "query": {"general": general, "users": [{"userid": int(self.identity), "name": "Press office"}], "pages": [page]}}

    def _edits(self, query: Mapping[str, str]) -> Json:
        page = page_of(self.author, int(query["uccontinue"].partition("|")[2]) + 1 if "uccontinue" in query else None)
        following = page_of(self.author, page[-1].number) if page else []
        more: dict[str, Json] = {"continue": {"uccontinue": f"20260501000000|{following[0].number}", "continue": "-||"}} if following else {}
        return more | {"query": {"usercontribs": [self._line(post) for post in page]}}

    def _line(self, post: Written) -> Json:
        hidden: dict[str, Json] = {} if post.public else {"texthidden": True}
        return {
            "userid": int(self.identity),
            "user": "Press office",
            "pageid": 1000 + post.number,
            "revid": post.number,
            "parentid": 0,
            "ns": 0,
            "title": f"Notice {post.number}",
            "timestamp": 7 if post.broken else post.time,
            "new": True,
            "comment": "",
            "size": len(post.text),
            "sizediff": len(post.text),
            "tags": [],
        } | hidden

    def _texts(self, query: Mapping[str, str]) -> Json:
        wanted = query["revids"].split("|")
        bad: Json = {number: {"revid": int(number), "missing": True} for number in wanted if not any(str(post.number) == number for post in self.author.posts)}
        pages: list[Json] = [self._page(post, "content" in query["rvprop"]) for post in self.author.posts if str(post.number) in wanted]
        return {"batchcomplete": True, "query": {"pages": pages} | ({"badrevids": bad} if bad else {})}

    def _page(self, post: Written, with_text: bool) -> Json:
        text: dict[str, Json] = {"slots": {"main": {"contentmodel": "wikitext", "content": post.text}}} if with_text and post.public else {}
        hidden: dict[str, Json] = {} if post.public else {"texthidden": True}
        return {"pageid": 1000 + post.number, "ns": 0, "title": "Notice", "revisions": [{"revid": post.number, "parentid": 0} | text | hidden]}
