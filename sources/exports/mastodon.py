"""Mastodon's "Request your archive": `outbox.json`, an ActivityStreams collection, and the attachments in `media_attachments`.

How to get one: https://docs.joinmastodon.org/user/moving/#export. What it holds: https://www.w3.org/TR/activitypub/#outbox; who may see an object:
https://www.w3.org/TR/activitypub/#public-addressing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

from domain.account import Account
from domain.post import MediaLink, Post, PostKind, Rejected
from sources.exports.archive import Archive
from sources.exports.export import NAMED_HERE, ExportedPost, file_name, named, understood
from sources.reading.readable import picture, text_of
from sources.reading.shape import At, json_at

FILE = re.compile(r"outbox\.json")
PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
FOLDER = "media_attachments/"
KINDS = {"Note", "Article", "Question"}


class Mastodon:
    """Reads the objects that the account made. What it boosted is somebody else's. Direct messages stand in the same file; they are not public, and left."""

    name = "mastodon"
    title = "Mastodon"
    files = "outbox.json"

    def wanted(self, member: str) -> bool:
        """As `Exporter.wanted`."""
        return named(member, FILE)

    def posts(self, archive: Archive, account: Account) -> Iterator[ExportedPost | Rejected]:
        """As `Exporter.posts`."""
        for member in archive.data_files():
            listed = json_at(archive.data(member), file_name(member)).at("orderedItems").items()
            yield from understood(listed, partial(parse_activity, account=account, member=member))


def parse_activity(activity: At, account: Account, member: str) -> ExportedPost | None:
    """One post; None for what the account passed on or did otherwise."""
    if activity.at("type").text() != "Create":
        return None
    made = activity.at("object")
    if made.at("type").text() not in KINDS:
        made.at("type").wrong("is a kind of object that is not known")
    author = made.at("attributedTo").identifier()
    if _host(author) != _host(account.url) or author != activity.at("actor").identifier():
        made.at("attributedTo").wrong("is another account than the one that was named")
    uri = made.at("id").identifier()
    shown = dict(_shown(one, uri) for one in made.at("attachment").maybe_items())
    post = Post(
        account_id=account.id,
        native_id=uri,
        kind=PostKind.POST if _answers_none_or_itself(made.at("inReplyTo").maybe_text(), author) else PostKind.COMMENT,
        url=made.at("url").maybe_text() or uri,
        text=_text(made),
        posted_at=made.at("published").moment(),
        edited_at=made.at("updated").maybe_moment(),
        title=text_of(made.at("summary").maybe_text()),
        media=tuple(shown),
    )
    return ExportedPost(post, tuple(shown.values()), _public(made), member)


def _public(made: At) -> bool:
    """Whether it is addressed to everyone, listed (`to`) or not (`cc`)."""
    return any(one.text() in PUBLIC for key in ("to", "cc") for one in _several(made.at(key)))


def _several(at: At) -> Iterator[At]:
    """The elements of a list; where there is one alone, ActivityStreams allows it to stand by itself."""
    return iter((at,)) if isinstance(at.value, str) else at.maybe_items()


def _text(made: At) -> str:
    options = [text_of(option.at("name").text()) for key in ("oneOf", "anyOf") for option in made.at(key).maybe_items()]
    return "\n".join([text_of(made.at("content").maybe_text()), *options]).strip()


def _shown(attachment: At, uri: str) -> tuple[MediaLink, str]:
    """An attachment and its file in the archive. Archives name it by its place there, some by its address."""
    place = attachment.at("url").identifier()
    member = place[place.find(FOLDER) :] if FOLDER in place else place.lstrip("/")
    alt, mime = attachment.at("name").maybe_text(), attachment.at("mediaType").maybe_text() or None
    public = picture(place, uri, alt, mime) if urlsplit(place).scheme else None
    return public or MediaLink(f"{NAMED_HERE}{member}", alt.strip(), mime), member


def _answers_none_or_itself(parent: str, author: str) -> bool:
    return not parent or parent.startswith(f"{author}/")


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
