"""What an artwork's members share and what they do not: one stream of random numbers for each aspect of the design."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from detectors.training.artwork.palettes import Palette, palette, with_another_colour

ASPECTS = ("outline", "palette", "border", "layout", "hand", "surface", "field", "words", "motif", "grain")


@dataclass(frozen=True, slots=True)
class Spec:
    """One artwork's design as numbers: the variant of each aspect (0 is the family's own)."""

    family: int
    member: int
    field: int
    words: int
    motif: int
    recoloured: bool

    def stream(self, aspect: str) -> np.random.Generator:
        """The random numbers that settle an aspect; members with the same variant of it get the same ones."""
        variant = {"field": self.field, "words": self.words, "motif": self.motif, "grain": self.member}.get(aspect, 0)
        return np.random.default_rng([20, self.family, ASPECTS.index(aspect), variant])

    def colours(self) -> Palette:
        """The family's palette, or that with one colour replaced."""
        own = palette(self.stream("palette"))
        return with_another_colour(own, np.random.default_rng([21, self.family, self.member])) if self.recoloured else own


def spec(family: int, member: int) -> Spec:
    """A family's member: 0 is the artwork; the others keep its outline, border, hand, layout and surface.

    Another agency's artwork always has another motif; nine in ten have other words, a third another field, a third one colour changed.
    """
    own = Spec(family, member, 0, 0, 0, False)
    if member == 0:
        return own
    rng = np.random.default_rng([22, family, member])
    return replace(own, motif=member, words=member if rng.random() < 0.9 else 0, field=member if rng.random() < 0.33 else 0, recoloured=bool(rng.random() < 0.33))
