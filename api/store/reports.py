"""What a periodic report is read from, as it stood at a revision of the register; and the reports that were issued.

Every statement names the revision, so that the parts of one report agree whatever is published meanwhile, and so that
the same can be read again later: zones, facts and lots keep the states that were superseded.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from api.store.collections import COLLECTIONS
from api.store.connect import Reader, Session
from api.store.queries import in_force, states

Row = dict[str, Any]
AT = "%(revision)s::bigint"
LEGAL_DAY = "(({moment}) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
FACTS = states(COLLECTIONS["facts"], AT)
LOTS = states(COLLECTIONS["lots"], AT)

PROVINCE = """
SELECT row_to_json(p) FROM (
    SELECT u.uid, u.code, u.name, u.full_name, u.name_en, u.valid_to IS NOT NULL AS is_former,
        coalesce((SELECT a.current_uid FROM admin_succession a JOIN admin_units n ON n.uid = a.current_uid
            WHERE a.historic_uid = u.uid AND n.level = 'province' ORDER BY a.current_uid LIMIT 1), u.uid) AS today_uid,
        (SELECT coalesce(json_agg(json_build_object('uid', f.uid, 'full_name', f.full_name) ORDER BY f.uid), '[]')
            FROM admin_succession a JOIN admin_units f ON f.uid = a.historic_uid
            WHERE a.current_uid = u.uid AND f.level = 'province' AND f.uid <> u.uid) AS former
    FROM admin_units u WHERE u.level = 'province'
        AND (%(value)s IN (u.code, u.uid) OR plain(%(value)s) IN (plain(u.name), plain(u.full_name)))
    ORDER BY u.valid_to IS NOT NULL, u.uid LIMIT 1) p
"""
PROVINCES = """
SELECT row_to_json(p) FROM (
    SELECT u.uid, u.full_name, u.name_en, u.valid_to IS NOT NULL AS is_former FROM admin_units u
    WHERE u.level = 'province' AND EXISTS (SELECT FROM served_zones z
        WHERE u.uid IN (z.province_uid, z.historic_province_uid))
    ORDER BY u.valid_to IS NOT NULL, u.name COLLATE "vi-x-icu", u.uid) p
"""
STANDING = """
SELECT r.revision, (SELECT at FROM revision_times t WHERE t.revision <= r.revision ORDER BY t.revision DESC LIMIT 1)
FROM revisions r WHERE part = 'register'
"""
MOMENT = "SELECT at FROM revision_times WHERE revision <= %(revision)s ORDER BY revision DESC LIMIT 1"
# Each zone in the version that was in force on the day, with all that its figures follow from.
ZONES = f"""
WITH scope AS MATERIALIZED (
    SELECT d.slug, d.name_vi, d.name_en, d.kind, d.version, d.declared_area_ha, d.declared_area_basis, d.valid_from,
        d.province_uid, d.historic_province_uid, v.life, v.declared_area_inputs
    FROM ({in_force(COLLECTIONS["zones"], AT)}) d JOIN zone_versions v ON v.slug = d.slug AND v.version = d.version
    WHERE %(unit)s IN (d.province_uid, d.historic_province_uid)),
known AS MATERIALIZED (
    SELECT f.id, f.zone, f.class, f.indicator, f.comparator, f.value, f.as_of, f.valid_to, f.step, f.source,
        f.recorded_at, k.rank, s.issued_on, s.latest_date_cited
    FROM ({FACTS}) f JOIN sources s ON s.id = f.source JOIN source_kinds k ON k.kind = s.kind
    WHERE f.zone = ANY(ARRAY(SELECT slug FROM scope))),
reached AS MATERIALIZED (
    SELECT DISTINCT ON (f.zone) f.zone, st.status, m.as_of, m.basis, f.source
    FROM known f JOIN milestones m ON m.fact_id = f.id JOIN milestone_steps st ON st.step = m.step
    WHERE f.step IS NOT NULL AND (m.as_of_end <= %(until)s OR m.as_of IS NULL
        AND coalesce(f.issued_on, f.latest_date_cited, {LEGAL_DAY.format(moment="f.recorded_at")}) <= %(until)s)
    ORDER BY f.zone, st.rank DESC, m.as_of_end DESC NULLS LAST, m.basis DESC, f.id),
parcels AS MATERIALIZED (
    SELECT zone, land_use, status, as_of, source, sum(area_ha)::text AS area_ha FROM ({LOTS}) l
    WHERE zone = ANY(ARRAY(SELECT slug FROM scope)) GROUP BY zone, land_use, status, as_of, source)
SELECT json_build_object('slug', z.slug, 'name_vi', z.name_vi, 'name_en', z.name_en, 'kind', z.kind,
    'version', z.version, 'life', z.life, 'valid_from', z.valid_from,
    'historic_province_uid', z.historic_province_uid,
    'declared_area_ha', z.declared_area_ha::text, 'declared_area_basis', z.declared_area_basis,
    'declared', (SELECT json_agg(json_build_object('id', f.id, 'as_of', f.as_of, 'source', f.source)
        ORDER BY f.as_of_end DESC NULLS LAST, f.id) FROM facts f WHERE f.id = ANY(z.declared_area_inputs)),
    'status', m.status, 'status_as_of', m.as_of, 'status_basis', m.basis, 'status_source', m.source,
    'lots', (SELECT json_agg(json_build_object('land_use', land_use, 'status', status, 'area_ha', area_ha,
        'as_of', as_of, 'source', source) ORDER BY land_use, status, as_of, source)
        FROM parcels p WHERE p.zone = z.slug),
    'observations', (SELECT json_agg(json_build_object('indicator', f.indicator, 'value', f.value::text,
        'as_of', f.as_of, 'source', f.source, 'comparator', f.comparator)
        ORDER BY f.valid_to DESC NULLS LAST, f.rank DESC, f.issued_on DESC NULLS LAST, f.id)
        FROM known f WHERE f.zone = z.slug AND f.class = 'observation' AND f.indicator = ANY(%(indicators)s)
            AND f.valid_to <= %(until)s))
FROM scope z
LEFT JOIN reached m ON m.zone = z.slug
ORDER BY z.kind DESC, z.name_vi COLLATE "vi-x-icu", z.slug
"""
# How many zones the documents count; of several documents the one with the latest as-of, then the higher kind.
STATED = f"""
SELECT json_agg(c ORDER BY unit_uid, kind DESC, is_area) FROM (
    SELECT DISTINCT ON (f.historic_province_uid, kind, is_area) f.historic_province_uid AS unit_uid,
        f.historic_province AS unit_name, CASE WHEN f.indicator LIKE 'zones%%' THEN 'industrial_park'
            ELSE 'industrial_cluster' END AS kind,
        f.indicator LIKE '%%area_ha' AS is_area, f.indicator, f.indicator_vi, f.indicator_en, f.value, f.unit,
        f.as_of, f.source, f.id
    FROM ({FACTS}) f JOIN sources s ON s.id = f.source JOIN source_kinds k ON k.kind = s.kind
    WHERE f.historic_province_uid = ANY(%(units)s) AND f.class = 'observation' AND f.valid_to <= %(until)s
        AND f.indicator IN ('zones_approved_in_planning', 'zones_in_planning', 'zones_total_area_ha',
            'clusters_approved_in_planning', 'clusters_in_planning', 'clusters_total_area_ha')
    ORDER BY 1, kind, is_area, f.valid_to DESC, k.rank DESC, s.issued_on DESC NULLS LAST, f.id) c
"""
CONTENT_OF_VERSION = """
    jsonb_build_object('name_vi', {v}.name_vi, 'name_en', {v}.name_en, 'kind', {v}.kind, 'aliases', {v}.aliases,
        'province', {v}.province_uid, 'communes', {v}.communes, 'historic_province', {v}.historic_province_uid,
        'historic_district', {v}.historic_district, 'declared_area_ha', {v}.declared_area_ha,
        'boundary_quality', {v}.boundary_quality, 'boundary_accuracy_m', {v}.boundary_accuracy_m,
        'boundary_source', {v}.boundary_source, 'boundary_crs', {v}.boundary_crs, 'status_detail', {v}.status_detail,
        'doubts', {v}.doubts, 'location', ST_AsText({v}.location), 'location_accuracy_m', {v}.location_accuracy_m,
        'geometry', md5(ST_AsBinary({v}.boundary)), 'life', {v}.life, 'successor', {v}.successor)
"""
VERSIONS = f"""
SELECT json_agg(c ORDER BY recorded_at, slug, version) FROM (
    SELECT v.slug, v.version, v.name_vi, v.name_en, v.kind, v.life, v.life_reason AS reason, v.valid_from,
        v.recorded_at, c.action,
        CASE WHEN b.slug IS NOT NULL THEN (
            SELECT coalesce(json_agg(a.key ORDER BY a.key), '[]')
            FROM jsonb_each({CONTENT_OF_VERSION.format(v="v")}) a JOIN jsonb_each({CONTENT_OF_VERSION.format(v="b")}) o
                ON o.key = a.key WHERE a.value <> o.value) END AS changed,
        coalesce(c.observations, 0) AS observations, coalesce(c.milestones, 0) AS milestones
    FROM zone_versions v
    LEFT JOIN zone_versions b ON b.slug = v.slug AND b.version = v.version - 1
    LEFT JOIN published_changes c ON c.id = v.change_id
    WHERE (%(unit)s IN (v.province_uid, v.historic_province_uid) OR %(unit)s IN (b.province_uid,
            b.historic_province_uid))
        AND ({LEGAL_DAY.format(moment="v.recorded_at")} BETWEEN %(start)s AND %(until)s
            OR v.valid_from BETWEEN %(start)s AND %(until)s)
        AND (EXISTS (SELECT FROM served_zones s WHERE s.slug = v.slug AND s.version = v.version AND s.revision <= {AT})
            OR EXISTS (SELECT FROM past_zones s WHERE s.slug = v.slug AND s.version = v.version AND s.revision <= {AT})
            OR v.life = 'deleted' AND v.recorded_at <= %(known_at)s)) c
"""
RECORDED = f"""
SELECT json_agg(c ORDER BY source, id) FROM (
    SELECT f.id, f.class, f.zone, f.subject, f.subject_kind, f.indicator, f.indicator_vi, f.indicator_en, f.comparator,
        f.value, f.value_max, f.unit, f.value_text, f.value_text_vi, f.value_text_en, f.as_of, f.period, f.source,
        f.recorded_at
    FROM ({FACTS}) f WHERE %(unit)s IN (f.province_uid, f.historic_province_uid)
        AND {LEGAL_DAY.format(moment="f.recorded_at")} BETWEEN %(start)s AND %(until)s) c
"""
SOURCES = """
SELECT json_agg(c ORDER BY id) FROM (
    SELECT s.id, k.label_vi AS kind_vi, k.label_en AS kind_en, s.title, s.number, s.issuer, s.issued_on
    FROM sources s JOIN source_kinds k USING (kind) WHERE s.id = ANY(%(ids)s)) c
"""
OF_REPORT = ("number", "province_uid", "province", "province_en", "period", "as_of", "revision", "issued_at",
             "issued_by", "sha256")  # fmt: skip
REPORTS = """
SELECT r.number, r.province_uid, u.full_name, u.name_en, r.period, r.as_of, r.revision, r.issued_at, r.issued_by,
    r.sha256, {content} FROM reports r JOIN admin_units u ON u.uid = r.province_uid WHERE {where}
ORDER BY r.number DESC LIMIT %(limit)s
"""
ISSUE = """
INSERT INTO registry.reports (province_uid, period, as_of, revision, issued_by, content, sha256)
VALUES (%(province_uid)s, %(period)s, %(as_of)s, %(revision)s, %(by)s, %(content)s::jsonb, %(sha256)s) RETURNING number
"""
LATEST = """
SELECT number, content::text FROM registry.reports WHERE province_uid = %(province_uid)s AND period = %(period)s
ORDER BY number DESC LIMIT 1
"""


@dataclass(frozen=True)
class Scope:
    """Which zones and days a report is of, and the revision that it is read at. `until` is the last day that counts."""

    unit: str
    start: date
    until: date
    revision: int

    def values(self, **more: object) -> Row:
        return {
            "unit": self.unit, "start": self.start, "until": self.until, "revision": self.revision, **more,
        }  # fmt: skip


async def find_province(reader: Reader, value: str) -> Row | None:
    """A province by code, name, slug or uid; today's before a former one of the same code or name.

    `today_uid` is where it lies today, `former` are the provinces of before that were merged into it.
    """
    rows = await reader.rows(PROVINCE, {"value": value})
    return rows[0][0] if rows else None


async def list_provinces(reader: Reader) -> list[Row]:
    """The provinces that zones lie in, by name; those of today before the former ones."""
    return [row[0] for row in await reader.rows(PROVINCES)]


async def read_standing(reader: Reader) -> tuple[int, datetime]:
    """The register's revision, and when it came to it."""
    revision, at = (await reader.rows(STANDING))[0]
    return revision, at


async def read_last_change(reader: Reader) -> int:
    """The revision at which zones, lots, facts or units changed last."""
    rows = await reader.rows("SELECT max(revision) FROM revisions WHERE part <> 'register'")
    revision: int = rows[0][0]
    return revision


async def read_moment(reader: Reader, revision: int) -> datetime:
    """When the register came to a revision."""
    moment: datetime = (await reader.rows(MOMENT, {"revision": revision}))[0][0]
    return moment


async def select_zones(reader: Reader, scope: Scope, indicators: Sequence[str]) -> list[Row]:
    """Zones in the version in force on the last day, with their lots, dated observations of `indicators` and status."""
    return [row[0] for row in await reader.rows(ZONES, scope.values(indicators=list(indicators)))]


async def select_stated(reader: Reader, scope: Scope, units: Collection[str]) -> list[Row]:
    """How many parks and clusters documents count in provinces, and of what area."""
    return list((await reader.rows(STATED, scope.values(units=list(units))))[0][0] or [])


async def select_versions(reader: Reader, scope: Scope, known_at: datetime) -> list[Row]:
    """Versions that were recorded or came into force within the days; `changed` is null of a first one."""
    return list((await reader.rows(VERSIONS, scope.values(known_at=known_at)))[0][0] or [])


async def select_recorded(reader: Reader, scope: Scope) -> list[Row]:
    """Facts of the province and its zones that were recorded within the days."""
    return list((await reader.rows(RECORDED, scope.values()))[0][0] or [])


async def select_documents(reader: Reader, ids: Collection[str]) -> list[Row]:
    return list((await reader.rows(SOURCES, {"ids": sorted(ids)}))[0][0] or [])


async def list_reports(reader: Reader, limit: int = 200, **of: str) -> list[Row]:
    """Issued reports, newest first, without their contents; `of`: a province_uid and a period."""
    where = " AND ".join(f"r.{name} = %({name})s" for name in of if name in ("province_uid", "period")) or "true"
    rows = await reader.rows(REPORTS.format(content="NULL", where=where), {"limit": limit, **of})
    return [dict(zip(OF_REPORT, row[:-1], strict=True)) for row in rows]


async def find_report(reader: Reader, number: int) -> tuple[Row, Row] | None:
    """An issued report and its content; None where there is none."""
    statement = REPORTS.format(content="r.content::text", where="r.number = %(number)s")
    rows = await reader.rows(statement, {"number": number, "limit": 1})
    return (dict(zip(OF_REPORT, rows[0][:-1], strict=True)), orjson.loads(rows[0][-1])) if rows else None


def lock_reports(session: Session) -> None:
    """Let nobody else issue before this transaction ends: the lock that the database numbers under."""
    session.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('registry.reports'))")


def insert_report(session: Session, values: Row) -> int:
    """Keep a report; its number."""
    number: int = session.exec_driver_sql(ISSUE, values).scalar_one()
    return number


def find_latest(session: Session, province_uid: str, period: str) -> tuple[int, Row] | None:
    """Number and content of the last report of a province and period."""
    row = session.exec_driver_sql(LATEST, {"province_uid": province_uid, "period": period}).one_or_none()
    return (row[0], orjson.loads(row[1])) if row else None
