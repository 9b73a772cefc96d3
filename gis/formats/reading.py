"""Reading the files back that this package writes, also after another program has edited them.

Only those that hold geometry with every digit: not XLSX, whose sheets have no outlines.
"""

import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gis.crs import CRS84, Crs, by_epsg, parse_crs
from gis.errors import GisError, UnreadableFile
from gis.formats.delimited import WKT, WKT_OF, unguarded
from gis.formats.kinds import FORMATS, Format, format_of
from gis.formats.sequences import RECORD_SEPARATOR
from gis.formats.shapefile import LONGEST_TEXT

Record = dict[str, Any]
READABLE = tuple(name for name in FORMATS if name != "xlsx")


@dataclass(frozen=True)
class Contents:
    """What a file holds: its columns, and each record with its number (in CSV its line) and geometry, or None.

    Geometries are shapely's, lon, lat or easting, northing in `crs`, whatever order the file has them in. A column that
    is empty is None; in CSV everything else is text. spatial: whether there is a place for geometry at all.
    longest_text: bytes that a text can have there, 0 for any number.
    """

    columns: tuple[str, ...]
    crs: Crs
    records: list[tuple[int, Record, Any]]
    spatial: bool = True
    longest_text: int = 0


def read(path: Path, wanted: Crs | None = None, names: dict[str, str] | None = None) -> Contents:
    """Everything in a file. Raises UnreadableFile, UnknownCrs, MisspeltCrs.

    wanted: the CRS of GeoJSON, which cannot say it (WGS 84 lon, lat unless told). names: full names by the short ones
    that a shapefile has.
    """
    chosen = format_of(path)
    if chosen is None or chosen.name not in READABLE:
        known = ", ".join(FORMATS[name].ending for name in READABLE)
        raise UnreadableFile(file=path.name, reason=f"its ending must be one of {known}")
    try:
        return read_as(chosen, path, wanted, names or {})
    except (GisError, MemoryError):
        raise
    except Exception as error:  # each library has its own
        raise UnreadableFile(file=path.name, reason=str(error).strip().rstrip(".") or type(error).__name__) from error


def read_as(chosen: Format, path: Path, wanted: Crs | None, names: dict[str, str]) -> Contents:
    match chosen.name:
        case "csv":
            return read_csv(path)
        case "json" | "jsonfg":
            return read_collection(path, wanted)
        case "geojsonseq":
            return read_sequence(path, wanted)
        case "parquet":
            return read_parquet(path)
        case "shp":
            return read_by_gdal(f"/vsizip/{{{path.absolute()}}}", names)
        case _:
            return read_by_gdal(str(path), {})


def read_csv(path: Path) -> Contents:
    import shapely

    csv.field_size_limit(1 << 30)  # outlines are long
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True)
    header = list(reader.fieldnames or ())
    spatial = next((name for name in header if name == WKT or name.startswith(WKT_OF)), None)
    crs = CRS84 if spatial in (None, WKT) else by_epsg(int(str(spatial).removeprefix(WKT_OF)))
    records = []
    for row in reader:
        if None in row or None in row.values():
            raise UnreadableFile(file=path.name, reason=f"line {reader.line_num} has not {len(header)} cells")
        text = row.pop(spatial) if spatial else ""
        outline = shapely.from_wkt(text) if text else None
        records.append((reader.line_num, {name: unguarded(cell) or None for name, cell in row.items()}, outline))
    return Contents(tuple(name for name in header if name != spatial), in_lonlat(crs), records, spatial is not None)


def read_collection(path: Path, wanted: Crs | None) -> Contents:
    collection = json.loads(path.read_text(encoding="utf-8-sig"))
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise UnreadableFile(file=path.name, reason="this is not a FeatureCollection")
    told = collection.get("coordRefSys")
    return of_features(path, collection["features"], parse_crs(told) if isinstance(told, str) else wanted)


def read_sequence(path: Path, wanted: Crs | None) -> Contents:
    text = path.read_text(encoding="utf-8-sig")
    texts = text.split(RECORD_SEPARATOR) if RECORD_SEPARATOR in text else text.split("\n")
    return of_features(path, [json.loads(one) for one in texts if one.strip()], wanted)


def of_features(path: Path, features: list[Any], wanted: Crs | None) -> Contents:
    """`place` before `geometry`; the axis order of the CRS on the wire."""
    from shapely.geometry import shape

    crs = wanted or CRS84
    columns: dict[str, None] = {}
    records = []
    for number, feature in enumerate(features, 1):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
            raise UnreadableFile(file=path.name, reason=f"number {number} is not a feature")
        columns |= dict.fromkeys(feature["properties"])
        placed = feature.get("place")
        outline = placed or feature.get("geometry")
        own = crs if placed or "place" not in feature else CRS84
        found = turned(shape(outline), own) if outline else None
        records.append((number, feature["properties"], found))
    return Contents(tuple(columns), in_lonlat(crs), records)


def turned(outline: Any, crs: Crs) -> Any:
    """Latitude first becomes longitude first."""
    import shapely

    return shapely.transform(outline, lambda points: points[:, ::-1]) if crs.axis_order == "lat,lon" else outline


def read_parquet(path: Path) -> Contents:
    import pyarrow.parquet as pq
    import shapely

    with pq.ParquetFile(path) as file:
        geo = json.loads((file.metadata.metadata or {}).get(b"geo", b"null"))
        table = file.read()
    spatial, crs = None, CRS84
    if geo:
        spatial = geo["primary_column"]
        column = geo["columns"][spatial]
        covering = column.get("covering", {}).get("bbox", {})
        told = column.get("crs")
        crs = crs_of(told) if told else CRS84
        table = table.drop_columns([*{path[0] for path in covering.values()}])
    outlines = table.column(spatial).to_pylist() if spatial else [None] * len(table)
    table = table.drop_columns([spatial]) if spatial else table
    rows = zip(table.to_pylist(), outlines, strict=True)
    records = [(number, row, outline and shapely.from_wkb(outline)) for number, (row, outline) in enumerate(rows, 1)]
    return Contents(tuple(table.column_names), crs, records, spatial is not None)


def read_by_gdal(source: str, names: dict[str, str]) -> Contents:
    import pyogrio.raw
    import shapely

    meta, _, outlines, arrays = pyogrio.raw.read(source)
    columns = tuple(names.get(name, name) for name in meta["fields"])
    values = (dict(zip(columns, row, strict=True)) for row in zip(*(listed(one) for one in arrays), strict=True))
    spaces: Iterator[Any] = iter(outlines if outlines is not None else [None] * len(arrays[0]))
    records = [
        (number, row, None if outline is None else shapely.from_wkb(outline))
        for number, (row, outline) in enumerate(zip(values, spaces, strict=True), 1)
    ]
    crs = crs_of(meta["crs"]) if meta["crs"] else CRS84
    return Contents(columns, crs, records, outlines is not None, LONGEST_TEXT if names else 0)


def listed(array: Any) -> list[Any]:
    """Values of a column; what is not a number is None."""
    return [None if isinstance(one, float) and math.isnan(one) else one for one in array.tolist()]


def crs_of(told: object) -> Crs:
    """The register's CRS that a file means: by its EPSG code, or CRS84. Raises UnknownCrs."""
    from pyproj import CRS

    found = CRS.from_user_input(told)
    epsg = found.to_epsg()
    if epsg is None and found.to_authority() == ("OGC", "CRS84"):
        return CRS84
    return in_lonlat(by_epsg(epsg or 0))


def in_lonlat(crs: Crs) -> Crs:
    """In files and here WGS 84 is longitude first, so EPSG:4326 means the same as CRS84."""
    return CRS84 if crs.epsg == 4326 else crs
