"""The words that the pages use: finding kinds, outcomes, times and usual reasons, for a supervisor and not for an engineer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.account import Custody
from domain.authorization import DetectorName
from domain.finding import FindingKind
from domain.review import Outcome
from domain.viewer import Role

KIND_WORDS: Mapping[FindingKind, str] = {
    FindingKind.DEPARTMENT_ARTWORK: "Department artwork",
    FindingKind.SUBJECT_FACE: "Face of an enrolled member",
    FindingKind.SUBJECT_NAME: "Name of an enrolled member",
    FindingKind.SUBJECT_NUMBER: "Number of an enrolled member",
    FindingKind.PRECISE_LOCATION: "Precise location",
    FindingKind.DEVICE_IDENTITY: "Device identity",
    FindingKind.EVIDENCE_MARKER: "Evidence marker",
    FindingKind.SCENE_TAPE: "Scene tape",
    FindingKind.EVIDENCE_LABEL: "Evidence label",
    FindingKind.FORENSIC_SCALE: "Forensic scale",
    FindingKind.BOOKING_PHOTO: "Booking photograph",
    FindingKind.CASE_NUMBER: "Case number",
    FindingKind.GUILT_STATEMENT: "Statement about guilt",
    FindingKind.PROSECUTION_COMMENT: "Comment on a prosecution",
    FindingKind.INVESTIGATION_DETAIL: "Detail of an investigation",
    FindingKind.CONFIDENTIAL_MARKING: "Confidential marking",
    FindingKind.POLITICAL_ACTIVITY: "Political activity",
    FindingKind.PRIVATE_BUSINESS: "Private business",
    FindingKind.OBSCENE_OR_DISPARAGING: "Obscene or disparaging words",
    FindingKind.PERSONAL_DATA: "Personal data",
    FindingKind.KNOWN_ITEM: "Known item",
}

DETECTOR_WORDS: Mapping[DetectorName, str] = {
    DetectorName.ARTWORK: "Artwork",
    DetectorName.EVIDENCE: "Evidence",
    DetectorName.SUBJECT: "Enrolled members",
    DetectorName.METADATA: "Metadata",
    DetectorName.KNOWN_ITEM: "Known items",
    DetectorName.WORDS: "Words",
}

CUSTODY_WORDS: Mapping[Custody, str] = {Custody.DEPARTMENT_RUN: "department-run", Custody.OPTED_IN: "a member's own, opted in"}

OUTCOME_WORDS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.CONFIRMED: ("Confirmed", "Seen, and not approved"),
    Outcome.APPROVED_USE: ("Approved use", "Seen, and allowed"),
    Outcome.DISMISSED: ("Dismissed", "Not what it seems"),
    Outcome.UNDETERMINED: ("Undetermined", "Cannot be told"),
}

ROLE_WORDS: Mapping[Role, tuple[str, str]] = {
    Role.SUPERVISOR: ("Supervisor", "sees and decides the general queue"),
    Role.AUDITOR: ("Auditor", "sees the general queue, registers accounts and approvals, reads the audit"),
    Role.COORDINATOR: ("Undercover coordinator", "alone sees and decides the undercover compartment"),
    Role.RECORDS_CUSTODIAN: ("Records custodian", "sees the general queue, reads the audit"),
    Role.MEMBER: ("Member", "sees nothing of others"),
    Role.ADMINISTRATOR: ("Administrator", "adds people and gives roles; sees no hit by that alone"),
}

USUAL_REASONS: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.CONFIRMED: ("Seen in the picture; no approval is on file.", "Seen in the picture; the approval on file does not cover this use."),
    Outcome.APPROVED_USE: ("The Media Unit published it in the course of its work.", "Approved in writing; the approval is yet to be entered."),
    Outcome.DISMISSED: ("A different design that looks alike.", "Nothing of the kind is in the marked place.", "Not the department's."),
    Outcome.UNDETERMINED: ("Too unclear in this copy to tell.", "Another unit has to be asked first."),
}


def seen_words(kind: FindingKind, label: str) -> str:
    """What was seen, as a heading: "Department artwork: shoulder patch"."""
    words = KIND_WORDS[kind]
    name = label_words(label)
    return words if not name or name.casefold() == words.casefold() or name == kind.replace("_", " ") else f"{words}: {name}"


def label_words(label: str) -> str:
    """A label as it is read: "shoulder-patch" is "shoulder patch"."""
    return label.replace("_", " ").replace("-", " ").strip()


def due_words(due: datetime, now: datetime) -> str:
    """How long until a decision is due: "in 3 h", "2 d late"."""
    return f"in {span_words(due - now)}" if due >= now else f"{span_words(now - due)} late"


def ago_words(then: datetime | None, now: datetime) -> str:
    """How long ago: "3 h ago", "just now", "never"."""
    if then is None:
        return "never"
    return f"{span_words(now - then)} ago" if now - then >= timedelta(minutes=1) else "just now"


def span_words(span: timedelta) -> str:
    """A length of time in its largest whole unit, rounded down: a deadline never looks later than it is."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "under 1 min"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"


def gist(text: str, length: int = 110) -> str:
    """The first words of a clause, cut between words."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[:length].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def quoted(line: str) -> str:
    """A line written for a terminal, its `commands` in a page's quotation marks."""
    return re.sub(r"`([^`]+)`", "\u201c\\1\u201d", line)
