"""Batches for tests to vary, and the short way into the store: written and swept in, as a flow and the owner would between them."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.account import Account, Compartment
from domain.directive import Severity
from domain.finding import Finding
from domain.hit import Hit
from domain.identity import sha256_hex
from domain.post import Gone, Media, MediaLink, Post, Rejected
from domain.viewer import Role, Viewer
from storage import accounts, authorizations
from storage.batching import ingest
from storage.batching.batches import (
    Batch,
    CapturedMedia,
    CapturedPost,
    CitedBatch,
    CitedItem,
    CollectedBatch,
    CollectionOutcome,
    Compliant,
    ExaminedBatch,
    ExaminedMedia,
    KeptReplies,
)
from storage.batching.wire import written
from storage.durable import private_folder, write_whole
from storage.examinations import DetectorKey
from storage.store import Store
from tests.builders import NOON, an_authorization

SUPERVISOR = Viewer("supervisor", frozenset({Role.SUPERVISOR}))
AUDITOR = Viewer("auditor", frozenset({Role.AUDITOR}))
MEMBER = Viewer("member", frozenset({Role.MEMBER}))
ARTWORK = DetectorKey("artwork", "1", "b" * 64)
DIRECTIVE_SHA256 = "d" * 64


def register(store: Store, account: Account) -> None:
    """The account, and the authorization that `an_authorization` makes for it."""
    accounts.add(store, account=account, by="tests", now=NOON)
    authorizations.grant(store, authorization=an_authorization(account), by="tests", now=NOON)


def a_picture(content: bytes = b"picture", url: str = "https://police.example.gov/1.jpg", alt: str = "") -> CapturedMedia:
    """A captured picture of these bytes."""
    return CapturedMedia(MediaLink(url, alt), Media(sha256_hex(content), "image/jpeg", len(content), 640, 480))


def not_captured(url: str = "https://police.example.gov/1.jpg", problem: str = "status 503") -> CapturedMedia:
    """A picture that could not be had."""
    return CapturedMedia(MediaLink(url), None, problem)


def showing(post: Post, *media: CapturedMedia) -> CapturedPost:
    """The post with these pictures."""
    kept = {name: getattr(post, name) for name in ("account_id", "native_id", "kind", "url", "text", "posted_at", "edited_at", "title")}
    return CapturedPost(Post(**kept, media=tuple(one.link for one in media)), media)


def collected(
    account: Account,
    *posts: CapturedPost,
    at: datetime = NOON,
    outcome: CollectionOutcome = CollectionOutcome.STORED,
    gone: tuple[Gone, ...] = (),
    rejected: tuple[Rejected, ...] = (),
    checkpoint: str | None = None,
    authorized: bool = True,
    detail: str = "",
    replies: KeptReplies | None = None,
) -> CollectedBatch:
    """A collection of that account under the authorization that `register` grants."""
    authorization_id = an_authorization(account).id if authorized else None
    return CollectedBatch(account.id, authorization_id, at, outcome, detail, posts, gone, rejected, checkpoint, {"use": "public record"}, replies=replies)


def examined(media_sha256: str, *findings: Finding, fingerprint: str | None = "f" * 64, same_as: str | None = None, error: str | None = None) -> ExaminedBatch:
    """The artwork detector looked at one picture."""
    one = ExaminedMedia(media_sha256, fingerprint, ARTWORK.name, ARTWORK.version, ARTWORK.settings_sha256, NOON, same_as, error, findings)
    return ExaminedBatch((one,))


def a_hit(post: Post, media_sha256: str, finding: Finding, clause: str = "IV.C.1.f", hours: int = 24) -> Hit:
    """The finding on that picture of that post, cited."""
    return Hit(
        account_id=post.account_id,
        post_id=post.id,
        post_content_sha256=post.content_sha256,
        media_sha256=media_sha256,
        finding=finding,
        directive="kcmo-261",
        directive_version="2014-01-30",
        directive_sha256=DIRECTIVE_SHA256,
        clause=clause,
        severity=Severity.MODERATE,
        compartment=Compartment.GENERAL,
        means="5 in 100 such findings are mistakes",
        captured_at=NOON,
        found_at=NOON,
        review_by=NOON + timedelta(hours=hours),
    )


def cited(post: Post, media_sha256: str, *hits: Hit, compliant: tuple[Compliant, ...] = ()) -> CitedBatch:
    """One picture of that post, cited under the directive."""
    key = (ARTWORK.name, ARTWORK.version, ARTWORK.settings_sha256)
    return CitedBatch((CitedItem(post.id, post.content_sha256, media_sha256, *key, DIRECTIVE_SHA256, hits, compliant),))


def put_in_outbox(store: Store, content: bytes) -> str:
    """These bytes as a batch file that waits; answers its id."""
    outbox = private_folder(ingest.outbox_folder(store.folder))
    write_whole(outbox / f"{sha256_hex(content)}.ndjson", content)
    return sha256_hex(content)


def take_in(store: Store, batch: Batch) -> str:
    """Stores the batch; answers its id."""
    batch_id = put_in_outbox(store, written(batch))
    swept = ingest.sweep(store)
    assert batch_id in swept.stored, swept
    return batch_id


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    """What a query answers."""
    with store.read() as view:
        return view.rows(sql)
