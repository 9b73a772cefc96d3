"""Which features are asked for, as conditions and orders of SQL: names come from the model, values are bound."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from api.store.collections import Collection, Property
from gis.crs import CRS84, Crs

LONGEST_PIECE = 20_000.0  # metres
INSIDE = 0.00002  # degrees, some two metres
POINT = "ST_SetSRID(ST_MakePoint(%(near_lon)s, %(near_lat)s), 4326)::geography"  # of a Near
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
class Near:
    """A point in WGS 84 degrees, and how far from it a zone's point may lie: metres on the ellipsoid, None for any."""

    lon: float
    lat: float
    within_m: float | None = None


@dataclass(frozen=True)
class Condition:
    """A condition of SQL with named parameters, and their values."""

    sql: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """One key of a sorting; what is null comes last, whichever way."""

    property: Property
    descending: bool = False


@dataclass(frozen=True)
class Place:
    """Where a page begins: behind (or ends: before) a feature of the order, by its sorting values and id.

    `revision` is the register's when the first page was read: later pages are read as of it.
    """

    id: str
    values: tuple[Any, ...] = ()
    revision: int | None = None
    backward: bool = False


@dataclass(frozen=True)
class Query:
    """Which features, and how. `filters` are equalities by property; `words` are found anywhere in the text, without
    marks; `properties` are the names wanted, None for all."""

    limit: int = 10
    place: Place | None = None
    bbox: Box | None = None
    near: Near | None = None
    crs: Crs = CRS84
    filters: dict[str, Any] = field(default_factory=dict)
    condition: Condition | None = None
    words: str | None = None
    province_uid: str | None = None
    since: date | None = None
    until: date | None = None
    known_at: datetime | None = None
    order: tuple[Order, ...] = ()
    properties: tuple[str, ...] | None = None
    has_geometry: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether it asks for all features of its collection."""
        return not (self.bbox or self.near or self.filters or self.condition or self.words or self.province_uid
                    or self.since or self.until or self.known_at)  # fmt: skip

    @property
    def pinned(self) -> int | None:
        """The revision that its page is tied to."""
        return self.place.revision if self.place else None


def part_of(collection: Collection, query: Query) -> str:
    """The part of the register that an answer depends on: a province's name means what the units say, so all of it."""
    return collection.part if query.province_uid is None else "register"


def conditions(collection: Collection, query: Query) -> tuple[str, dict[str, Any]]:
    """The WHERE of a query and its parameters. Column names come from the collection, never from a request."""
    parts, values = list[str](), dict[str, Any]()
    for number, (name, value) in enumerate(query.filters.items()):
        known = collection.find(name)
        assert known is not None
        if known.is_place:
            # Whole words of the name, without marks and case: "Ke Sach" finds "huyện Kế Sách".
            parts.append(f"'-' || plain({known.name}) || '-' LIKE '%%-' || plain(%(filter{number})s) || '-%%'")
        else:
            parts.append(f"{known.name} = %(filter{number})s::{TYPES[known.kind]}")
        values[f"filter{number}"] = value
    if query.words:
        each = "(SELECT DISTINCT '%%' || one || '%%' FROM unnest(string_to_array(plain(%(words)s), '-')) one)"
        parts.append(f"plain(%(words)s) <> '' AND words LIKE ALL {each}")  # letters of no name of ours find nothing
        values["words"] = query.words
    if query.province_uid:
        parts.append("(province_uid = %(province)s OR historic_province_uid = %(province)s)")
        values["province"] = query.province_uid
    if query.since:
        parts.append("(valid_to IS NULL OR valid_to >= %(since)s)")
        values["since"] = query.since
    if query.until:
        parts.append("(valid_from IS NULL OR valid_from <= %(until)s)")
        values["until"] = query.until
    if query.bbox:
        box = query.bbox
        parts.append(meets(collection, box, is_pinned=is_past(collection, query)))
        values |= {"west": box.west, "south": box.south, "east": box.east, "north": box.north}
    if query.near:
        parts.append(near_sql("location", query.near))
        values |= near_values(query.near)
    if query.condition:
        parts.append(f"({query.condition.sql})")
        values |= query.condition.values
    return " AND ".join(parts) or "true", values


def near_sql(column: str, near: Near) -> str:
    """Whether a point lies within the distance, along the ellipsoid."""
    if near.within_m is None:
        return "true"
    return f"ST_Distance({column}::geography, {POINT}) <= %(near_m)s"


def near_values(near: Near) -> dict[str, Any]:
    return {"near_lon": near.lon, "near_lat": near.lat, "near_m": near.within_m}


def order_by(collection: Collection, query: Query) -> str:
    """The ORDER BY of a query: its keys, then the id; turned round where the page is read backward."""
    turned = bool(query.place and query.place.backward)
    parts = []
    for one in query.order:
        way, nulls = ("DESC", "FIRST") if turned else ("ASC", "LAST")
        if one.descending:
            way = "ASC" if turned else "DESC"
        parts.append(f"{sortable(one.property)} {way} NULLS {nulls}")
    return ", ".join([*parts, f"{collection.id} {'DESC' if turned else 'ASC'}"])


def beyond(collection: Collection, query: Query) -> tuple[str, dict[str, Any]]:
    """What lies behind the page's place in its order, or before it: by values, so that any page costs the same."""
    place = query.place
    if place is None:
        return "true", {}
    sql = f"{collection.id} {'<' if place.backward else '>'} %(place)s"
    values: dict[str, Any] = {"place": place.id}
    for number, (one, value) in reversed(list(enumerate(zip(query.order, place.values, strict=True)))):
        column, bound = sortable(one.property), f"%(place{number})s::{TYPES[one.property.kind]}"
        sign = ">" if one.descending == place.backward else "<"
        if value is None:
            sql = f"{column} IS NOT NULL OR ({sql})" if place.backward else f"{column} IS NULL AND ({sql})"
            continue
        nulls = "" if place.backward else f" OR {column} IS NULL"
        sql = f"{column} {sign} {bound}{nulls} OR ({column} = {bound} AND ({sql}))"
        values[f"place{number}"] = value
    return f"({sql})", values


def sortable(known: Property) -> str:
    """A property as it is sorted: names by the Vietnamese alphabet."""
    return f'{known.name} COLLATE "vi-x-icu"' if known.kind == "string" else known.name


def is_past(collection: Collection, query: Query) -> bool:
    """Whether a query reads former states too: of a revision, of what was known at a time, or of zones by the day."""
    return bool(query.pinned is not None or query.known_at or (collection.part == "zones" and query.until))


def source(collection: Collection, query: Query) -> tuple[str, dict[str, Any]]:
    """Where a query reads from: what is served now, what was served at a revision or was known at a time, and of zones
    the version that was in force on the day."""
    if not is_past(collection, query):
        return collection.view, {}
    values: dict[str, Any] = {}
    highest = []
    if query.pinned is not None:
        highest.append("%(pinned)s")
        values["pinned"] = query.pinned
    if query.known_at:
        highest.append("coalesce((SELECT max(revision) FROM revision_times WHERE at <= %(known_at)s), 0)")
        values["known_at"] = query.known_at
    latest = f"least({', '.join(highest)})" if highest else ""
    table = f"({states(collection, latest)}) AS past"
    if collection.part == "zones" and query.until:
        values["until"] = query.until
        table = f"({in_force(collection, latest)}) AS dated"
    return table, values


def states(collection: Collection, latest: str) -> str:
    """The features as they stood at a revision; as they stand where `latest` is empty."""
    now = f"SELECT *, NULL::bigint AS until FROM {collection.view}"
    if not latest:
        return now
    ended = f"SELECT * FROM {collection.past} WHERE until > {latest} AND revision <= {latest}"
    return f"{now} WHERE revision <= {latest} UNION ALL {ended}"


def in_force(collection: Collection, latest: str) -> str:
    """Of each zone the last version that was in force by a day, in the state in which it was last known. A version with
    a higher number takes the place of an earlier one from its own day on; zones deleted as errors were never there.
    """
    known = f"WHERE revision <= {latest}" if latest else ""
    every = (
        f"SELECT *, NULL::bigint AS until FROM {collection.view} {known} "
        f"UNION ALL SELECT * FROM {collection.past} {known}"
    )
    versions = f"SELECT DISTINCT ON (slug, version) * FROM ({every}) every ORDER BY slug, version, revision DESC"
    return (
        f"SELECT DISTINCT ON (slug) * FROM ({versions}) versions WHERE (valid_from IS NULL OR valid_from <= %(until)s) "
        f"AND slug IN (SELECT slug FROM ({states(collection, latest)}) listed) ORDER BY slug, version DESC"
    )


def meets(collection: Collection, box: Box, *, is_pinned: bool) -> str:
    """A geometry meets a rectangle. The index alone knows what lies well inside; only shapes near its edge are read.

    The index keeps boxes in single precision, a metre wider at most: what it says to lie within a rectangle two metres
    smaller does lie within.
    """
    column, parts = collection.geometry, []
    inner = (
        f"ST_MakeEnvelope(%(west)s + {INSIDE}, %(south)s + {INSIDE}, %(east)s - {INSIDE}, %(north)s - {INSIDE}, 4326)"
    )
    for one in box_sql(box):
        exact = f"ST_Intersects({column}, {one})"
        wide = min(box.east - box.west, box.north - box.south) > 4 * INSIDE
        if box.crs.srid == CRS84.srid and wide and not is_pinned:
            inside = f"fid IN (SELECT fid FROM {collection.view} WHERE {column} @ {inner})"
            exact = f"{column} && {one} AND ({inside} OR {exact})"
        parts.append(f"({exact})")
    return f"({' OR '.join(parts)})"


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
