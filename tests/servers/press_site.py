"""WordPress."""

from __future__ import annotations

import secrets
from typing import Any

import requests

from tests.servers.named import address, login


class WordPress:
    """An administrator, and a new author whose posts are read."""

    def __init__(self) -> None:
        self.at = address("PLAINVIEW_TEST_WORDPRESS")
        self.login = login("PLAINVIEW_TEST_WORDPRESS_LOGIN")
        self.slug = f"pv{secrets.token_hex(4)}"
        user = {"username": self.slug, "email": f"{self.slug}@police.example.gov", "password": secrets.token_hex(12), "roles": ["author"]}
        self.author = self.call("users", {**user, "name": "Press office"})["id"]

    def call(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        reply = requests.request(method, f"{self.at}/?rest_route=/wp/v2/{path}", json=body, auth=self.login, timeout=20)
        reply.raise_for_status()
        return reply.json()

    def post(self, text: str, path: str = "posts", **how: Any) -> dict[str, Any]:
        return self.call(path, {"title": "Notice", "content": f"<p>{text}</p>", "status": "publish", "author": self.author, **how})

    def picture(self, content: bytes, kind: str = "png") -> dict[str, Any]:
        headers = {"Content-Disposition": f'attachment; filename="pv{secrets.token_hex(4)}.{kind}"', "Content-Type": f"image/{kind}"}
        reply = requests.post(f"{self.at}/?rest_route=/wp/v2/media", data=content, headers=headers, auth=self.login, timeout=20)
        reply.raise_for_status()
        return self.call(f"media/{reply.json()['id']}", {"alt_text": "A patch"})
