"""Every address of the site: who is let in, and what every answer carries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from domain.account import Account, Custody
from storage import accounts
from storage.owner.open import publish_card
from storage.store import Store
from tests.dashboards.conftest import CARD_TOKEN, SignedIn
from tests.dashboards.seeding import a_hit

OPEN_TO_ALL = {"sign_in", "setup", "store", "store_batch", "store_captured", "healthz"}
VALUES = {"hit_id": "hit_1", "shown": "thumbnail", "sha256": "a" * 64, "token": "guess", "call": "accounts.every", "batch_id": "b" * 64}


def addresses() -> Iterator[tuple[str, str]]:
    """Each pattern's name, with an address that it matches."""
    from django.urls import reverse

    for pattern in get_resolver().url_patterns:
        assert isinstance(pattern, URLPattern), "an address outside the list"
        assert pattern.name
        yield pattern.name, reverse(pattern.name, kwargs={name: VALUES[name] for name in pattern.pattern.converters})


def test_nobody_gets_in_anywhere_without_signing_in(nobody: None, store: Store) -> None:
    client, seen = Client(), set()
    for name, address in addresses():
        for method in ("get", "post", "put", "delete", "head"):
            answer = getattr(client, method)(address)
            if name not in OPEN_TO_ALL:
                assert (answer.status_code, answer.headers.get("Location", "").split("?")[0]) == (302, "/sign-in"), (name, method)
        seen.add(name)
    assert seen >= {"queue", "hit", "decide", "reveal", "picture", "reference", "accounts", "people", "release", "password", "sign_out"}


def test_every_answer_forbids_all_that_is_not_the_sites_own(signed_in: SignedIn, store: Store) -> None:
    hit, client = a_hit(store), signed_in()
    for address in ("/", f"/hits/{hit.id}", "/accounts", "/password", "/nowhere", "/sign-in", f"/hits/{hit.id}/thumbnail.jpg", "/healthz"):
        answer = client.get(address)
        policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert {policy[name] for name in ("img-src", "script-src", "style-src", "form-action")} == {"'self'"}
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"


def test_no_page_carries_what_its_own_policy_forbids(signed_in: SignedIn, store: Store) -> None:
    hit, client = a_hit(store), signed_in()
    for address in ("/", f"/hits/{hit.id}", "/accounts", "/password"):
        page = client.get(address).content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert " on" not in {attribute[:3] for attribute in page.split('"')[::2] if attribute.startswith(" on")}
        assert page.count("<script") == page.count('<script src="/static/') == 1
        assert "//" not in "".join(part.split('"')[0] for part in page.split('src="')[1:])


def test_a_foreign_host_is_refused(signed_in: SignedIn, store: Store) -> None:
    assert signed_in().get("/", headers={"host": "plainview.attacker.example"}).status_code == 400
    assert Client().post("/store/accounts.every", b"{}", content_type="application/json", headers={"host": "attacker.example"}).status_code == 400


@pytest.mark.parametrize("address", ["/hits/hit_1/decide", "/hits/hit_1/reveal", "/people", "/people/release", "/password", "/sign-out"])
def test_no_form_is_taken_without_its_token(signed_in: SignedIn, store: Store, address: str) -> None:
    client = signed_in()
    client.handler.enforce_csrf_checks = True
    answer = client.post(address, {"outcome": "dismissed", "reason": "x"})
    assert answer.status_code == 403
    assert b"Send it again, please" in answer.content


def test_signing_in_wants_its_token_too(nobody: None, store: Store) -> None:
    assert Client(enforce_csrf_checks=True).post("/sign-in", {"username": "x", "password": "y"}).status_code == 403


def test_the_site_says_that_it_is_up(nobody: None, store: Store) -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_styles_and_keys_are_served_without_a_session(nobody: None, store: Store) -> None:
    client = Client()
    for name, kind in (("plainview.css", "text/css"), ("keys.js", "text/javascript"), ("icon.svg", "image/svg+xml")):
        answer = client.get(f"/static/{name}")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(kind)
        assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert client.get("/static/../settings.py").status_code in {302, 404}


class TestStore:
    """POST /store/<call>: the door for this machine's other commands."""

    @pytest.fixture(autouse=True)
    def _card(self, store: Store) -> None:
        publish_card(store.folder, "http://127.0.0.1:1", CARD_TOKEN)

    def ask(self, call: str, body: object = None, token: str | None = CARD_TOKEN) -> tuple[int, bytes]:
        """Status and body of the answer."""
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        answer = Client(enforce_csrf_checks=True).post(f"/store/{call}", json.dumps(body or {}), content_type="application/json", headers=headers)
        return answer.status_code, answer.content

    def test_answers_who_knows_the_token(self, store: Store) -> None:
        accounts.add(store, account=an_account_to_list(), by="cli:test", now=datetime.now(UTC))
        status, content = self.ask("accounts.every")
        assert status == 200
        assert [one["handle"] for one in json.loads(content)] == ["@press@police.example.gov"]

    @pytest.mark.parametrize("token", [None, "", "guess", "gu\u00e9ss"])
    def test_refuses_who_does_not(self, token: str | None) -> None:
        status, content = self.ask("accounts.every", token=token)
        assert status == 401
        assert content == b""

    @pytest.mark.parametrize("call", ["accounts.none", "audit.append", "store.close", "accounts"])
    def test_there_are_no_other_calls(self, call: str) -> None:
        assert self.ask(call)[0] == 404

    def test_a_body_that_does_not_fit_is_refused(self) -> None:
        assert self.ask("checkpoints.due", {"now": "yesterday"})[0] == 400
        assert self.ask("accounts.every", {"surprise": 1})[0] == 400

    def test_a_session_is_no_key_to_it(self, signed_in: SignedIn) -> None:
        assert signed_in().post("/store/accounts.every", b"{}", content_type="application/json").status_code == 401

    def test_a_body_larger_than_a_form_is_read(self, store: Store) -> None:
        copy = {"origin": "https://a.example", "text": "#" * 3_000_000, "status": 200, "fetched_at": "2026-06-01T12:00:00Z"}
        status, _ = self.ask("robots.put", {"copies": [copy]})
        assert status == 200

    def test_only_post_is_answered(self) -> None:
        assert Client().get("/store/accounts.every").status_code == 405


def an_account_to_list() -> Account:
    """An account."""
    return Account("mastodon", "@press@police.example.gov", "https://police.example.gov/@press", Custody.DEPARTMENT_RUN)
