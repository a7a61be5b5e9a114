"""The columns of a batch's rows: what a batch of each kind may hold, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from domain.account import Compartment

SCHEMA = 1

Columns: TypeAlias = Mapping[str, str]

_TEXT, _TIME, _INT, _REAL = "VARCHAR", "TIMESTAMPTZ", "BIGINT", "DOUBLE"
DETECTOR: Columns = dict.fromkeys(("detector", "detector_version", "settings_sha256"), _TEXT)
WHERE: Columns = dict.fromkeys(("box_x", "box_y", "box_w", "box_h", "span_start", "span_end"), _INT) | {"time_s": _REAL}
_FINDING: Columns = {
    **dict.fromkeys(("kind", "label", "because", "text", "reference_sha256"), _TEXT),
    "score": _REAL,
    "threshold": _REAL,
    **WHERE,
    **DETECTOR,
}
CITED = ("post_id", "post_content_sha256", "media_sha256")

_EXAMINED: Mapping[str, Columns] = {
    "examination": {**dict.fromkeys(("media_sha256", "fingerprint", "same_as", "error"), _TEXT), **DETECTOR, "examined_at": _TIME},
    "finding": {"id": _TEXT, "media_sha256": _TEXT, **_FINDING},
}

HIT = ("id", "account_id", *CITED, "directive", "directive_version", "directive_sha256", "clause", "severity", "compartment", "means")

WIRE: Mapping[str, Mapping[str, Columns]] = {
    "collected": {
        "collection": {
            **dict.fromkeys(("account_id", "authorization_id", "outcome", "detail", "checkpoint"), _TEXT),
            "collected_at": _TIME,
            "terms": "JSON",
            "requests": _INT,
            "cost": _REAL,
            "not_before": _TIME,
        },
        "post": {
            **dict.fromkeys(("id", "native_id", "kind", "url", "title", "text", "content_sha256", "record"), _TEXT),
            "posted_at": _TIME,
            "edited_at": _TIME,
        },
        "capture": {"sha256": _TEXT, "replies": _INT, "byte_size": _INT, "shown_from": _TIME, "shown_until": _TIME},
        "post_media": {**dict.fromkeys(("post_id", "post_content_sha256", "url", "alt", "claimed_mime", "media_sha256", "problem"), _TEXT), "position": _INT},
        "media": {"sha256": _TEXT, "mime": _TEXT, "byte_size": _INT, "width": _INT, "height": _INT},
        "gone": {"post_id": _TEXT, "answer": _TEXT},
        "refreshed": dict.fromkeys(("post_id", "post_content_sha256"), _TEXT),
        "rejected": dict.fromkeys(("id", "native_id", "path", "reason"), _TEXT),
    },
    "examined": _EXAMINED,
    "rescanned": {
        **_EXAMINED,
        "rescan": {
            **dict.fromkeys(("account_id", "from_sha256", "reached_sha256"), _TEXT),
            **DETECTOR,
            **dict.fromkeys(("from_at", "reached_at"), _TIME),
            **dict.fromkeys(("looked", "found", "unread"), _INT),
        },
    },
    "cited": {
        "citation": {**dict.fromkeys((*CITED, "directive_sha256"), _TEXT), **DETECTOR},
        "compliant": dict.fromkeys(("post_id", "media_sha256", "finding_id", "clause", "permit_id", "directive_sha256"), _TEXT),
        "hit": {
            **dict.fromkeys(HIT, _TEXT),
            **dict.fromkeys(("captured_at", "found_at", "review_by"), _TIME),
            **_FINDING,
        },
    },
}


# Columns that batches of an earlier Plainview lack: such a batch may still lie in an outbox, and what it lacks is not known.
LATER_COLUMNS: Mapping[str, frozenset[str]] = {"collection": frozenset({"requests", "cost", "not_before"}), "post": frozenset({"record"})}


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: the batch format's version, the kind of batch, how many rows follow, so that a cut file is noticed, and where it belongs."""

    schema: int
    kind: str
    rows: int
    compartment: str = Compartment.GENERAL.value
