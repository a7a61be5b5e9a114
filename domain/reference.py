"""References: registered artwork, the department's own and what might be taken for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """A registered artwork: its label, the SHA-256 of its picture in the vault, and who registered it.

    Not `ours`: a look-alike, such as another agency's patch. What shows it is no finding.
    """

    label: str
    sha256: str
    mime: str
    registered_by: str
    ours: bool = True
