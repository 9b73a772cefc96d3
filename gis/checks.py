"""What is looked at before a change can be published: small named rules, each with its severity.

A rule is a function of one `Case` that yields `Issue`s; the decorator puts it into RULES, in the order in which people
read them. Outlines are WGS 84 lon, lat in degrees; lengths and areas are measured on a plane of metres around the zone.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gis.issues import N_, Issue
from gis.shapes import GEOD, geodesic_area_m2

MEASURED = ("surveyed", "digitised")
ALLOWED_M2 = 1.0
MOST_OF_A_KIND = 20
GAP_M = 2.0  # how far apart two borders may lie that seem meant to be one
CLOSE_M = 0.001  # nearer corners are one
AREA_OFF = 0.01
BIG_CHANGE = 0.1
SPILL = 0.001  # of the area beyond a province whose own border is drawn roughly


@dataclass(frozen=True)
class Neighbour:
    """Another zone in force, near the proposed outline. quality: surveyed, digitised or indicative."""

    slug: str
    name: str
    kind: str
    quality: str
    outline: MultiPolygon


@dataclass(frozen=True)
class Place:
    """An administrative unit: its name and outline."""

    name: str
    outline: BaseGeometry


@dataclass(frozen=True)
class Case:
    """A proposed state of a zone, and what surrounds it.

    values: the whole zone as proposed, by the names of `/changes`. outline: as proposed, None where there is none;
    is_new_outline: whether the change draws it. in_force: the outline of today, None where there is none.
    """

    action: str
    values: Mapping[str, Any]
    outline: MultiPolygon | None = None
    is_new_outline: bool = False
    in_force: MultiPolygon | None = None
    in_force_quality: str | None = None
    neighbours: tuple[Neighbour, ...] = ()
    province: Place | None = None
    communes: tuple[Place, ...] = ()
    document: str = ""
    has_evidence: bool = False

    @property
    def is_measured(self) -> bool:
        return self.outline is not None and self.values.get("boundary_quality") in MEASURED

    @property
    def ends(self) -> bool:
        """Whether the zone is to end; its outline does not matter then."""
        return self.action in ("withdraw", "merge", "delete")


Rule = Callable[[Case], Iterator[Issue]]
RULES: list[Rule] = []


def rule(check: Rule) -> Rule:
    RULES.append(check)
    return check


def examine(case: Case) -> list[Issue]:
    """What all rules notice, at most so many of a kind. An outline that is not valid is looked at no further: nothing
    about it can be reckoned."""
    broken = list(invalid(case))
    found = broken + [issue for check in RULES if not (broken and check in SPATIAL) for issue in check(case)]
    shown: Counter[str] = Counter()
    kept = []
    for issue in found:
        shown[issue.code] += 1
        if shown[issue.code] <= MOST_OF_A_KIND:
            kept.append(issue)
    return kept


def invalid(case: Case) -> Iterator[Issue]:
    """Rings must not cross or touch themselves along a line."""
    if case.ends or not case.is_new_outline or case.outline is None:
        return
    if case.outline.is_empty:
        yield Issue("outline-empty", "error", N_("The outline is empty. Draw it, or leave the one in force."))
    elif not case.outline.is_valid:
        reason = shapely.is_valid_reason(case.outline)
        kind, _, place = reason.partition("[")
        lon, lat = (float(one) for one in place.rstrip("]").split()[:2]) if place else (None, None)
        yield Issue(
            "outline-invalid", "error", N_("The outline crosses or overlaps itself ({reason})."),
            {"reason": kind.strip()}, field="boundary", lon=lon, lat=lat,
        )  # fmt: skip


@rule
def names(case: Case) -> Iterator[Issue]:
    """A zone has a name in both languages, a kind, a province and a place."""
    needed = {
        "name_vi": N_("The Vietnamese name is missing."), "name_en": N_("The English name is missing."),
        "kind": N_("The kind is missing: industrial park, industrial cluster or economic zone."),
        "province": N_("The province is missing."),
    }  # fmt: skip
    for name, message in needed.items():
        if not case.values.get(name):
            yield Issue(f"{name.replace('_', '-')}-missing", "error", message, field=name)
    if case.outline is None and not case.values.get("location"):
        yield Issue(
            "place-missing", "error", N_("Neither an outline nor a point says where the zone is."), field="location"
        )


@rule
def document(case: Case) -> Iterator[Issue]:
    """Every change rests on a document."""
    if not case.document:
        yield Issue(
            "document-missing", "error", N_("Say on which document this change rests."), field="document"
        )  # fmt: skip


@rule
def end(case: Case) -> Iterator[Issue]:
    """A zone that ends says why, and one that is merged into which."""
    if case.ends and not case.values.get("reason"):
        yield Issue("reason-missing", "error", N_("Say why the zone ends."), field="reason")
    if case.action == "merge" and not case.values.get("successor"):
        yield Issue("successor-missing", "error", N_("Say into which zone it is merged."), field="successor")


@rule
def together(case: Case) -> Iterator[Issue]:
    """An outline, its quality and its accuracy go together; a point says how exact it is."""
    quality, accuracy = case.values.get("boundary_quality"), case.values.get("boundary_accuracy_m")
    if case.ends or (case.is_new_outline and case.outline is not None):
        pass
    elif case.outline is None and (quality or accuracy):
        message = N_("There is no outline, so it has neither quality nor accuracy.")
        yield Issue("outline-missing", "error", message, field="boundary_quality" if quality else "boundary_accuracy_m")
    elif case.outline is not None and (not quality or not accuracy):
        message = N_("The outline in force keeps its quality and its accuracy.")
        yield Issue("quality-missing", "error", message, field="boundary_accuracy_m" if quality else "boundary_quality")
    elif case.outline is not None and quality not in MEASURED and case.in_force_quality in MEASURED:
        message = N_("A measured outline does not become an indicative one.")
        yield Issue("quality-lost", "error", message, field="boundary_quality")
    elif case.outline is not None and quality in MEASURED and case.in_force_quality not in MEASURED:
        message = N_("An indicative outline becomes a measured one only by being drawn or taken from a table or file.")
        yield Issue("quality-without-outline", "error", message, field="boundary_quality")
    if case.is_new_outline and case.outline is None and case.in_force is not None and not case.ends:
        yield Issue("outline-removed", "warning", N_("The outline in force is taken away."), field="boundary")
    if quality == "surveyed" and not (case.values.get("boundary_source") or case.document):
        message = N_("Say on which document the surveyed outline rests.")
        yield Issue("source-missing", "error", message, field="boundary_source")
    is_placed_by_outline = case.is_new_outline and case.is_measured
    if case.values.get("location") and not case.values.get("location_accuracy_m") and not is_placed_by_outline:
        message = N_("Say how exactly the point is known, in metres.")
        yield Issue("location-accuracy-missing", "error", message, field="location_accuracy_m")


@rule
def quality(case: Case) -> Iterator[Issue]:
    """A drawn outline says how sure it is; an indicative one is made of area and point, never drawn."""
    if case.ends or not case.is_new_outline or case.outline is None or case.action == "revert":
        return
    if case.values.get("boundary_quality") not in MEASURED:
        yield Issue(
            "quality-missing",
            "error",
            N_("Say whether the outline is surveyed or digitised."),
            field="boundary_quality",
        )
    if not case.values.get("boundary_accuracy_m"):
        yield Issue(
            "accuracy-missing", "error", N_("Say how accurate the outline is, in metres."), field="boundary_accuracy_m"
        )
    if case.values.get("boundary_quality") == "surveyed" and not case.has_evidence:
        yield Issue(
            "survey-without-evidence", "warning",
            N_("A surveyed outline rests on a table of corners or a file; none is kept with this change."),
            field="boundary_quality",
        )  # fmt: skip


@rule
def doubled_corners(case: Case) -> Iterator[Issue]:
    """Two corners at one place are one."""
    if case.outline is None or not case.is_new_outline or case.ends:
        return
    for ring in rings(case.outline):
        steps = np.hypot(*np.diff(plane(case.outline)(ring), axis=0).T)
        for place in np.flatnonzero(steps < CLOSE_M):
            lon, lat = ring[place]
            yield Issue(
                "corners-doubled", "warning", N_("Two corners lie within a millimetre of each other."),
                field="boundary", lon=float(lon), lat=float(lat),
            )  # fmt: skip


@rule
def overlap(case: Case) -> Iterator[Issue]:
    """Outlines in force together share no more than 1 m², but for a zone inside its economic zone."""
    if case.outline is None or case.ends:
        return
    for other in case.neighbours:
        shared = case.outline.intersection(other.outline)
        area = area_m2(shared)
        if area <= ALLOWED_M2 or is_inside_economic_zone(case, other):
            continue
        place = shared.representative_point()
        facts = {"name": other.name, "area": round(area / 10_000, 4)}
        if case.is_measured and other.quality in MEASURED:
            message = N_("The outline shares {area} ha with that of {name}.")
            yield Issue("overlap", "error", message, facts, field="boundary", lon=place.x, lat=place.y)
        elif case.is_new_outline:
            message = N_("The outline shares {area} ha with that of {name}, which is only indicative.")
            yield Issue("overlap-indicative", "warning", message, facts, field="boundary", lon=place.x, lat=place.y)


def is_inside_economic_zone(case: Case, other: Neighbour) -> bool:
    kind = case.values.get("kind")
    assert case.outline is not None
    if other.kind == "economic_zone" and kind != "economic_zone":
        return area_m2(case.outline.difference(other.outline)) <= ALLOWED_M2
    if kind == "economic_zone" and other.kind != "economic_zone":
        return area_m2(other.outline.difference(case.outline)) <= ALLOWED_M2
    return False


@rule
def gaps(case: Case) -> Iterator[Issue]:
    """A sliver between two outlines that nearly share a border is seldom meant."""
    if case.outline is None or not case.is_measured or not case.is_new_outline or case.ends:
        return
    to_metres = plane(case.outline)
    mine = shapely.transform(case.outline, to_metres)
    for other in case.neighbours:
        if other.quality not in MEASURED:
            continue
        theirs = shapely.transform(other.outline, to_metres)
        if mine.distance(theirs) > GAP_M:
            continue
        both = shapely.union(mine, theirs)
        closed = both.buffer(GAP_M / 2, join_style="mitre").buffer(-GAP_M / 2, join_style="mitre")
        near = closed.difference(both)
        slivers = [part for part in shapely.get_parts(near) if part.area > ALLOWED_M2
                   and part.distance(mine) < 0.1 and part.distance(theirs) < 0.1]  # fmt: skip
        if slivers:
            largest = max(slivers, key=lambda part: part.area)
            point = shapely.transform(largest.representative_point(), back(case.outline))
            facts = {"name": other.name, "area": round(sum(part.area for part in slivers), 0)}
            message = N_("Between the outline and that of {name} lies a gap of {area} m², less than 2 m wide.")
            yield Issue("gap", "warning", message, facts, field="boundary", lon=point.x, lat=point.y)


@rule
def outside(case: Case) -> Iterator[Issue]:
    """A zone lies in its province and communes, as far as these are drawn exactly enough to tell."""
    if case.outline is None or not case.is_new_outline or case.ends:
        return
    whole = area_m2(case.outline)
    if case.province is not None:
        beyond = area_m2(case.outline.difference(case.province.outline))
        if beyond >= whole - ALLOWED_M2:
            point = case.outline.representative_point()
            yield Issue(
                "outside-province", "error", N_("The outline lies outside {name}."), {"name": case.province.name},
                field="boundary", lon=point.x, lat=point.y,
            )  # fmt: skip
        elif beyond > max(ALLOWED_M2, SPILL * whole):
            yield spilling("spills-province", case.outline, case.province, beyond)
    if case.communes:
        together = Place(
            ", ".join(one.name for one in case.communes), shapely.union_all([one.outline for one in case.communes])
        )
        beyond = area_m2(case.outline.difference(together.outline))
        if beyond > max(ALLOWED_M2, SPILL * whole):
            yield spilling("spills-commune", case.outline, together, beyond)


def spilling(code: str, outline: MultiPolygon, unit: Place, beyond_m2: float) -> Issue:
    point = outline.difference(unit.outline).representative_point()
    facts = {"name": unit.name, "area": round(beyond_m2 / 10_000, 2)}
    return Issue(
        code,
        "warning",
        N_("{area} ha of the outline lie outside {name}."),
        facts,
        field="boundary",
        lon=point.x,
        lat=point.y,
    )


@rule
def area(case: Case) -> Iterator[Issue]:
    """Declared and measured area differ by at most one per cent."""
    declared = case.values.get("declared_area_ha")
    if case.ends or not case.is_measured or not declared:
        return
    assert case.outline is not None
    measured = geodesic_area_m2(case.outline) / 10_000
    off = measured / float(declared) - 1
    if abs(off) > AREA_OFF:
        facts = {"measured": round(measured, 2), "declared": float(declared), "share": round(abs(off) * 100, 1)}
        message = N_("The outline measures {measured} ha and {declared} ha are declared: {share} % apart.")
        yield Issue("area-differs", "warning", message, facts, field="declared_area_ha")


@rule
def big_change(case: Case) -> Iterator[Issue]:
    """A measured outline that moves by more than a tenth of its area deserves a second look."""
    if case.ends or not case.is_new_outline or case.outline is None or case.in_force is None:
        return
    if case.in_force_quality not in MEASURED:
        return
    moved = area_m2(case.outline.symmetric_difference(case.in_force))
    before = area_m2(case.in_force)
    if moved > BIG_CHANGE * before:
        facts = {"area": round(moved / 10_000, 2), "share": round(100 * moved / before, 0)}
        message = N_("{area} ha differ from the outline in force, {share} % of it.")
        yield Issue("big-change", "warning", message, facts, field="boundary")


SPATIAL = (doubled_corners, overlap, gaps, outside, area, big_change)


def area_m2(shape: BaseGeometry) -> float:
    """Geodesic area in m² of whatever polygons a shape holds."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return geodesic_area_m2(MultiPolygon(parts)) if parts else 0.0


def rings(outline: MultiPolygon) -> Iterator[Any]:
    for part in outline.geoms:
        for ring in (part.exterior, *part.interiors):
            yield np.asarray(ring.coords)


def plane(around: BaseGeometry) -> Callable[[Any], Any]:
    """Degrees to metres on a plane that touches the ellipsoid in the middle of a shape; right to a few parts in a
    thousand for 10 km, which is enough to look for slivers."""
    lon, lat, east, north = scale(around)
    return lambda points: (np.asarray(points) - (lon, lat)) * (east, north)


def back(around: BaseGeometry) -> Callable[[Any], Any]:
    lon, lat, east, north = scale(around)
    return lambda points: np.asarray(points) / (east, north) + (lon, lat)


def scale(around: BaseGeometry) -> tuple[float, float, float, float]:
    """The middle of a shape, and the length of a degree there eastward and northward in metres."""
    west, south, east, north = around.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    eastward = GEOD.inv(lon - 0.005, lat, lon + 0.005, lat)[2] * 100
    northward = GEOD.inv(lon, lat - 0.005, lon, lat + 0.005)[2] * 100
    return lon, lat, eastward, northward
