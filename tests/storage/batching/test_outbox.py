"""The outbox: what is kept, what is refused and why, and what only waits."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from domain.account import Account
from domain.identity import sha256_hex
from storage import health
from storage.batching import ingest
from storage.batching.batch_columns import LATER_COLUMNS, WIRE
from storage.batching.batches import CollectionOutcome, ExaminedBatch, ExaminedMedia, KeptReplies
from storage.batching.outbox import submit
from storage.batching.wire import written
from storage.errors import DiskFull, Refused
from storage.owner.door import Door
from storage.owner.open import owning
from storage.store import Store
from tests.builders import NOON, a_finding, a_post, an_account
from tests.storage.filling import ARTWORK, a_picture, collected, examined, put_in_outbox, register, rows, showing, take_in


def lines(account: Account) -> list[dict[str, object]]:
    batch = collected(account, showing(a_post(account), a_picture()), replies=KeptReplies("e" * 64, 2, 900, (NOON, NOON)))
    return [json.loads(line) for line in written(batch).splitlines()]


def as_file(changed: list[dict[str, object]]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in changed)


def row_of(changed: list[dict[str, object]], table: str) -> dict[str, object]:
    row = next(line["row"] for line in changed if line["table"] == table)
    assert isinstance(row, dict)
    return row


def refused(store: Store, content: bytes) -> str:
    """The reason why a file with these bytes is refused; nothing of it may be stored, and all of it must be kept."""
    before = rows(store, "SELECT count(*) FROM audit")
    batch_id = put_in_outbox(store, content)
    swept = ingest.sweep(store)
    assert (swept.stored, swept.waiting) == ((), ())
    assert [one for one, _ in swept.refused] == [batch_id]
    assert (ingest.refused_folder(store.folder) / f"{batch_id}.ndjson").read_bytes() == content
    for table in ("post", "post_media", "media", "collection", "examination", "finding", "ingest_ledger"):
        assert rows(store, f"SELECT count(*) FROM {table}") == [(0,)]
    assert rows(store, "SELECT count(*) FROM audit") == [(int(str(before[0][0])) + 1,)]
    assert rows(store, "SELECT action, subject FROM audit ORDER BY seq DESC LIMIT 1") == [("batch:refused", batch_id)]
    return swept.refused[0][1]


def test_the_same_batch_is_the_same_bytes(account: Account) -> None:
    assert written(collected(account, showing(a_post(account)))) == written(collected(account, showing(a_post(account))))


def test_a_batch_that_comes_again_is_stored_once(store: Store, account: Account) -> None:
    batch = collected(account, showing(a_post(account)), checkpoint="next")
    assert take_in(store, batch) == take_in(store, batch)
    assert rows(store, "SELECT count(*) FROM ingest_ledger") == [(1,)]
    assert rows(store, "SELECT count(*) FROM collection") == [(1,)]


def test_the_ledger_says_what_was_stored(store: Store, account: Account) -> None:
    batch_id = take_in(store, collected(account, showing(a_post(account), a_picture())))
    assert rows(store, "SELECT batch_id, kind, rows FROM ingest_ledger") == [(batch_id, "collected", 4)]


def test_batches_are_stored_in_the_order_of_writing(store: Store, account: Account) -> None:
    for text in ("one", "two", "three"):
        put_in_outbox(store, written(collected(account, showing(a_post(account, text=text)))))
    ingest.sweep(store)
    assert rows(store, "SELECT text FROM post ORDER BY version") == [("one",), ("two",), ("three",)]


def test_an_empty_batch_is_a_batch(store: Store, account: Account) -> None:
    take_in(store, collected(account, outcome=CollectionOutcome.UNCHANGED))
    take_in(store, ExaminedBatch(()))
    assert rows(store, "SELECT kind FROM ingest_ledger ORDER BY kind") == [("collected",), ("examined",)]


@pytest.mark.parametrize("table", [table for table, columns in WIRE["collected"].items() if table not in {"gone", "rejected", "refreshed"}])
def test_an_unknown_key_is_noticed(store: Store, account: Account, table: str) -> None:
    changed = lines(account)
    row_of(changed, table)["sentiment"] = "angry"
    assert f"its rows for {table} lack a column or have one too many" in refused(store, as_file(changed))


@pytest.mark.parametrize("table", ["collection", "post", "post_media", "media"])
def test_a_missing_key_is_noticed(store: Store, account: Account, table: str) -> None:
    for column in WIRE["collected"][table]:
        if {column} == LATER_COLUMNS.get(table):
            continue
        changed = lines(account)
        del row_of(changed, table)[column]
        assert f"its rows for {table} lack a column or have one too many" in refused(store, as_file(changed)), column


def test_a_batch_of_an_earlier_plainview_is_stored(store: Store, account: Account) -> None:
    changed = lines(account)
    for table, columns in LATER_COLUMNS.items():
        for column in columns:
            del row_of(changed, table)[column]
    put_in_outbox(store, as_file(changed))
    assert ingest.sweep(store).refused == ()
    assert rows(store, "SELECT record FROM post") == [(None,)]
    assert rows(store, "SELECT requests, cost FROM collection") == [(None, None)]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("post", "posted_at", "yesterday"),
        ("post", "posted_at", None),
        ("post", "text", None),
        ("post", "content_sha256", "short"),
        ("post_media", "position", "first"),
        ("post_media", "position", -1),
        ("media", "byte_size", 10**30),
        ("media", "byte_size", -1),
        ("media", "mime", None),
        ("media", "width", 1.5),
        ("media", "mime", 5),
        ("post", "text", ["Road closed"]),
        ("collection", "collected_at", "31/12/2026"),
        ("collection", "outcome", "lost"),
        ("collection", "account_id", None),
    ],
)
def test_a_value_that_fits_no_column_refuses_the_whole_batch(store: Store, account: Account, table: str, column: str, value: object) -> None:
    changed = lines(account)
    row_of(changed, table)[column] = value
    refused(store, as_file(changed))


def test_a_reason_tells_no_content(store: Store, account: Account) -> None:
    changed = lines(account)
    row_of(changed, "post")["posted_at"] = "a secret sentence"
    assert "secret" not in refused(store, as_file(changed))
    assert rows(store, "SELECT count(*) FROM audit WHERE detail LIKE '%secret%'") == [(0,)]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"",
        lambda content: b"\n",
        lambda content: b"hello\n",
        lambda content: b"[1, 2]\n",
        lambda content: b'{"row": {"schema": 1, "kind": "collected"}}\n',
        lambda content: content.split(b"\n", 1)[1],
        lambda content: content.rsplit(b"\n", 2)[0] + b"\n",
        lambda content: content[:-20],
        lambda content: content + content.splitlines()[-1] + b"\n",
        lambda content: content.replace(b'"Road closed"', b"NaN"),
        lambda content: content.replace(b"Road closed", b"Road \\ud800"),
        lambda content: content.replace(b"Road closed", b"Road \xff\xfe"),
        lambda content: content.replace(b'"collection"', b'"audit"'),
        lambda content: content.replace(b'"kind":"collected"', b'"kind":"examined"', 1),
        lambda content: content.replace(b'"kind":"collected"', b'"kind":"undercover"', 1),
        lambda content: content.replace(b'"schema":1', b'"schema":2', 1),
    ],
)
def test_a_spoiled_file_is_kept_aside_whole(store: Store, account: Account, spoil: object) -> None:
    assert callable(spoil)
    content = written(collected(account, showing(a_post(account), a_picture())))
    spoiled = spoil(content)
    assert spoiled != content
    refused(store, spoiled)


def test_a_file_changed_after_writing_is_refused(store: Store, account: Account) -> None:
    content = written(collected(account, showing(a_post(account))))
    put_in_outbox(store, content)
    (ingest.outbox_folder(store.folder) / f"{sha256_hex(content)}.ndjson").write_bytes(content.replace(b"Road closed", b"Road open!!"))
    assert ingest.sweep(store).refused == ((sha256_hex(content), "the file is not what was written"),)


def test_a_bad_batch_stops_no_other(store: Store, account: Account) -> None:
    put_in_outbox(store, b"hello\n")
    put_in_outbox(store, written(collected(account, showing(a_post(account)))))
    swept = ingest.sweep(store)
    assert (len(swept.stored), len(swept.refused)) == (1, 1)


def test_what_was_refused_is_shown_with_its_reason(store: Store) -> None:
    batch_id = put_in_outbox(store, written(collected(an_account())))
    ingest.sweep(store)
    (one,) = health.overview(store, now=NOON).refused
    assert one.batch_id == batch_id
    assert "is not registered" in one.reason


def test_a_refused_batch_is_stored_once_its_cause_is_mended_and_it_is_moved_back(store: Store) -> None:
    account = an_account()
    content = written(collected(account, showing(a_post(account))))
    batch_id = put_in_outbox(store, content)
    ingest.sweep(store)
    register(store, account)
    (ingest.refused_folder(store.folder) / f"{batch_id}.ndjson").rename(ingest.outbox_folder(store.folder) / f"{batch_id}.ndjson")
    assert ingest.sweep(store).stored == (batch_id,)
    assert health.overview(store, now=NOON).refused == ()
    assert list(ingest.refused_folder(store.folder).iterdir()) == []


def test_submitting_says_when_the_batch_was_refused_and_where_it_is(door: Door) -> None:
    with pytest.raises(Refused, match=r"is not registered: add the account.*outbox/refused"):
        submit(door, collected(an_account()))


def test_submitting_while_nobody_answers_keeps_the_batch_for_whoever_opens_the_store_next(folder: Path) -> None:
    account = an_account()
    with owning(folder) as store:
        register(store, account)
        batch_id = submit(Door(folder, wait_s=0.05), collected(account, showing(a_post(account))))
        assert health.overview(store, now=NOON).waiting == (batch_id,)
        assert rows(store, "SELECT count(*) FROM post") == [(0,)]
    with owning(folder) as store:
        assert rows(store, "SELECT count(*) FROM post") == [(1,)]
        assert health.overview(store, now=NOON).waiting == ()


def test_a_batch_with_no_fault_of_its_own_waits(store: Store, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = put_in_outbox(store, written(collected(account, showing(a_post(account)))))

    def no_room(*_: object) -> None:
        raise DiskFull("no room")

    with monkeypatch.context() as patched:
        patched.setattr(ingest.collected_file, "reading", no_room)
        assert ingest.sweep(store).waiting == (batch_id,)
    assert ingest.sweep(store).stored == (batch_id,)


def test_a_number_that_is_not_one_cannot_be_written(account: Account) -> None:
    seen = replace(a_finding(), where=replace(a_finding().where, time_s=float("nan")))
    with pytest.raises(Refused, match="cannot be stored"):
        written(examined("a" * 64, seen))


def test_a_time_without_a_zone_cannot_be_written(account: Account) -> None:
    with pytest.raises(Refused, match="has no zone"):
        written(collected(account, at=NOON.replace(tzinfo=None)))


def test_a_finding_by_another_detector_than_its_examination_cannot_be_written() -> None:
    one = ExaminedMedia("a" * 64, None, ARTWORK.name, "2", ARTWORK.settings_sha256, NOON, findings=(a_finding(),))
    with pytest.raises(Refused, match="by another detector"):
        written(ExaminedBatch((one,)))


def test_the_outbox_is_for_this_user_alone(store: Store) -> None:
    batch_id = put_in_outbox(store, b"hello\n")
    path = ingest.outbox_folder(store.folder) / f"{batch_id}.ndjson"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_folder_whose_name_looks_like_a_pattern_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "da[t]a*{x}'s %20 #é" / "data"
    account = an_account()
    with owning(folder) as store:
        register(store, account)
        take_in(store, collected(account, showing(a_post(account))))
        assert rows(store, "SELECT count(*) FROM post") == [(1,)]


def test_a_database_without_room_does_not_unsay_that_the_batch_is_kept(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise DiskFull("no room")

    with monkeypatch.context() as patched:
        patched.setattr(Door, "call", no_room)
        batch_id = submit(door, collected(an_account(), outcome=CollectionOutcome.REFUSED, authorized=False))
    assert (ingest.outbox_folder(door.folder) / f"{batch_id}.ndjson").exists()
