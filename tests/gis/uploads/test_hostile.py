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
from shapely.geometry import Point, Polygon, mapping

from gis.crs import CRS84
from gis.errors import (
    FeatureNotChosen,
    GisError,
    HoldsTooMuch,
    LayerNotChosen,
    TooManyEntries,
    TooManyFeatures,
    TooManyLayers,
    TooManyVertices,
    UnfoldsTooFar,
    UnknownFeature,
    UnknownFileKind,
    UnknownLayer,
    UnreadableFile,
    WrongEnding,
)
from gis.uploads import Limits, inspect, outline_of
from tests.gis.uploads.making import (
    CORNERS,
    SQUARE,
    TM3,
    archive,
    drawing,
    frame,
    geojson,
    in_crs,
    polyline,
    shapefile_parts,
    write,
    zipped,
)

SMALL = Limits(size=20_000_000, unpacked=3_000_000, entries=20, layers=3, features=5, vertices=200, outline=50)
RING = "106,9 106.1,9 106.1,9.1 106,9"
SOURCE = "<OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
VRT = f"<OGRVRTDataSource>{SOURCE}</OGRVRTDataSource>".encode()


def look(folder: Path, name: str, content: bytes, limits: Limits = SMALL, **options: Any) -> Any:
    path = folder / "upload"
    path.write_bytes(content)
    return inspect(path, name, limits=limits, **options)


def refusal(folder: Path, name: str, content: bytes, limits: Limits = SMALL) -> GisError:
    with pytest.raises(GisError) as caught:
        look(folder, name, content, limits)
    return caught.value


def reason(folder: Path, name: str, content: bytes) -> str:
    error = refusal(folder, name, content)
    assert isinstance(error, UnreadableFile), error
    return str(error.facts["reason"])


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


# Others


@pytest.mark.parametrize("ending", [".fgb", ".dxf", ".gpkg", ".kmz"])
@pytest.mark.parametrize("part", [0.2, 0.6, 0.95])
def test_half_a_file_is_refused_or_told_of(tmp_path: Path, ending: str, part: float) -> None:
    shape = in_crs(SQUARE, TM3) if ending == ".dxf" else SQUARE
    content = write(tmp_path / f"made{ending}", [shape, shape]).read_bytes()
    path = tmp_path / "upload"
    path.write_bytes(content[: int(len(content) * part)])
    try:
        found = inspect(path, f"zone{ending}")
    except GisError as error:
        assert isinstance(error, UnreadableFile)
    else:
        assert sum(one.features for one in found.layers) <= 2


def test_a_drawing_of_blocks_within_blocks_does_not_unfold(tmp_path: Path) -> None:
    """Ten blocks, each with ten of the one before it, would be ten thousand million lines."""
    lines = [
        "0",
        "SECTION",
        "2",
        "HEADER",
        "9",
        "$ACADVER",
        "1",
        "AC1021",
        "0",
        "ENDSEC",
        "0",
        "SECTION",
        "2",
        "BLOCKS",
    ]
    for level in range(10):
        lines += ["0", "BLOCK", "8", "0", "2", f"B{level}", "10", "0.0", "20", "0.0"]
        insides = [["0", "INSERT", "8", "0", "2", f"B{level - 1}", "10", "0.0", "20", "0.0"]] * 10
        for inside in insides if level else [polyline(CORNERS, is_closed=True)]:
            lines += inside
        lines += ["0", "ENDBLK"]
    lines += ["0", "ENDSEC", "0", "SECTION", "2", "ENTITIES", "0", "INSERT", "8", "0", "2", "B9", "10", "0", "20", "0"]
    lines += [*polyline(CORNERS, is_closed=True), "0", "ENDSEC", "0", "EOF"]
    found = look(tmp_path, "zone.dxf", "\n".join([*lines, ""]).encode())
    assert {one.name: one.features for one in found.layers} == {"0": 1, "RANH": 1}


@pytest.mark.parametrize(
    "name",
    ["zone.vrt", "zone.gpkg", "zone.fgb", "zone.dxf", "zone.json", "zone.zip", "zone.kmz", "zone.kml", "", "zone"],
)
def test_a_driver_behind_another_ending_is_not_found(tmp_path: Path, name: str) -> None:
    assert isinstance(refusal(tmp_path, name, VRT), UnknownFileKind)


def test_an_ending_that_contradicts_the_contents_is_refused(tmp_path: Path) -> None:
    content = write(tmp_path / "made.geojson", [SQUARE]).read_bytes()
    error = refusal(tmp_path, "zone.gpkg", content)
    assert isinstance(error, WrongEnding)
    assert "GeoJSON" in str(error)
    assert isinstance(refusal(tmp_path, "zone.xlsx", zipped({"[Content_Types].xml": b""})), UnknownFileKind)
    assert "empty" in reason(tmp_path, "zone.json", b" \n")


def test_counts_have_limits(tmp_path: Path) -> None:
    square = mapping(SQUARE)
    path = geojson(tmp_path / "many.json", *[square] * 6)
    assert isinstance(refusal(tmp_path, "many.json", path.read_bytes()), TooManyFeatures)
    circle = Point(106, 9.5).buffer(0.01, quad_segs=20)
    path = geojson(tmp_path / "round.json", *[mapping(circle)] * 3)
    assert isinstance(refusal(tmp_path, "round.json", path.read_bytes()), TooManyVertices)
    path = geojson(tmp_path / "one.json", mapping(circle))
    chosen = look(tmp_path, "one.json", path.read_bytes()).chosen
    assert (chosen.outline, [one.code for one in chosen.issues]) == (None, ["too-many-vertices"])
    layers = [polyline(CORNERS, is_closed=True, layer=f"L{number}") for number in range(4)]
    path = drawing(tmp_path / "layers.dxf", layers)
    assert isinstance(refusal(tmp_path, "layers.dxf", path.read_bytes()), TooManyLayers)
    for ending in (".gpkg", ".fgb", ".kml", ".zip", ".csv"):
        path = write(tmp_path / f"many{ending}", [SQUARE] * 6)
        assert isinstance(refusal(tmp_path, path.name, path.read_bytes()), TooManyFeatures), ending
    assert isinstance(refusal(tmp_path, "zone.json", path.read_bytes(), replace(SMALL, size=100)), HoldsTooMuch)


def test_only_so_many_features_are_listed_those_first_that_can_be_outlines(tmp_path: Path) -> None:
    points = [mapping(Point(106, 9 + number / 100)) for number in range(20)]
    path = geojson(tmp_path / "zone.json", *points, mapping(SQUARE))
    (layer,) = inspect(path, path.name, limits=Limits(listed=3)).layers
    assert [one.number for one in layer.listed] == [1, 2, 21]
    assert [one.code for one in layer.issues] == ["kinds-mixed", "not-all-listed"]
    assert layer.features == 21
    assert outline_of(path, path.name, feature=21).outline is not None


def test_attributes_are_cut_to_what_a_person_reads(tmp_path: Path) -> None:
    properties = {"x" * 500: "y" * 5_000, "c": "a\0\x07\x9bb", "n": {"deep": [1, 2]}, "big": 2**60}
    properties |= {f"k{number}": number for number in range(200)}
    feature = {"type": "Feature", "geometry": mapping(SQUARE), "properties": properties}
    path = tmp_path / "zone.json"
    path.write_text(json.dumps(feature), encoding="utf-8")
    (one,) = inspect(path, path.name).layers[0].listed
    assert len(one.attributes) == 50
    assert max(len(name) for name in one.attributes) <= 101
    assert max(len(str(value)) for value in one.attributes.values()) <= 301
    assert one.attributes["n"] == '{"deep": [1, 2]}'
    assert one.attributes["big"] == str(2**60)
    assert not set("\0\x07\x9b") & set(str(one.attributes["c"]))


# Places and shapes


def test_places_outside_and_axes_that_are_swapped_are_said_and_left(tmp_path: Path) -> None:
    swapped = Polygon([(y, x) for x, y in CORNERS])
    far = Polygon([(2.3, 48.8), (2.4, 48.8), (2.4, 48.9)])
    lat_first = Polygon([(y, x) for x, y in SQUARE.exterior.coords])
    cases = [
        (swapped, TM3, "axes-swapped", True), (lat_first, CRS84, "axes-swapped", False),
        (far, CRS84, "outside-vietnam", True),
        (Polygon([(9e9, 9e9), (9e9, 0), (0, 9e9)]), TM3, "outside-vietnam", False),
    ]  # fmt: skip
    for shape, crs, code, is_drawn in cases:
        path = write(tmp_path / "zone.csv", [shape])
        found = outline_of(path, path.name, crs=crs)
        assert code in [one.code for one in found.issues]
        assert found.area_ha is None
        assert (found.outline is not None) == is_drawn


def test_an_outline_that_crosses_itself_says_where(tmp_path: Path) -> None:
    bow = Polygon([(106, 9), (106.1, 9.1), (106.1, 9), (106, 9.1)])
    path = write(tmp_path / "zone.gpkg", [bow])
    found = outline_of(path, path.name)
    (issue,) = found.issues
    assert (issue.code, issue.severity) == ("self-intersection", "error")
    assert (issue.lon, issue.lat) == pytest.approx((106.05, 9.05))
    assert found.area_ha is None


def test_what_rounding_breaks_is_seen(tmp_path: Path) -> None:
    thin = Polygon([(106, 9), (106.1, 9.1), (106.1 - 1e-11, 9.1 + 1e-11)])
    path = write(tmp_path / "zone.gpkg", [thin])
    assert thin.is_valid
    assert [one.code for one in outline_of(path, path.name).issues if one.severity == "error"]


def test_a_choice_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "zones.gpkg"
    frame([SQUARE, SQUARE]).to_file(path, layer="a", driver="GPKG")
    frame([SQUARE]).to_file(path, layer="b", driver="GPKG")
    with pytest.raises(LayerNotChosen, match="a, b"):
        outline_of(path, path.name)
    with pytest.raises(UnknownLayer, match=r"“c”.*a, b"):
        outline_of(path, path.name, "c")
    with pytest.raises(FeatureNotChosen, match="it has 2"):
        outline_of(path, path.name, "a")
    with pytest.raises(UnknownFeature, match="from 1 to 2"):
        outline_of(path, path.name, "a", 3)
    assert outline_of(path, path.name, "b").feature == 1
