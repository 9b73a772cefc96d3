"""What documents say of one zone, with the document, the place and the words."""

from typing import Any

from api.store.connect import Reader

Row = dict[str, Any]

VERSION = """
SELECT row_to_json(v) FROM (
    SELECT v.slug, v.name_vi, v.name_en, v.kind, v.aliases, v.communes, v.commune_candidate, v.historic_district,
        ST_X(v.location) AS lon, ST_Y(v.location) AS lat, v.location_accuracy_m, v.location_basis,
        v.location_evidence, v.declared_area_ha, v.declared_area_basis, v.declared_area_note, v.declared_area_inputs,
        v.boundary_quality, v.boundary_accuracy_m, v.boundary_source, v.boundary_crs, v.status_detail, v.doubts,
        v.sources, v.version, v.valid_from, v.recorded_at, v.author, v.reviewer, v.change_id, v.receipt, v.life,
        v.life_reason, v.successor
    FROM zones z JOIN zone_versions v ON v.slug = z.slug
        AND v.version = coalesce(%(number)s::integer, z.current_version)
    WHERE z.slug = %(slug)s) v
"""
FIGURES = """
SELECT row_to_json(f) FROM (
    SELECT f.* FROM zones z LEFT JOIN zone_figures f ON f.slug = z.slug WHERE z.slug = %(slug)s) f
"""
FACTS = """
SELECT row_to_json(f) FROM (
    SELECT id, class, subject, indicator, indicator_vi, indicator_en, comparator, value, value_max, unit, value_text,
        value_text_vi, value_text_en, as_of, period, is_target, step, step_basis, met, source, place, quote,
        quote_match, note
    FROM fact_features WHERE zone = %(slug)s
        OR id = ANY(SELECT unnest(v.declared_area_inputs) FROM zones z
            JOIN zone_versions v ON v.slug = z.slug AND v.version = z.current_version WHERE z.slug = %(slug)s)
    ORDER BY class, indicator, valid_to DESC NULLS LAST, id) f
"""
SOURCES = """
SELECT row_to_json(s) FROM (
    SELECT s.id, s.kind, k.label_vi AS kind_vi, k.label_en AS kind_en, s.title, s.number, s.issuer, s.province,
        s.issued_on, s.issued_on_basis, s.latest_date_cited, s.text_quality, s.url, s.published
    FROM sources s JOIN source_kinds k USING (kind)
    WHERE s.id = ANY(%(ids)s) ORDER BY k.rank DESC, s.issued_on DESC NULLS LAST, s.id) s
"""
EVIDENCE = """
SELECT row_to_json(e) FROM (
    SELECT e.id, e.source, e.claim_type, e.quote, e.note, s.url, s.title, s.published
    FROM evidence e JOIN sources s ON s.id = e.source WHERE e.zone = %(slug)s ORDER BY e.id) e
"""
STEPS = """
SELECT row_to_json(m) FROM (
    SELECT m.step, m.as_of, coalesce(m.as_of_end::text, '') AS as_of_end, m.basis, m.fact_id, m.note, s.rank
    FROM milestones m JOIN milestone_steps s USING (step) WHERE m.zone = %(slug)s
    ORDER BY s.rank DESC, m.as_of_end DESC NULLS LAST, m.basis DESC, m.fact_id) m
"""
PHASES = """
SELECT row_to_json(p) FROM (
    SELECT code, name_vi, name_en, in_force, is_expansion, area_ha, fact_id FROM phases WHERE zone = %(slug)s
    ORDER BY code) p
"""


async def select_version(reader: Reader, slug: str, number: int | None = None) -> Row | None:
    """A version of a zone, the current one if unsaid."""
    rows = await reader.rows(VERSION, {"slug": slug, "number": number})
    return rows[0][0] if rows else None


async def select_figures(reader: Reader, slug: str) -> Row:
    rows = await reader.rows(FIGURES, {"slug": slug})
    return dict(rows[0][0])


async def select_facts(reader: Reader, slug: str) -> list[Row]:
    """Facts about the zone, and those that its derived values follow from."""
    return [row[0] for row in await reader.rows(FACTS, {"slug": slug})]


async def select_sources(reader: Reader, ids: list[str]) -> list[Row]:
    return [row[0] for row in await reader.rows(SOURCES, {"ids": ids})]


async def select_evidence(reader: Reader, slug: str) -> list[Row]:
    """Quotes of public pages about the zone: evidence for its place, or values that disagree."""
    return [row[0] for row in await reader.rows(EVIDENCE, {"slug": slug})]


async def select_steps(reader: Reader, slug: str) -> list[Row]:
    """The zone's milestones, the furthest first."""
    return [row[0] for row in await reader.rows(STEPS, {"slug": slug})]


async def select_phases(reader: Reader, slug: str) -> list[Row]:
    return [row[0] for row in await reader.rows(PHASES, {"slug": slug})]
