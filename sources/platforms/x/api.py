"""How X's API v2 is asked: in either spelling of its fields, at its prices, and what its errors mean.

Prices: https://docs.x.com/x-api/getting-started/pricing. Errors: https://docs.x.com/x-api/fundamentals/response-codes-and-errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Never

from sources.client.address import where
from sources.client.http import Reply
from sources.platforms.x.post import either
from sources.reading.api import Api, good
from sources.reading.shape import At, read_json
from sources.source import AccountGone, NotPermitted, UnexpectedReply

POST_PRICE = 0.005  # USD for each post that is answered
USER_PRICE = 0.010
USER_FIELDS = "description,entities,id,location,name,profile_banner_url,profile_image_url,protected,url,username"
FIELDS = {  # the parameter and its fields in either spelling; every document but openapi.json still has the first
    "tweet": {"tweet.fields": "attachments,author_id,created_at,entities,in_reply_to_user_id,note_tweet,referenced_tweets,text"},
    "post": {"post.fields": "attachments,created_at,entities,id,note_post,text"},
}
BESIDE = {"expansions": "attachments.media_keys,attachments.poll_ids", "media.fields": "alt_text,media_key,preview_image_url,type,url,variants"}
PAYMENT = 402
FORBIDS = {"not-authorized-for-resource", "not-authorized-for-field", "field-unauthorized", "client-forbidden", "disallowed-resource"}
TELLS_GONE = {"resource-not-found", "resource-unavailable"}


@dataclass(frozen=True, slots=True)
class XApi:
    """`own` is what the account's track remembers: among it the spelling that its server knew last."""

    api: Api
    own: dict[str, str]

    def user(self, name: str) -> Reply:
        """The account of that name, which is already written as part of an address."""
        return _fine(self._ask(f"/2/users/by/username/{name}", {"user.fields": USER_FIELDS}, USER_PRICE, USER_PRICE))

    def post(self, known: str) -> Reply:
        """One post alone, with no more than its id and text."""
        return _fine(self._ask("/2/tweets", {"ids": known}, POST_PRICE, POST_PRICE))

    def posts(self, user_id: str, query: Mapping[str, str], most: int) -> Reply:
        """A page of at most `most` posts, asked for in the spelling that this server knew last; else, and when it knows that one no more, in both."""
        known = self.own.get("fields")
        path = f"/2/users/{user_id}/tweets"
        usable: Reply | None = None
        for spelling in sorted(FIELDS, key=lambda one: one != (known or "tweet")):
            reply = self._ask(path, {**query, **BESIDE, **FIELDS[spelling]}, most * POST_PRICE, POST_PRICE)
            if reply.status == 200:
                usable, self.own["fields"] = reply, spelling
                if known or _knows_fields(reply):
                    return _fine(reply)
            elif reply.status != 400:
                return _fine(reply)
        return _fine(usable or reply)

    def _ask(self, path: str, query: Mapping[str, str], most: float, price: float) -> Reply:
        """What the answer may cost is set aside before; what it did not bring is given back."""
        self.api.http.spend(most)
        brought = 0.0
        try:
            reply = self.api.ask(path, query)
            brought = min(most, price * _count(reply))
        finally:
            self.api.http.spend(brought - most)
        return reply


def refused(reply: At) -> Never:
    """Raise what the errors of a reply without data mean."""
    kinds = problems(reply)
    if forbids := next((kind for kind in kinds if kind in FORBIDS), None):
        raise NotPermitted(f"{reply.path}: X says {forbids}: the posts are protected, or the token does not allow this")
    if gone := next((kind for kind in kinds if kind in TELLS_GONE), None):
        raise AccountGone(f"{reply.path}: X says {gone}: there is no such account, or it is suspended")
    reply.wrong("holds neither data nor an error that is known")


def problems(reply: At) -> list[str]:
    """The last parts of the addresses that name its errors (https://docs.x.com/x-api/fundamentals/response-codes-and-errors)."""
    kinds = [either(one, "type", "title").maybe_text() for one in reply.at("errors").maybe_items()]
    return [kind.rstrip("/").rpartition("/")[2] for kind in kinds if kind]


def _fine(reply: Reply) -> Reply:
    if reply.status == PAYMENT:
        raise NotPermitted(f"{where(reply.url)}: answered {PAYMENT}: X wants to be paid first; buy credits in its developer console")
    return good(reply)


def _count(reply: Reply) -> int:
    """How many things were answered, each of which is paid for."""
    try:
        data = read_json(reply).at("data").value
    except UnexpectedReply:
        return 0
    return len(data) if isinstance(data, list) else int(data is not None)


def _knows_fields(reply: Reply) -> bool:
    """Whether the reply has what was asked for: a server that does not know a parameter may pass over it."""
    data = read_json(reply).at("data").value
    posts = data if isinstance(data, list) else []
    return not posts or any(isinstance(post, dict) and "created_at" in post for post in posts)
