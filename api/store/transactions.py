"""What writing features needs to know: how a zone is served, which version an ETag was of, somebody's own new zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import text

from api.store.collections import COLLECTIONS
from api.store.connect import Session
from api.store.rendering import WHOLE, Variant, feature_json

Row = dict[str, Any]


@dataclass(frozen=True)
class Served:
    """A zone as everybody reads it: the number of its feature, its version in force, its properties."""

    fid: int
    version: int
    properties: Row


def select_served(session: Session, slug: str) -> Served | None:
    """A zone as it is served; None where it is not. Within a transaction that changes it: as it was before."""
    body = feature_json(COLLECTIONS["zones"], Variant(WHOLE.crs, None, has_geometry=False))
    statement = f"SELECT fid, version, {body} FROM registry.served_zones WHERE slug = %(slug)s"
    row = session.exec_driver_sql(statement, {"slug": slug}).one_or_none()
    return None if row is None else Served(row[0], row[1], orjson.loads(row[2])["properties"])


VERSIONS_OF = """
WITH asked AS (SELECT * FROM unnest(CAST(:fids AS bigint[]), CAST(:revisions AS bigint[])) AS a (fid, revision))
SELECT s.version FROM registry.served_zones s JOIN asked USING (fid, revision) WHERE s.slug = :slug
UNION SELECT p.version FROM registry.past_zones p JOIN asked USING (fid, revision) WHERE p.slug = :slug
"""


def select_versions_of(session: Session, slug: str, states: Sequence[tuple[int, int]]) -> set[int]:
    """The versions that a zone had in states that were served: number and revision of its feature."""
    values = {"slug": slug, "fids": [fid for fid, _ in states], "revisions": [revision for _, revision in states]}
    return set(session.execute(text(VERSIONS_OF), values).scalars())


def select_own_new(session: Session, slug: str, account: int) -> int | None:
    """The open change by which somebody proposes a zone that is not there yet."""
    statement = """
    SELECT id FROM registry.changes WHERE zone = :zone AND author = :account AND action = 'create'
        AND state IN ('draft', 'submitted') ORDER BY id DESC LIMIT 1"""
    found = session.execute(text(statement), {"zone": slug, "account": account}).scalar_one_or_none()
    return None if found is None else int(found)


FORMER = """
SELECT uid FROM registry.admin_units WHERE level = 'province' AND valid_to IS NOT NULL
    AND (:value IN (code, uid) OR registry.plain(:value) IN (registry.plain(name), registry.plain(full_name)))
ORDER BY uid
"""


def find_former_provinces(session: Session, value: str) -> list[str]:
    """The uids of provinces of before that a code, name or slug means."""
    return list(session.execute(text(FORMER), {"value": value}).scalars())


def select_unit_codes(session: Session, uids: Sequence[str | None]) -> dict[str | None, tuple[str, str]]:
    """The code and the full name of administrative units."""
    rows = session.execute(
        text("SELECT uid, code, full_name FROM registry.admin_units WHERE uid = ANY(:uids)"),
        {"uids": [one for one in uids if one]},
    )
    return {row[0]: (row[1], row[2]) for row in rows}
