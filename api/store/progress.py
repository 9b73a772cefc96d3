"""What documents demand and what is known about it: targets, observations of units and zones, steps."""

from collections.abc import Collection
from datetime import date
from typing import Any

from api.store.connect import Reader

Row = dict[str, Any]

# In one statement, and so in one state of the register. Numbers travel as texts: they stay exact.
ALL = """
WITH units AS MATERIALIZED (
    SELECT uid FROM admin_units WHERE %(units)s::text[] IS NULL OR uid = ANY(%(units)s)
    UNION SELECT historic_uid FROM admin_succession WHERE current_uid = ANY(%(units)s)
), demanded AS MATERIALIZED (
    SELECT f.*, t.comparator, t.value, t.value_max, t.milestone, t.applies_to
    FROM facts f JOIN targets t ON t.fact_id = f.id WHERE f.unit_uid IN (SELECT uid FROM units)
), concerned AS MATERIALIZED (
    SELECT DISTINCT unit_uid AS uid FROM demanded
), listed AS MATERIALIZED (
    SELECT z.slug, v.kind, v.name_vi, v.name_en, v.life, v.province_uid, v.historic_province_uid
    FROM zones z JOIN zone_versions v ON v.slug = z.slug AND v.version = z.current_version
    WHERE v.life <> 'deleted' AND (v.province_uid IN (SELECT uid FROM concerned)
        OR v.historic_province_uid IN (SELECT uid FROM concerned) OR z.slug IN (SELECT zone FROM demanded))
), ranked AS MATERIALIZED (  -- documents in the order in which they count: higher kind, then later day
    SELECT s.id, row_number() OVER (ORDER BY k.rank DESC, s.issued_on DESC NULLS LAST, s.id) AS place
    FROM sources s JOIN source_kinds k ON k.kind = s.kind
)
SELECT json_build_object(
    'targets', (SELECT coalesce(json_agg(t), '[]') FROM (
        SELECT d.id, d.unit_uid, u.full_name AS province, u.code AS province_code, d.subject, d.subject_kind, d.zone,
            z.name_vi AS zone_name_vi, z.name_en AS zone_name_en, d.indicator, i.label_vi AS indicator_vi,
            i.label_en AS indicator_en, i.unit, d.comparator, d.value::text AS value, d.value_max::text AS value_max,
            d.milestone, w.label_vi AS milestone_vi, w.label_en AS milestone_en, d.applies_to, d.period,
            d.source, s.title AS source_title, s.number AS source_number, s.issued_on, s.latest_date_cited, k.rank,
            s.kind AS source_kind,
            d.place, d.quote, d.note
        FROM demanded d JOIN admin_units u ON u.uid = d.unit_uid JOIN indicators i USING (indicator)
        JOIN sources s ON s.id = d.source JOIN source_kinds k ON k.kind = s.kind
        LEFT JOIN listed z ON z.slug = d.zone
        LEFT JOIN indicator_values w ON w.indicator = d.indicator AND w.value = d.milestone
        ORDER BY u.name COLLATE "vi-x-icu", d.unit_uid, d.period_end NULLS LAST, d.zone IS NOT NULL,
            i.label_vi COLLATE "vi-x-icu", d.subject COLLATE "vi-x-icu", k.rank DESC, d.id) t),
    'zones', (SELECT coalesce(json_agg(l ORDER BY l.name_vi COLLATE "vi-x-icu", l.slug), '[]') FROM listed l),
    'observations', (
        SELECT coalesce(json_agg(json_build_array(f.id, f.indicator, coalesce(f.zone, f.unit_uid), f.subject_kind,
            o.comparator, o.value::text, o.value_max::text, f.as_of, f.source) ORDER BY r.place, f.id), '[]')
        FROM facts f JOIN observations o ON o.fact_id = f.id JOIN ranked r ON r.id = f.source
        WHERE (f.zone IN (SELECT slug FROM listed) AND f.indicator = ANY(%(of_zones)s)
                OR f.zone IS NULL AND f.unit_uid IN (SELECT uid FROM concerned) AND f.indicator = ANY(%(of_units)s))
            AND (%(until)s::date IS NULL OR f.as_of_end <= %(until)s)),
    'areas', (
        SELECT coalesce(json_agg(json_build_array(a.zone, a.as_of, a.source, a.stated) ORDER BY a.place), '[]')
        FROM (SELECT f.zone, f.as_of, f.source, min(r.place) AS place,
                json_object_agg(f.indicator, o.value::text ORDER BY f.id DESC) AS stated
            FROM facts f JOIN observations o ON o.fact_id = f.id JOIN ranked r ON r.id = f.source
            WHERE f.zone IN (SELECT slug FROM listed) AND f.indicator = ANY(%(areas)s)
                AND o.comparator IN ('eq', 'approx') AND (%(until)s::date IS NULL OR f.as_of_end <= %(until)s)
            GROUP BY f.zone, f.as_of, f.source) a),
    'steps', (
        SELECT coalesce(json_agg(json_build_array(m.zone, m.step, st.rank, m.as_of, m.basis, m.fact_id, f.source)
            ORDER BY r.place, f.id), '[]')
        FROM milestones m JOIN milestone_steps st USING (step) JOIN facts f ON f.id = m.fact_id
        JOIN ranked r ON r.id = f.source
        WHERE m.zone IN (SELECT slug FROM listed) AND (%(until)s::date IS NULL OR m.as_of_end <= %(until)s)),
    'lots', (
        SELECT coalesce(json_agg(json_build_array(zone, land_use, status, as_of, source, area_ha)
            ORDER BY zone, land_use, status, as_of, source), '[]')
        FROM (SELECT zone, land_use, status, as_of, source, sum(area_ha)::text AS area_ha FROM lots
            WHERE zone IN (SELECT slug FROM listed) GROUP BY zone, land_use, status, as_of, source) p),
    'phases', (SELECT coalesce(json_agg(p), '[]') FROM (
        SELECT zone, in_force, area_ha::text AS area_ha FROM phases
        WHERE is_expansion AND zone IN (SELECT slug FROM listed)) p),
    'ranks', (SELECT json_object_agg(step, rank) FROM milestone_steps),
    'step_labels', (SELECT json_object_agg(step, json_build_object('vi', label_vi, 'en', label_en))
        FROM milestone_steps),
    'labels', (SELECT json_object_agg(indicator, json_build_object('vi', label_vi, 'en', label_en, 'unit', unit))
        FROM indicators))
"""

COLUMNS = {
    "observations": ("id", "indicator", "subject", "subject_kind", "comparator", "value", "value_max", "as_of",
                     "source"),
    "areas": ("zone", "as_of", "source", "stated"),
    "steps": ("zone", "step", "rank", "as_of", "basis", "fact_id", "source"),
    "lots": ("zone", "land_use", "status", "as_of", "source", "area_ha"),
}  # fmt: skip
"""Of the long lists: rows travel without names."""


async def select_progress(
    reader: Reader, *, units: Collection[str] | None, until: date | None, of_zones: Collection[str],
    of_units: Collection[str], areas: Collection[str],
) -> Row:  # fmt: skip
    """Targets of the units (uids; a unit of today stands for the former ones it took in; None: all), and what is told
    of those units by the indicators `of_units` and of their zones by `of_zones`, the higher document first. `areas`:
    indicators of zones that are told together, those of one document and time; exact ones alone.

    until: only observations, steps and lots that describe a time up to that day.
    """
    rows = await reader.rows(ALL, {
        "units": None if units is None else list(units), "until": until, "of_zones": list(of_zones),
        "of_units": list(of_units), "areas": list(areas),
    })  # fmt: skip
    found: Row = rows[0][0]
    for name, columns in COLUMNS.items():
        found[name] = [dict(zip(columns, one, strict=True)) for one in found[name]]
    return found


CHOICES = """
WITH demanded AS MATERIALIZED (
    SELECT DISTINCT f.unit_uid, f.indicator, extract(year FROM f.period_end)::integer AS year
    FROM facts f JOIN targets t ON t.fact_id = f.id
)
SELECT json_build_object(
    'units', (SELECT coalesce(json_agg(u), '[]') FROM (
        SELECT u.uid, u.full_name, u.name, u.valid_to IS NOT NULL AS is_former FROM admin_units u
        WHERE u.uid IN (SELECT unit_uid FROM demanded UNION SELECT s.current_uid FROM admin_succession s
            JOIN demanded d ON d.unit_uid = s.historic_uid)
        ORDER BY u.valid_to IS NOT NULL, u.name COLLATE "vi-x-icu", u.uid) u),
    'indicators', (SELECT coalesce(json_agg(i), '[]') FROM (
        SELECT indicator, label_vi, label_en FROM indicators WHERE indicator IN (SELECT indicator FROM demanded)
        ORDER BY label_vi COLLATE "vi-x-icu", indicator) i),
    'years', (SELECT coalesce(json_agg(DISTINCT year ORDER BY year), '[]') FROM demanded WHERE year IS NOT NULL))
"""


async def select_choices(reader: Reader) -> Row:
    """What targets can be chosen by: provinces that have any or took in one that has, indicators, years."""
    found: Row = (await reader.rows(CHOICES))[0][0]
    return found
