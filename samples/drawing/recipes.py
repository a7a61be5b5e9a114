"""Every picture of Example City."""

from __future__ import annotations

from samples.drawing import scenes_artwork, scenes_evidence, scenes_papers, scenes_people
from samples.drawing.recipe import Recipe

RECIPES: tuple[Recipe, ...] = scenes_artwork.RECIPES + scenes_evidence.RECIPES + scenes_papers.RECIPES + scenes_people.RECIPES
