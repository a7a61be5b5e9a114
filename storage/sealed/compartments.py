"""Whether the undercover compartment can be read here, for whoever works without being told what is in it."""

from __future__ import annotations

from domain.account import Compartment
from storage.errors import CompartmentClosed
from storage.store import Store


def is_open(store: Store) -> bool:
    """Whether there is an undercover compartment, and its keys are with whoever holds the store."""
    return any(one.compartment is Compartment.UNDERCOVER for one in store.open_compartments())


def closed(store: Store) -> str:
    """Why it cannot be read, with the mend; empty when it can, or when there is none."""
    if all(one.compartment is not Compartment.UNDERCOVER for one in store.files()):
        return ""
    try:
        _ = store.undercover
    except CompartmentClosed as problem:
        return str(problem)
    return ""
