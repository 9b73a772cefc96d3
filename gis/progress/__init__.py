"""How far a target is reached: which evidence counts, what it decides, how fast one would have to go.

May import the other rules of `gis`; knows no web, no database and no files. Figures are Decimals and are never rounded
here; unknown is None. The rules are told in docs/progress.md.
"""

from gis.progress.assessing import Register, assess
from gis.progress.evidence import Observation, Step
from gis.progress.measures import DEMANDS, MEASURES, Measure, measure_of
from gis.progress.pace import Pace
from gis.progress.relation import Relation, relations
from gis.progress.results import STATES, Judged, Measured, Result, State
from gis.progress.targets import Target
from gis.progress.unnamed import unnamed_zones
from gis.progress.zones import Zone

__all__ = [
    "DEMANDS",
    "MEASURES",
    "STATES",
    "Judged",
    "Measure",
    "Measured",
    "Observation",
    "Pace",
    "Register",
    "Relation",
    "Result",
    "State",
    "Step",
    "Target",
    "Zone",
    "assess",
    "measure_of",
    "relations",
    "unnamed_zones",
]
