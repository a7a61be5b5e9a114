"""The one reader of ZIP files from outside (APPNOTE.TXT 6.3): only allow-listed files are opened, and no size that a header states is believed.

Whatever could fool a reader refuses the whole file: names that lead elsewhere, links, entries that share bytes, names that stand twice, encryption.
"""

from __future__ import annotations

import hashlib
import re
import stat
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from sources.exports.export import UnusableExport, closed, file_name

CHUNK = 1 << 16
END, END_SIZE = b"PK\x05\x06", 22  # 4.3.16
WIDE_END, WIDE_END_SIZE, LOCATOR_SIZE = b"PK\x06\x06", 56, 20  # 4.3.14, 4.3.15
LONGEST_COMMENT = 0xFFFF
LOCAL_HEADER = 30  # 4.3.7
SECRET = 0x1 | 0x40 | 0x2000  # 4.4.4: encrypted, strongly encrypted, its directory too
UTF8 = 0x800  # appendix D
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
SHOWN = frozenset({"jpg", "jpeg", "png", "gif", "webp", "heic", "avif", "bmp", "tif", "tiff", "mp4", "mov", "m4v", "webm", "mp3", "m4a", "ogg", "srt"})
UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, OverflowError, struct.error)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a ZIP may be: entries, bytes of its directory, unpacked bytes of one file and of all that is read, and how many times its packed size a file
    larger than `small` may unpack to."""

    entries: int = 200_000
    directory: int = 64_000_000
    member: int = 128_000_000
    total: int = 50_000_000_000
    ratio: int = 200
    small: int = 16_000_000


LIMITS = Limits()


class NoPicture(Exception):
    """A picture that the export does not give; the message says why."""


class _Broken(Exception):
    """A file in the ZIP cannot be read; the message says why, without its name."""


@dataclass(frozen=True, slots=True)
class _Entry:
    part: zipfile.ZipFile
    info: zipfile.ZipInfo


class Archive:
    """An export, in one ZIP or several. `wanted` says which files may be opened as data. Raises UnusableExport when a ZIP is none, broken or unsafe."""

    def __init__(self, paths: Sequence[Path], wanted: Callable[[str], bool], limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._wanted = wanted
        self._read = 0
        self._stack = ExitStack()
        self._entries: dict[str, list[_Entry]] = defaultdict(list)
        self._by_file: dict[str, set[str]] = defaultdict(set)
        self._sha256: tuple[str, ...] = ()
        try:
            for path in paths:
                self._add(path)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the files."""
        self._stack.close()

    @property
    def sha256(self) -> tuple[str, ...]:
        """Of each file, in the order in which they were named."""
        return self._sha256

    @property
    def names(self) -> Iterable[str]:
        """The names of all files, opened or not."""
        return self._entries.keys()

    def data_files(self) -> list[str]:
        """The files that are read as data, shorter names first, so that part 2 comes before part 10."""
        return sorted((name for name in self._entries if self._wanted(name)), key=lambda name: (len(name), name))

    def data(self, member: str) -> bytes:
        """An allow-listed file's bytes. Raises UnusableExport."""
        if not self._wanted(member):
            raise UnusableExport(f"{file_name(member)} is not a file that is read: this is a defect in Plainview")
        try:
            return self._unpacked(self._one(member), self._limits.member)
        except _Broken as why:
            raise UnusableExport(f"{file_name(member)} {why}: ask the platform for a fresh export") from None

    def has(self, member: str) -> bool:
        """Whether there is such a picture, by the end of its path."""
        return bool(member and self._ending_in(member))

    def picture(self, member: str, most: int) -> bytes:
        """The bytes of a picture or video that a post names, of at most `most` bytes. Raises NoPicture, and UnusableExport for one that is unsafe."""
        if not member:
            raise NoPicture("is not in the export")
        if file_name(member).rpartition(".")[2].casefold() not in SHOWN or closed(member):
            raise NoPicture("is no picture or video among the posts, and nothing else is opened")
        found = self._ending_in(member)
        if len(found) != 1:
            raise NoPicture("is not in the export" if not found else "cannot be told from another file of the export")
        try:
            return self._unpacked(self._one(found[0]), most)
        except _Broken as why:
            raise NoPicture(str(why)) from None

    def _ending_in(self, member: str) -> list[str]:
        """The files of that path, or where there is none the files whose path ends in it: exports differ in the folders on top."""
        if member in self._entries:
            return [member]
        return [name for name in self._by_file.get(file_name(member), ()) if name.endswith(f"/{member}") and not closed(name)]

    def _one(self, member: str) -> _Entry:
        entries = self._entries[member]
        if len(entries) != 1:
            raise _Broken("is in more than one of the ZIP files")
        return entries[0]

    def _add(self, path: Path) -> None:
        try:
            if not path.is_file():
                raise UnusableExport(f"{path}: {'is no file' if path.exists() else 'is not there'}; name the ZIP that the platform gave its owner")
            file = self._stack.enter_context(path.open("rb"))
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as wrong:
            raise UnusableExport(f"{path}: cannot be read ({wrong.strerror}); check its name and permissions") from None
        if sha256 in self._sha256:
            return  # the same file named twice
        part = self._stack.enter_context(_opened(file, path, self._limits))
        self._sha256 = (*self._sha256, sha256)
        for info in part.infolist():
            if not info.is_dir():
                self._entries[info.filename].append(_Entry(part, info))
                self._by_file[file_name(info.filename)].add(info.filename)

    def _unpacked(self, entry: _Entry, most: int) -> bytes:
        if entry.info.compress_type not in METHODS:
            raise _Broken("is packed in a way that no export uses")
        pieces: list[bytes] = []
        size = 0
        try:
            with entry.part.open(entry.info) as file:
                while piece := file.read(CHUNK):
                    size += len(piece)
                    self._read += len(piece)
                    self._refuse_bomb(size, entry.info.compress_size)
                    if size > most:
                        raise _Broken(f"is larger than {most // 1_000_000} MB")
                    pieces.append(piece)
        except UNREADABLE:
            raise _Broken("is damaged in the ZIP") from None
        return b"".join(pieces)

    def _refuse_bomb(self, size: int, packed: int) -> None:
        if size > self._limits.small and size > packed * self._limits.ratio:
            raise UnusableExport(f"a file in the ZIP unpacks to more than {self._limits.ratio} times its size: that is no export, nothing of it was kept")
        if self._read > self._limits.total:
            raise UnusableExport(f"the export unpacks to more than {self._limits.total // 1_000_000} MB: hand it in as several exports")


def _opened(file: BinaryIO, path: Path, limits: Limits) -> zipfile.ZipFile:
    try:
        entries, directory = _directory(file)
        if entries > limits.entries or directory > limits.directory:
            raise UnusableExport(f"{path}: lists {entries} files; at most {limits.entries} are looked at: this is no export of one account")
        part = zipfile.ZipFile(file)
    except UNREADABLE:
        raise UnusableExport(f"{path}: is no ZIP file, or was cut short: fetch it from the platform once more, whole") from None
    infos = part.infolist()
    if len(infos) > limits.entries:
        raise UnusableExport(f"{path}: lists more than {limits.entries} files: this is no export of one account")
    if why := _unsafe(infos, part.start_dir):
        raise UnusableExport(f"{path}: {why}; no platform writes such a file, and nothing of it was opened")
    return part


def _directory(file: BinaryIO) -> tuple[int, int]:
    """How many entries the end of the file says there are, and the bytes of their directory: looked at before that is read into memory."""
    size = file.seek(0, 2)
    file.seek(max(size - END_SIZE - LONGEST_COMMENT, 0))
    tail = file.read()
    at = tail.rfind(END)
    if at < 0:
        raise zipfile.BadZipFile
    entries, directory, offset = struct.unpack_from("<HLL", tail, at + 10)
    if entries != 0xFFFF and 0xFFFFFFFF not in {directory, offset}:
        return entries, directory
    file.seek(size - len(tail) + at - LOCATOR_SIZE - WIDE_END_SIZE)
    wide = file.read(WIDE_END_SIZE)
    if wide[:4] == WIDE_END:
        entries, directory = struct.unpack_from("<QQ", wide, 32)
    return entries, directory


def _unsafe(infos: Sequence[zipfile.ZipInfo], end: int) -> str:
    """What could fool whoever unpacks it, by the entry's number: names may hold what somebody wrote. Empty when nothing could."""
    seen: set[str] = set()
    for number, info in enumerate(infos, 1):
        if why := _strange_name(info.orig_filename) or _strange_name(info.filename) or _strange_kind(info):
            return f"its entry {number} {why}"
        if info.filename in seen:
            return f"its entry {number} has the name of another one"
        seen.add(info.filename)
    reached = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if info.header_offset < reached:
            return "two of its entries share bytes"
        name = info.orig_filename.encode("utf-8" if info.flag_bits & UTF8 else "cp437", "replace")
        reached = info.header_offset + LOCAL_HEADER + len(name) + info.compress_size
    return "an entry reaches into its directory" if reached > end else ""


def _strange_name(name: str) -> str:
    if not name or "\0" in name or "\\" in name:
        return "has a name that is none"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "has a name that begins at a root or drive"
    return "has a name that leads out of its folder" if ".." in name.split("/") else ""


def _strange_kind(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "is a link or device, not a file"
    return "is encrypted" if info.flag_bits & SECRET else ""
