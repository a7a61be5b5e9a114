"""A Discourse forum with one member."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.account import Account
from domain.identity import Json
from tests.builders import an_account
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import Author, Traits, Written, conditional

PER_PAGE = 3
TRAITS = Traits()


@dataclass
class DiscourseForum:
    author: Author = field(default_factory=Author)
    name: str = "discourse"
    unchanged_asks: str = "/user_actions.json"
    identity: str = "109"
    traits: Traits = TRAITS

    def account(self, site: Site) -> Account:
        return an_account("discourse", "ecpd_press", f"{site.origin}/u/ecpd_press")

    def native_id(self, site: Site, post: Written) -> str:
        return f"{site.origin}/p/{post.number}"

    def answer(self, site: Site, asked: Asked) -> Answer | None:
        if asked.path == "/u/ecpd_press.json":
            avatar = "/user_avatar/forum.example.gov/ecpd_press/{size}/7_2.png"
            return json_answer({"user": {"id": int(self.identity), "username": "ECPD_press", "name": "Press office", "avatar_template": avatar}})
        if asked.path == "/user_actions.json":
            assert (asked.query["username"], asked.query["filter"]) == ("ecpd_press", "4,5")
            offset = int(asked.query["offset"])
            listed = [post for post in self.author.posts if post.public][offset : offset + PER_PAGE]
            rows: list[Json] = [self._row(post) for post in listed]
            return conditional(asked, json_answer({"user_actions": rows}))
        for post in self.author.posts:
            if post.public and asked.path in {f"/posts/{post.number}.json", f"/posts/by_number/{post.number}/1.json"}:
                return json_answer(self._post(post))
        return None

    def _row(self, post: Written) -> Json:
        topic = post.number % 2 == 0
        who: dict[str, Json] = {"user_id": int(self.identity), "acting_user_id": int(self.identity), "username": "ECPD_press"}
        place: dict[str, Json] = {"topic_id": post.number, "post_number": 1 if topic else 4, "post_id": None if topic else post.number}
        return {
            "action_type": 4 if topic else 5,
            "created_at": post.time,
            "excerpt": post.text,
            "title": "News",
            "deleted": False,
            "hidden": None,
            **who,
            **place,
        }

    def _post(self, post: Written) -> Json:
        return {
            "id": post.number,
            "user_id": int(self.identity),
            "username": "ECPD_press",
            "created_at": post.time,
            "updated_at": post.time,
            "version": 1,
            "cooked": 7 if post.broken else f"<p>{post.text}</p>",
            "post_number": 1 if post.number % 2 == 0 else 4,
            "post_type": 1,
            "topic_id": post.number,
            "topic_slug": "news",
            "hidden": False,
            "deleted_at": None,
            "user_deleted": False,
        }
