"""Viewers: who is looking. Every read of hits takes one; no unscoped read exists."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a signed-in person does here. Rights follow in `policy.visibility`."""

    AUDITOR = "auditor"
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    RECORDS_CUSTODIAN = "records_custodian"
    MEMBER = "member"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person (`name` as signed in, or `cli:<operating-system user>`) with the roles they hold."""

    name: str
    roles: frozenset[Role]
