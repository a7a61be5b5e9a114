"""Training pictures: emblems laid into photographs as life lays them, with exact truth."""

from detectors.training.scenes.grounds import Grounds
from detectors.training.scenes.laying import Laid, lay
from detectors.training.scenes.pictures import Scene, background, scene
from detectors.training.scenes.placement import Placement
from detectors.training.scenes.queries import Query, query

__all__ = ["Grounds", "Laid", "Placement", "Query", "Scene", "background", "lay", "query", "scene"]
