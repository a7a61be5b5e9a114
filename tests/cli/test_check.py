"""`plainview check`: files in, one line each out, and nothing else needed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from domain.identity import sha256_hex
from samples.manifest import ARTWORK, MEDIA, load_manifest
from tests.cli.conftest import Called

Plainview = Callable[..., Called]
KEYS = {"file", "sha256", "findings", "hits", "error"}
FINDING_KEYS = {"kind", "label", "score", "threshold", "box", "text", "time_s", "because", "detector"}


def rows(called: Called) -> list[dict[str, Any]]:
    return [json.loads(line) for line in called.out.splitlines()]


def easy_picture() -> Path:
    shown = (picture for picture in load_manifest().pictures if picture.difficulty == "easy")
    return next(picture.path for picture in shown if any(expected.kind == "department_artwork" for expected in picture.expected))


def photograph(folder: Path, name: str = "photo.png") -> Path:
    path = folder / name
    Image.effect_noise((320, 240), 40).save(path)
    return path


def test_a_picture_with_artwork_is_one_line_with_its_clause(plainview: Plainview) -> None:
    picture = easy_picture()
    called = plainview("check", picture, "--as", "department", "--references", ARTWORK, "--json")
    assert called.status == 1
    (row,) = rows(called)
    assert set(row) == KEYS
    assert row["sha256"] == sha256_hex(picture.read_bytes())
    finding = next(one for one in row["findings"] if one["kind"] == "department_artwork")
    assert set(finding) == FINDING_KEYS
    assert finding["threshold"] <= finding["score"] <= 1
    assert all(isinstance(side, int) for side in finding["box"])
    assert {"clause": "IV.C.1.f", "kind": "department_artwork"}.items() <= row["hits"][0].items()


def test_nothing_found_ends_with_0(plainview: Plainview, folder: Path) -> None:
    called = plainview("check", photograph(folder), "--as", "member", "--references", ARTWORK, "--json")
    assert called.status == 0
    assert rows(called)[0]["findings"] == []


def test_a_file_that_cannot_be_read_ends_with_2_and_stops_no_other(plainview: Plainview, folder: Path) -> None:
    inside = folder / "in"
    inside.mkdir()
    (inside / "a.jpg").write_text("<html></html>", encoding="utf-8")
    (inside / "b.jpg").write_bytes(easy_picture().read_bytes()[:3000])
    (inside / "c.jpg").write_bytes(b"")
    photograph(inside, "d.png")
    called = plainview("check", inside, "--as", "department", "--references", ARTWORK, "--json")
    assert called.status == 2
    errors = [row["error"] for row in rows(called)]
    assert [error is None for error in errors] == [False, False, False, True]
    assert "Traceback" not in called.err


def test_a_path_that_is_not_there_is_an_error_of_its_line(plainview: Plainview, folder: Path) -> None:
    called = plainview("check", folder / "none.jpg", photograph(folder), "--as", "department", "--json")
    assert called.status == 2
    missing, there = rows(called)
    assert missing["sha256"] is None
    assert "cannot be read" in missing["error"]
    assert there["error"] is None


def test_folders_are_walked_and_what_is_passed_over_is_said(plainview: Plainview, folder: Path) -> None:
    inside = folder / "in" / "deeper"
    inside.mkdir(parents=True)
    photograph(inside, "x.png").rename(inside / "picture-without-a-suffix")
    (inside / "draft.txt").write_text("Road closed", encoding="utf-8")
    (inside / "notes.json").write_text("{}", encoding="utf-8")
    called = plainview("check", folder / "in", "--as", "department", "--references", ARTWORK, "--json")
    assert sorted(Path(row["file"]).name for row in rows(called)) == ["draft.txt", "picture-without-a-suffix"]
    assert "1 .json" in called.err
    assert called.status == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--detectors", "sentiment"), "no detector is called sentiment"),
        (("--detectors", "words"), "this version has no words"),
        (("--subjects", "."), "no subject detector"),
        (("--references", "none"), "cannot be read"),
        (("--references", "."), "holds no picture"),
        (("--look-alikes", "none"), "--look-alikes none: cannot be read"),
        (("--look-alikes", "."), "--look-alikes .: holds no picture"),
    ],
)
def test_what_cannot_be_done_is_refused_not_passed_over(plainview: Plainview, folder: Path, arguments: tuple[str, ...], words: str) -> None:
    (folder / "draft.txt").write_text("Road closed", encoding="utf-8")
    called = plainview("check", "draft.txt", "--as", "department", *arguments)
    assert called.status == 2
    assert words in called.err
    assert called.out == ""


def test_what_this_version_does_not_look_for_is_said(plainview: Plainview, folder: Path) -> None:
    (folder / "draft.txt").write_text("He is guilty", encoding="utf-8")
    called = plainview("check", "draft.txt", "--as", "department")
    assert "words" in called.err
    assert "No artwork is looked for" in called.err


def test_text_that_is_not_utf_8_is_named(plainview: Plainview, folder: Path) -> None:
    (folder / "draft.txt").write_bytes(b"Road \xff closed")
    called = plainview("check", "draft.txt", "--as", "department", "--json")
    assert called.status == 2
    assert rows(called)[0]["error"].startswith("byte 5 is not UTF-8")


def test_no_database_is_made(plainview: Plainview, folder: Path) -> None:
    plainview("check", photograph(folder), "--as", "department", "--references", ARTWORK)
    assert not (folder / "data").exists()


def test_the_installed_command_does_the_same(folder: Path) -> None:
    pictures = [easy_picture(), *sorted(MEDIA.iterdir())[:3]]
    command = [Path(sys.executable).with_name("plainview"), "check", *pictures, "--as", "department", "--references", ARTWORK, "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert ended.returncode == 1, ended.stderr
    assert [json.loads(line)["file"] for line in ended.stdout.splitlines()] == [str(picture) for picture in pictures]


def test_it_starts_without_prefect_django_or_duckdb(folder: Path) -> None:
    program = (
        "import sys; sys.argv = ['plainview', 'check', 'photo.png', '--as', 'department']\n"
        "from cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('prefect', 'django', 'duckdb', 'requests') if name in sys.modules])"
    )
    photograph(folder)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


class TestExplain:
    """`--explain FILE` draws how one picture was searched."""

    def test_it_writes_a_picture_and_changes_no_answer(self, plainview: Plainview, folder: Path) -> None:
        picture, written = photograph(folder), folder / "why.png"
        command = ("check", picture, "--as", "department", "--references", ARTWORK, "--json")
        called = plainview(*command, "--explain", written)
        assert called.out == plainview(*command).out
        assert "why.png shows why" in called.err
        with Image.open(written) as explained:
            assert explained.width > 320

    def test_one_picture_at_a_time(self, plainview: Plainview, folder: Path) -> None:
        photograph(folder)
        for paths in ((folder,), (photograph(folder, "a.png"), photograph(folder, "b.png"))):
            called = plainview("check", *paths, "--as", "department", "--references", ARTWORK, "--explain", folder / "why.png")
            assert (called.status, (folder / "why.png").exists()) == (2, False)
            assert "name one file" in called.err

    def test_what_cannot_be_explained_is_one_line(self, plainview: Plainview, folder: Path) -> None:
        (folder / "broken.png").write_bytes(b"not a picture")
        picture = photograph(folder)
        for arguments, words in (
            ((folder / "broken.png", "--references", ARTWORK), "not a picture"),
            ((picture, "--references", ARTWORK, "--detectors", "metadata"), "add artwork"),
            ((folder / "absent.png", "--references", ARTWORK), "No such file"),
        ):
            called = plainview("check", *arguments, "--as", "department", "--explain", folder / "why.png")
            assert called.status == 2
            assert words in called.err
            assert "Traceback" not in called.err
