"""Importing an export that an account's owner handed in: permitted? only what is public, and then kept like everything else that is captured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time

from domain.account import Account
from domain.audit import AuditAction
from domain.authorization import Authorization
from domain.post import MediaLink, Post, Rejected
from flows.capture_media import described
from flows.collect_account import record
from flows.progress import Progress
from flows.station import Station
from policy.authorization import may_collect
from sources.exports.archive import NoPicture
from sources.exports.choices import key_of
from sources.exports.export import NAMED_HERE, ExportedPost, Files, Origin
from sources.exports.reading import Export
from sources.source import NotPermitted, Terms
from storage import posts
from storage.auditing import audit
from storage.batching.outbox import CapturedMedia, CapturedPost, CollectedBatch, CollectionOutcome
from storage.posts import PostRow, post_in
from storage.sealed.sealed_columns import keyed_name

PER_BATCH = 200
KNOWN = "is stored already"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """An open export or saved page, handed in for `account`, under the authorization that `permitted` found live. `by` is who imports it."""

    station: Station
    account: Account
    authorization: Authorization
    origin: Origin
    files: Files
    by: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one post: whether it is imported, and else why not. `lost`: how many of its pictures could not be had."""

    post: Post
    imported: bool
    why: str
    lost: int = 0


def permitted(station: Station, account: Account, authorizations: Sequence[Authorization]) -> Authorization:
    """The live authorization for `account`. Where there is none the refusal is recorded (invariant 1), and NotPermitted raised with the reason."""
    decision = may_collect(account, authorizations, station.now())
    if not decision.allowed or decision.authorization is None:
        record(station, account, None, CollectionOutcome.REFUSED, decision.reason)
        raise NotPermitted(f"nothing may be imported into this account: {decision.reason}")
    return decision.authorization


def undecided(export: Export) -> tuple[ExportedPost, ...]:
    """The posts of which the export does not say whether they are public: their owner has to."""
    return tuple(one for one in export.posts if one.public is None)


def import_export(handed: HandedIn, export: Export, chosen: Mapping[str, bool]) -> list[Fate]:
    """Store what is public and not stored yet; what became of each post. `chosen`: the keys (`key_of`) that the owner marked, and whether as public.

    Raises UnusableExport for a file that proves unsafe on the way (what was stored until then stays), and what `Station.submit` raises.
    """
    station = handed.station
    rows = station.door.call(posts.of_account, account_id=handed.account.id, by=handed.by, compartment=station.compartment)
    by_id = {row.id: row for row in rows}  # not by the platform's name, which a tombstone has lost
    known = {one.post.native_id: row for one in export.posts if (row := by_id.get(_name_on_record(station, one.post.id)))}
    refused = {one.post.native_id: _why_not(handed, one, known.get(one.post.native_id), chosen) for one in export.posts}
    wanted = [one for one in export.posts if not refused[one.post.native_id]]
    _put_on_record(handed, export, len(wanted))
    kept = _kept(handed, wanted, known, export.rejected)
    return [Fate(one.post, not refused[name], refused[name], kept.get(name, 0)) for one in export.posts for name in (one.post.native_id,)]


def _why_not(handed: HandedIn, one: ExportedPost, stored: PostRow | None, chosen: Mapping[str, bool]) -> str:
    """Why a post is not imported; empty when it is."""
    public = chosen.get(key_of(one.post)) if one.public is None else one.public
    if not public:
        if one.public is not None:
            return "the export says that it is not public"
        return "its owner did not mark it as public" if public is False else "its owner has not marked it as it reads now"
    since = handed.account.since
    if since and one.post.posted_at < datetime.combine(since, time.min, UTC):
        return f"was posted before {since.isoformat()}, from when on the account is collected"
    return _already(handed.files, one, stored) if stored else ""


def _already(files: Files, one: ExportedPost, stored: PostRow) -> str:
    """What the platform showed is nearer the truth than an export of some day, and what had gone there stays gone. Pictures that are missing are taken."""
    if stored.gone_at is not None:
        return "was seen to have gone from the platform"
    if post_in(stored).content_sha256 != one.post.content_sha256:
        return "" if one.post.native_id.startswith(NAMED_HERE) else f"{KNOWN}, as the platform showed it"
    return "" if any(one.members[position] and files.has(one.members[position]) for position in _missing(stored)) else KNOWN


def _missing(stored: PostRow) -> list[int]:
    return [media.position for media in stored.media if media.media_sha256 is None]


def _put_on_record(handed: HandedIn, export: Export, wanted: int) -> None:
    """Before anything is stored: who imported which files. In the undercover compartment their SHA-256 is one that only the subject's key makes."""
    station = handed.station
    detail: dict[str, object] = {
        "files": [_name_on_record(station, sha256) for sha256 in handed.files.sha256],
        "posts": len(export.posts),
        "imported": wanted,
        "rejected": len(export.rejected),
    }
    station.door.call(
        audit.record,
        action=AuditAction.EXPORT_IMPORTED,
        actor=handed.by,
        subject=handed.account.id,
        detail=detail,
        now=station.now(),
        compartment=station.compartment,
    )


def _name_on_record(station: Station, name: str) -> str:
    """An id or SHA-256 as the compartment keeps it."""
    return keyed_name(name, station.keys.of(station.subject)) if station.keys and station.subject else name


def _kept(handed: HandedIn, wanted: Sequence[ExportedPost], known: Mapping[str, PostRow], rejected: tuple[Rejected, ...]) -> dict[str, int]:
    """Stores those posts, some at a time; how many pictures of each could not be had, by native id."""
    lost: dict[str, int] = {}
    progress = Progress("import", len(wanted)).begin()
    for start in range(0, max(len(wanted), 1), PER_BATCH):
        captured: list[CapturedPost] = []
        for one in wanted[start : start + PER_BATCH]:
            captured.append(_captured(handed, one, known.get(one.post.native_id)))
            lost[one.post.native_id] = sum(shown.media is None for shown in captured[-1].media)
            progress.advance()
        if captured or (rejected and not start):
            handed.station.submit(_batch(handed, tuple(captured), rejected if not start else ()))
    return lost


def _captured(handed: HandedIn, one: ExportedPost, stored: PostRow | None) -> CapturedPost:
    there = {media.position: media.media_sha256 for media in stored.media} if stored and post_in(stored).content_sha256 == one.post.content_sha256 else {}
    shown = enumerate(zip(one.post.media, one.members, strict=True))
    return CapturedPost(one.post, tuple(_media(handed, link, member) if not there.get(at) else _had(link) for at, (link, member) in shown))


def _had(link: MediaLink) -> CapturedMedia:
    return CapturedMedia(link, None, "not taken again")


def _media(handed: HandedIn, link: MediaLink, member: str) -> CapturedMedia:
    station = handed.station
    try:
        content = handed.files.picture(member, station.network.media_bytes)
    except NoPicture as why:
        return CapturedMedia(link, None, f"not captured: it {why}")
    return CapturedMedia(link, described(station.vault.put(content), content), "")


def _batch(handed: HandedIn, captured: tuple[CapturedPost, ...], rejected: tuple[Rejected, ...]) -> CollectedBatch:
    """Without a checkpoint: collection goes on where it was, and an import is no sign that it works."""
    return CollectedBatch(
        account_id=handed.account.id,
        authorization_id=handed.authorization.id,
        collected_at=handed.station.now(),
        outcome=CollectionOutcome.STORED,
        detail=f"imported from {handed.origin.what}, SHA-256 {', '.join(handed.files.sha256)}",
        posts=captured,
        rejected=rejected,
        terms=asdict(_terms(handed)),
    )


def _terms(handed: HandedIn) -> Terms:
    """With what the department set for deletions on that platform in its place, and by whose word."""
    rule = handed.station.network.on_delete.get(handed.account.platform)
    return replace(handed.origin.terms, on_delete=rule.rule, authority=rule.authority) if rule else handed.origin.terms
