"""Example City's posts, as their authors wrote them: `posts.toml`, read into frozen types with every identifier that a platform would give them."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from samples.manifest import EXAMPLE_CITY, MEDIA

POSTS_FILE = EXAMPLE_CITY / "posts.toml"
TID_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that a post shows."""

    file: str
    alt: str

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return (MEDIA / self.file).read_bytes()


@dataclass(frozen=True, slots=True)
class WrittenPost:
    """One post. `expected` holds (finding kind, exact words), `negative_for` the kinds that its words tempt and that must not be reported.

    `visibility` is "public", "private" (followers only) or "boost" (somebody else's, passed on): only public ones may ever be kept."""

    account: str
    key: str
    title: str
    text: str
    posted_at: datetime
    edited_at: datetime | None
    visibility: str
    pictures: tuple[Shown, ...]
    expected: tuple[tuple[str, str], ...]
    negative_for: tuple[str, ...]

    @property
    def number(self) -> int:
        """What orders it: microseconds since 1970, the last ten bits taken from its name so that no two are the same."""
        salt = hashlib.sha256(f"{self.account}/{self.key}".encode()).digest()
        return int(self.posted_at.timestamp()) * 1_000_000 + int.from_bytes(salt[:2], "big") % 1024

    @property
    def status_id(self) -> str:
        """Its Mastodon id: milliseconds in the upper bits, as Mastodon's snowflakes have them."""
        return str((self.number // 1000 << 16) + self.number % 1000)

    @property
    def record_key(self) -> str:
        """Its AT Protocol TID: 13 characters that sort by time."""
        value = self.number << 10
        return "".join(TID_ALPHABET[value >> shift & 31] for shift in range(60, -1, -5))


@cache
def written_posts() -> tuple[WrittenPost, ...]:
    """Every post in `posts.toml`, oldest first."""
    rows = tomllib.loads(POSTS_FILE.read_text("utf-8"))["post"]
    return tuple(sorted(map(_post, rows), key=lambda post: post.number))


def posts_of(account: str) -> tuple[WrittenPost, ...]:
    """That account's posts, newest first, as platforms list them."""
    return tuple(post for post in reversed(written_posts()) if post.account == account)


def _post(row: dict[str, Any]) -> WrittenPost:
    pictures = tuple(Shown(p["file"], p["alt"]) for p in row.get("pictures", ()))
    text = row["text"].strip()
    expected = tuple((e["kind"], e["text"]) for e in row.get("expected", ()))
    return WrittenPost(
        row["account"],
        row["key"],
        row.get("title", ""),
        text,
        row["posted"],
        row.get("edited"),
        row.get("visibility", "public"),
        pictures,
        expected,
        tuple(row.get("negative_for", ())),
    )
