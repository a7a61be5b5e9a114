"""A directive file is checked wholly when it is read: what is wrong, where, and the mend."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import Compartment, Custody
from domain.directive import Rule, Section, Severity, Treatment
from domain.finding import FindingKind
from domain.identity import sha256_hex
from domain.permit import PermitKind
from policy.directives import DirectiveError, load_directive, read_directive

SMALL = """\
[directive]
id = "small-1"
title = "Social media"
department = "Example City Police Department"
version = "2"
issued = 2026-01-30

[sections]
I = "POLICY"

[[clause]]
id = "I.A"
text = "Members shall not post artwork."
treatment = "detect"
reason = "Objective."

[[clause]]
id = "I.A.1"
text = \"\"\"Members are free
   to speak.\"\"\"
treatment = "deliberately_not"
reason = "Protected."

[[clause]]
id = "I.B"
text = "Papers are kept."
treatment = "registry"
reason = "A paper."

[[rule]]
kinds = ["department_artwork", "known_item"]
custody = "department_run"
compartments = ["general", "undercover"]
clause = "I.A"
severity = "low"
review_hours = 24
cleared_by = "artwork"
"""


def test_a_small_directive_is_read_as_written() -> None:
    directive = read_directive(SMALL.encode())
    assert (directive.id, directive.department, directive.version, directive.issued) == ("small-1", "Example City Police Department", "2", date(2026, 1, 30))
    assert directive.sections == (Section("I", "POLICY"),)
    assert [clause.id for clause in directive.clauses] == ["I.A", "I.A.1", "I.B"]
    assert directive.clause("I.A.1").text == "Members are free to speak."
    assert directive.clause("I.B").treatment is Treatment.REGISTRY


def test_a_rule_stands_for_each_kind_and_compartment_it_names() -> None:
    rules = read_directive(SMALL.encode()).rules
    assert len(rules) == 4
    assert rules[0] == Rule(FindingKind.DEPARTMENT_ARTWORK, Custody.DEPARTMENT_RUN, Compartment.GENERAL, "I.A", Severity.LOW, 24, PermitKind.ARTWORK)
    assert {(rule.kind, rule.compartment) for rule in rules} == {
        (kind, compartment) for kind in (FindingKind.DEPARTMENT_ARTWORK, FindingKind.KNOWN_ITEM) for compartment in Compartment
    }


def test_the_hash_is_over_the_very_bytes() -> None:
    content = SMALL.encode()
    assert read_directive(content).sha256 == sha256_hex(content)
    assert read_directive(content + b"# a comment\n").sha256 != sha256_hex(content)


def test_an_unknown_clause_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        read_directive(SMALL.encode()).clause("I.C")


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(DirectiveError, match="use one of: kcmo-261"):
        load_directive("nowhere-1")


@pytest.mark.parametrize("name", ["../directives/kcmo-261", "kcmo-261.toml", "", "."])
def test_a_name_is_never_a_path(name: str) -> None:
    with pytest.raises(DirectiveError):
        load_directive(name)


ARTWORK = 'kinds = ["department_artwork", "known_item"]'
BROKEN = [
    # what is wrong: replaced, by, the message says each of these
    ("a misspelt key of the file", "[[rule]]", "[[rules]]", ["`rules`", "not a key"]),
    ("a misspelt key of the head", 'version = "2"', 'versoin = "2"', ["[directive]", "`versoin`", "not a key", "version"]),
    ("a key with a line break", 'version = "2"', 'version = "2"\n"ver\\nsion" = 1', ["[directive]", "not a key"]),
    ("a misspelt key of a clause", 'reason = "Objective."', 'reasons = "Objective."', ["clause 1 (line 11)", "`reasons`", "not a key"]),
    ("a misspelt key of a rule", "review_hours", "reviewhours", ["rule 1 (line 30)", "`reviewhours`", "not a key"]),
    ("no version", 'version = "2"\n', "", ["[directive]", "`version` is missing", "add it"]),
    ("no reason", 'reason = "Protected."\n', "", ["clause 2 (line 17)", "`reason` is missing"]),
    ("an empty text", '"Papers are kept."', '"  "', ["clause 3 (line 24)", "`text` must be words"]),
    ("a number for words", 'id = "small-1"', "id = 1", ["[directive]", "`id` must be words"]),
    ("a day in quotes", "issued = 2026-01-30", 'issued = "2026-01-30"', ["`issued` must be a day without quotes"]),
    ("a time for a day", "issued = 2026-01-30", "issued = 2026-01-30T12:00:00Z", ["`issued` must be a day"]),
    ("an unknown treatment", '"registry"', '"ignore"', ["clause 3 (line 24)", "`treatment` is 'ignore'", "deliberately_not"]),
    ("an unknown severity", 'severity = "low"', 'severity = "worst"', ["rule 1 (line 30)", "`severity` is 'worst'", "critical"]),
    ("an unknown kind", '"known_item"', '"gang_sign"', ["`kinds` is 'gang_sign'", "department_artwork"]),
    ("a kind in no list", ARTWORK, 'kinds = "known_item"', ["`kinds` must be a list"]),
    ("no kind", ARTWORK, "kinds = []", ["`kinds` must be a list that names at least one"]),
    ("a kind twice", ARTWORK, 'kinds = ["known_item", "known_item"]', ["`kinds` names the same thing twice"]),
    ("a kind that is not a word", ARTWORK, "kinds = [[1]]", ["`kinds` is [1]"]),
    ("an unknown custody", '"department_run"', '"anybody"', ["`custody` is 'anybody'", "opted_in"]),
    ("an unknown compartment", '"undercover"', '"secret"', ["`compartments` is 'secret'"]),
    ("an unknown permit", 'cleared_by = "artwork"', 'cleared_by = "wink"', ["`cleared_by` is 'wink'", "photographs"]),
    ("no time to review", "review_hours = 24", "review_hours = 0", ["`review_hours` must be a whole number of hours", "not 0"]),
    ("negative time to review", "review_hours = 24", "review_hours = -5", ["`review_hours`"]),
    ("half an hour to review", "review_hours = 24", "review_hours = 0.5", ["`review_hours`", "0.5"]),
    ("true as hours", "review_hours = 24", "review_hours = true", ["`review_hours`", "True"]),
    ("a rule for a clause that is not there", 'clause = "I.A"', 'clause = "I.Q"', ["rule 1 (line 30)", "`clause` is 'I.Q'", "does not hold"]),
    ("a rule for what is deliberately not touched", 'clause = "I.A"', 'clause = "I.A.1"', ["`clause` is I.A.1", "deliberately_not"]),
    ("a rule for a register", 'clause = "I.A"', 'clause = "I.B"', ["`clause` is I.B", "registry"]),
    ("detect without a rule", 'treatment = "registry"', 'treatment = "detect"', ["clause I.B", "no rule cites it"]),
    ("an id that is not well formed", 'id = "I.B"', 'id = "I-B"', ["clause 3 (line 24)", "`id` is 'I-B'", "IV.C.1.f"]),
    ("a clause twice", 'id = "I.B"', 'id = "I.A"', ["clause 3 (line 24)", "after I.A comes I.B", "duplicate"]),
    ("a clause left out", 'id = "I.B"', 'id = "I.C"', ["clause 3 (line 24)", "after I.A comes I.B"]),
    ("a clause under no parent", 'id = "I.A.1"', 'id = "I.C.1"', ["clause 2 (line 17)", "I.C does not stand above it"]),
    ("a list that begins in its middle", 'id = "I.A.1"', 'id = "I.A.2"', ["clause 2 (line 17)", "nothing under I.A comes before it"]),
    ("a clause of no section", 'id = "I.B"', 'id = "II.A"', ["II does not stand above it", "[sections]"]),
    ("a section without clauses", 'I = "POLICY"', 'I = "POLICY"\nII = "MORE"', ["[sections]", "`II`"]),
    ("a section that is no number", 'I = "POLICY"', 'I = "POLICY"\nGeneral = "MORE"', ["[sections]", "`General`"]),
    ("a section without a title", 'I = "POLICY"', 'I = ""', ["[sections]", "`I` must be words"]),
    ("no sections", '[sections]\nI = "POLICY"\n', "", ["[sections] is missing"]),
]


@pytest.mark.parametrize(("old", "new", "says"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_file_is_answered_with_the_key_the_place_and_the_mend(old: str, new: str, says: list[str]) -> None:
    assert old in SMALL
    with pytest.raises(DirectiveError) as refused:
        read_directive(SMALL.replace(old, new, 1).encode())
    for words in says:
        assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def with_rule(kind: str, custody: str, compartment: str) -> bytes:
    return (
        SMALL + f'[[rule]]\nkinds = ["{kind}"]\ncustody = "{custody}"\ncompartments = ["{compartment}"]\nclause = "I.A"\nseverity = "low"\nreview_hours = 1\n'
    ).encode()


@pytest.mark.parametrize(
    "kind",
    [
        "case_number",
        "guilt_statement",
        "prosecution_comment",
        "investigation_detail",
        "confidential_marking",
        "political_activity",
        "private_business",
        "obscene_or_disparaging",
        "personal_data",
    ],
)
def test_no_file_can_have_what_a_member_says_examined(kind: str) -> None:
    with pytest.raises(DirectiveError, match=rf"rule 2 \(line 38\): `kinds` names {kind}, which is never looked for on opted_in accounts"):
        read_directive(with_rule(kind, "opted_in", "general"))
    assert read_directive(with_rule(kind, "department_run", "general"))


@pytest.mark.parametrize("kind", ["subject_face", "subject_name", "subject_number"])
def test_no_file_can_show_a_subject_outside_the_undercover_compartment(kind: str) -> None:
    with pytest.raises(DirectiveError, match="the coordinator's alone"):
        read_directive(with_rule(kind, "department_run", "general"))
    assert read_directive(with_rule(kind, "department_run", "undercover"))


def test_the_same_rule_twice_is_refused() -> None:
    with pytest.raises(DirectiveError, match=r"rule 2 \(line 38\): `kinds` repeats known_item on department_run accounts, general, for I.A"):
        read_directive(with_rule("known_item", "department_run", "general"))


def test_tables_without_headings_are_counted_instead() -> None:
    inline = SMALL[: SMALL.index("[[rule]]")].replace("[directive]", "rule = [{kinds = []}]\n[directive]", 1)
    with pytest.raises(DirectiveError, match=r"^rule 1: "):
        read_directive(inline.encode())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "[directive] is missing"),
        (b"directive = 3", "[directive] is missing"),
        (b"[directive", "not TOML"),
        (b"\xff\xfe", "not UTF-8 text (byte 1)"),
        (SMALL[: SMALL.index("[[clause]]")].encode(), "no [[clause]]"),
        (SMALL[: SMALL.index("[[rule]]")].encode(), "no [[rule]]"),
        (b"clause = 1\n" + SMALL[: SMALL.index("[[clause]]")].encode(), "no [[clause]]"),
        (b"clause = [1]\n" + SMALL[: SMALL.index("[[clause]]")].encode(), "no [[clause]]"),
        (b"sections = 1\n" + SMALL.replace('[sections]\nI = "POLICY"\n', "").encode(), "[sections] is missing"),
    ],
)
def test_a_file_that_is_no_directive_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(DirectiveError) as refused:
        read_directive(content)
    assert says in str(refused.value)


@given(st.integers(0, len(SMALL) - 1), st.characters(codec="utf-8"))
def test_whatever_one_slip_of_the_hand_does_it_is_read_or_refused_in_words(place: int, character: str) -> None:
    slipped = (SMALL[:place] + character + SMALL[place + 1 :]).encode()
    # Any other exception would be a traceback for whoever edits the file.
    with suppress(DirectiveError):
        assert read_directive(slipped).sha256 == sha256_hex(slipped)
