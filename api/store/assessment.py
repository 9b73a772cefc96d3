"""What the assessment of zones rests on: for many zones at once, in one statement, or all of one zone's evidence."""

from collections.abc import Collection, Sequence
from typing import Any

from api.store.collections import SUBJECTS_OF
from api.store.connect import Reader
from api.store.provenance import FACT_COLUMNS

Row = dict[str, Any]
# Facts in the order in which one is shown: latest as-of, then kind of document.
ZONES = """
WITH here AS MATERIALIZED (
    SELECT s.slug COLLATE "default" AS slug, s.name_vi, s.name_en, s.kind, s.status, s.status_as_of, s.province,
        s.historic_province, s.province_uid, s.historic_province_uid, s.declared_area_ha, v.declared_area_inputs,
        s.measured_area_ha, s.boundary_quality, s.fill_rate_pct, s.fill_rate_as_of, s.fill_rate_source,
        s.fill_rate_basis, s.expansion_area_ha, s.cleared_area_ha, s.has_wastewater_plant,
        row_number() OVER (ORDER BY s.name_{language} COLLATE "vi-x-icu", s.slug) AS place
    FROM served_zones s JOIN zone_versions v ON v.slug = s.slug COLLATE "default" AND v.version = s.version
    WHERE {scope}),
said AS (
    SELECT f.zone, json_agg(json_build_array(f.id, f.indicator, f.class, coalesce(o.value, t.value),
            coalesce(m.wording, b.requirement, w.content), b.met, f.as_of, f.source)
        ORDER BY coalesce(f.as_of_end, f.period_end) DESC NULLS LAST, k.rank DESC, s.issued_on DESC NULLS LAST, f.id)
        AS facts
    FROM facts f JOIN sources s ON s.id = f.source JOIN source_kinds k ON k.kind = s.kind
    LEFT JOIN observations o ON o.fact_id = f.id LEFT JOIN targets t ON t.fact_id = f.id
    LEFT JOIN obligations b ON b.fact_id = f.id LEFT JOIN statements w ON w.fact_id = f.id
    LEFT JOIN LATERAL (SELECT wording FROM milestones WHERE fact_id = f.id AND f.class = 'milestone') m ON true
    WHERE f.indicator = ANY(%(indicators)s) AND {of_facts}
        AND (f.indicator <> 'status' OR coalesce(m.wording, b.requirement, w.content) = ANY(%(words)s))
    GROUP BY f.zone),
reached AS (
    SELECT m.zone, json_agg(json_build_array(m.step, k.rank, m.fact_id, m.as_of, f.source, m.basis = 'implied')
        ORDER BY k.rank DESC, m.as_of_end DESC NULLS LAST, m.basis DESC, m.fact_id) AS steps
    FROM milestones m JOIN milestone_steps k USING (step) JOIN facts f ON f.id = m.fact_id
    WHERE {of_steps} GROUP BY m.zone),
planned AS (
    SELECT p.zone, coalesce(array_agg(p.fact_id ORDER BY p.code) FILTER (WHERE p.in_force IS NOT TRUE), '{}') AS open,
        coalesce(array_agg(p.fact_id) FILTER (WHERE p.in_force), '{}') AS done
    FROM phases p WHERE p.is_expansion AND {of_phases} GROUP BY p.zone),
parts AS (
    SELECT l.zone, json_build_array(sum(l.area_ha), coalesce(sum(l.area_ha) FILTER (WHERE l.status = 'leased'), 0),
        CASE WHEN count(*) = count(l.as_of) AND min(l.as_of) = max(l.as_of) THEN min(l.as_of) END,
        CASE WHEN count(*) = count(l.source) AND min(l.source) = max(l.source) THEN min(l.source) END) AS lots
    FROM lots l WHERE {of_lots} GROUP BY l.zone),
pages AS (
    SELECT e.zone, json_agg(json_build_array(e.id, a.area_ha) ORDER BY e.id) AS pages
    FROM evidence e JOIN evidence_areas a ON a.evidence = e.id WHERE a.area_ha IS NOT NULL AND {of_pages}
    GROUP BY e.zone),
held AS (
    SELECT j.zone, count(*) AS projects FROM public_projects j
    WHERE j.state IS NULL OR j.state NOT IN ('recovered', 'ended') GROUP BY j.zone)
SELECT h.*, said.facts, reached.steps, planned.open, planned.done, parts.lots, pages.pages, coalesce(held.projects, 0)
FROM here h LEFT JOIN said ON said.zone = h.slug LEFT JOIN reached ON reached.zone = h.slug
LEFT JOIN planned ON planned.zone = h.slug LEFT JOIN parts ON parts.zone = h.slug
LEFT JOIN pages ON pages.zone = h.slug LEFT JOIN held ON held.zone = h.slug
"""
COLUMNS = (
    "slug", "name_vi", "name_en", "kind", "status", "status_as_of", "province", "historic_province", "province_uid",
    "historic_province_uid", "declared_area_ha", "declared_area_inputs", "measured_area_ha", "boundary_quality",
    "fill_rate_pct", "fill_rate_as_of", "fill_rate_source", "fill_rate_basis", "expansion_area_ha", "cleared_area_ha",
    "has_wastewater_plant", "place", "facts", "steps", "expansions", "expanded", "lots", "pages", "projects",
)  # fmt: skip
OF = {"of_facts": "f", "of_steps": "m", "of_phases": "p", "of_lots": "l", "of_pages": "e"}
IN_UNITS = "(s.province_uid = ANY(%(units)s) OR s.historic_province_uid = ANY(%(units)s))"

FACTS = f"""
SELECT coalesce(json_agg(f), '[]') FROM (
    SELECT {FACT_COLUMNS}, subject_kind, historic_province, applies_to FROM fact_features WHERE id = ANY(%(ids)s)
    ORDER BY indicator, valid_to DESC NULLS LAST, id) f
"""
# What is said or demanded of all zones of a kind in a province, former or of today.
DEMANDS = """
SELECT unit_uid, subject_kind, indicator, id FROM facts
WHERE zone IS NULL AND indicator = ANY(%(indicators)s) AND unit_uid = ANY(%(units)s)
    AND subject_kind = ANY(%(subjects)s)
ORDER BY indicator, id
"""
SLOW = """
SELECT p.zone, p.id, p.state, p.land_ha, p.is_public, p.name, p.investor, p.operation_planned_for,
    p.operation_started_on, p.source, s.title, s.url, p.place
FROM public_projects p LEFT JOIN sources s ON s.id = p.source
WHERE (p.state IS NULL OR p.state NOT IN ('recovered', 'ended', 'operating'))
    AND (%(slugs)s::text[] IS NULL OR p.zone = ANY(%(slugs)s))
ORDER BY p.zone, p.id
"""
PROJECT_COLUMNS = (
    "zone", "id", "state", "land_ha", "is_public", "name", "investor", "operation_planned_for", "operation_started_on",
    "source", "source_title", "source_url", "place",
)  # fmt: skip


async def select_zones(
    reader: Reader,
    indicators: Collection[str],
    words: Collection[str],
    *,
    units: Sequence[str] | None = None,
    slugs: Sequence[str] | None = None,
    language: str = "vi",
) -> list[Row]:
    """Zones by their name in a language, each with its facts of `indicators` (of `status` those with these `words`),
    its steps and expansions, sums of lots, areas of public pages, and how many of its projects hold land. Of `slugs`,
    of provinces (`units`, uids of today or former), or all.
    """
    scope, values = "true", {"indicators": sorted(indicators), "words": sorted(words)}
    parts = {name: f"{alias}.zone IS NOT NULL" for name, alias in OF.items()}
    if slugs is not None:
        scope, values = "s.slug = ANY(%(slugs)s)", values | {"slugs": list(slugs)}
        parts = {name: f"{alias}.zone = ANY(%(slugs)s)" for name, alias in OF.items()}
    elif units is not None:
        scope, values = IN_UNITS, values | {"units": list(units)}
        inside = "(SELECT slug FROM here)"
        parts = {name: f"{alias}.zone IN {inside}" for name, alias in OF.items()}
    statement = ZONES.replace("{language}", language).replace("{scope}", scope)
    for name, condition in parts.items():
        statement = statement.replace(f"{{{name}}}", condition)
    rows = await reader.rows(statement, dict(values))
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    return sorted(found, key=lambda one: int(one["place"]))


async def select_facts(reader: Reader, ids: Collection[str]) -> dict[str, Row]:
    """Facts by their ids, with words, place and document."""
    rows = await reader.rows(FACTS, {"ids": sorted(ids)})
    return {one["id"]: one for one in rows[0][0]}


async def select_demands(
    reader: Reader, indicators: Collection[str], units: Collection[str], kinds: Collection[str]
) -> list[tuple[str, str, str, str]]:
    """What is said of all zones of a kind in provinces: unit, kind of subject, indicator, id of the fact."""
    subjects = sorted({subject for kind in kinds for subject in SUBJECTS_OF[kind]})
    values: dict[str, object] = {"indicators": sorted(indicators), "units": sorted(units), "subjects": subjects}
    return [(row[0], row[1], row[2], row[3]) for row in await reader.rows(DEMANDS, values)]


async def select_unfinished(reader: Reader, slugs: Sequence[str] | None) -> list[Row]:
    """Projects that hold land and are not in operation, as everybody may know them: by name and date only the public
    ones. Of some zones, or of all."""
    rows = await reader.rows(SLOW, {"slugs": None if slugs is None else list(slugs)})
    return [dict(zip(PROJECT_COLUMNS, row, strict=True)) for row in rows]


async def select_units_within(reader: Reader, uid: str) -> list[str]:
    """A province and, of one of today, the former ones that went into it."""
    rows = await reader.rows(
        "SELECT %(uid)s UNION SELECT a.historic_uid FROM admin_succession a "
        "JOIN admin_units u ON u.uid = a.historic_uid WHERE a.current_uid = %(uid)s AND u.level = 'province'",
        {"uid": uid},
    )
    return [row[0] for row in rows]


async def select_provinces(reader: Reader) -> list[tuple[str, str]]:
    """uid and full name of the provinces, of today and former, in which there are zones; those of today first."""
    rows = await reader.rows(
        "SELECT uid, full_name FROM admin_units WHERE uid IN (SELECT province_uid FROM served_zones "
        "UNION SELECT historic_province_uid FROM served_zones) "
        'ORDER BY valid_to IS NOT NULL, name COLLATE "vi-x-icu", uid'
    )
    return [(row[0], row[1]) for row in rows]


def applies_to(kind: str, subject: str) -> bool:
    """Whether what is said of all such zones of a province is said of a zone of this kind."""
    return subject in SUBJECTS_OF[kind]
