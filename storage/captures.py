"""Kept replies: the WARC files in the vault, and what they are of. Their bytes are read from the vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.viewer import Viewer
from storage.seeing import reading, seen_by
from storage.store import Store

_LISTED = """SELECT c.sha256, c.account_id, a.platform, a.handle, a.subject_id, c.replies, c.captured_at
    FROM capture c JOIN account a ON a.id = c.account_id
    WHERE ($1 IS NULL OR c.account_id = $1) AND ($2 IS NULL OR c.captured_at >= $2::TIMESTAMPTZ)
        AND ($3 IS NULL OR c.batch_id IN (SELECT batch_id FROM post WHERE id = $3 UNION SELECT batch_id FROM gone WHERE post_id = $3))
    ORDER BY c.captured_at, c.sha256"""


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """One WARC file: its name in the vault of its compartment, whose replies it holds and how many, and when they were had (aware UTC).

    `subject_id`: under whose key it is sealed; None in the general compartment.
    """

    sha256: str
    account_id: str
    platform: str
    handle: str
    subject_id: str | None
    replies: int
    captured_at: datetime


def listing(store: Store, *, viewer: Viewer, account_id: str | None = None, post_id: str | None = None, since: datetime | None = None) -> list[CaptureRow]:
    """The captures that this viewer may see, oldest first: of that account, of that post (what its versions and its end came in), from `since` on."""
    found: list[CaptureRow] = []
    for part in seen_by(store, viewer):
        with reading(part, viewer.name, post_id or account_id or "captures") as view:
            found.extend(CaptureRow(*row) for row in view.rows(_LISTED, [account_id, since, post_id]))
    return sorted(found, key=lambda row: (row.captured_at, row.sha256))
