"""TikTok's "Download your data", as JSON: `user_data_tiktok.json`, in older exports `user_data.json`.

How to get one: https://support.tiktok.com/en/account-and-privacy/personalized-ads-and-data/requesting-your-data. One file holds everything, messages
too: of it only the list of the account's own videos is looked at. Times are UTC, as `2026-11-18 12:00:00`. The videos themselves are not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

from domain.account import Account
from domain.identity import clean_text
from domain.post import Post, PostKind, Rejected
from sources.exports.archive import Archive
from sources.exports.export import ExportedPost, file_name, name_here, named, understood
from sources.reading.shape import At, json_at

FILE = re.compile(r"user_data(_tiktok)?\.json")
PLACES = (("Post", "Posts"), ("Video", "Videos"), ("Video", "Posts"), ("Post", "Videos"))  # newer, older, and as they were mixed in between
LIST = "VideoList"
PUBLIC = {"everyone", "public", "public to everyone"}
ADDRESS = re.compile(r"/(?:video|photo)/(\d{5,25})(?:/|$)")
SITE = "tiktok.com"


class TikTok:
    """Reads what is said of each of the account's own videos."""

    name = "tiktok"
    title = "TikTok"
    files = "user_data_tiktok.json, as JSON and not as text"

    def wanted(self, member: str) -> bool:
        """As `Exporter.wanted`."""
        return named(member, FILE)

    def posts(self, archive: Archive, account: Account) -> Iterator[ExportedPost | Rejected]:
        """As `Exporter.posts`."""
        for member in archive.data_files():
            whole = json_at(archive.data(member), file_name(member))
            yield from understood(videos_in(whole).maybe_items(), partial(parse_video, account=account, member=member))


def videos_in(whole: At) -> At:
    """The list of the account's own videos, a null where there is none. Nothing else of the file is looked at."""
    for first, second in PLACES:
        part = whole.at(first)
        if not part.missing and not part.at(second).missing:
            return part.at(second).at(LIST)
    return At(None, f"{whole.path}.{'.'.join(PLACES[0])}.{LIST}")


def parse_video(video: At, account: Account, member: str) -> ExportedPost:
    """One video. It is named by its address where that is its page, else by its time: the addresses of files change with each export."""
    posted_at = _time(video.at("Date"))
    found = _page(video.at("Link").maybe_text())
    said = [video.at(key).maybe_text() for key in ("Title", "AlternateText")]
    post = Post(
        account_id=account.id,
        native_id=found or name_here(posted_at, ""),
        kind=PostKind.POST,
        url=f"https://www.tiktok.com/@{account.handle.lstrip('@')}/video/{found}" if found else account.url,
        text=clean_text("\n".join(filter(None, said))).strip(),
        posted_at=posted_at,
    )
    return ExportedPost(post, (), _public(video.at("WhoCanView")), member)


def _public(at: At) -> bool | None:
    """Whether everyone may see it; None in older exports, which do not say. In a language that is not known here it counts as not public."""
    said = at.maybe_text().strip().casefold()
    return said in PUBLIC if said else None


def _page(address: str) -> str:
    """The id of the video whose page that is; empty where it is something else."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    found = ADDRESS.search(parts.path)
    return found[1] if found and (host == SITE or host.endswith(f".{SITE}")) else ""


def _time(at: At) -> datetime:
    try:
        return datetime.strptime(at.text().strip().removesuffix(" UTC"), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        at.wrong("expected a time such as 2026-11-18 12:00:00")
