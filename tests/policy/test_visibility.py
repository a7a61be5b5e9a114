"""Invariant 5: a truth table over every set of roles that a person can hold."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest

from domain.account import Compartment
from domain.viewer import Role, Viewer
from policy import visibility

ROLE_SETS = [frozenset(roles) for size in range(len(Role) + 1) for roles in combinations(Role, size)]
# right and compartment: the roles that have it, each alone being enough
TABLE: list[tuple[str, Callable[[Viewer], bool], set[str]]] = [
    ("see general", lambda viewer: visibility.may_see(viewer, Compartment.GENERAL), {"supervisor", "auditor", "coordinator", "records_custodian"}),
    ("see undercover", lambda viewer: visibility.may_see(viewer, Compartment.UNDERCOVER), {"coordinator"}),
    ("decide general", lambda viewer: visibility.may_decide(viewer, Compartment.GENERAL), {"supervisor"}),
    ("decide undercover", lambda viewer: visibility.may_decide(viewer, Compartment.UNDERCOVER), {"coordinator"}),
    ("register general", visibility.may_register, {"auditor"}),
    ("register undercover", lambda viewer: visibility.may_register(viewer, Compartment.UNDERCOVER), {"coordinator"}),
    ("read audit", visibility.may_read_audit, {"auditor", "records_custodian"}),
    ("manage users", visibility.may_manage_users, {"administrator"}),
]


def a_viewer(roles: frozenset[Role]) -> Viewer:
    return Viewer("somebody", roles)


@pytest.mark.parametrize(("right", "granted"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_exactly_these_roles_have_the_right(right: Callable[[Viewer], bool], granted: set[str]) -> None:
    for roles in ROLE_SETS:
        assert right(a_viewer(roles)) is any(role.value in granted for role in roles), roles


def test_nobody_without_a_role_has_any_right() -> None:
    nobody = a_viewer(frozenset())
    assert not any(right(nobody) for _, right, _ in TABLE)
    assert visibility.compartments_of(nobody) == frozenset()


def test_only_a_coordinator_reaches_the_undercover_compartment() -> None:
    for roles in ROLE_SETS:
        viewer = a_viewer(roles)
        reaches = Compartment.UNDERCOVER in visibility.compartments_of(viewer) or visibility.may_decide(viewer, Compartment.UNDERCOVER)
        assert reaches is (Role.COORDINATOR in roles)


def test_whoever_decides_also_sees() -> None:
    for roles in ROLE_SETS:
        for compartment in Compartment:
            assert visibility.may_see(a_viewer(roles), compartment) or not visibility.may_decide(a_viewer(roles), compartment)


@pytest.mark.parametrize("table", [visibility.SEES, visibility.DECIDES, visibility.REGISTERS])
def test_every_compartment_has_its_line(table: dict[Compartment, frozenset[Role]]) -> None:
    assert set(table) == set(Compartment)
