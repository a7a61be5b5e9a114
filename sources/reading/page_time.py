"""Times as message boards write them. Only forms that mean the same everywhere: `06/01/2026` is June to one reader and January to another, so it is none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bs4.element import Tag

from sources.reading.page_tree import words
from sources.reading.shape import moment

MONTHS = {name: number for number, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
DAY, YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>\d{4})"
HALF = r"[ap]\.?m\b\.?"
HOUR = rf"(?P<hour>\d{{1,2}})(?:(?::(?P<minute>\d{{2}})(?::(?P<second>\d{{2}}))?)(?:\s*(?P<half>{HALF}))?|\s*(?P<whole>{HALF}))"
CLOCK = rf"(?:[\s,]*(?:at|-|@|::)?\s*(?:{HOUR}|(?P<word>noon|midnight))(?:\s*(?P<zone>[A-Z]{{3}})\b)?)?"  # "10 a.m." and "noon" are Django's
ZONES = {"UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}  # RFC 5322 4.3: hours, the same to all
WRITTEN = [
    re.compile(rf"\b(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}})\b{CLOCK}", re.IGNORECASE),
    re.compile(rf"\b{MONTH}\s+{DAY}\s*,?\s+{YEAR}\b{CLOCK}", re.IGNORECASE),
    re.compile(rf"\b{DAY}\s+{MONTH}\s*,?\s+{YEAR}\b{CLOCK}", re.IGNORECASE),
]
LONGEST = 200  # characters that are looked through


def time_in(tag: Tag | None) -> datetime | None:
    """The time of an element: an attribute `datetime` on or in it, else `title` or its text. None where there is none that can be read for sure."""
    if tag is None:
        return None
    marked = tag if tag.has_attr("datetime") else tag.select_one("[datetime]")
    if marked is not None and (found := moment(str(marked["datetime"])[:LONGEST])):
        return found
    return written(str(tag.get("title") or "")) or written(words(tag))


def written(text: str) -> datetime | None:
    """A time in words, as guests see it; without a zone it is taken as UTC."""
    if found := moment(text[:LONGEST]):
        return found
    for form in WRITTEN:
        if parts := form.search(text[:LONGEST]):
            return _made(parts)
    return None


def _made(parts: re.Match[str]) -> datetime | None:
    month, half = parts["month"], (parts["half"] or parts["whole"] or "").lower()[:1]
    hour = 12 if (parts["word"] or "").lower() == "noon" else int(parts["hour"] or 0)
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    number = int(month) if month.isdecimal() else MONTHS[month.lower()[:3]]
    west = timedelta(hours=ZONES.get((parts["zone"] or "").upper(), 0))
    try:
        return datetime(int(parts["year"]), number, int(parts["day"]), hour, int(parts["minute"] or 0), int(parts["second"] or 0), tzinfo=UTC) - west
    except (ValueError, OverflowError):
        return None
