"""Files that mean harm, or are only broken: each refused with its reason, none read further than it has to be."""

import json
import sqlite3
import struct
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Point, mapping

from gis.crs import CRS84
from gis.errors import (
    TooManyEntries,
    UnfoldsTooFar,
    UnknownFileKind,
    UnreadableFile,
)
from gis.uploads import inspect, outline_of
from tests.gis.uploads.making import (
    SMALL,
    SQUARE,
    VRT,
    archive,
    frame,
    geojson,
    look,
    reason,
    refusal,
    shapefile_parts,
    zipped,
)

RING = "106,9 106.1,9 106.1,9.1 106,9"


@pytest.fixture
def members(tmp_path: Path) -> dict[str, bytes]:
    parts = shapefile_parts(tmp_path / "made", [SQUARE])
    return {f"zone{ending}": content for ending, content in parts.items()}


# Archives


@pytest.mark.parametrize(
    "name", ["../z.shp", "a/../../z.shp", "/etc/z.shp", "C:\\z.shp", "C:/z.shp", "a\\..\\z.shp", "..\\z.shp"]
)
def test_a_path_that_leads_out_is_refused(tmp_path: Path, members: dict[str, bytes], name: str) -> None:
    assert "leads out of it" in reason(tmp_path, "zone.zip", zipped({**members, name: b"x"}))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["made", "upload"]


def test_folders_within_folders_have_an_end(tmp_path: Path, members: dict[str, bytes]) -> None:
    deep = "/".join("abcdefghijklm")
    assert "nested" in reason(tmp_path, "zone.zip", zipped({**members, f"{deep}/z.shp": b"x"}))
    found = look(tmp_path, "zone.zip", zipped({f"a/b/{name}": content for name, content in members.items()}))
    assert found.chosen.outline is not None


def test_links_passwords_and_archives_within_are_refused(tmp_path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(tmp_path / "link", "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
        link = zipfile.ZipInfo("other.shp")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    assert "a link" in reason(tmp_path, "zone.zip", (tmp_path / "link").read_bytes())
    locked = bytearray(zipped(members))
    place = locked.find(b"PK\1\2")
    locked[place + 8] |= 1
    assert "password" in reason(tmp_path, "zone.zip", bytes(locked))
    assert "archive within" in reason(tmp_path, "zone.zip", zipped({**members, "in.ZIP": zipped({"a": b""})}))
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        path = archive(tmp_path / "odd", members, method)
        assert "compressed in a way" in reason(tmp_path, "zone.zip", path.read_bytes())


def test_bombs_are_seen_before_they_unfold(tmp_path: Path, members: dict[str, bytes]) -> None:
    many = {f"{number}.txt": b"" for number in range(30)}
    assert isinstance(refusal(tmp_path, "zone.zip", zipped({**members, **many})), TooManyEntries)
    assert isinstance(refusal(tmp_path, "zone.zip", zipped({**members, "a": bytes(4_000_000)})), UnfoldsTooFar)
    steep = refusal(tmp_path, "zone.zip", zipped({**members, "a": bytes(2_000_000)}))
    assert isinstance(steep, UnfoldsTooFar)
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("parts")] == []


def test_a_member_that_lies_about_its_size_is_not_believed(tmp_path: Path, members: dict[str, bytes]) -> None:
    content = bytearray(zipped({**members, "zone.dbf": bytes(2_500_000)}))
    place = content.find(b"zone.dbf", content.find(b"PK\1\2")) - 46
    content[place + 24 : place + 28] = struct.pack("<I", 100)
    assert "damaged" in reason(tmp_path, "zone.zip", bytes(content))


@pytest.mark.parametrize("size", [4, 60, 200, -40, -1])
def test_a_broken_archive_is_refused(tmp_path: Path, members: dict[str, bytes], size: int) -> None:
    error = refusal(tmp_path, "zone.zip", zipped(members)[:size])
    assert isinstance(error, UnreadableFile)
    assert "damaged or incomplete" in str(error)


def test_an_archive_without_a_shapefile_says_so(tmp_path: Path, members: dict[str, bytes]) -> None:
    assert isinstance(refusal(tmp_path, "zone.zip", zipped({"a.txt": b"x"})), UnknownFileKind)
    assert "no .shp" in reason(tmp_path, "zone.zip", zipped({"zone.dbf": members["zone.dbf"]}))
    assert "one zip" in reason(tmp_path, "zone.shp", members["zone.shp"])
    twice = zipped({**members, "ZONE.SHP": b"x"})
    assert "same name" in reason(tmp_path, "zone.zip", twice)
    for content in (b"", b"x", members["zone.shp"][:90]):
        error = refusal(tmp_path, "zone.zip", zipped({**members, "zone.shp": content}))
        assert isinstance(error, UnreadableFile)


# KML


def kml(body: str, head: str = '<?xml version="1.0"?>') -> bytes:
    return f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'.encode()


def placemark(ring: str = RING) -> str:
    rings = f"<outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs>"
    return f"<Placemark><name>A</name><Polygon>{rings}</Polygon></Placemark>"


def test_entities_are_never_unfolded(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY l0 "ha">{laughs}]>'
    stranger = '<?xml version="1.0"?><!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    for head, name in ((bomb, "&l9;"), (stranger, "&x;"), ('<!DOCTYPE k SYSTEM "http://127.0.0.1/x.dtd">', "A")):
        content = kml(placemark().replace("A", name), head)
        assert "entities" in reason(tmp_path, "zone.kml", content)
        assert "entities" in reason(tmp_path, "zone.kmz", zipped({"doc.kml": content}))


def test_depth_has_an_end(tmp_path: Path) -> None:
    for tag in ("Folder", "Placemark", "MultiGeometry"):
        assert "nested" in reason(tmp_path, "zone.kml", kml(f"<{tag}>" * 3_000 + f"</{tag}>" * 3_000))


def test_links_are_told_of_and_not_followed(tmp_path: Path) -> None:
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/zone.kml</href></Link></NetworkLink>"
    (layer,) = look(tmp_path, "zone.kml", kml(placemark() + link * 2)).layers
    assert [(one.code, one.facts) for one in layer.issues] == [("link-not-followed", {"count": 2})]


def test_a_ring_that_is_not_closed_is_not_closed_for_anybody(tmp_path: Path) -> None:
    open_ring = [[106, 9], [106.1, 9], [106.1, 9.1]]
    files = {
        "zone.kml": kml(placemark("106,9 106.1,9 106.1,9.1 106,9.1")),
        "zone.json": json.dumps({"type": "Polygon", "coordinates": [open_ring]}).encode(),
        "zone.csv": b'a,WKT\n1,"POLYGON ((106 9, 106.1 9, 106.1 9.1))"\n',
    }
    for name, content in files.items():
        chosen = look(tmp_path, name, content, crs=CRS84).chosen
        assert chosen.outline is None
        assert [one.code for one in chosen.issues] == ["ring-open"], name


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (kml(placemark())[:-20], "XML is damaged"),
        (kml(placemark(), '<?xml version="1.0" encoding="windows-1258"?>'), "UTF-8"),
        (kml(placemark(), '<?xml version="1.0" encoding="XTF-8"?>'), "UTF-8"),
        (b"<gpx><kml></kml></gpx>", "not KML"),
        (VRT + b"<!-- <kml > -->", "not KML"),
        (b"<kml/>", "damaged"),
    ],
)
def test_xml_that_is_no_kml_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    assert told in reason(tmp_path, "zone.kml", content)


# Text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"type": "Polygon", "coordinates": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deeply"),
        (b'{"type": "Polygon", "coordinates": [[[1e999, 9]]]}', "not JSON"),
        (b'{"type": "Polygon", "coordinates": [[[NaN, 9]]]}', "not JSON"),
        (b'{"type": "Feature"', "not JSON"),
        (b'{"type": "Topology", "objects": {}}', "TopoJSON"),
        (b'{"rings": [], "spatialReference": {}}', "not GeoJSON"),
        (b"[]", "not GeoJSON"),
        (b"[1, 2]", "not GeoJSON"),
        (b'{"type": "FeatureCollection", "features": 5}', "not GeoJSON"),
        (b"\xff\xfe{", "none"),
    ],
)
def test_json_that_is_no_geojson_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    error = refusal(tmp_path, "zone.json", content)
    assert isinstance(error, UnknownFileKind) if told == "none" else told in str(error)


@pytest.mark.parametrize(
    "geometry",
    [
        "x", 5, [1], {}, {"type": "Blob"}, {"type": "Polygon"}, {"type": "Polygon", "coordinates": [[[1, 2], [3]]]},
        {"type": "Polygon", "coordinates": [[["106", "9"], ["107", "9"], ["107", "10"], ["106", "9"]]]},
        {"type": "Polygon", "coordinates": [[[106, None], [107, 9], [107, 10], [106, None]]]},
        {"type": "Polygon", "coordinates": 7}, {"type": ["Polygon"], "coordinates": []},
        {"type": "Polygon", "coordinates": [[[True, 9], [107, 9], [107, 10], [True, 9]]]},
    ],
)  # fmt: skip
def test_a_geometry_that_is_none_is_told_of_in_its_feature(tmp_path: Path, geometry: Any) -> None:
    path = geojson(tmp_path / "zone.json", geometry, mapping(SQUARE))
    broken, sound = inspect(path, path.name).layers[0].listed
    assert [one.severity for one in broken.issues] == ["error"]
    assert sound.issues == ()


def test_collections_within_collections_have_an_end(tmp_path: Path) -> None:
    nested = mapping(Point(106, 9))
    for _ in range(400):
        nested = {"type": "GeometryCollection", "geometries": [nested]}
    path = geojson(tmp_path / "zone.json", nested)
    assert [one.code for one in outline_of(path, path.name).issues] == ["geometry-unreadable"]
    deep = b'a,WKT\n1,"' + b"GEOMETRYCOLLECTION (" * 100_000 + b'"\n'
    chosen = look(tmp_path, "zone.csv", deep).chosen
    assert [(one.code, one.row) for one in chosen.issues] == [("geometry-unreadable", 2)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'a,WKT\n1,"POLYGON ((', "quotes"),
        (b"a;b\n1;2\n", "WKT"),
        (b"hello", "no rows"),
        (b"a,WKT\n", "no rows"),
        (VRT, "no rows"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    assert told in reason(tmp_path, "zone.csv", content)


def test_odd_cells_are_told_of_in_their_lines(tmp_path: Path) -> None:
    cells = ["POLYGON", "", "POLYGON EMPTY", "POLYGON ((106 9, nan 9, 107 10, 106 9))",
             "CURVEPOLYGON (CIRCULARSTRING (106 9, 107 10, 106 9))", "POINT (106 9)"]  # fmt: skip
    text = "a,WKT\n" + "".join(f'{number},"{cell}"\n' for number, cell in enumerate([SQUARE.wkt, *cells]))
    (layer,) = look(tmp_path, "zone.csv", text.encode(), replace(SMALL, features=50), crs=CRS84).layers
    told = [[(issue.code, issue.row) for issue in one.issues] for one in layer.listed]
    codes = ["geometry-unreadable", "geometry-missing", "geometry-empty", "geometry-not-finite",
             "geometry-unreadable", "not-a-polygon"]  # fmt: skip
    assert told == [[], *([(code, row)] for row, code in enumerate(codes, 3))]


# GeoPackage


def geopackage(folder: Path, *statements: str, blob: bytes | None = None) -> bytes:
    """A GeoPackage with one layer `z` on which somebody worked by hand."""
    path = folder / "made.gpkg"
    path.unlink(missing_ok=True)
    frame([SQUARE]).to_file(path, layer="z", driver="GPKG", SPATIAL_INDEX="NO")
    with closing(sqlite3.connect(path)) as file, file:
        for statement in statements:
            file.execute(statement)
        if blob is not None:
            file.execute("UPDATE z SET geom = ?", (blob,))
    return path.read_bytes()


def registered(name: str) -> list[str]:
    return [
        f"INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('{name}', 'features', '{name}', 4326)",  # noqa: E501
        f"INSERT INTO gpkg_geometry_columns VALUES ('{name}', 'geom', 'POLYGON', 4326, 0, 0)",
    ]


ENDLESS = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n AS fid, x'00' AS geom FROM t"


def test_views_and_virtual_tables_are_named_and_not_run(tmp_path: Path) -> None:
    content = geopackage(
        tmp_path, f"CREATE VIEW v AS {ENDLESS}", *registered("v"),
        "CREATE VIRTUAL TABLE w USING fts5(geom)", *registered("w"),
        "CREATE TRIGGER t AFTER INSERT ON z BEGIN SELECT load_extension('x'); END",
    )  # fmt: skip
    found = look(tmp_path, "zone.gpkg", content)
    assert [(one.name, [issue.code for issue in one.issues]) for one in found.layers] == [
        ("z", []), ("v", ["layer-not-read"]), ("w", ["layer-not-read"]),
    ]  # fmt: skip
    assert (tmp_path / "upload").read_bytes() == content


def test_tables_of_contents_that_are_programs_are_not_run(tmp_path: Path) -> None:
    endless = ENDLESS.replace("n AS fid, x'00' AS geom", "'z' AS table_name, 'features' AS data_type, upper(n) AS n")
    content = geopackage(
        tmp_path, "ALTER TABLE gpkg_contents RENAME TO old", f"CREATE VIEW gpkg_contents AS {endless}"
    )  # fmt: skip
    assert "GeoPackage" in reason(tmp_path, "zone.gpkg", content)


def test_names_of_tables_are_names(tmp_path: Path) -> None:
    name = 'z"; DROP TABLE z; --'
    quoted = name.replace('"', '""')
    content = geopackage(tmp_path, f'CREATE TABLE "{quoted}" (fid INTEGER, geom BLOB)', *registered(name))
    assert [one.name for one in look(tmp_path, "zone.gpkg", content).layers] == ["z", name]


MULTI, COLLECTION = struct.pack("<BII", 1, 6, 1), struct.pack("<BII", 1, 7, 1)
HEAD = b"GP\0\1" + struct.pack("<i", 4326)


@pytest.mark.parametrize(
    "blob",
    [
        b"", b"GP", HEAD, HEAD + MULTI * 200_000, HEAD + COLLECTION * 200_000, HEAD + struct.pack("<BII", 1, 6, 2**31),
        HEAD + struct.pack("<BIII", 1, 3, 1, 2**31), HEAD + struct.pack("<BII", 1, 3, 2**32 - 1), b"GP\0\x2f" + HEAD,
        b"XX" + bytes(40),
    ],
)  # fmt: skip
def test_a_geometry_that_lies_is_told_of(tmp_path: Path, blob: bytes) -> None:
    chosen = look(tmp_path, "zone.gpkg", geopackage(tmp_path, blob=blob)).chosen
    assert [one.code for one in chosen.issues] == ["geometry-unreadable"]


def test_a_database_that_is_no_geopackage_is_refused(tmp_path: Path) -> None:
    for statement in ("DROP TABLE gpkg_geometry_columns", "DROP TABLE gpkg_contents", "DELETE FROM gpkg_contents"):
        assert "GeoPackage" in reason(tmp_path, "zone.gpkg", geopackage(tmp_path, statement))
    for size in (100, 3_000, 20_000):
        assert "GeoPackage" in reason(tmp_path, "zone.gpkg", geopackage(tmp_path)[:size])
