"""Draw Example City's pictures and write the manifest that says what they show: `python -m samples.build`. The same bytes come out every time."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import Any

from PIL import ExifTags, Image, ImageOps

from domain.identity import sha256_hex
from samples.accounts import ACCOUNTS
from samples.blog import post_path
from samples.bluesky import post_uri
from samples.drawing.artwork import LOOKALIKES as LOOKALIKE_DRAWINGS
from samples.drawing.artwork import REGISTERED
from samples.drawing.compositor import Scene, grained
from samples.drawing.recipe import Recipe
from samples.drawing.recipes import RECIPES
from samples.drawing.scenes_people import enrolled, known_item
from samples.manifest import ARTWORK, KNOWN_ITEMS, LOOKALIKES, MANIFEST_FILE, MEDIA, SUBJECTS
from samples.mastodon import status_uri
from samples.posts import WrittenPost, written_posts

Row = dict[str, Any]


def build() -> None:
    """Draw everything anew and write `manifest.toml`."""
    for folder, drawings in ((ARTWORK, REGISTERED), (LOOKALIKES, LOOKALIKE_DRAWINGS)):
        folder.mkdir(parents=True, exist_ok=True)
        for name, draw in drawings.items():
            draw().save(folder / f"{name}.png", optimize=True)
    _save_enrolled()
    MEDIA.mkdir(parents=True, exist_ok=True)
    pictures = [_written(recipe) for recipe in RECIPES]
    MANIFEST_FILE.write_text(_toml([("picture", pictures), ("post", map(_post_row, written_posts()))]), "utf-8")


def _save_enrolled() -> None:
    """The stand-in's gallery, and the record whose copy is posted."""
    for folder, pictures in ((SUBJECTS / "subject-a", enrolled()), (KNOWN_ITEMS, {"yard-record.jpg": known_item().image})):
        folder.mkdir(parents=True, exist_ok=True)
        for name, image in pictures.items():
            image.save(folder / name, "JPEG", quality=88, optimize=True)


def drawn(recipe: Recipe) -> tuple[bytes, Scene]:
    """One picture's file, and the scene that it was made from."""
    scene = recipe.draw()
    image = grained(scene.image, recipe.file, recipe.grain)
    target = io.BytesIO()
    exif = recipe.exif() if recipe.exif else Image.Exif()
    if recipe.turned:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[ExifTags.Base.Orientation] = 6
    options: Row = {"exif": exif} if len(exif) else {}
    if recipe.file.endswith(".png"):
        image.save(target, "PNG", optimize=True, **options)
    else:
        image.save(target, "JPEG", quality=recipe.quality, optimize=True, **options)
    return target.getvalue(), scene


def _written(recipe: Recipe) -> Row:
    content, scene = drawn(recipe)
    (MEDIA / recipe.file).write_bytes(content)
    with Image.open(io.BytesIO(content)) as image:
        width, height = ImageOps.exif_transpose(image).size
    expected: list[Row] = [{"kind": kind, "label": label, "box": [box.x, box.y, box.w, box.h]} for kind, label, box in scene.expected()]
    expected += [{"kind": kind, "label": label} for kind, label in recipe.whole]
    return {
        "file": recipe.file,
        "sha256": sha256_hex(content),
        "width": width,
        "height": height,
        "difficulty": recipe.difficulty,
        "about": recipe.about,
        "photographs": list(recipe.photographs),
        "expected": expected,
        "negative_for": sorted(recipe.negative_for),
    }


def _post_row(post: WrittenPost) -> Row:
    return {
        "account": post.account,
        "key": post.key,
        "native_id": _native_id(post),
        "public": post.visibility == "public",
        "pictures": [shown.file for shown in post.pictures],
        "expected": [{"kind": kind, "text": text} for kind, text in post.expected],
        "negative_for": list(post.negative_for),
    }


def _native_id(post: WrittenPost) -> str:
    account = ACCOUNTS[post.account]
    if account.platform == "feed":
        return "{origin}" + post_path(post)
    if account.platform == "bluesky":
        return post_uri(post)
    return status_uri("{origin}", account, post)


def _toml(tables: Iterable[tuple[str, Iterable[Row]]]) -> str:
    lines = ["# Written by `python -m samples.build`: change the recipes or posts.toml, never this file.", ""]
    for name, rows in tables:
        for row in rows:
            lines += [f"[[{name}]]", *(f"{key} = {_value(value)}" for key, value in row.items()), ""]
    return "\n".join(lines)


def _value(value: Any) -> str:
    """A TOML value; JSON's strings, numbers and arrays are TOML's too."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + "".join(f"  {{{', '.join(f'{k} = {_value(v)}' for k, v in row.items())}}},\n" for row in value) + "]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    build()
