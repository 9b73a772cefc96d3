"""Figures over many zones."""

from collections.abc import Collection
from typing import Any

from api.store.connect import Reader

Row = dict[str, Any]

CENSUS = """
WITH stated AS (  -- of several documents the one that is shown: latest as-of, then kind of document
    SELECT DISTINCT ON (f.unit_uid, kind, is_area) f.id, f.unit_uid, f.as_of, f.source, o.value,
        CASE WHEN f.indicator LIKE 'zones%%' THEN 'industrial_park' ELSE 'industrial_cluster' END AS kind,
        f.indicator LIKE '%%area_ha' AS is_area
    FROM facts f JOIN observations o ON o.fact_id = f.id
    JOIN sources s ON s.id = f.source JOIN source_kinds k ON k.kind = s.kind
    WHERE f.indicator IN ('zones_approved_in_planning', 'zones_in_planning', 'zones_total_area_ha',
        'clusters_approved_in_planning', 'clusters_in_planning', 'clusters_total_area_ha')
    ORDER BY f.unit_uid, kind, is_area, f.as_of_end DESC NULLS LAST, k.rank DESC, s.issued_on DESC NULLS LAST, f.id
), named AS (
    SELECT v.historic_province_uid AS unit_uid, v.kind, count(*) AS zones,
        count(*) FILTER (WHERE f.status <> 'proposed') AS in_plan,
        sum(v.declared_area_ha) AS declared_area_ha,
        count(*) FILTER (WHERE v.declared_area_ha IS NULL) AS area_unknown,
        count(*) FILTER (WHERE f.fill_rate_pct IS NULL) AS fill_rate_unknown,
        count(*) FILTER (WHERE f.status = 'operating') AS operating
    FROM zones z JOIN zone_versions v ON v.slug = z.slug AND v.version = z.current_version
    LEFT JOIN zone_figures f ON f.slug = z.slug
    GROUP BY 1, 2
)
SELECT row_to_json(c) FROM (
    SELECT u.full_name AS historic_province, u.code AS historic_province_code, n.kind, n.zones, n.operating,
        n.declared_area_ha, n.area_unknown, n.fill_rate_unknown,
        s.value AS stated_zones, s.as_of AS stated_as_of, s.source AS stated_source, s.id AS stated_fact,
        CASE WHEN s.value IS NOT NULL THEN greatest(s.value - n.in_plan, 0) END AS unnamed,
        a.value AS stated_area_ha, a.as_of AS stated_area_as_of, a.source AS stated_area_source,
        a.id AS stated_area_fact
    FROM named n LEFT JOIN admin_units u ON u.uid = n.unit_uid
    LEFT JOIN stated s ON s.unit_uid = n.unit_uid AND s.kind = n.kind AND NOT s.is_area
    LEFT JOIN stated a ON a.unit_uid = n.unit_uid AND a.kind = n.kind AND a.is_area
    ORDER BY u.uid DESC, n.kind DESC) c
"""
TARGETS = """
SELECT row_to_json(t) FROM (
    SELECT f.id, f.unit_uid, u.full_name AS historic_province, f.subject_kind, t.comparator, t.value, t.applies_to,
        f.period, f.period_end, f.source, s.title AS source_title, s.number AS source_number, f.place, f.quote, f.note
    FROM facts f JOIN targets t ON t.fact_id = f.id JOIN admin_units u ON u.uid = f.unit_uid
    JOIN sources s ON s.id = f.source JOIN source_kinds k ON k.kind = s.kind
    WHERE f.indicator = 'target_fill_rate_pct'
    ORDER BY f.unit_uid DESC, f.period_end, k.rank DESC, s.issued_on DESC NULLS LAST, f.id) t
"""


async def select_census(reader: Reader) -> list[Row]:
    """Per former province and kind: zones in the register, zones the documents count, and the areas of both.

    `unnamed` is how many the documents count and never name; they are no zones of the register. `area_unknown` is how
    many named zones the sum of declared areas leaves out.
    """
    return [row[0] for row in await reader.rows(CENSUS, {})]


async def select_targets(reader: Reader) -> list[Row]:
    """Demanded fill rates; of several for the same subject and year the one of the higher document comes first."""
    return [row[0] for row in await reader.rows(TARGETS)]


async def select_unit_names(reader: Reader) -> dict[str, str]:
    """Full names of all provinces by uid, in the order of their names; those of today before the former ones."""
    return dict(await reader.rows(
        "SELECT uid, full_name FROM admin_units WHERE level = 'province' "
        "ORDER BY valid_to IS NOT NULL, name COLLATE \"vi-x-icu\", uid"
    ))  # fmt: skip


async def select_zone_rows(
    reader: Reader, *, outlines: int = 1_000_000, slugs: Collection[str] | None = None
) -> list[Row]:
    """What a table or a map shows of every zone, or of those with these `slugs`. Outlines are there where the zones are
    at most so many.
    """
    rows = await reader.rows(
        """
        SELECT row_to_json(z) FROM (
            SELECT f.*, ST_X(f.location) AS lon, ST_Y(f.location) AS lat,
                CASE WHEN count(*) OVER () <= %(outlines)s THEN ST_AsGeoJSON(f.boundary, 15)::json END
                    AS outline, g.fill_rate_source, g.fill_rate_definition,
                (SELECT d.source FROM facts d JOIN zone_versions v ON d.id = v.declared_area_inputs[1]
                    WHERE v.slug = f.slug AND v.version = f.version) AS declared_area_source,
                s.title AS fill_rate_source_title, s.number AS fill_rate_source_number, f.historic_province_uid
            FROM zone_features f JOIN zone_figures g USING (slug) LEFT JOIN sources s ON s.id = g.fill_rate_source
            WHERE %(slugs)s::text[] IS NULL OR f.slug = ANY(%(slugs)s)
            ORDER BY f.province_code DESC, f.kind DESC, f.name_vi COLLATE "vi-x-icu", f.slug) z""",
        {"outlines": outlines, "slugs": None if slugs is None else list(slugs)},
    )
    return [row[0] for row in rows]


async def select_sketches(reader: Reader) -> list[Row]:
    """GeoJSON features of today's provinces and the former districts, simplified: a frame for small maps."""
    rows = await reader.rows("""
        SELECT json_build_object('type', 'Feature', 'geometry', ST_AsGeoJSON(s.geom, 4)::json,
            'properties', json_build_object('name', u.name, 'level', u.level))
        FROM admin_sketches s JOIN admin_units u USING (uid) ORDER BY u.uid""")
    return [row[0] for row in rows]
