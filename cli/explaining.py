"""`plainview check --explain FILE`: a picture of why the artwork detector said what it said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cli.terminal import fail, tell

if TYPE_CHECKING:
    from detectors.detector import Detector


def explain(picture: Path, detectors: Sequence[Detector], written: Path) -> None:
    """Write a PNG that explains what `detectors`' artwork detector sees in `picture`. Ends the command where that cannot be."""
    from detectors.artwork import Artwork
    from detectors.artwork.explaining import as_png, explained
    from detectors.picture import Unreadable, decode

    artwork = next((detector for detector in detectors if isinstance(detector, Artwork)), None)
    if artwork is None:
        fail("--explain: the artwork detector is not among --detectors; add artwork")
    try:
        written.write_bytes(as_png(explained(decode(picture.read_bytes()), artwork)))
    except Unreadable as wrong:
        fail(f"--explain: {picture}: {wrong}")
    except OSError as wrong:
        fail(f"--explain: {wrong.filename}: {wrong.strerror}")
    tell(f"{written} shows why.")


def one_picture(paths: Sequence[Path] | None) -> Path:
    """The one picture that is to be explained. Ends the command where there is not one."""
    if not paths or len(paths) != 1 or paths[0].is_dir():
        fail("--explain explains one picture: name one file")
    return paths[0]
