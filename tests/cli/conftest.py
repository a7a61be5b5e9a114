"""The command, called as a person would, in a folder of its own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import main


@dataclass(frozen=True)
class Called:
    """What a call printed and how it ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def with_a_store(folder: Path, empty_store: Path) -> None:
    """The folder has an empty store already."""
    shutil.copytree(empty_store, folder / "data")


@pytest.fixture
def plainview(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Called]:
    """`plainview("accounts", "list")` runs that command."""

    def call(*arguments: str | Path) -> Called:
        monkeypatch.setattr(sys, "argv", ["plainview", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capfd.readouterr()
        return Called(int(ended.value.code or 0), printed.out, printed.err)

    return call
