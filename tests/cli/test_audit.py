"""`plainview audit`: how it ends, and what it says, for a history that is whole, broken, or cannot be checked."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from cli.doctor import CHECKS
from domain.audit import AuditAction
from storage.auditing import audit, audit_checkpoints, audit_trees
from storage.auditing.audit_chain import COLUMNS, START, entry_hash
from storage.auditing.audit_notes import new_signing_key, signing_key
from storage.auditing.audit_settings import AuditSettings
from storage.auditing.signed_notes import Signer
from storage.migrate import packaged
from storage.owner.open import owning
from tests.builders import NOON
from tests.cli.conftest import Called

Plainview = Callable[..., Called]
FIRST = len(packaged())
SETTINGS = '[audit]\ncheckpoints = "kept/notes"\nsigning_key_file = "kept/key"\nlog_name = "police.example.gov"\n'
SWAPPED = "; ".join(f"UPDATE audit SET seq = {to} WHERE seq = {seq}" for seq, to in [(FIRST + 2, -1), (FIRST + 3, FIRST + 2), (-1, FIRST + 3)])
UNGUARDED = "DROP TRIGGER audit_is_never_updated ON audit; DROP TRIGGER audit_is_never_deleted ON audit"


@pytest.fixture(scope="module")
def checkpointed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder whose store has four entries and a checkpoint over them, then two entries more."""
    place = tmp_path_factory.mktemp("checkpointed")
    table = AuditSettings(checkpoints=place / "kept" / "notes", signing_key_file=place / "kept" / "key", log_name="police.example.gov")
    new_signing_key(table, place / "data")
    add(place, 4)
    with owning(place / "data") as store:
        audit_checkpoints.make(audit_trees.newest(store), table, place / "data")
    add(place, 2)
    return place


@pytest.fixture
def key(folder: Path, checkpointed: Path) -> str:
    """The working folder is a copy of it. Answers the line that was to be kept elsewhere."""
    shutil.copytree(checkpointed, folder, dirs_exist_ok=True)
    (folder / "plainview.toml").write_text(SETTINGS)
    return str(signing_key(AuditSettings(signing_key_file=folder / "kept" / "key"), folder / "data").verifier)


def add(folder: Path, count: int) -> None:
    with owning(folder / "data") as store:
        for number in range(count):
            audit.record(store, action=AuditAction.USER_ADDED, actor="tests", subject=f"user {number}", detail={}, now=NOON)


def tampered(folder: Path, statements: str) -> None:
    with duckdb.connect(str(folder / "data" / "general.duckdb")) as raw:
        raw.execute(f"{UNGUARDED}; {statements}")


def rebuilt(folder: Path) -> None:
    """The whole history with another actor, and every hash as it should be."""
    with duckdb.connect(str(folder / "data" / "general.duckdb")) as raw:
        rows, last, made = raw.execute(f"SELECT {COLUMNS} FROM audit ORDER BY seq").fetchall(), START, []
        for row in rows:
            fields = (row[0], row[1].astimezone(NOON.tzinfo), "nobody", *row[3:6], last)
            last = entry_hash(*fields)
            made.append((*fields, last))
        raw.execute(f"{UNGUARDED}; DELETE FROM audit")
        raw.executemany("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", made)
        raw.execute("UPDATE audit_head SET hash = ?", [last])
        raw.execute("UPDATE audit_tree SET size = 0, levels = []")


def test_a_history_that_is_whole(plainview: Plainview, folder: Path, key: str) -> None:
    verified = plainview("audit", "verify")
    assert verified.status == 0
    assert f"{FIRST + 6} entries. 1 checkpoints hold, the last of" in verified.out
    assert "2 entries came after it" in verified.out
    assert plainview("audit", "verify", "--checkpoints", folder / "kept" / "notes", "--key", key).out == verified.out
    (row,) = map(json.loads, plainview("audit", "verify", "--json").out.splitlines())
    assert (row["compartment"], row["entries"], row["ok"], row["covered"], row["problems"]) == ("general", FIRST + 6, True, FIRST + 4, [])


def test_the_first_checkpoint_makes_the_key_and_prints_the_line_to_keep(plainview: Plainview, folder: Path) -> None:
    (folder / "plainview.toml").write_text(SETTINGS)
    first = plainview("audit", "checkpoint")
    found = re.search(r"^police\.example\.gov\+\S+$", first.out, re.MULTILINE)
    assert found
    assert plainview("audit", "verify", "--checkpoints", "kept/notes", "--key", found[0]).status == 0
    again = plainview("audit", "checkpoint")
    assert (again.status, "+" in again.out) == (0, False)  # the key is there: its line is printed once


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (f"UPDATE audit SET subject = 'user 7' WHERE seq = {FIRST + 2}", f"entry {FIRST + 2}: entry {FIRST + 2} was changed"),
        (f"DELETE FROM audit WHERE seq = {FIRST + 2}", f"entry {FIRST + 2}: entry {FIRST + 2} is missing"),
        (
            SWAPPED,
            f"entry {FIRST + 2}: entry {FIRST + 2} does not follow",
        ),
        (f"DELETE FROM audit WHERE seq > {FIRST + 3}", f"entry {FIRST + 4}: entries at the end are missing"),
        (
            f"DELETE FROM audit WHERE seq > {FIRST + 3}; UPDATE audit_head SET seq = {FIRST + 3}, hash = (SELECT hash FROM audit WHERE seq = {FIRST + 3})",
            f"entry {FIRST + 4}: entries at the end are missing: general-",
        ),
    ],
)
def test_a_history_that_is_broken_ends_with_1_and_names_the_entry(plainview: Plainview, folder: Path, key: str, statements: str, said: str) -> None:
    tampered(folder, statements)
    verified = plainview("audit", "verify")
    assert verified.status == 1
    assert f"general.duckdb: the audit is broken at {said}" in verified.err


def test_a_whole_history_written_anew_is_seen_by_the_checkpoint_alone(plainview: Plainview, folder: Path, key: str) -> None:
    rebuilt(folder)
    verified = plainview("audit", "verify")
    assert verified.status == 1
    assert f"the audit is broken at the checkpoint of {FIRST + 4} entries: history was rewritten" in verified.err
    (folder / "plainview.toml").unlink()
    unseen = plainview("audit", "verify")
    assert unseen.status == 0
    assert "There is no checkpoint to hold it against: a history that was rewritten as a whole, or cut at its end, could not be seen." in unseen.out


def test_a_store_that_was_removed_is_missed(plainview: Plainview, folder: Path, key: str) -> None:
    (folder / "data" / "general.duckdb").unlink()
    assert plainview("audit", "verify").status == 1


def test_what_could_not_be_checked_ends_with_2_and_accuses_nobody(plainview: Plainview, folder: Path, key: str) -> None:
    (note,) = (folder / "kept" / "notes").iterdir()
    whole = note.read_bytes()
    note.write_bytes(whole[:-10])
    forged = plainview("audit", "verify")
    assert (forged.status, "broken" in forged.err) == (2, False)
    assert "could not be checked; it says nothing about the store" in forged.err
    note.write_bytes(whole)
    for arguments, said in [
        (("--key", "nonsense"), "--key: a key line reads"),
        (("--key", str(_other(key))), "not signed by the key that is trusted"),
        (("--checkpoints", folder / "nowhere"), "there is no such folder"),
    ]:
        called = plainview("audit", "verify", *arguments)
        assert (called.status, said in called.err) == (2, True), called
    (folder / "kept" / "key").unlink()
    assert "run `plainview audit checkpoint` once" in plainview("audit", "verify").err


def _other(key: str) -> object:
    return Signer.new(key.split("+", maxsplit=1)[0]).verifier


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "no folder for checkpoints is set"),
        ('[audit]\ncheckpoints = "data/notes"\n', "lies in the data folder"),
        ('[audit]\ncheckpoints = "kept"\n', "no signing key is set"),
        ('[audit]\ncheckpoints = "kept"\nsigning_key_file = "data/key"\n', "lies in the data folder"),
        ('[audit]\ncheckpoints = "kept"\nsigning_key_file = "key"\nlog_name = "a b"\n', "no space and no plus"),
    ],
)
def test_what_is_set_wrongly_is_one_line(plainview: Plainview, folder: Path, table: str, said: str) -> None:
    (folder / "plainview.toml").write_text(table)
    called = plainview("audit", "checkpoint")
    assert (called.status, said in called.err, called.err.count("\n")) == (2, True, 1), called
    assert not (folder / "key").exists()


def test_an_authority_that_is_away_is_an_error_and_the_checkpoint_stays(plainview: Plainview, folder: Path, key: str) -> None:
    (folder / "plainview.toml").write_text(SETTINGS + 'timestamp_url = "http://127.0.0.1:9/"\n')
    called = plainview("audit", "checkpoint")
    assert called.status == 2
    assert "cannot be reached" in called.err
    assert len(list((folder / "kept" / "notes").glob("*.checkpoint"))) == 2


def test_the_doctor_says_where_checkpoints_stand(folder: Path, key: str) -> None:
    assert seen() == []
    (folder / "plainview.toml").write_text(SETTINGS.replace("kept/notes", "kept/none"))
    assert "there is none yet: run `plainview audit checkpoint`" in seen()[0]
    (note,) = (folder / "kept" / "notes").iterdir()
    os.utime(note, (0, 0))
    (folder / "plainview.toml").write_text(SETTINGS)
    assert "the last one is of 1970-01-01" in seen()[0]
    (folder / "plainview.toml").unlink()
    assert "no [audit] checkpoints are set" in seen()[0]


def seen() -> list[str]:
    return [one.line for one in CHECKS["checkpoints"]()]
