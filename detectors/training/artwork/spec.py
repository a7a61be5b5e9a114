"""What an artwork's members share and what they do not: one stream of random numbers for each aspect of the design."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from detectors.training.artwork.palettes import Palette, palette, with_another_colour

ASPECTS = ("outline", "palette", "border", "layout", "hand", "surface", "field", "words", "motif", "frame")


@dataclass(frozen=True, slots=True)
class Spec:
    """One artwork's design as numbers: the variant of each aspect (0 is the family's own)."""

    family: int
    member: int
    field: int
    words: int
    motif: int
    frame: int
    recoloured: bool

    def stream(self, aspect: str) -> np.random.Generator:
        """The random numbers that settle an aspect; members with the same variant of it get the same ones."""
        variant = {"field": self.field, "words": self.words, "motif": self.motif, "frame": self.frame}.get(aspect, 0)
        return np.random.default_rng([20, self.family, ASPECTS.index(aspect), variant])

    def colours(self) -> Palette:
        """The family's palette, or that with one colour replaced."""
        own = palette(self.stream("palette"))
        return with_another_colour(own, np.random.default_rng([21, self.family, self.member])) if self.recoloured else own


def spec(family: int, member: int) -> Spec:
    """A family's member: 0 is the artwork; the others keep its outline, border, hand, layout and surface.

    Another agency's artwork always has another motif; most have other words, half have what is around
    the motif and the kind of motif changed too, a third another field, a third one colour.
    """
    own = Spec(family, member, 0, 0, 0, 0, False)
    if member == 0:
        return own
    rng = np.random.default_rng([22, family, member])
    return replace(
        own,
        motif=member,
        words=member if rng.random() < 0.85 else 0,
        frame=member if rng.random() < 0.45 else 0,
        field=member if rng.random() < 0.33 else 0,
        recoloured=bool(rng.random() < 0.33),
    )


def redesigned(design: Spec, attempt: int) -> Spec:
    """The design with yet other words and another motif."""
    return replace(design, words=design.member + 1000 * attempt, motif=design.member + 1000 * attempt)
