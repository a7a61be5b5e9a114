"""What can be read off the style sheet: contrast in both themes, and nothing from elsewhere."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

import dashboards

STATIC = Path(dashboards.__file__).parent / "static"
STYLE = (STATIC / "plainview.css").read_text(encoding="utf-8")
GROUNDS = ("ground", "surface", "sunken")
PAIRS = [
    *product(("text", "muted", "accent", "bad", "warn"), GROUNDS),
    ("accent", "accent-soft"),
    ("muted", "accent-soft"),
    ("text", "good-soft"),
    ("text", "bad-soft"),
    ("text", "warn-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("on-accent", "accent"),
]


def colours(block: str) -> dict[str, str]:
    """The named colours of a `:root` block."""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def themes() -> dict[str, dict[str, str]]:
    """Light, and dark as it changes light."""
    first, second = re.findall(r":root \{(.*?)\}", STYLE, re.S)[:2]
    return {"light": colours(first), "dark": colours(first) | colours(second)}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2, 1.4.3), 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_readable_on_its_ground(theme: str, text: str, ground: str) -> None:
    named = themes()[theme]
    assert contrast(named[text], named[ground]) >= 4.5


def test_edges_of_fields_are_visible() -> None:
    for named in themes().values():
        assert contrast(named["line-strong"], named["surface"]) >= 3


@pytest.mark.parametrize("file", sorted(STATIC.iterdir()), ids=lambda file: file.name)
def test_nothing_is_fetched_from_elsewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.M)
    assert "@import" not in text
    assert "url(" not in text
