"""Every format, read back by the programs that people use: values, letters, nulls, CRS and each bit of each vertex."""

import json
import math
import sqlite3
import struct
import weakref
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pyogrio.raw
import pyproj
import pytest
import shapely

from gis.crs import ALL, CRS84, WGS84, Crs, by_epsg
from gis.errors import UnreadableFile
from gis.formats import FORMATS, About, Column, Layer, format_of
from gis.formats.reading import READABLE, read
from gis.formats.shapefile import short_names

TM3 = by_epsg(9209)
HOSTILE = (
    "Khu công nghiệp Trần Đề", "=cmd|'/c calc'!A1", "+1", "-2", "@SUM(A1)", "\t=1", "<b>&\"'</b>", "a\r\nb",
    "%s {0} \\", "🏭 ế\u0302", "]]>", "'=1", "",
)  # fmt: skip
COLUMNS = (
    Column("slug", "string", "", "Identifier"), Column("name_vi", "string", "", "Name in Vietnamese"),
    Column("declared_area_ha", "number", "ha", "Declared area"), Column("version", "integer"),
    Column("is_target", "boolean"), Column("valid_from", "date"), Column("updated_at", "date-time"),
    Column("sectors", "array"),
)  # fmt: skip
ABOUT = About(
    "Zones", "What they are", "Five documents of Sóc Trăng", "https://register.example/", "https://register.example/q?a=1&b",
    date(2026, 11, 20),
)  # fmt: skip
WHEN = datetime(2026, 11, 20, 3, 4, 5, 678000, UTC)
EXACT = ("gpkg", "fgb", "parquet", "shp", "csv", "kml")
GDAL = ("gpkg", "fgb", "kml")


def outline(number: int) -> shapely.MultiPolygon:
    """A square with a hole and an islet, whose vertices use every bit of a double."""
    at = 105 + number / 7 + math.pi / 1e6
    ring = shapely.box(at, 9.1 + 1 / 3e5, at + 0.1, 9.2 + 1e-13)
    hole = shapely.box(at + 0.03, 9.13, at + 0.07, 9.17)
    return shapely.MultiPolygon([ring.difference(hole), shapely.box(at + 0.5, 9.3, at + 0.6, 9.4)])


def rows(count: int = len(HOSTILE), bare: int = 3) -> list[tuple[Any, ...]]:
    """Features with a hostile name each; the last ones know nothing, not even where they are."""
    known = [
        (f"kcn-{n}", HOSTILE[n % len(HOSTILE)], -n / 8, n, n % 2 == 0, date(2021, 6, 1 + n % 28), WHEN,
         ["dệt may", "=1"], outline(n).wkb)
        for n in range(count - bare)
    ]  # fmt: skip
    return known + [(f"kcn-{n}", *[None] * 8) for n in range(count - bare, count)]


def written(folder: Path, name: str, given: list[tuple[Any, ...]], crs: Crs = CRS84) -> Path:
    path = folder / f"zones{FORMATS[name].ending}"
    bare = sum(row[-1] is None for row in given)
    layer = Layer("zones", COLUMNS, "MultiPolygon", ABOUT, len(given), bare, crs)
    half = len(given) // 2
    FORMATS[name].write(path, layer, [part for part in (given[:half], given[half:]) if part])
    return path


def source(path: Path) -> str:
    return f"/vsizip/{path}" if path.suffix == ".zip" else str(path)


def frame(path: Path) -> geopandas.GeoDataFrame:
    if path.suffix == ".parquet":
        return geopandas.read_parquet(path)
    return geopandas.read_file(source(path))


def bits(geometry: Any) -> list[bytes]:
    """The vertices of a geometry's rings in an order of their own, whichever way these run."""
    return sorted(struct.pack("<2d", *point) for point in shapely.get_coordinates(geometry))


@pytest.mark.parametrize("name", EXACT)
def test_every_vertex_comes_back_bit_for_bit(tmp_path: Path, name: str) -> None:
    given = rows()
    contents = read(
        written(tmp_path, name, given), names={v: k for k, v in short_names([c.name for c in COLUMNS]).items()}
    )
    found = {record["slug"]: geometry for _, record, geometry in contents.records}
    assert len(found) == len(given)
    for row in given:
        stored = row[-1] and shapely.from_wkb(row[-1])
        if name in ("gpkg", "fgb", "parquet") and stored:
            assert found[row[0]].wkb == row[-1]
        assert (found[row[0]] is None) == (stored is None)
        assert stored is None or bits(found[row[0]]) == bits(stored)


@pytest.mark.parametrize("name", ["gpkg", "fgb", "parquet", "shp"])
@pytest.mark.parametrize("bare", [0, 3])
def test_geopandas_reads_values_letters_and_nulls(tmp_path: Path, name: str, bare: int) -> None:
    given = rows(bare=bare)
    found = frame(written(tmp_path, name, given))
    found = found.rename(columns={short: full for full, short in short_names([c.name for c in COLUMNS]).items()})
    assert len(found) == len(given)
    by_slug = {row["slug"]: row for row in found.to_dict("records")}
    for slug, text, area, version, flag, day, _, _, geometry in given:
        row = by_slug[slug]
        assert (row["geometry"] is None) == (geometry is None)
        if geometry is None:
            assert all(
                value is None or value != value for name, value in row.items() if name not in ("slug", "geometry")
            )
            continue
        if text or name != "shp":  # DBF has no empty text
            assert row["name_vi"] == text
        assert (row["declared_area_ha"], row["version"], bool(row["is_target"])) == (area, version, flag)
        assert str(row["valid_from"])[:10] == day.isoformat()


@pytest.mark.parametrize("name", GDAL)
@pytest.mark.parametrize("crs", ALL, ids=lambda crs: crs.code)
def test_gdal_knows_the_crs(tmp_path: Path, name: str, crs: Crs) -> None:
    if not FORMATS[name].any_crs and crs is not CRS84:
        return
    info = pyogrio.read_info(written(tmp_path, name, rows(), crs))
    assert info["crs"] == f"EPSG:{crs.epsg or 4326}"


@pytest.mark.parametrize("crs", ALL, ids=lambda crs: crs.code)
def test_parquet_csv_and_shapefile_tell_the_crs(tmp_path: Path, crs: Crs) -> None:
    given = rows()
    table = geopandas.read_parquet(written(tmp_path, "parquet", given, crs))
    assert table.crs == (pyproj.CRS.from_epsg(crs.epsg) if crs.epsg else pyproj.CRS("OGC:CRS84"))
    assert pyogrio.read_info(f"/vsizip/{written(tmp_path, 'shp', given, crs)}")["crs"] == f"EPSG:{crs.epsg or 4326}"
    meta, _, _, _ = pyogrio.raw.read(written(tmp_path, "csv", given, crs))
    assert meta["crs"] == (f"EPSG:{crs.epsg}" if crs.epsg else None)
    assert read(tmp_path / "zones.csv").crs is (CRS84 if crs is WGS84 else crs)


def test_geoparquet_is_as_its_standard_says(tmp_path: Path) -> None:
    given = rows()
    with pq.ParquetFile(written(tmp_path, "parquet", given, TM3)) as file:
        metadata, table = file.metadata.metadata, file.read()
    geo = json.loads(metadata[b"geo"])
    column = geo["columns"]["geometry"]
    assert (geo["version"], geo["primary_column"], column["encoding"]) == ("1.1.0", "geometry", "WKB")
    assert column["geometry_types"] == ["MultiPolygon"]
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 9209}
    outlines = [shapely.from_wkb(row[-1]) for row in given if row[-1]]
    assert column["bbox"] == list(shapely.total_bounds(outlines))
    boxes = [box for box in table["bbox"].to_pylist() if box]
    assert [tuple(box.values()) for box in boxes] == [shape.bounds for shape in outlines]
    assert table["bbox"].null_count == 3
    assert metadata[b"attribution"].decode() == ABOUT.attribution
    assert str(table.schema.field("updated_at").type) == "timestamp[us, tz=UTC]"
    assert table["updated_at"][0].as_py() == WHEN
    assert table["sectors"][0].as_py() == ["dệt may", "=1"]


def test_geopackage_has_aliases_attribution_and_an_index(tmp_path: Path) -> None:
    path = written(tmp_path, "gpkg", rows(), TM3)
    with closing(sqlite3.connect(path)) as file:
        aliases = dict(file.execute("SELECT column_name, name FROM gpkg_data_columns"))
        described = file.execute("SELECT identifier, description, data_type FROM gpkg_contents").fetchone()
        types = {row[1]: row[2] for row in file.execute("PRAGMA table_info(zones)")}
        extensions = {row[0] for row in file.execute("SELECT extension_name FROM gpkg_extensions")}
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert aliases["declared_area_ha"] == "Declared area (ha)"
    assert described == ("Zones", "What they are Five documents of Sóc Trăng", "features")
    assert (types["valid_from"], types["updated_at"], types["is_target"]) == ("DATE", "DATETIME", "BOOLEAN")
    assert {"gpkg_rtree_index", "gpkg_schema"} <= extensions
    told = pyogrio.read_info(path)["layer_metadata"]
    assert (told["attribution"], told["source"], told["date"]) == (ABOUT.attribution, ABOUT.register, "2026-11-20")


@pytest.mark.parametrize("bare", [0, 3])
def test_flatgeobuf_is_indexed_unless_a_geometry_is_missing(tmp_path: Path, bare: int) -> None:
    info = pyogrio.read_info(written(tmp_path, "fgb", rows(bare=bare)))
    assert info["capabilities"]["fast_spatial_filter"] == (bare == 0)
    assert info["layer_metadata"]["attribution"] == ABOUT.attribution


def test_xlsx_has_real_values_and_no_formula(tmp_path: Path) -> None:
    given = rows()
    book = openpyxl.load_workbook(written(tmp_path, "xlsx", given))
    sheet = book["zones"]
    cells = [cell for one in book.worksheets for line in one.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if cell.hyperlink]
    header, *lines = sheet.iter_rows(values_only=True)
    assert header == (*(column.name for column in COLUMNS), "longitude", "latitude")
    assert sheet.freeze_panes == "B2"
    for line, row in zip(lines, given, strict=True):
        assert (line[0], line[2:5]) == (row[0], (row[2], row[3], row[4]))
        # XML makes one line break of CR LF; an empty text is an empty cell.
        assert (line[1] or "").replace("_x000D_", "\r").replace("\r\n", "\n") == (row[1] or "").replace("\r\n", "\n")
        assert line[5] is None or line[5].date() == row[5]
        assert line[6] == (row[6] and WHEN.replace(tzinfo=None))
        assert row[-1] is None or shapely.from_wkb(row[-1]).contains(shapely.Point(line[8:10]))
        assert row[-1] is not None or line[8:10] == (None, None)
    about = dict(line[:2] for line in book["About"].iter_rows(values_only=True) if line[0])
    assert (about["Attribution"], about["Query"]) == (ABOUT.attribution, ABOUT.query)
    assert about["declared_area_ha"] == "Declared area (ha)"


def test_the_shapefile_tells_what_it_could_not_hold(tmp_path: Path) -> None:
    long = "ế" * 200
    given = [("a", long, 1.0, 1, True, None, WHEN, ["x"], outline(0).wkb)]
    with zipfile.ZipFile(written(tmp_path, "shp", given)) as file:
        names, told, page = set(file.namelist()), file.read("README.txt").decode(), file.read("zones.cpg")
    assert names == {"zones.shp", "zones.shx", "zones.dbf", "zones.prj", "zones.cpg", "README.txt"}
    assert page == b"UTF-8"
    assert "dcl_are_ha  declared_area_ha: Declared area (ha)" in told
    assert "shortened were 1 of name_vi" in told and ABOUT.attribution in told
    row = geopandas.read_file(f"/vsizip/{tmp_path}/zones.shp.zip").iloc[0]
    assert row["name_vi"] == "ế" * 84  # 252 bytes; half a letter is none


def test_short_names_are_short_and_stay_apart() -> None:
    names = ["leasable_area_ha", "leased_area_ha", "a" * 20, "a" * 21, "aaaaaaaaaa", "slug"]
    short = short_names(names)
    assert len(set(short.values())) == len(names)
    assert max(map(len, short.values())) <= 10
    assert short["slug"] == "slug"


def test_kml_is_xml_with_the_properties_typed(tmp_path: Path) -> None:
    given = rows()
    path = written(tmp_path, "kml", [*given, ("bell\x07", "\x00\ufffe", *[None] * 7)])
    found = geopandas.read_file(path)
    assert list(found["slug"])[:3] == ["kcn-0", "kcn-1", "kcn-2"]
    assert found["declared_area_ha"].dtype == np.float64
    text = path.read_text(encoding="utf-8")
    assert ABOUT.attribution in text and "<b>" not in text
    assert "bell\ufffd" in text


def test_a_sequence_says_whose_it_is_with_its_first_feature(tmp_path: Path) -> None:
    path = tmp_path / "zones.geojsons"
    feature = '{"type":"Feature","id":"a","geometry":null,"properties":{"slug":"a"}}'
    FORMATS["geojsonseq"].write(path, Layer("zones", (), "Point", ABOUT, 2), [[(feature,), (feature,)]])
    first, second = path.read_text(encoding="utf-8").split("\x1e")[1:]
    assert json.loads(first)["attribution"] == ABOUT.attribution
    assert second == feature + "\n"


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_found_is_a_file_too(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name, [])
    if name in READABLE:
        assert read(path).records == []
    assert path.stat().st_size > 0 or name == "geojsonseq"


class Batch(list[tuple[Any, ...]]):
    """A list that can be watched."""


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.rows == "values"])
def test_a_writer_holds_few_batches_at_a_time(tmp_path: Path, name: str) -> None:
    alive: weakref.WeakSet[Batch] = weakref.WeakSet()
    most = 0

    class Watched(Batch):
        __hash__ = object.__hash__  # type: ignore[assignment]

    def batches() -> Iterator[list[tuple[Any, ...]]]:
        nonlocal most
        for _ in range(20):
            batch = Watched(rows(10))
            alive.add(batch)
            most = max(most, len(alive))
            yield batch

    layer = Layer("zones", COLUMNS, "MultiPolygon", ABOUT, 200, 60)
    FORMATS[name].write(tmp_path / f"zones{FORMATS[name].ending}", layer, batches())
    assert most <= 3


@pytest.mark.parametrize("name", ["gpkg", "parquet", "csv"])
def test_what_fails_while_rows_come_in_is_told_as_it_is(tmp_path: Path, name: str) -> None:
    def batches() -> Iterator[list[tuple[Any, ...]]]:
        yield rows(4)
        raise LookupError("the database went away")

    layer = Layer("zones", COLUMNS, "MultiPolygon", ABOUT, 9, 3)
    with pytest.raises(LookupError, match="the database went away"):
        FORMATS[name].write(tmp_path / f"zones{FORMATS[name].ending}", layer, batches())


def test_the_ending_says_the_format() -> None:
    for name, one in FORMATS.items():
        found = format_of(Path(f"Zones-2026{one.ending.upper()}"))
        assert found
        assert found.name == name
    assert format_of(Path("zones.doc")) is None


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("a.gpkg", b"no database", ""), ("a.csv", b'slug,WKT\r\n"a"\r\n', "line 2"),
     ("a.csv", b"slug,WKT\na,POINT(\n", ""),
     ("a.geojson", b"[]", "not a FeatureCollection"), ("a.geojson", b"{", ""), ("a.parquet", b"PAR1", ""),
     ("a.shp.zip", b"PK", ""), ("a.xlsx", b"", "its ending must be one of"),
     ("a.geojsons", b'{"type":"Point"}', "number 1")],
)  # fmt: skip
def test_a_broken_file_is_refused_by_its_name(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=f"“{name}” cannot be read: .*{reason}"):
        read(path)
