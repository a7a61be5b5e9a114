"""Who sees what: one table. The undercover compartment is its coordinator's alone (invariant 5)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.account import Compartment
from domain.viewer import Role, Viewer

SEES: Mapping[Compartment, frozenset[Role]] = {
    Compartment.GENERAL: frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.COORDINATOR, Role.RECORDS_CUSTODIAN}),
    Compartment.UNDERCOVER: frozenset({Role.COORDINATOR}),
}
DECIDES: Mapping[Compartment, frozenset[Role]] = {
    Compartment.GENERAL: frozenset({Role.SUPERVISOR}),
    Compartment.UNDERCOVER: frozenset({Role.COORDINATOR}),
}
REGISTERS: Mapping[Compartment, frozenset[Role]] = {
    Compartment.GENERAL: frozenset({Role.AUDITOR}),
    Compartment.UNDERCOVER: frozenset({Role.COORDINATOR}),
}
READS_AUDIT = frozenset({Role.AUDITOR, Role.RECORDS_CUSTODIAN})
MANAGES_USERS = frozenset({Role.ADMINISTRATOR})


def may_see(viewer: Viewer, compartment: Compartment) -> bool:
    """Whether `viewer` may see posts and hits of `compartment`."""
    return not viewer.roles.isdisjoint(SEES[compartment])


def may_decide(viewer: Viewer, compartment: Compartment) -> bool:
    """Whether `viewer` may decide hits of `compartment`, and reveal a blurred picture in order to."""
    return not viewer.roles.isdisjoint(DECIDES[compartment])


def may_register(viewer: Viewer, compartment: Compartment = Compartment.GENERAL) -> bool:
    """Whether `viewer` may register accounts, authorizations, permits and references of `compartment` (B.3: the Media Unit manages the general one)."""
    return not viewer.roles.isdisjoint(REGISTERS[compartment])


def may_read_audit(viewer: Viewer) -> bool:
    """Whether `viewer` may read and verify the audit chain of the general compartment."""
    return not viewer.roles.isdisjoint(READS_AUDIT)


def may_manage_users(viewer: Viewer) -> bool:
    """Whether `viewer` may add people and give them roles; that alone shows them no post and no hit."""
    return not viewer.roles.isdisjoint(MANAGES_USERS)


def compartments_of(viewer: Viewer) -> frozenset[Compartment]:
    """Every compartment that `viewer` may see: what a query is narrowed to."""
    return frozenset(compartment for compartment in Compartment if may_see(viewer, compartment))
