"""A personal data server of the Bluesky network."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import requests


class Pds:
    """A new account of a Bluesky PDS."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.handle = f"pv{secrets.token_hex(4)}.test"
        account = self.call("com.atproto.server.createAccount", {"handle": self.handle, "email": f"{self.handle}@example.com", "password": "hunter22"})
        self.did, self.token = account["did"], {"Authorization": f"Bearer {account['accessJwt']}"}

    def call(self, method: str, body: object) -> dict[str, Any]:
        reply = requests.post(f"{self.at}/xrpc/{method}", json=body, headers=getattr(self, "token", {}), timeout=10)
        reply.raise_for_status()
        return reply.json() if reply.content else {}

    def record(self, text: str, picture: bytes | None = None) -> dict[str, Any]:
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": datetime.now(UTC).isoformat()}
        if picture:
            headers = self.token | {"Content-Type": "image/png"}
            blob = requests.post(f"{self.at}/xrpc/com.atproto.repo.uploadBlob", data=picture, headers=headers, timeout=10).json()["blob"]
            record["embed"] = {"$type": "app.bsky.embed.images", "images": [{"alt": "red", "image": blob}]}  # type: ignore[assignment]
        return record

    def post(self, text: str, picture: bytes | None = None) -> str:
        return self.call("com.atproto.repo.createRecord", {"repo": self.did, "collection": "app.bsky.feed.post", "record": self.record(text, picture)})["uri"]

    def edit(self, uri: str, text: str) -> None:
        key = uri.rpartition("/")[2]
        self.call("com.atproto.repo.putRecord", {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": key, "record": self.record(text)})

    def delete(self, uri: str) -> None:
        self.call("com.atproto.repo.deleteRecord", {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": uri.rpartition("/")[2]})

    def hide(self) -> None:
        labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
        record = {"$type": "app.bsky.actor.profile", "labels": labels}
        self.call("com.atproto.repo.putRecord", {"repo": self.did, "collection": "app.bsky.actor.profile", "rkey": "self", "record": record})
