"""The file in which an account's owner says which posts are public, where their export does not: a CSV with a line for each post, marked yes or no.

A row is matched by its `key`, made of the post and of what it says: if the post was edited since, the owner's yes was to something else.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from domain.post import Post
from sources.exports.export import UnusableExport

COLUMNS = ("number", "posted_at", "text", "pictures", "public", "key")
LONGEST_TEXT = 80
MOST_BYTES = 100_000_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would compute
YES, NO = "yes", "no"
DELIMITERS = (",", ";", "\t")  # a spreadsheet saves with the one of its language


def key_of(post: Post) -> str:
    """What a row is matched by. Not the platform's id, which spreadsheets take for a number and round."""
    return f"{post.id}_{post.content_sha256[:16]}"


def written_choices(posts: Iterable[Post]) -> bytes:
    """The file for these posts, all of them marked no."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for number, post in enumerate(posts, 1):
        said = " ".join(f"{post.title} {post.text}".split())[:LONGEST_TEXT]
        cells = (str(number), post.posted_at.isoformat(), said, str(len(post.media)), NO, key_of(post))
        rows.writerow([_harmless(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")  # the mark tells spreadsheets that it is UTF-8


def read_choices(content: bytes, name: str) -> Mapping[str, bool]:
    """Which keys are marked yes. Raises UnusableExport, which names the line, for anything but yes and no: nothing is guessed here."""
    text = content.decode("utf-8-sig", "replace")  # only the key and the mark are read, which are ASCII
    try:
        rows = next((found for mark in DELIMITERS if (found := _rows(text, mark)) is not None), None)
    except csv.Error as wrong:
        raise UnusableExport(f"{name}: is no CSV file ({wrong})") from None
    if rows is None:
        raise UnusableExport(f"{name}: has no columns `public` and `key`: let `plainview import` write a new one, and mark it")
    chosen: dict[str, bool] = {}
    for line, key, mark in rows:
        if mark not in {YES, NO}:
            raise UnusableExport(f"{name}:{line}: `public` is neither yes nor no")
        if chosen.setdefault(key, mark == YES) is not (mark == YES):
            raise UnusableExport(f"{name}:{line}: the same post is marked yes and no")
    return chosen


def _rows(text: str, delimiter: str) -> list[tuple[int, str, str]] | None:
    """Line, key and mark of each row; None where the columns are not told apart by `delimiter`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [name.strip().casefold() for name in next(reader, [])]
    if not {"public", "key"} <= set(columns):
        return None
    key, public = columns.index("key"), columns.index("public")
    full = ((reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells))
    return [(line, cells[key].strip(), cells[public].strip().casefold()) if len(cells) > max(key, public) else (line, "", "") for line, cells in full]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
