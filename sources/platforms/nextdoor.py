"""Nextdoor: the newest posts of the agency whose staff member gave the token, by the Publish API ("Get your posts").

API: https://developer.nextdoor.com/reference/get-your-posts (`GET /post/`), …/reference/me-1 (`GET /me/`), …/reference/sharing-get-authorization-code,
…/reference/displaying-data-types (the fields of a post). How `GET /post/` names its fields could not be read in full: where the documents differ, both names
are understood (docs/sources.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from domain.account import Account, Custody
from domain.identity import Json
from domain.post import MediaLink, Post, PostKind, Rejected
from domain.retention import OnDelete
from sources.client.address import where
from sources.client.http import Http
from sources.client.secret import bearer
from sources.reading.api import Api, api_at, good
from sources.reading.entries import understood
from sources.reading.profile import profile_of
from sources.reading.readable import picture, text_of, unique
from sources.reading.shape import At, read_json
from sources.reading.track import Item, Known, Read, Track, time_order, track_of
from sources.reading.walk import Walk, profile_page
from sources.source import AccountGone, Allowance, Checkpoint, Needs, NotPermitted, Page, Terms

API = "https://nextdoor.com"
SITES = frozenset({"nextdoor.com", "www.nextdoor.com"})  # other countries have the same API at their own: au.nextdoor.com
PARTNER = "/external/api/partner/v1"
PUBLIC = {"anyone", "public"}
POST_ID = re.compile(r"[\w=-]{1,200}")
OTHERS = {"comments", "author", "author_name", "user", "first_name", "last_name", "email", "profile_picture"}  # who works there, and who answers

TERMS = Terms(
    use="An agency's own posts, with the token of a member of its staff, within an application that Nextdoor has approved. Neighbours' posts and comments are "
    "not read.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="Nextdoor's developer terms, which come with its approval (https://developer.nextdoor.com/docs/sharing-overview)",
)
SIGNED_IN_WITH = "a token of a member of the agency's staff with openid, post:read and profile:read, of an application that Nextdoor has approved"
NEEDS = Needs(handle="any name for the agency", url="the agency's page, `https://nextdoor.com/agency-detail/…`", token=SIGNED_IN_WITH)
DAILY = Allowance(requests=2_000)


def parse_agency(reply: At, url: str) -> str:
    """The agency's lasting id. Raises NotPermitted when the token is not that of an agency, or that of another one than the page `url` is of."""
    reply.at("id").identifier()  # else it is no answer about anybody
    if reply.at("agency_id").missing:
        raise NotPermitted(f"{reply.path}: the token is not that of an agency's staff, and what members post is not public")
    page = reply.at("agency_url_at_nextdoor").maybe_text()
    if page and _path(page) != _path(url):
        raise NotPermitted(f"{reply.path}: the token is that of another agency: put each agency's own token on its line in the file of [network] tokens")
    return reply.at("agency_id").identifier()


def parse_profile(reply: At, account: Account, now: datetime) -> Post:
    """The agency's name, place, website and picture; nothing of who gave the token."""
    said = [reply.at(key).maybe_text() for key in ("agency_city", "agency_state", "agency_external_url")]
    return profile_of(account, reply.at("agency_name").maybe_text(), "\n".join(line for line in said if line), [reply.at("agency_photo").maybe_text()], now)


def parse_posts(reply: At, account_id: str) -> Read:
    """The newest posts; older ones exist and are not listed."""

    def understand(post: At) -> Iterator[Item | Rejected]:
        yield _item(post, account_id)

    listed = reply if isinstance(reply.value, list) else _either(reply, "posts", "results")
    return replace(understood(listed.items(), understand, _name, None), to_the_end=False)


def without_others(body: bytes) -> bytes:
    """A reply without the names, pictures and words of those who answer, and of the staff. What is not JSON is not kept at all."""
    try:
        return json.dumps(_without(json.loads(body)), ensure_ascii=False).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return b""


class Nextdoor:
    """Reads `/post/`, which holds the newest posts alone. One post cannot be asked for by itself, so that a deletion cannot be told from a gap in the list."""

    name = "nextdoor"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        if account.custody is not Custody.DEPARTMENT_RUN:
            raise NotPermitted("nextdoor: what members post there is seen by their neighbours alone; only an agency's own posts are read")
        api = Api(http, api_at(account, SITES, API), bearer(http.token(self.name, account.handle, SIGNED_IN_WITH)))
        track = track_of(checkpoint)
        if not track.settled or track.sweep_due(http.now()):
            yield from _look_up(api, account, track)
        yield from Walk(track, lambda _next: _read(api, account), _never_gone, http.now(), 1, since=account.since).from_first(_read(api, account))


def _look_up(api: Api, account: Account, track: Track) -> Iterator[Page]:
    reply = good(api.ask(f"{PARTNER}/me/", redact=without_others))
    found = parse_agency(read_json(reply), account.url)
    if track.own.get("id", found) != found:
        raise AccountGone(f"{where(reply.url)}: the token now belongs to another account than the one that was collected before")
    track.own["id"] = found
    yield from profile_page(track, parse_profile(read_json(reply), account, api.http.now()), reply.record)


def _read(api: Api, account: Account) -> Read:
    reply = good(api.ask(f"{PARTNER}/post/", redact=without_others))
    return replace(parse_posts(read_json(reply), account.id), record=reply.record)


def _never_gone(_native_id: str, _known: Known) -> str | None:
    return None


def _item(post: At, account_id: str) -> Item:
    visibility = post.at("visibility")
    if not visibility.missing and visibility.text().casefold() not in PUBLIC:
        visibility.wrong("is not public")
    name = _id(post)
    posted_at = _either(post, "creation_date", "created_at").moment()
    made = Post(
        account_id=account_id,
        native_id=name,
        kind=PostKind.POST,
        url=_either(post, "share_link", "url").maybe_text() or f"https://nextdoor.com/p/{name}",
        text=text_of(_either(post, "body", "body_text").text()),
        posted_at=posted_at,
        title=text_of(_either(post, "title", "subject").maybe_text()),
        media=unique(_media(post)),
    )
    return Item(made, time_order(posted_at), name)


def _media(post: At) -> Iterator[MediaLink]:
    for one in post.at("media_attachments").maybe_items():
        address = one.at("url") if isinstance(one.value, dict) else one
        yield picture(address.text(), "") or address.wrong("is not an http or https address")


def _either(value: At, first: str, second: str) -> At:
    return value.at(second) if value.at(first).missing else value.at(first)


def _id(post: At) -> str:
    text = _either(post, "id", "share_id").text()
    return text if POST_ID.fullmatch(text) else post.at("id").wrong("is not an id")


def _name(post: At) -> str | None:
    """The id of a post that could not be understood, unless it says that it is not public."""
    visibility = post.at("visibility").value
    return _id(post) if visibility is None or str(visibility).casefold() in PUBLIC else None


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.strip("/").casefold()
    except ValueError:
        return url


def _without(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _without(inner) for key, inner in value.items() if key not in OTHERS}
    return [_without(inner) for inner in value] if isinstance(value, list) else value
