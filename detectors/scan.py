"""One pass over one file: decoded once, shown to every detector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detectors.detector import Detector
from detectors.picture import Described, Picture, Unreadable, decode
from domain.finding import Finding


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What was seen in one file. `error` says what could not be read, or None; with an error, an empty `findings` means "not looked at", never "clean"."""

    findings: tuple[Finding, ...]
    error: str | None
    described: Described | None


def scan(content: bytes, detectors: Sequence[Detector]) -> ScanResult:
    """Shows the picture in `content` to each of `detectors`. Bytes that are no readable picture give an error, never an exception."""
    try:
        picture = decode(content)
    except Unreadable as unreadable:
        return ScanResult((), str(unreadable), None)
    findings: list[Finding] = []
    errors: list[str] = []
    for detector in detectors:
        try:
            findings.extend(detector.examine(picture))
        except Unreadable as unreadable:
            errors.append(f"{detector.name}: {unreadable}")
    return ScanResult(tuple(findings), "; ".join(errors) or None, _described(picture))


def _described(picture: Picture) -> Described:
    return Described(picture.mime, picture.width, picture.height)
