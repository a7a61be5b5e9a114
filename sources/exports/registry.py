"""Every export that can be read, by its platform's name in accounts files, and how one is opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sources.exports.archive import LIMITS, Archive, Limits
from sources.exports.export import Exporter, UnusableExport, file_name
from sources.exports.facebook import Facebook
from sources.exports.instagram import Instagram
from sources.exports.linkedin import LinkedIn
from sources.exports.mastodon import Mastodon
from sources.exports.tiktok import TikTok
from sources.exports.x import X
from sources.exports.youtube import YouTube

EXPORTERS: Mapping[str, Exporter] = {
    "facebook": Facebook(),
    "instagram": Instagram(),
    "linkedin": LinkedIn(),
    "mastodon": Mastodon(),
    "tiktok": TikTok(),
    "x": X(),
    "youtube": YouTube(),
}
# A page that its owner saved (`myspace`, `nixle`) comes in at `flows.import_export.read_export`, by `sources.webpage.parse_saved_page`, once that is there.


def exporter_for(platform: str) -> Exporter:
    """The export of that platform. Raises UnusableExport for one whose exports are not read."""
    if platform not in EXPORTERS:
        raise UnusableExport(f'exports of platform "{platform}" are not read; those of {", ".join(sorted(EXPORTERS))} are')
    return EXPORTERS[platform]


@contextmanager
def opened(paths: Sequence[Path], exporter: Exporter, limits: Limits = LIMITS) -> Iterator[Archive]:
    """The export in these ZIP files. Raises UnusableExport, also when it is another platform's."""
    with Archive(paths, exporter.wanted, limits) as archive:
        if not archive.data_files():
            raise UnusableExport(
                f"{', '.join(map(str, paths))}: expected an export of {exporter.title} with {exporter.files}; {_looks_like(archive, exporter)}"
            )
        yield archive


def _looks_like(archive: Archive, wanted: Exporter) -> str:
    others = sorted({one.title for one in EXPORTERS.values() for name in archive.names if one.wanted(name)})
    if others:
        return f"this looks like one of {' or '.join(others)}: name the account that it belongs to"
    if any(wanted.wanted(f"{name.rpartition('.')[0]}.json") for name in archive.names if file_name(name).endswith((".html", ".txt"))):
        return "this one was made as HTML or text: ask the platform for JSON"
    return "this holds no file that is known: ask the platform for the posts too"
