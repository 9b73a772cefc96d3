"""Drawings of the register's figures as SVG or PNG, for pages and prints; no script is needed, paper reads the same.

May import the other rules of `gis`; knows no web, no database and no files: fonts and texts come in. What is not known
is not drawn. Classes of the SVG get their colours from the page's style sheet.
"""

from gis.charts.picture import Picture, draw_picture
from gis.charts.trajectory import Line, Observation, Target, Trajectory, draw_trajectory
from gis.charts.zone_map import Lot, Other, Unit, ZoneMap, draw_map

__all__ = [
    "Line",
    "Lot",
    "Observation",
    "Other",
    "Picture",
    "Target",
    "Trajectory",
    "Unit",
    "ZoneMap",
    "draw_map",
    "draw_picture",
    "draw_trajectory",
]
