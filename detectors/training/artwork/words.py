"""What invented agencies write on their artwork: names of places nobody lives in, and offices."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np

_LISTS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def place(rng: np.random.Generator) -> str:
    """An invented place's name, in capitals."""
    kind = rng.random()
    if kind < 0.15:
        return str(rng.choice(_LISTS["single"]))
    start, end = str(rng.choice(_LISTS["starts"])), str(rng.choice(_LISTS["ends"]))
    joined = len(end) <= 5 and end not in {"FALLS", "RIDGE", "CREEK", "POINT", "GROVE", "CITY", "ROCK", "PASS", "BAY", "HILL"} and rng.random() < 0.85
    return start + end if joined else f"{start} {end}"


def region(rng: np.random.Generator) -> str:
    """A place with what it is, such as a county's name."""
    name = place(rng)
    return str(rng.choice(_LISTS["regions"])).format(name) if rng.random() < 0.45 else name


def office(rng: np.random.Generator) -> str:
    """What the agency is."""
    return str(rng.choice(_LISTS["offices"]))


def small_print(rng: np.random.Generator) -> str:
    """A unit, motto, year, number or abbreviation."""
    kind = rng.random()
    if kind < 0.3:
        return str(rng.choice(_LISTS["units"]))
    if kind < 0.55:
        return str(rng.choice(_LISTS["mottoes"]))
    if kind < 0.75:
        return f"{rng.choice(['', '', 'EST. ', 'SINCE ', 'INC. '])}{rng.integers(1790, 2015)}"
    if kind < 0.88:
        return initials(rng)
    return str(rng.integers(1, 999))


def initials(rng: np.random.Generator) -> str:
    """Two to four capital letters, most of them ending as an agency's do."""
    letters = "".join(rng.choice(list("ABCDEFGHJKLMNOPRSTVW"), size=int(rng.integers(1, 3))))
    return letters + str(rng.choice(["PD", "SO", "FD", "SP", "P", "HP", "", "DPS", "SD"]))


def unit(rng: np.random.Generator) -> str:
    """A unit or rank."""
    return str(rng.choice(_LISTS["units"]))
