"""What Discourse's API says of a member, of what the member did, and of one post: pure functions from replies to posts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from domain.account import Account
from domain.identity import canonical_json, sha256_hex
from domain.post import Post, PostKind, Rejected
from sources.platforms.discourse.cooked import NEW_TOPIC, REPLY, pictures_of_cooked, text_of_cooked
from sources.reading.profile import profile_of
from sources.reading.readable import text_of
from sources.reading.shape import At
from sources.reading.track import Item, time_order
from sources.source import NotPermitted, UnexpectedReply

AVATAR = "1000"  # pixels
REGULAR = 1  # post_type; others are moderators' notes and what the software itself says


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a listing: which post it stands for, and the digest of what it says of it."""

    at: At
    topic: int
    number: int
    title: str
    order: str
    path: str
    digest: str

    @property
    def key(self) -> str:
        """Its place on the forum."""
        return f"{self.topic}/{self.number}"


def parse_user(reply: At, name: str) -> int:
    """The member's lasting id. Raises UnexpectedReply when it is somebody else's, NotPermitted when the member hides the profile from visitors."""
    user = reply.at("user")
    if user.at("username").text().casefold() != name.casefold():
        user.at("username").wrong("is another account than the one that was looked up")
    if user.at("profile_hidden").value is True:
        raise NotPermitted(f"{reply.path}: the member hides the profile from the public; the member can show it again in the forum's preferences")
    return _number(user.at("id"))


def parse_profile(reply: At, account: Account, base: str, now: datetime) -> Post:
    """Name, description, place, web site and pictures."""
    user = reply.at("user")
    said = [text_of(user.at("bio_cooked").maybe_text()) or user.at("bio_raw").maybe_text(), user.at("location").maybe_text(), user.at("website").maybe_text()]
    avatar = user.at("avatar_template").maybe_text()
    drawn = "letter_avatar" in avatar  # by the software, of the name's first letter
    pictures = ["" if drawn else avatar.replace("{size}", AVATAR), *(user.at(key).maybe_text() for key in _BACKGROUNDS)]
    name = user.at("name").maybe_text() or user.at("username").text()
    return profile_of(replace(account, url=f"{base}/u/{quote(user.at('username').text(), safe='')}"), name, "\n".join(filter(None, said)), pictures, now)


def parse_actions(reply: At, user_id: int) -> list[Line | Rejected]:
    """The lines of `user_actions.json`, newest first: the member's own topics and replies. What is hidden or deleted is left out."""
    found: list[Line | Rejected] = []
    for row in reply.at("user_actions").items():
        try:
            found += _lines(row, user_id)
        except UnexpectedReply as odd:
            found.append(Rejected(None, odd.path, odd.what))
    return found


def parse_post(reply: At, line: Line, account_id: str, user_id: int, base: str) -> Iterator[Item]:
    """A whole post; nothing where it is hidden, deleted or no post of the member's own making."""
    if reply.at("user_id").value != user_id:
        reply.at("user_id").wrong("is another account's")
    if reply.at("hidden").value is True or reply.at("user_deleted").value is True or not reply.at("deleted_at").missing:
        return
    if _number(reply.at("post_type")) != REGULAR:
        return
    number, post_id, posted_at, cooked = _number(reply.at("post_number")), _number(reply.at("id")), reply.at("created_at").moment(), reply.at("cooked").text()
    url = f"{base}/t/{_number(reply.at('topic_id'))}/{number}"  # without the slug, which is made of the title, and that of a reply is somebody else's
    edited = reply.at("updated_at").maybe_moment() if isinstance(version := reply.at("version").value, int) and version > 1 else None
    post = Post(
        account_id=account_id,
        native_id=f"{base}/p/{post_id}",
        kind=PostKind.POST if number == 1 else PostKind.COMMENT,
        url=url,
        text=text_of_cooked(cooked),
        posted_at=posted_at,
        edited_at=edited,
        title=line.title if number == 1 else "",  # a reply stands under somebody's title
        media=pictures_of_cooked(cooked, url),
    )
    yield Item(post, line.order, str(post_id))


_BACKGROUNDS = ("profile_background_upload_url", "card_background_upload_url")


def _lines(row: At, user_id: int) -> Iterator[Line]:
    kind = _number(row.at("action_type"))
    if kind not in {NEW_TOPIC, REPLY}:
        row.at("action_type").wrong("is neither a topic nor a reply")
    if row.at("user_id").value != user_id or row.at("acting_user_id").value != user_id:
        row.at("user_id").wrong("is another account's")
    if row.at("hidden").value is True or row.at("deleted").value is True:
        return
    topic, number = _number(row.at("topic_id")), _number(row.at("post_number"))
    post_id = row.at("post_id")  # null for a topic's first post
    path = f"/posts/by_number/{topic}/{number}.json" if post_id.missing else f"/posts/{_number(post_id)}.json"
    title, excerpt = row.at("title").maybe_text(), row.at("excerpt").maybe_text()
    order = time_order(row.at("created_at").moment())
    yield Line(row, topic, number, text_of(title), order, path, sha256_hex(canonical_json([title, excerpt]))[:16])


def _number(at: At) -> int:
    if not isinstance(at.value, int) or isinstance(at.value, bool) or not 0 < at.value < 2**63:
        at.wrong("expected a number that names something")
    return at.value
