"""How much markup a reply may hold: what is made to be slow is refused by counting, before a tree is built (measured: docs/hostile-input.md)."""

from __future__ import annotations

import codecs
import re

from sources.source import UnexpectedReply

MOST_TAGS = 150_000  # a tree costs some 40 µs and half a kilobyte for each; the largest pages of posts have a tenth
MOST_REFERENCES = 500_000  # `&amp;` and the like: a feed that escapes its HTML has four for each tag
MOST_ATTRIBUTES = 200  # of one element of XML: feedparser looks through all of them for each of them
_START = ((b"<", b"</"), (b"&lt;", b"&lt;/"), (b"\\u003c", b"\\u003c/"), (b"\\u003C", b"\\u003C/"))
_MANY_ATTRIBUTES = re.compile(rb"<[^\s<>/=]++(?:\s++[^\s<>=]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+')){%d}" % (MOST_ATTRIBUTES + 1))
# What a text in ASCII must be to every encoding but UTF-16 and UTF-32, with what UTF-7, HZ and Python's own escapes hide markup in.
_PROBE = rb"<!DOCTYPE a='b'>&+ADw-\x3c\u003c~{<;"
_SIGNS = str.maketrans({"\N{YEN SIGN}": "\\", "\N{WON SIGN}": "\\", "\N{OVERLINE}": "~"})  # what some Asian encodings have in their places
_WIDE = re.compile(r"utf_?(?:16|32)")


def refuse_endless(content: bytes | str, path: str) -> None:
    """Raises UnexpectedReply for more markup than a tree can be built of in a few seconds, whether it stands as it is or is written as text."""
    body = content.encode("utf-8", "replace") if isinstance(content, str) else content
    body = body.replace(b"\0", b"")  # UTF-16
    if sum(body.count(start) - body.count(end) for start, end in _START) > MOST_TAGS:
        raise UnexpectedReply(path, f"holds more than {MOST_TAGS} tags: what is so large is not read")
    if body.count(b"&") > MOST_REFERENCES:
        raise UnexpectedReply(path, f"holds more than {MOST_REFERENCES} character references: what is so large is not read")


def refuse_many_attributes(body: bytes, path: str) -> None:
    """Raises UnexpectedReply for an element of XML with more attributes than any format knows."""
    if _MANY_ATTRIBUTES.search(body.replace(b"\0", b"")):
        raise UnexpectedReply(path, f"has an element with more than {MOST_ATTRIBUTES} attributes")


def refuse_disguise(charset: str, path: str) -> None:
    """Raises UnexpectedReply for an encoding in which markup can stand without its own characters (UTF-7, EBCDIC), past whoever looks for it in the bytes.

    A name that is not known passes: who reads the text then guesses.
    """
    try:
        name = codecs.lookup(charset).name
        said = "" if name == "idna" else _PROBE.decode(name).translate(_SIGNS)
    except UnicodeError:
        said = ""
    except (LookupError, ValueError):
        return
    if said != _PROBE.decode("ascii") and not _WIDE.match(name.replace("-", "_")):
        raise UnexpectedReply(path, "is written in an encoding that hides markup (such as UTF-7), which no site needs")
