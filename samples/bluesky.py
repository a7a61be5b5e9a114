"""Example City's Bluesky account, in the AT Protocol's own formats: the server is its PDS (lexicons com.atproto.* and app.bsky.*)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from samples.accounts import ACCOUNTS
from samples.posts import Shown, WrittenPost, posts_of
from samples.reply import Reply, json_reply, picture_reply

HANDLE = ACCOUNTS["bluesky"].handle
DID = "did:plc:ecpdnews2r7qkxw4t5ivy3mj"
COLLECTION, PROFILES = "app.bsky.feed.post", "app.bsky.actor.profile"
ABOUT = {"displayName": "Example City Police", "description": "Official. Example City is invented."}
JOINED = "2025-11-02T00:00:00.000Z"
DAG_CBOR, RAW = 0x71, 0x55
SANDBOX = {"Content-Security-Policy": "default-src 'none'; sandbox"}

Query = Mapping[str, str]


def bluesky_reply(origin: str, path: str, query: Query) -> Reply | None:
    """The reply to an XRPC request, or None where the path is not one."""
    if path == "/.well-known/atproto-did":
        return Reply(200, "text/plain; charset=utf-8", DID.encode())
    if not path.startswith("/xrpc/"):
        return None
    method = METHODS.get(path.removeprefix("/xrpc/"))
    return method(origin, query) if method else _error("MethodNotImplemented", "Method Not Implemented", 501)


def post_uri(post: WrittenPost) -> str:
    """The post's at:// address, which lasts."""
    return f"at://{DID}/{COLLECTION}/{post.record_key}"


def content_id(content: bytes, codec: int) -> str:
    """A CIDv1 in base32: the codec and the SHA-256 of the bytes (for a record of its JSON, which looks the same and is as stable)."""
    digest = bytes([1, codec, 0x12, 32]) + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(digest).decode().lower().rstrip("=")


def _resolve_handle(_origin: str, query: Query) -> Reply:
    if query.get("handle", "").casefold() != HANDLE:
        return _error("InvalidRequest", "Unable to resolve handle")
    return _ok({"did": DID})


def _describe_repo(origin: str, query: Query) -> Reply:
    if not _is_ours(query, "repo"):
        return _error("InvalidRequest", f"Could not find user: {query.get('repo', '')}")
    service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": origin}
    document = {"@context": ["https://www.w3.org/ns/did/v1"], "id": DID, "alsoKnownAs": [f"at://{HANDLE}"], "verificationMethod": [], "service": [service]}
    return _ok({"handle": HANDLE, "did": DID, "didDoc": document, "collections": [PROFILES, COLLECTION], "handleIsCorrect": True})


def _list_records(_origin: str, query: Query) -> Reply:
    if not _is_ours(query, "repo"):
        return _error("InvalidRequest", f"Could not find repo: {query.get('repo', '')}")
    posts = list(posts_of("bluesky")) if query.get("collection") == COLLECTION else []
    if query.get("reverse") == "true":
        posts.reverse()
    if cursor := query.get("cursor"):
        posts = [post for post in posts if (post.record_key > cursor if query.get("reverse") == "true" else post.record_key < cursor)]
    page = posts[: min(int(query.get("limit", "50")), 100)]
    value: dict[str, Any] = {"records": [_record(post) for post in page]}
    return _ok(value | ({"cursor": page[-1].record_key} if page else {}))


def _get_record(_origin: str, query: Query) -> Reply:
    collection, key = query.get("collection", ""), query.get("rkey", "")
    if _is_ours(query, "repo") and (collection, key) == (PROFILES, "self"):
        return _ok(_named(f"at://{DID}/{PROFILES}/self", {"$type": PROFILES, **ABOUT, "createdAt": JOINED}))
    found = next((post for post in posts_of("bluesky") if (COLLECTION, post.record_key) == (collection, key)), None)
    if found is None or not _is_ours(query, "repo"):
        return _error("RecordNotFound", f"Could not locate record: at://{query.get('repo', '')}/{collection}/{key}")
    return _ok(_record(found))


def _get_blob(_origin: str, query: Query) -> Reply:
    if not _is_ours(query, "did"):
        return _error("InvalidRequest", "Could not find repo")
    for post in posts_of("bluesky"):
        for shown in post.pictures:
            if content_id(shown.content, RAW) == query.get("cid"):
                return picture_reply(shown.file, shown.content, SANDBOX)
    return _error("InvalidRequest", "Blob not found")


def _latest_commit(_origin: str, query: Query) -> Reply:
    if not _is_ours(query, "did"):
        return _error("RepoNotFound", f"Could not find root for DID: {query.get('did', '')}")
    newest = posts_of("bluesky")[0]
    return _ok({"cid": content_id("".join(_record(p)["cid"] for p in posts_of("bluesky")).encode(), DAG_CBOR), "rev": newest.record_key})


def _profile(_origin: str, query: Query) -> Reply:
    if not _is_ours(query, "actor"):
        return _error("InvalidRequest", "Profile not found")
    counts = {"followersCount": 640, "followsCount": 12, "postsCount": len(posts_of("bluesky"))}
    return _ok({"did": DID, "handle": HANDLE, **ABOUT, "indexedAt": JOINED, **counts, "labels": []})


METHODS: dict[str, Callable[[str, Query], Reply]] = {
    "com.atproto.identity.resolveHandle": _resolve_handle,
    "com.atproto.repo.describeRepo": _describe_repo,
    "com.atproto.repo.listRecords": _list_records,
    "com.atproto.repo.getRecord": _get_record,
    "com.atproto.sync.getBlob": _get_blob,
    "com.atproto.sync.getLatestCommit": _latest_commit,
    "app.bsky.actor.getProfile": _profile,
}


def _is_ours(query: Query, key: str) -> bool:
    return query.get(key, "").casefold() in {DID, HANDLE}


def _record(post: WrittenPost) -> dict[str, Any]:
    value: dict[str, Any] = {"$type": COLLECTION, "text": post.text, "langs": ["en"], "createdAt": _time(post.posted_at)}
    if facets := _hashtags(post.text):
        value["facets"] = facets
    if post.pictures:
        value["embed"] = {"$type": "app.bsky.embed.images", "images": [_image(shown) for shown in post.pictures]}
    return _named(post_uri(post), value)


def _named(uri: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"uri": uri, "cid": content_id(json.dumps(value, sort_keys=True).encode(), DAG_CBOR), "value": value}


def _hashtags(text: str) -> list[dict[str, Any]]:
    """Rich text counts in UTF-8 bytes (lexicon app.bsky.richtext.facet)."""
    facets = []
    for match in re.finditer(r"#(\w+)", text):
        start = len(text[: match.start()].encode())
        index = {"byteStart": start, "byteEnd": start + len(match[0].encode())}
        facets.append({"index": index, "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": match[1]}]})
    return facets


def _image(shown: Shown) -> dict[str, Any]:
    content = shown.content
    kind = "image/png" if shown.file.endswith(".png") else "image/jpeg"
    blob = {"$type": "blob", "ref": {"$link": content_id(content, RAW)}, "mimeType": kind, "size": len(content)}
    return {"alt": shown.alt, "image": blob}


def _ok(value: dict[str, Any]) -> Reply:
    reset = str(int(datetime.now(UTC).timestamp()) + 300)
    limits = {"RateLimit-Limit": "3000", "RateLimit-Remaining": "2999", "RateLimit-Reset": reset, "RateLimit-Policy": "3000;w=300"}
    return json_reply(value, headers=limits)


def _error(name: str, message: str, status: int = 400) -> Reply:
    return json_reply({"error": name, "message": message}, status)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
