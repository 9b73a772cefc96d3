"""What is odd about a table once it is known where it lies: numbering, sides, perimeter, area. Nothing is changed."""

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from gis.corners.rings import ordinal
from gis.corners.table import CornerTable, Ring, Stated
from gis.crs import Points
from gis.issues import N_, Issue
from gis.shapes import GEOD, SQUARE_METRES_PER_HA

AREA_DIFFERS = 0.01  # of the stated area
MOST_OF_A_KIND = 50
MORE = N_("{count} more like this were found; the first {shown} are listed.")


def check(
    table: CornerTable,
    flat: Sequence[Points],
    places: Sequence[Points],
    roles: Sequence[tuple[str, int | None]],
    declared_area_ha: float | None = None,
) -> list[Issue]:
    """All of them. flat: each ring's corners in metres, shape (n, 2), easting, northing (lon, lat of a table in
    degrees); places: the same in WGS 84 lon, lat.
    """
    made: list[Issue] = []
    sides = [side_lengths(points, table.unit) for points in flat]
    scale = scale_of(table, sides)
    for ring, points, lengths in zip(table.rings, places, sides, strict=True):
        made += place_issues(ring, points, [*numbering(ring), *repeats(ring), *unclosed(ring)])
        made += place_issues(ring, points, side_issues(table, ring, lengths, scale))
    made += perimeter_issues(table, sides, roles)
    made += area_issues(table, flat, roles)
    if declared_area_ha is not None:
        made += declared_issues(table, flat, roles, declared_area_ha)
    return made


def at_most(issues: Iterable[Issue]) -> list[Issue]:
    """Of each kind the first ones, and how many more there are."""
    counts: Counter[str] = Counter()
    kept = []
    for issue in issues:
        counts[issue.code] += 1
        if counts[issue.code] <= MOST_OF_A_KIND:
            kept.append(issue)
    severities = {issue.code: issue.severity for issue in kept}
    for code, count in counts.items():
        if count > MOST_OF_A_KIND:
            facts = {"count": count - MOST_OF_A_KIND, "shown": MOST_OF_A_KIND}
            kept.append(Issue(code, severities[code], MORE, facts))
    return kept


def place_issues(ring: Ring, points: Points, issues: Iterable[Issue]) -> list[Issue]:
    """With the place of the corner in whose row each is."""
    where = {corner.row: point for corner, point in zip(ring.corners, points, strict=True)}
    for corner, point in zip(ring.corners, points, strict=True):
        if corner.side_row is not None:
            where.setdefault(corner.side_row, point)
    made = []
    for issue in issues:
        point = where.get(issue.row or 0)
        known = point is not None and bool(np.isfinite(point).all()) and issue.lon is None
        made.append(replace(issue, lon=float(point[0]), lat=float(point[1])) if known and point is not None else issue)
    return made


def side_lengths(points: Points, unit: str) -> list[float]:
    """The length of each side in metres, the last one back to the first corner."""
    ends = np.roll(points, -1, axis=0)
    if unit == "degree":
        _, _, lengths = GEOD.inv(points[:, 0], points[:, 1], ends[:, 0], ends[:, 1])
        return [float(one) for one in lengths]
    return [float(one) for one in np.hypot(*(ends - points).T)]


def numbering(ring: Ring) -> list[Issue]:
    """Labels that are missing, stand twice, or do not follow one another."""
    made = []
    labels = [corner.label for corner in ring.corners]
    if any(labels) and not all(labels):
        for corner in ring.corners:
            if not corner.label:
                message = N_("This corner has no number, others have.")
                made.append(Issue("label-missing", "warning", message, row=corner.row, field="label"))
    first: dict[str, int] = {}
    for corner in ring.corners[:-1] if unclosed(ring) else ring.corners:
        if corner.label and first.setdefault(corner.label, corner.row) != corner.row:
            message = N_("Corner {label} stands already in row {row}, at another place.")
            facts = {"label": corner.label, "row": first[corner.label]}
            made.append(Issue("label-repeated", "warning", message, facts, corner.row, corner.label, "label"))
    numbers = [ordinal(label) for label in labels]
    steps = Counter(b - a for a, b in pairwise(numbers) if a is not None and b is not None)
    if not steps:
        return made
    step = -1 if steps[-1] > steps[1] else 1
    for before, corner, a, b in zip(ring.corners, ring.corners[1:], numbers, numbers[1:], strict=False):
        if a is None or b is None or b - a in (step, 0) or (b, step) == (min(n for n in numbers if n is not None), 1):
            continue
        message = N_("Corner {label} follows corner {before}: is a row missing, or are two exchanged?")
        facts = {"label": corner.label, "before": before.label}
        made.append(Issue("label-order", "warning", message, facts, corner.row, corner.label, "label"))
    return made


def repeats(ring: Ring) -> list[Issue]:
    """Corners at the very same place."""
    made = []
    seen: dict[tuple[float, float], int] = {}
    corners = ring.corners
    for place, corner in enumerate(corners):
        before = seen.setdefault((corner.x, corner.y), place)
        if before == place:
            continue
        message = N_("This corner is at the same place as the one in row {row}.")
        neighbours = place - before == 1
        made.append(Issue("duplicate-point", "warning" if neighbours else "error", message,
                          {"row": corners[before].row}, corner.row, corner.label or None))  # fmt: skip
    return made


def unclosed(ring: Ring) -> list[Issue]:
    """A ring whose last corner bears the first one's number, at another place."""
    first, last = ring.corners[0], ring.corners[-1]
    if ring.closing is not None or len(ring.corners) < 4 or not first.label or first.label != last.label:
        return []
    message = N_("The ring does not close: corner {label} ends it {metres} m from where it began in row {row}.")
    facts = {"label": first.label, "metres": round(math.hypot(last.x - first.x, last.y - first.y), 3), "row": first.row}
    return [Issue("unclosed", "error", message, facts, last.row, last.label)]


def scale_of(table: CornerTable, sides: Sequence[Sequence[float]]) -> float:
    """How many metres of the table one metre of its stated sides is, in the middle: 1 where sides were worked out from
    coordinates (or nobody can tell for rounding), the zone's scale where they were measured on the ground."""
    pairs = [
        (length, corner.side)
        for ring, lengths in zip(table.rings, sides, strict=True)
        for corner, length in zip(ring.corners, lengths, strict=True)
        if corner.side and corner.side > 1 and 0.998 < length / corner.side < 1.002
    ]
    if len(pairs) < 3:
        return 1.0
    scale = statistics.median(length / side for length, side in pairs)
    rounding = 10.0**-table.side_decimals + 1.5 * 10.0**-table.decimals
    return scale if abs(scale - 1) > 2 * rounding / statistics.median(side for _, side in pairs) else 1.0


def tolerance(table: CornerTable, length: float) -> float:
    """How far a side may be off by rounding alone: of its own number and of the two corners'; and a little."""
    corners = math.sqrt(2) * 10.0 ** -min(table.decimals, 6) if table.unit == "metre" else 0.15
    return 0.5 * 10.0 ** -min(table.side_decimals, 6) + corners + 0.005 + 1e-4 * length


def side_issues(table: CornerTable, ring: Ring, lengths: Sequence[float], scale: float) -> list[Issue]:
    """Sides whose stated length is not that between the corners."""
    made = []
    count = len(ring.corners)
    for place, (corner, length) in enumerate(zip(ring.corners, lengths, strict=True)):
        if corner.side is None or not math.isfinite(length):
            continue
        off = length / scale - corner.side
        if abs(off) <= tolerance(table, length):
            continue
        following = ring.corners[(place + 1) % count]
        message = N_(
            "The side from corner {one} to corner {other} is {length} m by the coordinates and {stated} m in the "
            "table, {off} m off. Either S or one of the two corners is wrong."
        )
        facts = {"one": corner.label or corner.row, "other": following.label or following.row,
                 "length": round(length, 3), "stated": round(corner.side, 3), "off": round(off, 3)}  # fmt: skip
        made.append(Issue("side-differs", "warning", message, facts, corner.side_row, corner.label or None, "side"))
    return made


def perimeter_issues(
    table: CornerTable, sides: Sequence[Sequence[float]], roles: Sequence[tuple[str, int | None]]
) -> list[Issue]:
    """Stated perimeters that the coordinates do not give: of the parts, or of all rings with the holes'."""
    made = []
    for stated in table.perimeters:
        chosen = range(len(sides)) if stated.ring is None else [stated.ring]
        whole = sum(sum(sides[one]) for one in chosen)
        parts = sum(sum(sides[one]) for one in chosen if roles[one][0] == "part" or stated.ring is not None)
        ways = [way for way in (whole, parts) if math.isfinite(way)]
        if not ways:
            continue
        computed = min(ways, key=lambda way: abs(stated.nearest_length(way) - way))
        told = stated.nearest_length(computed)
        corners = sum(len(table.rings[one].corners) for one in chosen)
        if abs(computed - told) <= max(0.001 * computed, corners * tolerance(table, 0.0), 0.05):
            continue
        message = N_("The perimeter is {computed} m by the coordinates and {stated} m in the table.")
        facts = {"computed": round(computed, 2), "stated": round(told, 2)}
        made.append(Issue("perimeter-differs", "warning", message, facts, stated.row, field="perimeter"))
    return made


def ring_area_m2(points: Points, unit: str) -> float:
    known = points[np.isfinite(points).all(axis=1)]
    if len(known) < 3:
        return 0.0
    if unit == "degree":
        return abs(float(GEOD.polygon_area_perimeter(known[:, 0], known[:, 1])[0]))
    x, y = (known - known[0]).T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def area_m2(table: CornerTable, flat: Sequence[Points], roles: Sequence[tuple[str, int | None]]) -> float:
    """The area of the parts without the holes, in the plane of the table."""
    signs = {"part": 1, "hole": -1}
    return math.fsum(
        signs.get(role, 0) * ring_area_m2(points, table.unit) for points, (role, _) in zip(flat, roles, strict=True)
    )


def area_issues(table: CornerTable, flat: Sequence[Points], roles: Sequence[tuple[str, int | None]]) -> list[Issue]:
    """Stated areas that are more than 1 % off."""
    made = []
    for stated in table.areas:
        computed = area_m2(table, flat, roles) if stated.ring is None else ring_area_m2(flat[stated.ring], table.unit)
        made += area_issue("area-differs", computed, stated, stated.row)
        if not stated.has_unit:
            message = N_("The area in this row has no unit; it was taken for {hectares} ha.")
            facts = {"hectares": round(stated.nearest(computed) / SQUARE_METRES_PER_HA, 4)}
            made.append(Issue("area-without-unit", "warning", message, facts, stated.row, field="area"))
    return made


def area_issue(code: str, computed: float, stated: Stated, row: int | None) -> list[Issue]:
    told = stated.nearest(computed)
    if told <= 0 or abs(computed - told) <= AREA_DIFFERS * told:
        return []
    message = N_("The area is {computed} ha by the coordinates and {stated} ha as stated: {percent} % off.")
    facts = {"computed": round(computed / SQUARE_METRES_PER_HA, 4), "stated": round(told / SQUARE_METRES_PER_HA, 4),
             "percent": f"{100 * (computed - told) / told:+.1f}"}  # fmt: skip
    return [Issue(code, "warning", message, facts, row, field="area")]


def declared_issues(
    table: CornerTable, flat: Sequence[Points], roles: Sequence[tuple[str, int | None]], declared_area_ha: float
) -> list[Issue]:
    stated = Stated(declared_area_ha * SQUARE_METRES_PER_HA, 0)
    return area_issue("declared-area-differs", area_m2(table, flat, roles), stated, None)
