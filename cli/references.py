"""`plainview references`: the department's artwork, registered to be recognised, and look-alikes, registered not to be taken for it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.store import store_door
from cli.terminal import FAILED, fail, json_lines, now, operator, table, tell

if TYPE_CHECKING:
    from detectors.registry import ReferencePicture
    from storage.owner.door import Door

app = typer.Typer(help="Register the department's artwork (patches, badges, seals) and list it.", no_args_is_help=True)


@app.command("add")
def add(
    pictures: Annotated[list[Path], typer.Argument(help="pictures of one artwork each, as clean as can be had")],
    label: Annotated[str | None, typer.Option(help="its name; without it, the file's name")] = None,
    not_ours: Annotated[bool, typer.Option("--not-ours", help="look-alikes, such as another agency's patch: what shows one is not flagged")] = False,
) -> None:
    """Register artwork. It is looked for from the next run on, in what was captured before too."""
    if label and len(pictures) > 1:
        fail("--label names one artwork: give one picture, or leave it out to use the files' names")
    if register_all(store_door(), pictures, label, ours=not not_ours):
        raise typer.Exit(FAILED)


def register_all(door: Door, pictures: list[Path], label: str | None = None, *, ours: bool = True) -> int:
    """Register pictures under `label` or their files' names, saying what came of each. Returns how many could not be."""
    failed = 0
    for picture in pictures:
        try:
            _register(door, picture, label or picture.stem, ours)
        except _Unusable as problem:
            failed += 1
            tell(str(problem))
    return failed


class _Unusable(Exception):
    pass


def _register(door: Door, picture: Path, label: str, ours: bool) -> None:
    from domain.reference import Reference
    from storage import references
    from storage.errors import Refused
    from storage.vault import Vault

    content, mime, doubts = _judged(door, picture, label, ours)
    reference = Reference(label, Vault(door.folder).put(content), mime, operator().name, ours)
    try:
        added = door.call(references.add, reference=reference, by=operator().name, now=now())
    except Refused as wrong:
        raise _Unusable(f"{picture}: {wrong}") from None
    if added:
        tell(f"Artwork {label} is registered{'' if ours else ' as not ours: what shows it is not flagged'}.")
        for doubt in doubts:
            tell(f"  {picture.name}: {doubt}")


def _judged(door: Door, picture: Path, label: str, ours: bool) -> tuple[bytes, str, tuple[str, ...]]:
    """The picture's bytes and type, and what will make it hard to find. Raises _Unusable."""
    from detectors.artwork import UnusableReference, weaknesses
    from detectors.picture import Unreadable, describe
    from detectors.registry import ReferencePicture

    try:
        content = picture.read_bytes()
        mime = describe(content).mime
        artwork, others = ReferencePicture(label, content), _registered(door, label)
        doubts = weaknesses(artwork, [other for _, other in others])
    except OSError as wrong:
        raise _Unusable(f"{picture}: cannot be read ({wrong.strerror}); check its name and permissions") from None
    except Unreadable as wrong:
        raise _Unusable(f"{picture}: not a picture that can be used ({wrong}); save it as PNG or JPEG") from None
    except UnusableReference as wrong:
        raise _Unusable(f"{picture}: {wrong}") from None
    _refuse_both_ways(picture, artwork, [other for theirs, other in others if theirs is not ours])
    return content, mime, doubts


def _refuse_both_ways(picture: Path, artwork: ReferencePicture, opposite: list[ReferencePicture]) -> None:
    """Registered as ours and as not ours, in two files, the same artwork would never be flagged."""
    from detectors.artwork.hardness import same_artwork

    for other in opposite:
        if same_artwork(artwork, other):
            raise _Unusable(f"{picture}: shows the same as {other.label!r}, and cannot be ours and not ours: nothing was registered")


def _registered(door: Door, label: str) -> list[tuple[bool, ReferencePicture]]:
    """Whether it is ours, and what it is, of the other artwork that is registered by now, as far as its pictures are in the vault."""
    from detectors.registry import ReferencePicture
    from storage import references
    from storage.errors import NotFound
    from storage.vault import Vault

    vault, found = Vault(door.folder), []
    for reference in door.call(references.every):
        if reference.label != label:
            with suppress(NotFound):
                found.append((reference.ours, ReferencePicture(reference.label, vault.get(reference.sha256))))
    return found


@app.command("list")
def list_references(as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False) -> None:
    """Every registered artwork, and the look-alikes that are not ours."""
    from storage import references

    rows = [
        {"label": r.label, "sha256": r.sha256, "mime": r.mime, "registered_by": r.registered_by, "ours": r.ours} for r in store_door().call(references.every)
    ]
    if as_json:
        json_lines(rows)
        return
    shown = ((r["label"], "yes" if r["ours"] else "no", r["mime"], r["registered_by"], r["sha256"]) for r in rows)
    table("References", ("label", "ours", "type", "registered by", "SHA-256"), shown)
