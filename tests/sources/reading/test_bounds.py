from __future__ import annotations

import time

import pytest

from domain.account import Account
from sources.platforms.board.page import parse_board, redacted
from sources.reading.bounds import MOST_TAGS, refuse_disguise, refuse_endless
from sources.reading.page_tree import MOST_DEEP, links_of, outermost, tree_of
from sources.reading.readable import pictures_of, text_of
from sources.reading.shape import read_json
from sources.reading.track import Track, dated_by
from sources.source import UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.recorded import a_reply

AUTHOR = b'<dl class="postprofile"><dt><a class="username">ECPD press</a></dt></dl>'
PRESS: Account = an_account("board", "ECPD press", "https://forum.example.gov/t5")


@pytest.mark.parametrize("body", [b"<p>" * MOST_TAGS, b"<p>x</p>" * MOST_TAGS, "é".encode() * 1_000_000, b"&lt;/p&gt;" * 200_000, b"7 < 8 " * 10_000])
def test_markup_that_is_read(body: bytes) -> None:
    refuse_endless(body, "page")
    refuse_endless(body.decode(), "page")


@pytest.mark.parametrize("piece", ["<p>", "&lt;p>", "\\u003cp>", "\\u003Cp>", "<"])
def test_too_much_markup_in_any_writing(piece: str) -> None:
    for body in (piece * (MOST_TAGS + 1), (piece * (MOST_TAGS + 1)).encode("utf-16")):
        with pytest.raises(UnexpectedReply, match=f"page: holds more than {MOST_TAGS} tags"):
            refuse_endless(body, "page")


def test_it_is_refused_before_anything_is_built() -> None:
    """A tree of so much takes ten seconds or more and hundreds of megabytes."""
    many = "<p>" * 1_000_000
    began = time.thread_time()
    for read in (lambda: tree_of(many.encode(), "page"), lambda: text_of(many), lambda: pictures_of(f"{many}<img src=x>", "https://a.example/")):
        with pytest.raises(UnexpectedReply, match="tags"):
            read()
    for read in (lambda: links_of(many.encode(), "page", "EditURI"), lambda: read_json(a_reply(f'{{"content": "{many}"}}'.encode()))):
        with pytest.raises(UnexpectedReply, match="tags"):
            read()
    assert time.thread_time() - began < 1


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "ascii", "latin-1", "windows-1252", "koi8-r", "shift_jis", "euc-jp", "gb18030", "big5", "utf-16"])
def test_encodings_that_sites_use(charset: str) -> None:
    refuse_disguise(charset, "page")


@pytest.mark.parametrize("charset", ["utf-7", "UTF7", "unicode_escape", "raw-unicode-escape", "punycode", "idna", "cp037", "cp1140", "hz", "undefined"])
def test_encodings_that_hide_markup(charset: str) -> None:
    with pytest.raises(UnexpectedReply, match="page: is written in an encoding that hides markup"):
        refuse_disguise(charset, "page")


@pytest.mark.parametrize("charset", ["", "nonsense", "zlib", "rot13", "utf-8\0", "x" * 10_000])
def test_a_name_that_names_no_encoding_is_for_others_to_guess(charset: str) -> None:
    refuse_disguise(charset, "page")


def test_a_page_in_disguise() -> None:
    with pytest.raises(UnexpectedReply, match="hides markup"):
        tree_of(b'<html><meta charset="utf-7">+ADw-p+AD4-', "page")


def test_elements_within_each_other() -> None:
    assert tree_of(b"<div>" * (MOST_DEEP - 10), "page")
    with pytest.raises(UnexpectedReply, match=f"page: has elements that stand more than {MOST_DEEP} deep"):
        tree_of(b"<div>" * (MOST_DEEP + 1), "page")


def test_posts_within_posts_are_said_and_not_read() -> None:
    """Each of them would be looked through for each that it stands in: 1000 took 5 s, 5000 two minutes."""
    inner = b'<div id="p%d" class="post">' + AUTHOR + b'<div class="content">Words</div>'
    body = b'<html><body id="phpbb">' + b"".join(inner % number for number in range(400)) + b"</div>" * 400 + inner % 401 + b"</div>"
    began = time.thread_time()
    read = parse_board(body, PRESS.url, PRESS, None, dated_by(Track(), NOON)).read
    kept = redacted(body, PRESS, None)
    assert time.thread_time() - began < 1
    assert [item.post.native_id for item in read.items] == ["https://forum.example.gov/#p0", "https://forum.example.gov/#p401"]
    assert [one.reason for one in read.rejected] == ["399 posts stand within others, as on no board"]
    assert b"p401" in kept


def test_the_outermost() -> None:
    tree = tree_of(b"<p id=a><b id=b><i id=c></i></b></p><p id=d></p>", "page")
    assert [tag["id"] for tag in outermost(tree.select("[id]"))] == ["a", "d"]
    assert [tag["id"] for tag in outermost(tree.select("#b, #c, #d"))] == ["b", "d"]
