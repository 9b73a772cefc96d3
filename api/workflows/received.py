"""A zone that somebody sends as a GeoJSON feature, read into what a change can set. Stores nothing."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, shape

from api.errors import NotWritable, OtherId, UnknownProperty
from api.language import N_
from api.store.accounts import find_provinces
from api.store.collections import ZONE, Property
from api.store.connect import Session
from api.store.transactions import find_former_provinces
from api.workflows import proposals
from api.workflows.proposals import refuse
from gis.crs import CRS84, Crs, from_wgs84
from gis.dates import parse_moment
from gis.errors import GisError
from gis.vertices import restored

Row = dict[str, Any]
# Properties of a feature that can be written, and what a change calls them.
WRITABLE = {
    "name_vi": "name_vi", "name_en": "name_en", "kind": "kind", "province": "province", "commune": "communes",
    "historic_province": "historic_province", "historic_district": "historic_district",
    "declared_area_ha": "declared_area_ha", "boundary_quality": "boundary_quality",
    "boundary_accuracy_m": "boundary_accuracy_m", "location_accuracy_m": "location_accuracy_m", "doubts": "doubts",
    "valid_from": "valid_from",
}  # fmt: skip
# What can be sent beside them, though features are served without it.
UNSERVED = ("aliases", "sources", "location", "boundary_source", "boundary_crs", "status_detail")
BESIDE = ("document", "reasons")
KNOWN = {one.name: one for one in ZONE}
NEEDS_FEATURE = N_("this must be “Feature”: one zone at a time is written")
NEEDS_OBJECT = N_("this must be an object of properties")
NEEDS_MEMBER = N_("this member is missing; null says that there is nothing")
NEEDS_FORMER = N_("this must be a province of before 1 July 2025")
ONE_OF_SEVERAL = N_("several provinces of today were formed from this one: send the code or the name of one of them")
ELSEWHERE = N_("a corner lies outside Viet Nam; are its axes the other way round, or is Content-Crs another system?")


@dataclass(frozen=True)
class Received:
    """A feature that was sent, or some of it. values: what is set, by the names of `/changes`; same: the names of those
    that are as they were shown. outline: in WGS 84, where has_outline. document: None where none was sent.
    """

    values: Row
    same: set[str]
    has_outline: bool = False
    outline: MultiPolygon | None = None
    document: str | None = None
    reasons: str | dict[str, str | None] | None = None


def check_feature(sent: Row, id: str | None, *, whole: bool) -> None:
    """Whether it can be a feature at the address of `id`, or a patch of one where it is not `whole`. Raises BadBody."""
    if ("type" in sent or whole) and sent.get("type") != "Feature":
        raise refuse("/type", NEEDS_FEATURE)
    for member in ("geometry", "properties"):
        if whole and member not in sent:
            raise refuse(f"/{member}", NEEDS_MEMBER)
    if not isinstance(sent.get("properties", {}), dict | None):
        raise refuse("/properties", NEEDS_OBJECT)
    if id is not None and sent.get("id", id) != id:
        raise OtherId("/id", "", id=id)


def read_values(session: Session, sent: Mapping[str, Any], shown: Mapping[str, Any]) -> tuple[Row, set[str]]:
    """The values of a change that the properties of a feature mean, and the names of those that are as `shown`.

    shown: the properties that whoever writes was given, all null for a new zone. Raises BadBody and its kinds.
    """
    values: Row = {}
    same: set[str] = set()
    for name, value in sent.items():
        where = f"/properties/{name}"
        if name in BESIDE:
            continue
        if name in UNSERVED:
            values[name] = proposals.VALUES[name](value, where)
        elif name not in KNOWN:
            known = ", ".join([*WRITABLE, *UNSERVED, *BESIDE])
            raise UnknownProperty(where, "", known=known)
        elif name in shown and is_same(value, shown[name], KNOWN[name]):
            if name in WRITABLE:
                same.add(WRITABLE[name])
        elif name not in WRITABLE:
            raise NotWritable(where, "", now=orjson.dumps(shown.get(name)).decode())
        else:
            values[WRITABLE[name]] = read_value(session, name, value, where)
    return values, same


def read_value(session: Session, name: str, value: object, where: str) -> Any:
    """One value as a change keeps it: a province named by uid, code or name is its uid."""
    found = proposals.VALUES[WRITABLE[name]](value, where)
    if found is None:
        return found
    if name == "province":
        uids = [uid for uid, _ in find_provinces(session, found)]
        if len(uids) != 1:
            raise refuse(where, ONE_OF_SEVERAL if uids else proposals.NEEDS_PROVINCE)
        return uids[0]
    if name == "historic_province":
        former = find_former_provinces(session, found)
        if len(former) != 1:
            raise refuse(where, NEEDS_FORMER)
        return former[0]
    return found


def is_same(sent: object, shown: object, known: Property) -> bool:
    """Whether a value is the one that was shown, as a program that does not know more would send it back."""
    if sent in (None, "", []) or shown in (None, "", []):
        return sent in (None, "", []) and shown in (None, "", [])
    if isinstance(sent, bool) or isinstance(shown, bool):
        return sent is shown
    if isinstance(sent, int | float) and isinstance(shown, int | float):
        return math.isclose(sent, shown, rel_tol=1e-9, abs_tol=1e-9)
    if known.kind == "date-time" and isinstance(sent, str) and isinstance(shown, str):
        try:
            apart = parse_moment(sent) - parse_moment(shown)
        except ValueError:
            return False
        return abs(apart.total_seconds()) < 1  # QGIS leaves fractions of a second out
    return sent == shown


def read_reasons(sent: object) -> str | dict[str, str | None] | None:
    """Reasons for what is noticed: one text for all of it, or texts by its codes. Raises BadBody."""
    where = "/properties/reasons"
    if sent is None or isinstance(sent, str):
        return proposals.text(sent, where)
    if not isinstance(sent, dict) or len(sent) > proposals.MOST_ENTRIES:
        raise refuse(where, N_("this must be a text, or an object of texts by the codes of what was noticed"))
    return {str(code)[:100]: proposals.text(one, f"{where}/{code}") for code, one in sent.items()}


def read_geometry(sent: object, crs: Crs, known: Sequence[MultiPolygon | None]) -> MultiPolygon | None:
    """The outline in WGS 84 lon, lat of a geometry in `crs`, in the order of that system's axes. Heights are left out.

    known: outlines that the register has of the zone; a corner that nobody moved gets their very numbers. Others are
    rounded to 1e-9 degree, this once. Raises BadBody.
    """
    if sent is None:
        return None
    drawn = parse_outline(sent, lat_first=crs.axis_order == "lat,lon")
    parts = [part for outline in known if outline is not None for part in outline.geoms]
    stored = shapely.multipolygons(parts) if parts else None
    try:
        shifted = None
        if stored is not None:
            lonlat = shapely.get_coordinates(stored)
            shifted = stored if crs.srid == CRS84.srid else shapely.set_coordinates(stored, from_wgs84(lonlat, crs))
        outline = restored(drawn, crs, stored, shifted)
    except GisError as error:
        raise refuse("/geometry", ELSEWHERE) from error
    return proposals.read_outline(as_geojson(outline), "/geometry")


def parse_outline(sent: object, *, lat_first: bool) -> MultiPolygon:
    """A polygon or several, x before y, in whatever system. Raises BadBody."""
    if not isinstance(sent, dict) or sent.get("type") not in ("Polygon", "MultiPolygon"):
        raise refuse("/geometry", N_("this must be a Polygon or a MultiPolygon of GeoJSON"))
    parts = sent.get("coordinates")
    if not isinstance(parts, list) or not parts:
        raise refuse("/geometry/coordinates", N_("its coordinates must be a list of rings"))
    count, plane = 0, []
    for one, part in enumerate([parts] if sent["type"] == "Polygon" else parts):
        place = f"/geometry/coordinates/{one}"
        if not isinstance(part, list) or not part:
            raise refuse(place, N_("this must be a list of rings"))
        rings = []
        for two, ring in enumerate(part):
            if not isinstance(ring, list):
                raise refuse(f"{place}/{two}", N_("this must be a list of rings"))
            count += len(ring)
            if count > proposals.MOST_CORNERS:
                raise refuse("/geometry", N_("an outline has at most 50,000 corners"))
            rings.append([position(corner, f"{place}/{two}/{three}") for three, corner in enumerate(ring)])
            if len(ring) < 4 or rings[-1][0] != rings[-1][-1]:
                raise refuse(f"{place}/{two}", N_("a ring has four positions at least, the last the same as the first"))
        plane.append(rings)
    try:
        drawn = shape({"type": "MultiPolygon", "coordinates": plane})
    except (ShapelyError, ValueError, TypeError, IndexError) as error:
        raise refuse("/geometry", N_("its coordinates must be a list of rings")) from error
    return shapely.transform(drawn, lambda xy: xy[:, ::-1]) if lat_first else drawn


def position(sent: object, where: str) -> list[float]:
    if not isinstance(sent, list) or not 2 <= len(sent) <= 4 or not all(proposals.is_number(one) for one in sent):
        raise refuse(where, N_("a position has two numbers, in the order of the axes of Content-Crs"))
    return sent[:2]


def as_geojson(outline: MultiPolygon) -> Row:
    """Lists all the way down, as from JSON."""
    return {"type": "MultiPolygon", "coordinates": [
        [[list(corner) for corner in ring.coords] for ring in (part.exterior, *part.interiors)]
        for part in outline.geoms
    ]}  # fmt: skip
