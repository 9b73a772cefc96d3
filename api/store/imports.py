"""What an import needs of the zones: their current versions, the next ones, and outlines that meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import MultiPolygon
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from api.store.connect import Session
from api.store.records import storable
from api.store.tables import sources, zone_versions, zones
from gis.crs import Crs

Row = dict[str, Any]
MEETING = """
SELECT a.slug, b.slug, ST_Area(ST_Intersection(a.boundary, b.boundary)::geography) AS shared_m2
FROM registry.zones za JOIN registry.zone_versions a ON a.slug = za.slug AND a.version = za.current_version
JOIN registry.zone_versions b ON b.slug <> a.slug AND ST_Intersects(a.boundary, b.boundary)
JOIN registry.zones zb ON zb.slug = b.slug AND zb.current_version = b.version
WHERE a.slug = ANY(:slugs) AND a.boundary_quality <> 'indicative' AND b.boundary_quality <> 'indicative'
    AND ST_Area(ST_Intersection(a.boundary, b.boundary)::geography) > :allowed
    AND NOT (b.kind = 'economic_zone' AND a.kind <> b.kind
        AND ST_Area(ST_Difference(a.boundary, b.boundary)::geography) <= :allowed)
    AND NOT (a.kind = 'economic_zone' AND a.kind <> b.kind
        AND ST_Area(ST_Difference(b.boundary, a.boundary)::geography) <= :allowed)
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Current:
    """A zone's current version. `outline` is in WGS 84, `shifted` the same vertices in the CRS asked for."""

    row: Row
    outline: MultiPolygon | None
    shifted: MultiPolygon | None


def select_current(session: Session, crs: Crs) -> dict[str, Current]:
    """The current version of every zone by its slug."""
    version = zone_versions.c
    own = [column for column in version if column.name not in ("recorded_at", "measured_area_ha")]
    binary = func.ST_AsBinary(version.boundary, "NDR").label("outline_wkb")
    shifted = func.ST_AsBinary(func.ST_Transform(version.boundary, crs.srid), "NDR").label("shifted_wkb")
    query = select(*own, binary, shifted).join(
        zones, (zones.c.slug == version.slug) & (zones.c.current_version == version.version)
    )
    found = {}
    for stored in session.execute(query).mappings():
        row = dict(stored)
        outline, moved = (geometry(row.pop(name)) for name in ("outline_wkb", "shifted_wkb"))
        found[row["slug"]] = Current(row, outline, moved)
    return found


def geometry(binary: bytes | None) -> Any:
    return None if binary is None else shapely.from_wkb(bytes(binary))


def is_source(session: Session, id: str) -> bool:
    return session.scalar(select(sources.c.id).where(sources.c.id == id)) is not None


def add_version(session: Session, current: Row, changes: Mapping[str, Any], author: str) -> None:
    """Put a version after the current one that differs in `changes`; geometries are shapely's, in WGS 84."""
    number = current["version"] + 1
    row = {**current, **storable(dict(changes)), "version": number, "author": author}
    session.execute(insert(zone_versions).values(row))
    session.execute(update(zones).where(zones.c.slug == row["slug"]).values(current_version=number))


def select_meeting(session: Session, slugs: Sequence[str], allowed_m2: float) -> list[tuple[str, str, float]]:
    """Pairs of surveyed or digitised outlines, the first of them of `slugs`, that share more than `allowed_m2`.

    A zone that lies in an economic zone may share all of itself with it.
    """
    found = session.execute(text(MEETING), {"slugs": list(slugs), "allowed": allowed_m2})
    return [(row[0], row[1], row[2]) for row in found]
