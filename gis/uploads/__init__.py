"""Outlines out of files that strangers hand in: what a file holds, in which system, and one feature as an outline.

May import: gis, and the libraries of the formats, each inside the function that needs it. Never: web, database,
network, environment. A file lies in a folder of its own, where parts of it may be unpacked; what it says is never
believed, and whoever calls sees to limits of time and memory.
"""

from gis.uploads.contents import Contents, Feature, Layer, Outline, inspect, outline_of
from gis.uploads.kinds import KINDS, Kind, detect
from gis.uploads.limits import Limits
from gis.uploads.systems import Candidate

__all__ = [
    "KINDS", "Candidate", "Contents", "Feature", "Kind", "Layer", "Limits", "Outline", "detect", "inspect",
    "outline_of",
]  # fmt: skip
