"""What one post on X says and shows. Fields: https://docs.x.com/x-api/fundamentals/data-dictionary and `openapi.json` in github.com/xdevplatform/docs.

X is renaming tweets to posts: each name of a field is read in its old spelling and in its new one.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from domain.post import MediaLink, PostKind
from sources.reading.readable import picture
from sources.reading.shape import At

ID = re.compile(r"[0-9]{1,19}")
SHORT_LINK = re.compile(r"https?://t\.co/\w+")
OWN_MEDIA = re.compile(r"/status/[0-9]+/(photo|video)/[0-9]+$")  # the link that X puts behind the text for what is attached
PICTURES = "pbs.twimg.com"
FIRST_ID_WITH_TIME = 29_700_859_247  # of November 2010; since then an id holds its time (https://docs.x.com/fundamentals/x-ids)
ID_EPOCH = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=1_288_834_974_657)


def either(value: At, *names: str) -> At:
    """The first of these members that is there."""
    found = [value.at(name) for name in names]
    return next((one for one in found if not one.missing), found[0])


def within(value: At, name: str) -> At:
    """A member of an object that may be left out as a whole."""
    return value if value.missing else value.at(name)


def post_id(value: At) -> str:
    """An id as it goes into an address and as a number."""
    text = value.text()
    return text if ID.fullmatch(text) else value.wrong("is not an id")


def versions(post: At) -> list[str]:
    """The ids of all its versions, the first one first. An edit is a new id."""
    history = [post_id(one) for one in either(post, "edit_history_tweet_ids", "edit_history_post_ids").maybe_items()]
    return sorted({*history, post_id(post.at("id"))}, key=int)


def times(post: At) -> tuple[datetime, datetime | None]:
    """When it was first posted, and when it was edited. `created_at` is the version's own time."""
    known = versions(post)
    created = post.at("created_at").maybe_moment() or time_of(known[-1]) or post.at("created_at").wrong("expected a time (RFC 3339)")
    return (created, None) if len(known) == 1 else (min(time_of(known[0]) or created, created), created)


def time_of(known: str) -> datetime | None:
    """When an id was made. None for one from before they held a time."""
    return ID_EPOCH + timedelta(milliseconds=int(known) >> 22) if int(known) >= FIRST_ID_WITH_TIME else None


def kind(post: At, user_id: str) -> PostKind:
    """An answer to somebody is a comment; an answer to oneself continues a thread. Where X leaves out whom it answers, a leading mention tells."""
    answers = post.at("in_reply_to_user_id").maybe_text()
    if not answers and any(one.at("type").value == "replied_to" for one in _referenced(post)):
        mentions = within(post.at("entities"), "mentions").maybe_items()
        answers = next((one.at("id").maybe_text() for one in mentions if one.at("start").value == 0), "")
    return PostKind.POST if answers in ("", user_id) else PostKind.COMMENT


def is_repost(post: At) -> bool:
    """Whether it is somebody else's, which the account passed on."""
    return any(one.at("type").value == "retweeted" for one in _referenced(post))


def full_text(post: At) -> str:
    """Its own text, the long one where there is one, with its links as they lead. The link to a quoted post is left out: it names somebody else."""
    note = either(post, "note_tweet", "note_post")
    said = note if within(note, "text").value else post
    quoted = [one.at("id").maybe_text() for one in _referenced(post) if one.at("type").value == "quoted"]
    return expanded(said.at("text").maybe_text(), said.at("entities"), quoted)


def expanded(text: str, entities: At, quoted: list[str] | None = None) -> str:
    """`text` without X's own short links and escapes."""
    links = dict(_links(entities, quoted or []))
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return SHORT_LINK.sub(lambda found: links.get(found[0], found[0]), plain).strip()


def choices(post: At, reply: At) -> list[str]:
    """What its polls ask."""
    polls = [_included(reply, "polls", "id", key) for key in within(post.at("attachments"), "poll_ids").maybe_items()]
    return [option.at("label").text() for poll in polls for option in poll.at("options").maybe_items()]


def media_of(post: At, reply: At) -> Iterator[MediaLink]:
    """Its pictures at their original size, and of its films the best file and the picture that stands for it."""
    for key in within(post.at("attachments"), "media_keys").maybe_items():
        yield from _links_of(_included(reply, "media", "media_key", key))


def original(address: str) -> str:
    """A picture's address in its largest form (`name=orig`), where it is on X's own server for pictures."""
    try:
        parts = urlsplit(address)
        name = parts.hostname
    except ValueError:
        return address
    if name != PICTURES or not parts.path.startswith("/media/"):
        return address
    stem, _, ending = parts.path.partition(":")[0].partition(".")
    kind_of = ending or dict(parse_qsl(parts.query)).get("format", "jpg")
    return f"https://{PICTURES}{stem}?{urlencode({'format': kind_of, 'name': 'orig'})}"


def _referenced(post: At) -> list[At]:
    return list(either(post, "referenced_tweets", "referenced_posts").maybe_items())


def _links(entities: At, quoted: list[str]) -> Iterator[tuple[str, str]]:
    for one in within(entities, "urls").maybe_items():
        short, full = one.at("url").maybe_text(), one.at("expanded_url").maybe_text()
        if short and full:
            hidden = OWN_MEDIA.search(full) or any(known and full.endswith(f"/status/{known}") for known in quoted)
            yield short, "" if hidden else full


def _included(reply: At, what: str, name: str, key: At) -> At:
    """What X sends beside the posts, by its key."""
    found = [one for one in within(reply.at("includes"), what).maybe_items() if one.at(name).value == key.text()]
    return found[0] if found else key.wrong(f"is not among the {what} of the reply")


def _links_of(one: At) -> Iterator[MediaLink]:
    alt = one.at("alt_text").maybe_text()
    films = [variant for variant in one.at("variants").maybe_items() if variant.at("content_type").value == "video/mp4"]
    best = max(films, key=_bit_rate, default=None)
    shown: list[tuple[At, str | None]] = [(best.at("url"), "video/mp4")] if best else []
    shown += [(value, None) for value in (one.at("url"), one.at("preview_image_url")) if not value.missing]
    if not shown:
        one.wrong("has no address")
    for value, mime in shown:
        address = value.text()
        yield picture(original(address), "", alt, mime or _mime(address)) or value.wrong("is not an http or https address")


def _bit_rate(variant: At) -> int:
    said = variant.at("bit_rate").value
    return int(said) if isinstance(said, int) or (isinstance(said, str) and ID.fullmatch(said)) else 0


def _mime(address: str) -> str | None:
    try:
        return mimetypes.guess_type(urlsplit(address).path)[0]
    except ValueError:
        return None
