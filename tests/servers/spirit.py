"""Spirit, a message board that is plain HTML."""

from __future__ import annotations

import secrets

from tests.servers.forms import Browser

CATEGORY = "2"  # "Uncategorized", which every new Spirit has


class Spirit:
    """Somebody signed in to a board."""

    def __init__(self, at: str, name: str, password: str) -> None:
        self.at, self.name, self.browser = at, name, Browser(at)
        ended = self.browser.send("/user/login/", {"username": name, "password": password})
        assert "/login/" not in ended.url, "the board does not know this name and password"

    def topic(self, title: str, text: str) -> str:
        """The path of a new thread that begins with `text`."""
        ended = self.browser.send("/topic/publish/", {"title": title, "category": CATEGORY, "comment": text})
        return ended.url.removeprefix(self.at).partition("#")[0]

    def comment(self, topic: str, text: str) -> None:
        self.browser.send(f"/comment/{topic.split('/')[2]}/publish/", {"comment": text})

    def whisper(self, title: str, text: str, to: str) -> None:
        """A private thread, for one other reader."""
        self.browser.send("/topic/private/publish/", {"title": title, "comment": text, "users": to})

    def upload(self, content: bytes) -> str:
        """The address of a photograph that the board keeps."""
        token = {"csrfmiddlewaretoken": self.browser.hidden("/topic/publish/")["csrfmiddlewaretoken"]}
        files = {"image": (f"pv{secrets.token_hex(4)}.jpg", content, "image/jpeg")}
        headers = {"X-Requested-With": "XMLHttpRequest", "Referer": self.at}
        return str(self.browser.session.post(f"{self.at}/comment/upload/", data=token, files=files, headers=headers, timeout=20).json()["url"])

    def number_of(self, topic: str, text: str) -> str:
        """The number of the comment that says `text`."""
        found = next(tag for tag in self.browser.page(topic).select("[data-pk]") if text in tag.get_text())
        return str(found["data-pk"])

    def edit(self, topic: str, text: str, new: str) -> None:
        self.browser.send(f"/comment/{self.number_of(topic, text)}/update/", {"comment": new})

    def delete(self, topic: str, text: str) -> None:
        """As a moderator."""
        self.browser.send(f"/comment/{self.number_of(topic, text)}/delete/", {})
