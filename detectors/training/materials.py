"""The training materials: free fonts, icons, flags, clip art, cut-out objects and photographs out of Debian packages.

`python -m detectors.training.materials FOLDER` downloads the packages with the machine's own package tool, unpacks them aside
(nothing is installed and no root is needed) and lays what is useful in them out as FOLDER/fonts, icons, flags, clipart, objects
and photographs. docs/detectors/training-materials.md says whose work it is and under which licence.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from detectors.training import material_glyphs, material_pictures
from detectors.training.material_packages import FONTS, GLYPHS, PACKAGES, PICTURES


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} is not on this machine: the training materials come out of Debian packages")
    return found


def download(packages: list[str], folder: Path) -> None:
    """Have the package tool put the packages' archives into the folder; those already there are not asked for again."""
    folder.mkdir(parents=True, exist_ok=True)
    absent = [name for name in packages if not list(folder.glob(f"{name}_*.deb"))]
    if absent:
        subprocess.run([_program("apt-get"), "download", *absent], cwd=folder, check=True)  # noqa: S603 - the names come from our own table


def unpack(packages: list[str], archives: Path, folder: Path) -> dict[str, Path]:
    """Where each package's files lie once its archive is unpacked under the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    places: dict[str, Path] = {}
    for name in packages:
        archive = sorted(archives.glob(f"{name}_*.deb"))[-1]
        places[name] = folder / name
        if not places[name].is_dir():
            subprocess.run([_program("dpkg"), "-x", str(archive), str(places[name])], check=True)  # noqa: S603 - the archive was just downloaded
    return places


def lay_out(places: dict[str, Path], folder: Path) -> dict[str, int]:
    """Fill the folder out of the unpacked packages, pictures first.

    Returns how many files each kind has.
    """
    for kind in ("photographs", "objects", "clipart", "flags", "icons", "fonts"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        material_pictures.lay_out(name, places[name], folder)
    for name in FONTS:
        material_glyphs.lay_out_fonts(name, places[name], folder / "fonts")
    for name in GLYPHS:
        material_glyphs.lay_out_icons(name, places[name], folder / "icons")
    material_glyphs.lay_out_flags(places["fonts-noto-color-emoji"], folder / "flags")
    return {kind.name: sum(1 for _ in kind.iterdir()) for kind in sorted(folder.iterdir()) if kind.is_dir()}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--archives", type=Path, help="keep the downloaded archives here, and use those that are here")
    arguments = parser.parse_args()
    names = [package.name for package in PACKAGES]
    with tempfile.TemporaryDirectory() as aside:
        archives = arguments.archives or Path(aside) / "archives"
        download(names, archives)
        for kind, count in lay_out(unpack(names, archives, Path(aside) / "unpacked"), arguments.folder).items():
            sys.stdout.write(f"{count:6} {kind}\n")


if __name__ == "__main__":
    main()
