"""Each format gives the same outline: bit for bit from WGS 84, by the official operation from VN-2000."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, mapping

from gis.crs import CRS84, by_epsg, round_degrees, to_wgs84
from gis.shapes import geodesic_area_m2
from gis.uploads import inspect, outline_of
from gis.uploads.systems import read_system
from gis.vertices import are_same
from tests.gis.uploads.making import (
    CORNERS,
    NAME,
    SQUARE,
    TM3,
    archive,
    drawing,
    frame,
    geojson,
    in_crs,
    polyline,
    shapefile_parts,
    whole,
    write,
    zipped_shapefile,
)

ENDINGS = [".geojson", ".gpkg", ".zip", ".kml", ".kmz", ".fgb", ".csv"]
ASKS = {".csv": CRS84}


@pytest.mark.parametrize("ending", ENDINGS)
def test_vertices_in_wgs84_are_taken_bit_for_bit(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"zone{ending}", [SQUARE])
    found = outline_of(path, path.name, crs=ASKS.get(ending))
    assert found.outline is not None
    assert are_same(found.outline, SQUARE)
    assert found.crs is CRS84
    assert found.name == NAME
    assert found.area_ha == pytest.approx(geodesic_area_m2(SQUARE) / 10_000, abs=1e-3)
    assert [one.code for one in found.issues] == []


@pytest.mark.parametrize("ending", [".gpkg", ".zip", ".fgb", ".csv", ".dxf"])
@pytest.mark.parametrize("epsg", [9209, 5897, 3405])
def test_vn2000_comes_by_the_official_operation(tmp_path: Path, ending: str, epsg: int) -> None:
    crs = by_epsg(epsg)
    shape = in_crs(SQUARE, crs)
    path = write(tmp_path / f"zone{ending}", [shape], crs)
    found = outline_of(path, path.name, crs=crs if ending in (".csv", ".dxf") else None)
    assert found.crs is crs
    assert found.outline is not None
    expected = round_degrees(to_wgs84(shapely.get_coordinates(shape), crs))
    assert are_same(found.outline, Polygon(expected))


def test_the_operation_is_not_the_one_that_proj_prefers_here(tmp_path: Path) -> None:
    from pyproj import Transformer

    path = write(tmp_path / "zone.gpkg", [Polygon(CORNERS)], TM3)
    found = outline_of(path, path.name)
    assert found.outline is not None
    theirs = Transformer.from_crs(9209, 4326, always_xy=True).transform(*CORNERS[0])
    ours = found.outline.geoms[0].exterior.coords[0]
    assert 0.6 < np.hypot(*(np.subtract(theirs, ours) * 111_000)) < 1.0


def test_vertices_finer_than_a_tenth_of_a_millimetre_are_rounded_once(tmp_path: Path) -> None:
    fine = Polygon([(106.1234567890123, 9.5), (106.2, 9.5000000004999), (106.2, 9.6)])
    path = write(tmp_path / "zone.gpkg", [fine])
    found = outline_of(path, path.name)
    assert found.outline is not None
    assert found.outline.geoms[0].exterior.coords[:2] == [(106.123456789, 9.5), (106.2, 9.5)]


@pytest.mark.parametrize("kind", ["geometry", "feature", "collection", "sequence", "lines", "jsonfg"])
def test_geojson_in_all_its_shapes(tmp_path: Path, kind: str) -> None:
    feature = {"type": "Feature", "id": "k1", "properties": {"ten": NAME}, "geometry": mapping(SQUARE)}
    text = json.dumps(feature)
    content = {
        "geometry": json.dumps(mapping(SQUARE)),
        "feature": "\ufeff" + text,
        "collection": json.dumps({"type": "FeatureCollection", "features": [feature]}),
        "sequence": f"\x1e{text}\n",
        "lines": f"{text}\n{text}\n",
        "jsonfg": json.dumps(
            {**feature, "coordRefSys": "http://www.opengis.net/def/crs/EPSG/0/4756",
             "place": mapping(shapely.transform(SQUARE, lambda points: points[:, ::-1]))}
        ),
    }[kind]  # fmt: skip
    path = tmp_path / "zone.json"
    path.write_text(content, encoding="utf-8")
    found = outline_of(path, path.name, feature=1)
    assert found.outline is not None
    if kind == "jsonfg":
        assert found.crs is by_epsg(4756)
        assert are_same(found.outline, Polygon(round_degrees(to_wgs84(SQUARE.exterior.coords, by_epsg(4756)))))
    else:
        assert are_same(found.outline, SQUARE)


def test_geojson_of_2008_says_its_system(tmp_path: Path) -> None:
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9209"}}
    path = geojson(tmp_path / "zone.geojson", mapping(Polygon(CORNERS)), crs=named)
    found = outline_of(path, path.name)
    assert found.crs is TM3
    assert found.outline is not None
    assert are_same(found.outline, SQUARE)


def test_geojson_in_metres_has_to_be_asked(tmp_path: Path) -> None:
    path = geojson(tmp_path / "zone.geojson", mapping(Polygon(CORNERS)))
    found = outline_of(path, path.name)
    assert (found.outline, found.needs_crs) == (None, True)
    assert "coordinates-are-no-degrees" in [one.code for one in found.issues]
    assert TM3 in [one.crs for one in found.candidates]
    told = outline_of(path, path.name, crs=TM3)
    assert told.outline is not None
    assert are_same(told.outline, SQUARE)


def test_layers_and_features_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "zones.gpkg"
    frame([SQUARE, Point(106, 9.5)], ha=[96.5, None]).to_file(path, layer="ranh", driver="GPKG")
    frame([in_crs(SQUARE, TM3)], TM3).to_file(path, layer="đất", driver="GPKG")
    found = inspect(path, path.name)
    assert found.chosen is None
    assert [(one.name, one.features, one.crs, one.kinds) for one in found.layers] == [
        ("ranh", 2, CRS84, {"Polygon": 1, "Point": 1}), ("đất", 1, TM3, {"Polygon": 1}),
    ]  # fmt: skip
    first, point = found.layers[0].listed
    assert (first.number, first.name, first.attributes["ha"], first.vertices) == (1, NAME, 96.5, 5)
    assert first.bbox == pytest.approx(SQUARE.bounds, abs=1e-7)
    assert first.preview is not None
    assert first.preview["type"] == "MultiPolygon"
    assert [one.code for one in point.issues] == ["not-a-polygon"]
    assert [one.code for one in found.layers[0].issues] == ["kinds-mixed"]
    assert inspect(path, path.name, layer="đất").chosen is not None


def test_a_large_outline_has_a_small_preview(tmp_path: Path) -> None:
    circle = Point(106, 9.5).buffer(0.01, quad_segs=5_000)
    path = write(tmp_path / "zone.fgb", [circle])
    (layer,) = (found := inspect(path, path.name)).layers
    drawn = layer.listed[0].preview
    assert drawn is not None
    assert len(drawn["coordinates"][0][0]) <= 500
    assert found.chosen is not None
    assert found.chosen.outline is not None
    assert shapely.get_num_coordinates(found.chosen.outline) == 20_001


def test_several_shapefiles_are_several_layers(tmp_path: Path) -> None:
    parts = shapefile_parts(tmp_path / "parts", [SQUARE])
    other = shapefile_parts(tmp_path / "other", [in_crs(SQUARE, TM3)], TM3)
    members = {f"a/zones{ending}": content for ending, content in parts.items()}
    members |= {f"b/ZONES{ending.upper()}": content for ending, content in other.items()}
    members |= {f"c/lô{ending}": content for ending, content in other.items()}
    members["__MACOSX/a/._zones.shp"] = b"junk"
    path = archive(tmp_path / "all.zip", members)
    found = inspect(path, path.name)
    assert {one.name: one.crs for one in found.layers} == {"zones": CRS84, "ZONES": TM3, "lô": TM3}


def test_a_shapefile_without_prj_has_to_be_asked(tmp_path: Path) -> None:
    path = zipped_shapefile(tmp_path / "zone.zip", [Polygon(CORNERS)], None)
    found = outline_of(path, path.name)
    assert (found.outline, found.crs, found.needs_crs) == (None, None, True)
    best = {one.crs.code: (one.lon, one.lat) for one in found.candidates}
    assert best["9209"] == pytest.approx((105.9763, 9.6062), abs=1e-3)
    assert "CRS84" not in best
    assert outline_of(path, path.name, crs=TM3).outline is not None


def test_a_shapefile_lives_without_its_index_and_attributes(tmp_path: Path) -> None:
    parts = shapefile_parts(tmp_path / "parts", [SQUARE])
    path = archive(tmp_path / "zone.zip", {f"z{ending}": parts[ending] for ending in (".shp", ".prj")})
    found = outline_of(path, path.name)
    assert found.outline is not None
    assert are_same(found.outline, SQUARE)
    assert [one.code for one in found.issues] == ["attributes-missing"]


def test_a_drawing_has_a_layer_for_each_of_its_layers(tmp_path: Path) -> None:
    entities = [
        polyline(CORNERS, is_closed=True, layer="Ranh giới"),
        polyline([*CORNERS, (551_600.0004, 1_061_900.0)], is_closed=False, layer="Ranh giới"),
        polyline(CORNERS, is_closed=False, layer="mở"),
        polyline([*CORNERS, (551_600.0, 1_061_900.002)], is_closed=False, layer="mở"),
        polyline(CORNERS, is_closed=True, layer="cung", handle="A7", bulge=0.4),
        ["0", "TEXT", "8", "chữ", "10", "551700.0", "20", "1062000.0", "40", "5", "1", "KCN Tr\\U+1EA7n"],
        ["0", "INSERT", "8", "0", "2", "KHUNG", "10", "0.0", "20", "0.0"],
    ]  # fmt: skip
    path = drawing(tmp_path / "zone.dxf", entities)
    found = inspect(path, path.name, crs=TM3)
    layers = {one.name: one for one in found.layers}
    assert set(layers) >= {"Ranh giới", "mở", "cung", "chữ"}
    exact, nearly = layers["Ranh giới"].listed
    assert exact.issues == ()
    assert exact.area_ha == pytest.approx(90.0, abs=5)
    assert [(one.code, one.facts) for one in nearly.issues] == [("line-closed", {"gap_mm": 0.4})]
    wide, narrow = layers["mở"].listed
    assert [(one.code, one.facts["gap_m"]) for one in wide.issues] == [("line-open", pytest.approx(951.315, abs=0.01))]
    assert [(one.code, one.facts["gap_m"]) for one in narrow.issues] == [("line-open", 0.002)]
    assert wide.issues[0].lat == pytest.approx(9.6108, abs=1e-3)
    assert [one.code for one in layers["cung"].listed[0].issues] == ["arcs-straightened"]
    assert layers["chữ"].listed[0].attributes["Text"] == "KCN Trần"
    assert {one.code for one in layers["cung"].issues} == {"blocks-not-read"}
    asked = outline_of(path, path.name, "Ranh giới", 1)
    assert (asked.outline, asked.needs_crs) == (None, True)


def test_letters_of_old_drawings_are_read(tmp_path: Path) -> None:
    """GDAL loses the last letter of a text in this code page."""
    page = polyline(CORNERS, is_closed=True, layer="Ranh giơi")
    path = drawing(tmp_path / "zone.dxf", [page], "ANSI_1258", "cp1258")
    assert [one.name for one in inspect(path, path.name).layers] == ["Ranh giơi"]


def test_ogr2ogr_of_debian_makes_drawings_and_kml_that_are_read(tmp_path: Path) -> None:
    source = write(tmp_path / "zone.gpkg", [in_crs(SQUARE, TM3)], TM3)
    for ending, driver, crs in ((".dxf", "DXF", TM3), (".kml", "KML", None)):
        path = tmp_path / f"zone{ending}"
        options = ["-t_srs", "EPSG:4326"] if driver == "KML" else ["-select", ""]
        subprocess.run(["ogr2ogr", "-f", driver, path, source, *options], check=True, timeout=60)
        found = outline_of(path, path.name, crs=crs)
        assert found.outline is not None
        allowed = 2e-5 if driver == "KML" else 2e-9  # Debian's PROJ chooses another operation for KML
        assert found.outline.hausdorff_distance(SQUARE) < allowed


def test_parts_holes_and_heights_are_told(tmp_path: Path) -> None:
    outer = [(106.0, 9.5), (106.02, 9.5), (106.02, 9.52), (106.0, 9.52)]
    hole = [(106.005, 9.505), (106.01, 9.505), (106.01, 9.51)]
    islet = [(106.03, 9.5), (106.04, 9.5), (106.04, 9.51)]
    flat = MultiPolygon([Polygon(outer, [hole]), Polygon(islet)])
    path = write(tmp_path / "zone.gpkg", [shapely.force_3d(flat, 2.5)])
    found = outline_of(path, path.name)
    assert found.outline is not None
    assert are_same(found.outline, flat)
    assert {one.code: one.facts for one in found.issues} == {
        "heights-dropped": {}, "outline-has-holes": {"count": 1}, "outline-has-parts": {"count": 2},
    }  # fmt: skip
    level = write(tmp_path / "level.gpkg", [shapely.force_3d(SQUARE, 0)])
    assert outline_of(level, level.name).issues == ()


def test_a_collection_gives_its_polygons_and_says_what_it_left_out(tmp_path: Path) -> None:
    mixed = {"type": "GeometryCollection", "geometries": [mapping(SQUARE), mapping(Point(106, 9.5))]}
    path = geojson(tmp_path / "zone.geojson", mixed)
    found = outline_of(path, path.name)
    assert found.outline is not None
    assert are_same(found.outline, whole(SQUARE))
    assert [(one.code, one.facts) for one in found.issues] == [("parts-left-out", {"kinds": "Point", "count": 1})]


def test_only_a_csv_of_the_register_needs_no_system(tmp_path: Path) -> None:
    path = write(tmp_path / "zone.csv", [SQUARE])
    asked = outline_of(path, path.name)
    assert (asked.outline, asked.needs_crs) == (None, True)
    assert {one.crs.code for one in asked.candidates} == {"CRS84", "4756"}
    text = f"SRID=9209;{Polygon(CORNERS).wkt}"
    path.write_text(f'name;shape\nA;"{text}"\n', encoding="utf-8")
    assert outline_of(path, path.name).crs is TM3
    path.write_text(f'name\t_WKTgeometry_EPSG_9209\nA\t"{Polygon(CORNERS).wkt}"\n', encoding="utf-8")
    found = outline_of(path, path.name)
    assert found.outline is not None
    assert are_same(found.outline, SQUARE)


def test_a_system_given_by_hand_is_told_where_the_file_says_another(tmp_path: Path) -> None:
    path = write(tmp_path / "zone.gpkg", [in_crs(SQUARE, by_epsg(5897))], TM3)
    found = outline_of(path, path.name, crs=by_epsg(5897))
    assert found.outline is not None
    assert found.outline.hausdorff_distance(SQUARE) < 2e-8
    assert [one.code for one in found.issues] == ["crs-overridden"]
    assert read_system("EPSG:9209").crs is TM3
