"""An examined batch: which detector saw which picture, and what it found. What was examined already is left as it is."""

from __future__ import annotations

from datetime import datetime

from domain.audit import AuditAction
from domain.identity import Json
from storage.auditing import audit
from storage.store import Transaction

_KEY = ("media_sha256", "detector", "detector_version", "settings_sha256")
_SAME = " AND ".join(f"e.{column} = i.{column}" for column in _KEY)

_FINDINGS = f"""
INSERT INTO finding BY NAME
SELECT DISTINCT ON (i.id) i.* EXCLUDE (n) FROM in_finding i WHERE NOT EXISTS (SELECT 1 FROM examination e WHERE {_SAME}) ORDER BY i.n
"""  # noqa: S608 (names are ours)

_EXAMINATIONS = f"""
INSERT INTO examination BY NAME
SELECT DISTINCT ON ({", ".join(f"i.{column}" for column in _KEY)}) i.* EXCLUDE (n), ? AS batch_id FROM in_examination i
WHERE NOT EXISTS (SELECT 1 FROM examination e WHERE {_SAME}) ORDER BY i.n
"""  # noqa: S608 (names are ours)


def store_batch(tx: Transaction, batch_id: str, now: datetime) -> None:
    """Stores what `stage` has read."""
    audit.append(tx, AuditAction.EXAMINATION_STORED, "plainview", batch_id, store_rows(tx, batch_id), now)


def store_rows(tx: Transaction, batch_id: str) -> dict[str, Json]:
    """Stores examinations and findings, and answers how many there are."""
    tx.execute(_FINDINGS)
    tx.execute(_EXAMINATIONS, [batch_id])
    counted = tx.row("SELECT (SELECT count(*) FROM examination WHERE batch_id = ?), (SELECT count(*) FROM in_finding)", [batch_id])
    examinations, findings = counted or (0, 0)
    return {"examinations": examinations, "findings": findings}
