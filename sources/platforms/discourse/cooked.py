"""A Discourse post's HTML (`cooked`): what of it its author said and shows, and what a kept reply leaves out of others."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bs4.element import Tag

from domain.identity import Json
from domain.post import MediaLink
from sources.reading.readable import parsed, picture, text_of, unique

NEW_TOPIC, REPLY = 4, 5  # kinds of action: the only two that are asked for, never messages
QUOTED = "aside.quote"  # somebody else's words, with the name
NOT_PICTURES = "img.emoji, img.avatar, aside.onebox img, img.site-icon, img.thumbnail.onebox-avatar"
# What is kept of a reply: nothing that names somebody else (reply_to_user, mentioned_users, invited_by, who liked it), nor the source text with its quotes.
KEPT = {
    *("user", "user_actions", "id", "user_id", "username", "name", "bio_cooked", "location", "website", "avatar_template", "profile_hidden"),
    *("profile_background_upload_url", "card_background_upload_url", "action_type", "created_at", "updated_at", "excerpt", "title"),
    *(
        "topic_id",
        "topic_slug",
        "post_id",
        "post_number",
        "post_type",
        "acting_user_id",
        "hidden",
        "deleted",
        "deleted_at",
        "user_deleted",
        "version",
        "cooked",
    ),
}


def text_of_cooked(cooked: str) -> str:
    """Its text without the quotations of others."""
    return text_of(_own(cooked))


def pictures_of_cooked(cooked: str, base: str) -> tuple[MediaLink, ...]:
    """Pictures at their original size (the link of a lightbox, not the smaller picture in it), and films with their posters."""
    tree = parsed(_own(cooked))
    for left_out in tree.select(NOT_PICTURES):
        left_out.decompose()
    return unique(link for tag in tree.select("a.lightbox[href], img, video, audio") for link in _links(tag, base))


def redacted(body: bytes) -> bytes:
    """A reply as it may be kept; nothing of what is no JSON."""
    try:
        return json.dumps(_kept(json.loads(body)), ensure_ascii=True).encode()
    except (ValueError, RecursionError):
        return b""


def _links(tag: Tag, base: str) -> list[MediaLink]:
    if tag.name == "a":
        inner = tag.find("img")
        alt = str(inner.get("alt") or "") if isinstance(inner, Tag) else ""
        found = [picture(str(tag["href"]), base, alt)]
    elif tag.name == "img":
        found = [] if tag.find_parent("a", class_="lightbox") else [picture(str(tag.get("src") or ""), base, str(tag.get("alt") or ""))]
    else:
        sources = [tag, *tag("source")]
        mime = "video/mp4" if tag.name == "video" else "audio/mpeg"
        found = [picture(str(one.get("src") or ""), base, "", str(one.get("type") or "") or mime) for one in sources]
        found.append(picture(str(tag.get("poster") or ""), base))
    return [link for link in found if link]


def _own(cooked: str) -> str:
    if "aside" not in cooked:
        return cooked
    tree = parsed(cooked)
    for quoted in tree.select(QUOTED):
        quoted.decompose()
    return tree.body.decode_contents() if tree.body else ""


def _kept(value: Json) -> Json:
    if isinstance(value, list):
        return [_kept(one) for one in value]
    if isinstance(value, dict):
        kept = KEPT - _unkept(value)
        return {key: _own(one) if key == "cooked" and isinstance(one, str) else _kept(one) for key, one in value.items() if key in kept}
    return value


def _unkept(value: Mapping[str, Json]) -> set[str]:
    """The words of what is hidden, deleted or a message, and the title of a reply, which is somebody else's."""
    kind = value.get("action_type", NEW_TOPIC)
    if kind not in (NEW_TOPIC, REPLY) or any(value.get(key) for key in ("hidden", "deleted", "user_deleted", "deleted_at")):
        return {"title", "excerpt", "cooked"}
    return {"title"} if kind == REPLY else set()
