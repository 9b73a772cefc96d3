"""Reading features: one statement a question, PostGIS writes the GeoJSON."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from api.store.collections import Collection
from api.store.connect import Reader
from gis.crs import CRS84, Crs

DEGREE_DIGITS, METRE_DIGITS = 15, 4  # stored degrees to the last bit; metres to 0.1 mm
LONGEST_PIECE = 20_000.0  # metres
TYPES = {"string": "text", "number": "numeric", "integer": "numeric", "boolean": "boolean", "date": "date",
         "date-time": "timestamptz"}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """A rectangle: easting before northing, longitude before latitude; west > east crosses 180 degrees."""

    west: float
    south: float
    east: float
    north: float
    crs: Crs = CRS84


@dataclass(frozen=True)
class Query:
    """Which features, and how. `filters` are equalities by property; `after` is the id the page starts behind."""

    limit: int = 10
    after: str | None = None
    bbox: Box | None = None
    crs: Crs = CRS84
    filters: dict[str, Any] = field(default_factory=dict)
    province_uid: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Page:
    """Features as GeoJSON texts; `last` is the id to go on behind, None on the last page."""

    matched: int
    features: list[str]
    last: str | None


async def select_items(reader: Reader, collection: Collection, query: Query) -> Page:
    """One page of features in the order of their ids, and how many match in all."""
    where, values = conditions(collection, query)
    key = f'{collection.id} COLLATE "C"'
    after = f"AND {key} > %(after)s" if query.after is not None else ""
    statement = (
        f"SELECT (SELECT count(*) FROM {collection.view} WHERE {where}), {collection.id}, "
        f"{feature_json(collection, query.crs)} FROM "
        f"(SELECT * FROM {collection.view} WHERE {where} {after} ORDER BY {key} LIMIT %(limit)s) page "
        f"ORDER BY {key}"
    )
    rows = await reader.rows(statement, {**values, "after": query.after, "limit": query.limit + 1})
    if not rows:
        count = f"SELECT count(*) FROM {collection.view} WHERE {where}"
        return Page((await reader.rows(count, values))[0][0], [], None)
    more = len(rows) > query.limit
    page = rows[: query.limit]
    return Page(rows[0][0], [row[2] for row in page], page[-1][1] if more else None)


async def select_item(reader: Reader, collection: Collection, item: str, crs: Crs = CRS84) -> str | None:
    """One feature as GeoJSON text, or None."""
    rows = await reader.rows(
        f"SELECT {feature_json(collection, crs)} FROM {collection.view} WHERE {collection.id} = %(id)s",
        {"id": item},
    )
    return rows[0][0] if rows else None


async def select_extent(reader: Reader, collection: Collection) -> list[float] | None:
    """The box around all geometries: west, south, east, north in degrees."""
    if collection.geometry is None:
        return None
    rows = await reader.rows(
        "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM "
        f"(SELECT ST_Extent({collection.geometry}) AS e FROM {collection.view}) box"
    )
    return list(rows[0]) if rows[0][0] is not None else None


async def select_province(reader: Reader, value: str) -> str | None:
    """The uid of a province named by code, name or slug; today's before a former one of the same code or name."""
    rows = await reader.rows(
        "SELECT uid FROM admin_units WHERE level = 'province' "
        "AND (%(value)s IN (code, uid) OR plain(%(value)s) IN (plain(name), plain(full_name))) "
        "ORDER BY valid_to IS NOT NULL, uid LIMIT 1",
        {"value": value},
    )
    return rows[0][0] if rows else None


def conditions(collection: Collection, query: Query) -> tuple[str, dict[str, object]]:
    """The WHERE of a query and its parameters. Column names come from the collection, never from a request."""
    parts, values = ["true"], dict[str, object]()
    for number, (name, value) in enumerate(query.filters.items()):
        known = collection.find(name)
        assert known is not None
        if known.is_place:
            # Whole words of the name, without marks and case: "Ke Sach" finds "huyện Kế Sách".
            parts.append(f"'-' || plain({known.name}) || '-' LIKE '%%-' || plain(%(filter{number})s) || '-%%'")
        else:
            parts.append(f"{known.name} = %(filter{number})s::{TYPES[known.kind]}")
        values[f"filter{number}"] = value
    if query.province_uid:
        parts.append("%(province)s IN (province_uid, historic_province_uid)")
        values["province"] = query.province_uid
    if query.since:
        parts.append("(valid_to IS NULL OR valid_to >= %(since)s)")
        values["since"] = query.since
    if query.until:
        parts.append("(valid_from IS NULL OR valid_from <= %(until)s)")
        values["until"] = query.until
    if query.bbox:
        box = query.bbox
        meets = (f"ST_Intersects({collection.geometry}, {rectangle})" for rectangle in box_sql(box))
        parts.append(f"({' OR '.join(meets)})")
        values |= {"west": box.west, "south": box.south, "east": box.east, "north": box.north}
    return " AND ".join(parts), values


def box_sql(box: Box) -> list[str]:
    """The rectangle in WGS 84, two where it crosses 180 degrees; a line or a point where it has no width or height."""
    sides = [("%(west)s", "%(east)s")]
    if box.west > box.east:
        sides = [("%(west)s", "180"), ("-180", "%(east)s")]
    return [rectangle(west, east, box) for west, east in sides]


def rectangle(west: str, east: str, box: Box) -> str:
    """From one meridian or easting to another. One of another system is first cut to where that system is used, since
    beyond it nothing can be reckoned and nothing lies; short pieces then keep its sides straight.
    """
    srid, used = box.crs.srid, box.crs.domain
    diagonal = f"ST_MakeLine(ST_Point({west}, %(south)s), ST_Point({east}, %(north)s))"
    asked = f"ST_Envelope(ST_SetSRID({diagonal}, {srid}))"
    if srid == CRS84.srid:
        return asked
    domain = f"ST_Segmentize(ST_MakeEnvelope({used.west}, {used.south}, {used.east}, {used.north}, 4326), 1)"
    within = f"ST_Intersection({asked}, ST_Envelope(ST_Transform({domain}, {srid})))"
    piece = min(max(abs(box.east - box.west), box.north - box.south) / 64, LONGEST_PIECE) or LONGEST_PIECE
    return f"ST_Transform(ST_Segmentize({within}, {piece!r}), 4326)"


def feature_json(collection: Collection, crs: Crs) -> str:
    columns = ", ".join(one.name for one in collection.properties)
    geometry = "'null'"
    if collection.geometry:
        geometry = f"coalesce(ST_AsGeoJSON({in_crs(collection.geometry, crs)}, {digits(crs)}, 0), 'null')"
    return (
        f"""'{{"type":"Feature","id":' || to_json({collection.id})::text || ',"geometry":' || {geometry} || """
        f"""',"properties":' || row_to_json((SELECT p FROM (SELECT {columns}) p))::text || '}}'"""
    )


def in_crs(column: str, crs: Crs) -> str:
    if crs.srid != CRS84.srid:
        column = f"ST_Transform({column}, {crs.srid})"
    return f"ST_FlipCoordinates({column})" if crs.axis_order == "lat,lon" else column


def digits(crs: Crs) -> int:
    if crs.srid == CRS84.srid:
        return DEGREE_DIGITS
    return METRE_DIGITS if crs.is_projected else 9
