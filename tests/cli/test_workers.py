"""`plainview workers`: a token is shown once, and what is wrong is one clear line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Called

Plainview = Callable[..., Called]
SOON = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"


def test_a_worker_is_let_in_listed_and_shut_out(plainview: Plainview, folder: Path) -> None:
    added = plainview("workers", "add", "host-1", "--scope", "collect, examine", "--until", SOON)
    assert added.status == 0, added.err
    token = added.out.strip()
    assert re.fullmatch(r"pvw_[\w-]{43}", token)
    assert "the only time it is shown" in added.err
    (row,) = [json.loads(line) for line in plainview("workers", "list", "--json").out.splitlines()]
    assert (row["name"], row["scopes"], row["valid_until"], row["revoked_at"]) == ("host-1", ["collect", "examine"], SOON, None)
    assert "host-1" in plainview("workers", "list").out
    assert token not in "".join(path.read_bytes().decode("latin-1") for path in (folder / "data").rglob("*") if path.is_file())
    assert "host-1 is shut out." in plainview("workers", "revoke", "host-1").out
    assert "was shut out already" in plainview("workers", "revoke", "host-1").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "host-1", "--scope", "decide", "--until", SOON), "decide is no scope: name collect or examine"),
        (("add", "host-1", "--scope", " , ", "--until", SOON), "nothing is no scope"),
        (("add", "Host 1", "--scope", "collect", "--until", SOON), "is no name for a worker"),
        (("add", "host-1", "--scope", "collect", "--until", "2020-01-01"), "must be a day from"),
        (("revoke", "nobody"), "there is no worker nobody"),
    ],
)
def test_what_is_wrong_is_one_clear_line(plainview: Plainview, arguments: tuple[str, ...], told: str) -> None:
    called = plainview("workers", *arguments)
    assert called.status == 2
    assert told in " ".join(re.sub(r"[│╭╮╰╯─]", " ", called.err).split())


def test_a_workers_host_without_its_token_is_told_where_to_put_it(plainview: Plainview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINVIEW_STORAGE_OWNER", "https://store.police.example.gov:8261")
    called = plainview("workers", "run", "collect")
    assert called.status == 2
    assert "name its file in PLAINVIEW_WORKER_TOKEN_FILE" in called.err


def test_an_owner_that_would_be_reached_in_clear_is_a_wrong_setting(plainview: Plainview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINVIEW_STORAGE_OWNER", "http://store.police.example.gov:8261")
    called = plainview("workers", "run", "collect")
    assert called.status == 2
    assert "would send the token and the batches in clear" in called.err
