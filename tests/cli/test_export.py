"""`plainview export warc`, as a person calls it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from domain.account import Account
from domain.identity import sha256_hex
from sources.client.recorder import Exchanged, Recorder
from storage.auditing import audit
from storage.batching.batches import KeptReplies
from storage.batching.wire import written
from storage.owner.open import owning
from storage.sealed.own_keys import own_keys
from storage.sealed.sealed_vault import SealedVault
from storage.store import Store
from storage.vault import Vault
from tests.builders import NOON, a_post, an_account
from tests.cli.conftest import Called
from tests.storage.filling import collected, register, showing, take_in
from tests.storage.undercover import MARK, enrolled, take_in_sealed, with_keys

pytestmark = pytest.mark.usefixtures("with_a_store")

Plainview = Callable[..., Called]
PRESS, PARKS = an_account(), an_account(handle="@parks@police.example.gov")


def a_capture(text: str, pictures: Mapping[str, bytes]) -> bytes:
    recorder = Recorder("Plainview test")
    page = Exchanged("GET", f"https://police.example.gov/{text}", {}, b"", 200, {"Content-Type": "text/plain"}, text.encode(), NOON)
    recorder.keep(page)
    for name, content in pictures.items():
        shown = Exchanged("GET", f"https://police.example.gov/{name}", {}, b"", 200, {"Content-Type": "image/png"}, content, NOON)
        recorder.keep(shown, elsewhere=True)
    found = recorder.take()
    assert found is not None
    return found.content


def brought(store: Store, account: Account, text: str, pictures: Mapping[str, bytes] | None = None, days: int = 0) -> str:
    """A post that came in a capture of its own; answers the post's id."""
    content = a_capture(text, pictures or {})
    post = showing(a_post(account, f"https://police.example.gov/{text}", text))
    replies = KeptReplies(Vault(store.folder).put(content), 1, len(content), (NOON, NOON))
    take_in(store, collected(account, post, at=NOON + timedelta(days=days), replies=replies))
    return post.post.id


@pytest.fixture
def filled(folder: Path) -> dict[str, str]:
    """A working folder with three captures; the ids of their posts by what they say."""
    with owning(folder / "data") as store:
        Vault(store.folder).put(b"there")
        for account in (PRESS, PARKS):
            register(store, account)
        return {
            "one": brought(store, PRESS, "one", {"there.png": b"there", "gone.png": b"erased since"}),
            "two": brought(store, PRESS, "two", days=2),
            "parks": brought(store, PARKS, "parks", days=1),
        }


def read(path: Path) -> list[tuple[Any, bytes]]:
    return [(one, one.content_stream().read()) for one in ArchiveIterator(io.BytesIO(path.read_bytes()), check_digests="raise")]


def texts(path: Path) -> list[bytes]:
    return [body for record, body in read(path) if record.rec_type == "response" and record.http_headers.get_header("Content-Type") == "text/plain"]


def test_everything_in_one_file_with_the_pictures_that_are_still_there(plainview: Plainview, folder: Path, filled: dict[str, str]) -> None:
    called = plainview("export", "warc", "kept.warc.gz")
    assert called.status == 0, called.err
    assert "kept.warc.gz: 13 records from 3 of 3 captures." in called.out
    assert "1 pictures are named by their SHA-256 alone" in called.err
    assert "Writing kept replies: 3 of 3" in called.err
    path = folder / "kept.warc.gz"
    assert path.stat().st_mode & 0o777 == 0o600
    assert texts(path) == [b"one", b"parks", b"two"]
    pictures = [(record.rec_type, body) for record, body in read(path) if record.http_headers and record.http_headers.get_header("Content-Type") == "image/png"]
    assert pictures == [("response", b"there"), ("revisit", b"")]
    assert sorted(one.name for one in folder.iterdir() if "warc" in one.name) == ["kept.warc.gz"]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (("--account", PRESS.handle), [b"one", b"two"]),
        (("--account", PARKS.id), [b"parks"]),
        (("--since", "2026-06-02"), [b"parks", b"two"]),
        (("--account", PRESS.handle, "--since", "2026-06-02"), [b"two"]),
    ],
)
def test_what_is_chosen_and_nothing_else(plainview: Plainview, folder: Path, filled: dict[str, str], chosen: tuple[str, ...], expected: list[bytes]) -> None:
    assert plainview("export", "warc", "kept.warc.gz", *chosen).status == 0
    assert texts(folder / "kept.warc.gz") == expected


def test_one_post(plainview: Plainview, folder: Path, filled: dict[str, str]) -> None:
    assert plainview("export", "warc", "kept.warc.gz", "--post", filled["two"]).status == 0
    assert texts(folder / "kept.warc.gz") == [b"two"]


def test_an_erased_capture_is_simply_not_there(plainview: Plainview, folder: Path, filled: dict[str, str]) -> None:
    assert plainview("erase", "--post", filled["parks"]).status == 0
    called = plainview("export", "warc", "kept.warc.gz")
    assert (called.status, "2 of 2 captures" in called.out) == (0, True)
    assert texts(folder / "kept.warc.gz") == [b"one", b"two"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("there.warc.gz",), "is there already"),
        (("none/kept.warc.gz",), "its folder is not there"),
        (("kept.warc.gz", "--post", "post_none"), "no replies are kept of that"),
        (("kept.warc.gz", "--account", "@nobody"), "no account of that id or handle"),
        (("kept.warc.gz", "--since", "yesterday"), "not a day or time"),
        (("kept.warc.gz", "--undercover"), "master key"),
    ],
)
def test_what_cannot_be_written_is_one_line_and_leaves_nothing(
    plainview: Plainview, folder: Path, filled: dict[str, str], arguments: tuple[str, ...], words: str
) -> None:
    (folder / "there.warc.gz").write_bytes(b"mine")
    if "--undercover" in arguments:
        with pytest.MonkeyPatch.context() as patch:
            with_keys(folder / "data", patch)
            with owning(folder / "data") as store:
                enrolled(store)
    called = plainview("export", "warc", *arguments)
    assert (called.status, called.out, called.err.count("\n")) == (2, "", 1)
    assert words in called.err
    assert (folder / "there.warc.gz").read_bytes() == b"mine"
    assert [one.name for one in folder.iterdir() if "warc" in one.name] == ["there.warc.gz"]


def test_what_cannot_be_read_is_said_and_stops_nothing(plainview: Plainview, folder: Path, filled: dict[str, str]) -> None:
    vault = Vault(folder / "data")
    vault.files.path(sha256_hex(b"there")).write_bytes(b"changed")
    with owning(folder / "data") as store, store.read() as view:
        by_time = [row[0] for row in view.rows("SELECT sha256 FROM capture ORDER BY captured_at")]
    vault.files.path(by_time[1]).unlink()
    vault.files.path(by_time[2]).write_bytes(b"changed")
    called = plainview("export", "warc", "kept.warc.gz")
    assert called.status == 2
    assert "1 of 3 captures" in called.out
    assert called.err.count("not in the file:") == 3
    assert texts(folder / "kept.warc.gz") == [b"one"]


def test_the_coordinator_gets_what_is_sealed(plainview: Plainview, folder: Path, filled: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    data = folder / "data"
    with_keys(data, monkeypatch)
    with owning(data) as store:
        account = enrolled(store)
        vault = SealedVault(data, own_keys(data), account.subject_id)
        picture = vault.put(b"sealed picture")
        content = a_capture(MARK, {"sealed.png": b"sealed picture"})
        replies = KeptReplies(vault.put(content), 1, len(content), (NOON, NOON))
        post = showing(a_post(account, f"https://social.example/{MARK}"))
        take_in_sealed(
            store, written(collected(account, post, at=NOON + timedelta(days=3), replies=replies), store.undercover.keys.of(account.subject_id or ""))
        )
    assert plainview("export", "warc", "general.warc.gz").status == 0
    assert texts(folder / "general.warc.gz") == [b"one", b"parks", b"two"]
    assert plainview("export", "warc", "all.warc.gz", "--undercover").status == 0
    assert texts(folder / "all.warc.gz") == [b"one", b"parks", b"two", MARK.encode()]
    assert b"sealed picture" in [body for _, body in read(folder / "all.warc.gz")]
    assert vault.has(picture)
    with owning(data) as store:
        assert [entry.actor[:4] for entry in audit.entries(store.undercover) if entry.action == "compartment:read" and entry.subject == "captures"] == ["cli:"]
