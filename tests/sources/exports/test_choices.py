"""The file in which an owner says what is public."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from domain.post import MediaLink, Post
from sources.exports.choices import COLUMNS, key_of, read_choices, written_choices
from sources.exports.export import UnusableExport
from tests.builders import a_post
from tests.sources.exports.making import account_on

ACCOUNT = account_on("x")


def a_tweet(text: str, number: int = 1) -> Post:
    return a_post(ACCOUNT, f"180000000000000000{number}", text)


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def marked(content: bytes, mark: str = "yes") -> bytes:
    return content.replace(b",no,", f",{mark},".encode())


def test_a_line_for_each_post_and_all_are_marked_no() -> None:
    long = replace(a_tweet("word " * 40, 2), media=(MediaLink("https://a.example/1"), MediaLink("https://a.example/2")))
    first, second = lines(written_choices([a_tweet("Road\nclosed, again"), long]))
    assert tuple(first) == COLUMNS
    assert (first["number"], first["text"], first["pictures"], first["public"]) == ("1", "Road closed, again", "0", "no")
    assert first["posted_at"].endswith("+00:00")
    assert (len(second["text"]), second["pictures"]) == (80, "2")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("https://a.example")', "=1\n+2"])
def test_what_a_spreadsheet_would_compute_is_text(text: str) -> None:
    (row,) = lines(written_choices([a_tweet(text)]))
    assert row["text"].startswith("'")


@pytest.mark.parametrize("text", ["1+1", "a=b", "'quoted'", "", "\N{MINUS SIGN}1"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    (row,) = lines(written_choices([a_tweet(text)]))
    assert row["text"] == text


def test_a_key_is_no_number_and_is_of_what_the_post_says() -> None:
    post = a_tweet("Road closed")
    assert key_of(post).startswith("post_")
    assert key_of(post) != key_of(replace(post, text="Road open"))
    assert key_of(post) == key_of(replace(post, url="https://elsewhere.example"))


@pytest.mark.parametrize("mark", ["yes", "YES", " Yes "])
def test_what_is_marked_comes_back(mark: str) -> None:
    post = a_tweet("Road closed")
    assert read_choices(marked(written_choices([post]), mark), "c.csv") == {key_of(post): True}
    assert read_choices(written_choices([post]), "c.csv") == {key_of(post): False}


@pytest.mark.parametrize("change", [lambda text: text.replace(",", ";"), lambda text: text.replace(",", "\t"), lambda text: text + "\n,,,,,\n"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
def test_a_file_that_a_spreadsheet_saved_in_its_own_way_is_read(change, encoding: str) -> None:  # type: ignore[no-untyped-def]
    post = a_tweet("Café closed")
    content = change(marked(written_choices([post])).decode("utf-8-sig")).encode(encoding)
    assert read_choices(content, "c.csv") == {key_of(post): True}


@pytest.mark.parametrize("mark", ["", "y", "maybe", "ja", "1", "true", "yes!"])
def test_nothing_is_guessed(mark: str) -> None:
    with pytest.raises(UnusableExport, match=r"c\.csv:2: `public` is neither yes nor no"):
        read_choices(marked(written_choices([a_tweet("Road closed")]), mark), "c.csv")


@pytest.mark.parametrize("content", [b"", b"number,text\n1,a\n", b"\x00\x01", b"key\npost_1\n", b"%PDF-1.7", b"public,key\n" + b"a" * 200_000])
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnusableExport, match=r"c\.csv"):
        read_choices(content, "c.csv")


def test_a_post_that_is_marked_both_ways_is_refused() -> None:
    content = written_choices([a_tweet("Road closed")])
    doubled = content + marked(content).split(b"\r\n", 1)[1]
    with pytest.raises(UnusableExport, match="yes and no"):
        read_choices(doubled, "c.csv")
    assert len(read_choices(content + content.split(b"\r\n", 1)[1], "c.csv")) == 1
