from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from dashboards import opened, shown_picture, side_by_side
from dashboards.serve import set_up
from domain.viewer import Role
from storage.owner.open import owning
from storage.store import Store

PASSWORD = "correct horse battery staple"
CARD_TOKEN = "a token that only other commands know"

SignedIn = Callable[..., Client]


@pytest.fixture(scope="session", autouse=True)
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Django on a data folder of its own, once for all tests of the site."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAINVIEW_STORAGE_FOLDER", str(folder))
        patch.setenv("DJANGO_SETTINGS_MODULE", "dashboards.settings")
        set_up(folder)
    from django.db import connections
    from django.test.utils import override_settings, setup_test_environment, teardown_test_environment

    setup_test_environment()
    with override_settings(PASSWORD_HASHERS=["tests.dashboards.hashing.Quick"]):  # the site's own takes a fifth of a second each time, on purpose
        yield folder
    teardown_test_environment()
    connections.close_all()


@pytest.fixture
def nobody(site: Path) -> Iterator[None]:
    """Nobody has signed in or tried to, before and after."""
    _forget_everybody()
    yield
    _forget_everybody()


@pytest.fixture
def store(empty_store: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store, open for the pages."""
    shutil.copytree(empty_store, tmp_path / "data")
    with owning(tmp_path / "data", wait_s=0) as store:
        opened.hold(store, CARD_TOKEN)
        yield store
        opened.let_go()
    shown_picture.forget()
    side_by_side.forget()


@pytest.fixture(scope="session")
def hashed_password(site: Path) -> str:
    """PASSWORD as it is kept."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


@pytest.fixture
def signed_in(nobody: None, store: Store, hashed_password: str) -> SignedIn:
    """Signs somebody in with these roles (a supervisor otherwise) and hands out their browser."""
    from django.contrib.auth.models import Group, User  # these can only be imported once Django is set up

    def sign_in(*roles: Role, name: str = "r.alvarez") -> Client:
        user = User.objects.create(username=name, password=hashed_password)
        user.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles or (Role.SUPERVISOR,)])
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def _forget_everybody() -> None:
    from axes.models import AccessAttempt, AccessLog
    from django.contrib.auth.models import Group, User
    from django.contrib.sessions.models import Session

    for kind in (User, Group, Session, AccessAttempt, AccessLog):
        kind.objects.all().delete()
