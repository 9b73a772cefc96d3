"""What somebody may mean who types a few letters: zones, administrative units of today and before, reference places."""

from typing import Any

from api.store.connect import Reader

Row = dict[str, Any]
MOST = 8
MOST_LOOKED_AT = 300  # zones
# Each name without marks stands between |- and -|, so that one look tells a whole name, a word's beginning, or a part.
SUGGESTIONS = """
WITH asked AS (SELECT q FROM plain(%(q)s) q WHERE q <> ''),  -- letters of no name of ours mean nothing here
zones AS (
    SELECT s.slug, s.kind, s.name_vi, s.name_en, s.province, s.historic_district, s.location, s.boundary, t.names
    FROM (  -- taking marks off takes time: only of those in whose words, names first, it stands earliest
        SELECT z.* FROM served_zones z, asked WHERE z.words LIKE '%%' || q || '%%'
        ORDER BY nullif(position('-' || q IN '-' || z.words), 0), slug LIMIT {most_looked_at}) s
    JOIN zone_versions v ON v.slug = s.slug COLLATE "default" AND v.version = s.version
    CROSS JOIN LATERAL (
        SELECT regexp_replace(plain(s.name_vi), '^(khu|cum)-(cong-nghiep|kinh-te)-', '') AS name OFFSET 0) own
    CROSS JOIN LATERAL (SELECT '|-' || concat_ws('-|-', own.name, plain(s.name_vi), plain(s.name_en),
        CASE s.kind WHEN 'industrial_park' THEN 'kcn-' WHEN 'industrial_cluster' THEN 'ccn-' ELSE 'kkt-' END
            || own.name,
        (SELECT string_agg(plain(one), '-|-') FROM unnest(v.aliases) one)) || '-|' AS names) t
), units AS (
    SELECT u.uid, u.level, u.full_name, u.name_en, u.name, u.valid_to IS NOT NULL AS is_former, u.geom, u.parent_uid,
        whole, '|-' || concat_ws('-|-', plain(u.name), whole, plain(u.name_en)) || '-|' AS names
    FROM admin_units u CROSS JOIN LATERAL (SELECT plain(u.full_name) AS whole OFFSET 0) w
), spots AS (
    SELECT p.*, '|-' || concat_ws('-|-', plain(p.name_vi), plain(p.name_en)) || '-|' AS names FROM places p
), best_zones AS (
    SELECT z.*, {rank} AS rank FROM zones z, asked WHERE names LIKE '%%' || q || '%%'
    ORDER BY rank, name_{language} COLLATE "vi-x-icu", slug LIMIT {most}
), best_units AS (
    SELECT u.*, {rank} AS rank FROM units u, asked WHERE names LIKE '%%' || q || '%%'
    ORDER BY rank, array_position(ARRAY['province', 'district', 'commune'], level), is_former,
        name COLLATE "vi-x-icu", uid LIMIT {most}
), best_spots AS (
    SELECT s.*, {rank} AS rank FROM spots s, asked WHERE names LIKE '%%' || q || '%%'
    ORDER BY rank, name_{language} COLLATE "vi-x-icu", id LIMIT {most}
)
SELECT json_build_object(
    'zones', (SELECT json_agg(row_to_json(x)) FROM (
        SELECT slug, kind, name_vi, name_en, province, historic_district, rank, ST_X(location) AS lon,
            ST_Y(location) AS lat, {box_of_zone} AS bbox FROM best_zones) x),
    'units', (SELECT json_agg(row_to_json(x)) FROM (
        SELECT u.uid, u.level, u.full_name, u.name_en, plain(u.name) AS short, u.is_former, u.rank,
            p.full_name AS parent, {box_of_unit} AS bbox, ST_X(ST_Centroid(g.shape)) AS lon,
            ST_Y(ST_Centroid(g.shape)) AS lat,
            EXISTS (SELECT FROM admin_units n WHERE n.level = 'province' AND n.valid_to IS NULL
                AND plain(n.name) = plain(u.name)) AS is_taken,
            EXISTS (SELECT FROM served_zones z WHERE '-' || z.words || '-' LIKE '%%-' || u.whole || '-%%')
                AS has_zones
        FROM best_units u LEFT JOIN admin_units p ON p.uid = u.parent_uid
        LEFT JOIN LATERAL (SELECT coalesce(u.geom, (SELECT ST_Collect(c.geom) FROM admin_succession a
            JOIN admin_units c ON c.uid = a.current_uid WHERE a.historic_uid = u.uid)) AS shape) g ON true) x),
    'places', (SELECT json_agg(row_to_json(x)) FROM (
        SELECT id, kind, name_vi, name_en, rank, ST_X(location) AS lon, ST_Y(location) AS lat FROM best_spots) x))
"""
RANK = "CASE WHEN names LIKE '%%|-' || q || '-|%%' THEN 0 WHEN names LIKE '%%-' || q || '%%' THEN 1 ELSE 2 END"


def box_of(shape: str) -> str:
    """west, south, east, north of a geometry, null where there is none."""
    sides = ", ".join(f"round({side}({shape})::numeric, 5)" for side in ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax"))
    return f"CASE WHEN {shape} IS NOT NULL THEN json_build_array({sides}) END"


async def select_suggestions(reader: Reader, words: str, language: str) -> dict[str, list[Row]]:
    """The zones, units and places whose names hold the words, MOST of each, whole names first (`rank` 0), then those
    with a word that begins so, then others. A unit whose outline is not known has that of what it became.
    """
    statement = SUGGESTIONS.format(
        rank=RANK,
        language=language,
        most=MOST,
        most_looked_at=MOST_LOOKED_AT,
        box_of_zone=box_of("boundary"),
        box_of_unit=box_of("g.shape"),
    )
    rows = await reader.rows(statement, {"q": words})
    return {name: found or [] for name, found in rows[0][0].items()}
