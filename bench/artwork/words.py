"""Names that nobody bears: towns built from syllables, and agencies."""

from __future__ import annotations

import numpy as np

FIRST = (
    "TAR",
    "QUEL",
    "OSTRI",
    "VEN",
    "MOR",
    "ALDA",
    "KESS",
    "BRUN",
    "HOL",
    "DRAY",
    "FEN",
    "ISEL",
    "LUN",
    "PELL",
    "RUSK",
    "SOL",
    "THRA",
    "UMBER",
    "WEX",
    "YAR",
    "ZAN",
    "CORD",
    "ELM",
    "GRAV",
)
LAST = (
    "VOSS",
    "MAR",
    "VANE",
    "DALA",
    "WICH",
    "MOOR",
    "HOLT",
    "BURN",
    "STEAD",
    "FORD",
    "LOW",
    "MERE",
    "NESS",
    "GATE",
    "RICK",
    "TON",
    "VALE",
    "COMBE",
    "HURST",
    "KIRK",
)
KNOWN = ("EXAMPLE CITY", "RIVERBEND", "PLACEVILLE")
AGENCIES = (
    "POLICE",
    "SHERIFF",
    "PATROL",
    "CONSTABLE",
    "K-9 UNIT",
    "MARINE UNIT",
    "RANGER",
    "AUXILIARY",
    "DISPATCH",
    "TRAFFIC",
    "HARBOR PATROL",
    "POLICE DEPT",
    "SEARCH TEAM",
    "ACADEMY",
    "AIR SUPPORT",
)


def town(rng: np.random.Generator) -> str:
    """A town's name in capitals."""
    if rng.random() < 0.08:
        return str(rng.choice(KNOWN))
    name = str(rng.choice(FIRST)) + str(rng.choice(LAST))
    return f"{name} {rng.choice(['COUNTY', 'BAY', 'HILLS', 'PARK'])}" if rng.random() < 0.2 else name


def agency(rng: np.random.Generator) -> str:
    """What kind of agency it is, in capitals; one in eight has a number."""
    name = str(rng.choice(AGENCIES))
    return f"{name} {rng.integers(1, 100)}" if rng.random() < 0.12 else name
