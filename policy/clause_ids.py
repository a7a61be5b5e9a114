"""How clauses are numbered: "IV.C.1.f" and "IV.A.6.d(2)" are well formed, have a parent, and follow one another without a gap."""

from __future__ import annotations

import re

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII", "XIX", "XX")
_SECTION = re.compile(rf"(?:{'|'.join(ROMAN)}|[1-9][0-9]*)\Z")
_WELL_FORMED = re.compile(rf"(?:{'|'.join(ROMAN)}|[1-9][0-9]*)(?:\.(?:[A-Za-z]|[1-9][0-9]*)|\([1-9][0-9]*\))+\Z")


def is_section_id(text: str) -> bool:
    """Whether `text` is the id of a section: "I" to "XX", or a number."""
    return _SECTION.match(text) is not None


def is_clause_id(text: str) -> bool:
    """Whether `text` is a section followed by letters, numbers, or numbers in brackets: "IV.A.6.d(2)"."""
    return _WELL_FORMED.match(text) is not None


def parent_of(clause_id: str) -> str:
    """The clause or section that `clause_id` stands under: "IV.C.1" for "IV.C.1.f", "IV.A.6.d" for "IV.A.6.d(2)"."""
    if clause_id.endswith(")"):
        return clause_id[: clause_id.rindex("(")]
    return clause_id[: clause_id.rindex(".")]


def first_child_is(clause_id: str) -> bool:
    """Whether `clause_id` may open its list: A, a, 1 or (1)."""
    return _last(clause_id) in {"A", "a", "1", "(1)"}


def next_after(clause_id: str) -> str | None:
    """The id that follows `clause_id` in the same list: "IV.C.1.g" after "IV.C.1.f". None after a Z, where no single letter follows."""
    last = _last(clause_id)
    head = clause_id[: -len(last)]
    if last.startswith("("):
        return f"{head}({int(last[1:-1]) + 1})"
    if last.isdigit():
        return f"{head}{int(last) + 1}"
    return None if last in "zZ" else head + chr(ord(last) + 1)


def _last(clause_id: str) -> str:
    return clause_id[len(parent_of(clause_id)) :].lstrip(".")
