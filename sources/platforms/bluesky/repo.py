"""Where a Bluesky account's records are kept, and asking there: handle → DID → the account's own server (its PDS)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlencode

from domain.account import Account
from sources.client.address import checked, origin, where
from sources.client.http import Http, Reply
from sources.reading.shape import At, json_at, read_json
from sources.source import AccountGone, NotPermitted, UnexpectedReply

POSTS = "app.bsky.feed.post"
PUBLIC_SITES = {"bsky.app", "www.bsky.app"}
PER_PAGE = 100  # the most that listRecords and getAuthorFeed give
DID = re.compile(r"did:(?:plc:[a-z0-9]{1,64}|web:[A-Za-z0-9.%-]{1,250})")
RECORD_KEY = re.compile(r"[A-Za-z0-9._:~-]{1,512}")
HIDDEN = "!no-unauthenticated"
GONE_BY_NAME = {"RepoNotFound", "RepoTakendown", "RepoSuspended", "RepoDeactivated", "AccountTakedown", "AccountDeactivated", "AccountSuspended"}
GONE_BY_MESSAGE = re.compile(r"could not find|unable to resolve|not found", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the records of `did` are read. `by_feed`: from an AppView's getAuthorFeed, as no PDS is known. `public`: the network that bsky.app shows."""

    did: str
    server: str
    by_feed: bool = False
    public: bool = False

    def url(self, method: str, query: Mapping[str, str]) -> str:
        """The address of an XRPC query there."""
        return f"{self.server}/xrpc/{method}?{urlencode(query)}"

    def blob(self, cid: str) -> str:
        """The address of an original that the account uploaded."""
        return self.url("com.atproto.sync.getBlob", {"did": self.did, "cid": cid})

    def post(self, key: str) -> str:
        """The address that shows a post: a page on the public network, else the record itself."""
        if self.public:
            return f"https://bsky.app/profile/{self.did}/post/{key}"
        if self.by_feed:
            return self.url("app.bsky.feed.getPosts", {"uris": self.uri(key)})
        return self.url("com.atproto.repo.getRecord", {"repo": self.did, "collection": POSTS, "rkey": key})

    def uri(self, key: str) -> str:
        """The post's at:// address, which lasts."""
        return f"at://{self.did}/{POSTS}/{key}"


def resolve(http: Http, account: Account) -> Place:
    """Find where `account` keeps its records. Raises AccountGone when its handle leads nowhere, UnexpectedReply when the handle is not that account's."""
    handle = account.handle.lstrip("@").lower()
    public = checked(account.url).hostname in PUBLIC_SITES
    home = http.settings.bluesky_appview if public else origin(account.url)
    did = handle if handle.startswith("did:") else _did_of(http, home, handle)
    if public:
        return Place(did, _server_of(http, did, handle), public=True)
    asked = Place(did, home)
    reply = _get(http, asked.url("com.atproto.repo.describeRepo", {"repo": did}))
    if not _offered(reply):
        return Place(did, home, by_feed=True)
    described = answer(reply)
    if described.at("did").text() != did:
        described.at("did").wrong("is another account than the one that was asked for")
    return asked


def latest_rev(http: Http, place: Place) -> str | None:
    """The revision of the account's whole repository, which changes with every record. None where the server does not offer it."""
    if place.by_feed:
        return None
    reply = _get(http, place.url("com.atproto.sync.getLatestCommit", {"did": place.did}))
    return answer(reply).at("rev").identifier() if _offered(reply) else None


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer says, and the record under which it is kept."""

    value: At
    record: str


def posts_page(http: Http, place: Place, cursor: str | None) -> Answered:
    """A page of the account's posts, newest first."""
    query = {"limit": str(PER_PAGE)} | ({"cursor": cursor} if cursor else {})
    method, whose = ("app.bsky.feed.getAuthorFeed", {"actor": place.did}) if place.by_feed else ("com.atproto.repo.listRecords", _posts_of(place))
    reply = _get(http, place.url(method, whose | query))
    return Answered(answer(reply), reply.record)


def answer_if_gone(http: Http, place: Place, key: str) -> str | None:
    """What the server answered if the post of that record key is gone, else None."""
    reply = _get(http, place.url("app.bsky.feed.getPosts", {"uris": place.uri(key)}) if place.by_feed else Place(place.did, place.server).post(key))
    if place.by_feed:
        return "absent from getPosts" if not any(answer(reply).at("posts").items()) else None
    return "400 RecordNotFound" if reply.status == 400 and _error(reply) == "RecordNotFound" else None


def profile(http: Http, place: Place) -> Answered | None:
    """The account's own profile record; None where there is none to be had.

    Raises NotPermitted when it asks not to be shown to people who aren't signed in (label `!no-unauthenticated`).
    """
    if place.by_feed:
        return None  # there the label comes with every post
    reply = _get(http, place.url("com.atproto.repo.getRecord", {"repo": place.did, "collection": "app.bsky.actor.profile", "rkey": "self"}))
    if reply.status == 400 and _error(reply) == "RecordNotFound":
        return None
    found = answer(reply)
    labels = found.at("value").at("labels")
    if not labels.missing:
        refuse_if_hidden(labels.at("values"))
    return Answered(found, reply.record)


def _posts_of(place: Place) -> dict[str, str]:
    return {"repo": place.did, "collection": POSTS}


def refuse_if_hidden(labels: At) -> None:
    """Raises NotPermitted when `!no-unauthenticated` is among these labels."""
    if any(label.at("val").value == HIDDEN for label in labels.maybe_items()):
        raise NotPermitted(
            f"{labels.path}: the account asks not to be shown to people who aren't signed in ({HIDDEN}); its owner can lift that in Bluesky's settings"
        )


def answer(reply: Reply) -> At:
    """A 200's JSON. Raises AccountGone when the server says that the account is gone, UnexpectedReply for any other answer."""
    path = where(reply.url)
    if reply.status in {404, 410}:
        raise AccountGone(f"{path}: answered {reply.status}")
    if reply.status == 200:
        return read_json(reply)
    name = _error(reply)
    if name in GONE_BY_NAME:
        raise AccountGone(f"{path}: answered {name}")
    if name == "InvalidRequest" and GONE_BY_MESSAGE.search(_member(reply, "message")):
        raise AccountGone(f"{path}: the server does not know the account")
    raise UnexpectedReply(path, f"answered {reply.status}")


def _did_of(http: Http, home: str, handle: str) -> str:
    did = answer(_get(http, f"{home}/xrpc/com.atproto.identity.resolveHandle?{urlencode({'handle': handle})}")).at("did")
    return did.text() if DID.fullmatch(did.text()) else did.wrong("is not a DID")


def _server_of(http: Http, did: str, handle: str) -> str:
    """The PDS that the DID's document names. Raises UnexpectedReply unless that document names the handle too: only both ways prove it."""
    document = answer(_get(http, _document_url(http, did)))
    if document.at("id").text() != did:
        document.at("id").wrong("is another DID than the one that was asked for")
    if handle != did and f"at://{handle}" not in [name.text().lower() for name in document.at("alsoKnownAs").maybe_items()]:
        document.at("alsoKnownAs").wrong("does not name the account's handle")
    for service in document.at("service").items():
        if service.at("id").text() in {"#atproto_pds", f"{did}#atproto_pds"}:
            return origin(service.at("serviceEndpoint").text())
    return document.at("service").wrong("names no #atproto_pds")


def _document_url(http: Http, did: str) -> str:
    if not DID.fullmatch(did):
        raise UnexpectedReply("handle", "is not a DID of a kind that is known (did:plc, did:web)")
    if did.startswith("did:web:"):
        url = f"https://{unquote(did.removeprefix('did:web:'))}/.well-known/did.json"
        checked(url)
        return url
    return f"{http.settings.bluesky_plc}/{did}"


def _get(http: Http, url: str) -> Reply:
    return http.get(url, robots=False, accept="application/json")


def _offered(reply: Reply) -> bool:
    """Whether the server has that method at all: an AppView answers 404 with a page, a PDS 501."""
    return reply.status not in {404, 501}


def _error(reply: Reply) -> str:
    return _member(reply, "error")


def _member(reply: Reply, key: str) -> str:
    try:
        value = json_at(reply.body, where(reply.url)).at(key).value
    except UnexpectedReply:
        return ""
    return value if isinstance(value, str) else ""
