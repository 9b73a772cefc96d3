"""Zones and their versions: a zone's row only says which of its immutable versions is current."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from api.store.connect import Reader, Session
from api.store.records import Merged, Row, existing, same, storable
from api.store.tables import zone_figures, zone_versions, zones

LOADER = "data files"


def merge_versions(session: Session, rows: Sequence[Row]) -> Merged:
    """Give each zone a first version, or a next one where the data files changed since the last they gave.

    A zone whose current version somebody else wrote keeps it: the files never win over the desk.
    """
    merged = Merged()
    current = {
        row.slug: row for row in session.execute(
            select(zones.c.slug, zones.c.current_version, zone_versions.c.author).join(
                zone_versions,
                (zone_versions.c.slug == zones.c.slug) & (zone_versions.c.version == zones.c.current_version),
            )
        )
    }  # fmt: skip
    for row in rows:
        slug, known = row["slug"], current.get(row["slug"])
        version = known.current_version if known else 0
        numbered = {**storable(row), "version": version, "author": LOADER}
        if known and known.author != LOADER:
            merged.unchanged += 1
            continue
        if known:
            old = existing(session, zone_versions, ("slug", "version"), [numbered])[slug, version]
            if all(same(old[name], numbered[name]) for name in numbered):
                merged.unchanged += 1
                continue
            merged.updated += 1
            session.execute(update(zones).where(zones.c.slug == slug).values(current_version=version + 1))
        else:
            merged.stored += 1
            session.execute(insert(zones).values(slug=slug, current_version=1))
        session.execute(insert(zone_versions).values({**numbered, "version": version + 1}))
    return merged


FIGURE_INPUTS = """
SELECT z.slug, v.name_vi, v.name_en, v.kind, v.province_uid, v.historic_province_uid,
    (SELECT json_agg(json_build_object('land_use', land_use, 'status', status, 'area_ha', area_ha::text,
        'as_of', as_of, 'source', source) ORDER BY land_use, status, as_of, source)
        FROM (SELECT land_use, status, as_of, source, sum(area_ha) AS area_ha FROM registry.lots
            WHERE zone = z.slug GROUP BY land_use, status, as_of, source) together) AS lots,
    (SELECT json_agg(json_build_object('indicator', f.indicator, 'value', o.value::text, 'as_of', f.as_of,
        'source', f.source, 'comparator', o.comparator, 'fact_id', f.id)
        ORDER BY f.as_of_end DESC NULLS LAST, k.rank DESC, s.issued_on DESC NULLS LAST, f.id)
        FROM registry.facts f JOIN registry.observations o ON o.fact_id = f.id
        JOIN registry.sources s ON s.id = f.source JOIN registry.source_kinds k USING (kind)
        WHERE f.zone = z.slug AND f.indicator = ANY(%(indicators)s)
            AND (%(until)s::date IS NULL OR f.as_of_end <= %(until)s)) AS observations,
    (SELECT CASE WHEN bool_and(p.area_ha IS NOT NULL) THEN sum(p.area_ha) END FROM registry.phases p
        WHERE p.zone = z.slug AND p.is_expansion AND p.in_force IS NOT TRUE) AS expansion_area_ha,
    m.status, m.as_of AS status_as_of, m.basis AS status_basis,
    (SELECT json_agg(json_build_object('met', b.met, 'word', t.content)
        ORDER BY coalesce(f.as_of_end, f.period_end) DESC NULLS LAST, k.rank DESC, s.issued_on DESC NULLS LAST, f.id)
        FROM registry.facts f JOIN registry.sources s ON s.id = f.source JOIN registry.source_kinds k USING (kind)
        LEFT JOIN registry.obligations b ON b.fact_id = f.id LEFT JOIN registry.statements t ON t.fact_id = f.id
        WHERE f.zone = z.slug AND f.indicator IN ('commitment_wastewater_plant', 'wastewater_plant_status')
            AND (%(until)s::date IS NULL OR f.as_of_end <= %(until)s)) AS wastewater,
    EXISTS (SELECT FROM registry.milestones c WHERE c.zone = z.slug AND c.step = 'site_clearance_done'
        AND c.basis = 'stated') AS says_cleared,
    greatest(v.recorded_at, (SELECT max(f.recorded_at) FROM registry.facts f WHERE f.zone = z.slug),
        (SELECT max(l.recorded_at) FROM registry.lots l WHERE l.zone = z.slug)) AS updated_at
FROM registry.zones z
JOIN registry.zone_versions v ON v.slug = z.slug AND v.version = z.current_version
LEFT JOIN LATERAL (
    SELECT st.status, m.as_of, m.basis FROM registry.milestones m JOIN registry.milestone_steps st USING (step)
    WHERE m.zone = z.slug
    ORDER BY st.rank DESC, m.as_of_end DESC NULLS LAST, m.basis DESC LIMIT 1) m ON true
WHERE %(slugs)s::text[] IS NULL OR z.slug = ANY(%(slugs)s)
ORDER BY {order}
"""
ORDERS = {"slug": "z.slug", **{
    language: f'v.name_{language} COLLATE "vi-x-icu", z.slug' for language in ("vi", "en")
}}  # fmt: skip
INPUT_COLUMNS = (
    "slug", "name_vi", "name_en", "kind", "province_uid", "historic_province_uid", "lots", "observations",
    "expansion_area_ha", "status", "status_as_of", "status_basis", "wastewater", "says_cleared",
    "updated_at",
)  # fmt: skip


def figure_inputs(session: Session, indicators: Sequence[str], slugs: Sequence[str] | None = None) -> list[Row]:
    """What zones' figures follow from, of all zones where `slugs` is None; of `indicators` all observations, the one
    to be shown first. Lots that differ in nothing but their areas are added up."""
    values = {"indicators": list(indicators), "until": None, "slugs": None if slugs is None else list(slugs)}
    result = session.exec_driver_sql(FIGURE_INPUTS.replace("{order}", ORDERS["slug"]), values)
    return [dict(row) for row in result.mappings()]


async def read_figure_inputs(
    reader: Reader, indicators: Sequence[str], until: date | None, *, order: str = "slug"
) -> list[Row]:
    """The same for a request; with `until` only of observations that describe a time up to that day. By `slug`, or by
    the name in a language."""
    rows = await reader.rows(
        FIGURE_INPUTS.replace("{order}", ORDERS[order]), {"indicators": list(indicators), "until": until, "slugs": None}
    )
    return [dict(zip(INPUT_COLUMNS, row, strict=True)) for row in rows]


def save_figures(session: Session, rows: Sequence[Row]) -> None:
    """Replace the derived figures of zones; every row has all columns."""
    if not rows:
        return
    statement = insert(zone_figures)
    fresh = {name: statement.excluded[name] for name in rows[0] if name != "slug"}
    session.execute(statement.on_conflict_do_update(index_elements=["slug"], set_=fresh), rows)
