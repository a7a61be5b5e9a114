"""A browser with no more than cookies and forms."""

from __future__ import annotations

import requests
from bs4 import BeautifulSoup
from bs4.element import Tag

Files = list[tuple[str, tuple[str, bytes, str]]]


class Browser:
    """Somebody at a site whose forms carry hidden fields of their own, such as the token against forged requests."""

    def __init__(self, at: str) -> None:
        self.at, self.session = at, requests.Session()

    def page(self, path: str) -> BeautifulSoup:
        reply = self.session.get(f"{self.at}{path}", timeout=20)
        reply.raise_for_status()
        return BeautifulSoup(reply.text, "lxml")

    def hidden(self, path: str) -> dict[str, str]:
        """What the forms of that page send without being asked."""
        return {str(tag["name"]): str(tag.get("value") or "") for tag in self.page(path).select('input[type="hidden"][name]') if isinstance(tag, Tag)}

    def send(self, path: str, fields: dict[str, str], files: Files | None = None, form_at: str = "") -> requests.Response:
        """Fills in the form at `form_at` (or `path` itself) and sends it to `path`."""
        reply = self.session.post(f"{self.at}{path}", data=self.hidden(form_at or path) | fields, files=files, timeout=20, headers={"Referer": self.at})
        reply.raise_for_status()
        return reply
