"""What a collection keeps of the replies: for every platform, each stored post is in the reply that its row names, and no token is anywhere."""

from __future__ import annotations

import base64
import gzip
import html
import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from cli.terminal import operator
from domain.account import Account, Compartment, Custody
from domain.identity import sha256_hex
from domain.post import PostKind
from flows.collect import budgets_of, outcomes_of
from flows.progress import Progress
from flows.station import Station
from flows.undercover import watch_undercover
from samples.accounts import ACCOUNTS
from sources.client.http import Http
from sources.client.recorder import SAME_BYTES
from sources.client.written_back import members
from storage import accounts, authorizations, captures, checkpoints, posts
from storage.auditing import audit
from storage.owner.open import owning
from storage.sealed import subjects
from storage.sealed.own_keys import own_keys
from storage.sealed.sealed_vault import SealedVault
from storage.vault import Vault
from tests.builders import NOON, an_authorization
from tests.flows.conftest import station_at
from tests.sources.serving import Answer, Asked, Site, json_answer, served
from tests.sources.simulated.every import PLATFORMS, Platform
from tests.storage.undercover import COORDINATOR, MARK, with_keys

TOKEN = "EAAB/tok+en-4417"


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as one:
        yield one


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    return tokens_in(tmp_path)


def tokens_in(folder: Path) -> Path:
    path = folder / "tokens.toml"
    path.write_text("".join(f'[{name}]\n"*" = "{TOKEN}"\n' for name in PLATFORMS), encoding="utf-8")
    path.chmod(0o600)
    return path


def station_for(folder: Path, tokens: Path, site: Site) -> Station:
    made = station_at(folder, site.host)
    return replace(made, network=made.network.model_copy(update={"tokens": tokens}))


def registered(station: Station, account: Account) -> None:
    paper = an_authorization(account, valid_from=date(2020, 1, 1), valid_until=date(2100, 1, 1))
    station.door.call(accounts.add, account=account, by="tests", now=NOON)
    station.door.call(authorizations.grant, authorization=paper, by="tests", now=NOON)


def collected(station: Station) -> list[str]:
    due = station.door.call(checkpoints.due, now=station.now())
    with Http(station.network) as http:
        return outcomes_of(station, http, due, Progress("collect", len(due)), budgets_of(station))


def records_in(content: bytes) -> dict[str, tuple[Any, bytes]]:
    """Responses by their ids, all digests checked."""
    read = [(one, one.content_stream().read()) for one in ArchiveIterator(io.BytesIO(content), check_digests="raise")]
    return {one.rec_headers.get_header("WARC-Record-ID"): (one, body) for one, body in read if one.rec_type in {"response", "revisit"}}


def every_byte(folder: Path) -> bytes:
    """All that lies there, packed things unpacked."""
    contents = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join([*contents, *(gzip.decompress(one) for one in contents if one[:2] == b"\x1f\x8b")])


def every_row(folder: Path) -> str:
    """The database packs what it holds: so all its rows as well."""
    with owning(folder) as store, store.read() as view:
        names = [row[0] for row in view.rows("SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()")]
        return "\n".join(repr(view.rows(f'SELECT * FROM "{name}"')) for name in names)


def spelled(token: str) -> list[str]:
    return [token, token.replace("/", "%2F").replace("+", "%2B"), token.replace("/", "\\/")]


@pytest.fixture(scope="module", params=sorted(PLATFORMS))
def visited(request: pytest.FixtureRequest, empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """Of each platform an account with seven posts that was collected once. It sends back all that it was sent."""
    platform: Platform = PLATFORMS[request.param]()
    folder = tmp_path_factory.mktemp("visited")
    shutil.copytree(empty_store, folder / "data")
    with served() as site:

        def answer(asked: Asked) -> Answer | None:
            found = platform.answer(site, asked)
            return found and replace(found, headers={**found.headers, "X-You-Sent": f"{asked.query} {dict(asked.headers)}", "Set-Cookie": TOKEN})

        site.otherwise = answer
        platform.author.write_many(7)
        station = station_for(folder / "data", tokens_in(folder), site)
        registered(station, platform.account(site))
        assert collected(station) == ["stored"]
        yield station


def test_each_stored_post_is_in_the_reply_that_it_names(visited: Station) -> None:
    stored = visited.door.call(posts.listing, viewer=operator())
    assert len([post for post in stored if post.kind != PostKind.PROFILE]) >= 7
    for post in stored:
        assert post.capture_sha256
        record, body = records_in(visited.vault.get(post.capture_sha256))[post.record or ""]
        assert record.rec_type == "response"
        assert post.kind == PostKind.PROFILE or post.text in html.unescape(body.decode())
    kept = every_byte(visited.storage.folder) + every_row(visited.storage.folder).encode()
    assert not any(one.encode() in kept for one in spelled(TOKEN))
    listed = visited.door.call(captures.listing, viewer=operator())
    said = [entry.detail.get("replies") for entry in visited.door.call(audit.entries) if entry.action == "collection:stored"]
    assert sum(one.replies for one in listed) == sum(int(str(one)) for one in said)


def test_an_unchanged_account_adds_no_capture(visited: Station) -> None:
    before = visited.door.call(captures.listing, viewer=operator())
    files = {path.name for path in (visited.storage.folder / "vault").glob("??/*")}
    assert collected(visited) == ["unchanged"]
    assert visited.door.call(captures.listing, viewer=operator()) == before
    assert {path.name for path in (visited.storage.folder / "vault").glob("??/*")} == files


@pytest.mark.parametrize("key", [key for key, account in ACCOUNTS.items() if account.collected])
def test_the_pictures_of_a_post_are_named_in_its_capture_and_can_be_put_back(station: Station, key: str) -> None:
    due = [one for one in station.door.call(checkpoints.due, now=station.now()) if one.account.handle == ACCOUNTS[key].handle]
    with Http(station.network) as http:
        assert outcomes_of(station, http, due, Progress("collect", 1), budgets_of(station)) == ["stored"]
    shown = [post for post in station.door.call(posts.listing, viewer=operator()) if post.media]
    assert shown
    vault = Vault(station.storage.folder)
    for post in shown:
        capture = station.vault.get(post.capture_sha256 or "")
        named = {_sha256(record): one for one, (record, _) in records_in(capture).items() if record.rec_headers.get_header("WARC-Profile") == SAME_BYTES}
        assert {media.media_sha256 for media in post.media} <= set(named)
        whole = records_in(b"".join(one.content for one in members(capture, vault.get)))
        assert all(sha256_hex(whole[one][1]) == sha256 for sha256, one in named.items())


def _sha256(record: Any) -> str:
    return base64.b32decode(record.rec_headers.get_header("WARC-Payload-Digest").removeprefix("sha256:")).hex()


def test_a_failed_attempt_keeps_no_reply(site: Site, tokens: Path, tmp_path: Path) -> None:
    station = station_for(tmp_path / "data", tokens, site)
    registered(station, site.account("mastodon", f"@press@{site.host}", "/@press"))
    site.otherwise = lambda asked: json_answer({"id": "109", "username": "press", "acct": "press"}) if asked.path.endswith("lookup") else Answer(503)
    assert collected(station) == ["failed"]
    site.otherwise = lambda asked: None
    kept = station.door.call(captures.listing, viewer=operator())
    assert [one.replies for one in kept] == [1]  # the profile, which was stored before it failed


def test_what_is_kept_undercover_is_sealed_and_opens_with_its_key(site: Site, tokens: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    platform: Platform = PLATFORMS["mastodon"]()
    site.otherwise = lambda asked: platform.answer(site, asked)
    platform.author.write(f"{MARK} was on duty")
    station = station_for(tmp_path / "data", tokens, site)
    folder = station.storage.folder
    with_keys(folder, monkeypatch)
    with owning(folder) as store:
        told = platform.account(site)
        own = Account(told.platform, told.handle, told.url, Custody.OPTED_IN, Compartment.UNDERCOVER, f"undercover_{'0' * 32}")
        known = subjects.add_account(store, account=own, label=f"{MARK} subject", by="coordinator", now=NOON).account
        paper = an_authorization(known, valid_from=date(2026, 1, 1), valid_until=datetime.now(UTC).date().replace(month=12, day=31))
        authorizations.grant(store, authorization=paper, by="coordinator", now=NOON, compartment=Compartment.UNDERCOVER)
    watch_undercover(station)
    assert MARK.encode() not in every_byte(folder)
    with owning(folder) as store:
        assert captures.listing(store, viewer=operator()) == []
        found = captures.listing(store, viewer=COORDINATOR)
        (post,) = [one for one in posts.listing(store, viewer=COORDINATOR) if one.kind == PostKind.POST]
        assert post.capture_sha256 in {one.sha256 for one in found}
        subject = found[0].subject_id
        assert [entry.subject for entry in audit.entries(store.undercover) if entry.action == "compartment:read"].count("captures") == 1
    vault = SealedVault(folder, own_keys(folder), subject)
    _, body = records_in(vault.get(post.capture_sha256 or ""))[post.record or ""]
    assert MARK in body.decode()
    assert not any((folder / "vault").glob("??/*"))
