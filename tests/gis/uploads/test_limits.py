"""Limits of count and size, half files, endings that lie; places, shapes and choices that are said to be wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from shapely.geometry import Point, Polygon, mapping

from gis.crs import CRS84
from gis.errors import (
    FeatureNotChosen,
    GisError,
    HoldsTooMuch,
    LayerNotChosen,
    TooManyFeatures,
    TooManyLayers,
    TooManyVertices,
    UnknownFeature,
    UnknownFileKind,
    UnknownLayer,
    UnreadableFile,
    WrongEnding,
)
from gis.uploads import Limits, inspect, outline_of
from tests.gis.uploads.making import (
    CORNERS,
    SMALL,
    SQUARE,
    TM3,
    VRT,
    drawing,
    frame,
    geojson,
    in_crs,
    look,
    polyline,
    reason,
    refusal,
    write,
    zipped,
)


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
