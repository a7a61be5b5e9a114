"""Accounts: the only places Plainview looks, each registered by hand and never discovered (invariant 3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.identity import derived_id


class Custody(StrEnum):
    """Whose account it is, which decides what may be looked for on it."""

    DEPARTMENT_RUN = "department_run"  # government speech, approved in writing (IV.B.2)
    OPTED_IN = "opted_in"  # a member's own, under the member's signed opt-in


class Compartment(StrEnum):
    """Which store a thing belongs to; the undercover one is closed to all but its coordinator (invariant 5)."""

    GENERAL = "general"
    UNDERCOVER = "undercover"


@dataclass(frozen=True, slots=True)
class Account:
    """One registered account.

    `platform` is a name from `sources.registry`, `handle` is written as the platform writes it, `url` is where collection starts.
    """

    platform: str
    handle: str
    url: str
    custody: Custody
    compartment: Compartment = Compartment.GENERAL

    @property
    def id(self) -> str:
        """Stable over time and machines: platform and handle make an account itself."""
        return derived_id("account", self.platform, self.handle.casefold())
