"""The undercover compartment for tests: its keys, one invented subject with an account, and a post with a picture and a hit, all marked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from domain.account import Account, Compartment, Custody
from domain.finding import FindingKind
from domain.identity import sha256_hex
from domain.post import Media, MediaLink
from domain.viewer import Role, Viewer
from storage import authorizations
from storage.batching import ingest
from storage.batching.batches import CapturedMedia
from storage.batching.wire import written
from storage.durable import private_folder, write_whole
from storage.sealed import subjects
from storage.sealed.master_key import new_master_key
from storage.sealed.sealed_vault import SealedVault
from storage.store import Store
from tests.builders import NOON, a_finding, a_post, an_account, an_authorization
from tests.storage.filling import a_hit, cited, collected, examined, showing

COORDINATOR = Viewer("coordinator", frozenset({Role.COORDINATOR}))
MARK = "zqxmarkedvalue"  # in everything that could name the subject
PICTURE = f"{MARK} picture ".encode() * 40


def with_keys(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """Names a fresh master key, beside the data folder, in the environment; answers its file."""
    master = folder.parent / "keys" / "master"
    new_master_key(master)
    patch.setenv("PLAINVIEW_MASTER_KEY_FILE", str(master))
    return master


def enrolled(store: Store, name: str = MARK) -> Account:
    """A registered undercover account with a live authorization."""
    account = an_account(handle=f"@{name}@social.example", url=f"https://social.example/@{name}", custody=Custody.OPTED_IN, compartment=Compartment.UNDERCOVER)
    known = subjects.add_account(store, account=account, label=f"{name} subject", by="coordinator", now=NOON).account
    paper = replace(an_authorization(known), granted_by=f"{name} signed", document=f"{name}.pdf")
    authorizations.grant(store, authorization=paper, by="coordinator", now=NOON, compartment=Compartment.UNDERCOVER)
    return known


def filled(store: Store, account: Account, name: str = MARK) -> str:
    """A post of that account with a picture and one hit, by way of the outbox; answers the hit's id."""
    key = store.undercover.keys.of(account.subject_id or "")
    vault_name = SealedVault(store.folder, store.undercover.keys, account.subject_id).put(PICTURE)
    shown = CapturedMedia(MediaLink(f"https://social.example/{name}.jpg", f"{name} alt"), Media(vault_name, "image/jpeg", len(PICTURE), 640, 480))
    post = showing(a_post(account, f"https://social.example/@{name}/1", f"{name} was on duty"), shown)
    take_in_sealed(store, written(collected(account, post, checkpoint=f"{name} state", detail=f"{name} detail"), key))
    finding = a_finding(kind=FindingKind.DEPARTMENT_ARTWORK, label=f"{name} label")
    take_in_sealed(store, written(examined(vault_name, replace(finding, because=f"{name} because")), key))
    with store.undercover.read() as view:
        ((post_id, content),) = view.rows("SELECT id, content_sha256 FROM post")
    hit = replace(a_hit(post.post, vault_name, finding), post_id=post_id, post_content_sha256=content, compartment=Compartment.UNDERCOVER)
    batch = cited(post.post, vault_name, hit)
    batch = replace(batch, items=tuple(replace(item, post_id=post_id, post_content_sha256=content) for item in batch.items))
    take_in_sealed(store, written(batch, key))
    with store.undercover.read() as view:
        ((hit_id,),) = view.rows("SELECT id FROM hit")
    return str(hit_id)


def take_in_sealed(store: Store, content: bytes) -> str:
    """Stores a sealed batch's bytes; answers the batch's id."""
    batch_id = sha256_hex(content)
    write_whole(private_folder(ingest.outbox_folder(store.folder)) / f"{batch_id}.ndjson", content)
    swept = ingest.sweep(store)
    assert batch_id in swept.stored, swept
    return batch_id
