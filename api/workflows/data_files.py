"""Reading the tables of `data/` into rows of the model: each is taken whole, or refused with its line and reason."""

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Point, Polygon, shape

from gis.crs import round_degrees
from gis.dates import parse_edtf
from gis.errors import BadDate

Row = dict[str, Any]
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
SURPLUS = "cells behind the last column"
LISTED = 12  # of more values that would be right only the nearest are named


@dataclass(frozen=True)
class Refusal:
    """One row that cannot be taken, and why.

    `row` is its line in a CSV, its feature's number in a GeoJSON, and 0 where the file as a whole is meant.
    """

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
    """What a file held: by table the rows with the line each came from, and what was refused."""

    file: str
    count: int = 0
    rows: dict[str, list[tuple[int, Row]]] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)


Record = Row
Reading = Callable[[Record], Iterator[tuple[str, Row]]]


def read(path: Path, columns: str, reading: Reading) -> Parsed:
    """Read a CSV or GeoJSON file; `reading` turns a record into (table, row) pairs, or raises Refused.

    columns: the names a record must have, separated by spaces. A file that lacks one is refused as a whole, and so is
    one that cannot be read to its end.
    """
    parsed = Parsed(path.name)

    def refuse(number: int, refused: Refused) -> None:
        parsed.refused.append(Refusal(path.name, number, refused.name, str(refused.value), refused.reason))

    try:
        records = list(features(path) if path.suffix == ".geojson" else lines(path, columns.split()))
    except Refused as refused:
        refuse(0, refused)
        return parsed
    for number, record in records:
        parsed.count += 1
        try:
            check_columns(record, columns.split())
            pairs = list(reading(record))
        except Refused as refused:
            refuse(number, refused)
            continue
        for table, row in pairs:
            parsed.rows.setdefault(table, []).append((number, row))
    return parsed


def text_of(path: Path) -> str:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused("file", "", f"line {line} is not UTF-8 text; save the file as UTF-8") from error
    if not text.strip():
        raise Refused("file", "", "this file is empty")
    return text


def lines(path: Path, columns: list[str]) -> Iterator[tuple[int, Record]]:
    """The rows of a CSV with the line each ends on; a row that is too short lacks its last names."""
    reader = csv.DictReader(io.StringIO(text_of(path), newline=""), restkey=SURPLUS, strict=True)
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise Refused(", ".join(missing), "", "this column is missing")
    try:
        for record in reader:
            yield reader.line_num, {name: cell for name, cell in record.items() if cell is not None}
    except csv.Error as error:
        raise Refused("file", "", f"line {reader.line_num} is not CSV: {error}") from error


def features(path: Path) -> Iterator[tuple[int, Record]]:
    """The features of a GeoJSON with their numbers, each a flat record with the file's licence."""
    try:
        collection = json.loads(text_of(path))
    except json.JSONDecodeError as error:
        raise Refused("file", "", f"line {error.lineno} is not JSON: {error.msg}") from error
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise Refused("file", "", "this is not a GeoJSON FeatureCollection")
    for number, feature in enumerate(collection["features"], 1):
        is_feature = isinstance(feature, dict) and isinstance(feature.get("properties"), dict)
        record = {**feature["properties"], "geometry": feature.get("geometry")} if is_feature else {}
        yield number, {**record, "licence": collection.get("licence")}


def check_columns(record: Record, columns: list[str]) -> None:
    """Strip a record's cells. Raises Refused where it has not just the cells it should have."""
    missing = [name for name in columns if name not in record]
    if missing:
        raise Refused(missing[0], "", "this is missing")
    if SURPLUS in record:
        raise Refused("row", record[SURPLUS], "it has more cells than the header; quote cells that hold a comma")
    for name, value in record.items():
        if isinstance(value, str):
            record[name] = value.strip()


def number(record: Record, name: str) -> Decimal | None:
    """A plain number with a decimal point, or None for an empty cell."""
    value = record[name]
    if value in ("", None):
        return None
    is_number = NUMBER.fullmatch(value) if isinstance(value, str) else isinstance(value, int | float)
    if not is_number or isinstance(value, bool):
        raise Refused(name, value, "this is not a number; write 1106.5")
    result = Decimal(str(value))
    if not result.is_finite():
        raise Refused(name, value, "this is not a finite number")
    return result


def whole(record: Record, name: str) -> int:
    """A whole number that must be there."""
    value = number({name: needed(record, name)}, name)
    if value is None or value != int(value):
        raise Refused(name, record[name], "this must be a whole number")
    return int(value)


def needed(record: Record, name: str) -> str:
    value = record[name]
    if value in ("", None):
        raise Refused(name, "", "this must not be empty")
    if not isinstance(value, str):
        raise Refused(name, value, "this must be text")
    return value


def boolean(record: Record, name: str) -> bool | None:
    value = record[name]
    if value not in ("", "true", "false"):
        raise Refused(name, value, "this must be true, false or empty")
    return None if value == "" else value == "true"


def flag(record: Record, name: str) -> bool:
    """True or false, and not empty."""
    return bool(boolean({name: needed(record, name)}, name))


def texts(record: Record, name: str) -> list[str]:
    """A list of texts, as GeoJSON can hold one."""
    value = record[name]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Refused(name, value, "this must be a list of texts")
    return value


def one_of(record: Record, name: str, known: Collection[str]) -> Any:
    value = record[name]
    if not isinstance(value, str) or value not in known:
        near = sorted(known) if len(known) <= LISTED else get_close_matches(str(value), known)
        raise Refused(name, value, "this is not known" + (f"; known are: {', '.join(near)}" if near else ""))
    return value


def dated(record: Record, name: str, into: str) -> Row:
    """Three columns of a date of its own precision: `into`, `into`_start and `into`_end; all null where unknown."""
    try:
        date = parse_edtf(str(record[name] or ""))
    except BadDate as error:
        raise Refused(name, record[name], str(error)) from error
    if date is None:
        return {into: None, f"{into}_start": None, f"{into}_end": None}
    return {into: date.text, f"{into}_start": date.start, f"{into}_end": date.end}


def day(record: Record, name: str) -> Any:
    """A whole day, or None."""
    try:
        date = parse_edtf(str(record[name] or ""))
    except BadDate as error:
        raise Refused(name, record[name], str(error)) from error
    if date is not None and date.start != date.end:
        raise Refused(name, record[name], "this must be a whole day, as 2021-06-29")
    return date.start if date else None


def multipolygon(record: Record, name: str = "geometry") -> MultiPolygon | None:
    """A valid MultiPolygon, rounded to 1e-9 degree, or None."""
    if record[name] is None:
        return None
    try:
        geometry = shapely.transform(shape(record[name]), round_degrees)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused(name, "", f"this is not a geometry: {error}") from error
    if isinstance(geometry, Polygon):
        geometry = MultiPolygon([geometry])
    if not isinstance(geometry, MultiPolygon) or geometry.is_empty or not geometry.is_valid:
        raise Refused(name, geometry.geom_type, "this must be a valid Polygon or MultiPolygon")
    west, south, east, north = geometry.bounds
    if west < -180 or south < -90 or east > 180 or north > 90:
        raise Refused(name, geometry.geom_type, "its coordinates must be longitude and latitude in degrees")
    return geometry


def point(lon: Decimal | None, lat: Decimal | None) -> Point:
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("lon", lon, "longitude and latitude must be in degrees")
    return Point(round_degrees(float(lon)), round_degrees(float(lat)))
