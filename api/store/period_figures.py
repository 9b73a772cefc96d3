"""Figures of a period: the zones of a province with what is known and proposed of them, and sheets kept for a day."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, text

from api.people import Person
from api.store.connect import Session
from api.store.tables import figure_previews

Row = dict[str, Any]
KEPT = timedelta(days=1)  # a preview

UNIT = """
SELECT uid, full_name, valid_to IS NULL AS is_current, ARRAY(
    SELECT n.uid FROM registry.admin_units n WHERE n.level = 'province' AND n.valid_to IS NULL
        AND (n.uid = u.uid OR n.uid IN (SELECT current_uid FROM registry.admin_succession WHERE historic_uid = u.uid))
    ORDER BY n.uid) AS provinces
FROM registry.admin_units u
WHERE level = 'province' AND (:value IN (code, uid)
    OR registry.plain(:value) IN (registry.plain(name), registry.plain(full_name)))
ORDER BY valid_to IS NOT NULL, uid LIMIT 1
"""
# The newest version, which may wait for its day, is what a change is made from.
ZONES = """
SELECT z.slug, v.version, v.name_vi, v.name_en, v.kind, v.life, v.province_uid, u.full_name AS province,
    CASE WHEN v.valid_from > registry.legal_day() THEN v.valid_from END AS waits_for
FROM registry.zones z
JOIN LATERAL (SELECT slug, version, name_vi, name_en, kind, life, province_uid, historic_province_uid, valid_from
    FROM registry.zone_versions WHERE slug = z.slug ORDER BY version DESC LIMIT 1) v ON true
LEFT JOIN registry.admin_units u ON u.uid = v.province_uid
"""
OF_UNIT = """
WHERE v.life = 'listed' AND (v.province_uid = :uid OR v.historic_province_uid = :uid
    OR v.historic_province_uid IS NULL AND v.province_uid = ANY(:provinces))
ORDER BY v.kind DESC, v.name_vi COLLATE "vi-x-icu", z.slug
"""
# In the order in which one of them is shown: see store/zones.py.
OBSERVATIONS = """
SELECT f.zone, f.indicator, o.comparator, o.value, o.value_max, f.as_of, f.as_of_start, f.as_of_end, f.source, f.id
FROM registry.facts f JOIN registry.observations o ON o.fact_id = f.id
JOIN registry.sources s ON s.id = f.source JOIN registry.source_kinds k USING (kind)
WHERE f.zone = ANY(:zones) AND f.indicator = ANY(:indicators)
ORDER BY f.as_of_end DESC NULLS LAST, k.rank DESC, s.issued_on DESC NULLS LAST, f.id
"""
MILESTONES = """
SELECT m.zone, m.step, st.rank, m.as_of, m.as_of_start, m.as_of_end, f.source
FROM registry.milestones m JOIN registry.milestone_steps st USING (step) JOIN registry.facts f ON f.id = m.fact_id
WHERE m.zone = ANY(:zones) ORDER BY st.rank DESC, m.as_of_end DESC NULLS LAST, m.fact_id
"""
CHANGES = """
SELECT id, zone, state, observations, milestones FROM registry.changes
WHERE zone = ANY(:zones) AND author = :account AND state IN ('draft', 'submitted') ORDER BY id
"""


def select_unit(session: Session, value: str) -> Row | None:
    """A province named by code, name or slug, today's before a former one; `provinces` are those of today it is in."""
    row = session.execute(text(UNIT), {"value": value}).mappings().one_or_none()
    return dict(row) if row else None


def list_zones(session: Session, unit: Row) -> list[Row]:
    """The listed zones of a province, parks first, by name; those of former provinces that it took in, too."""
    values = {"uid": unit["uid"], "provinces": [] if unit["is_current"] else unit["provinces"]}
    return [dict(row) for row in session.execute(text(ZONES + OF_UNIT), values).mappings()]


def select_zones(session: Session, slugs: Sequence[str]) -> dict[str, Row]:
    """Zones by their ids, whatever became of them."""
    rows = session.execute(text(f"{ZONES} WHERE z.slug = ANY(:slugs)"), {"slugs": list(slugs)}).mappings()
    return {row["slug"]: dict(row) for row in rows}


def list_observations(session: Session, zones: Sequence[str], indicators: Sequence[str]) -> list[Row]:
    values = {"zones": list(zones), "indicators": list(indicators)}
    return [dict(row) for row in session.execute(text(OBSERVATIONS), values).mappings()]


def list_milestones(session: Session, zones: Sequence[str]) -> list[Row]:
    """Steps that zones have reached, the furthest first."""
    return [dict(row) for row in session.execute(text(MILESTONES), {"zones": list(zones)}).mappings()]


def list_open_changes(session: Session, account: int, zones: Sequence[str]) -> list[Row]:
    """Somebody's drafts and changes that wait for review, with the facts that they propose."""
    values = {"account": account, "zones": list(zones)}
    return [dict(row) for row in session.execute(text(CHANGES), values).mappings()]


def list_steps(session: Session) -> list[Row]:
    """Steps of a zone's life, the first one first."""
    rows = session.execute(text("SELECT step, rank, label_vi, label_en FROM registry.milestone_steps ORDER BY rank"))
    return [dict(row) for row in rows.mappings()]


def select_issue_days(session: Session, ids: Sequence[str]) -> dict[str, Any]:
    """When each of these documents was issued, None where that is not known; those that are not here are left out."""
    rows = session.execute(text("SELECT id, issued_on FROM registry.sources WHERE id = ANY(:ids)"), {"ids": list(ids)})
    return {row[0]: row[1] for row in rows}


def lock_entry(session: Session, account: int) -> None:
    """Let one sheet of somebody at a time become changes: two at once do not both add what is new to them."""
    session.execute(text("SELECT pg_advisory_xact_lock(7206965, CAST(:account AS integer))"), {"account": account})


def keep_preview(session: Session, person: Person, province: str, period: str, name: str, content: bytes) -> int:
    """Keep a sheet for a day; older ones, and all but the last four of this person, go."""
    session.execute(
        text("DELETE FROM registry.figure_previews WHERE made_at < now() - CAST(:kept AS interval) OR number IN "
             "(SELECT number FROM registry.figure_previews WHERE account = :account ORDER BY number DESC OFFSET 4)"),
        {"kept": KEPT, "account": person.account},
    )  # fmt: skip
    values = {"account": person.account, "province": province, "period": period, "name": name, "content": content}
    return int(session.execute(insert(figure_previews).values(values).returning(figure_previews.c.number)).scalar_one())


def select_preview(session: Session, person: Person, number: int) -> Row | None:
    """A sheet that this person keeps: `province`, `period`, `name`, `content`."""
    row = session.execute(
        text("SELECT province, period, name, content FROM registry.figure_previews WHERE number = :number "
             "AND account = :account AND made_at >= now() - CAST(:kept AS interval)"),
        {"number": number, "account": person.account, "kept": KEPT},
    ).mappings().one_or_none()  # fmt: skip
    return {**row, "content": bytes(row["content"])} if row else None


def drop_preview(session: Session, number: int) -> bool:
    """Forget a sheet; False where it was taken in already."""
    statement = delete(figure_previews).where(figure_previews.c.number == number)
    return session.execute(statement.returning(figure_previews.c.number)).scalar_one_or_none() is not None
