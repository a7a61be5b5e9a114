"""What is truly in Example City's pictures and posts: the answers that a detector's findings are compared with."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.finding import Box, FindingKind

EXAMPLE_CITY = Path(__file__).parent / "example-city"
MEDIA = EXAMPLE_CITY / "media"
ARTWORK = EXAMPLE_CITY / "artwork"
LOOKALIKES = EXAMPLE_CITY / "lookalikes"
DOCUMENTS = EXAMPLE_CITY / "documents"
SUBJECTS = EXAMPLE_CITY / "subjects"
KNOWN_ITEMS = EXAMPLE_CITY / "known-items"
MANIFEST_FILE = EXAMPLE_CITY / "manifest.toml"


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing that a picture shows. `label` is what is recognised (an artwork's label, a subject's name, a marker's number).

    `box` is tight around the visible part, in upright pixels; None means the whole file, as for metadata.
    """

    kind: FindingKind
    label: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class SamplePicture:
    """One picture in `media/`. `difficulty` is "easy", "medium" or "hard" for a picture that shows something, and "none" for one that shows nothing.

    `photographs` are the stems in `samples/photographs/` that it was made from; `negative_for` are the kinds that it was made to tempt and does not show.
    """

    file: str
    sha256: str
    width: int
    height: int
    difficulty: str
    about: str
    photographs: tuple[str, ...]
    expected: tuple[Expected, ...]
    negative_for: frozenset[FindingKind]

    @property
    def path(self) -> Path:
        """Where its bytes lie."""
        return MEDIA / self.file

    def boxes(self, kind: FindingKind) -> tuple[Box, ...]:
        """Every place in it that shows `kind`."""
        return tuple(e.box for e in self.expected if e.kind is kind and e.box)


@dataclass(frozen=True, slots=True)
class ExpectedText:
    """Words of a post that a rule should find, exactly as they stand in its title or text."""

    kind: FindingKind
    text: str


@dataclass(frozen=True, slots=True)
class SamplePost:
    """One post. `account` is a key of `samples.accounts.ACCOUNTS`.

    `public` is False for what must never be kept: a followers-only post, a boost of somebody else's. `negative_for` are the kinds that its words tempt
    and that must not be reported.
    """

    account: str
    key: str
    native_id_template: str
    public: bool
    pictures: tuple[str, ...]
    expected: tuple[ExpectedText, ...]
    negative_for: frozenset[FindingKind]

    def native_id(self, origin: str) -> str:
        """Its lasting name on the platform when Example City is served at `origin`."""
        return self.native_id_template.replace("{origin}", origin)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All pictures and posts of Example City."""

    pictures: tuple[SamplePicture, ...]
    posts: tuple[SamplePost, ...]

    def by_sha256(self, sha256: str) -> SamplePicture:
        """The picture with those bytes. Raises KeyError."""
        for picture in self.pictures:
            if picture.sha256 == sha256:
                return picture
        raise KeyError(sha256)

    def by_file(self, file: str) -> SamplePicture:
        """The picture of that file name in `media/`. Raises KeyError."""
        for picture in self.pictures:
            if picture.file == file:
                return picture
        raise KeyError(file)

    def positives(self, kind: FindingKind) -> tuple[SamplePicture, ...]:
        """The pictures that show `kind`."""
        return tuple(p for p in self.pictures if any(e.kind is kind for e in p.expected))

    def negatives(self, kind: FindingKind) -> tuple[SamplePicture, ...]:
        """The pictures that do not show `kind`, the deliberate ones among them."""
        return tuple(p for p in self.pictures if all(e.kind is not kind for e in p.expected))


@cache
def load_manifest() -> Manifest:
    """Read `manifest.toml`, which `python -m samples.build` writes."""
    document = tomllib.loads(MANIFEST_FILE.read_text("utf-8"))
    return Manifest(tuple(map(_picture, document["picture"])), tuple(map(_post, document["post"])))


def _picture(row: dict[str, Any]) -> SamplePicture:
    expected = tuple(Expected(FindingKind(e["kind"]), e["label"], Box(*e["box"]) if "box" in e else None) for e in row["expected"])
    return SamplePicture(
        row["file"],
        row["sha256"],
        row["width"],
        row["height"],
        row["difficulty"],
        row["about"],
        tuple(row["photographs"]),
        expected,
        _kinds(row["negative_for"]),
    )


def _post(row: dict[str, Any]) -> SamplePost:
    expected = tuple(ExpectedText(FindingKind(e["kind"]), e["text"]) for e in row["expected"])
    return SamplePost(row["account"], row["key"], row["native_id"], row["public"], tuple(row["pictures"]), expected, _kinds(row["negative_for"]))


def _kinds(names: list[str]) -> frozenset[FindingKind]:
    return frozenset(map(FindingKind, names))
