"""Accounts: the only places Plainview looks, each registered by hand and never discovered (invariant 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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


UNDERCOVER_ID = "undercover_"  # how the id of an account of that compartment begins: what goes under it is never written in clear


@dataclass(frozen=True, slots=True)
class Account:
    """One registered account.

    `platform` is a name from `sources.registry`, `handle` is written as the platform writes it, `url` is where collection starts. An account of the undercover
    compartment belongs to `subject_id`, and is known by the `pseudonym` that the store gave it: an id made of its handle would give it away. What was posted
    before `since` (UTC) is not collected; None: no day was named.
    """

    platform: str
    handle: str
    url: str
    custody: Custody
    compartment: Compartment = Compartment.GENERAL
    pseudonym: str | None = None
    subject_id: str | None = None
    since: date | None = None

    @property
    def id(self) -> str:
        """Stable over time and machines: platform and handle make an account itself. Raises ValueError for an undercover one that the store does not know."""
        if self.compartment is Compartment.UNDERCOVER:
            if self.pseudonym is None:
                raise ValueError("an undercover account has no id before the store has given it one")
            return self.pseudonym
        return derived_id("account", self.platform, self.handle.casefold())
