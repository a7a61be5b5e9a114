"""Every picture of Example City: what it shows, from which photographs, how hard it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from domain.finding import FindingKind
from samples.drawing.artwork import REGISTERED
from samples.drawing.compositor import Scene, square
from samples.drawing.photographs import backdrop

K = FindingKind


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one picture is made. `whole` lists what its file says as a whole (metadata), `negative_for` what it was made to tempt and does not show."""

    file: str
    about: str
    difficulty: str
    photographs: tuple[str, ...]
    draw: Callable[[], Scene]
    negative_for: frozenset[FindingKind] = frozenset()
    whole: tuple[tuple[FindingKind, str], ...] = ()
    exif: Callable[[], Image.Exif] | None = None
    quality: int = 88
    grain: int = 3


def patch_on_desk() -> Scene:
    """The shoulder patch, flat and large, on a wooden table."""
    scene = Scene(backdrop("coffee", (1200, 800)))
    scene.place(REGISTERED["shoulder-patch"](), square((330, 420), 300, 375, -8), (K.DEPARTMENT_ARTWORK, "shoulder-patch"), shadow=0.5)
    return scene


def table() -> Scene:
    """The table without anything of the department's."""
    return Scene(backdrop("coffee", (1100, 730), (0.1, 0, 1, 1)))


RECIPES = (
    Recipe("patch-on-desk.jpg", "The shoulder patch, flat and large, on a wooden table", "easy", ("coffee",), patch_on_desk),
    Recipe("coffee-break.jpg", "A cup of coffee", "none", ("coffee",), table, frozenset({K.DEPARTMENT_ARTWORK})),
)
