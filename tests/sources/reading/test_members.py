from __future__ import annotations

import json

import pytest

from domain.identity import Json
from sources.platforms.youtube.source import public_record
from sources.reading.members import only, without
from tests.sources.recorded import recorded

LISTED: Json = {"items": [{"id": 1, "by": {"name": "a visitor"}}, {"id": 2, "secret": True, "text": "hidden"}], "next": [[{"secret": True}], "é"]}
BROKEN = [b"", b"hidden", b'{"text": "hidden"', b"\xff\xfe", b"[" * 100_000, b'{"a": ' * 3000]


def is_secret(one: dict[str, Json]) -> bool:
    return one.get("secret") is True


def test_only_named_members_stay() -> None:
    kept = json.loads(only(frozenset({"items", "id", "text"}))(json.dumps(LISTED).encode()))
    assert kept == {"items": [{"id": 1}, {"id": 2, "text": "hidden"}]}


def test_what_is_hidden_goes_wherever_it_stands() -> None:
    body = json.dumps(LISTED).encode()
    assert json.loads(only(frozenset({"items", "id"}), is_secret)(body)) == {"items": [{"id": 1}]}
    assert json.loads(without(is_secret)(body)) == {"items": [{"id": 1, "by": {"name": "a visitor"}}], "next": [[], "é"]}


def test_a_reply_without_anything_hidden_stays_as_it_came() -> None:
    body = '{ "items" : [ {"id":1} ],\n "title": "é" }'.encode()
    assert without(is_secret)(body) == body


@pytest.mark.parametrize("body", BROKEN)
def test_of_what_is_no_json_nothing_is_kept(body: bytes) -> None:
    assert only(frozenset({"text"}))(body) == b""
    assert without(is_secret)(body) == b""


@pytest.mark.parametrize("value", [None, 7, "text", [], {}, [None, 7, [7]]])
def test_any_json_is_read(value: Json) -> None:
    assert json.loads(without(is_secret)(json.dumps(value).encode())) == value


def test_the_record_of_uploads_holds_no_video_that_is_not_public() -> None:
    kept = public_record(recorded("youtube/uploads.json")).decode()
    assert "Detour by 2nd St" in kept
    for hidden in ("Not for all", "Private video", "Nobody knows"):
        assert hidden not in kept
    assert public_record(recorded("youtube/uploads-last.json")) == recorded("youtube/uploads-last.json")
