"""The recorded replies, as `Http` would hand them over."""

from __future__ import annotations

from pathlib import Path

from requests.structures import CaseInsensitiveDict

from sources.client.http import Reply
from sources.reading.shape import At, json_at

REPLIES = Path(__file__).parent / "replies"
HERE = "https://news.example/a/feed"


def recorded(name: str) -> bytes:
    return (REPLIES / name).read_bytes()


def a_reply(body: bytes, url: str = HERE, **headers: str) -> Reply:
    return Reply(200, url, CaseInsensitiveDict({name.replace("_", "-"): value for name, value in headers.items()}), body)


def recorded_json(name: str) -> At:
    return json_at(recorded(name), "reply")
