"""Features as bytes of GeoJSON: written by PostGIS, once for each state of a feature, and kept while there is room.

A feature's state is known by its key: its number (`fid`) and the revision that wrote it, fid << 32 | revision.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from api.store.collections import Collection, Property
from api.store.connect import Reader
from gis.crs import CRS84, Crs

DEGREE_DIGITS, METRE_DIGITS = 15, 4  # stored degrees to the last bit; metres to 0.1 mm
KEY = "(fid::bigint << 32) | revision"
OVERHEAD = 400  # bytes that Python needs for an entry beside the feature's own


@dataclass(frozen=True)
class Variant:
    """How features are written: in which system of coordinates, with which properties (None: all), with a geometry?"""

    crs: Crs = CRS84
    properties: tuple[str, ...] | None = None
    has_geometry: bool = True


WHOLE = Variant()


class Rendered:
    """A feature as GeoJSON, with a comma before it; `block` is the same as a piece of a deflate stream."""

    __slots__ = ("block", "id", "piece")

    def __init__(self, item: str, body: str) -> None:
        self.id = item
        self.piece = b"," + body.encode()
        self.block: bytes | None = None

    @property
    def body(self) -> bytes:
        return self.piece[1:]

    def deflated(self) -> bytes:
        """The piece, compressed without reference to what stands before it, so that it may follow any other."""
        if self.block is None:
            press = zlib.compressobj(6, zlib.DEFLATED, -15)
            self.block = press.compress(self.piece) + press.flush(zlib.Z_FULL_FLUSH)
        return self.block


class KeptFeatures:
    """Rendered features within a number of bytes. What was asked for lately stays, in two generations: when the young
    one holds half of the room, it becomes the old one, and what the old one still held is forgotten.
    """

    def __init__(self, reader: Reader, room: int) -> None:
        self.reader = reader
        self.room = room
        self.young: dict[tuple[str, Variant], dict[int, Rendered]] = {}
        self.old: dict[tuple[str, Variant], dict[int, Rendered]] = {}
        self.size = 0

    async def render(self, collection: Collection, keys: Sequence[int], variant: Variant = WHOLE) -> list[Rendered]:
        """The features of `keys`, in their order. One that nobody knows any more is left out."""
        kind = (collection.name, variant)
        young = self.young.get(kind, {})
        found = [young.get(key) for key in keys]
        if None not in found:
            return found  # type: ignore[return-value]
        old = self.old.get(kind, {})
        fresh = {key: old[key] for key, one in zip(keys, found, strict=True) if one is None and key in old}
        missing = [key for key, one in zip(keys, found, strict=True) if one is None and key not in fresh]
        if missing:
            fresh |= await self.fetch(collection, missing, variant)
        self.keep(kind, fresh)
        return [one for key, had in zip(keys, found, strict=True) if (one := had or fresh.get(key))]

    async def fetch(self, collection: Collection, keys: Sequence[int], variant: Variant) -> dict[int, Rendered]:
        """Features from the database: as they stand, or as they stood where they were changed meanwhile."""
        body = feature_json(collection, variant)
        found: dict[int, Rendered] = {}
        for table in (collection.view, collection.past):
            wanted = [key for key in keys if key not in found]
            if wanted:
                statement = (
                    f"SELECT {KEY}, {collection.id}, {body} FROM {table} "
                    f"WHERE fid = ANY(%(fids)s) AND {KEY} = ANY(%(keys)s)"
                )
                values: dict[str, object] = {"fids": [key >> 32 for key in wanted], "keys": wanted}
                rows = await self.reader.rows(statement, values)
                found |= {key: Rendered(item, text) for key, item, text in rows}
        return found

    def keep(self, kind: tuple[str, Variant], features: dict[int, Rendered]) -> None:
        self.size += sum(len(one.piece) * 3 // 2 for one in features.values()) + OVERHEAD * len(features)
        self.young.setdefault(kind, {}).update(features)
        if self.size > self.room // 2:
            self.old, self.young, self.size = self.young, {}, 0


def feature_json(collection: Collection, variant: Variant, more: Mapping[str, str] = MappingProxyType({})) -> str:
    """The expression that writes a row as a GeoJSON feature; `more` are further members and their expressions."""
    wanted = variant.properties
    columns = [value_sql(one) for one in collection.properties if wanted is None or one.name in wanted]
    members = {
        "id": f"to_json({collection.id})::text", **more,
        "geometry": geometry_json(collection, variant.crs) if variant.has_geometry else "'null'",
        "properties": f"row_to_json((SELECT p FROM (SELECT {', '.join(columns)}) p))::text" if columns else "'{}'",
    }  # fmt: skip
    written = " || ".join(f"""',"{name}":' || {value}""" for name, value in members.items())
    return f"""'{{"type":"Feature"' || {written} || '}}'"""


def geometry_json(collection: Collection, crs: Crs) -> str:
    """The expression that writes a row's geometry, `null` where it has none."""
    if collection.geometry is None:
        return "'null'"
    return f"coalesce(ST_AsGeoJSON({in_crs(collection.geometry, crs)}, {digits(crs)}, 0), 'null')"


def value_sql(known: Property) -> str:
    """A column as its value is written. A number that may have decimals always has one, 243.0: QGIS and GDAL take a
    field for one of whole numbers where the first features have no other, and lose what comes behind.
    """
    name = known.name
    if known.kind != "number":
        return name
    whole = f"to_json(round({name}::numeric, 1))"
    return f"CASE WHEN {name} = floor({name}) THEN {whole} ELSE to_json({name}) END AS {name}"


def in_crs(column: str, crs: Crs) -> str:
    """A column of shapes in a system of coordinates, in the order of its axes."""
    if crs.srid != CRS84.srid:
        column = f"ST_Transform({column}, {crs.srid})"
    return f"ST_FlipCoordinates({column})" if crs.axis_order == "lat,lon" else column


def digits(crs: Crs) -> int:
    if crs.srid == CRS84.srid:
        return DEGREE_DIGITS
    return METRE_DIGITS if crs.is_projected else 9
