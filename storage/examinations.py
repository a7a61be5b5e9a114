"""Examinations: what each detector has seen, has yet to see, and has seen but nobody cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.account import Account, Compartment
from domain.finding import Finding
from domain.post import PostKind
from storage.accounts import ACCOUNT, account_from
from storage.descriptions import SHOWN_BY_OTHERS
from storage.finding_rows import finding_from
from storage.seeing import reading
from storage.store import Reading, Store

# What the newest versions of posts show that are still public.
_SHOWN = """SELECT p.account_id, p.id AS post_id, p.content_sha256, p.kind, m.media_sha256, min(m.captured_at) AS captured_at
    FROM current_post p JOIN post_media m ON m.account_id = p.account_id AND m.post_id = p.id AND m.post_content_sha256 = p.content_sha256
    WHERE p.gone_at IS NULL AND m.media_sha256 IS NOT NULL AND p.account_id IN (SELECT unnest(?))
    GROUP BY p.account_id, p.id, p.content_sha256, p.kind, m.media_sha256"""


@dataclass(frozen=True, slots=True)
class DetectorKey:
    """A detector as it was set. Another version or other settings look at new pictures at once, and again at the stored ones in a rescan."""

    name: str
    version: str
    settings_sha256: str


@dataclass(frozen=True, slots=True)
class PendingMedia:
    """A captured picture that the detector was never asked about. Its bytes are in the vault.

    `departments_own`: nobody but accounts that the department runs shows it.
    """

    media_sha256: str
    mime: str
    byte_size: int
    width: int | None
    height: int | None
    departments_own: bool = False


@dataclass(frozen=True, slots=True)
class Uncited:
    """A picture as a post of that kind shows it, examined but not yet cited under the directive, with what was found in it (which may be nothing)."""

    account: Account
    post_id: str
    post_content_sha256: str
    kind: PostKind
    media_sha256: str
    captured_at: datetime
    examined_at: datetime
    findings: tuple[Finding, ...]


def pending(
    store: Store, *, detector: DetectorKey, account_ids: list[str], visitors: bool = False, compartment: Compartment = Compartment.GENERAL
) -> list[PendingMedia]:
    """The pictures of the newest versions of those accounts' posts that the detector has never been asked about, in no version or setting, by SHA-256.

    Posts that have gone are left out, and so is what visitors' comments alone show, unless `visitors`. What an earlier version or setting has seen is not new:
    `storage.rescans` has its turn.
    """
    sql = f"""WITH shown AS ({_SHOWN})
        SELECT b.sha256, b.mime, b.byte_size, b.width, b.height, b.sha256 NOT IN ({SHOWN_BY_OTHERS}) FROM media b
        WHERE b.sha256 IN (SELECT media_sha256 FROM shown WHERE ? OR kind <> 'visitor_comment') AND NOT EXISTS (
            SELECT 1 FROM examination e WHERE e.media_sha256 = b.sha256 AND e.detector = ?)
        ORDER BY b.sha256"""  # noqa: S608
    with reading(store.of(compartment), "plainview", "pictures to examine") as view:
        return [PendingMedia(*row) for row in view.rows(sql, [account_ids, visitors, detector.name])]


def fingerprints(store: Store, *, detector: DetectorKey, compartment: Compartment = Compartment.GENERAL) -> list[tuple[str, str]]:
    """(media SHA-256, fingerprint) of every picture that this detector examined itself without error, by SHA-256."""
    sql = """SELECT media_sha256, fingerprint FROM examination
        WHERE detector = ? AND detector_version = ? AND settings_sha256 = ? AND fingerprint IS NOT NULL AND same_as IS NULL AND error IS NULL
        ORDER BY media_sha256"""
    with reading(store.of(compartment), "plainview", "fingerprints") as view:
        return [(row[0], row[1]) for row in view.rows(sql, _key(detector))]


def uncited(
    store: Store, *, detector: DetectorKey, account_ids: list[str], directive_sha256: str, compartment: Compartment = Compartment.GENERAL
) -> list[Uncited]:
    """What the newest, still public versions of those accounts' posts show, examined without error and not cited under that directive; in a fixed order."""
    sql = f"""WITH shown AS ({_SHOWN})
        SELECT s.post_id, s.content_sha256, s.kind, s.media_sha256, s.captured_at, e.examined_at, {ACCOUNT}
        FROM shown s JOIN account a ON a.id = s.account_id
        JOIN examination e ON e.media_sha256 = s.media_sha256 AND e.detector = ? AND e.detector_version = ? AND e.settings_sha256 = ? AND e.error IS NULL
        WHERE NOT EXISTS (
            SELECT 1 FROM citation c
            WHERE c.post_id = s.post_id AND c.post_content_sha256 = s.content_sha256 AND c.media_sha256 = s.media_sha256 AND c.detector = e.detector
                AND c.detector_version = e.detector_version AND c.settings_sha256 = e.settings_sha256 AND c.directive_sha256 = ?)
        ORDER BY s.post_id, s.media_sha256"""  # noqa: S608
    with reading(store.of(compartment), "plainview", "findings to cite") as view:
        rows = view.rows(sql, [account_ids, *_key(detector), directive_sha256])
        found = _findings(view, detector, [row[3] for row in rows])
        return [Uncited(account_from(*row[6:]), row[0], row[1], PostKind(row[2]), row[3], row[4], row[5], tuple(found.get(row[3], ()))) for row in rows]


def findings(store: Store, *, detector: DetectorKey, media_sha256: str, compartment: Compartment = Compartment.GENERAL) -> list[Finding]:
    """What the detector saw in one picture, in a fixed order."""
    with reading(store.of(compartment), "plainview", "findings") as view:
        return _findings(view, detector, [media_sha256]).get(media_sha256, [])


def flagged(store: Store, *, detector: DetectorKey, compartment: Compartment = Compartment.GENERAL) -> tuple[int, int]:
    """(pictures in which the detector saw something, pictures that it examined without error): how common its findings are here.

    A rescan leaves a row only where something was found: those that it looked at in vain are in its counters.
    """
    sql = """SELECT count(DISTINCT f.media_sha256), count(DISTINCT e.media_sha256) + (
            SELECT coalesce(sum(r.looked - r.found), 0)::BIGINT FROM rescan r
            WHERE r.detector = ? AND r.detector_version = ? AND r.settings_sha256 = ?)
        FROM examination e LEFT JOIN finding f ON f.media_sha256 = e.media_sha256 AND f.detector = e.detector
            AND f.detector_version = e.detector_version AND f.settings_sha256 = e.settings_sha256
        WHERE e.detector = ? AND e.detector_version = ? AND e.settings_sha256 = ? AND e.error IS NULL"""
    with reading(store.of(compartment), "plainview", "how common findings are") as view:
        (row,) = view.rows(sql, _key(detector) * 2)
    return row[0], row[1]


def _findings(view: Reading, detector: DetectorKey, media: Sequence[str]) -> dict[str, list[Finding]]:
    sql = """SELECT * FROM finding
        WHERE media_sha256 IN (SELECT unnest(?)) AND detector = ? AND detector_version = ? AND settings_sha256 = ? ORDER BY id"""
    found: dict[str, list[Finding]] = {}
    for row in view.named(sql, [list(media), *_key(detector)]):
        found.setdefault(row["media_sha256"], []).append(finding_from(row))
    return found


def _key(detector: DetectorKey) -> list[object]:
    return [detector.name, detector.version, detector.settings_sha256]
