"""Whatever is in an export: posts, rejected pieces or an error of ours, and never anything else."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.exports.choices import key_of, read_choices, written_choices
from sources.exports.reading import read_export
from sources.exports.registry import exporter_for, opened
from sources.source import SourceError
from tests.sources.exports.making import FACEBOOK_POSTS, INSTAGRAM_POSTS, OUTBOX, SHARE_ROWS, SHARES, TIKTOK, TWEETS, VIDEO_ROWS, VIDEOS, account_on, zipped
from tests.sources.test_any_reply import anything, changed, places

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON: dict[str, tuple[str, Any]] = {
    "facebook": ("your_posts_1.json", FACEBOOK_POSTS),
    "instagram": ("posts_1.json", INSTAGRAM_POSTS),
    "mastodon": ("outbox.json", OUTBOX),
    "tiktok": ("user_data_tiktok.json", TIKTOK),
    "x": ("tweets.js", TWEETS),
}
CSV = {"linkedin": ("Shares.csv", SHARES, SHARE_ROWS), "youtube": ("videos.csv", VIDEOS, VIDEO_ROWS)}


def read(folder: Path, platform: str, name: str, content: bytes) -> None:
    exporter = exporter_for(platform)
    try:
        with opened([zipped(folder / "a.zip", {name: content})], exporter) as archive:
            export = read_export(archive, exporter, account_on(platform))
    except SourceError:
        return
    for one in export.posts:
        assert one.post.content_sha256
        assert len(one.members) == len(one.post.media)
    assert all(one.native_id is None for one in export.rejected)
    read_choices(written_choices(one.post for one in export.posts), "c.csv")
    assert all(key_of(one.post) for one in export.posts)


@pytest.mark.parametrize("platform", sorted(JSON))
@MANY
@given(data=st.data())
def test_any_json(tmp_path: Path, platform: str, data: st.DataObject) -> None:
    name, whole = JSON[platform]
    new = changed(whole, data.draw(st.sampled_from(list(places(whole)))), data.draw(anything))
    begin = "window.YTD.tweets.part0 = " if platform == "x" else ""
    read(tmp_path, platform, name, (begin + json.dumps(new)).encode())


@pytest.mark.parametrize("platform", sorted(CSV))
@MANY
@given(row=st.integers(0, 3), cell=st.integers(0, 8), text=st.text() | st.sampled_from(['"', "\x00", "9999-12-31T23:59:59-14:00", "\r", "a,b\nc"]))
def test_any_csv(tmp_path: Path, platform: str, row: int, cell: int, text: str) -> None:
    name, columns, rows = CSV[platform]
    cells = [list(one) for one in rows]
    cells[row][cell % len(cells[row])] = text.encode("utf-8", "replace").decode()
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([columns.split(","), *cells])
    read(tmp_path, platform, name, written.getvalue().encode())


@pytest.mark.parametrize("platform", sorted(JSON | CSV))
@MANY
@given(content=st.binary(max_size=300), kept=st.integers(0, 400))
def test_any_bytes(tmp_path: Path, platform: str, content: bytes, kept: int) -> None:
    name, *told = (JSON | CSV)[platform]
    whole = json.dumps(told[0]).encode() if platform in JSON else str(told).encode()
    read(tmp_path, platform, name, whole[:kept] + content)
