"""How much of the register is known, how old it is, and where documents disagree: counted by the database."""

from collections.abc import Sequence
from typing import Any

from api.store.connect import Reader

Row = dict[str, Any]
# What is known of a zone where the expression is true; `outline.*` follow from boundary_quality.
COVERED = {
    "declared_area_ha": "z.declared_area_ha IS NOT NULL",
    "declared_area_stated": "z.declared_area_basis = 'stated'",
    "outline": "z.boundary_quality IS NOT NULL",
    "outline_measured": "z.boundary_quality IN ('surveyed', 'digitised')",
    "outline_surveyed": "z.boundary_quality = 'surveyed'",
    "status": "z.status IS NOT NULL",
    "status_as_of": "z.status_as_of IS NOT NULL",
    "leasable_area_ha": "z.leasable_area_ha IS NOT NULL",
    "leased_area_ha": "z.leased_area_ha IS NOT NULL",
    "available_area_ha": "z.available_area_ha IS NOT NULL",
    "cleared_area_ha": "z.cleared_area_ha IS NOT NULL",
    "has_cleared_land": "z.has_cleared_land IS NOT NULL",
    "fill_rate_pct": "z.fill_rate_pct IS NOT NULL",
    "fill_rate_as_of": "z.fill_rate_as_of IS NOT NULL",
    "has_wastewater_plant": "z.has_wastewater_plant IS NOT NULL",
    "sectors": "z.sectors IS NOT NULL",
    "commune": "z.commune IS NOT NULL",
    "province": "z.province_uid IS NOT NULL",
}
QUALITIES = ("surveyed", "digitised", "indicative")
ZONES_IN = "(%(units)s::text[] IS NULL OR z.province_uid = ANY(%(units)s) OR z.historic_province_uid = ANY(%(units)s))"
SCOPE = f"""
scope AS MATERIALIZED (SELECT z.* FROM served_zones z WHERE {ZONES_IN}),
said AS (
    SELECT f.id, f.class, f.indicator, f.zone, f.unit_uid, f.subject_kind, f.subject, f.source, f.as_of, f.as_of_end,
        f.period FROM facts f
    WHERE %(units)s::text[] IS NULL OR f.zone IN (SELECT slug COLLATE "default" FROM scope)
        OR f.zone IS NULL AND f.unit_uid = ANY(%(within)s))
"""
COVERAGE = (
    "SELECT json_build_object('zones', count(*), 'known', json_build_object("
    + ", ".join(f"'{name}', count(*) FILTER (WHERE {condition})" for name, condition in COVERED.items())
    + "), 'outlines', json_build_object("
    + ", ".join(f"'{one}', count(*) FILTER (WHERE z.boundary_quality = '{one}')" for one in QUALITIES)
    + ", 'none', count(*) FILTER (WHERE z.boundary_quality IS NULL))) FROM scope z"
)
# Dates as texts of their own precision, each with how many values have it; null is undated.
DATES = """
SELECT coalesce(json_agg(json_build_array(name, as_of, n)), '[]') FROM (
    SELECT 'status' AS name, status_as_of AS as_of, count(*) AS n FROM scope WHERE status IS NOT NULL GROUP BY 2
    UNION ALL SELECT 'fill_rate_pct', fill_rate_as_of, count(*) FROM scope WHERE fill_rate_pct IS NOT NULL GROUP BY 2
    UNION ALL SELECT class, as_of, count(*) FROM said WHERE class IN ('observation', 'milestone') GROUP BY 1, 2) d
"""
SOURCES = """
SELECT coalesce(json_agg(s), '[]') FROM (
    SELECT n.source, d.title, d.number, d.kind, d.issued_on, k.label_vi AS kind_vi, k.label_en AS kind_en,
        sum(n.n)::int AS facts, json_object_agg(n.class, n.n) AS by_class
    FROM (SELECT source, class, count(*) AS n FROM said GROUP BY 1, 2) n
    JOIN sources d ON d.id = n.source JOIN source_kinds k ON k.kind = d.kind
    GROUP BY n.source, d.title, d.number, d.kind, d.issued_on, k.label_vi, k.label_en
    ORDER BY facts DESC, n.source LIMIT 200) s
"""
# Numbers of one subject, indicator and time that differ, observations and targets apart. What is undated may be of any
# time, so it contradicts nothing. A group has an entry for each fact.
CONFLICTS = """
SELECT json_build_object('count', (SELECT count(*) FROM apart), 'listed', (SELECT coalesce(json_agg(c), '[]') FROM (
    SELECT g.class, g.indicator, i.label_vi AS indicator_vi, i.label_en AS indicator_en, i.unit, g.zone, z.name_vi,
        z.name_en, g.subject, g.subject_kind, g.unit_uid, u.full_name AS province, g.time, t.documents, t.facts
    FROM (SELECT * FROM apart ORDER BY is_between DESC, spread DESC NULLS LAST, indicator, subject, time
        LIMIT %(most)s) g
    JOIN indicators i ON i.indicator = g.indicator JOIN admin_units u ON u.uid = g.unit_uid
    LEFT JOIN served_zones z ON z.slug = g.zone COLLATE "C"
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT f.source) AS documents,
            json_agg(json_build_object('id', f.id, 'source', f.source, 'title', d.title, 'number', d.number,
                'place', f.place, 'quote', f.quote, 'comparator', coalesce(o.comparator, a.comparator),
                'value', coalesce(o.value, a.value), 'value_max', coalesce(o.value_max, a.value_max),
                'unit', nullif(i.unit, ''), 'value_text', null, 'value_text_vi', null, 'value_text_en', null)
                ORDER BY f.id) AS facts
        FROM facts f JOIN sources d ON d.id = f.source LEFT JOIN observations o ON o.fact_id = f.id
        LEFT JOIN targets a ON a.fact_id = f.id WHERE f.id = ANY(g.ids)) t
    ORDER BY g.is_between DESC, g.spread DESC NULLS LAST, g.indicator, g.subject, g.time) c))
"""
APART = """
apart AS MATERIALIZED (
    SELECT class, indicator, zone, unit_uid, subject_kind, min(subject) AS subject, time, array_agg(id) AS ids,
        min(source) <> max(source) AS is_between, (max(value) - min(value)) / nullif(max(abs(value)), 0) AS spread
    FROM (SELECT s.*, coalesce(s.as_of, s.period) AS time, coalesce(o.comparator, t.comparator) AS comparator,
            coalesce(o.value, t.value) AS value, coalesce(o.value_max, o.value, t.value_max, t.value) AS value_max
        FROM said s LEFT JOIN observations o ON o.fact_id = s.id LEFT JOIN targets t ON t.fact_id = s.id
        WHERE s.class IN ('observation', 'target')) stated
    WHERE value IS NOT NULL AND time IS NOT NULL
    GROUP BY class, indicator, zone, unit_uid, subject_kind, CASE WHEN zone IS NULL THEN subject END, time
    HAVING min(value) <> max(value) OR min(comparator) <> max(comparator) OR min(value_max) <> max(value_max))
"""
# Each area beside the declared one, as gis.assessment.lights.other_areas has them, as far off as is too much.
AREAS = """
others AS (
    SELECT slug, 'measured' AS name, measured_area_ha::numeric AS ha, null AS source FROM scope
        WHERE boundary_quality IN ('surveyed', 'digitised') AND measured_area_ha IS NOT NULL
    UNION ALL SELECT zone, 'lots', sum(area_ha), null FROM lots GROUP BY zone
    UNION ALL SELECT s.zone, 'document', o.value, s.source FROM said s JOIN observations o ON o.fact_id = s.id
        WHERE s.indicator = 'declared_area_ha' AND s.zone IS NOT NULL AND NOT EXISTS (
            SELECT FROM scope z JOIN zone_versions v ON v.slug = z.slug COLLATE "default" AND v.version = z.version
            WHERE z.slug = s.zone COLLATE "C" AND s.id = ANY(v.declared_area_inputs))
    UNION ALL SELECT e.zone, 'page', a.area_ha, e.id FROM evidence e JOIN evidence_areas a ON a.evidence = e.id
        WHERE a.area_ha IS NOT NULL),
differing AS MATERIALIZED (
    SELECT DISTINCT ON (z.slug) z.slug, z.name_vi, z.name_en, z.declared_area_ha, o.name, o.ha, o.source,
        round(100 * abs(o.ha - z.declared_area_ha) / z.declared_area_ha, 6) AS apart_pct
    FROM scope z JOIN others o ON o.slug = z.slug WHERE z.declared_area_ha > 0
    ORDER BY z.slug, apart_pct DESC)
"""
RECONCILED = """
SELECT json_build_object('compared', (SELECT count(*) FROM differing),
    'count', (SELECT count(*) FROM differing WHERE apart_pct > %(apart)s),
    'listed', (SELECT coalesce(json_agg(d), '[]') FROM (
        SELECT * FROM differing WHERE apart_pct > %(apart)s ORDER BY apart_pct DESC, slug LIMIT %(most)s) d))
"""
STATEMENTS = (
    f"WITH {SCOPE} SELECT ({COVERAGE}), ({DATES}), ({SOURCES})",
    f"WITH {SCOPE}, {APART} {CONFLICTS}",
    f"WITH {SCOPE}, {AREAS} {RECONCILED}",
)


async def select_quality(
    reader: Reader, units: Sequence[str] | None, within: Sequence[str], *, apart_pct: float, most: int
) -> Row:
    """What is known of zones (`coverage`), dates with counts, documents with counts of facts, conflicts between them,
    and zones with areas further apart than `apart_pct`; of the last two `most` are listed, the worst first.

    units: provinces of which the zones count, None for all; within: those whose own facts count.
    """
    values: dict[str, object] = {
        "units": None if units is None else list(units), "within": list(within), "most": most, "apart": apart_pct,
    }  # fmt: skip
    ((coverage, dates, sources),) = await reader.rows(STATEMENTS[0], values)
    ((conflicts,),) = await reader.rows(STATEMENTS[1], values)
    ((apart,),) = await reader.rows(STATEMENTS[2], values)
    return {"coverage": coverage, "dates": dates, "sources": sources, "conflicts": conflicts, "areas": apart}
