"""Example City's Mastodon accounts, in the API's own format: account lookup, statuses with `Link` paging, single statuses, originals of the pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from samples.accounts import ACCOUNTS, SampleAccount
from samples.manifest import MEDIA
from samples.posts import Shown, WrittenPost, posts_of
from samples.reply import Reply, json_reply, picture_reply

NAMES = {
    "press": ("Example City Police", "Official account of the Example City Police Department. Not monitored around the clock; in an emergency call 911."),
    "trails": ("Trail notes", "Weekend walks around Example City. Opinions are my own."),
    "k9": ("Example City K-9 Unit", "Dogs of the Example City Police Department."),
    "workshop": ("Workshop", "Wood, glue and patience."),
}
CREATED = "2025-11-02T00:00:00.000Z"
HASHTAG = re.compile(r"#(\w+)")
NOT_FOUND = json_reply({"error": "Record not found"}, 404)


def mastodon_reply(origin: str, path: str, query: Mapping[str, str]) -> Reply | None:
    """The reply to a Mastodon request, or None where the path is not one of Mastodon's."""
    if path == "/api/v1/accounts/lookup":
        return _lookup(origin, query.get("acct", ""))
    if match := re.fullmatch(r"/api/v1/accounts/(\d+)/statuses", path):
        return _statuses(origin, match[1], query)
    if match := re.fullmatch(r"/api/v1/statuses/(\d+)", path):
        return _status(origin, match[1])
    if match := re.fullmatch(r"/system/media_attachments/files/(\d+)/(?:original|small)/([\w.-]+)", path):
        return _file(match[1], match[2])
    return None


def _lookup(origin: str, acct: str) -> Reply:
    name = acct.lstrip("@").partition("@")[0].casefold()
    found = next((account for account in _accounts() if user_name(account) == name), None)
    return json_reply(_account(origin, found), headers=_limits()) if found else NOT_FOUND


def _statuses(origin: str, account_id: str, query: Mapping[str, str]) -> Reply:
    account = next((a for a in _accounts() if _account_id(a) == account_id), None)
    if account is None:
        return NOT_FOUND
    posts = [post for post in posts_of(account.key) if _listed(post, query)]
    limit = min(int(query.get("limit", "20")), 40)
    page = posts[-limit:] if "min_id" in query else posts[:limit]
    return json_reply([_view(origin, account, post) for post in page], headers=_limits() | _links(origin, account_id, query, page))


def _listed(post: WrittenPost, query: Mapping[str, str]) -> bool:
    number = int(post.status_id)
    if number >= int(query.get("max_id", 1 << 63)) or number <= max(int(query.get("min_id", 0)), int(query.get("since_id", 0))):
        return False
    if post.visibility == "boost" and query.get("exclude_reblogs") in {"1", "true"}:
        return False
    return bool(post.pictures) or query.get("only_media") not in {"1", "true"}


def _links(origin: str, account_id: str, query: Mapping[str, str], page: list[WrittenPost]) -> dict[str, str]:
    if not page:
        return {}
    kept = "".join(f"{key}={query[key]}&" for key in ("exclude_reblogs", "limit", "only_media") if key in query)
    base = f"{origin}/api/v1/accounts/{account_id}/statuses?{kept}"
    return {"Link": f'<{base}max_id={page[-1].status_id}>; rel="next", <{base}min_id={page[0].status_id}>; rel="prev"'}


def _status(origin: str, status_id: str) -> Reply:
    for account in _accounts():
        for post in posts_of(account.key):
            if post.status_id == status_id and post.visibility != "private":
                return json_reply(_view(origin, account, post), headers=_limits())
    return NOT_FOUND


def _file(attachment_id: str, file: str) -> Reply:
    known = {(_attachment_id(post, i), shown.file) for a in _accounts() for post in posts_of(a.key) for i, shown in enumerate(post.pictures)}
    if (attachment_id, file) not in known:
        return NOT_FOUND
    return picture_reply(file, (MEDIA / file).read_bytes(), {"Cache-Control": "public, max-age=315576000, immutable"})


def user_name(account: SampleAccount) -> str:
    """The account's name on its server: `press` for `@press@police.example.gov`."""
    return account.handle.split("@")[1]


def status_uri(origin: str, account: SampleAccount, post: WrittenPost) -> str:
    """The status's ActivityPub id, which lasts."""
    owner = "neighbourhood" if post.visibility == "boost" else user_name(account)
    return f"{origin}/users/{owner}/statuses/{post.status_id}"


def _accounts() -> list[SampleAccount]:
    return [account for account in ACCOUNTS.values() if account.platform == "mastodon"]


def _account_id(account: SampleAccount) -> str:
    return str(109_000_000_000_000_000 + 1000 * sorted(NAMES).index(account.key))


def _attachment_id(post: WrittenPost, index: int) -> str:
    return str(int(post.status_id) - 65_536 * (index + 1))


def _account(origin: str, account: SampleAccount) -> dict[str, Any]:
    name, note = NAMES[account.key]
    return _profile(origin, _account_id(account), user_name(account), name, note) | {"statuses_count": len(posts_of(account.key))}


def _profile(origin: str, account_id: str, user: str, name: str, note: str) -> dict[str, Any]:
    return {
        "id": account_id,
        "username": user,
        "acct": user,
        "display_name": name,
        "locked": False,
        "bot": False,
        "discoverable": True,
        "indexable": True,
        "group": False,
        "created_at": CREATED,
        "note": f"<p>{escape(note)}</p>",
        "url": f"{origin}/@{user}",
        "uri": f"{origin}/users/{user}",
        "avatar": f"{origin}/avatars/original/missing.png",
        "header": f"{origin}/headers/original/missing.png",
        "followers_count": 812,
        "following_count": 31,
        "statuses_count": 1,
        "last_status_at": "2026-06-14",
        "emojis": [],
        "fields": [],
    }


def _view(origin: str, account: SampleAccount, post: WrittenPost) -> dict[str, Any]:
    view = _own(origin, account, post)
    if post.visibility != "boost":
        return view
    stranger = _profile(origin, "109000000000099000", "neighbourhood", "Neighbourhood Notices", "Not the police.")
    shell = {"id": str(int(post.status_id) + 1), "uri": f"{origin}/users/{user_name(account)}/statuses/{int(post.status_id) + 1}/activity", "content": ""}
    theirs = view | {"url": f"{origin}/@neighbourhood/{post.status_id}", "account": stranger}
    return view | shell | {"url": None, "media_attachments": [], "reblog": theirs}


def _own(origin: str, account: SampleAccount, post: WrittenPost) -> dict[str, Any]:
    return {
        "id": post.status_id,
        "created_at": _time(post.posted_at),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "private" if post.visibility == "private" else "public",
        "language": "en",
        "uri": status_uri(origin, account, post),
        "url": f"{origin}/@{user_name(account)}/{post.status_id}",
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "edited_at": _time(post.edited_at) if post.edited_at else None,
        "content": _content(origin, post.text),
        "reblog": None,
        "account": _account(origin, account),
        "media_attachments": [_attachment(origin, post, i, shown) for i, shown in enumerate(post.pictures)],
        "mentions": [],
        "tags": [{"name": tag.lower(), "url": f"{origin}/tags/{tag.lower()}"} for tag in HASHTAG.findall(post.text)],
        "emojis": [],
        "card": None,
        "poll": None,
    }


def _attachment(origin: str, post: WrittenPost, index: int, shown: Shown) -> dict[str, Any]:
    number = _attachment_id(post, index)
    base = f"{origin}/system/media_attachments/files/{number}"
    addresses = {"url": f"{base}/original/{shown.file}", "preview_url": f"{base}/small/{shown.file}"}
    return {"id": number, "type": "image", **addresses, "remote_url": None, "description": shown.alt, "blurhash": "UBF~gc%M00of~qj[9Fay9FofRjRj", "meta": {}}


def _content(origin: str, text: str) -> str:
    linked = HASHTAG.sub(
        lambda m: f'<a href="{origin}/tags/{m[1].lower()}" class="mention hashtag" rel="tag">#<span>{m[1]}</span></a>', escape(text, quote=False)
    )
    return "".join(f"<p>{part.replace(chr(10), '<br />')}</p>" for part in linked.split("\n\n"))


def _limits() -> dict[str, str]:
    return {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299", "X-RateLimit-Reset": _time(datetime.now(UTC))}


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
