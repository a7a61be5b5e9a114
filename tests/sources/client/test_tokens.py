"""Platforms' tokens: which one counts, and that a file that cannot be used says so without quoting itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.client.tokens import Tokens
from sources.source import NotPermitted

SECRET = "4f1e-secret"


def tokens(tmp_path: Path, text: str, mode: int = 0o600) -> Tokens:
    path = tmp_path / "tokens.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return Tokens(path)


def test_the_accounts_own_line_counts_before_the_one_for_all(tmp_path: Path) -> None:
    found = tokens(tmp_path, '[x]\n"@ExampleCityPD" = "own"\n"*" = " for all "\n[youtube]\n"@press" = "y"\n')
    assert found.of("x", "@examplecitypd") == "own"
    assert found.of("x", "@other") == "for all"
    assert found.of("youtube", "@other") is None
    assert found.of("flickr", "@other") is None


def test_without_a_file_there_are_none() -> None:
    assert Tokens(None).of("x", "@press") is None
    with pytest.raises(NotPermitted, match=r"x is read with a bearer token: put it under \[x\] in the file that \[network\] tokens names"):
        Tokens(None).required("x", "@press", "a bearer token")


def test_an_exchanged_token_counts_from_the_next_time_on(tmp_path: Path) -> None:
    found = tokens(tmp_path, '[x]\n"*" = "old"\n')
    assert found.required("x", "@press", "a token") == "old"
    tokens(tmp_path, '[x]\n"*" = "new"\n')
    assert found.required("x", "@press", "a token") == "new"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(NotPermitted, match="run chmod 600") as problem:
        tokens(tmp_path, f'[x]\n"*" = "{SECRET}"\n', mode).of("x", "@press")
    assert SECRET not in str(problem.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'x = "{SECRET}"', r"`x` must be a table, \[x\]"),
        (f'[x]\n"*" = ["{SECRET}"]', "no printable text"),
        ('[x]\n"*" = ""', "no printable text"),
        ('[x]\n"*" = "  "', "no printable text"),
        (f'[x]\n"*" = "{SECRET}\\n"', "no printable text"),
        (f'[x]\n"*" = "{SECRET}\u00fc"', "no printable text"),
        ('[x]\n"*" = 7', "no printable text"),
        (f"[x]\n* = {SECRET}", "not valid TOML"),
        (f'[x]\n"*" = "{SECRET}', "not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_quotes_nothing(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(NotPermitted, match=words) as problem:
        tokens(tmp_path, text).of("x", "@press")
    assert SECRET not in str(problem.value)
    assert problem.value.__cause__ is None
    assert "\n" not in str(problem.value)


def test_a_file_that_is_not_there_or_no_text_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotPermitted, match="cannot be read"):
        Tokens(tmp_path / "none.toml").of("x", "@press")
    path = tmp_path / "tokens.toml"
    path.write_bytes(b"\xff\xfe" + SECRET.encode())
    path.chmod(0o600)
    with pytest.raises(NotPermitted, match="not valid TOML"):
        Tokens(path).of("x", "@press")
