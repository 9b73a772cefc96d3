"""Where corner tables may lie, and the outlines that are written as tables."""

from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry import MultiPolygon

from api.store.connect import Reader

PROVINCES = """
SELECT uid, name, valid_from, valid_to, ST_AsBinary(geom) FROM admin_units WHERE level = 'province' ORDER BY uid
"""
# A commune of a former province is found by the province of today that took its place.
UNIT_WITHIN = """
SELECT full_name, valid_from, valid_to, ST_AsBinary(geom) FROM admin_units
WHERE level IN ('commune', 'district') AND geom IS NOT NULL
    AND (%(name)s IN (code, uid) OR plain(%(name)s) IN (plain(name), plain(full_name)))
    AND (%(province)s::text IS NULL OR parent_uid = %(province)s OR parent_uid IN (
        SELECT current_uid FROM admin_succession WHERE historic_uid = %(province)s
        UNION SELECT historic_uid FROM admin_succession WHERE current_uid = %(province)s))
ORDER BY level, valid_to IS NOT NULL, uid LIMIT 1
"""
ZONE = """
SELECT v.slug, v.name_vi, v.name_en, ST_AsBinary(v.boundary), v.boundary_quality, v.boundary_accuracy_m, v.boundary_crs,
    v.version, p.name, s.title
FROM zones z JOIN zone_versions v ON v.slug = z.slug AND v.version = z.current_version
LEFT JOIN admin_units p ON p.uid = v.province_uid LEFT JOIN sources s ON s.id = v.boundary_source
WHERE z.slug = %(slug)s AND EXISTS (SELECT FROM served_zones f WHERE f.slug = z.slug)
"""


@dataclass(frozen=True)
class Unit:
    """An administrative unit and the days it was there. outline: WGS 84 lon, lat."""

    uid: str
    name: str
    first: date | None
    last: date | None
    outline: MultiPolygon | None


@dataclass(frozen=True)
class ZoneOutline:
    """What a zone's corner table is made from. outline: WGS 84 lon, lat; None where nobody knows it."""

    slug: str
    name_vi: str
    name_en: str
    outline: MultiPolygon | None
    quality: str | None
    accuracy_m: float | None
    crs: str | None
    version: int
    province: str | None
    source: str | None


async def select_provinces(reader: Reader) -> list[Unit]:
    """Every province, of today and former."""
    return [Unit(row[0], row[1], row[2], row[3], outline_of(row[4])) for row in await reader.rows(PROVINCES)]


async def select_unit_within(reader: Reader, name: str, province_uid: str | None) -> Unit | None:
    """A commune (or former district) by name or code, within a province of today or a former one if that is said."""
    rows = await reader.rows(UNIT_WITHIN, {"name": name, "province": province_uid})
    return Unit("", rows[0][0], rows[0][1], rows[0][2], outline_of(rows[0][3])) if rows else None


async def select_zone_outline(reader: Reader, slug: str) -> ZoneOutline | None:
    """The outline in force of a zone."""
    rows = await reader.rows(ZONE, {"slug": slug})
    if not rows:
        return None
    row = rows[0]
    return ZoneOutline(row[0], row[1], row[2], outline_of(row[3]), *row[4:])


def outline_of(wkb: bytes | None) -> MultiPolygon | None:
    return None if wkb is None else shapely.from_wkb(wkb)
