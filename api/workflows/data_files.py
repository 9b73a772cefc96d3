"""Reading the tables of `data/` into rows of the model: each is taken whole, or refused with its line and reason."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from geoalchemy2.shape import from_shape
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Point, Polygon, shape

from gis.dates import parse_edtf
from gis.errors import BadDate

Row = dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """One row that cannot be taken, and why. `row` is its line in a CSV, its feature's number in a GeoJSON."""

    file: str
    row: int
    field: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file} row {self.row}: {self.field} “{self.value}”: {self.reason}"


class Refused(ValueError):
    """Raised while a row is read; `read` turns it into a Refusal."""

    def __init__(self, name: str, value: object, reason: str) -> None:
        self.name, self.value, self.reason = name, value, reason
        super().__init__(reason)


@dataclass
class Parsed:
    """What a file held: rows of one or more tables by table name, and what was refused."""

    file: str
    count: int = 0
    rows: dict[str, list[Row]] = field(default_factory=dict)
    line_of: dict[tuple[str, Any], int] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)


Record = Row
Reading = Callable[[Record], Iterator[tuple[str, Row]]]


def read(path: Path, columns: str, reading: Reading) -> Parsed:
    """Read a CSV or GeoJSON file; `reading` turns a record into (table, row) pairs, or raises Refused.

    columns: the names a record must have, separated by spaces. A file that lacks one is refused as a whole.
    """
    parsed = Parsed(path.name)
    records = features(path) if path.suffix == ".geojson" else lines(path)
    for number, record in records:
        missing = [name for name in columns.split() if name not in record]
        if missing:
            parsed.refused.append(Refusal(path.name, number, missing[0], "", "this column is missing"))
            return parsed
        parsed.count += 1
        try:
            pairs = list(reading(record))
        except Refused as refused:
            parsed.refused.append(Refusal(path.name, number, refused.name, str(refused.value), refused.reason))
            continue
        for table, row in pairs:
            parsed.rows.setdefault(table, []).append(row)
            parsed.line_of.setdefault((table, next(iter(row.values()))), number)
    return parsed


def lines(path: Path) -> Iterator[tuple[int, Record]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for record in reader:
            yield reader.line_num, {k: (v or "").strip() for k, v in record.items() if k is not None}


def features(path: Path) -> Iterator[tuple[int, Record]]:
    collection = json.loads(path.read_text(encoding="utf-8"))
    for number, feature in enumerate(collection["features"], 1):
        licence = collection.get("licence")
        yield number, {**feature["properties"], "geometry": feature["geometry"], "licence": licence}


def number(record: Record, name: str) -> Decimal | None:
    """A plain number with a decimal point, or None for an empty cell."""
    value = record[name]
    if value in ("", None):
        return None
    try:
        result = Decimal(str(value))
    except InvalidOperation as error:
        raise Refused(name, value, "this is not a number; write 1106.5") from error
    if not result.is_finite():
        raise Refused(name, value, "this is not a finite number")
    return result


def needed(record: Record, name: str) -> Any:
    if record[name] in ("", None):
        raise Refused(name, "", "this cell must not be empty")
    return record[name]


def boolean(record: Record, name: str) -> bool | None:
    value = record[name]
    if value not in ("", "true", "false"):
        raise Refused(name, value, "this must be true, false or empty")
    return None if value == "" else value == "true"


def one_of(record: Record, name: str, known: Any) -> Any:
    if record[name] not in known:
        raise Refused(name, record[name], f"this is not known; known are: {', '.join(sorted(known))}")
    return record[name]


def dated(record: Record, name: str, into: str) -> Row:
    """Three columns of a date of its own precision: `into`, `into`_start and `into`_end; all null where unknown."""
    try:
        date = parse_edtf(record[name] or "")
    except BadDate as error:
        raise Refused(name, record[name], str(error)) from error
    if date is None:
        return {into: None, f"{into}_start": None, f"{into}_end": None}
    return {into: date.text, f"{into}_start": date.start, f"{into}_end": date.end}


def day(record: Record, name: str) -> Any:
    """A whole day, or None."""
    try:
        date = parse_edtf(record[name] or "")
    except BadDate as error:
        raise Refused(name, record[name], str(error)) from error
    if date is not None and date.start != date.end:
        raise Refused(name, record[name], "this must be a whole day, as 2021-06-29")
    return date.start if date else None


def multipolygon(record: Record, name: str = "geometry") -> Any:
    """A valid MultiPolygon as stored (EWKB, SRID 4326), or None."""
    if record[name] is None:
        return None
    try:
        geometry = shape(record[name])
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused(name, "", f"this is not a geometry: {error}") from error
    if isinstance(geometry, Polygon):
        geometry = MultiPolygon([geometry])
    if not isinstance(geometry, MultiPolygon) or geometry.is_empty or not geometry.is_valid:
        raise Refused(name, geometry.geom_type, "this must be a valid Polygon or MultiPolygon")
    return from_shape(geometry, srid=4326, extended=True)


def point(lon: Decimal | None, lat: Decimal | None) -> Any:
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("lon", lon, "longitude and latitude must be in degrees")
    return from_shape(Point(float(lon), float(lat)), srid=4326, extended=True)
