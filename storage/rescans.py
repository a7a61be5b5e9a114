"""Rescans: which stored pictures a detector has seen in an earlier version or setting only, in what order they come, and how far that has gone.

A picture waits once for each account that shows it, from the moment at which the store knew all of it: the post as it now stands, what it shows, and that the
detector had been asked. Those moments are the ledger's, which never run back, so whatever comes to wait later waits behind everything that waited before.
That is why one cursor for each account is enough, and nothing need be kept about a picture in which nothing was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.account import Compartment
from storage.examinations import DetectorKey
from storage.seeing import reading
from storage.store import Store

_PAIRS = """
WITH shown AS (
    SELECT p.account_id, m.media_sha256, min(greatest(lp.stored_at, lm.stored_at)) AS since
    FROM current_post p
    JOIN post_media m ON m.account_id = p.account_id AND m.post_id = p.id AND m.post_content_sha256 = p.content_sha256
    JOIN ingest_ledger lp ON lp.batch_id = p.batch_id
    JOIN ingest_ledger lm ON lm.batch_id = m.batch_id
    WHERE p.gone_at IS NULL AND m.media_sha256 IS NOT NULL AND p.account_id IN (SELECT unnest($1))
    GROUP BY p.account_id, m.media_sha256
), asked AS (
    SELECT e.media_sha256, min(l.stored_at) AS since, max(e.fingerprint) AS fingerprint, arg_max(e.same_as, l.stored_at) AS same_as,
        bool_or(e.detector_version = $3 AND e.settings_sha256 = $4) AS done
    FROM examination e JOIN ingest_ledger l ON l.batch_id = e.batch_id
    WHERE e.detector = $2 GROUP BY e.media_sha256
), pair AS (
    SELECT s.account_id, s.media_sha256, greatest(s.since, e.since) AS since, e.fingerprint, e.same_as, r.reached_at, r.reached_sha256, e.done
    FROM shown s JOIN asked e ON e.media_sha256 = s.media_sha256
    LEFT JOIN rescan r ON r.account_id = s.account_id AND r.detector = $2 AND r.detector_version = $3 AND r.settings_sha256 = $4
), settled AS (
    SELECT DISTINCT media_sha256 FROM pair
    WHERE done OR reached_at IS NOT NULL AND (since < reached_at OR since = reached_at AND media_sha256 <= reached_sha256)
), waiting AS (
    SELECT DISTINCT ON (p.media_sha256) p.*, a.custody FROM pair p JOIN account a ON a.id = p.account_id ANTI JOIN settled USING (media_sha256)
    ORDER BY p.media_sha256, a.custody <> 'department_run', p.since, p.account_id
)"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored picture to be looked at again, for the account that comes first of those that show it.

    `since`: when it came to wait (aware UTC). `fingerprint`: as it was taken then. `same_as`: the picture of which it was found to be a copy then, and
    `settled` whether that one has been looked at by now. `reached_at` and `reached_sha256` are where the account's cursor stands: both None at the start.
    """

    media_sha256: str
    account_id: str
    since: datetime
    fingerprint: str | None
    same_as: str | None
    settled: bool
    reached_at: datetime | None
    reached_sha256: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one detector has come: pictures `left`, those it `looked` at again and could read, those of them in which it `found` something, and those that
    could not be read from the vault (`unread`)."""

    left: int
    looked: int
    found: int
    unread: int


@dataclass(frozen=True, slots=True)
class Found:
    """A picture in which the detector has found something, its fingerprint, and whether it is a copy of another such picture."""

    media_sha256: str
    fingerprint: str | None
    copy: bool


def backlog(store: Store, *, detector: DetectorKey, account_ids: list[str], limit: int, compartment: Compartment = Compartment.GENERAL) -> list[Waiting]:
    """The first `limit` pictures that the newest, still public versions of those accounts' posts show and that this detector has seen in an earlier version or
    setting only. Each comes once: those of department-run accounts first, within them the one that has waited longest."""
    sql = f"""{_PAIRS}
        SELECT media_sha256, account_id, since, fingerprint, same_as, coalesce(same_as IN (SELECT media_sha256 FROM settled), false), reached_at, reached_sha256
        FROM waiting ORDER BY custody <> 'department_run', since, media_sha256 LIMIT $5"""  # noqa: S608 (ours)
    with reading(store.of(compartment), "plainview", "pictures to look at again") as view:
        return [Waiting(*row) for row in view.rows(sql, [account_ids, *_key(detector), limit])]


def standing(store: Store, *, detector: DetectorKey, account_ids: list[str], compartment: Compartment = Compartment.GENERAL) -> Standing:
    """How far this detector, as it is set, has come with those accounts."""
    counted = """SELECT coalesce(sum(looked), 0)::BIGINT, coalesce(sum(found), 0)::BIGINT, coalesce(sum(unread), 0)::BIGINT FROM rescan
        WHERE detector = $2 AND detector_version = $3 AND settings_sha256 = $4 AND account_id IN (SELECT unnest($1))"""
    values = [account_ids, *_key(detector)]
    with reading(store.of(compartment), "plainview", "how far rescans are") as view:
        (left,) = view.rows(f"{_PAIRS} SELECT count(*) FROM waiting", values)  # noqa: S608 (ours)
        (counts,) = view.rows(counted, values)
        return Standing(left[0], *counts)


def found(store: Store, *, detector: DetectorKey, compartment: Compartment = Compartment.GENERAL) -> list[Found]:
    """Every picture in which this detector, as it is set, has found something, by SHA-256."""
    sql = """SELECT e.media_sha256, e.fingerprint, e.same_as IS NOT NULL FROM examination e
        WHERE e.detector = $1 AND e.detector_version = $2 AND e.settings_sha256 = $3 AND e.media_sha256 IN (
            SELECT f.media_sha256 FROM finding f WHERE f.detector = $1 AND f.detector_version = $2 AND f.settings_sha256 = $3)
        ORDER BY e.media_sha256"""
    with reading(store.of(compartment), "plainview", "what rescans found") as view:
        return [Found(*row) for row in view.rows(sql, _key(detector))]


def _key(detector: DetectorKey) -> list[object]:
    return [detector.name, detector.version, detector.settings_sha256]
