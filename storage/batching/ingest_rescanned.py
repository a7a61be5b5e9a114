"""A rescanned batch: what was found in pictures looked at again, and how far each account's cursor moves for it, together or not at all."""

from __future__ import annotations

from datetime import datetime

from domain.audit import AuditAction
from storage.auditing import audit
from storage.batching.ingest_examined import store_rows
from storage.store import Transaction

_SAME = " AND ".join(f"r.{column} = i.{column}" for column in ("account_id", "detector", "detector_version", "settings_sha256"))

# A cursor moves only from where the rescan took it up: what two rescans did at once is found once and counted once.
_MOVE = f"""
UPDATE rescan AS r SET reached_at = i.reached_at, reached_sha256 = i.reached_sha256,
    looked = r.looked + i.looked, found = r.found + i.found, unread = r.unread + i.unread
FROM in_rescan i WHERE {_SAME} AND r.reached_at = i.from_at AND r.reached_sha256 = i.from_sha256
"""  # noqa: S608 (names are ours)

_BEGIN = f"""
INSERT INTO rescan BY NAME
SELECT i.* EXCLUDE (n, from_at, from_sha256) FROM in_rescan i WHERE i.from_at IS NULL AND NOT EXISTS (SELECT 1 FROM rescan r WHERE {_SAME})
"""  # noqa: S608 (names are ours)


def store_batch(tx: Transaction, batch_id: str, now: datetime) -> None:
    """Stores what `stage` has read. A picture that was erased meanwhile leaves nothing."""
    for staged in ("in_examination", "in_finding"):
        tx.execute(f"DELETE FROM {staged} WHERE media_sha256 NOT IN (SELECT sha256 FROM media)")  # noqa: S608 (names are ours)
    stored = store_rows(tx, batch_id)
    tx.execute(_MOVE)
    tx.execute(_BEGIN)
    counted = tx.row("SELECT coalesce(sum(looked), 0)::BIGINT, coalesce(sum(found), 0)::BIGINT FROM in_rescan")
    looked, found = counted or (0, 0)
    audit.append(tx, AuditAction.RESCAN_STORED, "plainview", batch_id, {"looked": looked, "found": found, **stored}, now)
