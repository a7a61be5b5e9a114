"""Example City in a run: served on this machine when a department has registered no accounts of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

from cli.accounts import register
from cli.accounts_file import read_accounts_file
from cli.references import register_all
from cli.terminal import now, operator, tell
from domain.account import Account, Compartment
from policy.authorization import may_collect
from samples.accounts import ACCOUNTS
from samples.serve import ExampleCity
from sources.settings import NetworkSettings
from storage import accounts
from storage.errors import StorageError
from storage.owner.door import Door
from storage.sealed import compartments

PORT = 8262


class PortTaken(StorageError):
    """Something else listens where Example City should."""


def is_sample(account: Account) -> bool:
    """Whether it is one of Example City's accounts."""
    return any(account.platform == sample.platform and account.handle == sample.handle for sample in ACCOUNTS.values())


@contextmanager
def served_if_alone(door: Door) -> Iterator[ExampleCity | None]:
    """Example City, served and registered, when no other account is; otherwise None. Raises PortTaken."""
    registered = door.call(accounts.every)
    own = [account for account in registered if not is_sample(account)]
    if own or _any_undercover(door):
        if registered and len(own) < len(registered):
            tell("Example City's accounts are registered here too and will fail, since it is not being served: use a new [storage] folder for real work.")
        yield None
        return
    tell("No accounts are registered: this run works on Example City, an invented department (docs/accounts.md says how to register yours).")
    with _city() as city:
        _allow(city.host)
        _register(door, city)
        yield city


def _any_undercover(door: Door) -> bool:
    """Whether the undercover compartment has accounts, or may have: it is closed."""

    if not door.call(compartments.is_open):
        return bool(door.call(compartments.closed))
    return bool(door.call(accounts.every, compartment=Compartment.UNDERCOVER, by=operator().name))


@contextmanager
def _city() -> Iterator[ExampleCity]:
    try:
        city = ExampleCity(PORT)
    except OSError as wrong:
        raise PortTaken(f"Example City needs port {PORT} on 127.0.0.1 and cannot have it ({wrong.strerror}): stop what listens there, and run again") from None
    with city:
        yield city


def _allow(host: str) -> None:
    # Through the environment, since the flows read their settings themselves.
    allowed = [*NetworkSettings.load().allow_hosts, host]
    os.environ["PLAINVIEW_NETWORK_ALLOW_HOSTS"] = json.dumps(allowed)


def _register(door: Door, city: ExampleCity) -> None:
    moment = now()
    live = [one for one in door.call(accounts.standing, now=moment) if may_collect(one.account, one.authorizations, moment).allowed]
    if not live:  # the first run, or one so much later that the papers have run out
        _, problems = register(door, read_accounts_file(city.write_accounts(door.folder / "example-city")))
        for problem in problems:
            tell(problem)
    register_all(door, list(city.references))
