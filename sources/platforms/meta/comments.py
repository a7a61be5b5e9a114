"""What visitors wrote under the posts of a department-run account, without their names: the newest of each post, which its page brings along.

Edges: https://developers.facebook.com/docs/graph-api/reference/object/comments, …/docs/instagram-platform/instagram-graph-api/reference/ig-media/comments.
"""

from __future__ import annotations

from datetime import datetime

from domain.post import MediaLink, Post, PostKind
from sources.reading.track import Item, Known, Read, time_order

COMMENTS = 25  # the newest of each post that are asked for
COMMENT = "comment "  # how the locator of one begins, its time behind it


def comment_item(account_id: str, native_id: str, url: str, text: str, posted_at: datetime, order: str, media: tuple[MediaLink, ...] = ()) -> Item:
    """What somebody wrote under a post, in its post's place in the order."""
    post = Post(account_id, native_id, PostKind.VISITOR_COMMENT, url, text, posted_at, media=media)
    return Item(post, order, f"{COMMENT}{time_order(posted_at)}")


def oldest_comments(read: Read) -> dict[str, str]:
    """For each post (by its order) that has as many comments as are asked for: the locator of the oldest that is listed. Older ones may follow unlisted."""
    under: dict[str, list[str]] = {}
    for item in read.items:
        if item.locator.startswith(COMMENT):
            under.setdefault(item.order, []).append(item.locator)
    return {order: min(locators) for order, locators in under.items() if len(locators) >= COMMENTS}


def beyond_the_list(known: Known, oldest: dict[str, str]) -> bool:
    """Whether a remembered comment is missing only since newer ones took its place."""
    return known.locator.startswith(COMMENT) and known.locator < oldest.get(known.order, "")
