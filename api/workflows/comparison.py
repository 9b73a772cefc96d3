"""Two states of a zone side by side: values, land gained and lost, corners that moved; in degrees and in VN-2000."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from shapely.geometry import MultiPolygon, mapping

from api.workflows.corners import legal_zone
from gis.checks import MEASURED, area_m2
from gis.crs import Crs, from_wgs84, parse_crs
from gis.differences import Corner, corners, difference
from gis.errors import GisError
from gis.shapes import geodesic_area_m2

Row = dict[str, Any]
ORDER = (
    "name_vi", "name_en", "kind", "aliases", "province", "communes", "historic_province", "historic_district",
    "declared_area_ha", "boundary_quality", "boundary_accuracy_m", "boundary_source", "boundary_crs", "location",
    "location_accuracy_m", "status_detail", "doubts", "sources", "valid_from", "life", "reason", "successor",
)  # fmt: skip


def changed_values(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Row]:
    """`name`, `before` and `after` of the values that differ, in the order in which people read them."""
    return [
        {"name": name, "before": before.get(name), "after": after.get(name)}
        for name in ORDER
        if (before.get(name) or None) != (after.get(name) or None)
    ]


def compare_outlines(
    before: MultiPolygon | None, after: MultiPolygon | None, qualities: tuple[str | None, str | None], crs: Crs | None
) -> Row:
    """How the outline of a zone differs; `qualities` say how sure each is. Areas are in ha on the ellipsoid.

    `changed`, `before_ha`, `after_ha`; where both are measured and valid `gained_ha` and `lost_ha` with their
    `shapes`, and `corners`: each with `number_before`, `number_after`, `before`, `after` (lon, lat), `moved_m` and,
    where a zone of VN-2000 is known, `plane_before`, `plane_after` (easting, northing in metres). An indicative
    outline is no land: nothing is gained or lost against it.
    """
    one, other = (shape if quality in MEASURED else None
                  for shape, quality in zip((before, after), qualities, strict=True))  # fmt: skip
    found: Row = {
        "changed": before != after, "before_ha": hectares(before), "after_ha": hectares(after), "gained_ha": None,
        "lost_ha": None, "crs": crs and {"name": crs.name, "uri": crs.uri}, "corners": [],
        "shapes": {"before": drawn(before), "after": drawn(after), "gained": None, "lost": None},
    }  # fmt: skip
    if before == after or any(shape is not None and not shape.is_valid for shape in (before, after)):
        return found
    apart = difference(one, other)
    if one is not None and other is not None:
        found |= {"gained_ha": apart.gained_m2 / 10_000, "lost_ha": apart.lost_m2 / 10_000}
        found["shapes"] |= {"gained": drawn(apart.gained), "lost": drawn(apart.lost)}
    found["corners"] = described(apart.corners, one, other, crs)
    return found


def land_between(
    before: MultiPolygon | None, after: MultiPolygon | None, qualities: tuple[str | None, str | None]
) -> tuple[float | None, float | None]:
    """The land gained and lost in ha, without a look at the corners; None where an outline is not measured."""
    if before is None or after is None or not {*qualities} <= {*MEASURED}:
        return None, None
    shared = area_m2(before.intersection(after))
    gained, lost = (max(0.0, round(area_m2(one) - shared, 2)) / 10_000 for one in (after, before))
    return gained, lost


def described(
    moved: Iterable[Corner], before: MultiPolygon | None, after: MultiPolygon | None, crs: Crs | None
) -> list[Row]:
    """Corners with their numbers: each is counted from 1 in the order of its outline's rings."""
    old, new = ({place: number for number, place in enumerate(corners(shape), 1)} if shape else {}
                for shape in (before, after))  # fmt: skip
    rows: list[Row] = [
        {"number_before": one.before and old.get(one.before), "number_after": one.after and new.get(one.after),
         "before": one.before, "after": one.after, "moved_m": one.moved_m} for one in moved
    ]  # fmt: skip
    rows.sort(key=lambda row: (row["number_after"] or row["number_before"], row["number_after"] is None))
    for side in ("before", "after"):
        places = [row[side] for row in rows if row[side]]
        plane = iter(on_plane(places, crs))
        for row in rows:
            row[f"plane_{side}"] = next(plane) if row[side] and crs else None
    return rows


def on_plane(places: list[tuple[float, float]], crs: Crs | None) -> list[list[float]]:
    if not places or crs is None:
        return []
    found: list[list[float]] = np.round(from_wgs84(np.array(places), crs), 3).tolist()
    return found


def plane_of(boundary_crs: str | None, province: str | None, data_dir: Path) -> Crs | None:
    """The zone of VN-2000 in which an outline is told: that of its document, else the legal one of its province
    of today, by its name or full name."""
    try:
        named = parse_crs(f"[{boundary_crs}]" if boundary_crs else "")
    except GisError:
        named = None
    if named is not None and named.is_vn2000 and named.is_projected:
        return named
    return legal_zone(data_dir, province)


def hectares(outline: MultiPolygon | None) -> float | None:
    return None if outline is None or outline.is_empty else geodesic_area_m2(outline) / 10_000


def drawn(outline: MultiPolygon | None) -> Row | None:
    return None if outline is None or outline.is_empty else mapping(outline)
