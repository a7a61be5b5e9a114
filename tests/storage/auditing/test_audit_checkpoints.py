"""Checkpoints against a store that was tampered with by somebody who may write the file: what the chain alone cannot tell, they do."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.account import Compartment
from domain.audit import AuditAction
from storage.auditing import audit, audit_checkpoints, audit_trees
from storage.auditing.audit_chain import COLUMNS, START, entry_hash
from storage.auditing.audit_checkpoints import Checked
from storage.auditing.audit_notes import NoCheckpoints, new_signing_key, read_checkpoints, signing_key
from storage.auditing.audit_settings import AuditSettings
from storage.database import FILE, Database
from storage.errors import StoreDamaged
from storage.migrate import packaged
from storage.owner.open import owning
from storage.store import Store, Transaction
from tests.builders import NOON
from tests.storage.undercover import enrolled, with_keys

FIRST = len(packaged())  # entries before the tests' own
SIZES = (FIRST + 4, FIRST + 8)  # what the two checkpoints cover; two entries come after them
GUARDS = "DROP TRIGGER audit_is_never_updated ON audit; DROP TRIGGER audit_is_never_deleted ON audit"
TEN = "\n".join(f"user {number}" for number in range(10))


@pytest.fixture(scope="module")
def place(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with ten entries, and beside it a key and two checkpoints, of the fourth and eighth of them."""
    place = tmp_path_factory.mktemp("checkpointed")
    shutil.copytree(empty_store, place / "data")
    assert new_signing_key(set_up(place), place / "data")
    with owning(place / "data") as store:
        for number, user in enumerate(TEN.split("\n"), 1):
            add(store, user)
            if number in (4, 8):
                audit_checkpoints.make(audit_trees.newest(store), set_up(place), place / "data")
    return place


def set_up(place: Path) -> AuditSettings:
    return AuditSettings(checkpoints=place / "notes", signing_key_file=place / "key", log_name="police.example.gov/log")


def add(store: Store, user: str) -> None:
    audit.record(store, action=AuditAction.USER_ADDED, actor="tests", subject=user, detail={"n": 1}, now=NOON)


def after(place: Path, here: Path, tampering: Callable[[Transaction], None]) -> Checked:
    """What is said about a copy of the file once somebody has written to it past every guard."""
    copy = Path(shutil.copy(place / "data" / FILE, here / FILE))
    database = Database(here)
    database.attach(Compartment.GENERAL, copy)
    try:
        store = Store(database)
        with store.transaction() as tx:
            tx.execute(GUARDS)
        with store.transaction() as tx:
            tampering(tx)
        return checked(store, place)
    finally:
        database.close()


def checked(store: Store, place: Path, roots: Path | None = None) -> Checked:
    notes = read_checkpoints(place / "notes", signing_key(set_up(place), place / "data").verifier)
    return audit_checkpoints.check(audit.verify_files(store), audit_trees.recomputed(store, sizes=audit_checkpoints.sizes_in(notes)), notes, roots)


def sql(*statements: str) -> Callable[[Transaction], None]:
    def run(tx: Transaction) -> None:
        for statement in statements:
            tx.execute(statement)

    return run


def rebuilt(change: Callable[[list[list[object]]], None]) -> Callable[[Transaction], None]:
    """The whole chain written anew after `change`, with every hash and the head as they should be: nothing inside the file tells."""

    def run(tx: Transaction) -> None:
        rows = [list(row) for row in tx.rows(f"SELECT {COLUMNS} FROM audit ORDER BY seq")]
        change(rows)
        tx.execute("DELETE FROM audit")
        last = START
        for seq, row in enumerate(rows, 1):
            fields = (seq, *row[1:6], last)
            last = entry_hash(*fields)
            tx.insert("audit", dict(zip(COLUMNS.split(", "), (*fields, last), strict=True)))
        tx.execute("UPDATE audit_head SET seq = ?, hash = ?", [len(rows), last])

    return run


def edited(index: int) -> Callable[[list[list[object]]], None]:
    def change(rows: list[list[object]]) -> None:
        rows[index][4] = "somebody else"

    return change


def test_an_untouched_store_stands_with_its_checkpoints(place: Path, tmp_path: Path) -> None:
    (file,) = after(place, tmp_path, sql()).files
    assert (file.ok, file.entries, file.checkpoints, file.covered) == (True, FIRST + 10, 2, SIZES[1])
    assert file.written_at
    assert not file.fault


@pytest.mark.parametrize(
    ("tampering", "first_bad", "by_size", "fault"),
    [
        (sql(f"UPDATE audit SET actor = 'tesst' WHERE seq = {FIRST + 2}"), FIRST + 2, None, "was changed"),
        (sql(f"DELETE FROM audit WHERE seq = {FIRST + 3}"), FIRST + 3, None, "is missing"),
        (sql(f"DELETE FROM audit WHERE seq > {FIRST + 9}"), FIRST + 10, None, "at the end"),
        (rebuilt(lambda rows: rows.__delitem__(slice(FIRST + 6, None))), FIRST + 7, None, f"{SIZES[1]:012d}.checkpoint vouches for {SIZES[1]}"),
        (rebuilt(edited(FIRST + 1)), None, SIZES[0], f"an entry from 1 to {SIZES[0]}"),
        (rebuilt(edited(FIRST + 5)), None, SIZES[1], f"an entry from {SIZES[0] + 1} to {SIZES[1]}"),
        (rebuilt(lambda rows: rows.pop(FIRST)), None, SIZES[0], "history was rewritten"),
        (rebuilt(lambda rows: rows.insert(FIRST, rows[FIRST])), None, SIZES[0], "history was rewritten"),
        (rebuilt(lambda rows: rows.reverse()), None, SIZES[0], "history was rewritten"),
        (rebuilt(lambda rows: rows.clear()), 1, None, "at the end"),
        (sql("UPDATE audit_tree SET levels = [repeat('a', 64)], size = 1"), None, None, "kept for the next checkpoint"),
    ],
)  # fmt: skip
def test_what_was_done_to_the_file_is_named(
    place: Path, tmp_path: Path, tampering: Callable[[Transaction], None], first_bad: int | None, by_size: int | None, fault: str
) -> None:
    found = after(place, tmp_path, tampering)
    (file,) = found.files
    assert (file.ok, file.first_bad, file.by_size) == (False, first_bad, by_size)
    assert fault in file.fault
    assert found.problems == ()


def test_a_rewrite_of_what_no_checkpoint_covers_cannot_be_seen_and_is_not_claimed_to_be(place: Path, tmp_path: Path) -> None:
    (file,) = after(place, tmp_path, rebuilt(edited(FIRST + 9))).files
    assert (file.ok, file.covered, file.entries) == (True, SIZES[1], FIRST + 10)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_rewrite_of_what_is_covered_goes_unseen(place: Path, tmp_path: Path, data: st.DataObject) -> None:
    entries = st.integers(0, SIZES[1] - 1)
    how = data.draw(st.sampled_from(["edit", "drop", "swap", "add", "cut"]))
    one, other = sorted(data.draw(st.lists(entries, min_size=2, max_size=2, unique=True)))

    def change(rows: list[list[object]]) -> None:
        if how == "edit":
            rows[one][data.draw(st.sampled_from([2, 4]))] = data.draw(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)) + "+"
        elif how == "drop":
            del rows[one]
        elif how == "swap":
            rows[one], rows[other] = rows[other], rows[one]
        elif how == "add":
            rows.insert(one, [*rows[other][:4], "added", *rows[other][5:]])
        else:
            del rows[one:]

    (file,) = after(place, tmp_path, rebuilt(change)).files
    assert not file.ok


def test_a_forged_or_unreadable_note_is_told_apart_from_a_broken_store(place: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(place, tmp_path / "copy"))
    last = sorted((copy / "notes").iterdir())[-1]
    last.write_bytes(last.read_bytes().replace(str(SIZES[1]).encode(), str(SIZES[1] + 1).encode()))
    (copy / "notes" / "general-1.checkpoint").write_bytes(b"\xff\x00")
    (copy / "notes" / "unrelated.txt").write_text("x")
    with owning(copy / "data") as store:
        found = checked(store, copy)
    assert [one.split(": ", 1)[1] for one in found.problems] == ["it was forged, or changed after it was signed", "it is not UTF-8"]
    assert [(file.ok, file.checkpoints, file.covered) for file in found.files] == [(True, 1, SIZES[0])]


def test_each_compartment_has_checkpoints_of_its_own_and_a_file_that_went_is_missed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(folder, monkeypatch)
    place = folder.parent
    new_signing_key(set_up(place), folder)
    with owning(folder) as store:
        enrolled(store)
        made = audit_checkpoints.make(audit_trees.newest(store), set_up(place), folder)
        assert [path.name.split("-")[0] for path in made.paths] == ["general", "undercover"]
        assert b"police.example.gov/log/undercover\n" in made.paths[1].read_bytes()
    for name in [name for name in os.environ if name.startswith("PLAINVIEW_")]:
        monkeypatch.delenv(name)
    with owning(folder) as store:  # following a chain and signing it needs no key of the compartment
        assert [(file.compartment, file.ok, file.checkpoints) for file in checked(store, place).files] == [
            (Compartment.GENERAL, True, 1),
            (Compartment.UNDERCOVER, True, 1),
        ]
        audit_checkpoints.make(audit_trees.newest(store), set_up(place), folder)
    (folder / "undercover.duckdb").unlink()
    with owning(folder) as store:
        general, gone = checked(store, place).files
    assert general.ok
    assert (gone.compartment, gone.ok) == (Compartment.UNDERCOVER, False)
    assert "is not there" in gone.fault


def test_making_the_same_checkpoint_again_changes_nothing_and_another_history_is_not_signed_over_it(place: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(place, tmp_path / "copy"))
    with owning(copy / "data") as store:
        (head,) = audit_trees.newest(store)
    (path,) = audit_checkpoints.make([head], set_up(copy), copy / "data").paths
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    audit_checkpoints.make([head], set_up(copy), copy / "data")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    with pytest.raises(StoreDamaged, match="another checkpoint"):
        audit_checkpoints.make([replace(head, head="0" * 64)], set_up(copy), copy / "data")


def test_the_key_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = new_signing_key(set_up(tmp_path), data)
    assert made
    assert made.name == "police.example.gov/log"
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert new_signing_key(set_up(tmp_path), data) is None
    assert signing_key(set_up(tmp_path), data) == made


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"checkpoints": None}, "no folder for checkpoints is set"),
        ({"signing_key_file": None}, "no signing key is set"),
        ({"checkpoints": Path("data/notes")}, "lies in the data folder"),
        ({"checkpoints": Path("data")}, "lies in the data folder"),
        ({"checkpoints": Path("link/notes")}, "lies in the data folder"),
        ({"signing_key_file": Path("data/key")}, "lies in the data folder"),
        ({"signing_key_file": Path("nowhere")}, "run `plainview audit checkpoint` once"),
        ({"signing_key_file": Path("open")}, "chmod 600"),
        ({"signing_key_file": Path("noise")}, "is no signing key"),
    ],
)
def test_what_is_set_wrongly_is_said_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Path | None], why: str) -> None:
    monkeypatch.chdir(tmp_path)
    data = Path("data")
    data.mkdir()
    Path("link").symlink_to("data")
    Path("noise").write_bytes(b"\xff")
    Path("open").write_text("x")
    Path("noise").chmod(0o600)
    Path("open").chmod(0o644)
    new_signing_key(set_up(tmp_path), data)
    with pytest.raises(NoCheckpoints, match=why):
        audit_checkpoints.make([], set_up(tmp_path).model_copy(update=change), data)
    assert not (tmp_path / "notes").exists()
    assert list(data.iterdir()) == []


def test_a_name_that_no_key_may_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoCheckpoints, match="no space and no plus"):
        new_signing_key(set_up(tmp_path).model_copy(update={"log_name": "a b"}), tmp_path / "data")
