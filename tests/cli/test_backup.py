"""`plainview backup` and `plainview restore`, as a person calls them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Called

Plainview = Callable[..., Called]


def test_there_and_back_again(plainview: Plainview, folder: Path) -> None:
    made = plainview("backup", "backups")
    assert made.status == 0, made.err
    (backup,) = (folder / "backups").iterdir()
    assert f"{backup}: 1 files" in made.out
    assert f"plainview restore --check {backup} FOLDER" in made.out

    (folder / "list").write_bytes(b"")
    checked = plainview("restore", backup, "again", "--check", "--json", "--withdrawals", "list")
    assert checked.err == ""
    said = json.loads(checked.out)
    assert (checked.status, said["placed"], said["files"], said["lost"]) == (0, False, 1, [])
    assert not (folder / "again").exists()

    restored = plainview("restore", backup, "again")
    assert restored.status == 0, restored.err
    assert "is whole: 1 files" in restored.out
    assert "nothing says what was revoked or erased after" in restored.err
    assert "decisions, holds and approvals entered after" in restored.err
    assert (folder / "again" / "general.duckdb").exists()


def test_what_is_wrong_is_one_line_and_status_2(plainview: Plainview, folder: Path) -> None:
    (folder / "full").mkdir()
    (folder / "full" / "mine").touch()
    for arguments, told in (
        (("backup", "data/backups"), "lies in the data folder"),
        (("restore", "nowhere", "again"), "is no backup, or was not finished"),
        (("restore", "nowhere", "full"), "something lies there"),
        (("restore", "nowhere", "again", "--withdrawals", "nothing"), "the list of withdrawals cannot be read"),
    ):
        called = plainview(*arguments)
        assert (called.status, called.out) == (2, "")
        assert told in called.err
        assert len(called.err.splitlines()) == 1
    assert not (folder / "again").exists()
