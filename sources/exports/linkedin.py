"""LinkedIn's "Get a copy of your data": `Shares.csv`, or `Shares_<member id>.csv`, with the columns Date, ShareLink, ShareCommentary, SharedUrl,
MediaUrl and Visibility.

How to get one: https://www.linkedin.com/help/linkedin/answer/a1339364. Times are UTC, as `2026-11-18 12:00:00`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from urllib.parse import unquote

from domain.account import Account
from domain.identity import clean_text
from domain.post import MediaLink, Post, PostKind, Rejected
from sources.exports.archive import Archive
from sources.exports.export import ExportedPost, file_name, named, understood
from sources.exports.spreadsheet import rows
from sources.reading.readable import picture
from sources.reading.shape import At

FILE = re.compile(r"Shares(_\d+)?\.csv", re.IGNORECASE)
PUBLIC = {"public", "anyone"}  # MEMBER_NETWORK is the member's own connections
URN = re.compile(r"urn:li:(share|ugcPost|activity):\d{1,25}")
ACTIVITY = re.compile(r"-(share|ugcPost|activity)-(\d{1,25})(?:-|$)")


class LinkedIn:
    """Reads the member's own posts. What they passed on without a word is somebody else's and left out."""

    name = "linkedin"
    title = "LinkedIn"
    files = "Shares.csv"

    def wanted(self, member: str) -> bool:
        """As `Exporter.wanted`."""
        return named(member, FILE)

    def posts(self, archive: Archive, account: Account) -> Iterator[ExportedPost | Rejected]:
        """As `Exporter.posts`."""
        for member in archive.data_files():
            listed = rows(archive.data(member), file_name(member), ("date", "sharelink", "sharecommentary"))
            yield from understood(listed, partial(parse_share, account=account, member=member))


def parse_share(row: At, account: Account, member: str) -> ExportedPost | None:
    """One post; None for one that was passed on without a word."""
    said = clean_text(row.at("sharecommentary").maybe_text()).strip()
    shared, shown = row.at("sharedurl").maybe_text().strip(), _media(row.at("mediaurl"))
    if not said and not shown:
        return None
    address = row.at("sharelink").text().strip()
    text = "\n".join(filter(None, [said, shared]))
    post = Post(account.id, _urn(row.at("sharelink")), PostKind.POST, address, text, _time(row.at("date")), media=shown)
    return ExportedPost(post, ("",) * len(shown), _public(row.at("visibility")), member)


def _public(at: At) -> bool | None:
    """Whether anyone may see it; None in exports without that column."""
    said = at.maybe_text().strip().casefold()
    return said in PUBLIC if said else None


def _media(at: At) -> tuple[MediaLink, ...]:
    link = picture(at.maybe_text(), "")
    return (link,) if link else ()


def _urn(link: At) -> str:
    """The name that LinkedIn gives the post, from its address: `…/feed/update/urn%3Ali%3Ashare%3A1` or `…/posts/name_words-activity-1-Ab`."""
    address = unquote(link.text())
    if found := URN.search(address):
        return found[0]
    if found := ACTIVITY.search(address.partition("?")[0]):
        return f"urn:li:{found[1]}:{found[2]}"
    return link.wrong("names no post")


def _time(at: At) -> datetime:
    try:
        return datetime.strptime(at.text().strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        at.wrong("expected a time such as 2026-11-18 12:00:00")
