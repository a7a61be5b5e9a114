"""What a picture of Example City is made by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from domain.finding import FindingKind
from samples.drawing.compositor import Scene

Difficulty = Literal["easy", "medium", "hard", "none"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One picture. `whole` lists what its file says as a whole (metadata), `negative_for` what it was made to tempt and does not show.

    `turned` stores it lying on its side with an EXIF orientation, as cameras do; `quality` is JPEG's, `grain` the camera's noise.
    """

    file: str
    about: str
    difficulty: Difficulty
    photographs: tuple[str, ...]
    draw: Callable[[], Scene]
    negative_for: frozenset[FindingKind] = frozenset()
    whole: tuple[tuple[FindingKind, str], ...] = ()
    exif: Callable[[], Image.Exif] | None = None
    turned: bool = False
    quality: int = 82
    grain: int = 3
