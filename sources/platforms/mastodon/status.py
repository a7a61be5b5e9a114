"""Statuses as Mastodon's API gives them: who the account is, what it wrote, what each status shows.

https://docs.joinmastodon.org/entities/Status/, …/entities/Account/, …/entities/MediaAttachment/.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from requests.utils import parse_header_links

from domain.account import Account
from domain.post import MediaLink, Post, PostKind, Rejected
from sources.reading.entries import understood
from sources.reading.profile import profile_of
from sources.reading.readable import picture, text_of, unique
from sources.reading.shape import At
from sources.reading.track import Item, Read, time_order
from sources.source import AccountGone

PUBLIC = ("public", "unlisted")
NOT_PUBLIC = {"private", "direct", "limited", "local", "mutuals_only"}
MIME_OF_KIND = {"video": "video/mp4", "gifv": "video/mp4", "audio": "audio/mpeg"}  # where the address does not tell
PICTURE_OF_KIND = {"video": "image/", "gifv": "image/", "audio": ""}  # what a preview is whose address does not tell: of a sound it may be the sound
NO_PICTURE = "/original/missing.png"  # what Mastodon shows for an account that has none
STATUS_ID = re.compile(r"[\w.:-]{1,200}")


def parse_account(reply: At, user: str) -> str:
    """The account's id on its server, from a lookup. Raises UnexpectedReply when it is somebody else's, AccountGone when it is suspended.

    Mastodon's `acct` of a local account is its bare name; snac's always carries the host.
    """
    for key in ("username", "acct"):
        if reply.at(key).text().partition("@")[0].casefold() != user.casefold():
            reply.at(key).wrong("is another account than the one that was looked up")
    if reply.at("suspended").value is True:
        raise AccountGone(f"{reply.path}: the server says that the account is suspended")
    return status_id(reply.at("id"))


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """The account's name, description, further lines and pictures, from a lookup. What cannot be read is left out: the account counts, not its page."""
    lines = [f"{text_of(line.at('name').maybe_text())}: {text_of(line.at('value').maybe_text())}" for line in reply.at("fields").maybe_items()]
    said = "\n".join([text_of(reply.at("note").maybe_text()), *lines])
    pictures = [address for key in ("avatar", "header") if not (address := reply.at(key).maybe_text()).endswith(NO_PICTURE)]
    return profile_of(account, reply.at("display_name").maybe_text(), said, pictures, now)


def parse_statuses(reply: At, account_id: str, server_id: str, next_id: str | None) -> Read:
    """A page of statuses: the account's own public ones as posts, anything odd as rejected. `server_id` is the account's id on its server."""

    def understand(status: At) -> Iterator[Item | Rejected]:
        if status.at("reblog").missing:  # else somebody else's, which the account passed on
            yield _item(status, account_id, server_id)

    return understood(reply.items(), understand, _name, next_id)


def parse_answered(reply: At) -> set[str]:
    """The ids of the statuses on a page that somebody has answered. Where a server does not count answers, nobody has."""
    counts = ((one.value.get("id"), one.value.get("replies_count")) for one in reply.items() if isinstance(one.value, dict))
    return {name for name, count in counts if isinstance(name, str) and isinstance(count, int) and count > 0}


def parse_next(link: str, path: str) -> str | None:
    """The `max_id` of the following page from a Link header (RFC 8288). None on the last page."""
    for one in parse_header_links(link):
        if one.get("rel") == "next":
            found = re.search(r"[?&]max_id=([^&#]+)", one["url"])
            return status_id(At(found and found[1], f"{path} Link rel=next max_id"))
    return None


def refuse_if_not_public(status: At) -> None:
    """Raises UnexpectedReply for a status that not everybody may read."""
    if (visibility := status.at("visibility").text()) not in PUBLIC:
        status.at("visibility").wrong("is not public" if visibility in NOT_PUBLIC else "is a visibility that is not known")


def text_in(status: At) -> str:
    """What it says, and the options of its poll."""
    options = [option.at("title").text() for option in status.at("poll").at("options").maybe_items()] if not status.at("poll").missing else []
    return "\n".join([text_of(status.at("content").maybe_text()), *map(text_of, options)]).strip()


def media_in(status: At, base: str) -> tuple[MediaLink, ...]:
    """What it attaches, each film and sound with the picture that stands for it."""
    return unique(link for attachment in status.at("media_attachments").maybe_items() for link in _links(attachment, base))


def status_id(at: At) -> str:
    """An id as it goes into an address."""
    text = at.text()
    return text if STATUS_ID.fullmatch(text) else at.wrong("is not an id")


def _item(status: At, account_id: str, server_id: str) -> Item:
    if status.at("account").at("id").text() != server_id:
        status.at("account").at("id").wrong("is another account's")
    refuse_if_not_public(status)
    posted_at = status.at("created_at").moment()
    uri = status.at("uri").identifier()
    post = Post(
        account_id=account_id,
        native_id=uri,
        kind=_kind(status, server_id),
        url=status.at("url").maybe_text() or uri,
        text=text_in(status),
        posted_at=posted_at,
        edited_at=status.at("edited_at").maybe_moment(),
        title=text_of(status.at("spoiler_text").maybe_text()),
        media=media_in(status, uri),
    )
    return Item(post, time_order(posted_at), status_id(status.at("id")))


def _kind(status: At, server_id: str) -> PostKind:
    """An answer to somebody is a comment; an answer to oneself continues a thread."""
    answers = status.at("in_reply_to_account_id").value
    return PostKind.POST if answers in (None, server_id) else PostKind.COMMENT


def _links(attachment: At, base: str) -> Iterator[MediaLink]:
    """The attachment at its original size. One that is still being processed has no address: the server gives it one later, which is an edit."""
    address = attachment.at("url").maybe_text() or attachment.at("remote_url").maybe_text()
    if not address:
        return
    kind, alt = attachment.at("type").text(), attachment.at("description").maybe_text()
    link = picture(address, base, alt, _mime(address) or MIME_OF_KIND.get(kind))
    yield link or attachment.at("url").wrong("is not an http or https address")
    preview = attachment.at("preview_url").maybe_text()
    if preview and kind in MIME_OF_KIND and (_mime(preview) or PICTURE_OF_KIND[kind]).startswith("image/"):
        yield picture(preview, base, alt, _mime(preview)) or attachment.at("preview_url").wrong("is not an http or https address")


def _mime(address: str) -> str | None:
    return mimetypes.guess_type(urlsplit(address).path)[0]


def _name(status: At) -> str | None:
    """The uri of a status that could not be understood, unless it says that it is not public."""
    return status.at("uri").identifier() if status.at("visibility").value in PUBLIC else None
