"""FlaskBB, a message board that is plain HTML, read by selectors that settings name."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from tests.servers.forms import Browser, Files

FORUM = "1-welcome"  # the forum that its installer makes
BOARD_PAGE = Path(__file__).parents[2] / "docs/sources/board.md"
LAYOUT = re.findall(r"```toml\n\[network\.boards.*?\]\n(.*?)```", BOARD_PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]  # the selectors that the docs name


class FlaskBB:
    """Somebody signed in to a board."""

    def __init__(self, at: str, name: str, password: str) -> None:
        self.at, self.name, self.browser = at, name, Browser(at)
        ended = self.browser.send("/auth/login", {"login": name, "password": password, "submit": "Login"})
        assert "/login" not in ended.url, "the board does not know this name and password"

    def topic(self, title: str, text: str, picture: bytes | None = None) -> str:
        """The path of a new thread that begins with `text` and has a picture attached."""
        ended = self.browser.send(f"/{FORUM}/topic/new", {"title": title, "content": text, "submit": "Post"}, attached(picture))
        return ended.url.removeprefix(self.at).partition("#")[0]

    def post(self, topic: str, text: str, picture: bytes | None = None) -> None:
        self.browser.send(f"{topic}/post/new", {"content": text, "submit": "Reply"}, attached(picture))

    def number_of(self, topic: str, text: str) -> str:
        """The number of the post that says `text`."""
        found = next(tag for tag in self.browser.page(topic).select("#topic-posts .post-row[id]") if text in tag.get_text())
        return str(found["id"])

    def edit(self, topic: str, text: str, new: str) -> None:
        self.browser.send(f"/post/{self.number_of(topic, text)}/edit", {"content": new, "submit": "Edit"})

    def delete(self, topic: str, text: str) -> None:
        """As a moderator."""
        self.browser.send(f"/post/{self.number_of(topic, text)}/delete", {}, form_at=topic)

    def hide(self, topic: str, text: str) -> None:
        """As a moderator."""
        self.browser.send(f"/post/{self.number_of(topic, text)}/hide", {}, form_at=topic)


def attached(picture: bytes | None) -> Files | None:
    """A picture as the board's form sends it."""
    return [("new_attachments", (f"pv{secrets.token_hex(4)}.png", picture, "image/png"))] if picture else None
