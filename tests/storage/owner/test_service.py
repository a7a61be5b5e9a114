"""What the owner answers workers: within their scope, only what is whole, and nothing to strangers."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from domain.account import Account
from domain.identity import sha256_hex
from domain.worker import Scope
from storage.batching import ingest
from storage.batching.room import BOUNDS, Bounds
from storage.batching.wire import written
from storage.owner import service, workers
from storage.owner.card import Card, withdraw_card
from storage.owner.open import owning, publish_card
from storage.owner.service import Answer, Asked
from storage.store import Store
from tests.builders import NOON, a_post, an_account
from tests.storage.filling import a_picture, collected, examined, register, rows, showing, take_in
from tests.storage.undercover import enrolled, filled, with_keys

CARD_TOKEN = "the card's"
SHA256 = "c" * 64


@pytest.fixture(scope="module")
def shared(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with an account and two workers, one for each scope; tests change only what they name themselves."""
    import shutil

    folder = Path(shutil.copytree(empty_store, tmp_path_factory.mktemp("service") / "data"))
    with owning(folder) as store:
        store.clock = at_noon
        register(store, an_account())
        for scope in Scope:
            digest = sha256_hex(str(scope).encode())
            workers.add(store, name=f"{scope}-1", token_sha256=digest, scopes=frozenset({scope}), valid_until=date(2026, 6, 30), by="tests", now=NOON)
        yield store


@pytest.fixture(autouse=True)
def card(shared: Store) -> Card:
    return publish_card(shared.folder, "http://127.0.0.1:8261", CARD_TOKEN)


@pytest.fixture
def account() -> Account:
    return an_account()


def at_noon() -> datetime:
    return NOON


def asked(token: str, body: bytes = b"", length: int | None = None) -> Asked:
    headers = {"Authorization": f"Bearer {token}", "Content-Length": str(len(body) if length is None else length)}
    return Asked(headers, io.BytesIO(body).read)


def call(store: Store, token: str, name: str, body: bytes = b"{}") -> Answer:
    return service.answer(store, CARD_TOKEN, asked(token, body), name)


def deliver(store: Store, token: str, content: bytes, name: str | None = None, bounds: Bounds = BOUNDS) -> int:
    batch_id = sha256_hex(content) if name is None else name
    return service.take_batch(store, CARD_TOKEN, asked(token, content), batch_id, bounds)[0]


def outbox(store: Store) -> list[str]:
    return sorted(path.name for path in ingest.outbox_folder(store.folder).glob("*.*"))


def test_a_worker_is_answered_within_its_scope_and_does_not_learn_the_owners_id(shared: Store, card: Card) -> None:
    status, headers, content = call(shared, "examine", "references.every")
    assert (status, content) == (200, b"[]")
    assert card.owner not in headers.values()
    assert headers["X-Owner"] == service.TO_WORKERS


@pytest.mark.parametrize("name", ["accounts.every", "audit.record", "reviews.decide", "workers.add", "checkpoints.due"])
def test_a_call_outside_its_scope_is_closed(shared: Store, name: str) -> None:
    assert call(shared, "examine", name)[0] == 403


def test_what_is_no_call_is_none_for_a_worker_either(shared: Store) -> None:
    assert call(shared, "examine", "os.system")[0] == 404


@pytest.mark.parametrize("token", ["", "collect ", "Collect", "pvw_x", "\ud800"])
def test_an_unknown_token_reaches_nothing_and_its_body_is_not_read(shared: Store, token: str) -> None:
    def unread(_: int) -> bytes:
        raise AssertionError("the body was read")

    stranger = Asked({"Authorization": f"Bearer {token}"}, unread)
    assert service.answer(shared, CARD_TOKEN, stranger, "references.every") == (401, {}, b"")
    assert service.take_batch(shared, CARD_TOKEN, stranger, SHA256, BOUNDS) == (401, {}, b"")
    assert service.take_picture(shared, CARD_TOKEN, stranger, SHA256) == (401, {}, b"")
    assert service.give_picture(shared, CARD_TOKEN, stranger, SHA256) == (401, {}, b"")


@pytest.mark.parametrize(
    ("peer", "status"), [("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("10.0.0.9", 401), ("::ffff:10.0.0.9", 401), ("", 401)]
)
def test_the_cards_token_counts_on_this_machine_alone(shared: Store, peer: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {CARD_TOKEN}"}
    assert service.answer(shared, CARD_TOKEN, Asked(headers, io.BytesIO(b"{}").read, peer), "references.every")[0] == status
    worker = {"Authorization": "Bearer examine"}
    assert service.answer(shared, CARD_TOKEN, Asked(worker, io.BytesIO(b"{}").read, peer), "references.every")[0] == 200


def test_a_site_that_listens_on_one_address_is_asked_from_that_address(shared: Store) -> None:
    publish_card(shared.folder, "https://10.0.0.5:8261", CARD_TOKEN)
    headers = {"Authorization": f"Bearer {CARD_TOKEN}"}
    assert [service.answer(shared, CARD_TOKEN, Asked(headers, io.BytesIO(b"{}").read, peer), "references.every")[0] for peer in ("10.0.0.5", "10.0.0.9")] == [
        200,
        401,
    ]


def test_a_token_that_was_revoked_or_has_ended_is_unknown(store: Store) -> None:
    store.clock = at_noon
    publish_card(store.folder, "http://127.0.0.1:8261", CARD_TOKEN)
    for name, until in (("a", date(2026, 6, 1)), ("b", date(2026, 6, 30))):
        digest = sha256_hex(name.encode())
        workers.add(store, name=name, token_sha256=digest, scopes=frozenset(Scope), valid_until=until, by="tests", now=NOON)
    assert [call(store, name, "references.every")[0] for name in "ab"] == [200, 200]
    workers.revoke(store, name="b", by="tests", now=NOON)
    store.clock = lambda: NOON.replace(day=2)
    assert [call(store, name, "references.every")[0] for name in "ab"] == [401, 401]


def test_a_batch_is_in_the_outbox_before_it_is_acknowledged_and_the_audit_names_the_worker(store: Store, shared: Store, account: Account) -> None:
    content = written(collected(account, showing(a_post(account, "https://police.example.gov/posts/delivered"))))
    assert deliver(shared, "collect", content) == 200
    assert outbox(shared) == [f"{sha256_hex(content)}.ndjson"]
    assert deliver(shared, "collect", content) == 200  # its answer was lost: acknowledged again, recorded once
    assert ingest.sweep(shared).stored == (sha256_hex(content),)
    assert deliver(shared, "collect", content) == 200
    assert outbox(shared) == []
    said = rows(shared, "SELECT actor, subject, detail FROM audit WHERE action = 'worker:delivered' ORDER BY seq DESC")
    assert said == [("worker:collect-1", sha256_hex(content), f'{{"bytes":{len(content)},"kind":"collected"}}')]


@pytest.mark.parametrize("spoil", [lambda content: content[:-1], lambda content: content + b"\n", lambda content: b""])
def test_a_batch_that_was_cut_off_is_not_kept(shared: Store, account: Account, spoil: object) -> None:
    content = written(collected(account, showing(a_post(account, text="cut"))))
    assert deliver(shared, "collect", spoil(content), sha256_hex(content)) == 400  # type: ignore[operator]
    assert outbox(shared) == []


@pytest.mark.parametrize("content", [b"", b"hello\n", b"{}\n", b"x" * 100_000])
def test_what_is_no_batch_is_not_kept(shared: Store, content: bytes) -> None:
    assert deliver(shared, "collect", content) == 400
    assert outbox(shared) == []


def test_a_worker_delivers_only_the_kinds_of_its_scope(shared: Store, account: Account) -> None:
    assert deliver(shared, "examine", written(collected(account))) == 403
    assert deliver(shared, "collect", written(examined(SHA256))) == 403
    assert outbox(shared) == []


def test_a_worker_delivers_nothing_for_the_undercover_compartment(shared: Store, account: Account) -> None:
    header, *others = written(collected(account)).splitlines(keepends=True)
    said = json.loads(header)
    said["row"]["compartment"] = "undercover"
    assert deliver(shared, "collect", b"".join([json.dumps(said).encode() + b"\n", *others])) == 403
    assert outbox(shared) == []


@pytest.mark.parametrize("name", ["..", "x", "A" * 64, "a" * 63, "a" * 64 + "\n", "../../owner"])
def test_a_name_that_is_no_hash_is_no_place(shared: Store, account: Account, name: str) -> None:
    assert deliver(shared, "collect", written(collected(account)), name) == 404
    assert service.give_picture(shared, CARD_TOKEN, asked("examine"), name)[0] == 409


def test_what_is_too_large_is_refused_before_it_is_read(shared: Store) -> None:
    for serve in (service.answer, service.take_picture):
        assert serve(shared, CARD_TOKEN, asked("collect", length=service.LARGEST + 1), "robots.put")[0] == 413
    assert service.take_batch(shared, CARD_TOKEN, asked("collect", length=service.LARGEST + 1), SHA256, BOUNDS)[0] == 413


def test_a_full_outbox_takes_no_more_and_says_when_to_come_again(shared: Store, account: Account) -> None:
    first, second = (written(collected(account, showing(a_post(account, f"https://police.example.gov/full/{n}")))) for n in range(2))
    assert deliver(shared, "collect", first, bounds=Bounds(files=1)) == 200
    status, headers, content = service.take_batch(shared, CARD_TOKEN, asked("collect", second), sha256_hex(second), Bounds(files=1))
    assert (status, headers["Retry-After"]) == (503, "2")
    assert "1 batches (0 MB) wait" in json.loads(content)["message"]
    assert deliver(shared, "collect", first, bounds=Bounds(files=1)) == 200  # what is there already is acknowledged all the same
    assert deliver(shared, "collect", second, bounds=Bounds(size=1)) == 503
    assert deliver(shared, "collect", second, bounds=Bounds(free=10**18)) == 503
    ingest.sweep(shared)
    assert deliver(shared, "collect", second, bounds=Bounds(files=1)) == 200
    ingest.sweep(shared)


def test_a_change_beyond_batches_is_put_on_record(shared: Store) -> None:
    body = json.dumps({"copies": [{"origin": "https://x.example", "text": "", "status": 404, "fetched_at": NOON.isoformat()}]}).encode()
    assert call(shared, "collect", "robots.put", body)[0] == 200
    assert rows(shared, "SELECT actor, subject FROM audit WHERE action = 'worker:called'") == [("worker:collect-1", "robots.put")]


def test_captured_bytes_go_into_the_vault_by_their_name_alone(shared: Store) -> None:
    assert service.take_picture(shared, CARD_TOKEN, asked("collect", b"a captured picture"), sha256_hex(b"a captured picture"))[0] == 200
    assert shared.vault.get(sha256_hex(b"a captured picture")) == b"a captured picture"
    assert service.take_picture(shared, CARD_TOKEN, asked("collect", b"another"), SHA256)[0] == 400
    assert not shared.vault.has(SHA256)
    assert service.take_picture(shared, CARD_TOKEN, asked("examine", b"a"), sha256_hex(b"a"))[0] == 403


def test_pictures_are_handed_out_for_examining_and_signed_papers_are_not(shared: Store, account: Account) -> None:
    picture, paper = shared.vault.put(b"picture"), shared.vault.put(b"a signed paper")
    take_in(shared, collected(account, showing(a_post(account, "https://police.example.gov/posts/shown"), a_picture(b"picture"))))
    status, _, content = service.give_picture(shared, CARD_TOKEN, asked("examine"), picture)
    assert (status, content) == (200, b"picture")
    assert service.give_picture(shared, CARD_TOKEN, asked("examine"), paper)[0] == 409
    assert service.give_picture(shared, CARD_TOKEN, asked("collect"), picture)[0] == 403


def test_a_worker_asks_for_a_refusal_by_an_id_alone(shared: Store) -> None:
    status, _, content = call(shared, "collect", "ingest.take_in", json.dumps({"batch_id": "../../x"}).encode())
    assert (status, json.loads(content)["error"]) == (409, "Refused")


def test_when_the_owner_is_leaving_workers_are_sent_away_before_anything_is_done(shared: Store, account: Account) -> None:
    withdraw_card(shared.folder)
    assert call(shared, "examine", "references.every") == (503, {}, b"")
    assert deliver(shared, "collect", written(collected(account, showing(a_post(account, text="late"))))) == 503
    assert outbox(shared) == []


def test_the_undercover_compartment_does_not_exist_for_a_worker_even_where_it_is_open(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(folder, monkeypatch)
    with owning(folder) as store:
        hidden = enrolled(store)
        filled(store, hidden)
        store.clock = at_noon
        publish_card(store.folder, "http://127.0.0.1:8261", CARD_TOKEN)
        digest = sha256_hex(b"both")
        workers.add(store, name="both-1", token_sha256=digest, scopes=frozenset(Scope), valid_until=date(2026, 6, 30), by="tests", now=NOON)
        before = rows(store.undercover, "SELECT count(*) FROM audit")
        for name in ("checkpoints.due", "accounts.standing"):
            assert call(store, "both", name, json.dumps({"now": NOON.isoformat()}).encode())[::2] == (200, b"[]")
            status, _, said = call(store, "both", name, json.dumps({"now": NOON.isoformat(), "compartment": "undercover"}).encode())
            assert (status, json.loads(said)["error"]) == (409, "CompartmentClosed")
        with store.undercover.read() as view:
            (sealed,) = view.rows("SELECT sha256 FROM media")
        assert service.give_picture(store, CARD_TOKEN, asked("both"), sealed[0])[0] == 409
        assert rows(store.undercover, "SELECT count(*) FROM audit") == before
