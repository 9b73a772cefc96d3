"""Tilesets, tile matrix sets and TileJSON: how a client finds the tiles, without reading our docs."""

from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from starlette.testclient import TestClient

from gis.tile_matrix_sets import TILE_MATRIX_SETS, WEB_MERCATOR_QUAD, WORLD_CRS84_QUAD, Rectangle, to_mercator
from tests.reading import Page, link
from tests.routes.test_tiles import change_zone

REL = "http://www.opengis.net/def/rel/ogc/1.0/"
WITH_TILES = ("zones", "zone-points", "lots", "admin-units")
PLACES = ("", *(f"/collections/{name}" for name in WITH_TILES))
LINK = {
    "type": "object", "required": ["href", "rel", "type"],
    "properties": {"href": {"type": "string"}, "templated": {"const": True}},
}  # fmt: skip
# What OGC 20-057 (/req/tileset/description) and the tileset metadata of OGC 17-083r4 ask for.
TILESET = {
    "type": "object",
    "required": ["title", "dataType", "crs", "tileMatrixSetURI", "tileMatrixSetLimits", "layers", "links"],
    "properties": {
        "dataType": {"const": "vector"}, "crs": {"type": "string", "format": "uri"},
        "links": {"type": "array", "items": LINK},
        "tileMatrixSetLimits": {
            "type": "array", "minItems": 1,
            "items": {
                "type": "object", "additionalProperties": {"type": "integer", "minimum": 0},
                "required": ["tileMatrix", "minTileRow", "maxTileRow", "minTileCol", "maxTileCol"],
                "properties": {"tileMatrix": {"type": "string"}},
            },
        },
        "boundingBox": {"type": "object", "required": ["lowerLeft", "upperRight"]},
        "layers": {
            "type": "array", "minItems": 1,
            "items": {
                "type": "object", "required": ["id", "dataType", "geometryDimension", "propertiesSchema"],
                "properties": {"propertiesSchema": {"type": "object", "required": ["type", "properties"]}},
            },
        },
    },
}  # fmt: skip


def test_the_landing_page_leads_to_tilesets_and_tile_matrix_sets(client: TestClient) -> None:
    landing = client.get("/?f=json").json()
    assert urlsplit(link(landing, REL + "tilesets-vector")).path == "/tiles"
    assert urlsplit(link(landing, REL + "tiling-schemes")).path == "/tileMatrixSets"


def test_collections_with_a_geometry_lead_to_their_tilesets(client: TestClient) -> None:
    leads = {
        one["id"]: urlsplit(link(one, REL + "tilesets-vector")).path
        for one in client.get("/collections?f=json").json()["collections"]
    }
    assert leads == {**{name: f"/collections/{name}/tiles" for name in WITH_TILES}, "facts": ""}


@pytest.mark.parametrize("place", PLACES)
def test_a_list_of_tilesets_leads_to_each_and_to_a_tile(client: TestClient, place: str) -> None:
    listed = client.get(f"{place}/tiles?f=json").json()
    assert [one["tileMatrixSetURI"].rsplit("/", 1)[1] for one in listed["tilesets"]] == list(TILE_MATRIX_SETS)
    for one in listed["tilesets"]:
        assert {"dataType", "crs", "links", "title"} <= set(one)
        scheme = client.get(link(one, REL + "tiling-scheme")).json()
        assert (scheme["uri"], scheme["crs"]) == (one["tileMatrixSetURI"], one["crs"])
        tileset = client.get(link(one, "self")).json()
        jsonschema.validate(tileset, TILESET)
        assert tileset["crs"] == one["crs"]
        assert_tiles_are_there(client, tileset)


def assert_tiles_are_there(client: TestClient, tileset: dict[str, Any]) -> None:
    """Tiles at the corners of the limits are answered, the ones beside them not."""
    (item,) = [one for one in tileset["links"] if one["rel"] == "item"]
    assert item["templated"] is True
    limits = tileset["tileMatrixSetLimits"]
    for one in (limits[0], limits[len(limits) // 2], limits[-1]):
        for row in (one["minTileRow"], one["maxTileRow"]):
            values = {"tileMatrix": one["tileMatrix"], "tileRow": row, "tileCol": one["minTileCol"]}
            answer = client.get(item["href"].format(**values))
            assert answer.status_code == 200
            assert answer.headers["content-type"] == item["type"]
        beyond = {**values, "tileRow": one["maxTileRow"] + 1}
        assert client.get(item["href"].format(**beyond)).status_code == 404


def test_the_limits_hold_the_places_of_all_zones(client: TestClient) -> None:
    tileset = client.get("/collections/zones/tiles/WebMercatorQuad?f=json").json()
    assert [one["tileMatrix"] for one in tileset["tileMatrixSetLimits"]] == [str(zoom) for zoom in range(19)]
    (box,) = client.get("/collections/zones?f=json").json()["extent"]["spatial"]["bbox"]
    mercator = to_mercator(Rectangle(*box))
    for grid, expected, abs_ in ((WEB_MERCATOR_QUAD, mercator, 115), (WORLD_CRS84_QUAD, box, 0.001)):
        told = client.get(f"/collections/zones/tiles/{grid.name}?f=json").json()["boundingBox"]
        assert [*told["lowerLeft"], *told["upperRight"]] == pytest.approx(list(expected), abs=abs_)
        assert told["crs"] == grid.crs.uri


def test_a_layer_tells_its_properties_with_labels(client: TestClient) -> None:
    for language, label in (("en", "Name in Vietnamese"), ("vi", "Tên tiếng Việt")):
        tileset = client.get(f"/collections/zones/tiles/WorldCRS84Quad?f=json&lang={language}").json()
        (layer,) = tileset["layers"]
        assert layer["propertiesSchema"]["properties"]["name_vi"] == {"title": label, "type": "string"}
        assert layer["propertiesSchema"]["properties"]["fill_rate_pct"]["type"] == "number"
    layers = client.get("/tiles/WebMercatorQuad?f=json").json()["layers"]
    assert [one["id"] for one in layers] == list(WITH_TILES)
    assert [one["minTileMatrix"] for one in layers] == ["0", "0", "12", "0"]


def test_tilejson_is_for_web_mercator_only(client: TestClient) -> None:
    told = client.get("/tiles/WebMercatorQuad?f=tilejson&lang=en").json()
    assert told["tilejson"] == "3.0.0"
    assert {one["id"]: one["minzoom"] for one in told["vector_layers"]} == {
        "zones": 0, "zone-points": 0, "lots": 12, "admin-units": 0,
    }  # fmt: skip
    assert told["tiles"] == ["http://testserver/tiles/WebMercatorQuad/{z}/{y}/{x}"]
    assert told["attribution"]
    assert client.get("/tiles/WorldCRS84Quad?f=tilejson").status_code == 400


def test_addresses_are_those_of_the_public_service(public_client: TestClient) -> None:
    told = public_client.get("/collections/zones/tiles/WebMercatorQuad?f=tilejson").json()
    assert told["tiles"][0].startswith("https://register.example/collections/zones/tiles/")


def test_a_register_without_zones_tells_no_bounds(empty_client: TestClient) -> None:
    told = empty_client.get("/collections/zones/tiles/WebMercatorQuad?f=tilejson").json()
    assert "bounds" not in told
    tile = empty_client.get("/collections/zones/tiles/WebMercatorQuad/3/1/1")
    assert (tile.status_code, tile.content) == (200, b"")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "path",
    ["/tiles", "/collections/zones/tiles", "/tiles/WebMercatorQuad", "/collections/lots/tiles/WorldCRS84Quad",
     "/tileMatrixSets", "/tileMatrixSets/WorldCRS84Quad"],
)  # fmt: skip
def test_a_person_reads_the_same_as_a_page(client: TestClient, path: str, language: str) -> None:
    page = Page(client.get(path, params={"f": "html", "lang": language}).text)
    assert page.find("html")[0].attributes["lang"] == language
    assert page.find("h1")[0].text.strip()
    local = [one.attributes["href"] for one in page.find("a") if one.attributes["href"].startswith("/t")]
    assert path in ("/tileMatrixSets/WorldCRS84Quad", "/collections/zones/tiles") or local
    for address in local:
        assert client.get(address).status_code == 200


def test_a_change_shows_in_the_description(own_client: TestClient, own_url: str) -> None:
    path = "/collections/zones/tiles/WebMercatorQuad?f=tilejson"
    before = own_client.get(path).json()["bounds"]
    change_zone(own_url, "boundary = ST_Multi(ST_MakeEnvelope(108, 16, 108.01, 16.01, 4326))")
    assert before[2] < 107 < own_client.get(path).json()["bounds"][2] < 108.02
