"""What documents say of one zone, with the document, the place and the words: all of it in one statement, and so in one
state of the register.
"""

from datetime import datetime
from typing import Any

from api.store.connect import Reader

Row = dict[str, Any]

HERE = """
here AS MATERIALIZED (
    SELECT v.* FROM zones z JOIN zone_versions v ON v.slug = z.slug
        AND v.version = coalesce(%(number)s::integer, z.current_version)
    WHERE z.slug = %(slug)s),
said AS MATERIALIZED (
    SELECT f.* FROM fact_features f
    WHERE f.id = ANY(ARRAY(SELECT id FROM facts WHERE zone = %(slug)s
            UNION SELECT unnest(declared_area_inputs) FROM here))
        AND (%(known_at)s::timestamptz IS NULL OR f.recorded_at <= %(known_at)s))
"""
FACT_COLUMNS = """id, class, subject, zone, indicator, indicator_vi, indicator_en, comparator, value, value_max, unit,
    value_text, value_text_vi, value_text_en, as_of, period, is_target, step, step_basis, met, source, place, quote,
    quote_match, note"""
PARTS = {
    "version": """
SELECT row_to_json(v) FROM (
    SELECT slug, name_vi, name_en, kind, aliases, communes, commune_candidate, historic_district,
        ST_X(location) AS lon, ST_Y(location) AS lat, location_accuracy_m, location_basis,
        location_evidence, declared_area_ha, declared_area_basis, declared_area_note, declared_area_inputs,
        boundary_quality, boundary_accuracy_m, boundary_source, boundary_crs, status_detail, doubts,
        sources, version, valid_from, recorded_at, author, reviewer, change_id, receipt, life, life_reason, successor
    FROM here) v
""",
    "figures": """
SELECT row_to_json(f) FROM (
    SELECT f.* FROM here LEFT JOIN zone_figures f ON f.slug = here.slug) f
""",
    "facts": f"""
SELECT coalesce(json_agg(f), '[]') FROM (
    SELECT {FACT_COLUMNS} FROM said ORDER BY class, indicator, valid_to DESC NULLS LAST, id) f
""",
    "milestones": """
SELECT coalesce(json_agg(m), '[]') FROM (
    SELECT m.step, m.as_of, coalesce(m.as_of_end::text, '') AS as_of_end, m.basis, m.fact_id, m.note, s.rank, s.status
    FROM milestones m JOIN milestone_steps s USING (step) JOIN said ON said.id = m.fact_id
    WHERE m.zone = %(slug)s
    ORDER BY s.rank DESC, m.as_of_end DESC NULLS LAST, m.basis DESC, m.fact_id) m
""",
    "phases": """
SELECT coalesce(json_agg(p), '[]') FROM (
    SELECT p.code, p.name_vi, p.name_en, p.in_force, p.is_expansion, p.area_ha, p.fact_id
    FROM phases p JOIN said ON said.id = p.fact_id WHERE p.zone = %(slug)s ORDER BY p.code) p
""",
    "evidence": """
SELECT coalesce(json_agg(e), '[]') FROM (
    SELECT e.id, e.source, e.claim_type, e.quote, a.area_ha, e.note, s.url, s.title, s.published
    FROM evidence e JOIN sources s ON s.id = e.source LEFT JOIN evidence_areas a ON a.evidence = e.id
    WHERE e.zone = %(slug)s ORDER BY e.id) e
""",
    "sources": """
SELECT coalesce(json_agg(s), '[]') FROM (
    SELECT s.id, s.kind, k.label_vi AS kind_vi, k.label_en AS kind_en, s.title, s.number, s.issuer, s.province,
        s.issued_on, s.issued_on_basis, s.latest_date_cited, s.text_quality, s.url, s.published
    FROM sources s JOIN source_kinds k USING (kind)
    WHERE s.id IN ({used}) ORDER BY k.rank DESC, s.issued_on DESC NULLS LAST, s.id) s
""",
}
USED = """SELECT source FROM said UNION SELECT source FROM evidence WHERE zone = %(slug)s
    UNION SELECT unnest(sources) FROM here"""


def statement(parts: dict[str, str], steps: str = HERE, used: str = USED) -> str:
    """One SELECT of one JSON object; no row where there is no such zone. `used`: the ids of the documents listed."""
    members = ", ".join(f"'{name}', ({sql.replace('{used}', used)})" for name, sql in parts.items())
    return f"WITH {steps} SELECT json_build_object({members}) FROM here"


async def select_record(
    reader: Reader, slug: str, number: int | None = None, known_at: datetime | None = None
) -> Row | None:
    """A version of a zone, the current one if unsaid, with the facts about it (and those that its derived values follow
    from), its milestones, the furthest first, phases, evidence and documents; None where there is no such zone.

    known_at: only facts that were recorded by then.
    """
    rows = await reader.rows(statement(PARTS), {"slug": slug, "number": number, "known_at": known_at})
    return rows[0][0] if rows else None


async def select_sources(reader: Reader, ids: list[str]) -> list[Row]:
    listed = PARTS["sources"].replace("{used}", "SELECT unnest(%(ids)s::text[])")
    rows = await reader.rows(f"SELECT ({listed})", {"ids": ids})
    found: list[Row] = rows[0][0]
    return found
