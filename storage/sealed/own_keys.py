"""The keys that this very process may use: for flows and commands, which seal what they hand in and open what they look at themselves."""

from __future__ import annotations

from pathlib import Path

from domain.account import Account, Compartment
from storage.errors import CompartmentClosed
from storage.sealed.keys import SubjectKeys
from storage.sealed.master_key import named_place
from storage.sealed.sealed_vault import SealedVault
from storage.vault import Vault


def own_keys(folder: Path) -> SubjectKeys | None:
    """The subjects' keys of data folder `folder` that the environment names; None when it names none. Raises CompartmentClosed for a key that is no use."""
    place = named_place(folder)
    return SubjectKeys(place.subject_keys, place.master) if place else None


def vault_for(folder: Path, account: Account) -> Vault | SealedVault:
    """Where what is captured of `account` goes. Raises CompartmentClosed for an undercover account when no master key is named."""
    if account.compartment is Compartment.GENERAL:
        return Vault(folder)
    keys = own_keys(folder)
    if keys is None:
        raise CompartmentClosed("what belongs to the undercover compartment is sealed first, and PLAINVIEW_MASTER_KEY_FILE names no master key here")
    return SealedVault(folder, keys, account.subject_id)
