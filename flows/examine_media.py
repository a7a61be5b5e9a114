"""Examining captured media: each detector sees each new picture once; a verified copy of an examined picture is linked to it, not computed again.

The order is fixed by the pictures' SHA-256 and copies come after all originals: a run that was cut off ends with the findings of one that was not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from detectors.detector import Detector
from detectors.near_duplicates import Fingerprints
from detectors.picture import Picture, Unreadable, decode, fingerprint, same_picture
from detectors.scan import ScanResult, scan
from domain.authorization import DetectorName
from domain.finding import Box, Finding
from flows.station import Station
from policy.authorization import may_collect, may_examine, may_look_at_visitors
from storage import accounts, examinations
from storage.batching.outbox import ExaminedBatch, ExaminedMedia
from storage.errors import NotFound, StoreDamaged
from storage.examinations import DetectorKey

NOT_THERE = (NotFound, StoreDamaged)


@dataclass(frozen=True, slots=True)
class Look:
    """One picture and the detectors that have not seen it yet. `departments_own`: nobody but accounts that the department runs shows it."""

    media_sha256: str
    detectors: tuple[Detector, ...]
    departments_own: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """A picture that shows the same as `original`, which has been or will be examined."""

    look: Look
    original: str


def key_of(detector: Detector) -> DetectorKey:
    """The detector as the store names it."""
    return DetectorKey(detector.name, detector.version, detector.settings_sha256)


def permitted_accounts(station: Station, name: DetectorName) -> list[str]:
    """Ids of the accounts on which a live authorization allows that detector today."""
    now = station.now()
    allowed = []
    for standing in station.door.call(accounts.standing, now=now, compartment=station.compartment):
        if station.subject != standing.account.subject_id:
            continue
        decision = may_collect(standing.account, standing.authorizations, now)
        if decision.authorization and may_examine(standing.account, decision.authorization, name).allowed:
            allowed.append(standing.account.id)
    return allowed


def looks_due(station: Station, detectors: Sequence[Detector]) -> list[Look]:
    """What is still to be looked at, in the order of the pictures' SHA-256."""
    waiting: dict[str, list[Detector]] = {}
    own: set[str] = set()
    for detector in detectors:
        ids = permitted_accounts(station, detector.name)
        visitors = may_look_at_visitors(detector.finds)
        for media in station.door.call(examinations.pending, detector=key_of(detector), account_ids=ids, visitors=visitors, compartment=station.compartment):
            waiting.setdefault(media.media_sha256, []).append(detector)
            own |= {media.media_sha256} if media.departments_own else set()
    return [Look(sha256, tuple(missing), sha256 in own) for sha256, missing in sorted(waiting.items())]


def fingerprints_of(station: Station, looks: Iterable[Look]) -> dict[str, str | None]:
    """The fingerprint of each picture, None for what is no readable picture."""
    return {look.media_sha256: _fingerprint(station, look.media_sha256) for look in looks}


def _fingerprint(station: Station, sha256: str) -> str | None:
    try:
        return fingerprint(decode(station.vault.get(sha256)))
    except (Unreadable, *NOT_THERE):
        return None


def split(station: Station, looks: Sequence[Look], prints: Mapping[str, str | None]) -> tuple[list[Look], list[Copy]]:
    """`looks` as pictures to examine and copies to link. Detectors that do not share near-duplicates are always to examine."""
    originals: list[Look] = []
    copies: list[Copy] = []
    known: dict[DetectorKey, Fingerprints] = {}
    for look in looks:
        alone = tuple(detector for detector in look.detectors if not detector.shares_near_duplicates)
        own: list[Detector] = []
        for detector in look.detectors:
            if detector not in alone:
                original = _original(station, look.media_sha256, prints[look.media_sha256], _known(station, detector, known))
                if original is None:
                    own.append(detector)
                else:
                    copies.append(Copy(Look(look.media_sha256, (detector,)), original))
        if alone or own:
            originals.append(replace(look, detectors=(*alone, *own)))
    return originals, copies


def _known(station: Station, detector: Detector, known: dict[DetectorKey, Fingerprints]) -> Fingerprints:
    key = key_of(detector)
    if key not in known:
        known[key] = Fingerprints(station.door.call(examinations.fingerprints, detector=key, compartment=station.compartment))
    return known[key]


def _original(station: Station, sha256: str, print_: str | None, known: Fingerprints) -> str | None:
    if print_ is None:
        return None
    candidates = known.near(print_)
    if candidates:
        picture = decode(station.vault.get(sha256))
        for candidate in candidates:
            with suppress(*NOT_THERE):  # erased or spoilt since: nothing is a copy of what cannot be looked at
                if same_picture(picture, decode(station.vault.get(candidate))):
                    return candidate
    known.add(sha256, print_)
    return None


def examine(station: Station, looks: Iterable[Look], prints: Mapping[str, str | None]) -> int:
    """Show each picture to its detectors and hand what they saw to the store. Returns how many findings there were."""
    items: list[ExaminedMedia] = []
    for look in looks:
        items.extend(_examined(station, look, prints[look.media_sha256]))
    return _submitted(station, items)


def _examined(station: Station, look: Look, print_: str | None) -> list[ExaminedMedia]:
    result = _scanned(station, look)
    return [
        row_of(station, look, detector, print_, None, result.error, tuple(seen for seen in result.findings if seen.detector == detector.name))
        for detector in look.detectors
    ]


def _scanned(station: Station, look: Look) -> ScanResult:
    try:
        return scanned(station, look.media_sha256, look.detectors, departments_own=look.departments_own)
    except NOT_THERE as gone:  # one file of the vault that is missing or spoilt stops no other
        return ScanResult((), str(gone), None)


def scanned(station: Station, sha256: str, detectors: Sequence[Detector], *, departments_own: bool) -> ScanResult:
    """The picture shown to the detectors, and kept what they described of it where it is the department's own. Raises what the vault raises."""
    kept = station.descriptions if departments_own else None
    result = scan(station.vault.get(sha256), detectors, describe=kept is not None)
    if kept is not None and (described := result.kept.get(DetectorName.ARTWORK)):
        kept.keep(sha256, described)
    return result


def link(station: Station, copies: Iterable[Copy], prints: Mapping[str, str | None]) -> int:
    """Give each copy what was seen in its original, with boxes in the copy's own pixels. Returns how many findings there were."""
    items: list[ExaminedMedia] = []
    for copy in copies:
        for detector in copy.look.detectors:
            seen = station.door.call(examinations.findings, detector=key_of(detector), media_sha256=copy.original, compartment=station.compartment)
            scaled = tuple(rescaled(station, seen, copy))
            items.append(row_of(station, copy.look, detector, prints[copy.look.media_sha256], copy.original, None, scaled))
    return _submitted(station, items)


def rescaled(station: Station, findings: Sequence[Finding], copy: Copy) -> Iterable[Finding]:
    """What was seen in the original of `copy`, with boxes in the copy's own pixels, and saying so."""
    if not findings:
        return
    here, there = (decode(station.vault.get(sha256)) for sha256 in (copy.look.media_sha256, copy.original))
    for finding in findings:
        box = _scaled(finding.where.box, here, there) if finding.where.box else None
        because = f"{finding.because} (seen in a copy of this picture, SHA-256 {copy.original[:12]}…)"
        yield replace(finding, where=replace(finding.where, box=box), because=because)


def _scaled(box: Box, here: Picture, there: Picture) -> Box:
    across, down = here.width / there.width, here.height / there.height
    x, y = min(round(box.x * across), here.width - 1), min(round(box.y * down), here.height - 1)
    return Box(x, y, max(1, min(round(box.w * across), here.width - x)), max(1, min(round(box.h * down), here.height - y)))


def row_of(
    station: Station, look: Look, detector: Detector, print_: str | None, same_as: str | None, error: str | None, findings: tuple[Finding, ...]
) -> ExaminedMedia:
    """What the store keeps of one detector's look at one picture."""
    return ExaminedMedia(
        media_sha256=look.media_sha256,
        fingerprint=print_,
        detector=detector.name,
        version=detector.version,
        settings_sha256=detector.settings_sha256,
        examined_at=station.now(),
        same_as=same_as,
        error=error,
        findings=findings,
    )


def _submitted(station: Station, items: Sequence[ExaminedMedia]) -> int:
    if items:
        station.submit(ExaminedBatch(tuple(items)))
    return sum(len(item.findings) for item in items)
