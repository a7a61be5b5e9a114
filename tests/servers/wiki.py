"""MediaWiki."""

from __future__ import annotations

import secrets
from typing import Any

import requests

from sources.client.http import Http
from tests.servers.named import address, login
from tests.servers.reading import Reading


class Wiki:
    """Somebody signed in to a wiki."""

    def __init__(self, at: str, name: str, password: str) -> None:
        self.at, self.session = at, requests.Session()
        token = self.call("query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]
        assert self.call("login", lgname=name, lgpassword=password, lgtoken=token)["login"]["result"] == "Success"
        self.token = self.call("query", meta="tokens")["query"]["tokens"]["csrftoken"]

    def call(self, action: str, files: Any = None, **query: str) -> Any:
        form = {"action": action, "format": "json", "formatversion": "2", **query}
        reply = self.session.post(f"{self.at}/api.php", data=form, files=files, timeout=20).json()
        assert "error" not in reply, reply
        return reply

    def edit(self, title: str, text: str, summary: str = "", **how: str) -> int:
        return int(self.call("edit", title=title, text=text, summary=summary, token=self.token, **how)["edit"].get("newrevid", 0))

    def upload(self, name: str, content: bytes, comment: str) -> None:
        done = self.call("upload", {"file": (name, content, "image/png")}, filename=name, comment=comment, text="", ignorewarnings="1", token=self.token)
        assert done["upload"]["result"] == "Success"


class Wikis:
    """An administrator, and a new user whose account is read."""

    def __init__(self) -> None:
        self.at = address("PLAINVIEW_TEST_MEDIAWIKI")
        name, password = login("PLAINVIEW_TEST_MEDIAWIKI_LOGIN")
        self.admin = Wiki(self.at, name, password)
        self.name, secret = f"Pv{secrets.token_hex(4)}", secrets.token_hex(12)
        token = self.admin.call("query", meta="tokens", type="createaccount")["query"]["tokens"]["createaccounttoken"]
        form = {"username": self.name, "password": secret, "retype": secret, "createreturnurl": self.at, "createtoken": token}
        assert self.admin.call("createaccount", **form)["createaccount"]["status"] == "PASS"
        self.user = Wiki(self.at, self.name, secret)

    def reading(self, http: Http) -> Reading:
        return Reading(http, "mediawiki", self.name, f"{self.at}/index.php/User:{self.name}")
