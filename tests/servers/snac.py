"""snac, an ActivityPub server that speaks Mastodon's API as well."""

from __future__ import annotations

import re
from typing import Any

import requests

from tests.servers.named import eventually, login


class Snac:
    """A snac user who posts."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.user, self.password = login("PLAINVIEW_TEST_SNAC_LOGIN")
        page = requests.post(f"{at}/oauth/x-snac-get-token", data={"login": self.user, "passwd": self.password}, timeout=10).text
        self.token = {"Authorization": f"Bearer {re.findall('[0-9a-f]{32,}', page)[0]}"}

    def post(self, text: str, visibility: str = "public", picture: bytes | None = None) -> dict[str, Any]:
        form = {"status": text, "visibility": visibility}
        if picture:
            files = {"file": ("p.png", picture, "image/png")}
            form["media_ids[]"] = requests.post(f"{self.at}/api/v2/media", files=files, data={"description": "red"}, headers=self.token, timeout=10).json()[
                "id"
            ]
        return requests.post(f"{self.at}/api/v1/statuses", data=form, headers=self.token, timeout=10).json()

    def edit(self, status: dict[str, Any], text: str) -> None:
        requests.put(f"{self.at}/api/v1/statuses/{status['id']}", data={"status": text}, headers=self.token, timeout=10).raise_for_status()

    def delete(self, status: dict[str, Any]) -> None:
        """By its web admin: snac 2.75 has no DELETE /api/v1/statuses/:id."""
        form = {"id": status["uri"], "actor": f"{self.at}/{self.user}", "action": "Delete", "redir": "x"}
        requests.post(f"{self.at}/{self.user}/admin/action", data=form, auth=(self.user, self.password), timeout=10, allow_redirects=False)

    def empty(self) -> None:
        """Deletes all that its user has posted: the account is these tests' own."""
        user = requests.get(f"{self.at}/api/v1/accounts/verify_credentials", headers=self.token, timeout=10).json()["id"]

        def left() -> list[dict[str, Any]]:
            listed = requests.get(f"{self.at}/api/v1/accounts/{user}/statuses", headers=self.token, timeout=10).json()
            for status in listed:
                self.delete(status)
            return list(listed)

        eventually(left, lambda statuses: not statuses, seconds=60)
