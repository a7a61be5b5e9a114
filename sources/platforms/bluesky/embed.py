"""What a Bluesky post shows beside its text: app.bsky.embed.images, .video, .external, .record, .recordWithMedia."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from domain.post import MediaLink
from sources.reading.shape import At

PREFIX = "app.bsky.embed."


def media_of(embed: At, address: Callable[[str], str]) -> Iterator[MediaLink]:
    """The originals in a record's embed; `address` gives the address of a blob's CID. Raises UnexpectedReply for a kind of embed that is not known."""
    kind = _kind(embed)
    if kind == "images":
        for image in embed.at("images").items():
            yield _blob(image.at("image"), address, image.at("alt").maybe_text())
    elif kind == "video":
        yield _blob(embed.at("video"), address, embed.at("alt").maybe_text())
    elif kind == "external" and not embed.at("external").at("thumb").missing:
        yield _blob(embed.at("external").at("thumb"), address, "")
    elif kind == "recordWithMedia":
        yield from media_of(embed.at("media"), address)


def shown_media_of(embed: At) -> Iterator[MediaLink]:
    """The same as an AppView shows it: what it gives are pictures made from the originals."""
    kind = _kind(embed)
    if kind == "images":
        for image in embed.at("images").items():
            yield MediaLink(image.at("fullsize").text(), image.at("alt").maybe_text())
    elif kind == "video" and not embed.at("thumbnail").missing:
        yield MediaLink(embed.at("thumbnail").text(), embed.at("alt").maybe_text())
    elif kind == "external" and not embed.at("external").at("thumb").missing:
        yield MediaLink(embed.at("external").at("thumb").text())
    elif kind == "recordWithMedia":
        yield from shown_media_of(embed.at("media"))


def card_lines(embed: At) -> Iterator[str]:
    """The words of a link card, which the account published too: address, title, description."""
    kind = _kind(embed)
    if kind == "recordWithMedia":
        yield from card_lines(embed.at("media"))
    elif kind == "external":
        for key in ("uri", "title", "description"):
            yield embed.at("external").at(key).maybe_text()


def _kind(embed: At) -> str:
    """`images` for `app.bsky.embed.images` and its `#view`; empty where nothing is embedded."""
    if embed.missing:
        return ""
    name = embed.at("$type").text().removeprefix(PREFIX).removesuffix("#view")
    if name not in {"images", "video", "external", "record", "recordWithMedia"}:
        embed.at("$type").wrong("is a kind of embed that is not known")
    return name


def _blob(blob: At, address: Callable[[str], str], alt: str) -> MediaLink:
    """A blob reference, or the form that it had before 2023 (`cid` and `mimeType` alone)."""
    cid = blob.at("cid") if blob.at("ref").missing else blob.at("ref").at("$link")
    return MediaLink(address(cid.identifier()), alt, blob.at("mimeType").maybe_text() or None)
