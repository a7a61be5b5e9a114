"""Waiting collections of several accounts share a transaction, and a batch at fault among them stops no other."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from domain.account import Account
from storage import hits, posts
from storage.batching import ingest
from storage.batching.batches import CapturedPost
from storage.batching.together import FILES, together
from storage.batching.wire import written
from storage.store import Store
from tests.builders import NOON, a_finding, a_post, an_account
from tests.storage.filling import SUPERVISOR, a_hit, a_picture, cited, collected, examined, put_in_outbox, register, rows, showing, take_in

ACCOUNTS = [an_account(handle=f"@{number}@police.example.gov") for number in range(3)]


def a_shown(account: Account, text: str = "hello", picture: bytes = b"picture") -> CapturedPost:
    return showing(a_post(account, "https://police.example.gov/1", text), a_picture(picture))


def waiting(store: Store, *contents: bytes) -> list[str]:
    return [put_in_outbox(store, content) for content in contents]


def groups(store: Store) -> list[int]:
    outbox = ingest.outbox_folder(store.folder)
    return [len(group) for group in together(sorted(outbox.glob("*.ndjson"), key=lambda path: path.stat().st_mtime_ns))]


@pytest.fixture
def registered(store: Store) -> Store:
    for account in ACCOUNTS:
        register(store, account)
    return store


def test_batches_of_several_accounts_are_stored_at_once_each_with_its_own_ledger_and_audit(registered: Store) -> None:
    ids = waiting(registered, *(written(collected(account, a_shown(account), checkpoint=account.handle)) for account in ACCOUNTS))
    assert groups(registered) == [3]
    assert sorted(ingest.sweep(registered).stored) == sorted(ids)
    assert rows(registered, "SELECT count(*), count(DISTINCT account_id), count(DISTINCT batch_id) FROM post") == [(3, 3, 3)]
    assert rows(registered, "SELECT count(*) FROM media") == [(1,)]  # the same picture
    assert rows(registered, "SELECT count(DISTINCT stored_at) FROM ingest_ledger") == [(3,)]
    assert rows(registered, "SELECT count(*) FROM audit WHERE action = 'collection:stored'") == [(3,)]
    assert rows(registered, "SELECT count(*) FROM checkpoint c JOIN account a ON a.id = c.account_id WHERE c.state = a.handle") == [(3,)]
    assert [len(post.media) for post in posts.listing(registered, viewer=SUPERVISOR)] == [1, 1, 1]


def test_one_at_fault_is_refused_alone(registered: Store) -> None:
    stranger = an_account(handle="@unknown@police.example.gov")
    good = [written(collected(account, a_shown(account))) for account in ACCOUNTS]
    bad = written(collected(stranger, a_shown(stranger)))
    ids = waiting(registered, good[0], bad, good[1], good[2])
    assert groups(registered) == [4]
    swept = ingest.sweep(registered)
    assert (sorted(swept.stored), [one for one, _ in swept.refused]) == (sorted([ids[0], *ids[2:]]), [ids[1]])
    assert rows(registered, "SELECT count(*) FROM post") == [(3,)]


def test_one_that_is_stored_already_is_not_stored_again(registered: Store) -> None:
    first, second = (written(collected(account, a_shown(account))) for account in ACCOUNTS[:2])
    waiting(registered, first)
    ingest.sweep(registered)
    ids = waiting(registered, first, second)
    assert sorted(ingest.sweep(registered).stored) == sorted(ids)
    assert rows(registered, "SELECT count(*) FROM post") == [(2,)]


def test_two_batches_of_one_account_keep_their_order(registered: Store) -> None:
    account, other = ACCOUNTS[:2]
    said = ["one", "two", "three"]
    later = [collected(account, a_shown(account, text), at=NOON + timedelta(hours=hour)) for hour, text in enumerate(said)]
    waiting(registered, written(later[0]), written(collected(other, a_shown(other))), written(later[1]), written(later[2]))
    assert groups(registered) == [2, 1, 1]
    ingest.sweep(registered)
    assert rows(registered, f"SELECT text, version, newest FROM post WHERE account_id = '{account.id}' ORDER BY n") == [
        ("one", 1, False),
        ("two", 2, False),
        ("three", 3, True),
    ]


def test_what_is_no_collection_and_what_cannot_be_read_is_alone(registered: Store) -> None:
    waiting(registered, written(collected(ACCOUNTS[0])), b"spoiled\n", written(examined("a" * 64)), b"", written(collected(ACCOUNTS[1])))
    assert groups(registered) == [1, 1, 1, 1, 1]
    assert list(together([Path("nowhere.ndjson")])) == [[Path("nowhere.ndjson")]]


def test_a_group_has_an_end(registered: Store) -> None:
    waiting(registered, *(written(collected(an_account(handle=f"@{number}@many.example.gov"))) for number in range(FILES + 2)))
    assert groups(registered) == [FILES, 2]


def test_a_hit_follows_its_post_to_the_newest_version(registered: Store) -> None:
    account = ACCOUNTS[0]
    shown = a_shown(account)
    take_in(registered, collected(account, shown))
    media = shown.media[0].media
    assert media is not None
    take_in(registered, cited(shown.post, media.sha256, a_hit(shown.post, media.sha256, a_finding())))
    edited = showing(a_post(account, "https://police.example.gov/1", "edited"), a_picture())
    take_in(registered, collected(account, edited, at=NOON + timedelta(hours=1)))
    (hit,) = hits.queue(registered, viewer=SUPERVISOR)
    found = hits.show(registered, viewer=SUPERVISOR, hit_id=hit.id, now=NOON)
    assert (found.post.text, found.post_changed, len(found.post.media)) == ("edited", True, 1)
    assert rows(registered, "SELECT h.post_n = p.n FROM hit h JOIN post p ON p.newest") == [(True,)]


def test_a_picture_of_a_post_that_is_not_there_refuses_the_batch(registered: Store) -> None:
    content = written(collected(ACCOUNTS[0], a_shown(ACCOUNTS[0])))
    lines = [line for line in content.splitlines() if b'"table":"post"}' not in line]
    spoiled = b"\n".join([lines[0].replace(b'"rows":4', b'"rows":3'), *lines[1:], b""])
    assert spoiled.count(b"\n") == 4
    (batch_id,) = waiting(registered, spoiled)
    assert ingest.sweep(registered).refused == ((batch_id, "it holds a picture of a post that is not stored"),)
    assert rows(registered, "SELECT count(*) FROM post_media") == [(0,)]
