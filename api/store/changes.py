"""Changes: what is proposed, what was handed in with it, and the log of who did what."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
import shapely
from shapely.geometry import MultiPolygon
from sqlalchemy import RowMapping, text

from api.people import Person
from api.store.connect import Session

Row = dict[str, Any]
Place = tuple[datetime | str, int]  # what a list is sorted by, and the number that decides among equals
JSON = ("fields", "receipt", "observations", "milestones", "documents", "reasons")
LISTED = """
    c.id, c.zone, c.action, c.state, c.edit, c.title, c.base_version, c.from_version, c.province_uid,
    u.full_name AS province, c.author, c.author_name, c.document, c.sets_boundary, c.created_at, c.updated_at,
    c.submitted_at, c.reviewer, c.reviewer_name, c.decided_at, c.decision, c.published_version, z.current_version,
    coalesce(c.fields ->> 'name_vi', v.name_vi, c.zone) AS name_vi,
    coalesce(c.fields ->> 'name_en', v.name_en, c.zone) AS name_en"""
FROM = """
FROM registry.changes c LEFT JOIN registry.admin_units u ON u.uid = c.province_uid
LEFT JOIN registry.zones z ON z.slug = c.zone
LEFT JOIN registry.zone_versions v ON v.slug = z.slug AND v.version = z.current_version
"""
SELECT = f"""
SELECT {LISTED}, c.fields, ST_AsBinary(c.boundary, 'NDR') AS boundary, c.receipt, c.observations, c.milestones,
    c.documents, c.reasons {FROM}"""


def select_change(session: Session, id: int, *, lock: bool = False) -> Row | None:
    """One change, its outline as shapely's; `lock` keeps others from altering it until the transaction ends."""
    rows = session.execute(text(f"{SELECT} WHERE c.id = :id {'FOR UPDATE OF c' if lock else ''}"), {"id": id})
    row = rows.mappings().one_or_none()
    return None if row is None else readable(row)


def select_draft(session: Session, zone: str, author: int) -> Row | None:
    """The one draft that somebody has of a zone."""
    where = "WHERE c.zone = :zone AND c.author = :author AND c.state = 'draft' FOR UPDATE OF c"
    row = session.execute(text(f"{SELECT} {where}"), {"zone": zone, "author": author}).mappings().one_or_none()
    return None if row is None else readable(row)


NAME = "coalesce(c.fields ->> 'name_vi', v.name_vi, c.zone)"
VIETNAMESE = 'COLLATE "vi-x-icu"'
ORDERS = {
    "age": "coalesce(c.submitted_at, c.updated_at)", "zone": f"{NAME} {VIETNAMESE}", "state": "c.state",
    "province": f"coalesce(u.full_name, '') {VIETNAMESE}", "author": f"c.author_name {VIETNAMESE}",
}  # fmt: skip


def list_changes(
    session: Session,
    *,
    states: Sequence[str],
    province_uid: str | None = None,
    zone: str | None = None,
    author: int | None = None,
    provinces: Sequence[str] | None = None,
    besides: int | None = None,
    days: int = 0,
    sort: str = "-age",
    after: Place | None = None,
    limit: int = 200,
) -> list[Row]:
    """Changes in short (LISTED: without outlines, values and reasons), those that wait longest first unless `sort` (of
    ORDERS, with - the other way round) says otherwise. `place` is where each stands in that order; `after` one of
    them a next page begins.

    province_uid: of today, or a former one: then of the zones that lay there. provinces: only of these, None is all,
    and those of the author `besides` anyhow. days: only those that have waited so long.
    """
    where = """
    WHERE c.state = ANY(:states) AND (CAST(:zone AS text) IS NULL OR c.zone = :zone)
        AND (CAST(:province AS text) IS NULL OR c.province_uid = :province
            OR coalesce(c.fields ->> 'historic_province', v.historic_province_uid) = :province
            OR coalesce(c.fields ->> 'historic_province', v.historic_province_uid) IS NULL AND c.province_uid IN (
                SELECT current_uid FROM registry.admin_succession WHERE historic_uid = :province))
        AND (CAST(:mine AS bigint) IS NULL OR c.author = :mine)
        AND (CAST(:provinces AS text[]) IS NULL OR c.province_uid = ANY(:provinces) OR c.author = :besides)
        AND coalesce(c.submitted_at, c.updated_at) <= clock_timestamp() - make_interval(days => :days)"""
    name = sort.removeprefix("-")
    # What waits longest is the oldest: the age runs against the day.
    down = sort.startswith("-") is not (name == "age")
    key, way = ORDERS[name], "DESC" if down else "ASC"
    if after is not None:
        kind = "timestamptz" if name == "age" else "text"
        where += f" AND ({key}, c.id) {'<' if down else '>'} (CAST(:place AS {kind}), CAST(:after AS bigint))"
    order = f" ORDER BY {key} {way}, c.id {way} LIMIT :limit"
    values = {
        "states": list(states), "province": province_uid, "zone": zone, "mine": author, "limit": limit,
        "provinces": None if provinces is None else list(provinces), "besides": besides, "days": days,
        **({} if after is None else {"place": after[0], "after": after[1]}),
    }  # fmt: skip
    rows = session.execute(text(f"SELECT {LISTED}, {key} AS place {FROM} {where} {order}"), values).mappings()
    return [{**row, "place": (row["place"], row["id"])} for row in rows]


def readable(row: RowMapping) -> Row:
    found: Row = {**row}
    found["boundary"] = None if row["boundary"] is None else shapely.from_wkb(bytes(row["boundary"]))
    return found


def add_change(session: Session, row: Row) -> int:
    """Store a new draft; its number. `boundary` is shapely's, WGS 84."""
    names = list(row)
    values = ", ".join(bound(name) for name in names)
    statement = f"INSERT INTO registry.changes ({', '.join(names)}) VALUES ({values}) RETURNING id"
    return int(session.execute(text(statement), storable(row)).scalar_one())


def alter_change(session: Session, id: int, row: Row) -> None:
    """Set columns of a change. What the database refuses then was to be refused before: it is not told to people."""
    setting = ", ".join(f"{name} = {bound(name)}" for name in row)
    statement = f"UPDATE registry.changes SET {setting}, updated_at = clock_timestamp() WHERE id = :id"
    session.execute(text(statement), {**storable(row), "id": id})


def bound(name: str) -> str:
    if name == "boundary":
        return "ST_GeomFromWKB(:boundary, 4326)"
    if name in ("submitted_at", "decided_at"):
        return f"CASE WHEN :{name} THEN clock_timestamp() END"
    return f"CAST(:{name} AS jsonb)" if name in JSON else f":{name}"


def storable(row: Row) -> Row:
    """`submitted_at` and `decided_at` are whether, not when: the database's clock says that."""
    values = dict(row)
    for name in JSON:
        if name in values:
            values[name] = None if values[name] is None else orjson.dumps(values[name]).decode()
    if isinstance(values.get("boundary"), MultiPolygon):
        values["boundary"] = shapely.to_wkb(values["boundary"])
    return values


def is_taken(session: Session, slug: str) -> bool:
    """Whether an id was ever given."""
    statement = """
    SELECT EXISTS (SELECT FROM registry.zones WHERE slug = :slug)
        OR EXISTS (SELECT FROM registry.reservations WHERE slug = :slug)"""
    return bool(session.execute(text(statement), {"slug": slug}).scalar_one())


def lock_ids(session: Session) -> None:
    """Let one id at a time be given; released with the transaction."""
    session.execute(text("SELECT pg_advisory_xact_lock(7206963)"))


def reserve(session: Session, slug: str, change: int) -> None:
    session.execute(text("INSERT INTO registry.reservations (slug, change_id) VALUES (:slug, :change)"),
                    {"slug": slug, "change": change})  # fmt: skip


def add_attachment(
    session: Session, change: int, person: Person, *, name: str, media: str, use: str, content: bytes
) -> int:
    """Keep a file as it came; its number within the change."""
    statement = """
    INSERT INTO registry.attachments (change_id, number, name, media, use, sha256, content, account, who)
    SELECT :change, 1 + count(*), :name, :media, :use, :sha256, :content, :account, :who
    FROM registry.attachments WHERE change_id = :change RETURNING number"""
    values = {"change": change, "name": name, "media": media, "use": use, "content": content,
              "sha256": hashlib.sha256(content).hexdigest(), "account": person.account, "who": person.name}  # fmt: skip
    return int(session.execute(text(statement), values).scalar_one())


def list_attachments(session: Session, change: int) -> list[Row]:
    statement = """
    SELECT number, name, media, use, length(content) AS size, sha256, who, at FROM registry.attachments
    WHERE change_id = :change ORDER BY number"""
    return [dict(row) for row in session.execute(text(statement), {"change": change}).mappings()]


def select_attachment(session: Session, change: int, number: int) -> Row | None:
    statement = """
    SELECT name, media, content FROM registry.attachments WHERE change_id = :change AND number = :number"""
    row = session.execute(text(statement), {"change": change, "number": number}).mappings().one_or_none()
    return None if row is None else {**row, "content": bytes(row["content"])}


def slug_words(session: Session, name: str) -> str:
    """A name as an id could have it: Trần Đề is tran-de."""
    return str(session.execute(text("SELECT trim('-' FROM registry.plain(:name))"), {"name": name}).scalar_one())
