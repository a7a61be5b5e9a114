"""Facebook's "Download your information", as JSON: `your_posts__check_ins__photos_and_videos_1.json`, in older exports `your_posts_1.json`.

How to get one: https://www.facebook.com/help/212802592074644. The layout is not documented; see `sources.exports.meta`. It does not say who could see a post.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from domain.account import Account
from domain.identity import clean_text
from domain.post import MediaLink, Post, PostKind, Rejected
from sources.exports.archive import Archive
from sources.exports.export import ExportedPost, file_name, name_here, named, seconds, understood
from sources.exports.meta import mended, shown
from sources.reading.shape import At, json_at

FILE = re.compile(r"your_posts(__check_ins__photos_and_videos)?_\d+\.json")


@dataclass(frozen=True, slots=True)
class _Parts:
    words: list[str]
    links: list[str]
    media: dict[str, MediaLink]


class Facebook:
    """Reads posts. The `title` of each is left out, since it names other people ("wrote on somebody's timeline"), and so are tags and places."""

    name = "facebook"
    title = "Facebook"
    files = "your_posts__check_ins__photos_and_videos_1.json or your_posts_1.json, as JSON and not as HTML"

    def wanted(self, member: str) -> bool:
        """As `Exporter.wanted`."""
        return named(member, FILE)

    def posts(self, archive: Archive, account: Account) -> Iterator[ExportedPost | Rejected]:
        """As `Exporter.posts`."""
        for member in archive.data_files():
            listed = json_at(archive.data(member), file_name(member))
            # In some exports one post alone stands there without a list.
            entries = listed.items() if not isinstance(listed.value, dict) else iter((listed,))
            yield from understood(entries, partial(parse_post, account=account, member=member))


def parse_post(entry: At, account: Account, member: str) -> ExportedPost | None:
    """One post; None when it says and shows nothing, as when somebody changed where they live."""
    posted_at = seconds(entry.at("timestamp"))
    parts = _Parts([], [], {})
    edited_at = None
    for data in entry.at("data").maybe_items():
        parts.words.append(mended(data.at("post")))
        if not data.at("update_timestamp").missing:
            edited_at = seconds(data.at("update_timestamp"))
    for attachment in entry.at("attachments").maybe_items():
        for data in attachment.at("data").maybe_items():
            _take(data, parts)
    text = clean_text("\n".join(filter(None, [*parts.words, *parts.links]))).strip()
    if not text and not parts.media:
        return None
    first = next(iter(parts.media), next(iter(parts.links), ""))
    media = tuple(parts.media.values())
    post = Post(account.id, name_here(posted_at, first), PostKind.POST, account.url, text, posted_at, edited_at, media=media)
    return ExportedPost(post, tuple(parts.media), None, member)


def _take(data: At, parts: _Parts) -> None:
    """A picture or video, with what its owner wrote under it, or the address of a page that was shared. Places, events and people are left out."""
    media = data.at("media")
    if not media.missing:
        link, member = shown(media, mended(media.at("description")))
        parts.media.setdefault(member, link)
    address = data.at("external_context").at("url").maybe_text() if not data.at("external_context").missing else ""
    if address and address not in parts.links:
        parts.links.append(address)
