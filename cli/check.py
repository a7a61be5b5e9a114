"""`plainview check`: what the detectors see in files, without a database. It is also the check before publication: may I publish this?"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.authorizations import detector_names
from cli.explaining import explain, one_picture
from cli.terminal import FAILED, fail, now, out, tell
from domain.account import Account, Compartment, Custody
from domain.authorization import DetectorName
from domain.identity import sha256_hex

if TYPE_CHECKING:
    from detectors.detector import Detector
    from detectors.registry import ReferencePicture
    from domain.directive import Directive
    from domain.finding import Finding

PICTURES = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".avif", ".heic", ".heif"})
LARGEST_FILE = 200_000_000


class Standing(StrEnum):
    """As whose material the files are checked."""

    DEPARTMENT = "department"
    MEMBER = "member"
    UNDERCOVER = "undercover"


ACCOUNTS = {
    Standing.DEPARTMENT: Account("check", "draft", "", Custody.DEPARTMENT_RUN),
    Standing.MEMBER: Account("check", "draft", "", Custody.OPTED_IN),
    Standing.UNDERCOVER: Account("check", "draft", "", Custody.OPTED_IN, Compartment.UNDERCOVER, pseudonym="draft"),
}


def check(
    standing: Annotated[Standing, typer.Option("--as", help="as whose material they are checked")],
    paths: Annotated[list[Path] | None, typer.Argument(help="pictures, .txt files, folders of them")] = None,
    text: Annotated[str | None, typer.Option(help="a draft's text")] = None,
    references: Annotated[Path | None, typer.Option(help="a folder of artwork: each picture is one, its name the label")] = None,
    look_alikes: Annotated[Path | None, typer.Option(help="a folder of artwork that is not ours: what shows it is not flagged")] = None,
    subjects: Annotated[Path | None, typer.Option(help="a folder of enrolled subjects")] = None,
    detectors: Annotated[str | None, typer.Option(help="only these, separated by commas")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line, one line a file")] = False,
    explained: Annotated[Path | None, typer.Option("--explain", help="write a PNG that shows how artwork was looked for in the one picture named")] = None,
) -> None:
    """Exit status 0: nothing was found; 1: something was; 2: a file could not be read, or the call was wrong."""
    from policy.directives import load_directive

    if not paths and text is None:
        fail("nothing to check: name pictures, .txt files or folders, or give a draft with --text")
    wanted = detector_names(detectors) if detectors else frozenset(DetectorName)
    _refuse_what_is_not_there(detectors, wanted, subjects)
    built = _built(wanted, references, look_alikes)
    if explained is not None:
        explain(one_picture(paths), built, explained)
    examiner = _Examiner(ACCOUNTS[standing], built, load_directive())
    report = _Report(as_json)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for row in threads.map(examiner.row, _files(paths or [])):
            report.add(row)
    if text is not None:
        report.add(examiner.text_row("--text", text.encode()))
    raise typer.Exit(report.end())


def _refuse_what_is_not_there(named: str | None, wanted: frozenset[DetectorName], subjects: Path | None) -> None:
    from detectors.registry import NOT_YET

    missing = ", ".join(sorted(wanted & NOT_YET))
    if named and missing:
        fail(f"--detectors: this version has no {missing}; leave it out (docs/detectors.md says what there is)")
    if subjects is not None:
        fail("--subjects: this version has no subject detector, so nobody would be looked for; leave it out")
    if missing:
        tell(f"Not looked for, since this version has no such detector: {missing}.")


def _built(wanted: frozenset[DetectorName], folder: Path | None, not_ours: Path | None) -> tuple[Detector, ...]:
    from detectors import registry

    pictures = _artwork(folder, "--references") if folder else []
    others = _artwork(not_ours, "--look-alikes") if not_ours else []
    if DetectorName.ARTWORK in wanted and not pictures:
        tell("No artwork is looked for: name a folder of it with --references.")
    return registry.build(wanted - registry.NOT_YET, pictures, others)


def _artwork(folder: Path, option: str) -> list[ReferencePicture]:
    from detectors.registry import ReferencePicture

    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
        pictures = [ReferencePicture(path.stem, path.read_bytes()) for path in files]
    except OSError as wrong:
        fail(f"{option} {folder}: cannot be read ({wrong.strerror}); name a folder of pictures")
    if not pictures:
        fail(f"{option} {folder}: holds no picture; put the artwork there as PNG or JPEG")
    return pictures


def _files(paths: list[Path]) -> Iterator[Path]:
    """Files as named; in folders, pictures and .txt files, by name. Other files in folders are counted and said."""
    passed_over: Counter[str] = Counter()
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for inner in sorted(path.rglob("*")):
            if not inner.is_file():
                continue
            if inner.suffix.lower() in PICTURES or inner.suffix.lower() == ".txt" or _is_picture(inner):
                yield inner
            else:
                passed_over[inner.suffix.lower() or inner.name] += 1
    if passed_over:
        tell("Passed over in folders, neither pictures nor .txt: " + ", ".join(f"{count} {kind}" for kind, count in sorted(passed_over.items())) + ".")


def _is_picture(path: Path) -> bool:
    from detectors.picture import Unreadable, describe

    try:
        describe(_read(path))
    except (OSError, Unreadable):
        return False
    return True


def _read(path: Path) -> bytes:
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise OSError(0, f"larger than {LARGEST_FILE // 1_000_000} MB")
    return path.read_bytes()


@dataclass(frozen=True, slots=True)
class _Examiner:
    account: Account
    detectors: tuple[Detector, ...]
    directive: Directive

    def row(self, path: Path) -> dict[str, Any]:
        from detectors.scan import scan

        try:
            content = _read(path)
        except OSError as wrong:
            return _row(str(path), None, [], [], f"cannot be read: {wrong.strerror}")
        if path.suffix.lower() == ".txt":
            return self.text_row(str(path), content)
        result = scan(content, self.detectors)
        return self._cited(str(path), content, [seen for seen in result.findings if self._may_report(seen)], result.error)

    def text_row(self, name: str, content: bytes) -> dict[str, Any]:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as wrong:
            return _row(name, sha256_hex(content), [], [], f"byte {wrong.start} is not UTF-8; save the text as UTF-8")
        return _row(name, sha256_hex(content), [], [], None)

    def _may_report(self, finding: Finding) -> bool:
        from policy.authorization import may_report

        return may_report(self.account.custody, finding.kind)

    def _cited(self, name: str, content: bytes, findings: list[Finding], error: str | None) -> dict[str, Any]:
        from policy.citing import cite

        citations = [(finding, citation) for finding in findings for citation in cite(self.directive, self.account, finding, (), now())]
        hits = {(citation.clause, citation.severity.value, finding.kind.value) for finding, citation in citations}
        rows = [{"clause": clause, "severity": severity, "kind": kind} for clause, severity, kind in sorted(hits)]
        return _row(name, sha256_hex(content), [_finding(finding) for finding in findings], rows, error)


def _row(name: str, sha256: str | None, findings: list[dict[str, Any]], hits: list[dict[str, str]], error: str | None) -> dict[str, Any]:
    return {"file": name, "sha256": sha256, "findings": findings, "hits": hits, "error": error}


def _finding(finding: Finding) -> dict[str, Any]:
    box = finding.where.box
    return {
        "kind": finding.kind.value,
        "label": finding.label,
        "score": round(finding.score, 4),
        "threshold": round(finding.threshold, 4),
        "box": [box.x, box.y, box.w, box.h] if box else None,
        "text": finding.text,
        "time_s": finding.where.time_s,
        "because": finding.because,
        "detector": finding.detector.value,
    }


class _Report:
    """Prints rows as they come and remembers the exit status."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._files = self._with_findings = self._unread = 0

    def add(self, row: dict[str, Any]) -> None:
        self._files += 1
        self._with_findings += bool(row["findings"])
        self._unread += row["error"] is not None
        if self._as_json:
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
            return
        for finding in row["findings"]:
            out.print(f"{row['file']}: {finding['kind']} {finding['label']} {finding['score']:.2f}: {finding['because']}", markup=False)
        for hit in row["hits"]:
            out.print(f"{row['file']}: may touch {hit['clause']} ({hit['severity']})", markup=False)
        if row["error"]:
            tell(f"{row['file']}: {row['error']}")

    def end(self) -> int:
        if not self._as_json:
            out.print(f"{self._files} files: something found in {self._with_findings}, {self._unread} not read.")
        if self._unread:
            return FAILED
        return 1 if self._with_findings else 0
