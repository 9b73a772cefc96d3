"""A record of a file as an outline of the register: what can be taken, where it lies, what is the matter with it.

Coordinates are x before y, in the source's system, until they are placed: WGS 84 lon, lat, rounded once to 1e-9 degree.
A source in WGS 84 is taken bit for bit. Nothing is turned round, closed wider than a millimetre or repaired.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import GeometryCollection, MultiPolygon, Polygon

from gis.crs import VIETNAM, Crs, Points, round_degrees
from gis.issues import N_, Issue
from gis.shapes import GEOD
from gis.uploads.limits import Limits
from gis.uploads.records import Record
from gis.uploads.systems import is_in_vietnam, placed

CLOSED_M = 1e-3
CLOSED_DEGREES = 1e-8  # about a millimetre
PLACE = re.compile(r"\[(\S+) (\S+)\]")
POLYGONS, LINES = ("Polygon", "MultiPolygon"), ("LineString", "LinearRing", "MultiLineString")


@dataclass(frozen=True)
class Taken:
    """What of a record can be an outline, in the source's system; None where nothing can, and the issues say why."""

    outline: MultiPolygon | None
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class Placed:
    """A record on the map. outline: WGS 84, rounded; None where there is none or its system is not known.

    shape: whatever geometry there is, in WGS 84, to be drawn only.
    """

    outline: MultiPolygon | None
    shape: Any
    issues: tuple[Issue, ...]

    @property
    def is_sound(self) -> bool:
        return self.outline is not None and not any(one.severity == "error" for one in self.issues)


def take(record: Record, crs: Crs | None, *, lines_are_usual: bool = False) -> Taken:
    """The polygons of a record, closed lines among them.

    lines_are_usual: of formats that have no polygons, so that a closed line needs no word.
    """
    nothing = why_nothing(record)
    if nothing is not None:
        is_told = any(one.severity == "error" for one in record.issues)
        return Taken(None, record.issues if is_told else (*record.issues, nothing))
    geometry, row, issues = record.geometry, record.row, list(record.issues)
    if (np.nan_to_num(shapely.get_coordinates(geometry, include_z=True)[:, 2]) != 0).any():
        issues.append(Issue("heights-dropped", "warning", HEIGHTS, row=row))
    parts = list(simple_parts(shapely.force_2d(geometry)))
    polygons = [part for part in parts if part.geom_type == "Polygon"]
    others = [part for part in parts if part.geom_type not in (*LINES, "Polygon")]
    has_open = False
    for line in (part for part in parts if part.geom_type in LINES):
        gap, is_closed = gap_of(line, crs)
        if not is_closed:
            has_open = True
            others.append(line)
            issues.append(open_line(line, gap, crs, row, is_error=len(parts) == 1))
            continue
        polygons.append(closed(line))
        if gap:
            issues.append(Issue("line-closed", "warning", CLOSED, {"gap_mm": round(gap * 1000, 3)}, row=row))
        elif not lines_are_usual:
            issues.append(Issue("line-as-outline", "warning", AS_OUTLINE, row=row))
    if not polygons:
        if not has_open or len(parts) > 1:
            issues.append(Issue("not-a-polygon", "error", NO_POLYGON, {"found": geometry.geom_type}, row=row))
        return Taken(None, tuple(issues))
    if others:
        kinds = ", ".join(sorted({one.geom_type for one in others}))
        issues.append(Issue("parts-left-out", "warning", LEFT_OUT, {"kinds": kinds, "count": len(others)}, row=row))
    return Taken(MultiPolygon(polygons), tuple(issues))


def why_nothing(record: Record) -> Issue | None:
    """Why nothing of a record's geometry can be used, whatever it is."""
    geometry = record.geometry
    if geometry is None:
        return Issue("geometry-missing", "error", N_("This feature has no geometry."), row=record.row)
    if geometry.is_empty:
        return Issue("geometry-empty", "error", N_("The geometry of this feature is empty."), row=record.row)
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        message = N_("A coordinate of this feature is not a finite number.")
        return Issue("geometry-not-finite", "error", message, row=record.row)
    return None


HEIGHTS = N_("The heights of this feature are left out.")
AS_OUTLINE = N_("A closed line was taken as an outline.")
CLOSED = N_("The line ends {gap_mm} mm from where it begins; it was closed there.")
OPEN = N_("The line is open: its ends are {gap_m} m apart. Close it where it was drawn.")
NO_POLYGON = N_("This is a {found}; only polygons and closed lines can be outlines.")
LEFT_OUT = N_("Of this feature only the polygons are taken; left out: {count} ({kinds}).")
HOLES = N_("The outline has holes: {count}. Are they meant?")
ISLETS = N_("The outline has several parts: {count}. Are they meant?")
OUTSIDE = N_(
    "In {crs} this feature would lie at longitude {lon}, latitude {lat}, outside Viet Nam. Is it really in this system?"
)
NOWHERE = N_("In {crs} these coordinates are nowhere on the earth: {x}, {y}.")
SWAPPED = N_(
    "In {crs} x and y of this feature seem to be swapped: the other way round it would lie in Viet Nam. They were not "
    "turned; do it where the file was made."
)
INVALID = N_("The outline is not valid.")
WHY_INVALID = {
    "Hole lies outside shell": N_("The outline is not valid: a hole lies outside it."),
    "Holes are nested": N_("The outline is not valid: a hole lies within another."),
    "Interior is disconnected": N_("The outline is not valid: its holes cut it in two."),
    "Nested shells": N_("The outline is not valid: a part lies within another."),
    "Duplicate Rings": N_("The outline is not valid: a ring stands in it twice."),
    "Too few points in geometry component": N_("The outline is not valid: a ring of it has fewer than three corners."),
}
CROSSING = N_("The outline crosses or touches itself at longitude {lon}, latitude {lat}.")
TOO_MANY = N_("The outline has {count} vertices; at most {most} can be taken.")


def simple_parts(geometry: Any) -> Iterator[Any]:
    """Polygons, lines and points, out of collections of any depth."""
    waiting = [geometry]
    while waiting:
        one = waiting.pop(0)
        if hasattr(one, "geoms"):
            waiting[:0] = list(one.geoms)
        elif not one.is_empty:
            yield one


def flat(geometry: Any) -> Any:
    """A collection without collections in it; anything else as it is."""
    return GeometryCollection(list(simple_parts(geometry))) if geometry.geom_type == "GeometryCollection" else geometry


def gap_of(line: Any, crs: Crs | None) -> tuple[float, bool]:
    """How many metres the ends of a line are apart, and whether that is nothing to speak of."""
    points = shapely.get_coordinates(line)
    (x0, y0), (x1, y1) = points[0], points[-1]
    apart = float(np.hypot(x1 - x0, y1 - y0))
    in_degrees = not crs.is_projected if crs is not None else bool((np.abs(points) <= 360).all())
    metres = float(GEOD.inv(x0, y0, x1, y1)[2]) if in_degrees and apart else apart
    return metres, len(points) > 3 and apart <= (CLOSED_DEGREES if in_degrees else CLOSED_M)


def closed(line: Any) -> Polygon:
    points = shapely.get_coordinates(line)
    return Polygon(np.vstack([points[:-1], points[:1]]))


def open_line(line: Any, gap: float, crs: Crs | None, row: int | None, *, is_error: bool) -> Issue:
    end = placed(shapely.get_coordinates(line)[-1:], crs) if crs is not None else None
    lon, lat = (None, None) if end is None else (float(end[0, 0]), float(end[0, 1]))
    severity = "error" if is_error else "warning"
    return Issue("line-open", severity, OPEN, {"gap_m": round(gap, 3)}, row=row, lon=lon, lat=lat)  # type: ignore[arg-type]


def place(record: Record, crs: Crs | None, limits: Limits, *, lines_are_usual: bool = False) -> Placed:
    """A record in WGS 84, checked. Without a system nothing is placed."""
    taken = take(record, crs, lines_are_usual=lines_are_usual)
    geometry = record.geometry
    if crs is None or geometry is None or geometry.is_empty:
        return Placed(None, None, taken.issues)
    points = shapely.get_coordinates(geometry)
    lonlat = placed(points, crs) if np.isfinite(points).all() else None
    shape = None if lonlat is None else flat(shapely.set_coordinates(shapely.force_2d(geometry), lonlat))
    outside = check_place(points, lonlat, crs, record.row) if np.isfinite(points).all() else None
    issues = (*taken.issues, outside) if outside else taken.issues
    if taken.outline is None or lonlat is None:
        return Placed(None, shape, issues)
    count = int(shapely.get_num_coordinates(taken.outline))
    if count > limits.outline:
        many = Issue("too-many-vertices", "error", TOO_MANY, {"count": count, "most": limits.outline}, row=record.row)
        return Placed(None, shape, (*issues, many))
    found = placed(shapely.get_coordinates(taken.outline), crs)
    assert found is not None
    outline = shapely.set_coordinates(taken.outline, round_degrees(found))
    return Placed(outline, shape, (*issues, *check_outline(outline, record.row)))


def check_place(points: Points, lonlat: Points | None, crs: Crs, row: int | None) -> Issue | None:
    """What is to be said of where points lie; nothing where that is in Viet Nam."""
    if lonlat is not None and is_in_vietnam(lonlat):
        return None
    turned = placed(points[:, ::-1], crs)
    if turned is not None and is_in_vietnam(turned):
        return Issue("axes-swapped", "error", SWAPPED, {"crs": crs.name}, row=row)
    if lonlat is None:
        x, y = (round(float(one), 3) for one in points[0])
        return Issue("outside-vietnam", "error", NOWHERE, {"crs": crs.name, "x": x, "y": y}, row=row)
    area = VIETNAM
    inside = (lonlat >= (area.west, area.south)).all(axis=1) & (lonlat <= (area.east, area.north)).all(axis=1)
    lon, lat = (round(float(one), 6) for one in lonlat[np.flatnonzero(~inside)[0]])
    return Issue(
        "outside-vietnam", "error", OUTSIDE, {"crs": crs.name, "lon": lon, "lat": lat}, row=row, lon=lon, lat=lat
    )


def check_outline(outline: MultiPolygon, row: int | None) -> Iterator[Issue]:
    """Whether the rounded outline is valid, and what somebody should look at."""
    if not outline.is_valid:
        reason = shapely.is_valid_reason(outline)
        where = PLACE.search(reason)
        lon, lat = (float(where[1]), float(where[2])) if where else (None, None)
        kind = reason.partition("[")[0].strip()
        if kind in ("Self-intersection", "Ring Self-intersection") and lon is not None and lat is not None:
            facts = {"lon": round(lon, 9), "lat": round(lat, 9)}
            yield Issue("self-intersection", "error", CROSSING, facts, row=row, lon=lon, lat=lat)
        else:
            yield Issue("outline-invalid", "error", WHY_INVALID.get(kind, INVALID), row=row, lon=lon, lat=lat)
    holes = sum(len(part.interiors) for part in outline.geoms)
    if holes:
        yield Issue("outline-has-holes", "warning", HOLES, {"count": holes}, row=row)
    if len(outline.geoms) > 1:
        yield Issue("outline-has-parts", "warning", ISLETS, {"count": len(outline.geoms)}, row=row)


def drawn(shape: Any, most: int) -> Any:
    """A shape with fewer vertices, for a preview; itself where it has few."""
    if shape is None or shapely.get_num_coordinates(shape) <= most:
        return shape
    west, south, east, north = shape.bounds
    tolerance = max(east - west, north - south) / most
    for _ in range(8):
        small = shapely.simplify(shape, tolerance, preserve_topology=False)
        if not small.is_empty and shapely.get_num_coordinates(small) <= most:
            return small
        tolerance *= 2
    return shapely.box(west, south, east, north)
