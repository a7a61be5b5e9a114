from __future__ import annotations

import pytest

from policy.clause_ids import first_child_is, is_clause_id, is_section_id, next_after, parent_of


@pytest.mark.parametrize("text", ["I.A", "III.I", "IV.C.1.f", "IV.A.6.d(2)", "IV.C.7", "2.1", "10.4.12", "XX.Z", "1.a(10)"])
def test_a_well_formed_id(text: str) -> None:
    assert is_clause_id(text)


@pytest.mark.parametrize(
    "text",
    ["", "IV", "IV.", ".A", "IV..A", "IV.C.1.ff", "IV.C.01", "IV.C.0", "IV.A(0)", "IV.A(a)", "IV.A.(1)", "iv.A", "IIII.A", "XXI.A", "IV.A ", "IV.A\n", "IV.Ä"],
)
def test_an_id_that_is_not_well_formed(text: str) -> None:
    assert not is_clause_id(text)


@pytest.mark.parametrize(
    ("text", "is_one"), [("IV", True), ("XX", True), ("12", True), ("IIII", False), ("0", False), ("IV.A", False), ("", False), ("A", False)]
)
def test_a_section_s_id(text: str, is_one: bool) -> None:
    assert is_section_id(text) is is_one


@pytest.mark.parametrize(("clause", "parent"), [("I.A", "I"), ("IV.C.1.f", "IV.C.1"), ("IV.A.6.d(2)", "IV.A.6.d"), ("2.10", "2"), ("1.a(2)(3)", "1.a(2)")])
def test_a_clause_stands_under_its_parent(clause: str, parent: str) -> None:
    assert parent_of(clause) == parent


@pytest.mark.parametrize(
    ("clause", "following"), [("I.A", "I.B"), ("IV.C.9", "IV.C.10"), ("IV.C.1.e", "IV.C.1.f"), ("IV.A.6.d(9)", "IV.A.6.d(10)"), ("I.Z", None), ("I.A.z", None)]
)
def test_the_next_clause_of_a_list(clause: str, following: str | None) -> None:
    assert next_after(clause) == following


@pytest.mark.parametrize(
    ("clause", "opens"), [("I.A", True), ("I.A.1", True), ("I.A.1.a", True), ("I.A.1.a(1)", True), ("I.B", False), ("I.A.11", False), ("I.A(2)", False)]
)
def test_what_may_open_a_list(clause: str, opens: bool) -> None:
    assert first_child_is(clause) is opens
