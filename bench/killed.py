"""The processes that `bench.kills` kills: each works without end on one data folder, as the real ones do, and notes what was acknowledged."""

from __future__ import annotations

import os
import random
import secrets
import time
from pathlib import Path

from domain.identity import sha256_hex
from storage.batching import ingest
from storage.batching.outbox import submit
from storage.erasure import compaction
from storage.errors import StoreBusy, WorkerRefused
from storage.owner.card import read_card
from storage.owner.door import Door
from storage.owner.open import owning
from storage.owner.remote_door import RemoteDoor, RemoteVault
from storage.owner.remote_owner import RemoteOwner
from storage.store import Store
from storage.vault import Vault
from tests.builders import a_post, an_account
from tests.storage.filling import a_picture, collected, showing
from tests.storage.serving import serving

POSTS = 5  # in one batch
TOKEN = "token of the kills"
JOURNAL = "acknowledged"  # beside the data folder: one line for each acknowledged batch, with its id and its picture's


def produce(folder: Path) -> None:
    """Submits batch after batch on this machine."""
    _submit_without_end(folder, Door(folder, wait_s=60), Vault(folder))


def produce_elsewhere(folder: Path) -> None:
    """Submits batch after batch as a worker on another host would, to whoever owns the store."""
    while True:
        card = read_card(folder)
        if card is None:
            os.sched_yield()
            continue
        owner = RemoteOwner(card.url, TOKEN, None, wait_s=0.5)
        try:
            _submit_without_end(folder, RemoteDoor(folder.parent / "elsewhere", owner), RemoteVault(owner))
        except (StoreBusy, WorkerRefused):
            continue  # that owner is gone, or never was one: look for the next


def own(folder: Path) -> None:
    """Owns the store and answers; between, it sweeps, folds the log into the file, and now and then writes the file anew."""
    chance = random.Random(secrets.randbits(64))
    with owning(folder, wait_s=60) as store, serving(store):
        while True:
            time.sleep(chance.uniform(0, 0.1))  # callers get their turn too
            chance.choice((ingest.sweep, ingest.sweep, _fold_in, compaction.compact))(store)


def make(folder: Path) -> None:
    """Opens the store, which makes it where it is not there, again and again."""
    while True:
        with owning(folder, wait_s=60):
            pass


def _fold_in(store: Store) -> None:
    with store.transaction() as tx:
        tx.row("SELECT 1")  # a turn at writing: nobody else's transaction is open
    with store.cursor() as cursor:
        cursor.execute("FORCE CHECKPOINT")


def _submit_without_end(folder: Path, door: Door, vault: Vault | RemoteVault) -> None:
    account = an_account()
    journal = os.open(folder.parent / JOURNAL, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    while True:
        mark = secrets.token_hex(8)
        picture = secrets.token_bytes(2_000)
        vault.put(picture)
        posts = (a_post(account, f"https://police.example.gov/posts/{mark}/{number}", secrets.token_hex(100)) for number in range(POSTS))
        batch_id = submit(door, collected(account, *(showing(post, a_picture(picture)) for post in posts)))
        os.write(journal, f"{batch_id} {sha256_hex(picture)}\n".encode())
