"""Reading the CSV files of exports (RFC 4180): a row at a time, by the names of its columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from sources.reading.shape import At
from sources.source import UnexpectedReply

# A cell of more than 128 KiB, the csv module's own limit, is refused: no post of these platforms is longer.


def text_in(content: bytes, path: str) -> str:
    """`content` as UTF-8, with or without a mark at its start. Raises UnexpectedReply."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise UnexpectedReply(path, f"byte {wrong.start} is not UTF-8") from None


def rows(content: bytes, path: str, needed: tuple[str, ...]) -> Iterator[At]:
    """The rows as objects whose keys are the columns' names in small letters. Raises UnexpectedReply for what is no CSV, or lacks a `needed` column."""
    reader = csv.reader(io.StringIO(text_in(content, path), newline=""))
    try:
        columns = [name.strip().casefold() for name in next(reader, [])]
        _refuse_odd(columns, path, needed)
        for cells in reader:
            if cells:
                yield _row(columns, cells, f"{path} line {reader.line_num}")
    except csv.Error as wrong:
        raise UnexpectedReply(f"{path} line {reader.line_num}", f"not CSV ({wrong})") from None


def _refuse_odd(columns: list[str], path: str, needed: tuple[str, ...]) -> None:
    missing = [name for name in needed if name not in columns]
    if missing:
        raise UnexpectedReply(path, f"has no column {missing[0]!r}; if its words are of another language, ask for the export with the account set to English")
    if len(set(columns)) != len(columns):
        raise UnexpectedReply(path, "has two columns of one name")


def _row(columns: list[str], cells: list[str], path: str) -> At:
    """A row; one with more cells than columns is text instead, which no reader of it understands."""
    return At(dict(zip(columns, cells, strict=False)) if len(cells) <= len(columns) else "", path)
