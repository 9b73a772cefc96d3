"""Reading features: the database says which, and in which state; their bytes come from those rendered before."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.store.collections import Collection
from api.store.connect import Reader
from api.store.queries import Order, Query, beyond, conditions, order_by, part_of, source
from api.store.rendering import KEY


@dataclass(frozen=True)
class Count:
    """How many features a query matched at a revision of its part."""

    revision: int
    matched: int


@dataclass(frozen=True)
class Keys:
    """A page: the states of its features in their order, and whether there is more beyond it.

    `revision` and `changed_at` (seconds since 1970) are those of the part that was read.
    """

    revision: int
    changed_at: int
    matched: int
    keys: Sequence[int]
    has_more: bool


async def select_keys(reader: Reader, collection: Collection, query: Query, known: Count | None = None) -> Keys:
    """Which features a page has. `known` spares counting as long as nothing has changed since."""
    statement, values = page_statement(collection, query, counted=known is not None)
    if known:
        values |= {"counted_at": known.revision, "counted": known.matched}
    ((revision, changed_at, matched, keys),) = await reader.rows(statement, values)
    has_more = len(keys) > query.limit
    keys = keys[: query.limit]
    if query.place and query.place.backward:
        keys.reverse()
    return Keys(revision, changed_at, matched, keys, has_more)


def page_statement(collection: Collection, query: Query, *, counted: bool) -> tuple[str, dict[str, object]]:
    """The statement of a page and its values. A filter is worked out once for the count and the page."""
    where, values = conditions(collection, query)
    behind, behind_values = beyond(collection, query)
    table, source_values = source(collection, query)
    values |= {**behind_values, **source_values, "limit": query.limit + 1, "part": part_of(collection, query)}
    head = "SELECT r.revision, floor(extract(epoch FROM r.changed_at))::bigint,"
    tail = "FROM revisions r WHERE r.part = %(part)s"
    count = f"(SELECT count(*) FROM {table} WHERE {where})"
    ordered = f"ORDER BY {order_by(collection, query)} LIMIT %(limit)s"
    page = f"ARRAY(SELECT {KEY} FROM {table} WHERE {where} AND {behind} {ordered})"
    if counted:
        return f"{head} CASE WHEN r.revision = %(counted_at)s THEN %(counted)s ELSE {count} END, {page} {tail}", values
    if query.is_whole and query.pinned is None:
        return f"{head} r.total, {page} {tail}", values
    columns = ", ".join(dict.fromkeys(["fid", "revision", collection.id, *(one.property.name for one in query.order)]))
    return (
        f"WITH found AS MATERIALIZED (SELECT {columns} FROM {table} WHERE {where}) "
        f"{head} (SELECT count(*) FROM found), "
        f"ARRAY(SELECT {KEY} FROM found WHERE {behind} {ordered}) {tail}",
        values,
    )


async def select_place_values(
    reader: Reader, collection: Collection, key: int, order: Sequence[Order]
) -> tuple[str | None, ...]:
    """What a feature in a certain state is sorted by, as texts that read back to the same values."""
    if not order:
        return ()
    names = ", ".join(f"{one.property.name}::text" for one in order)
    where = f"WHERE fid = %(fid)s AND {KEY} = %(key)s"
    rows = await reader.rows(
        f"SELECT {names} FROM {collection.view} {where} UNION ALL SELECT {names} FROM {collection.past} {where}",
        {"fid": key >> 32, "key": key},
    )
    return rows[0]


async def select_item_key(
    reader: Reader, collection: Collection, item: str, query: Query | None = None
) -> tuple[int, int] | None:
    """The state of one feature and when its part was last changed, in seconds since 1970; None where there is none.

    query: of what day, and as known when; nothing else of it counts.
    """
    table, values = source(collection, query) if query else (collection.view, {})
    rows = await reader.rows(
        f"SELECT f.key, floor(extract(epoch FROM r.changed_at))::bigint FROM revisions r, "
        f"(SELECT {KEY} AS key FROM {table} WHERE {collection.id} = %(id)s) f WHERE r.part = %(part)s",
        {**values, "id": item, "part": collection.part},
    )
    return rows[0] if rows else None


async def select_end(reader: Reader, slug: str) -> str | None:
    """Why a zone was deleted as an error; None where it was not."""
    rows = await reader.rows(
        "SELECT v.life_reason FROM zones z JOIN zone_versions v ON v.slug = z.slug AND v.version = z.current_version "
        "WHERE z.slug = %(slug)s AND v.life = 'deleted'",
        {"slug": slug},
    )
    return rows[0][0] if rows else None


async def select_extent(reader: Reader, collection: Collection) -> list[float] | None:
    """The box around all geometries: west, south, east, north in degrees, outward to the next thousandth, so that it
    holds them all in any other system too."""
    if collection.geometry is None:
        return None
    rows = await reader.rows(
        "SELECT floor(ST_XMin(e) * 1000) / 1000, floor(ST_YMin(e) * 1000) / 1000, "
        "ceil(ST_XMax(e) * 1000) / 1000, ceil(ST_YMax(e) * 1000) / 1000 FROM "
        f"(SELECT ST_Extent({collection.geometry}) AS e FROM {collection.view}) box"
    )
    return list(rows[0]) if rows[0][0] is not None else None


async def select_interval(reader: Reader, collection: Collection) -> list[str | None]:
    """The first day that a feature is known to hold and the last, as ISO 8601; None where that is open or not known."""
    rows = await reader.rows(
        "SELECT CASE WHEN bool_and(valid_from IS NOT NULL) THEN min(valid_from) END, "
        f"CASE WHEN bool_and(valid_to IS NOT NULL) THEN max(valid_to) END FROM {collection.view}"
    )
    return [f"{day}T00:00:00Z" if day else None for day in rows[0]]


async def select_province(reader: Reader, value: str) -> str | None:
    """The uid of a province named by code, name or slug; today's before a former one of the same code or name."""
    rows = await reader.rows(
        "SELECT uid FROM admin_units WHERE level = 'province' "
        "AND (%(value)s IN (code, uid) OR plain(%(value)s) IN (plain(name), plain(full_name))) "
        "ORDER BY valid_to IS NOT NULL, uid LIMIT 1",
        {"value": value},
    )
    return rows[0][0] if rows else None
