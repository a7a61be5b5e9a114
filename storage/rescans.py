"""Rescans: which stored pictures a detector has seen in an earlier version or setting only, in what order they come, and how far that has gone.

A picture waits once for each account that shows it, from the moment at which the store knew all of it: the post as it now stands, what it shows, and that the
detector had been asked. Those moments are the ledger's, which never run back, so whatever comes to wait later waits behind everything that waited before.
That is why one cursor for each account is enough, and nothing need be kept about a picture in which nothing was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.account import Compartment
from storage.batching.batches import RescanStep
from storage.descriptions import SHOWN_BY_OTHERS
from storage.examinations import DetectorKey
from storage.seeing import reading
from storage.store import Reading, Store

# No cursor stands before $5: what waits came to wait after it, so only what was touched since then is looked at.
_PAIRS = """
WITH recent AS (
    SELECT batch_id FROM ingest_ledger WHERE stored_at >= $5
), touched AS (
    SELECT media_sha256 FROM post_media WHERE media_sha256 IS NOT NULL AND batch_id IN (SELECT batch_id FROM recent)
    UNION SELECT media_sha256 FROM examination WHERE detector = $2 AND batch_id IN (SELECT batch_id FROM recent)
    UNION SELECT media_sha256 FROM post_media
        WHERE media_sha256 IS NOT NULL AND post_id IN (SELECT id FROM post WHERE batch_id IN (SELECT batch_id FROM recent))
), shown AS (
    SELECT p.account_id, m.media_sha256, min(greatest(lp.stored_at, lm.stored_at)) AS since
    FROM current_post p
    JOIN post_media m ON m.account_id = p.account_id AND m.post_id = p.id AND m.post_content_sha256 = p.content_sha256
    JOIN ingest_ledger lp ON lp.batch_id = p.batch_id
    JOIN ingest_ledger lm ON lm.batch_id = m.batch_id
    WHERE p.gone_at IS NULL AND m.media_sha256 IN (SELECT media_sha256 FROM touched) AND p.account_id IN (SELECT unnest($1))
    GROUP BY p.account_id, m.media_sha256
), asked AS (
    SELECT e.media_sha256, min(l.stored_at) AS since, bool_or(e.detector_version = $3 AND e.settings_sha256 = $4) AS done
    FROM examination e JOIN ingest_ledger l ON l.batch_id = e.batch_id
    WHERE e.detector = $2 AND e.media_sha256 IN (SELECT media_sha256 FROM touched)
    GROUP BY e.media_sha256
), pair AS (
    SELECT s.account_id, s.media_sha256, greatest(s.since, e.since) AS since, r.reached_at, r.reached_sha256, e.done
    FROM shown s JOIN asked e ON e.media_sha256 = s.media_sha256
    LEFT JOIN rescan r ON r.account_id = s.account_id AND r.detector = $2 AND r.detector_version = $3 AND r.settings_sha256 = $4
), settled AS (
    SELECT DISTINCT media_sha256 FROM pair
    WHERE done OR reached_at IS NOT NULL AND (since < reached_at OR since = reached_at AND media_sha256 <= reached_sha256)
), waiting AS (
    SELECT DISTINCT ON (p.media_sha256) p.*, a.custody FROM pair p JOIN account a ON a.id = p.account_id ANTI JOIN settled USING (media_sha256)
    ORDER BY p.media_sha256, a.custody <> 'department_run', p.since, p.account_id
)"""
_BACKLOG = f"""{_PAIRS}, page AS (
    SELECT * FROM waiting ORDER BY custody <> 'department_run', since, media_sha256 LIMIT $6
), known AS (
    SELECT e.media_sha256, max(e.fingerprint) AS fingerprint, arg_max(e.same_as, l.stored_at) AS same_as
    FROM examination e JOIN ingest_ledger l ON l.batch_id = e.batch_id
    WHERE e.detector = $2 AND e.media_sha256 IN (SELECT media_sha256 FROM page) GROUP BY e.media_sha256
)
SELECT p.media_sha256, p.account_id, p.since, k.fingerprint, k.same_as, coalesce(k.same_as IN (SELECT media_sha256 FROM settled), false),
    p.reached_at, p.reached_sha256, p.media_sha256 NOT IN ({SHOWN_BY_OTHERS} AND m.media_sha256 IN (SELECT media_sha256 FROM page))
FROM page p JOIN known k ON k.media_sha256 = p.media_sha256 ORDER BY p.custody <> 'department_run', p.since, p.media_sha256"""  # noqa: S608 (ours)
_LEFT = f"{_PAIRS} SELECT count(*) FROM waiting"  # noqa: S608 (ours)
_COUNTS = """SELECT coalesce(sum(looked), 0)::BIGINT, coalesce(sum(found), 0)::BIGINT, coalesce(sum(unread), 0)::BIGINT FROM rescan
    WHERE account_id IN (SELECT unnest($1)) AND detector = $2 AND detector_version = $3 AND settings_sha256 = $4"""
_LOWEST = """SELECT count(*), min(reached_at) FROM rescan
    WHERE account_id IN (SELECT unnest($1)) AND detector = $2 AND detector_version = $3 AND settings_sha256 = $4"""
_CURSORS = """SELECT a.id, r.reached_at, r.reached_sha256, l.until
    FROM (SELECT unnest($1) AS id) a CROSS JOIN (SELECT max(stored_at) AS until FROM ingest_ledger) l
    LEFT JOIN rescan r ON r.account_id = a.id AND r.detector = $2 AND r.detector_version = $3 AND r.settings_sha256 = $4
    WHERE l.until IS NOT NULL ORDER BY a.id"""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_NEAR = timedelta(days=7)  # as far as a cursor may stand behind the ledger's end without being moved up


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored picture to be looked at again, for the account that comes first of those that show it.

    `since`: when it came to wait (aware UTC). `fingerprint`: as it was taken then. `same_as`: the picture of which it was found to be a copy then, and
    `settled` whether that one has been looked at by now. `reached_at` and `reached_sha256` are where the account's cursor stands: both None at the start.
    `departments_own`: nobody but accounts that the department runs shows it.
    """

    media_sha256: str
    account_id: str
    since: datetime
    fingerprint: str | None
    same_as: str | None
    settled: bool
    reached_at: datetime | None
    reached_sha256: str | None
    departments_own: bool = False


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
    with reading(store.of(compartment), "plainview", "pictures to look at again") as view:
        if not _any_earlier(view, detector):
            return []
        return [Waiting(*row) for row in view.rows(_BACKLOG, [account_ids, *_key(detector), _lowest(view, detector, account_ids), limit])]


def standing(store: Store, *, detector: DetectorKey, account_ids: list[str], compartment: Compartment = Compartment.GENERAL) -> Standing:
    """How far this detector, as it is set, has come with those accounts."""
    with reading(store.of(compartment), "plainview", "how far rescans are") as view:
        (counts,) = view.rows(_COUNTS, [account_ids, *_key(detector)])
        return Standing(_left(view, detector, account_ids), *counts)


def finished(store: Store, *, detector: DetectorKey, account_ids: list[str], compartment: Compartment = Compartment.GENERAL) -> list[RescanStep]:
    """When nothing waits: the steps that move the cursors of those accounts to the ledger's end, so that from then on only what comes after it is looked at.

    None when something waits, when this detector has seen nothing here in an earlier version or setting, or when every cursor is near the end.
    """
    with reading(store.of(compartment), "plainview", "how far rescans are") as view:
        rows = [row for row in view.rows(_CURSORS, [account_ids, *_key(detector)]) if row[1] is None or row[1] < row[3] - _NEAR]
        if not rows or not _any_earlier(view, detector) or _left(view, detector, account_ids):
            return []
    key = (detector.name, detector.version, detector.settings_sha256)
    return [RescanStep(account_id, *key, at, sha256, until, "f" * 64, 0, 0, 0) for account_id, at, sha256, until in rows]


def found(store: Store, *, detector: DetectorKey, compartment: Compartment = Compartment.GENERAL) -> list[Found]:
    """Every picture in which this detector, as it is set, has found something, by SHA-256."""
    sql = """SELECT e.media_sha256, e.fingerprint, e.same_as IS NOT NULL FROM examination e
        WHERE e.detector = $1 AND e.detector_version = $2 AND e.settings_sha256 = $3 AND e.media_sha256 IN (
            SELECT f.media_sha256 FROM finding f WHERE f.detector = $1 AND f.detector_version = $2 AND f.settings_sha256 = $3)
        ORDER BY e.media_sha256"""
    with reading(store.of(compartment), "plainview", "what rescans found") as view:
        return [Found(*row) for row in view.rows(sql, _key(detector))]


def _any_earlier(view: Reading, detector: DetectorKey) -> bool:
    sql = "SELECT 1 FROM examination WHERE detector = $1 AND (detector_version <> $2 OR settings_sha256 <> $3) LIMIT 1"
    return view.row(sql, _key(detector)) is not None


def _left(view: Reading, detector: DetectorKey, account_ids: list[str]) -> int:
    if not _any_earlier(view, detector):
        return 0
    (row,) = view.rows(_LEFT, [account_ids, *_key(detector), _lowest(view, detector, account_ids)])
    return int(row[0])


def _lowest(view: Reading, detector: DetectorKey, account_ids: list[str]) -> datetime:
    """Before this moment no cursor stands; the beginning of all while an account has none."""
    ((cursors, lowest),) = view.rows(_LOWEST, [account_ids, *_key(detector)])
    return lowest if lowest and cursors == len(set(account_ids)) else _BEGINNING


def _key(detector: DetectorKey) -> list[object]:
    return [detector.name, detector.version, detector.settings_sha256]
