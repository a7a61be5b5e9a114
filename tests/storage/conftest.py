"""Real stores in temporary folders: migrated once, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.account import Account
from domain.authorization import Authorization
from storage.owner.door import Door
from storage.owner.open import owning
from storage.store import Store
from tests.builders import an_account, an_authorization
from tests.storage.filling import register
from tests.storage.make_store import fill


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with something in every table. To be copied, not changed."""
    folder = tmp_path_factory.mktemp("filled") / "data"
    with owning(folder) as store:
        fill(store)
    return folder


@pytest.fixture
def folder(empty_store: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    return Path(shutil.copytree(empty_store, tmp_path / "data"))


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """Its store, owned by the test."""
    with owning(folder) as opened:
        yield opened


@pytest.fixture
def door(folder: Path) -> Door:
    """The door to it, for tests in which nobody owns it."""
    return Door(folder, wait_s=20)


@pytest.fixture
def account(store: Store) -> Account:
    """A registered account with a live authorization."""
    made = an_account()
    register(store, made)
    return made


@pytest.fixture
def authorization(account: Account) -> Authorization:
    """The account's live authorization."""
    return an_authorization(account)
