"""References: registered artwork that the department owns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """A registered artwork: its label, the SHA-256 of its picture in the vault, and who registered it."""

    label: str
    sha256: str
    mime: str
    registered_by: str
