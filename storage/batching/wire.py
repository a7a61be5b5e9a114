"""How a batch is written down: newline-delimited JSON, a header and then one row a line, in the columns of `storage.batching.batch_columns`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import TypeAlias, TypeVar, cast

from domain.account import UNDERCOVER_ID, Compartment
from domain.finding import Finding
from domain.hit import Hit
from domain.identity import Json, canonical_json, clean_text, derived_id
from domain.post import Media
from storage.batching.batch_columns import CITED, DETECTOR, HIT, SCHEMA, WHERE
from storage.batching.batches import (
    Batch,
    CapturedMedia,
    CapturedPost,
    CitedBatch,
    CitedItem,
    CollectedBatch,
    ExaminedBatch,
    ExaminedMedia,
    KeptReplies,
    RescannedBatch,
    RescanStep,
)
from storage.errors import Refused
from storage.sealed.sealed_columns import sealed_row
from storage.sealed.sealing import SubjectKey

Line: TypeAlias = tuple[str, dict[str, Json]]
T = TypeVar("T")
PLAIN = frozenset({int, float, bool, type(None), datetime})


def written(batch: Batch, key: SubjectKey | None = None) -> bytes:
    """`batch` as its file's bytes; in the general compartment the same batch is always the same bytes. `key` seals it for the undercover one.

    Raises Refused for what no store could keep (NaN, a time without a zone), and for anything of an undercover account without a key.
    """
    try:
        lines = [(table, _row_for(key, table, row)) for table, row in _lines(cleaned(batch))]
        rows = [canonical_json({"n": number, "table": table, "row": row}) for number, (table, row) in enumerate(lines, 1)]
    except ValueError as error:
        raise Refused(f"this batch cannot be stored: {error}; nothing of it was kept") from None
    where: dict[str, Json] = {"compartment": Compartment.UNDERCOVER} if key else {}  # not said of the general one: files of before need no change
    header = canonical_json({"n": 0, "table": "batch", "row": {"schema": SCHEMA, "kind": kind_of(batch), "rows": len(rows), **where}})
    return b"\n".join([header, *rows, b""])


def _row_for(key: SubjectKey | None, table: str, row: dict[str, Json]) -> dict[str, Json]:
    if key is not None:
        return sealed_row(table, row, key)
    if str(row.get("account_id", "")).startswith(UNDERCOVER_ID):
        raise ValueError("it is of an undercover account, and comes without the key that seals it")
    return row


def kind_of(batch: Batch) -> str:
    """The kind of `batch`, as WIRE and the ledger name it."""
    return {CollectedBatch: "collected", ExaminedBatch: "examined", CitedBatch: "cited", RescannedBatch: "rescanned"}[type(batch)]


def cleaned(value: T) -> T:
    """`value` with every text in it cleaned of what a store refuses, before anything is derived from it."""
    return cast(T, _cleaned(value))


def _cleaned(value: object) -> object:
    if type(value) in PLAIN:
        return value
    if isinstance(value, str) and not isinstance(value, Enum):
        return clean_text(value)
    if isinstance(value, tuple | list):
        return type(value)(_cleaned(each) for each in value)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        odd = {name: clean for name in _names(type(value)) if (clean := _cleaned(was := getattr(value, name))) is not was and clean != was}
        return replace(value, **odd) if odd else value
    return value


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def finding_id(media_sha256: str, finding: Finding) -> str:
    """One thing seen in one item by one detector as it was set: seeing it again is the same finding."""
    where = finding_columns(finding)
    place = [where[column] for column in WHERE]
    return derived_id("finding", media_sha256, finding.detector, finding.detector_version, finding.settings_sha256, finding.kind, finding.label, place)


def finding_columns(finding: Finding) -> dict[str, Json]:
    """The columns that `finding` and `hit` share."""
    box, span = finding.where.box, finding.where.span
    return {
        **{name: getattr(finding, name) for name in ("kind", "label", "because", "text", "reference_sha256", "score", "threshold")},
        **{f"box_{side}": getattr(box, side) if box else None for side in "xywh"},
        "span_start": span[0] if span else None,
        "span_end": span[1] if span else None,
        "time_s": finding.where.time_s,
        **{name: getattr(finding, name) for name in DETECTOR},
    }


def _lines(batch: Batch) -> Iterator[Line]:
    match batch:
        case CollectedBatch():
            yield from _collected(batch)
        case ExaminedBatch():
            for examined in batch.items:
                yield from _examined(examined)
        case CitedBatch():
            for cited in batch.items:
                yield from _cited(cited)
        case RescannedBatch():
            for again in batch.items:
                yield from _examined(again)
            for step in batch.steps:
                yield "rescan", _step(step)


def _collected(batch: CollectedBatch) -> Iterator[Line]:
    yield (
        "collection",
        {
            **_named(batch, "account_id", "authorization_id", "outcome", "detail", "checkpoint", "requests", "cost"),
            "collected_at": _time(batch.collected_at),
            "not_before": _time(batch.not_before) if batch.not_before else None,
            "terms": cast(Json, batch.terms),
        },
    )
    if batch.replies:
        yield "capture", _kept_replies(batch.replies)
    for captured in batch.posts:
        yield from _captured(batch.account_id, captured)
    for gone in batch.gone:
        yield "gone", {"post_id": derived_id("post", batch.account_id, gone.native_id), "answer": gone.answer}
    for post in batch.refreshed:
        yield "refreshed", {"post_id": post.id, "post_content_sha256": post.content_sha256}
    for piece in batch.rejected:
        row = _named(piece, "native_id", "path", "reason")
        yield "rejected", {"id": derived_id("rejected", batch.account_id, *row.values()), **row}


def _kept_replies(replies: KeptReplies) -> dict[str, Json]:
    shown = [_time(moment) for moment in replies.shown] if replies.shown else [None, None]
    return {**_named(replies, "sha256", "replies", "byte_size"), "shown_from": shown[0], "shown_until": shown[1]}


def _captured(account_id: str, captured: CapturedPost) -> Iterator[Line]:
    post = captured.post
    if post.account_id != account_id:
        raise ValueError(f"post {post.id} is of another account than the batch, {account_id}")
    yield (
        "post",
        {
            **_named(post, "id", "native_id", "kind", "url", "title", "text", "content_sha256"),
            "posted_at": _time(post.posted_at),
            "edited_at": _time(post.edited_at) if post.edited_at else None,
            "record": captured.record,
        },
    )
    for position, shown in enumerate(captured.media):
        yield "post_media", _shown(captured, position, shown)
        if shown.media:
            yield "media", _named(shown.media, *(field.name for field in fields(Media)))


def _shown(captured: CapturedPost, position: int, shown: CapturedMedia) -> dict[str, Json]:
    return {
        "post_id": captured.post.id,
        "post_content_sha256": captured.post.content_sha256,
        "position": position,
        **_named(shown.link, "url", "alt"),
        "claimed_mime": shown.link.mime,
        "media_sha256": shown.media.sha256 if shown.media else None,
        "problem": shown.problem,
    }


def _examined(item: ExaminedMedia) -> Iterator[Line]:
    yield (
        "examination",
        {
            **_named(item, "media_sha256", "fingerprint", "detector", "settings_sha256", "same_as", "error"),
            "detector_version": item.version,
            "examined_at": _time(item.examined_at),
        },
    )
    for finding in item.findings:
        if (finding.detector, finding.detector_version, finding.settings_sha256) != (item.detector, item.version, item.settings_sha256):
            raise ValueError(f"a finding in {item.media_sha256} is by another detector than {item.detector}@{item.version} with its settings")
        yield "finding", {"id": finding_id(item.media_sha256, finding), "media_sha256": item.media_sha256, **finding_columns(finding)}


def _cited(item: CitedItem) -> Iterator[Line]:
    yield "citation", {**_named(item, *CITED, "detector", "settings_sha256", "directive_sha256"), "detector_version": item.version}
    for seen in item.compliant:
        yield (
            "compliant",
            {
                **_named(item, "post_id", "media_sha256", "directive_sha256"),
                **_named(seen, "clause", "permit_id"),
                "finding_id": finding_id(item.media_sha256, seen.finding),
            },
        )
    for hit in item.hits:
        if (hit.post_id, hit.media_sha256, hit.directive_sha256) != (item.post_id, item.media_sha256, item.directive_sha256):
            raise ValueError(f"hit {hit.id} is of another post, picture or directive than the item it came with")
        yield "hit", hit_columns(hit)


def _step(step: RescanStep) -> dict[str, Json]:
    return {
        **_named(step, "account_id", "detector", "settings_sha256", "from_sha256", "reached_sha256", "looked", "found", "unread"),
        "detector_version": step.version,
        "from_at": _time(step.from_at) if step.from_at else None,
        "reached_at": _time(step.reached_at),
    }


def hit_columns(hit: Hit) -> dict[str, Json]:
    """The columns of `hit`."""
    times: dict[str, Json] = {name: _time(getattr(hit, name)) for name in ("captured_at", "found_at", "review_by")}
    return {**_named(hit, *HIT), **times, **finding_columns(hit.finding)}


def _named(thing: object, *names: str) -> dict[str, Json]:
    return {name: getattr(thing, name) for name in names}


def _time(when: datetime) -> str:
    if when.tzinfo is None:
        raise ValueError(f"the time {when} has no zone; times are aware UTC")
    return when.astimezone(UTC).isoformat(timespec="microseconds")
