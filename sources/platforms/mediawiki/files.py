"""The files of a wiki: what it calls them, their versions, and which of them an edit uploaded or put into a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.identity import clean_text
from domain.post import MediaLink
from sources.reading.readable import picture, unique
from sources.reading.shape import At

FILE_NAMESPACE = 6
UPLOADED_WITHIN = timedelta(seconds=10)  # between the upload and the edit that tells of it


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a file."""

    url: str
    mime: str
    at: datetime


def parse_prefixes(reply: At) -> str:
    """What the wiki calls its namespace of files, from meta=siteinfo: `file|image|datei`."""
    query = reply.at("query")
    names = ["file", "image"]
    if not query.at("namespaces").missing and not (space := query.at("namespaces").at(str(FILE_NAMESPACE))).missing:
        names += [space.at("name").maybe_text(), space.at("canonical").maybe_text()]
    names += [alias.at("alias").maybe_text() for alias in query.at("namespacealiases").maybe_items() if alias.at("id").value == FILE_NAMESPACE]
    return "|".join(dict.fromkeys(name.casefold() for name in names if name and "|" not in name))


def parse_files(reply: At) -> dict[str, tuple[Version, ...]]:
    """The versions of each file of prop=imageinfo by title, newest first, under the titles that were asked for too."""
    query = reply.at("query")
    found = {page.at("title").text(): tuple(_versions(page)) for page in query.at("pages").maybe_items()}
    asked = {one.at("from").text(): found.get(one.at("to").text(), ()) for one in query.at("normalized").maybe_items()}
    return found | asked


def uploaded_at(moment: datetime, versions: Iterable[Version]) -> Version | None:
    """The version that came with an edit of the file's page at that time; None: the edit changed the description alone, of a file that may be another's."""
    near = [version for version in versions if abs(version.at - moment) <= UPLOADED_WITHIN]
    return min(near, key=lambda version: abs(version.at - moment), default=None)


def media_of(uploaded: Version | None, shown: Iterable[tuple[str, str]], files: Mapping[str, tuple[Version, ...]]) -> tuple[MediaLink, ...]:
    """What an edit uploaded, then what it put into the page (title, alternative text), each as it is now."""
    links = [_link(uploaded, "")] if uploaded else []
    links += [_link(files[title][0], alt) for title, alt in shown if files.get(title)]
    return unique(links)


def _link(version: Version, alt: str) -> MediaLink:
    return MediaLink(version.url, clean_text(alt), version.mime or None)


def _versions(page: At) -> Iterator[Version]:
    for version in page.at("imageinfo").maybe_items():
        if version.at("filehidden").value is True or version.at("filemissing").value is True:
            continue
        link = picture(version.at("url").text(), "") or version.at("url").wrong("is not an http or https address")
        yield Version(link.url, version.at("mime").maybe_text(), version.at("timestamp").moment())
