"""One pass over one file: decoded once, shown to every detector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from detectors.detector import Describing, Detector
from detectors.picture import Described, Picture, Unreadable, decode
from domain.authorization import DetectorName
from domain.finding import Finding


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What was seen in one file. `error` says what could not be read, or None; with an error, an empty `findings` means "not looked at", never "clean".

    `kept`: what may be kept of it, by detector, for looking again.
    """

    findings: tuple[Finding, ...]
    error: str | None
    described: Described | None
    kept: Mapping[DetectorName, bytes] = field(default_factory=dict)


def scan(content: bytes, detectors: Sequence[Detector], *, describe: bool = False) -> ScanResult:
    """Shows the picture in `content` to each of `detectors`. Bytes that are no readable picture give an error, never an exception.

    `describe`: with what those that can describe it let be kept of it.
    """
    try:
        picture = decode(content)
    except Unreadable as unreadable:
        return ScanResult((), str(unreadable), None)
    findings: list[Finding] = []
    errors: list[str] = []
    kept: dict[DetectorName, bytes] = {}
    for detector in detectors:
        try:
            findings.extend(_seen(detector, picture, kept) if describe else detector.examine(picture))
        except Unreadable as unreadable:
            errors.append(f"{detector.name}: {unreadable}")
    return ScanResult(tuple(findings), "; ".join(errors) or None, _described(picture), kept)


def _seen(detector: Detector, picture: Picture, kept: dict[DetectorName, bytes]) -> tuple[Finding, ...]:
    if not isinstance(detector, Describing):
        return detector.examine(picture)
    findings, description = detector.examine_and_describe(picture)
    if description is not None:
        kept[detector.name] = description
    return findings


def _described(picture: Picture) -> Described:
    return Described(picture.mime, picture.width, picture.height)
