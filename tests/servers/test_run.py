"""`plainview run` against servers that we did not write: it finds exactly what is public, with the same bytes; sees edits and deletions; keeps each reply
as a WARC that warcio reads; and writes no token into any file. By hand: docs/sources.md says how to start the servers and to name them.

All accounts are run together, three times: at first, after a change on every server, and when nothing has changed.
"""

from __future__ import annotations

import html
import io
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from domain.identity import sha256_hex
from sources.client.secret import REDACTED
from tests.servers.desk import Desk
from tests.servers.looked_through import found_in, spellings
from tests.servers.named import SECRET, address
from tests.servers.watched import WATCHED, OnX, Shown, Watched
from tests.servers.x_mock import TOKEN

pytestmark = [pytest.mark.servers, pytest.mark.timeout(900)]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class After:
    """What one run left."""

    posts: Rows
    attempts: dict[tuple[str, str], tuple[str, str, int]]
    warc: bytes = field(repr=False)

    def of(self, one: Watched) -> Rows:
        """The posts of an account, without what it says of itself."""
        return [row for row in self.posts if (row["platform"], row["handle"]) == (one.platform, one.handle) and row["kind"] != "profile"]


@dataclass(frozen=True)
class Ran:
    desk: Desk
    accounts: dict[str, Watched]
    shown: dict[str, list[list[Shown]]]
    runs: list[After]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    named = [name for name, (variable, _) in WATCHED.items() if os.environ.get(variable)]
    if not named:
        pytest.skip("set PLAINVIEW_TEST_… to the servers' addresses to run this (docs/sources.md)")
    desk = Desk(tmp_path_factory.mktemp("desk"), tmp_path_factory.mktemp("elsewhere"))
    with ExitStack() as closing:
        accounts = {name: WATCHED[name][1](closing) for name in named}
        shown = {name: [one.fill()] for name, one in accounts.items()}
        desk.set_up(list(accounts.values()))
        runs = [after_a_run(desk)]
        for name, one in accounts.items():
            shown[name].append(one.change())
        runs += [after_a_run(desk), after_a_run(desk)]
        yield Ran(desk, accounts, shown, runs)


def after_a_run(desk: Desk) -> After:
    desk.plainview("run")
    file = desk.folder / f"kept-{len(list(desk.folder.glob('kept-*')))}.warc.gz"
    desk.plainview("export", "warc", str(file))
    return After(desk.rows("posts"), desk.attempts(), file.read_bytes())


@pytest.fixture(params=list(WATCHED))
def name(request: pytest.FixtureRequest) -> str:
    address(WATCHED[request.param][0])
    return str(request.param)


def said(rows: Rows) -> list[tuple[str, list[str]]]:
    """Each post's text, and the SHA-256 of its pictures."""
    return sorted((row["text"], [medium["media_sha256"] for medium in row["media"]]) for row in rows)


def expected(shown: list[Shown]) -> list[tuple[str, list[str]]]:
    return sorted((one.text, [sha256_hex(picture) for picture in one.pictures]) for one in shown)


def there(rows: Rows) -> Rows:
    return [row for row in rows if row["gone_at"] is None]


def test_a_run_finds_exactly_the_public_posts_with_identical_pictures(ran: Ran, name: str) -> None:
    rows, shown = ran.runs[0].of(ran.accounts[name]), ran.shown[name][0]
    assert said(rows) == expected(shown)
    assert all(row["gone_at"] is None and row["version"] == 1 for row in rows)
    vault = ran.desk.data / "vault"
    for picture in {picture for one in shown for picture in one.pictures}:
        assert [file.read_bytes() for file in vault.rglob(sha256_hex(picture))] == [picture]


def test_times_are_those_of_the_server(ran: Ran, name: str) -> None:
    made = {one.text: one for one in ran.shown[name][0]}
    for row in ran.runs[0].of(ran.accounts[name]):
        one = made[row["text"]]
        assert abs(datetime.fromisoformat(row["posted_at"]) - one.at) <= one.grain, row["text"]


def test_edits_and_deletions_are_noticed(ran: Ran, name: str) -> None:
    one = ran.accounts[name]
    before, rows = ran.runs[0].of(one), ran.runs[1].of(one)
    assert said(there(rows)) == expected(ran.shown[name][1])
    assert [row["text"] for row in rows if row["gone_at"]] == [one.doomed]
    revised = [row for row in rows if row["version"] == 2]
    assert len(revised) == int(one.revises)
    if one.revises:
        assert {row["id"] for row in revised} < {row["id"] for row in before}
        assert [row["text"] for row in revised] == [ran.shown[name][1][0].text]


def test_what_was_deleted_there_is_erased_where_its_terms_say_so(ran: Ran, name: str) -> None:
    one, rows = ran.accounts[name], ran.runs[2].of(ran.accounts[name])
    assert said(there(rows)) == expected(ran.shown[name][1])
    assert [row["text"] for row in rows if row["gone_at"]] == ([] if one.purges else [one.doomed])
    if one.purges:
        assert found_in(ran.desk.data, [one.doomed]) == []


def test_a_third_run_finds_nothing_new_by_one_request(ran: Ran, name: str) -> None:
    one = ran.accounts[name]
    assert ran.runs[2].attempts[one.platform, one.url] == ("unchanged", "", 1)


def test_the_kept_replies_hold_each_posts_bytes(ran: Ran, name: str) -> None:
    for run in ran.runs[:2]:
        records = {record.rec_headers.get_header("WARC-Record-ID"): (record, record.content_stream().read()) for record in read(run.warc)}
        shown_at = {record.rec_headers.get_header("WARC-Target-URI"): body for record, body in records.values() if record.rec_type == "response"}
        for row in run.of(ran.accounts[name]):
            record, body = records[row["record"]]
            assert record.rec_type == "response"
            assert all(line in words_of(body) for line in row["text"].splitlines()), (row["text"], body)
            for medium in row["media"]:
                assert sha256_hex(next(body for address, body in shown_at.items() if same(address, medium["url"]))) == medium["media_sha256"]


def same(address: str, url: str) -> bool:
    """X's pictures are asked for in their original size, by a parameter."""
    return address.partition("?")[0] == url.partition("?")[0]


def read(warc: bytes) -> Iterator[Any]:
    yield from ArchiveIterator(io.BytesIO(warc), check_digests="raise")


def words_of(body: bytes) -> str:
    """What a reply says, without the ways in which JSON and HTML write characters."""
    text = body.decode()
    with suppress(ValueError):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return html.unescape(html.unescape(text))


def test_no_token_password_or_hidden_word_stands_in_any_file(ran: Ran) -> None:
    hidden = {TOKEN, SECRET, *(secret for one in ran.accounts.values() for secret in one.hidden)}
    assert found_in(ran.desk.folder, hidden) == []
    assert not [secret for secret in hidden for spelling in spellings(secret) if spelling in ran.desk.said.encode()]


def test_the_search_would_find_them(tmp_path: Path, ran: Ran) -> None:
    """The token stands in the file of tokens, and what is public in the database and in the kept replies."""
    assert found_in(ran.desk.elsewhere, [TOKEN])
    words = [shown[-1][-1].text for shown in ran.shown.values()]
    for word in words:
        places = found_in(ran.desk.data, [word])
        assert any(".duckdb post" in place for place in places), word
    kept = found_in(ran.desk.folder, [shown[0].text.split()[-1] for (shown, *_) in ran.shown.values()])
    assert {place.partition(" ")[0] for place in kept if "/vault/" in place}
    assert any(".warc.gz http" in place for place in kept)


def test_no_cookie_is_kept(ran: Ran) -> None:
    heads = [record.http_headers for run in ran.runs for record in read(run.warc) if record.http_headers]
    assert heads
    for head in heads:
        assert {value for key, value in head.headers if key.lower() in {"set-cookie", "cookie", "authorization"}} <= {REDACTED}


def test_the_requests_are_those_of_xs_published_document(ran: Ran) -> None:
    address("PLAINVIEW_TEST_PRISM")
    one = ran.accounts["x"]
    assert isinstance(one, OnX)
    assert "Request contains" in one.mock.said or "passed the validation rules" in one.mock.said
    assert "did not pass the validation rules" not in one.mock.said
