"""What WebFinger, an actor and an outbox say (https://www.w3.org/TR/activitypub/): pure functions from replies to posts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from domain.account import Account
from domain.post import Post, PostKind, Rejected
from sources.client.address import origin, same_origin
from sources.platforms.activitypub.object import address_of, html_of, ids_of, media_of, name_of, picture_addresses, text_of_object, title_of, type_of
from sources.reading.entries import understood
from sources.reading.profile import profile_of
from sources.reading.readable import picture, text_of
from sources.reading.shape import At
from sources.reading.track import Item, Read, time_order
from sources.source import AccountGone, NotPermitted

PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}  # ActivityPub 5.6: all three are in use
OBJECTS = {"Note", "Article", "Page", "Question", "Image", "Video", "Audio", "Event"}
NOT_POSTS = {"Announce", "Like", "Dislike", "Follow", "Accept", "Reject", "Undo", "Delete", "Update", "Add", "Remove", "Block", "Flag", "Move", "Tombstone"}


def parse_webfinger(reply: At) -> str:
    """The actor's address: the link `self` of an ActivityPub type (RFC 7033 4.4)."""
    for link in reply.at("links").maybe_items():
        kind = link.at("type").maybe_text().replace(" ", "").lower()
        if link.at("rel").maybe_text() == "self" and (kind == "application/activity+json" or kind.startswith("application/ld+json;profile=")):
            return _http(link.at("href"))
    return reply.at("links").wrong("names no ActivityPub actor")


def parse_actor(reply: At, user: str) -> tuple[str, str]:
    """The actor's id and its outbox. Raises UnexpectedReply when it is somebody else's, AccountGone when it was deleted or suspended."""
    if type_of(reply) == "Tombstone" or reply.at("suspended").value is True:
        raise AccountGone(f"{reply.path}: the server says that the account is deleted or suspended")
    if reply.at("preferredUsername").text().casefold() != user.casefold():
        reply.at("preferredUsername").wrong("is another account than the one that was looked up")
    actor, outbox = _http(reply.at("id")), _http(reply.at("outbox"))
    if origin(actor) != origin(outbox):
        reply.at("outbox").wrong("lies on another host than the account")
    return actor, outbox


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """The actor's name, summary, further lines (PropertyValue) and pictures."""
    lines = [
        f"{text_of(one.at('name').maybe_text())}: {text_of(one.at('value').maybe_text())}"
        for one in (reply.at("attachment").maybe_items() if isinstance(reply.at("attachment").value, list) else ())
        if type_of(one) == "PropertyValue"
    ]
    said = "\n".join([text_of(html_of(reply, "summary")), *lines])
    pictures = [address for key in ("icon", "image") for address in picture_addresses(reply.at(key))]
    return profile_of(account, text_of(html_of(reply, "name")), said, pictures, now)


def parse_outbox(reply: At, account_id: str, actor: str, url: str) -> Read:
    """A page of an outbox, or one that holds its items itself. `url` is where it was asked: further pages lie on the same host."""

    def understand(entry: At) -> Iterator[Item | Rejected]:
        yield from _items(entry, account_id, actor)

    key = "orderedItems" if reply.at("items").missing else "items"
    if reply.at(key).missing and not (type_of(reply).startswith("OrderedCollection") and reply.at("totalItems").value == 0):
        reply.at(key).wrong("expected a list of activities")
    read = understood(reply.at(key).maybe_items(), understand, _name, None)
    return _with_next(read, reply.at("next"), url)


def parse_first(reply: At, url: str) -> str | None:
    """Where the outbox's first page is; None when the outbox holds its items itself (snac)."""
    first = reply.at("first")
    if first.missing or not (reply.at("orderedItems").missing and reply.at("items").missing):
        return None
    address = picture(address_of(first), url)
    if address is None or not same_origin(address.url, url):
        first.wrong("is no address on the same host")
    return address.url


def _with_next(read: Read, following: At, url: str) -> Read:
    """An outbox is followed to further pages of its own host only."""
    if following.missing:
        return read
    address = picture(address_of(following), url)
    if address and same_origin(address.url, url):
        return replace(read, next=address.url)
    elsewhere = Rejected(None, following.path, "is no address on the same host")
    return replace(read, to_the_end=False, rejected=(*read.rejected, elsewhere))


def _items(entry: At, account_id: str, actor: str) -> Iterator[Item]:
    kind = type_of(entry)
    if kind in NOT_POSTS:  # somebody else's that was passed on, or no post at all
        return
    if kind != "Create" and kind not in OBJECTS:
        entry.at("type").wrong("is a type that is not known")
    thing = _object(entry)
    if kind == "Create" and ids_of(entry.at("actor")) not in ([], [actor]):
        entry.at("actor").wrong("is another account's")
    if type_of(thing) == "Tombstone":
        return
    if type_of(thing) not in OBJECTS:
        thing.at("type").wrong("is a type that is not known")
    if ids_of(thing.at("attributedTo"))[:1] != [actor]:
        thing.at("attributedTo").wrong("is another account's")
    if not _is_public(entry, thing):
        thing.at("to").wrong("is not public")
    yield _item(entry, thing, account_id, actor)


def _item(entry: At, thing: At, account_id: str, actor: str) -> Item:
    native_id = _http(thing.at("id"))
    if origin(native_id) != origin(actor):
        thing.at("id").wrong("lies on another host than the account")
    published = thing.at("published") if not thing.at("published").missing else entry.at("published")
    posted_at = published.moment()
    title, text = title_of(thing), text_of_object(thing)
    post = Post(
        account_id=account_id,
        native_id=native_id,
        kind=_kind(thing, actor),
        url=name_of(thing) or native_id,
        text=text,
        posted_at=posted_at,
        edited_at=thing.at("updated").maybe_moment(),
        title=title,
        media=media_of(thing, native_id),
    )
    return Item(post, time_order(posted_at), native_id)


def _object(entry: At) -> At:
    """What a Create made; a bare object is it itself."""
    if type_of(entry) != "Create":
        return entry
    thing = entry.at("object")
    if not isinstance(thing.value, dict):
        thing.wrong("expected the object itself, found no more than its address")
    return thing


def _is_public(entry: At, thing: At) -> bool:
    """Whether the object is addressed to everybody. Where it is addressed to nobody at all, its activity's addresses count (ActivityPub 6.2)."""
    addressed = ids_of(thing.at("to")) + ids_of(thing.at("cc"))
    if not addressed and type_of(entry) == "Create":
        addressed = ids_of(entry.at("to")) + ids_of(entry.at("cc"))
    return any(one in PUBLIC for one in addressed)


def _kind(thing: At, actor: str) -> PostKind:
    """An answer to somebody is a comment; an answer to oneself continues a thread, where the object's address tells that it is one's own."""
    answers = ids_of(thing.at("inReplyTo"))
    return PostKind.COMMENT if any(not one.startswith(f"{actor}/") for one in answers) else PostKind.POST


def _http(at: At) -> str:
    """An http or https address that names something."""
    text = at.identifier()
    try:
        origin(text)
    except NotPermitted:
        at.wrong("is not an http or https address")
    return text


def _name(entry: At) -> str | None:
    """The id of an object that could not be understood, unless it is not public."""
    thing = _object(entry)
    return thing.at("id").identifier() if _is_public(entry, thing) else None
