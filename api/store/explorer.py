"""What the explorer shows, by one statement: the zones of a page, and how many there are of each kind of answer.

Each zone remembers in `misses`, one bit for each filter, which of them it does not meet: a zone is found where none is
set, and counts for a filter's own values where none of the others is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.language import Language
from api.store.collections import CHOICES, COLLECTIONS
from api.store.connect import Reader
from api.store.queries import POINT, Box, Condition, Near, Query, conditions, meets, near_sql, near_values

Row = dict[str, Any]
# What each filter's values are counted by.
COUNTED = {
    "kind": "kind",
    "status": "coalesce(status, 'unknown')",
    "outline": "coalesce(boundary_quality, 'none')",
    "wastewater": "CASE has_wastewater_plant WHEN true THEN 'yes' WHEN false THEN 'no' ELSE 'unknown' END",
    "cleared": "CASE has_cleared_land WHEN true THEN 'yes' WHEN false THEN 'no' ELSE 'unknown' END",
    "free": "CASE WHEN available_area_ha IS NULL THEN 'unknown' ELSE 'known' END",
    "rate": "CASE WHEN fill_rate_pct IS NULL THEN 'unknown' ELSE 'known' END",
    "area": "CASE WHEN declared_area_ha IS NULL THEN 'unknown' ELSE 'known' END",
}
STATUSES = ", ".join(f"'{one}'" for one in CHOICES["status"])
SORTED = {
    "name": 'name COLLATE "vi-x-icu"', "area": "declared_area_ha", "free": "available_area_ha",
    "rate": "fill_rate_pct", "status": f"array_position(ARRAY[{STATUSES}], status)", "distance": "distance_m",
}  # fmt: skip
BASE = """
base AS MATERIALIZED (
    SELECT fid, slug, name_{language} AS name, kind, status, province_uid, historic_province_uid, boundary_quality,
        declared_area_ha, available_area_ha, fill_rate_pct, has_wastewater_plant, has_cleared_land, location,
        {distance} AS distance_m, {misses} AS misses, {in_view} AS in_view
    FROM served_zones),
found AS MATERIALIZED (SELECT * FROM base WHERE misses = 0),
cells AS MATERIALIZED (  -- the zones that are alike to all filters, counted together
    SELECT {cells}, misses, count(*) AS n FROM base GROUP BY {keys}, misses),
units AS MATERIALIZED (
    SELECT uid, count(*) FILTER (WHERE misses & ~%(province_bit)s = 0) AS n
    FROM (SELECT province_uid AS uid, misses FROM base WHERE province_uid IS NOT NULL
        UNION ALL SELECT historic_province_uid, misses FROM base WHERE historic_province_uid IS NOT NULL) b
    GROUP BY uid),
page AS (
    SELECT fid, distance_m, row_number() OVER (ORDER BY {order}) AS place FROM found WHERE in_view
    ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s)"""
CARDS = """
SELECT s.fid, s.slug, s.name_vi, s.name_en, s.kind, s.status, s.status_as_of, s.status_basis, s.province,
    s.historic_province, s.historic_district, s.commune, s.declared_area_ha, s.declared_area_basis,
    s.expansion_area_ha, s.available_area_ha, s.fill_rate_pct, s.fill_rate_basis, s.fill_rate_as_of,
    s.fill_rate_source, s.boundary_quality, s.boundary_accuracy_m, s.location_accuracy_m, s.has_wastewater_plant,
    s.has_cleared_land, ST_X(s.location) AS lon, ST_Y(s.location) AS lat, page.distance_m, {bearing} AS bearing,
    area.sources AS area_sources, area.as_of AS area_as_of, free.as_of AS free_as_of, free.source AS free_source,
    step.source AS status_source
FROM page JOIN served_zones s USING (fid)
JOIN zone_versions v ON v.slug = s.slug COLLATE "default" AND v.version = s.version  -- the index's collation
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT f.source) AS sources,
        CASE WHEN count(*) = count(f.as_of) AND count(DISTINCT f.as_of) = 1 THEN min(f.as_of) END AS as_of
    FROM facts f WHERE f.id = ANY(v.declared_area_inputs)) area ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN count(*) = count(l.as_of) AND count(DISTINCT l.as_of) = 1 THEN min(l.as_of) END AS as_of,
        CASE WHEN count(*) = count(l.source) AND count(DISTINCT l.source) = 1 THEN min(l.source) END AS source
    FROM lots l WHERE s.available_area_ha IS NOT NULL AND l.zone = v.slug) free ON true
LEFT JOIN LATERAL (
    SELECT f.source FROM milestones m JOIN milestone_steps k USING (step) JOIN facts f ON f.id = m.fact_id
    WHERE m.zone = v.slug AND k.status = s.status
    ORDER BY k.rank DESC, m.as_of_end DESC NULLS LAST, m.basis DESC LIMIT 1) step ON true
ORDER BY page.place"""
PROVINCES = """
SELECT u.uid, u.full_name, u.code, u.valid_to IS NOT NULL AS is_former, plain(u.name) AS short,
    EXISTS (SELECT FROM admin_units n WHERE n.level = 'province' AND n.valid_to IS NULL
        AND plain(n.name) = plain(u.name)) AS is_taken,
    units.n
FROM units JOIN admin_units u USING (uid)
ORDER BY is_former, u.name COLLATE "vi-x-icu" """


@dataclass(frozen=True)
class Search:
    """What is looked for. `facets` are the filters by name; `order` is a name of SORTED, nulls are last both ways."""

    facets: Mapping[str, Condition]
    words: str = ""
    near: Near | None = None
    box: Box | None = None
    order: str = "name"
    descending: bool = False
    limit: int = 50
    offset: int = 0
    language: Language = "vi"


async def select_found(reader: Reader, search: Search) -> Row:
    """total, matched, in_view, fids (of filtered zones only), extent (west, south, east, north), counts and loosened by
    name, stated, provinces and the zones of the page. `loosened` is how many there would be without each filter.
    """
    statement, values = statement_of(search)
    rows = await reader.rows(statement, values)
    return dict(rows[0][0])


async def select_slugs(reader: Reader, search: Search) -> list[str]:
    """The ids of all zones that are found, wherever the map is."""
    filters, values = filters_of(search)
    where = " AND ".join(f"({one})" for one in filters.values()) or "true"
    rows = await reader.rows(f"SELECT slug FROM served_zones WHERE {where} ORDER BY slug", values)
    return [row[0] for row in rows]


def filters_of(search: Search) -> tuple[dict[str, str], dict[str, Any]]:
    """Conditions by the name of their filter, and their values."""
    found = {name: one.sql for name, one in search.facets.items()}
    values: dict[str, Any] = {}
    for one in search.facets.values():
        values |= one.values
    if search.words:
        found["q"], more = conditions(COLLECTIONS["zone-points"], Query(words=search.words))
        values |= more
    if search.near and search.near.within_m is not None:
        found["near"] = near_sql("location", search.near)
    if search.near:
        values |= near_values(search.near)
    return found, values


def statement_of(search: Search) -> tuple[str, dict[str, Any]]:
    filters, values = filters_of(search)
    bits = {name: 1 << place for place, name in enumerate(filters)}
    misses = " + ".join(f"CASE WHEN {sql} THEN 0 ELSE {bits[name]} END" for name, sql in filters.items()) or "0"
    in_view = "true"
    if search.box:
        box = search.box
        values |= {"west": box.west, "south": box.south, "east": box.east, "north": box.north}
        in_view = " OR ".join(meets(COLLECTIONS[name], box, is_pinned=False) for name in ("zone-points", "zones"))
    key = SORTED[search.order]
    way = "DESC" if search.descending else "ASC"
    base = BASE.format(
        language=search.language, misses=misses, in_view=f"({in_view})",
        distance=f"ST_Distance(location::geography, {POINT})" if search.near else "NULL::float8",
        cells=", ".join(f"{sql} AS {name}" for name, sql in COUNTED.items()),
        keys=", ".join(str(number) for number in range(1, len(COUNTED) + 1)),
        order=f'{key} {way} NULLS LAST, name COLLATE "vi-x-icu", slug',
    )  # fmt: skip
    values |= {"limit": search.limit, "offset": search.offset, "province_bit": bits.get("province", 0)}
    bearing = f"degrees(ST_Azimuth({POINT}, s.location::geography))" if search.near else "NULL::float8"
    counts = " UNION ALL ".join(
        f"SELECT '{name}:' || {name} AS key, sum(n) AS n FROM cells WHERE misses & ~{bits.get(name, 0)} = 0 GROUP BY 1"
        for name in COUNTED
    )
    without = ", ".join(
        f"'{name}', coalesce(sum(n) FILTER (WHERE misses & ~{bit} = 0), 0)" for name, bit in bits.items()
    )
    fids = "(SELECT json_agg(fid ORDER BY fid) FROM found)" if filters else "NULL::json"
    loosened = f"(SELECT json_build_object({without}) FROM cells)" if bits else "'{}'::json"
    return (
        f"""WITH {base}
SELECT json_build_object(
    'total', (SELECT count(*) FROM base),
    'matched', (SELECT count(*) FROM found),
    'in_view', (SELECT count(*) FROM found WHERE in_view),
    'fids', {fids},
    'extent', (SELECT CASE WHEN e IS NOT NULL THEN json_build_array(ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)) END
        FROM (SELECT ST_Extent(location) AS e FROM found) x),
    'stated', (SELECT json_build_object('area', count(declared_area_ha), 'rate', count(fill_rate_pct),
        'free', count(available_area_ha), 'surveyed', count(*) FILTER (WHERE boundary_quality = 'surveyed')) FROM base),
    'counts', (SELECT json_object_agg(key, n) FROM ({counts}) c),
    'no_province', (SELECT count(*) FROM base WHERE misses & ~%(province_bit)s = 0
        AND province_uid IS NULL AND historic_province_uid IS NULL),
    'loosened', {loosened},
    'provinces', (SELECT json_agg(p) FROM ({PROVINCES}) p),
    'zones', (SELECT json_agg(z) FROM ({CARDS.format(bearing=bearing)}) z))""",
        values,
    )


NAMED = """
SELECT row_to_json(p) FROM unnest(%(names)s::text[]) WITH ORDINALITY n (name, place)
LEFT JOIN LATERAL (
    SELECT u.uid, u.full_name, u.valid_to IS NOT NULL AS is_former, plain(u.name) AS short,
        EXISTS (SELECT FROM admin_units o WHERE o.level = 'province' AND o.valid_to IS NULL
            AND plain(o.name) = plain(u.name)) AS is_taken
    FROM admin_units u WHERE u.level = 'province'
        AND (n.name IN (u.code, u.uid) OR plain(n.name) IN (plain(u.name), plain(u.full_name)))
    ORDER BY u.valid_to IS NOT NULL, u.uid LIMIT 1) p ON true
ORDER BY n.place
"""


async def select_provinces(reader: Reader, names: Sequence[str]) -> list[Row | None]:
    """The province that each name means, as `features.select_province` reads it; None where there is none."""
    return [row[0] for row in await reader.rows(NAMED, {"names": list(names)})]
