"""Google Takeout of YouTube: `videos.csv` (folder `video metadata`), with the columns Video ID, Video Title (Original), Video Description (Original), Privacy
and Video Publish Timestamp among others.

How to get one: https://support.google.com/accounts/answer/3024190, only "YouTube and YouTube Music". The videos' own files are not read. In other languages the
file and its columns have other names: the account has to be set to English for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from domain.account import Account
from domain.identity import clean_text
from domain.post import Post, PostKind, Rejected
from sources.exports.archive import Archive
from sources.exports.export import ExportedPost, file_name, named, understood
from sources.exports.spreadsheet import rows
from sources.reading.shape import At

FILE = re.compile(r"(videos|video metadata)\.csv", re.IGNORECASE)
ID, TITLE, DESCRIPTION, PRIVACY = "video id", "video title (original)", "video description (original)", "privacy"
PUBLISHED, CREATED = "video publish timestamp", "video create timestamp"
VIDEO_ID = re.compile(r"[\w-]{5,20}", re.ASCII)


class YouTube:
    """Reads what is said of each video."""

    name = "youtube"
    title = "YouTube (Google Takeout)"
    files = "videos.csv"

    def wanted(self, member: str) -> bool:
        """As `Exporter.wanted`."""
        return named(member, FILE)

    def posts(self, archive: Archive, account: Account) -> Iterator[ExportedPost | Rejected]:
        """As `Exporter.posts`."""
        for member in archive.data_files():
            listed = rows(archive.data(member), file_name(member), (ID, TITLE, PRIVACY))
            yield from understood(listed, partial(parse_video, account=account, member=member))


def parse_video(row: At, account: Account, member: str) -> ExportedPost:
    """One video. Unlisted ones are for those who were given the address: they are not public."""
    name = row.at(ID).text()
    if not VIDEO_ID.fullmatch(name):
        row.at(ID).wrong("is not an id")
    when = row.at(PUBLISHED) if row.at(PUBLISHED).maybe_text().strip() else row.at(CREATED)
    post = Post(
        account_id=account.id,
        native_id=name,
        kind=PostKind.POST,
        url=f"https://www.youtube.com/watch?v={name}",
        text=clean_text(row.at(DESCRIPTION).maybe_text()).strip(),
        posted_at=when.moment(),
        title=clean_text(row.at(TITLE).maybe_text()).strip(),
    )
    return ExportedPost(post, (), row.at(PRIVACY).maybe_text().strip().casefold() == "public", member)
