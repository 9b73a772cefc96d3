"""Which of the ways to read a table are plausible, in which order, and why."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from gis.corners.candidates import PREFIXES, Candidate, sample, split
from gis.corners.checks import scale_of, side_lengths
from gis.corners.meridians import LegalMeridian, legal_zones, spoken
from gis.corners.table import CornerTable
from gis.crs import CRS84, Crs, round_degrees
from gis.issues import N_, Issue
from gis.receipts import code

ENOUGH = 0.5  # of the corners must lie in a province
BESIDE = 0.01  # degrees, about a kilometre: how exact borders, above all coasts, are
SCALE_TELLS = 5e-5


@dataclass(frozen=True)
class Place:
    """A province or commune. outline: WGS 84 lon, lat, None where nobody has it; first, last: the days it was there."""

    name: str
    outline: MultiPolygon | None = None
    first: date | None = None
    last: date | None = None

    def was_there(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Reason:
    """A sentence: an English msgid and its facts."""

    message: str
    facts: Mapping[str, object]

    def said(self, gettext: Callable[[str], str] = str) -> str:
        return gettext(self.message).format(**self.facts)


@dataclass(frozen=True)
class Choice:
    """One way to read the table that lies where it should. centroid: lon, lat in the middle of its corners.

    rank: 0 named by the table or stated, 1 legal at the date, 2 named by a prefix, 3 legal at another time, 4 other.
    """

    crs: Crs
    swapped: bool
    prefix: str
    rank: int
    why: tuple[Reason, ...]
    outline: MultiPolygon | None
    centroid: tuple[float, float]


@dataclass(frozen=True)
class Circumstances:
    """What is known beside the table. provinces: all, old and new; stated: those meant, if any was named."""

    provinces: Sequence[Place]
    stated: Sequence[Place]
    commune: Place | None
    meridians: Sequence[LegalMeridian]
    crs: Crs | None
    day: date | None
    today: date


def choices(
    table: CornerTable, found: Sequence[Candidate], known: Circumstances, issues: list[Issue]
) -> list[tuple[Candidate, Choice]]:
    """The plausible candidates, best first. Where none lies in what was stated the others stay, with an issue."""
    wanted = [place for place in known.stated if place.outline is not None]
    home = [one for one in found if share(one, known.provinces) >= ENOUGH]
    kept = [one for one in home if share(one, wanted) >= ENOUGH] if wanted else home
    if wanted and not kept and home:
        kept = home
        message = N_("In no zone do the corners lie in {place}.")
        issues.append(Issue("outside-province", "error", message, {"place": known.stated[0].name}, field="province"))
    elif known.commune is not None and known.commune.outline is not None:
        inside = [one for one in kept if share(one, [known.commune], nearby=False) > 0]
        if kept and not inside:
            message = N_("In no zone do the corners lie in {place}.")
            issues.append(Issue("outside-commune", "warning", message, {"place": known.commune.name}, field="commune"))
        kept = inside or kept
    if not kept and known.crs is not None and found:
        kept = list(found)
        message = N_("In the stated zone the corners lie outside every province of Viet Nam.")
        issues.append(Issue("outside-country", "error", message, field="crs"))
    scale = measured_scale(table, found)
    made = [(one, explained(one, table, known, scale)) for one in kept]
    return sorted(made, key=lambda pair: (pair[1].rank, order_of(pair[0], known, scale)))


def order_of(one: Candidate, known: Circumstances, scale: float | None) -> tuple[float, ...]:
    """Within a rank: the width that the sides show, more corners in what was stated, the nearer meridian."""
    lon = float(np.nanmedian(one.places[:, 0]))
    meridian = one.crs.central_meridian if one.crs.central_meridian is not None else lon
    inside = share(one, known.stated) + (share(one, [known.commune], nearby=False) if known.commune else 0)
    shown = 0 if scale is None or fits_scale(one, scale) else 1
    return (shown, one.axes.swapped, -round(inside, 2), 0 if one.crs is not CRS84 else 1, abs(meridian - lon),
            -(one.crs.zone_width or 0) * -1)  # fmt: skip


def share(one: Candidate, places: Sequence[Place], *, nearby: bool = True) -> float:
    """How many of the corners lie in one of the places, of all; the most of any place."""
    points = sample(one.places)
    known = points[np.isfinite(points).all(axis=1)]
    if not len(known):
        return 0.0
    best = 0.0
    west, south = known.min(axis=0) - BESIDE
    east, north = known.max(axis=0) + BESIDE
    for place in places:
        if place.outline is None:
            continue
        w, s, e, n = place.outline.bounds
        if w > east or e < west or s > north or n < south:
            continue
        inside = shapely.contains_xy(place.outline, known[:, 0], known[:, 1])
        if nearby and not inside.all():
            inside = inside | shapely.dwithin(place.outline, shapely.points(known), BESIDE)
        best = max(best, float(inside.sum()) / len(points))
    return best


def explained(one: Candidate, table: CornerTable, known: Circumstances, scale: float | None) -> Choice:
    """A candidate with its rank and the reasons for it."""
    why: list[Reason] = []
    rank = 4
    zone = {"crs": f"{one.crs.name} ({code(one.crs)})"}
    here = [place for place in known.provinces if share(one, [place]) >= ENOUGH]
    told = [place.name for place in (*known.stated, *([known.commune] if known.commune else []))]
    names = dict.fromkeys(place.name for place in here)
    if names:
        why.append(Reason(N_("Read in {crs}, the corners lie in {place}."), {**zone, "place": ", ".join(names)}))
    if not told:
        why.append(Reason(N_("No province was stated, so all of Viet Nam counted."), {}))
    if known.crs is not None:
        rank = 0
        why.insert(0, Reason(N_("{crs} was stated with the table."), zone))
    elif is_named(one.crs, table):
        rank = 0
        why.insert(0, Reason(N_("The table itself names {crs}."), zone))
    now, before = legal(one.crs, here, known)
    if now is not None:
        rank = min(rank, 1)
        entry, day = now
        facts = {"meridian": spoken(one.crs.central_meridian or 0.0), "province": entry.province,
                 "day": day.isoformat()}  # fmt: skip
        why.append(Reason(N_("{meridian} is the legal central meridian of {province} on {day}."), facts))
    if one.axes.prefix and PREFIXES.get(one.axes.prefix) == one.crs.epsg:
        rank = min(rank, 2)
        why.append(Reason(N_("The digits {prefix} before the eastings name it."), {"prefix": one.axes.prefix}))
    if now is None and before is not None:
        rank = min(rank, 3)
        facts = {"meridian": spoken(one.crs.central_meridian or 0.0), "province": before.province}
        why.append(Reason(N_("{meridian} is or was the legal central meridian of {province}, on other days."), facts))
    if scale is not None and fits_scale(one, scale):
        facts = {"scale": f"{scale:.5f}", "width": str(one.crs.zone_width)}
        why.append(Reason(N_("The sides are {scale} of the lengths stated, the scale of a {width}° zone here."), facts))
    if one.axes.swapped:
        why.append(Reason(N_("The column X holds the eastings and Y the northings: the other order than usual."), {}))
    lon, lat = (round_degrees(float(v)) for v in np.nanmedian(one.places, axis=0))
    return Choice(one.crs, one.axes.swapped, one.axes.prefix, rank, tuple(why), None, (lon, lat))


def is_named(crs: Crs, table: CornerTable) -> bool:
    """Whether the table's own words name this CRS: by code, or by meridian and width (3° where that is not said)."""
    if table.crs is not None:
        return crs is table.crs
    if table.meridian is None:
        return False
    return crs.central_meridian == table.meridian and crs.zone_width == (table.width or 3)


def legal(
    crs: Crs, here: Sequence[Place], known: Circumstances
) -> tuple[tuple[LegalMeridian, date] | None, LegalMeridian | None]:
    """The entry by which a zone is legal at the document's date, with that date, and one by which it is on any day.

    It counts the provinces in which the corners lie; without a date a former province that was stated counts with its
    own zone. A province that was stated and whose outline nobody has counts alone.
    """
    day = known.day or known.today
    at_day = [place for place in here if place.was_there(day)]
    if known.day is None:
        former = [place for place in known.stated if place.last is not None and place.last < day]
        if former and len(former) == len(known.stated):
            at_day = list(former)
    bare = bool(known.stated) and all(place.outline is None for place in known.stated)
    if bare or not any(legal_zones(known.meridians, place.name) for place in at_day):
        at_day = list(known.stated)
    now: tuple[LegalMeridian, date] | None = None
    before: LegalMeridian | None = None
    for place in (*at_day, *here, *known.stated):
        for entry in legal_zones(known.meridians, place.name):
            if entry.crs is not crs:
                continue
            then = min(day, place.last) if place.last is not None and known.day is None else day
            if place in at_day and entry.holds(then) and now is None:
                now = entry, then
            before = before or entry
    return now, before


def measured_scale(table: CornerTable, found: Sequence[Candidate]) -> float | None:
    """The scale at which the coordinates show the stated sides, where these were measured on the ground and are exact
    enough to tell; None where they were worked out from coordinates, as most are, or are too few or too short."""
    if not found or table.unit != "metre":
        return None
    lengths = [side_lengths(points, table.unit) for points in split(table, found[0].axes.points)]
    scale = scale_of(table, lengths)
    stated = [corner.side for corner in table.corners if corner.side]
    if len(stated) < 3:
        return None
    rounding = 10.0**-table.side_decimals + 1.5 * 10.0**-table.decimals
    doubt = 2 * rounding / (float(np.mean(stated)) * math.sqrt(len(stated)))
    return scale if max(SCALE_TELLS, doubt) < abs(scale - 1) and doubt < 2 * SCALE_TELLS else None


def fits_scale(one: Candidate, scale: float) -> bool:
    """Whether a zone has this scale where the corners lie."""
    if one.crs.scale is None:
        return False
    east = float(np.nanmedian(one.axes.points[:, 0])) - 500_000.0
    here = one.crs.scale * (1 + (east / one.crs.scale) ** 2 / (2 * 6_371_000.0**2))
    return abs(here - scale) < 2 * SCALE_TELLS
