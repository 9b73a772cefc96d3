"""What a fact sheet of a zone shows beside its own record: the ground around it, its neighbours, lots, and what is
demanded of all zones of its province. All in one statement with the record.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.store.collections import SUBJECTS_OF
from api.store.connect import Reader
from api.store.provenance import FACT_COLUMNS, HERE, PARTS, USED, statement

Row = dict[str, Any]

# How far the map reaches: round a real outline as far as that needs, else as far as the true place may be.
GROUND = """,
demanded AS MATERIALIZED (
    SELECT f.* FROM fact_features f
    WHERE f.id = ANY(ARRAY(SELECT d.id FROM facts d, here
        WHERE d.zone IS NULL AND d.unit_uid IN (here.province_uid, here.historic_province_uid)
            AND (d.class = 'obligation' OR d.indicator = 'target_fill_rate_pct')
            AND %(subjects)s::jsonb -> here.kind ? d.subject_kind))
        AND (%(known_at)s::timestamptz IS NULL OR f.recorded_at <= %(known_at)s)),
frame AS MATERIALIZED (
    SELECT ST_X(middle) AS lon, ST_Y(middle) AS lat, reach,
        reach * 1.55 / (111320 * greatest(cos(radians(ST_Y(middle))), 0.05)) AS wide, reach / 110574 AS high
    FROM (SELECT CASE WHEN boundary_quality <> 'indicative' THEN ST_Centroid(ST_Envelope(boundary))
            ELSE location END AS middle,
        CASE WHEN boundary_quality <> 'indicative' THEN greatest(1500, 0.75 * ST_Distance(
                ST_SetSRID(ST_MakePoint(ST_XMin(boundary), ST_YMin(boundary)), 4326)::geography,
                ST_SetSRID(ST_MakePoint(ST_XMax(boundary), ST_YMax(boundary)), 4326)::geography))
            ELSE greatest(3000, 1.2 * location_accuracy_m, 2 * sqrt(coalesce(declared_area_ha, 0) * 3183.1)) END
            AS reach FROM here) f),
box AS MATERIALIZED (
    SELECT reach, ST_MakeEnvelope(greatest(lon - wide, -180), greatest(lat - high, -85), least(lon + wide, 180),
        least(lat + high, 85), 4326) AS box FROM frame)
"""
# The zone's own, else that of its province.
CONTACT = """
SELECT c.* FROM contacts c, here WHERE c.zone = here.slug OR c.province_uid = here.province_uid
ORDER BY c.zone NULLS LAST LIMIT 1
"""
AROUND = {
    "province": "SELECT full_name FROM admin_units WHERE uid = (SELECT province_uid FROM here)",
    "former_province": "SELECT full_name FROM admin_units WHERE uid = (SELECT historic_province_uid FROM here)",
    "demands": f"""
SELECT coalesce(json_agg(d), '[]') FROM (
    SELECT {FACT_COLUMNS}, subject_kind, applies_to, historic_province FROM demanded
    ORDER BY class, indicator, period, id) d
""",
    "shape": "SELECT ST_AsGeoJSON(ST_Simplify(boundary, (SELECT reach FROM frame) / 111320 / 600, true), 6)::json "
    "FROM here",
    "frame": "SELECT json_build_object('lon', lon, 'lat', lat, 'reach_m', reach) FROM frame",
    "units": """
SELECT coalesce(json_agg(u), '[]') FROM (
    SELECT level, name, ST_AsGeoJSON(part, 5)::json AS shape, ST_X(spot) AS lon, ST_Y(spot) AS lat
    FROM (SELECT t.level, u.name, ST_Transform(ST_Simplify(ST_ClipByBox2D(
                CASE WHEN b.reach < 4000 THEN t.shape WHEN b.reach < 20000 THEN t.shape_10 ELSE t.shape_6 END,
                ST_Expand(ST_Transform(b.box, 3857), b.reach / 20)), b.reach / 300), 4326) AS part,
            b.box
        FROM tile_units t JOIN admin_units u USING (uid), box b
        WHERE t.level IN ('province', 'commune') AND u.valid_to IS NULL
            AND t.shape && ST_Transform(b.box, 3857)) cut
    CROSS JOIN LATERAL (SELECT ST_PointOnSurface(ST_ClipByBox2D(part, box)) AS spot) middle
    WHERE part IS NOT NULL AND NOT ST_IsEmpty(part)
    ORDER BY level, ST_Area(ST_ClipByBox2D(part, box)) DESC LIMIT 80) u
""",
    "others": """
SELECT coalesce(json_agg(o), '[]') FROM (
    SELECT s.slug, s.name_vi, s.name_en, s.kind, s.status, ST_X(s.location) AS lon, ST_Y(s.location) AS lat,
        s.boundary_quality, CASE WHEN s.boundary_quality <> 'indicative'
            THEN ST_AsGeoJSON(ST_Simplify(s.boundary, b.reach / 111320 / 400, true), 5)::json END AS shape
    FROM served_zones s, box b WHERE s.slug <> %(slug)s AND s.location && b.box LIMIT 60) o
""",
    "neighbours": """
SELECT coalesce(json_agg(n), '[]') FROM (
    SELECT near.slug, near.name_vi, near.name_en, near.kind, near.status, near.location_accuracy_m,
        ST_Distance(near.location::geography, here.location::geography) AS distance_m,
        degrees(ST_Azimuth(here.location::geography, near.location::geography)) AS bearing
    FROM here, LATERAL (SELECT * FROM served_zones s WHERE s.slug <> here.slug
        AND s.status IS DISTINCT FROM 'withdrawn' ORDER BY s.location <-> here.location LIMIT 12) near
    ORDER BY distance_m, near.slug LIMIT 5) n
""",
    "lots": """
SELECT coalesce(json_agg(l), '[]') FROM (
    SELECT land_use, status, count(*) AS count, sum(area_ha) AS area_ha,
        CASE WHEN count(DISTINCT as_of) = 1 AND count(as_of) = count(*) THEN min(as_of) END AS as_of,
        array_agg(DISTINCT source) FILTER (WHERE source IS NOT NULL) AS sources
    FROM lots WHERE zone = %(slug)s GROUP BY land_use, status ORDER BY land_use, status) l
""",
    "lot_shapes": """
SELECT coalesce(json_agg(l), '[]') FROM (
    SELECT l.code, l.status, ST_AsGeoJSON(ST_Simplify(l.geom, f.reach / 111320 / 600, true), 6)::json AS shape
    FROM lots l, frame f WHERE l.zone = %(slug)s AND l.geom IS NOT NULL ORDER BY l.code LIMIT 400) l
""",
    "contact": f"SELECT row_to_json(c) FROM ({CONTACT}) c",
    "measured_area_ha": "SELECT measured_area_ha FROM here",
    "known_at": """
SELECT max(at) AT TIME ZONE 'UTC' FROM revision_times
WHERE %(known_at)s::timestamptz IS NULL OR at <= %(known_at)s
""",
    "is_current": "SELECT version = (SELECT current_version FROM zones WHERE slug = %(slug)s) FROM here",
    "has_later": "SELECT EXISTS (SELECT FROM facts WHERE zone = %(slug)s AND recorded_at > %(known_at)s)",
}  # fmt: skip
WHOLE = statement(
    {**PARTS, **AROUND},
    HERE + GROUND,
    f"{USED} UNION SELECT source FROM demanded UNION SELECT source FROM lots WHERE zone = %(slug)s "
    f"UNION SELECT source FROM ({CONTACT}) c",
)
OUTLINE = """
SELECT ST_AsBinary(boundary) FROM zone_versions
WHERE slug = %(slug)s AND version = %(number)s AND boundary_quality <> 'indicative'
"""
LISTED = """
SELECT slug, updated_at FROM served_zones WHERE slug > %(after)s ORDER BY slug LIMIT %(limit)s
"""


async def select_sheet(reader: Reader, slug: str, number: int, known_at: datetime | None = None) -> Row | None:
    """The record of a version (see `provenance.select_record`) and what lies around it; None where there is none.

    Shapes are GeoJSON in WGS 84 lon, lat, simplified for a map that reaches `frame.reach_m` metres to the north and
    south. `neighbours`: the nearest other zones with distance (m, geodesic, between the points) and bearing (degrees
    from north, null for one and the same point). `known_at`: when the register came to the state that is shown, in UTC
    without an offset, null where it had none; `is_current`: whether the version is the one of today; `has_later`:
    whether a fact about the zone was recorded after `known_at`.
    """
    values = {"slug": slug, "number": number, "known_at": known_at, "subjects": json.dumps(SUBJECTS_OF)}
    rows = await reader.rows(WHOLE, values)
    return rows[0][0] if rows else None


async def select_real_outline(reader: Reader, slug: str, number: int) -> bytes | None:
    """A version's outline as WKB, WGS 84 lon, lat, where it is surveyed or digitised."""
    rows = await reader.rows(OUTLINE, {"slug": slug, "number": number})
    return rows[0][0] if rows else None


@dataclass(frozen=True)
class Listed:
    """A zone of the sitemap."""

    slug: str
    updated_at: datetime


async def list_zones(reader: Reader, after: str, limit: int) -> list[Listed]:
    """Zones in the order of their slugs, behind one of them."""
    return [Listed(*row) for row in await reader.rows(LISTED, {"after": after, "limit": limit})]


async def select_bounds(reader: Reader, size: int) -> list[tuple[str, datetime]]:
    """The zones in groups of `size` by their slugs: the last slug of each, and when one of it was last updated."""
    rows = await reader.rows(
        "SELECT max(slug), max(updated_at) FROM (SELECT slug, updated_at, (row_number() OVER (ORDER BY slug) - 1) / "
        "%(size)s AS part FROM served_zones) numbered GROUP BY part ORDER BY part",
        {"size": size},
    )
    return [(row[0], row[1]) for row in rows]


async def select_locator(reader: Reader, slug: str, number: int) -> Row:
    """Provinces of today around the one of a version, its own first, as GeoJSON made small; and the box of its own."""
    rows = await reader.rows(
        """
        WITH own AS (SELECT s.uid, s.geom FROM zone_versions v JOIN admin_sketches s ON s.uid = v.province_uid
            WHERE v.slug = %(slug)s AND v.version = %(number)s)
        SELECT json_build_object('bounds', (SELECT json_build_array(ST_XMin(geom), ST_YMin(geom), ST_XMax(geom),
                ST_YMax(geom)) FROM own),
            'provinces', (SELECT coalesce(json_agg(ST_AsGeoJSON(s.geom, 3)::json
                    ORDER BY s.uid <> own.uid, s.uid), '[]')
                FROM own, admin_sketches s JOIN admin_units u USING (uid)
                WHERE u.level = 'province' AND s.geom && ST_Expand(own.geom, 1)))""",
        {"slug": slug, "number": number},
    )
    found: Row = rows[0][0]
    return found
