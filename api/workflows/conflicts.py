"""Three states of a zone side by side: what somebody began from, what they propose, and what is in force by now."""

from collections.abc import Mapping
from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon

from gis.differences import difference

Row = dict[str, Any]
MOST_CORNERS = 500


def compare(base: Row | None, yours: Row | None, theirs: Row) -> Row:
    """What differs, property by property and in the outline.

    Each is `{"version", "values", "outline"}`: values by the names of `/changes`, the outline shapely's in WGS 84. base
    is None where nobody can tell what it was made from, yours where it cannot be read.
    """
    there = {"base": base, "yours": yours, "theirs": theirs}
    names = [name for name in theirs["values"] if differs(name, there)]
    outlines = {name: one["outline"] for name, one in there.items() if one is not None}
    pairs = (("yours", "base", "yours"), ("theirs", "base", "theirs"), ("between", "theirs", "yours"))
    return {
        "base": base and {"version": base["version"]},
        "theirs": {"version": theirs["version"]},
        "properties": {
            name: {who: None if one is None else one["values"].get(name) for who, one in there.items()}
            for name in names
        },
        "outline": {
            name: differ(outlines[before], outlines[after]) if before in outlines and after in outlines else None
            for name, before, after in pairs
        },
    }  # fmt: skip


def differs(name: str, there: Mapping[str, Row | None]) -> bool:
    values = [one["values"].get(name) for one in there.values() if one is not None]
    return any(one != values[0] for one in values)


def differ(before: MultiPolygon | None, after: MultiPolygon | None) -> Row | None:
    """Land gained and lost in ha, and the corners that changed, 500 at most; None where an outline crosses itself."""
    if any(one is not None and not one.is_valid for one in (before, after)):
        return None
    try:
        found = difference(before, after)
    except ShapelyError:
        return None
    return {
        "gained_ha": found.gained_m2 / 10_000, "lost_ha": found.lost_m2 / 10_000, "changed_corners": len(found.corners),
        "corners": [{"before": one.before, "after": one.after, "moved_m": one.moved_m}
                    for one in found.corners[:MOST_CORNERS]],
    }  # fmt: skip
