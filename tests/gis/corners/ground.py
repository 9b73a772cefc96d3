"""The provinces of the data files as the solver gets them, and tables made up near Sóc Trăng."""

import json
from datetime import date
from functools import cache
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, shape

from api.settings import ROOT
from gis.corners import CornerTable, LegalMeridian, Place, Solution, parse_meridians, read, solve

TODAY = date(2026, 11, 20)
FILES = ("admin_units.geojson", "admin_units_historic_derived.geojson")
# A rectangle of 12 ha near the town of Sóc Trăng, X and Y in EPSG:9209, with S and a first corner that is not repeated.
PLAIN = """1 1061900.25 551600.50 400.00
2 1062300.25 551600.50 300.00
3 1062300.25 551900.50 400.00
4 1061900.25 551900.50 300.00
"""


@cache
def units(level: str) -> tuple[Place, ...]:
    made = []
    for name in FILES:
        for feature in json.loads((ROOT / "data" / name).read_text(encoding="utf-8"))["features"]:
            told = feature["properties"]
            if told["level"] != level:
                continue
            outline = shape(feature["geometry"])
            outline = outline if isinstance(outline, MultiPolygon) else MultiPolygon([outline])
            shapely.prepare(outline)
            made.append(Place(told["name"], outline, day(told.get("valid_from")), day(told.get("valid_to"))))
    return tuple(made)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def meridians() -> tuple[LegalMeridian, ...]:
    return parse_meridians((ROOT / "data" / "meridians.csv").read_text(encoding="utf-8"))


def province(*names: str) -> tuple[Place, ...]:
    return tuple(one for one in units("province") if one.name in names)


def solved(source: str | bytes | CornerTable, **told: Any) -> Solution:
    """A table in Sóc Trăng, unless `stated` says another province."""
    table = source if isinstance(source, CornerTable) else read(source)
    told = {"stated": province("Sóc Trăng"), **told}
    return solve(table, provinces=units("province"), meridians=meridians(), today=TODAY, **told)


def codes(found: Solution | CornerTable) -> list[tuple[str, int | None]]:
    return [(one.code, one.row) for one in found.issues]
