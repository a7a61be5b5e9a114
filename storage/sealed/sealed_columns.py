"""What the undercover compartment seals: every column that could name a subject, or from which one could be told.

The tables are those of the general compartment. There a column is clear; here it is sealed (opened again when it is read under a record), or keyed: a hash or
id that anybody could compute from the public post becomes one that only the subject's key makes. A test goes through every text column of every table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from storage.batching.batches import LATER
from storage.sealed.sealing import SubjectKey, padded_length

_TIMES = "\0"  # in no text that is stored: `clean_text` takes it away
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)

SEALED: Mapping[str, frozenset[str]] = {
    "account": frozenset({"handle", "url"}),
    "authorization": frozenset({"granted_by", "document"}),
    "capture": frozenset(),
    "checkpoint": frozenset({"state", "last_detail"}),
    "citation": frozenset(),
    "collection": frozenset({"detail", "checkpoint"}),
    "compliant": frozenset(),
    "examination": frozenset({"fingerprint", "error"}),
    "finding": frozenset({"label", "because", "text"}),
    "gone": frozenset({"answer"}),
    "hit": frozenset({"label", "because", "text"}),
    "hold": frozenset({"owner", "reason"}),
    "media": frozenset(),
    "permit": frozenset({"granted_by", "document", "label"}),
    "post": frozenset({"native_id", "url", "title", "text", "record"}),
    "post_media": frozenset({"url", "alt", "problem"}),
    "refreshed": frozenset(),  # a table of batches alone
    "rejected": frozenset({"native_id", "path", "reason"}),
    "rescan": frozenset(),
    "review": frozenset({"reason"}),
    "subject": frozenset({"label"}),
}

# Of what flows hand in; what the store hands out and gets back (post_id of a hit, media_sha256) is keyed already.
KEYED: Mapping[str, frozenset[str]] = {
    "finding": frozenset({"id"}),
    "compliant": frozenset({"finding_id"}),
    "hit": frozenset({"id"}),
    "gone": frozenset({"post_id"}),
    "post": frozenset({"id", "content_sha256"}),
    "post_media": frozenset({"post_id", "post_content_sha256"}),
    "refreshed": frozenset({"post_id", "post_content_sha256"}),
    "rejected": frozenset({"id"}),
}


def sealed_row(table: str, row: Mapping[str, Any], key: SubjectKey) -> dict[str, Any]:
    """`row` of `table` as the undercover compartment keeps it. Raises KeyError for a table that it does not keep."""
    sealed, keyed = SEALED[table], KEYED.get(table, frozenset())
    blurred = {**row, **(_BLURRED[table](row) if table in _BLURRED else {})}
    return {name: _kept(value, key, name in sealed, name in keyed) for name, value in blurred.items()}


def _blurred_post(row: Mapping[str, Any]) -> dict[str, Any]:
    """When a public post was posted tells which account it is of, to the second: the exact times go behind the sealed native id."""
    times = json.dumps([row["posted_at"], row["edited_at"]])
    return {"native_id": f"{row['native_id']}{_TIMES}{times}", "posted_at": NO_TIME.isoformat(), "edited_at": None}


def _blurred_media(row: Mapping[str, Any]) -> dict[str, Any]:
    """So does the exact size of a public picture."""
    return {"byte_size": padded_length(row["byte_size"]), "width": None, "height": None}


def _blurred_capture(row: Mapping[str, Any]) -> dict[str, Any]:
    """And so do both of a kept reply."""
    return {"byte_size": padded_length(row["byte_size"]), "shown_from": None, "shown_until": None}


_BLURRED: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {"capture": _blurred_capture, "post": _blurred_post, "media": _blurred_media}


def times_in(native_id: str) -> tuple[str, tuple[datetime, datetime | None] | None]:
    """A post's native id as it was, and when it was posted and edited if that was sealed with it."""
    name, found, times = native_id.partition(_TIMES)
    if not found:
        return name, None
    posted_at, edited_at = json.loads(times)
    return name, (datetime.fromisoformat(posted_at), datetime.fromisoformat(edited_at) if edited_at else None)


def _kept(value: Any, key: SubjectKey, sealed: bool, keyed: bool) -> Any:
    if not isinstance(value, str) or not (sealed or keyed):
        return value
    return keyed_name(value, key) if keyed else _sealed(value, key)


def _sealed(value: str, key: SubjectKey) -> str:
    # How a problem begins decides whether a later run tries again: the store reads that without a key.
    return LATER + key.seal(value.removeprefix(LATER)) if value.startswith(LATER) else key.seal(value)


def keyed_name(name: str, key: SubjectKey) -> str:
    """`post_3f2a…` or a SHA-256, in the same shape, as only the key makes it."""
    prefix, found, _ = name.rpartition("_")
    return f"{prefix}_{key.keyed(name)[:32]}" if found else key.keyed(name)
