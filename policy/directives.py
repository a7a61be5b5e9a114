"""Written directives as data: a TOML file becomes a checked `Directive`, or an error that says what to mend."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from itertools import product

from domain.account import Compartment, Custody
from domain.directive import Clause, Directive, Rule, Section, Severity, Treatment
from domain.finding import FindingKind
from domain.identity import sha256_hex
from domain.permit import PermitKind
from policy.authorization import SUBJECT_KINDS, may_report
from policy.clause_ids import first_child_is, is_clause_id, is_section_id, next_after, parent_of
from policy.toml_fields import DirectiveError, Fields

__all__ = ["DirectiveError", "load_directive", "read_directive"]

_HEADING = re.compile(r"\s*\[\[(?P<table>clause|rule)\]\]\s*(#.*)?\Z")


def load_directive(name: str = "kcmo-261") -> Directive:
    """The directive of that name that ships with Plainview. Raises DirectiveError."""
    folder = files("policy").joinpath("directives")
    shipped = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    if name not in shipped:
        raise DirectiveError(f"no directive is called {name!r}; use one of: {', '.join(shipped)}")
    return read_directive(folder.joinpath(f"{name}.toml").read_bytes())


def read_directive(content: bytes) -> Directive:
    """The directive that a TOML file's bytes hold; `sha256` is over those very bytes. Raises DirectiveError naming the key, the place and the mend."""
    text, document = _parse(content)
    Fields("the file", document).only(("directive", "sections", "clause", "rule"))
    head = _head(document)
    sections = _sections(document)
    clauses = _clauses(_tables(document, "clause", text), {section.id for section in sections})
    rules = _rules(_tables(document, "rule", text), clauses)
    return Directive(
        head.text("id"), head.text("title"), head.text("department"), head.text("version"), head.day("issued"), sha256_hex(content), clauses, rules, sections
    )


def _parse(content: bytes) -> tuple[str, dict[str, object]]:
    try:
        text = content.decode("utf-8")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise DirectiveError(f"the file is not UTF-8 text (byte {error.start + 1}); save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise DirectiveError(f"the file is not TOML: {error}; mend that line") from error


def _head(document: dict[str, object]) -> Fields:
    head = document.get("directive")
    if not isinstance(head, dict):
        raise DirectiveError("the file: the table [directive] is missing; add it with id, title, department, version and issued")
    fields = Fields("[directive]", head)
    fields.only(("id", "title", "department", "version", "issued"))
    return fields


def _sections(document: dict[str, object]) -> tuple[Section, ...]:
    table = document.get("sections")
    if not isinstance(table, dict) or not table:
        raise DirectiveError('the file: the table [sections] is missing; add it with a line for each section, such as IV = "POLICY"')
    fields = Fields("[sections]", table)
    for key in table:
        if not is_section_id(key):
            raise fields.refuse(key, "is not a section's number; use I to XX, or 1, 2, 3 …")
    return tuple(Section(key, fields.text(key)) for key in table)


def _tables(document: dict[str, object], name: str, text: str) -> Iterator[Fields]:
    tables = document.get(name)
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise DirectiveError(f"the file: there is no [[{name}]]; add at least one")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if (found := _HEADING.match(line)) and found["table"] == name]
    for index, table in enumerate(tables):
        # Tables written in another of TOML's forms have no heading of their own: then only their place in the list is known.
        where = f" (line {lines[index]})" if len(lines) == len(tables) else ""
        yield Fields(f"{name} {index + 1}{where}", table)


def _clauses(tables: Iterator[Fields], sections: set[str]) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    latest: dict[str, str] = {}
    for fields in tables:
        fields.only(("id", "text", "treatment", "reason"))
        clause = Clause(fields.text("id"), fields.text("text"), fields.one_of("treatment", Treatment), fields.text("reason"))
        _check_order(fields, clause.id, clauses[-1].id if clauses else None, latest, sections)
        latest[parent_of(clause.id)] = clause.id
        clauses.append(clause)
    missing = sections - {clause.id.split(".")[0].split("(")[0] for clause in clauses}
    if missing:
        raise DirectiveError(f"[sections]: no clause stands under `{min(missing)}`; add its clauses or remove the section")
    return tuple(clauses)


def _check_order(fields: Fields, clause_id: str, before: str | None, latest: dict[str, str], sections: set[str]) -> None:
    if not is_clause_id(clause_id):
        raise fields.refuse("id", f"is {clause_id!r}, which is not a clause's number; write it like IV.C.1.f or IV.A.6.d(2)")
    parent = parent_of(clause_id)
    elder = latest.get(parent)
    if parent not in sections and not _within(parent, before):
        raise fields.refuse("id", f"is {clause_id}, but {parent} does not stand above it; put {parent} before it, or its section in [sections]")
    if elder is None and not first_child_is(clause_id):
        raise fields.refuse("id", f"is {clause_id}, but nothing under {parent} comes before it; add the clauses before it")
    if elder is not None and clause_id != next_after(elder):
        raise fields.refuse(
            "id", f"is {clause_id}, but after {elder} comes {next_after(elder)}; remove the duplicate, or put the clauses in the directive's order"
        )


def _within(ancestor: str, clause_id: str | None) -> bool:
    """Whether `clause_id` is `ancestor` or stands somewhere under it."""
    return clause_id is not None and (clause_id == ancestor or clause_id.startswith((f"{ancestor}.", f"{ancestor}(")))


def _rules(tables: Iterator[Fields], clauses: tuple[Clause, ...]) -> tuple[Rule, ...]:
    treatments = {clause.id: clause.treatment for clause in clauses}
    rules: list[Rule] = []
    seen: set[tuple[FindingKind, Custody, Compartment, str]] = set()
    for fields in tables:
        for rule in _rules_of(fields, treatments):
            key = (rule.kind, rule.custody, rule.compartment, rule.clause)
            if key in seen:
                raise fields.refuse("kinds", f"repeats {rule.kind} on {rule.custody} accounts, {rule.compartment}, for {rule.clause}; remove one of the two")
            seen.add(key)
            rules.append(rule)
    _refuse_idle(clauses, {rule.clause for rule in rules})
    return tuple(rules)


def _rules_of(fields: Fields, treatments: dict[str, Treatment]) -> Iterator[Rule]:
    """One rule for each kind and compartment that a [[rule]] table names."""
    fields.only(("kinds", "custody", "compartments", "clause", "severity", "review_hours", "cleared_by"))
    custody = fields.one_of("custody", Custody)
    clause, severity, hours = fields.text("clause"), fields.one_of("severity", Severity), fields.positive_hours("review_hours")
    cleared_by = fields.one_of("cleared_by", PermitKind) if "cleared_by" in fields.values else None
    _check_clause(fields, clause, treatments)
    for kind, compartment in product(fields.some_of("kinds", FindingKind), fields.some_of("compartments", Compartment)):
        _check_reach(fields, kind, custody, compartment)
        yield Rule(kind, custody, compartment, clause, severity, hours, cleared_by)


def _check_clause(fields: Fields, clause: str, treatments: dict[str, Treatment]) -> None:
    if clause not in treatments:
        raise fields.refuse("clause", f"is {clause!r}, which this file does not hold; name one of its clauses")
    if treatments[clause] is not Treatment.DETECT:
        raise fields.refuse("clause", f'is {clause}, whose treatment is {treatments[clause]}; only a clause with treatment = "detect" may have rules')


def _check_reach(fields: Fields, kind: FindingKind, custody: Custody, compartment: Compartment) -> None:
    if not may_report(custody, kind):
        raise fields.refuse("kinds", f"names {kind}, which is never looked for on {custody} accounts; remove it")
    if kind in SUBJECT_KINDS and compartment is not Compartment.UNDERCOVER:
        raise fields.refuse("compartments", f'must be ["undercover"] for {kind}: what identifies a subject is the coordinator\'s alone')


def _refuse_idle(clauses: tuple[Clause, ...], cited: set[str]) -> None:
    for clause in clauses:
        if clause.treatment is Treatment.DETECT and clause.id not in cited:
            raise DirectiveError(f"clause {clause.id}: `treatment` is detect but no rule cites it; add a [[rule]] or choose another treatment")
