"""Message boards that are plain HTML. By hand: docs/sources.md says how to start them.

PLAINVIEW_TEST_SPIRIT    http://127.0.0.1:8092, a Spirit board with members PLAINVIEW_TEST_SPIRIT_LOGIN and PLAINVIEW_TEST_SPIRIT_MODERATOR (`name:password`)
PLAINVIEW_TEST_FLASKBB   http://127.0.0.1:8093, a FlaskBB board with members PLAINVIEW_TEST_FLASKBB_LOGIN and PLAINVIEW_TEST_FLASKBB_MODERATOR
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from sources.client.http import Http
from sources.settings import BoardLayout, NetworkSettings
from tests.servers.flaskbb import LAYOUT, FlaskBB
from tests.servers.named import address, login
from tests.servers.reading import Reading, Run
from tests.servers.spirit import CATEGORY, Spirit

pytestmark = pytest.mark.servers
MANY = 45  # comments: three pages of either board


@pytest.fixture
def http() -> Iterator[Http]:
    hosts = tuple(urlsplit(url).netloc for name in ("SPIRIT", "FLASKBB") if (url := os.environ.get(f"PLAINVIEW_TEST_{name}")))
    boards = {urlsplit(os.environ.get("PLAINVIEW_TEST_FLASKBB", "")).netloc: BoardLayout(**tomllib.loads(LAYOUT))}
    with Http(NetworkSettings(allow_hosts=hosts, boards=boards)) as client:
        yield client


def texts(run: Run) -> list[str]:
    return [post.text for page in run.pages for post in page.posts]


def test_a_long_thread_of_spirit_is_read_from_its_last_page_backwards(http: Http) -> None:
    board, mark = Spirit(address("PLAINVIEW_TEST_SPIRIT"), *login("PLAINVIEW_TEST_SPIRIT_LOGIN")), secrets.token_hex(4)
    topic = board.topic(f"Road works {mark}", f"Notice 0 {mark}")
    for number in range(1, MANY):
        board.comment(topic, f"Notice {number} {mark}")
    reading = Reading(http, "board", board.name, f"{board.at}{topic}")
    first = reading.run()
    assert sorted(texts(first)) == sorted(f"Notice {number} {mark}" for number in range(MANY))
    assert [len(page.posts) for page in first.pages] == [5, 20, 20]
    assert first.posts[f"Notice 0 {mark}"].title == f"Road works {mark}"
    board.comment(topic, f"Late {mark}")
    later = reading.run(first.checkpoint)
    assert texts(later) == [f"Late {mark}"]
    assert [page.unchanged for page in reading.run(later.checkpoint).pages] == [True]


def test_a_thread_of_spirit_of_which_all_was_removed(http: Http) -> None:
    at, mark = address("PLAINVIEW_TEST_SPIRIT"), secrets.token_hex(4)
    board, moderator = (Spirit(at, *login(f"PLAINVIEW_TEST_SPIRIT_{who}")) for who in ("LOGIN", "MODERATOR"))
    topic = board.topic(f"Road works {mark}", f"Notice {mark}")
    reading = Reading(http, "board", board.name, f"{board.at}{topic}")
    first = reading.run()
    moderator.delete(topic, f"Notice {mark}")
    assert [gone.answer for gone in reading.run(first.checkpoint).gone] == ["its own page says so"]


def test_a_forum_of_spirit_is_read_thread_by_thread(http: Http) -> None:
    board, mark = Spirit(address("PLAINVIEW_TEST_SPIRIT"), *login("PLAINVIEW_TEST_SPIRIT_LOGIN")), secrets.token_hex(4)
    for number in range(2):
        board.topic(f"Road works {number} {mark}", f"Notice {number} {mark}")
    reading = Reading(http, "board", board.name, f"{board.at}/category/{CATEGORY}/")
    first = reading.run()
    assert {f"Notice {number} {mark}" for number in range(2)} <= set(texts(first))
    assert [page.unchanged for page in reading.run(first.checkpoint).pages] == [True]


def test_a_long_thread_of_flaskbb_is_read_from_its_last_page_backwards(http: Http) -> None:
    board, mark = FlaskBB(address("PLAINVIEW_TEST_FLASKBB"), *login("PLAINVIEW_TEST_FLASKBB_LOGIN")), secrets.token_hex(4)
    topic = board.topic(f"Road works {mark}", f"Notice 0 {mark}")
    for number in range(1, 25):
        board.post(topic, f"Notice {number} {mark}")
    reading = Reading(http, "board", board.name, f"{board.at}{topic}")
    first = reading.run()
    assert texts(first) == [f"Notice {number} {mark}" for page in (range(20, 25), range(10, 20), range(10)) for number in reversed(page)]
    assert first.posts[f"Notice 0 {mark}"].title == f"Road works {mark}"
    board.post(topic, f"Late {mark}")
    later = reading.run(first.checkpoint)
    assert texts(later) == [f"Late {mark}"]
    assert [page.unchanged for page in reading.run(later.checkpoint).pages] == [True]
