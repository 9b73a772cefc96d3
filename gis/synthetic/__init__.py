"""A made-up national data set: zones in the real provinces, their lots, histories and targets, all from one number.

The same seed gives the same bytes on every machine: `chance` and `ground` say how. Nothing here is real but the
provinces. No web, no database; numpy and shapely only.
"""

from gis.synthetic.dataset import GENERATION, DataSet, Province, make
from gis.synthetic.histories import LAST_YEAR, Observation, Step, Target, Version, Zone
from gis.synthetic.lots import Lots

__all__ = [
    "GENERATION", "LAST_YEAR", "DataSet", "Lots", "Observation", "Province", "Step", "Target", "Version", "Zone",
    "make",
]  # fmt: skip
