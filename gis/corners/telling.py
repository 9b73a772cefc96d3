"""A solution as JSON: what was understood, what was chosen and why, in the language of a gettext."""

from collections.abc import Callable
from typing import Any

import numpy as np
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from gis.corners.ranking import Choice
from gis.corners.solve import Solution
from gis.corners.table import CornerTable
from gis.receipts import code

MOST_OUTLINED = 2_000  # corners above which the runners-up are told by their middle alone
Gettext = Callable[[str], str]


def told(solution: Solution, gettext: Gettext = str, language: str = "en") -> dict[str, Any]:
    """The answer of a preview: coordinates are WGS 84 lon, lat; `x` and `y` as in the table."""
    outline, chosen = solution.outline, solution.chosen
    few = len(solution.table.corners) <= MOST_OUTLINED
    return {
        "outline": None if outline is None else {"type": "Feature", "geometry": geometry(outline), "properties": {}},
        "chosen": choice(chosen, gettext) if chosen else None,
        "runners_up": [
            {**choice(one, gettext), "outline": geometry(one.outline) if few and one.outline is not None else None}
            for one in solution.runners_up
        ],
        "needs_confirmation": solution.needs_confirmation,
        "table": table(solution),
        "receipt": solution.receipt.document() if solution.receipt else None,
        "issues": [one.document(gettext, language) for one in solution.issues],
        "stated": {"area_ha": solution.stated_area_ha, "perimeter_m": solution.stated_perimeter_m},
    }


def geometry(outline: BaseGeometry) -> dict[str, Any]:
    return dict(mapping(outline))


def choice(one: Choice, gettext: Gettext) -> dict[str, Any]:
    return {
        "crs": code(one.crs), "uri": one.crs.uri, "name": one.crs.name, "central_meridian": one.crs.central_meridian,
        "zone_width": one.crs.zone_width, "swapped": one.swapped, "prefix": one.prefix or None,
        "why": [reason.said(gettext) for reason in one.why], "centroid": list(one.centroid),
    }  # fmt: skip


def table(solution: Solution) -> dict[str, Any]:
    """The table as understood, ring by ring, with the computed length of each side."""
    read: CornerTable = solution.table
    rings = []
    for number, ring in enumerate(read.rings):
        role, of = solution.roles[number] if solution.roles else (None, None)
        places = solution.places[number] if solution.places else None
        sides = solution.sides[number] if solution.sides else None
        rings.append({
            "title": ring.title or None, "role": role, "hole_of": of,
            "closing_row": ring.closing.row if ring.closing else None,
            "corners": [
                {
                    "row": corner.row, "label": corner.label or None, "x": corner.x, "y": corner.y,
                    "stated_side": corner.side, "side_row": corner.side_row,
                    "computed_side": round(sides[place], 3) if sides and np.isfinite(sides[place]) else None,
                    "place": position(places[place]) if places is not None else None, "cells": list(corner.cells),
                }
                for place, corner in enumerate(ring.corners)
            ],
        })  # fmt: skip
    return {
        "rings": rings, "unit": read.unit, "sheet": read.sheet,
        "columns": [{"role": one.role, "heading": one.heading or None} for one in read.columns],
        "named": {"crs": code(read.crs) if read.crs else None, "central_meridian": read.meridian,
                  "zone_width": read.width},
        "ignored": [{"row": row, "text": text} for row, text in read.ignored],
    }  # fmt: skip


def position(point: Any) -> list[float] | None:
    return [float(point[0]), float(point[1])] if np.isfinite(point).all() else None
