"""The layer definition as QGIS takes it: tree, styles, labels, names in both languages, and what is drawn of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.reading import features

LAYERS = ["zone-points", "zones", "lots", "provinces", "communes"]
STEPS = {"0–20 %": "#fdf0b2", "20–40 %": "#b4dcae", "40–60 %": "#59b7bf", "60–80 %": "#2d7fb4", "80–100 %": "#22347c"}
Open = Callable[..., Any]


def pale(color: str, opacity: float = 0.6) -> tuple[float, ...]:
    """A colour seen through to white."""
    return tuple(255 - (255 - part) * opacity for part in parts(color))


def parts(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color[1:]))


@pytest.mark.parametrize(
    ("language", "group", "names", "alias", "unknown"),
    [
        ("vi", "Cơ sở dữ liệu khu, cụm công nghiệp và khu kinh tế",
         ["Các khu, cụm dạng điểm", "Các khu, cụm", "Các lô đất", "Tỉnh, thành phố", "Các xã, phường, đặc khu",
          "Các khu, cụm dạng ô véc tơ"], "Diện tích theo văn bản / Declared area (ha)", "Chưa có số liệu"),
        ("en", "Register of industrial zones",
         ["Zones as points", "Zones", "Lots", "Provinces", "Communes", "Zones as vector tiles"],
         "Declared area / Diện tích theo văn bản (ha)", "Not stated"),
    ],
)  # fmt: skip
def test_both_languages(
    open_layers: Open, live_url: str, language: str, group: str, names: list[str], alias: str, unknown: str
) -> None:
    opened = open_layers(live_url, lang=language)
    assert opened["tree"] == {group: names}
    zones = opened["layers"]["zones"]
    assert zones["aliases"]["declared_area_ha"] == alias
    assert zones["labels"]
    assert [*STEPS, unknown] == zones["legend"][1:7]
    assert ("Khu công nghiệp" if language == "vi" else "Industrial park") in zones["codes"]["kind"]


def test_every_layer_is_there_with_its_system_and_its_origin(open_layers: Open, live_url: str) -> None:
    layers = open_layers(live_url, lang="en")["layers"]
    assert sorted(layers) == sorted([*LAYERS, "zone-tiles"])
    for name, layer in layers.items():
        assert layer["valid"], (name, layer["error"])
        assert name == "lots" or layer["has_crs"], name  # there are no lots yet, and so no geometry
        assert layer["attribution"] == layer["rights"][0] != ""
        assert layer["abstract"]
    assert "GeoNames" in layers["zones"]["attribution"]
    assert "MIT" in layers["provinces"]["attribution"]


def test_opening_asks_nothing_that_the_service_refuses(open_layers: Open, live_url: str, asked: list[str]) -> None:
    open_layers(live_url)
    assert asked
    assert {one.rpartition(" ")[2] for one in asked} <= {"200", "304", "307"}


def centre(zone: dict[str, Any]) -> list[float]:
    ring = zone["geometry"]["coordinates"][0][0]
    return [sum(one[axis] for one in ring[:-1]) / (len(ring) - 1) for axis in (0, 1)]


@pytest.mark.parametrize("crs", ["EPSG:9209", "EPSG:3857"])
def test_zones_are_drawn_in_the_colour_of_their_fill_rate(
    qgis: Any, open_layers: Open, live_url: str, client: TestClient, tmp_path: Path, crs: str
) -> None:
    """Close: an indicative outline is filled palely; beside it nothing is drawn."""
    open_layers(live_url)
    lon, lat = centre(features(client, "/collections/zones/items")["kcn-an-nghiep"])  # 96.5 %, a disc of 880 m
    inside = [[lon + east, lat + north] for east, north in ((0.003, 0.003), (-0.003, 0.003), (0.003, -0.003))]
    outside = [[lon + east, lat + north] for east, north in ((0.009, 0.0), (-0.009, 0.002), (0.001, 0.009))]
    colors = qgis("draw", names=["zones"], crs=crs, box=[lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01],
                  size=[800, 800], points=inside + outside, file=str(tmp_path / "zones.png"))  # fmt: skip
    for color in colors[:3]:
        assert parts(color) == pytest.approx(pale(STEPS["80–100 %"]), abs=3)
    assert colors[3:] == ["#ffffff"] * 3


def test_from_afar_zones_are_points_in_the_colour_of_their_fill_rate(
    qgis: Any, open_layers: Open, live_url: str, client: TestClient, tmp_path: Path
) -> None:
    open_layers(live_url)
    zones = features(client, "/collections/zone-points/items")
    places = [zones[name]["geometry"]["coordinates"] for name in ("kcn-an-nghiep", "ccn-nga-nam", "ccn-binh-an")]
    colors = qgis("draw", names=["zone-points"], crs="EPSG:3857", box=[104, 9, 107, 11], size=[800, 600],
                  points=[*places, [104.2, 9.1]], file=str(tmp_path / "points.png"))  # fmt: skip
    assert colors == [STEPS["80–100 %"], STEPS["40–60 %"], "#fbfaf7", "#ffffff"]


def test_provinces_are_grey_lines_without_a_fill(
    qgis: Any, open_layers: Open, live_url: str, client: TestClient, tmp_path: Path
) -> None:
    open_layers(live_url)
    unit = client.get("/collections/admin-units/items/vn34:92").json()
    corner = max((ring[0] for ring in unit["geometry"]["coordinates"]), key=len)[0]
    box = [corner[0] - 0.005, corner[1] - 0.005, corner[0] + 0.005, corner[1] + 0.005]
    (line,) = qgis("draw", names=["provinces"], crs="EPSG:4326", box=box, size=[400, 400], points=[corner],
                   file=str(tmp_path / "province.png"))  # fmt: skip
    assert parts(line) == pytest.approx(parts("#8b959d"), abs=40)
