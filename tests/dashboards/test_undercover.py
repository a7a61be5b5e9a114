"""The coordinator's queue, hit and accounts: what the undercover compartment holds, for them alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from dashboards import opened, shown_picture
from domain.viewer import Role
from storage.owner.open import owning
from storage.store import Store
from tests.dashboards.seeding import a_picture
from tests.storage import undercover

SignedIn = Callable[..., Client]


@pytest.fixture
def store(empty_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store whose undercover compartment is open."""
    folder = tmp_path / "data"
    shutil.copytree(empty_store, folder)
    undercover.with_keys(folder, monkeypatch)
    monkeypatch.setattr(undercover, "PICTURE", a_picture(3))
    with owning(folder, wait_s=0) as store:
        opened.hold(store, "token")
        yield store
        opened.let_go()
    shown_picture.forget()


def test_the_coordinator_sees_the_hit_with_its_picture_and_nobody_else_does(signed_in: SignedIn, store: Store) -> None:
    hit_id = undercover.filled(store, undercover.enrolled(store, "robin"), "robin")
    coordinator, supervisor = signed_in(Role.COORDINATOR, name="c.ordinator"), signed_in(Role.SUPERVISOR)
    assert "robin label" in coordinator.get("/").content.decode()
    page = coordinator.get(f"/hits/{hit_id}").content.decode()
    assert "robin was on duty" in page
    assert "under the subject&#x27;s key" in page
    assert "not a picture that can be shown" not in page
    picture = coordinator.get(f"/hits/{hit_id}/marked.jpg")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert "robin" in coordinator.get("/accounts").content.decode()
    for address in ("/", "/accounts"):
        assert "robin" not in supervisor.get(address).content.decode()
    for address in (f"/hits/{hit_id}", f"/hits/{hit_id}/marked.jpg"):
        assert supervisor.get(address).status_code == 404


def test_how_an_undercover_account_posts_is_its_coordinators_to_see_alone(signed_in: SignedIn, store: Store) -> None:
    undercover.filled(store, undercover.enrolled(store, "robin"), "robin")
    coordinator, supervisor = signed_in(Role.COORDINATOR, name="c.ordinator"), signed_in(Role.SUPERVISOR)
    assert "rhythm not known yet" in coordinator.get("/accounts").content.decode()
    for address in ("/", "/accounts"):
        assert "rhythm" not in supervisor.get(address).content.decode()
