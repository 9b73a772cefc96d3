"""What the pages of the desk look up: zones to be edited, provinces, documents, and what a reviewer asked."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from api.store.connect import Session

Row = dict[str, Any]
ZONES = """
SELECT s.slug, s.name_vi, s.name_en, s.kind, s.status, s.province, s.historic_province, s.historic_district,
    v.life, v.life_reason, s.successor,
    (SELECT c.id FROM registry.changes c WHERE c.zone = s.slug AND c.author = :account AND c.state = 'draft') AS draft
FROM registry.served_zones s JOIN registry.zone_versions v ON v.slug = s.slug AND v.version = s.version
WHERE (CAST(:provinces AS text[]) IS NULL OR s.province_uid = ANY(:provinces))
    AND s.words LIKE ALL (SELECT '%' || one || '%' FROM unnest(string_to_array(registry.plain(:words), '-')) one)
    AND (CAST(:slug AS text) IS NULL OR s.slug = :slug)
ORDER BY v.life <> 'listed', s.name_vi COLLATE "vi-x-icu", s.slug LIMIT :limit
"""


def find_zones(
    session: Session,
    account: int,
    *,
    provinces: Sequence[str] | None,
    words: str = "",
    slug: str | None = None,
    limit: int = 50,
) -> list[Row]:
    """Zones of some provinces (None is all) whose names hold all `words`, without marks; `draft` is the number of the
    account's own draft.
    """
    values = {"account": account, "provinces": None if provinces is None else list(provinces), "words": words,
              "slug": slug, "limit": limit}  # fmt: skip
    return [dict(row) for row in session.execute(text(ZONES), values).mappings()]


def list_successors(session: Session, slug: str) -> list[Row]:
    """Every zone that another could be merged into: slug and names, by name."""
    statement = """
    SELECT z.slug, v.name_vi, v.name_en
    FROM registry.zones z JOIN registry.zone_versions v ON v.slug = z.slug AND v.version = z.current_version
    WHERE v.life = 'listed' AND z.slug <> :slug ORDER BY v.name_vi COLLATE "vi-x-icu", z.slug"""
    return [dict(row) for row in session.execute(text(statement), {"slug": slug}).mappings()]


def list_provinces(session: Session, uids: Sequence[str] | None = None) -> list[tuple[str, str]]:
    """uid and full name of today's provinces, of those given or of all."""
    statement = """
    SELECT uid, full_name FROM registry.admin_units WHERE level = 'province' AND valid_to IS NULL
        AND (CAST(:uids AS text[]) IS NULL OR uid = ANY(:uids)) ORDER BY name COLLATE "vi-x-icu" """
    rows = session.execute(text(statement), {"uids": None if uids is None else list(uids)})
    return [(row.uid, row.full_name) for row in rows]


def list_province_names(session: Session) -> list[str]:
    """The names of provinces of today and of before, each once."""
    statement = """
    SELECT DISTINCT name COLLATE "vi-x-icu" AS name FROM registry.admin_units WHERE level = 'province' ORDER BY name"""
    return list(session.scalars(text(statement)))


def select_documents(session: Session, ids: Sequence[str]) -> dict[str, Row]:
    """Documents of the register by their ids."""
    statement = """
    SELECT s.id, s.title, s.number, s.issuer, s.issued_on::text AS issued_on, k.label_vi AS kind_vi,
        k.label_en AS kind_en
    FROM registry.sources s JOIN registry.source_kinds k USING (kind) WHERE s.id = ANY(:ids)"""
    rows = session.execute(text(statement), {"ids": list(ids)}).mappings()
    return {row["id"]: dict(row) for row in rows}


def select_kinds(session: Session) -> dict[str, Row]:
    rows = session.execute(text("SELECT kind, label_vi AS kind_vi, label_en AS kind_en FROM registry.source_kinds"))
    return {row["kind"]: dict(row) for row in rows.mappings()}


def select_indicators(session: Session, ids: Sequence[str]) -> dict[str, Row]:
    statement = "SELECT indicator, unit, label_vi, label_en FROM registry.indicators WHERE indicator = ANY(:ids)"
    rows = session.execute(text(statement), {"ids": list(ids)}).mappings()
    return {row["indicator"]: dict(row) for row in rows}


def select_questions(session: Session, changes: Sequence[int]) -> dict[int, str]:
    """What a reviewer asked when a change was last returned, of those that were."""
    statement = """
    SELECT DISTINCT ON (change_id) change_id, text FROM registry.log
    WHERE change_id = ANY(:changes) AND action = 'change.returned' ORDER BY change_id, id DESC"""
    rows = session.execute(text(statement), {"changes": list(changes)})
    return {row.change_id: row.text for row in rows}
