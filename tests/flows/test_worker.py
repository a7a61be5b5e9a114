"""A worker's host: the flows collect and examine through another machine's owner, within their tokens."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.identity import sha256_hex
from domain.worker import Scope
from flows.cite_findings import cite_findings
from flows.collect import budgets_of, outcomes_of
from flows.examine_media import examine, fingerprints_of, looks_due
from flows.progress import Progress
from flows.station import Station
from samples.accounts import ACCOUNTS
from sources.client.http import Http
from storage import captures, checkpoints, hits, posts
from storage.batching.batches import CollectionOutcome
from storage.errors import NotFound, WorkerRefused
from storage.owner import workers
from storage.owner.open import owning
from storage.store import Store
from tests.flows.test_examine_media import easy_picture, publish
from tests.storage.filling import SUPERVISOR, rows
from tests.storage.serving import serving


@pytest.fixture
def here(station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Store, Station]]:
    """The owner's store, and a station on a host that has none."""
    publish(station, easy_picture().path.read_bytes())
    token = tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text("token", encoding="ascii")
    monkeypatch.setenv("PLAINVIEW_WORKER_TOKEN_FILE", str(token))
    with owning(station.storage.folder) as store, serving(store) as served:
        now = store.clock()
        until = (now + timedelta(days=9)).date()
        workers.add(store, name="host-1", token_sha256=sha256_hex(b"token"), scopes=frozenset(Scope), valid_until=until, by="tests", now=now)
        settings = station.storage.model_copy(update={"folder": tmp_path / "worker", "owner": served.url})
        yield store, replace(station, storage=settings)


def test_it_collects_and_examines_with_nothing_of_the_store_on_its_disk(here: tuple[Store, Station]) -> None:
    store, away = here
    due = [one for one in away.door.call(checkpoints.due, now=away.now()) if one.account.handle == ACCOUNTS["press"].handle]
    with Http(away.network) as http:
        assert outcomes_of(away, http, due, Progress("collect", 1), budgets_of(away)) == [CollectionOutcome.STORED]
    detectors = away.detectors()
    shown = sha256_hex(easy_picture().path.read_bytes())
    looks = [look for look in looks_due(away, detectors) if look.media_sha256 == shown]
    assert examine(away, looks, fingerprints_of(away, looks)) > 0
    assert cite_findings(away, detectors) > 0
    assert hits.listing(store, viewer=SUPERVISOR)
    assert rows(store, "SELECT DISTINCT actor FROM audit WHERE action = 'worker:delivered'") == [("worker:host-1",)]
    assert not away.storage.folder.exists()


def test_its_captures_arrive_and_are_not_handed_out_to_those_who_examine(here: tuple[Store, Station]) -> None:
    store, away = here
    due = [one for one in away.door.call(checkpoints.due, now=away.now()) if one.account.handle == ACCOUNTS["press"].handle]
    with Http(away.network) as http:
        assert outcomes_of(away, http, due, Progress("collect", 1), budgets_of(away)) == [CollectionOutcome.STORED]
    found = captures.listing(store, viewer=SUPERVISOR)
    assert found
    stored = [post for post in posts.listing(store, viewer=SUPERVISOR) if post.account_id == due[0].account.id]
    assert stored
    assert all(post.record and post.record.encode() in gzip.decompress(store.vault.get(post.capture_sha256 or "")) for post in stored)
    for one in found:
        with pytest.raises(NotFound, match="no such picture to examine"):
            away.vault.get(one.sha256)
    with pytest.raises(WorkerRefused):
        away.door.call(captures.listing, viewer=SUPERVISOR)
