"""Instagram's "Download your information", as JSON: `posts_1.json` and `reels.json`. Stories are not read: they were public for a day.

How to get one: https://help.instagram.com/181231772500920. The layout is not documented; see `sources.exports.meta`. It does not say who could see a post.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from domain.account import Account
from domain.identity import clean_text
from domain.post import MediaLink, Post, PostKind, Rejected
from sources.exports.archive import Archive
from sources.exports.export import ExportedPost, file_name, name_here, named, seconds, understood
from sources.exports.meta import mended, shown
from sources.reading.shape import At, json_at

FILE = re.compile(r"posts_\d+\.json|reels\.json")
REELS = "ig_reels_media"


class Instagram:
    """Reads posts and reels."""

    name = "instagram"
    title = "Instagram"
    files = "posts_1.json, as JSON and not as HTML"

    def wanted(self, member: str) -> bool:
        """As `Exporter.wanted`."""
        return named(member, FILE)

    def posts(self, archive: Archive, account: Account) -> Iterator[ExportedPost | Rejected]:
        """As `Exporter.posts`."""
        for member in archive.data_files():
            listed = json_at(archive.data(member), file_name(member))
            entries = listed.at(REELS).items() if isinstance(listed.value, dict) else listed.items()
            yield from understood(entries, partial(parse_post, account=account, member=member))


def parse_post(entry: At, account: Account, member: str) -> ExportedPost | None:
    """One post. With one picture its words and its time stand at the picture, with several at the post."""
    media: dict[str, MediaLink] = {}
    pictures = list(entry.at("media").items())
    for picture in pictures:
        link, file = shown(picture)
        media.setdefault(file, link)
    if not pictures:
        entry.at("media").wrong("expected at least one picture")
    words = entry.at("title") if not entry.at("title").missing or len(pictures) > 1 else pictures[0].at("title")
    when = entry.at("creation_timestamp")
    posted_at = seconds(when if not when.missing else pictures[0].at("creation_timestamp"))
    text = clean_text(mended(words)).strip()
    post = Post(account.id, name_here(posted_at, next(iter(media))), PostKind.POST, account.url, text, posted_at, media=tuple(media.values()))
    return ExportedPost(post, tuple(media), None, member)
