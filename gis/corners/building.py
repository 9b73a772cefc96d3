"""From rings to an outline: which ring is a hole of which part, and what is wrong with the shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from gis.corners.table import Corner, Ring
from gis.crs import Points
from gis.issues import N_, Issue
from gis.shapes import geodesic_area_m2

RingRole = Literal["part", "hole", "left out"]
Roles = dict[int, tuple[RingRole, int | None]]
OVERLAP_M2 = 1.0
NEAR = 2e-8  # degrees


@dataclass(frozen=True)
class Built:
    """An outline and how it was put together. outline: WGS 84 lon, lat, exteriors counter-clockwise; it may be invalid,
    and `issues` then say where. roles: of each ring, and the number of the ring that a hole was taken out of.
    """

    outline: MultiPolygon | None
    roles: tuple[tuple[RingRole, int | None], ...]
    issues: tuple[Issue, ...]


def build(rings: Sequence[Ring], places: Sequence[Points]) -> Built:
    """An outline of rings whose corners lie at `places` (WGS 84 lon, lat, rounded; NaN where nobody knows)."""
    issues: list[Issue] = []
    shapes: dict[int, Polygon] = {}
    for number, (ring, points) in enumerate(zip(rings, places, strict=True)):
        known = points[np.isfinite(points).all(axis=1)]
        if len(np.unique(known, axis=0)) < 3:
            message = N_("This ring has {count} different corners; an outline needs at least three.")
            issues.append(at(Issue("too-few-corners", "error", message, {"count": len(np.unique(known, axis=0))},
                                   row=ring.row), known))  # fmt: skip
            continue
        shapes[number] = Polygon(known)
    if not shapes:
        return Built(None, tuple(("left out", None) for _ in rings), tuple(issues))
    for number, shape in shapes.items():
        issues += crossings(rings[number], places[number], shape)
    roles = roles_of(rings, shapes, issues)
    parts = {number: [shape] for number, shape in shapes.items() if roles[number][0] == "part"}
    for number, (role, parent) in roles.items():
        if role == "hole" and parent is not None:
            parts[parent].append(shapes[number])
    made = [Polygon(first.exterior, [hole.exterior for hole in holes]) for first, *holes in parts.values()]
    outline = MultiPolygon([shapely.orient_polygons(one) for one in made]) if made else None
    issues += overlaps(rings, shapes, roles)
    if outline is not None and not outline.is_valid and not any(one.severity == "error" for one in issues):
        reason = shapely.is_valid_reason(outline)
        message = N_("The outline is not valid: {reason}.")
        issues.append(place_in(Issue("invalid-outline", "error", message, {"reason": reason}), reason))
    return Built(outline, tuple(roles.get(place, ("left out", None)) for place in range(len(rings))), tuple(issues))


def at(issue: Issue, points: Points) -> Issue:
    return replace(issue, lon=float(points[0, 0]), lat=float(points[0, 1])) if len(points) else issue


def place_in(issue: Issue, reason: str) -> Issue:
    """With the place that GEOS names in brackets."""
    inside = reason.partition("[")[2].rstrip("]").split()
    return replace(issue, lon=round(float(inside[0]), 9), lat=round(float(inside[1]), 9)) if len(inside) == 2 else issue


def crossings(ring: Ring, points: Points, shape: Polygon) -> list[Issue]:
    """Where a ring crosses or touches itself, with the rows of the two sides."""
    if shape.is_valid:
        return []
    reason = shapely.is_valid_reason(shape)
    found = place_in(Issue("self-intersection", "error", "", row=ring.row), reason)
    if found.lon is None or found.lat is None:
        message = N_("The ring that begins here crosses or touches itself: {reason}.")
        return [replace(found, message=message, facts={"reason": reason})]
    rows = [corner for corner, point in zip(ring.corners, points, strict=True) if np.isfinite(point).all()]
    known = points[np.isfinite(points).all(axis=1)]
    sides = shapely.linestrings(np.stack([known, np.roll(known, -1, axis=0)], axis=1))
    near = np.flatnonzero(shapely.dwithin(sides, shapely.Point(found.lon, found.lat), NEAR))
    begun = [rows[int(place)] for place in near]
    if len(begun) < 2:
        message = N_("The ring that begins here crosses or touches itself.")
        return [replace(found, message=message)]
    one, other = begun[0], begun[-1]
    message = N_(
        "The sides that begin at corner {one} (row {row}) and at corner {other} (row {other_row}) cross or touch."
    )
    facts = {"one": named(one), "row": one.row, "other": named(other), "other_row": other.row}
    return [replace(found, message=message, facts=facts, row=other.row, point=other.label or None)]


def named(corner: Corner) -> str:
    return corner.label or "–"


def roles_of(rings: Sequence[Ring], shapes: Mapping[int, Polygon], issues: list[Issue]) -> Roles:
    """Part or hole, and of a hole its part. A ring that no title calls a hole and that lies in an odd number of others
    is one, which is said; so an island in a hole is a part.
    """
    numbers = list(shapes)
    sound = np.array([shape if shape.is_valid else shape.convex_hull for shape in shapes.values()])
    inner, outer = shapely.STRtree(sound).query(sound, predicate="within")
    around: dict[int, list[int]] = {number: [] for number in numbers}
    for one, other in zip(inner.tolist(), outer.tolist(), strict=True):
        if one != other and not (one < other and shapely.equals(sound[one], sound[other])):
            around[numbers[one]].append(numbers[other])
    roles: Roles = {}
    for number in sorted(numbers, key=lambda one: len(around[one])):
        ring = rings[number]
        parts = [other for other in around[number] if roles.get(other, ("part", None))[0] == "part"]
        holes = [other for other in around[number] if roles.get(other, ("part", None))[0] == "hole"]
        parent = min(parts, key=lambda other: shapes[other].area) if parts else None
        if ring.is_hole is None and len(parts) > len(holes):
            roles[number] = ("hole", parent)
            message = N_("The ring that begins in row {row} lies inside another one and was taken for a hole in it.")
            issues.append(Issue("hole-assumed", "warning", message, {"row": ring.row}, row=ring.row))
        elif not ring.is_hole:
            roles[number] = ("part", None)
        elif parent is None:
            roles[number] = ("left out", None)
            message = N_("This hole does not lie inside any part; it was left out.")
            issues.append(Issue("hole-outside", "error", message, row=ring.row))
        else:
            roles[number] = ("hole", parent)
    return roles


def overlaps(rings: Sequence[Ring], shapes: Mapping[int, Polygon], roles: Roles) -> list[Issue]:
    """Parts that share ground, and holes of one part that do."""
    made = []
    for role in ("part", "hole"):
        numbers = [number for number in shapes if roles[number][0] == role and shapes[number].is_valid]
        sound = np.array([shapes[number] for number in numbers])
        if len(sound) < 2:
            continue
        pairs = shapely.STRtree(sound).query(sound, predicate="intersects").T.tolist()
        for one, other in pairs:
            if one >= other or roles[numbers[one]][1] != roles[numbers[other]][1]:
                continue
            if role == "part" and holds(numbers[one], numbers[other], shapes, roles):
                continue
            shared = shapely.intersection(sound[one], sound[other])
            area = sum(geodesic_area_m2(piece) for piece in shapely.get_parts(shared) if piece.geom_type == "Polygon")
            if area <= OVERLAP_M2:
                continue
            message = N_("The ring that begins in row {row} shares {area} m² with the one that begins in row {other}.")
            middle = shapely.point_on_surface(shared)
            made.append(Issue(
                "parts-overlap", "error", message,
                {"row": rings[numbers[other]].row, "area": f"{area:.0f}", "other": rings[numbers[one]].row},
                row=rings[numbers[other]].row, lon=round(float(middle.x), 9), lat=round(float(middle.y), 9),
            ))  # fmt: skip
            if len(made) >= 50:
                return made
    return made


def holds(one: int, other: int, shapes: Mapping[int, Polygon], roles: Roles) -> bool:
    """Whether one of two parts is an island in a hole of the other."""
    for inner, outer in ((one, other), (other, one)):
        holes = [number for number, (role, parent) in roles.items() if role == "hole" and parent == outer]
        if any(shapes[hole].is_valid and shapes[hole].contains(shapes[inner]) for hole in holes):
            return True
    return False
