"""Every export that can be read, by its platform's name in accounts files, and how one is opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from domain.account import Account
from sources.exports.archive import LIMITS, Archive, Limits
from sources.exports.export import TERMS, Exporter, Files, Origin, UnusableExport, file_name
from sources.exports.facebook import Facebook
from sources.exports.instagram import Instagram
from sources.exports.linkedin import LinkedIn
from sources.exports.mastodon import Mastodon
from sources.exports.reading import Export, read_export
from sources.exports.saved_page import PAGES, opened_page, read_page, terms_of_page
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


def exporter_for(platform: str) -> Exporter:
    """The export of that platform. Raises UnusableExport for one whose exports are not read."""
    if platform not in EXPORTERS:
        pages = f"; saved pages of {' and '.join(sorted(PAGES))} too"
        raise UnusableExport(f'exports of platform "{platform}" are not read; those of {", ".join(sorted(EXPORTERS))} are{pages}')
    return EXPORTERS[platform]


@contextmanager
def handed_in(paths: Sequence[Path], account: Account, page_url: str = "") -> Iterator[tuple[Origin, Files, Export]]:
    """What was handed in for that account, open and read: an export, or where its platform has none a saved page. `page_url`: where that was saved from.

    Raises UnusableExport and UnexpectedReply.
    """
    if account.platform in PAGES:
        page = opened_page(paths)
        yield Origin(f"a saved page of {account.platform}", terms_of_page(account.platform)), page, read_page(page, account, page_url)
        return
    exporter = exporter_for(account.platform)
    if page_url:
        raise UnusableExport(f"--page-url is for saved pages ({', '.join(sorted(PAGES))}); leave it out for an export")
    with opened(paths, exporter) as archive:
        yield Origin(f"an export of {exporter.title}", TERMS), archive, read_export(archive, exporter, account)


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
