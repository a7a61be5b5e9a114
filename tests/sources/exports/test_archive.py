"""The ZIP reader: what it refuses, each with something close to it that it takes."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sources.exports.archive import Archive, Limits, NoPicture
from sources.exports.export import UnusableExport
from tests.sources.exports.making import PICTURE, zipped

FILE = "posts_1.json"


def any_json(name: str) -> bool:
    return name.endswith(".json")


def read(path: Path, name: str = FILE, limits: Limits | None = None) -> bytes:
    with Archive([path], any_json, limits or Limits()) as archive:
        return archive.data(name)


def test_an_ordinary_export_is_read_from_any_folder(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"top/posts_1.json": "[1]", "top/media/posts/1.png": PICTURE, "empty/": ""})
    with Archive([path], any_json) as archive:
        assert archive.data_files() == ["top/posts_1.json"]
        assert archive.data("top/posts_1.json") == b"[1]"
        assert archive.picture("media/posts/1.png", 1000) == PICTURE
        assert archive.has("media/posts/1.png")
        assert not archive.has("edia/posts/1.png")
        assert len(archive.sha256[0]) == 64


@pytest.mark.parametrize("name", ["/etc/posts_1.json", "../posts_1.json", "a/../../posts_1.json", "C:posts_1.json", "c:/posts_1.json", "a\\posts_1.json", ".."])
def test_a_name_that_leads_elsewhere_refuses_the_whole_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnusableExport, match="its entry 2 has a name"):
        read(zipped(tmp_path / "a.zip", {FILE: "[]", name: "[]"}))


@pytest.mark.parametrize("name", ["a..b/posts_1.json", "...", "a/.hidden", "Café/ü.json", "ab:c.json"])
def test_an_odd_name_that_leads_nowhere_is_taken(tmp_path: Path, name: str) -> None:
    assert read(zipped(tmp_path / "a.zip", {FILE: "[]", name: "{}"})) == b"[]"


def test_a_name_with_a_nul_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {FILE: "[]", "otherX.json": "[]"})
    path.write_bytes(path.read_bytes().replace(b"otherX", b"other\0"))
    with pytest.raises(UnusableExport, match="entry 2"):
        read(path)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_link_or_device_is_refused(tmp_path: Path, kind: int) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(FILE, "[]")
        info = zipfile.ZipInfo("link")
        info.external_attr = (kind | 0o777) << 16
        file.writestr(info, "/etc/passwd")
    with pytest.raises(UnusableExport, match="entry 2 is a link or device"):
        read(path)


def test_an_ordinary_file_with_its_kind_stated_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        info = zipfile.ZipInfo(FILE)
        info.external_attr = (stat.S_IFREG | 0o600) << 16
        file.writestr(info, "[]")
    assert read(path) == b"[]"


@pytest.mark.parametrize("flag", [0x1, 0x40, 0x2000])
def test_an_encrypted_file_is_refused(tmp_path: Path, flag: int) -> None:
    path = zipped(tmp_path / "a.zip", {FILE: "[]"})
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<H", content, at + 8, flag)
    path.write_bytes(content)
    with pytest.raises(UnusableExport, match="entry 1 is encrypted"):
        read(path)


def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(FILE, "[1]")
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr(FILE, "[2]")
    with pytest.raises(UnusableExport, match="entry 2 has the name of another"):
        read(path)


def test_entries_that_share_bytes_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {FILE: "[1]", "posts_2.json": "[2]"})
    content = bytearray(path.read_bytes())
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    struct.pack_into("<L", content, second + 42, 0)
    path.write_bytes(content)
    with pytest.raises(UnusableExport, match="share bytes"):
        read(path)


def test_an_entry_that_reaches_into_the_directory_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {FILE: "[1]"})
    content = bytearray(path.read_bytes())
    struct.pack_into("<L", content, content.index(b"PK\x01\x02") + 20, 10_000)
    path.write_bytes(content)
    with pytest.raises(UnusableExport, match="reaches into"):
        read(path)


def test_too_many_entries_are_refused_before_they_are_listed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {f"{number}.json": "" for number in range(11)})
    with pytest.raises(UnusableExport, match="lists 11 files"):
        read(path, limits=Limits(entries=10))
    assert read(path, "1.json", Limits(entries=11)) == b""
    with pytest.raises(UnusableExport, match="lists 11 files"):
        read(path, limits=Limits(directory=100))


def test_a_count_that_is_not_true_is_found_all_the_same(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {f"{number}.json": "" for number in range(11)})
    content = bytearray(path.read_bytes())
    struct.pack_into("<HH", content, content.index(b"PK\x05\x06") + 8, 1, 1)
    path.write_bytes(content)
    with pytest.raises(UnusableExport, match="more than 10 files"):
        read(path, limits=Limits(entries=10))


def test_a_bomb_is_stopped_by_what_comes_out_of_it(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "a.zip", {FILE: b"0" * 5_000_000})
    for stated in (5_000_000, 10):
        content = bytearray(bomb.read_bytes())
        struct.pack_into("<L", content, content.index(b"PK\x01\x02") + 24, stated)
        bomb.write_bytes(content)
        with pytest.raises(UnusableExport, match=r"times its size|is damaged"):
            read(bomb, limits=Limits(ratio=100, small=1_000_000))
    assert len(read(zipped(tmp_path / "b.zip", {FILE: b"0" * 900_000}), limits=Limits(ratio=100, small=1_000_000))) == 900_000


def test_a_file_and_all_files_together_are_bounded(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"posts_1.json": os.urandom(600_000), "posts_2.json": os.urandom(600_000)})
    with pytest.raises(UnusableExport, match="larger than"):
        read(path, limits=Limits(member=500_000))
    with Archive([path], any_json, Limits(total=1_000_000)) as archive:
        assert len(archive.data("posts_1.json")) == 600_000
        with pytest.raises(UnusableExport, match="several exports"):
            archive.data("posts_2.json")


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def bare(content: bytes) -> bytes:
    return b"<html>sign in</html>"


def nothing(content: bytes) -> bytes:
    return b""


def end_alone(content: bytes) -> bytes:
    return content[-10:]


@pytest.mark.parametrize("harm", [cut, bare, nothing, end_alone])
def test_what_is_no_whole_zip_is_one_clear_error(tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    path = zipped(tmp_path / "a.zip", {FILE: "[]"})
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(UnusableExport, match=r"is no ZIP file, or was cut short"):
        read(path)


def test_a_path_that_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnusableExport, match="is not there"):
        read(tmp_path / "none.zip")
    with pytest.raises(UnusableExport, match="is no file"):
        read(tmp_path)


@pytest.mark.parametrize("at", range(0, 400, 7))
def test_no_single_broken_byte_is_another_error(tmp_path: Path, at: int) -> None:
    path = zipped(tmp_path / "a.zip", {FILE: "[1, 2, 3]", "media/1.png": PICTURE})
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 0xFF
    path.write_bytes(content)
    try:
        with Archive([path], any_json) as archive:
            for name in archive.data_files():
                archive.data(name)
            archive.picture("media/1.png", 1000)
    except (UnusableExport, NoPicture):
        pass


def test_a_damaged_picture_is_lost_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(FILE, "[1]")
        file.writestr("media/1.png", PICTURE)
    path.write_bytes(path.read_bytes().replace(b"invented", b"INVENTED"))
    with Archive([path], any_json) as archive:
        assert archive.data(FILE) == b"[1]"
        with pytest.raises(NoPicture, match="damaged"):
            archive.picture("media/1.png", 1000)


@pytest.mark.parametrize(
    ("member", "why"),
    [
        ("", "is not in the export"),
        ("media/none.png", "is not in the export"),
        (FILE, "nothing else is opened"),
        ("messages/inbox/1.png", "nothing else is opened"),
        ("../media/1.png", "is not in the export"),
        ("1.png", "cannot be told from another"),
        ("photos/1.png", "is not in the export"),
    ],
)
def test_only_pictures_among_the_posts_are_given(tmp_path: Path, member: str, why: str) -> None:
    files = {FILE: "[]", "a/media/1.png": PICTURE, "b/media/1.png": PICTURE, "messages/photos/1.png": b"private", "messages/inbox/1.png": b"private"}
    with Archive([zipped(tmp_path / "a.zip", files)], any_json) as archive, pytest.raises(NoPicture, match=why):
        archive.picture(member, 1000)


def test_a_picture_that_is_too_large_is_lost_alone(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"media/1.png": os.urandom(100_000)})
    with Archive([path], any_json) as archive:
        with pytest.raises(NoPicture, match="larger than"):
            archive.picture("media/1.png", 99_999)
        assert len(archive.picture("media/1.png", 100_000)) == 100_000


def test_what_is_not_wanted_is_not_opened_as_data(tmp_path: Path) -> None:
    with Archive([zipped(tmp_path / "a.zip", {"messages.csv": "private"})], any_json) as archive, pytest.raises(UnusableExport):
        archive.data("messages.csv")


def test_a_zip_in_the_zip_is_not_opened(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr(FILE, "[]")
    with Archive([zipped(tmp_path / "a.zip", {"part.zip": inner.getvalue()})], any_json) as archive:
        assert archive.data_files() == []
        with pytest.raises(NoPicture):
            archive.picture("part.zip", 1000)


def test_an_export_in_parts_is_one_and_a_part_named_twice_counts_once(tmp_path: Path) -> None:
    one, two = zipped(tmp_path / "1.zip", {"posts_1.json": "[1]"}), zipped(tmp_path / "2.zip", {"posts_2.json": "[2]", "media/1.png": PICTURE})
    with Archive([one, two, one], any_json) as archive:
        assert [archive.data(name) for name in archive.data_files()] == [b"[1]", b"[2]"]
        assert archive.picture("media/1.png", 1000) == PICTURE
        assert len(archive.sha256) == 2


def test_parts_that_say_different_things_under_one_name_are_refused(tmp_path: Path) -> None:
    one, two = zipped(tmp_path / "1.zip", {FILE: "[1]"}), zipped(tmp_path / "2.zip", {FILE: "[2]"})
    with Archive([one, two], any_json) as archive, pytest.raises(UnusableExport, match="more than one of the ZIP files"):
        archive.data(FILE)
