"""An export as a whole: every post once, and what could not be understood."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.account import Account
from domain.post import Rejected
from sources.exports.archive import Archive
from sources.exports.export import NAMED_HERE, ExportedPost, Exporter, file_name

MOST_REJECTED = 1000  # a file that is odd throughout would fill the store with refusals


@dataclass(frozen=True, slots=True)
class Export:
    """What an export tells of an account, public or not, in its order; and what of it could not be understood."""

    posts: tuple[ExportedPost, ...]
    rejected: tuple[Rejected, ...]


def read_export(archive: Archive, exporter: Exporter, account: Account) -> Export:
    """Read everything. Raises UnusableExport and UnexpectedReply."""
    posts: dict[str, ExportedPost] = {}
    rejected: list[Rejected] = []
    for found in exporter.posts(archive, account):
        if isinstance(found, Rejected):
            rejected.append(found)
        elif (one := _told_apart(found, posts)) is None:
            rejected.append(Rejected(None, file_name(found.member), "one post is in this export twice and says different things"))
        else:
            posts[one.post.native_id] = one
    if len(rejected) > MOST_REJECTED:
        more = Rejected(None, exporter.name, f"{len(rejected) - MOST_REJECTED} further pieces could not be understood either")
        rejected[MOST_REJECTED:] = [more]
    return Export(tuple(posts.values()), tuple(rejected))


def _told_apart(found: ExportedPost, posts: dict[str, ExportedPost]) -> ExportedPost | None:
    """The post under a name of its own. Two of one second that the platform does not name are numbered; None when it says otherwise than one of the same id."""
    name, number = found.post.native_id, 1
    while found.post.native_id in posts:
        if posts[found.post.native_id].post == found.post:
            return found
        if not name.startswith(NAMED_HERE):
            return None
        number += 1
        found = replace(found, post=replace(found.post, native_id=f"{name}#{number}"))
    return found
