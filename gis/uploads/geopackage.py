"""GeoPackage, read by SQLite alone: only its plain tables, read-only, with no function, view, trigger or other file.

A GeoPackage is a program as much as a document: GDAL would run its views, with functions that open files and addresses.
"""

import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import shapely

from gis.errors import TooManyFeatures, TooManyLayers, UnreadableFile
from gis.issues import N_, Issue
from gis.uploads.limits import Limits
from gis.uploads.records import Record, Table, broken, parsed
from gis.uploads.systems import UNSAID, Said, by_name, read_system
from gis.uploads.words import cut

ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
ENVELOPES = (0, 32, 48, 48, 64)  # bytes by the code in the flags
COLLECTION = 7
UNDEFINED = (0, -1)
LAYERS = """
SELECT c.table_name, g.column_name, g.srs_id, m.type, m.sql
FROM gpkg_contents c
JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
JOIN sqlite_master m ON m.name = c.table_name AND m.type IN ('table', 'view')
WHERE c.data_type = 'features'
LIMIT 2000
"""
SYSTEM = "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ? LIMIT 1"
NOT_GPKG = N_("it is an SQLite database without the tables of a GeoPackage, or a damaged one")
VIEW = N_("“{layer}” is a view, a program rather than data, and is not read. Save it as a table.")
NOT_UTF8 = N_("Some letters of this layer are not UTF-8, which GeoPackage demands.")


def read(path: Path, name: str, limits: Limits) -> list[Table]:
    """The layers with geometry. Raises UnreadableFile, TooManyLayers, TooManyFeatures."""
    try:
        with closing(opened(path, limits)) as file:
            found = file.execute(LAYERS).fetchall()
            if len(found) > limits.layers:
                raise TooManyLayers(most=limits.layers)
            tables, room = [], limits.features
            for layer in found:
                tables.append(read_layer(file, layer, limits, room))
                room -= len(tables[-1].records)
    except (sqlite3.Error, sqlite3.Warning, UnicodeError, OverflowError) as error:
        raise UnreadableFile(file=name, reason=NOT_GPKG) from error
    if not tables:
        raise UnreadableFile(file=name, reason=N_("this GeoPackage has no layer with geometry"))
    return tables


def opened(path: Path, limits: Limits) -> sqlite3.Connection:
    """The file as it stands, never written, its log and its neighbours left alone; nothing but reading is allowed."""
    file = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)
    file.execute("PRAGMA trusted_schema = OFF")
    file.execute("PRAGMA cell_size_check = ON")
    file.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.size + 1)
    file.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    file.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 50)
    file.text_factory = lambda text: text.decode("utf-8", "replace")
    file.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY)
    return file


def read_layer(file: sqlite3.Connection, layer: tuple[Any, ...], limits: Limits, room: int) -> Table:
    name, column, srs, kind, definition = layer
    label = cut(str(name), 200)
    if kind != "table" or str(definition).upper().lstrip().startswith("CREATE VIRTUAL"):
        return Table(label, [], UNSAID, (Issue("layer-not-read", "error", VIEW, {"layer": label}),))
    cursor = file.execute(f"SELECT * FROM {quoted(str(name))} LIMIT ?", (room + 1,))  # noqa: S608 - quoted
    columns = [one[0] for one in cursor.description]
    spatial = next((place for place, one in enumerate(columns) if one.lower() == str(column).lower()), None)
    records = []
    for number, row in enumerate(cursor, 1):
        if number > room:
            raise TooManyFeatures(most=limits.features)
        values = {one: value for one, value in zip(columns, row, strict=True) if not isinstance(value, bytes)}
        records.append(record_of(number, values, None if spatial is None else row[spatial]))
    issues: tuple[Issue, ...] = ()
    if any("\N{REPLACEMENT CHARACTER}" in str(one) for record in records for one in record.attributes.values()):
        issues = (Issue("text-broken", "warning", NOT_UTF8),)
    return Table(label, records, system_of(file, srs), issues)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def record_of(number: int, values: dict[str, Any], blob: object) -> Record:
    if blob is None:
        return Record(number, values, None)
    wkb = wkb_of(blob) if isinstance(blob, bytes) else None
    if wkb is None:
        return Record(number, values, None, (broken(),))
    found, issues = parsed(lambda: shapely.from_wkb(wkb))
    return Record(number, values, found, issues)


def wkb_of(blob: bytes) -> bytes | None:
    """The WKB within a geometry of GeoPackage: behind GP, version, flags, id of the system and envelope.

    None for what is cut off, an extended geometry or a collection, which may hold others without end.
    """
    if len(blob) < 13 or blob[:2] != b"GP" or blob[3] & 0x20:
        return None
    envelope = blob[3] >> 1 & 7
    start = 8 + ENVELOPES[envelope] if envelope < len(ENVELOPES) else len(blob)
    wkb = blob[start:]
    return wkb if is_flat(wkb) else None


def is_flat(wkb: bytes) -> bool:
    """Whether no geometry in a WKB but the outermost has geometries of its own: the reader works by recursion."""
    outer = kind_at(wkb, 0)
    if outer is None or outer >= COLLECTION:
        return False
    if outer <= 3:
        return True
    inner = kind_at(wkb, 9)
    count = struct.unpack_from("<I" if wkb[0] else ">I", wkb, 5)[0] if len(wkb) >= 9 else 0
    if count == 0:
        return True
    if inner != outer - 3:
        return False
    place: int | None = 9
    for _ in range(count):
        if place is None or kind_at(wkb, place) != inner:
            return False
        place = end_of(wkb, place)
    return True


def kind_at(wkb: bytes, place: int) -> int | None:
    """The kind of the geometry that begins there, without its dimensions; of ISO and of EWKB."""
    if len(wkb) < place + 5 or wkb[place] > 1:
        return None
    return int(struct.unpack_from("<I" if wkb[place] else ">I", wkb, place + 1)[0] & 0x1FFFFFFF) % 1000


def end_of(wkb: bytes, place: int) -> int | None:
    """Where a point, line or polygon that begins at `place` ends; None where it is cut off."""
    order = "<" if wkb[place] else ">"
    code = struct.unpack_from(f"{order}I", wkb, place + 1)[0]
    low, kind = code & 0x1FFFFFFF, (code & 0x1FFFFFFF) % 1000
    has_z = bool(code & 0x80000000) or low // 1000 in (1, 3)
    has_m = bool(code & 0x40000000) or low // 1000 in (2, 3)
    width = 8 * (2 + has_z + has_m)
    place += 5 + (4 if code & 0x20000000 else 0)
    if kind == 1:
        return place + width
    rings = 1
    if kind == 3:
        if len(wkb) < place + 4:
            return None
        rings = struct.unpack_from(f"{order}I", wkb, place)[0]
        place += 4
    for _ in range(rings):
        if len(wkb) < place + 4:
            return None
        place += 4 + width * struct.unpack_from(f"{order}I", wkb, place)[0]
    return place


def system_of(file: sqlite3.Connection, srs: object) -> Said:
    """By the numbers of the definition, else by EPSG's code; undefined is unsaid."""
    if srs in UNDEFINED or not isinstance(srs, int):
        return UNSAID
    row = file.execute(SYSTEM, (srs,)).fetchone()
    if row is None:
        return by_code(srs)
    organization, code, definition = (str(one or "") for one in row)
    if definition.strip().lower() in ("", "undefined"):
        return by_code(code) if organization.upper() == "EPSG" else UNSAID
    return read_system(definition)


def by_code(code: object) -> Said:
    named = f"EPSG:{code}"
    crs = by_name(named)
    return Said(crs, crs.name) if crs is not None else read_system(named)
