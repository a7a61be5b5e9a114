"""What visitors wrote under the posts of a department-run account, without their names: the newest of each post, which its page brings along.

Edges: https://developers.facebook.com/docs/graph-api/reference/object/comments, …/docs/instagram-platform/instagram-graph-api/reference/ig-media/comments.
"""

from __future__ import annotations

from datetime import datetime

from domain.post import MediaLink, Post, PostKind
from sources.reading.track import Item, Known, Read, comment_locator

COMMENTS = 25  # the newest of each post that are asked for


def comment_item(account_id: str, native_id: str, url: str, text: str, posted_at: datetime, order: str, media: tuple[MediaLink, ...] = ()) -> Item:
    """What somebody wrote under a post, in its post's place in the order."""
    post = Post(account_id, native_id, PostKind.VISITOR_COMMENT, url, text, posted_at, media=media)
    return Item(post, order, comment_locator(posted_at))


def oldest_comments(read: Read) -> dict[str, str]:
    """For each post (by its order) that has as many comments as are asked for: the time of the oldest that is listed. Older ones may follow unlisted."""
    under: dict[str, list[str]] = {}
    for item in read.items:
        if item.commented:
            under.setdefault(item.order, []).append(item.commented)
    return {order: min(times) for order, times in under.items() if len(times) >= COMMENTS}


def beyond_the_list(known: Known, oldest: dict[str, str]) -> bool:
    """Whether a remembered comment is missing only since newer ones took its place."""
    return "" < known.commented < oldest.get(known.order, "")
