"""Citing: each finding on each post becomes a hit that names its clause, or is recorded as compliant under a permit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from detectors.detector import Detector
from domain.finding import Finding
from domain.permit import Permit
from flows.examine_media import key_of, permitted_accounts
from flows.shards import shards
from flows.station import Station
from policy.citing import Captured, Cited, hits_for
from policy.meaning import means, prevalence
from storage import examinations, permits
from storage.batching.outbox import CitedBatch, CitedItem, Compliant
from storage.examinations import Uncited

BATCH = 500


def cite_findings(station: Station, detectors: Sequence[Detector]) -> int:
    """Cite whatever was seen and not yet held against the directive as it now reads. Returns how many hits that made."""
    valid = station.door.call(permits.every)
    return sum(_cite_all(station, detector, valid) for detector in detectors)


def _cite_all(station: Station, detector: Detector, valid: Sequence[Permit]) -> int:
    key, ids = key_of(detector), permitted_accounts(station, detector.name)
    waiting = station.door.call(examinations.uncited, detector=key, account_ids=ids, directive_sha256=station.directive.sha256, compartment=station.compartment)
    if not waiting:
        return 0
    citing = _Citing(station, detector, valid, _meaning(station, detector), station.now())
    hits = 0
    for shard in shards(waiting, BATCH):
        items = tuple(citing.item(one) for one in shard)
        station.submit(CitedBatch(items))
        hits += sum(len(item.hits) for item in items)
    return hits


def _meaning(station: Station, detector: Detector) -> str:
    flagged, examined = station.door.call(examinations.flagged, detector=key_of(detector), compartment=station.compartment)
    return means(detector.calibration, prevalence(detector.calibration, flagged, examined))


@dataclass(frozen=True, slots=True)
class _Citing:
    station: Station
    detector: Detector
    permits: Sequence[Permit]
    means: str
    now: datetime

    def item(self, one: Uncited) -> CitedItem:
        captured = Captured(one.post_id, one.post_content_sha256, one.media_sha256, one.captured_at, one.examined_at, one.kind)
        cited = [(finding, self._cite(one, finding, captured)) for finding in one.findings]
        return CitedItem(
            post_id=one.post_id,
            post_content_sha256=one.post_content_sha256,
            media_sha256=one.media_sha256,
            detector=self.detector.name,
            version=self.detector.version,
            settings_sha256=self.detector.settings_sha256,
            directive_sha256=self.station.directive.sha256,
            hits=tuple(hit for _, result in cited for hit in result.hits),
            compliant=tuple(Compliant(finding, each.clause, each.permit.id) for finding, result in cited for each in result.compliant if each.permit),
        )

    def _cite(self, one: Uncited, finding: Finding, captured: Captured) -> Cited:
        # Time to review and permits count from the moment of citing: the picture may have been examined for another post, long ago.
        return hits_for(self.station.directive, one.account, finding, captured, permits=self.permits, means=self.means, as_of=self.now)
