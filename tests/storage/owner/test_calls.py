"""Calls over HTTP: who is answered, with what, and that every public function of a noun has a name."""

from __future__ import annotations

import inspect
import io
import json

import pytest

from domain.account import Account
from storage.errors import StorageError
from storage.owner import calls, service
from storage.owner.calls import CALLS, asked, dispatch, name_of, result
from storage.owner.card import Card, withdraw_card
from storage.owner.open import publish_card
from storage.owner.service import Answer, Asked
from storage.store import Store
from tests.builders import NOON, an_account

TOKEN = "tökén"


@pytest.fixture
def card(store: Store) -> Card:
    return publish_card(store.folder, "http://127.0.0.1:8261/", TOKEN)


def answer(store: Store, card_token: str, headers: dict[str, str], name: str, body: bytes) -> Answer:
    return service.answer(store, card_token, Asked(headers, io.BytesIO(body).read), name)


def bearer(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_call_is_answered_with_its_result_and_the_owners_id(store: Store, card: Card) -> None:
    assert answer(store, TOKEN, bearer(), "accounts.every", b"{}") == (200, {"X-Owner": card.owner, "Content-Type": "application/json"}, b"[]")


def test_names_of_headers_may_be_written_in_any_case(store: Store, card: Card) -> None:
    assert answer(store, TOKEN, {"AUTHORIZATION": f"Bearer {TOKEN}"}, "accounts.every", b"{}")[0] == 200


@pytest.mark.parametrize("headers", [{}, bearer(""), bearer("token"), bearer("\ud800"), bearer(TOKEN + " "), {"Authorization": TOKEN}, {"X-Token": TOKEN}])
def test_without_the_token_nothing_is_said(store: Store, card: Card, headers: dict[str, str]) -> None:
    assert answer(store, TOKEN, headers, "accounts.every", b"{}") == (401, {}, b"")


def test_once_the_card_is_withdrawn_callers_are_sent_away_before_anything_is_done(store: Store, card: Card) -> None:
    withdraw_card(store.folder)
    body = asked(CALLS["accounts.add"], {"account": an_account(), "by": "tests", "now": NOON})
    assert answer(store, TOKEN, bearer(), "accounts.add", body) == (503, {}, b"")
    assert dispatch(store, "accounts.every", b"{}") == b"[]"


def test_a_card_of_another_owner_is_not_ours_to_answer_for(store: Store, card: Card) -> None:
    assert answer(store, "another token", bearer("another token"), "accounts.every", b"{}")[0] == 503


@pytest.mark.parametrize("name", ["", "accounts", "accounts.every.", "store.close", "os.system", "../accounts.every", "accounts.by_account"])
def test_only_what_is_listed_can_be_called(store: Store, card: Card, name: str) -> None:
    assert answer(store, TOKEN, bearer(), name, b"{}")[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"\xff",
        json.dumps({"account": {"platform": "x"}, "by": "tests", "now": NOON.isoformat()}).encode(),
        json.dumps({"account": None, "by": "tests", "now": NOON.isoformat()}).encode(),
        asked(CALLS["accounts.add"], {"account": an_account(), "by": "tests", "now": NOON})[:-1] + b', "store": 1}',
        asked(CALLS["accounts.add"], {"account": an_account(), "by": "tests", "now": NOON}).replace(b"2026-06-01", b"2026-06-31"),
    ],
)
def test_a_body_that_does_not_fit_is_the_callers_fault_and_its_values_are_not_repeated(store: Store, card: Card, body: bytes) -> None:
    status, _, content = answer(store, TOKEN, bearer(), "accounts.add", body)
    assert status == 400
    assert b"tests" not in content
    assert dispatch(store, "accounts.every", b"{}") == b"[]"


def test_a_storage_error_travels_with_its_class(store: Store, card: Card) -> None:
    body = asked(CALLS["authorizations.revoke"], {"authorization_id": "none", "by": "tests", "now": NOON})
    status, _, content = answer(store, TOKEN, bearer(), "authorizations.revoke", body)
    assert status == 409
    error = calls.error_in(content)
    assert type(error).__name__ == "NotFound"
    assert "there is no authorization none" in str(error)


def test_an_error_of_a_class_that_this_version_does_not_know_is_still_an_error() -> None:
    assert type(calls.error_in(b'{"error": "FromTheFuture", "message": "so"}')) is StorageError


def test_every_error_can_travel() -> None:
    known = {one.__name__ for one in _all_errors(StorageError)} | {"StorageError"}
    assert set(calls._ERRORS) == known


def _all_errors(cls: type[StorageError]) -> list[type[StorageError]]:
    return [found for one in cls.__subclasses__() if one.__module__ == "storage.errors" for found in (one, *_all_errors(one))]


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_call_is_named_for_its_module_and_takes_only_named_arguments(name: str) -> None:
    call = CALLS[name]
    assert name == f"{call.__module__.rpartition('.')[2]}.{call.__name__}"
    first, *others = inspect.signature(call).parameters.values()
    assert first.name == "store"
    assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in others)
    assert name_of(call) == name
    assert call.__doc__
    result(call, b"null") if inspect.signature(call).return_annotation == "None" else None


def test_every_call_of_a_module_that_has_calls_is_listed() -> None:
    modules = {inspect.getmodule(call) for call in CALLS.values()}
    found = {
        f"{function.__module__.rpartition('.')[2]}.{name}"
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__ == getattr(module, "__name__", "")
        and next(iter(inspect.signature(function).parameters), "") == "store"
    }
    assert found == set(CALLS)


def test_a_result_comes_back_equal(store: Store, account: Account, card: Card) -> None:
    call = CALLS["accounts.standing"]
    content = dispatch(store, "accounts.standing", asked(call, {"now": NOON}))
    assert result(call, content) == call(store, now=NOON)
