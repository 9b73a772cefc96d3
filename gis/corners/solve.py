"""Where a corner table lies: every zone and axis order is tried, and the place decides.

Sides, closure and area are the same in every zone with one scale, so they cannot tell meridians apart; they show typing
errors, and a systematic difference shows the zone's width. What stays is what lies in the stated province and commune;
of that, first what the table itself names, then the province's legal zone at the document's date, then the zone that
digits before the eastings name, then what was legal at another time, then the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from gis.corners.building import Built, build
from gis.corners.candidates import PREFIXES, Candidate, candidates, is_inside, split
from gis.corners.checks import area_m2, at_most, check, side_lengths
from gis.corners.meridians import LegalMeridian, spoken
from gis.corners.ranking import Choice, Circumstances, Place, choices
from gis.corners.table import CornerTable
from gis.crs import Crs, Points, by_epsg, round_degrees
from gis.issues import N_, Issue
from gis.receipts import Receipt, code, receipt
from gis.shapes import GEOD, SQUARE_METRES_PER_HA

FAR_M = 100_000.0
RingRoles = Sequence[tuple[str, int | None]]
Figures = tuple[float | None, float | None]


@dataclass(frozen=True)
class Solution:
    """What a table means.

    outline: of the best choice, WGS 84 lon, lat to 1e-9 degree; None only where nothing fits. `issues` say whether it
    can be used. needs_confirmation: whether more than one choice is plausible. places: lon, lat of the corners of each
    ring; sides: their lengths in metres by the coordinates; roles: part or hole, and of which ring.
    """

    table: CornerTable
    outline: MultiPolygon | None
    chosen: Choice | None
    runners_up: tuple[Choice, ...]
    needs_confirmation: bool
    issues: tuple[Issue, ...]
    places: tuple[Points, ...] = ()
    sides: tuple[tuple[float, ...], ...] = ()
    roles: tuple[tuple[str, int | None], ...] = ()
    receipt: Receipt | None = None
    stated_area_ha: float | None = None
    stated_perimeter_m: float | None = None


def solve(
    table: CornerTable, *, provinces: Sequence[Place], meridians: Sequence[LegalMeridian], today: date,
    stated: Sequence[Place] = (), commune: Place | None = None, crs: Crs | None = None,
    document_date: date | None = None, declared_area_ha: float | None = None,
) -> Solution:  # fmt: skip
    """Find where a table lies, and say everything that is odd about it.

    provinces: every province, old and new. stated: the one that is meant, in all its shapes (old and new). crs: where
    it is stated, no other is tried. today: what counts where there is no `document_date`.
    """
    known = Circumstances(provinces, stated, commune, meridians, crs, document_date, today)
    issues = list(table.issues)
    if not table.rings:
        return Solution(table, None, None, (), False, tuple(at_most(issues)))
    found = candidates(table, crs)
    ranked = choices(table, found, known, issues)
    if not ranked:
        issues.append(nowhere(found, known))
        return Solution(table, None, None, (), False, tuple(at_most(issues)))
    best, choice = ranked[0]
    built, places = built_from(table, best)
    flat = split(table, best.axes.points)
    issues += [*axis_issues(table, best), *far_corners(table, best), *built.issues]
    issues += check(table, flat, places, built.roles, declared_area_ha)
    others = tuple(replace(one, outline=built_from(table, candidate)[0].outline) for candidate, one in ranked[1:])
    return Solution(
        table, built.outline, replace(choice, outline=built.outline), others, is_open(ranked),
        tuple(at_most(with_places(issues, table, places))), tuple(places),
        tuple(tuple(side_lengths(points, table.unit)) for points in flat), built.roles,
        receipt_of(built.outline, best.crs),
        *stated_figures(table, flat, built.roles),
    )  # fmt: skip


def is_open(ranked: Sequence[tuple[Candidate, Choice]]) -> bool:
    """Whether somebody has to confirm: more than one way is plausible, and none of them was stated."""
    return len(ranked) > 1 and ranked[0][1].rank > 0


def nowhere(found: Sequence[Candidate], known: Circumstances) -> Issue:
    """Why nothing fits."""
    if known.crs is not None:
        message = N_("In {crs} no corner lies in Viet Nam, whichever column is X. Is it another zone?")
        return Issue("no-place", "error", message, {"crs": f"{known.crs.name} ({code(known.crs)})"}, field="crs")
    if found:
        message = N_("In no zone of VN-2000 does more than half of the corners lie in a province of Viet Nam.")
    else:
        message = N_("In no zone of VN-2000 do these corners lie in Viet Nam, whichever column is X.")
    return Issue("no-place", "error", message)


def built_from(table: CornerTable, one: Candidate) -> tuple[Built, list[Points]]:
    places = split(table, round_degrees(one.places))
    return build(table.rings, places), places


def axis_issues(table: CornerTable, best: Candidate) -> list[Issue]:
    """What the chosen reading presumes of axes and prefixes."""
    made = []
    if best.axes.swapped:
        message = N_("X and Y are exchanged: the corners lie in Viet Nam only if X is taken for the easting.")
        made.append(Issue("axes-swapped", "warning", message, row=table.rings[0].row, field="x"))
    if len(best.axes.prefixes) > 1:
        message = N_("The eastings begin with the digits of several zones: {prefixes}.")
        facts: dict[str, object] = {"prefixes": ", ".join(best.axes.prefixes)}
        made.append(Issue("prefixes-differ", "error", message, facts, field="y"))
    for prefix in best.axes.prefixes:
        if prefix not in PREFIXES:
            message = N_("The digits {prefix} before the eastings name no zone of this register.")
            made.append(Issue("unknown-prefix", "warning", message, {"prefix": prefix}, field="y"))
        elif PREFIXES[prefix] != best.crs.epsg:
            message = N_("The digits {prefix} before the eastings name {named}, but {crs} was taken.")
            told = by_epsg(PREFIXES[prefix])
            made.append(Issue("prefix-differs", "warning", message,
                              {"prefix": prefix, "named": told.name, "crs": best.crs.name}, field="y"))  # fmt: skip
    if table.meridian is not None and best.crs.central_meridian not in (table.meridian, None):
        message = N_("The table names the central meridian {meridian}, but {crs} was taken.")
        made.append(Issue("meridian-differs", "warning", message,
                          {"meridian": spoken(table.meridian), "crs": best.crs.name}))  # fmt: skip
    return made


def far_corners(table: CornerTable, best: Candidate) -> list[Issue]:
    """Corners that lie elsewhere than the others: mistyped, or with X and Y exchanged in one row."""
    middle = np.nanmedian(best.places[is_inside(best.places)], axis=0)
    known = np.nan_to_num(best.places, nan=0.0)
    count = len(known)
    _, _, metres = GEOD.inv(np.full(count, middle[0]), np.full(count, middle[1]), known[:, 0], known[:, 1])
    usual = np.median(best.axes.points, axis=0)
    made = []
    for place in np.flatnonzero(np.asarray(metres) > FAR_M).tolist():
        corner = table.corners[place]
        exchanged = np.abs(best.axes.points[place][::-1] - usual).max() < FAR_M and table.unit == "metre"
        if exchanged:
            message = N_("X and Y of this corner are exchanged: the other way round it lies with the others.")
            made.append(
                Issue("corner-swapped", "error", message, row=corner.row, point=corner.label or None, field="x")
            )
            continue
        message = N_("This corner lies {kilometres} km from the others: is a digit missing or too many?")
        facts: dict[str, object] = {"kilometres": f"{metres[place] / 1000:.0f}"}
        made.append(Issue("corner-far", "error", message, facts, corner.row, corner.label or None))
    return made


def with_places(issues: Sequence[Issue], table: CornerTable, places: Sequence[Points]) -> list[Issue]:
    """Issues about a corner's row with the corner's place on the map, where they have none yet."""
    where = {
        corner.row: point
        for ring, points in zip(table.rings, places, strict=True)
        for corner, point in zip(ring.corners, points, strict=True)
        if np.isfinite(point).all()
    }
    return [
        replace(one, lon=float(where[one.row][0]), lat=float(where[one.row][1]))
        if one.lon is None and one.row in where else one
        for one in issues
    ]  # fmt: skip


def receipt_of(outline: MultiPolygon | None, crs: Crs) -> Receipt | None:
    """None where there is nothing to be measured."""
    if outline is None or not is_inside(shapely.get_coordinates(outline)).all():
        return None
    return receipt(outline, crs)


def stated_figures(table: CornerTable, flat: Sequence[Points], roles: RingRoles) -> Figures:
    """Stated area in hectares and perimeter in metres, each read the way that comes nearest to the coordinates."""
    area = table.area.nearest(area_m2(table, flat, roles)) / SQUARE_METRES_PER_HA if table.area else None
    length = sum(sum(side_lengths(points, table.unit)) for points in flat)
    return area, table.perimeter.nearest_length(length) if table.perimeter else None
