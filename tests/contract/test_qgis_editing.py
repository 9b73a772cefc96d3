"""Editing zones as QGIS 3.32 and later do it over OGC API Features.

The client below sends the requests that QGIS sends, in its order and with its headers. It was written from what QGIS'
own source does (src/providers/wfs/oapif, the classes QgsOapifProvider, QgsOapifCreateFeatureRequest,
QgsOapifPatchFeatureRequest, QgsOapifPutFeatureRequest, QgsOapifDeleteFeatureRequest and QgsBaseNetworkRequest):

- OPTIONS of the items, then of the first item, decides what can be edited: POST in Allow to add, PUT to change, DELETE
  to remove; with PATCH in Allow it changes by patches, else it puts whole features.
- POST and PUT have `application/geo+json`, PATCH has `application/merge-patch+json`, with the geometry only, or only
  the attributes that were changed. No request carries If-Match or Accept.
- Content-Crs is the bare URI of the layer's system, without angle brackets, and is left out where that is CRS84; the
  axes are swapped where that system wants the latitude first. Patches of attributes carry no Content-Crs.
- POST and PUT write six decimals, PATCH up to seventeen digits. Attributes without a value are sent as null.
- The id of a new feature is what stands behind the last /items/ of Location; the feature is then read from there.
- Whatever is not an error counts as done, also with an empty body. Credentials go with every request, by HTTP Basic.
"""

import base64
import json
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from tests.people import add_person
from tests.routes.test_changes import square, step

PART4 = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf"
URI = "http://www.opengis.net/def/crs/EPSG/0/{}"
Json = dict[str, Any]
Ring = list[list[float]]
SYSTEMS = [None, 4326, 9209]  # None is CRS84, the layer's own


class Qgis:
    """A layer of QGIS in a system of coordinates; its geometries are x before y, as QGIS holds them."""

    def __init__(self, client: TestClient, who: dict[str, str], login: str, epsg: int | None, path: str) -> None:
        key = who["Authorization"].removeprefix("Bearer ")
        self.client = client
        self.headers = {"Authorization": "Basic " + base64.b64encode(f"{login}:{key}".encode()).decode()}
        self.epsg = epsg
        self.items = path
        self.query = {} if epsg is None else {"crs": URI.format(epsg)}
        self.fields: Json = {}
        self.can: set[str] = set()

    def open(self) -> list[Json]:
        """Read the layer, and learn what can be edited."""
        read = self.client.get(
            self.items, params={"limit": 10}, headers={**self.headers, "Accept": "application/geo+json"}
        )
        features: list[Json] = read.json()["features"]
        self.fields = dict.fromkeys(features[0]["properties"])
        if "POST" in self.allowed(self.items):
            self.can = {"POST", *self.allowed(f"{self.items}/{features[0]['id']}")}
        return features

    def allowed(self, path: str) -> set[str]:
        answer = self.client.options(path, headers=self.headers)
        assert answer.status_code < 400
        return {one.strip() for one in answer.headers["allow"].split(",")}

    def ring(self, id: str) -> Ring:
        """The outer ring of a feature as it is drawn."""
        answer = self.client.get(
            f"{self.items}/{id}", params=self.query, headers={**self.headers, "Accept": "application/geo+json"}
        )
        ring: Ring = answer.json()["geometry"]["coordinates"][0][0]
        return self.swapped(ring)

    def swapped(self, ring: Ring) -> Ring:
        return [[y, x] for x, y in ring] if self.epsg == 4326 else ring

    def geometry(self, ring: Ring, decimals: int | None = None) -> Json:
        written = self.swapped(ring)
        if decimals is not None:
            written = [[round(one, decimals) for one in corner] for corner in written]
        return {"coordinates": [[written]], "type": "MultiPolygon"}

    def send(self, method: str, path: str, body: Json, media: str, *, with_crs: bool = True) -> httpx.Response:
        crs = {"Content-Crs": URI.format(self.epsg)} if self.epsg and with_crs else {}
        headers = {**self.headers, **crs, "Content-Type": media}
        answer = self.client.request(method, path, content=json.dumps(body), headers=headers)
        assert answer.status_code < 400, answer.text
        return answer

    def add(self, ring: Ring, **values: Any) -> str:
        body = {"geometry": self.geometry(ring, 6), "properties": {**self.fields, **values}, "type": "Feature"}
        answer = self.send("POST", self.items, body, "application/geo+json")
        id = answer.headers["location"].rpartition("/items/")[2]
        read = self.client.get(f"{self.items}/{id}", headers={**self.headers, "Accept": "application/geo+json"})
        assert read.status_code == 200, read.text
        assert read.json()["properties"]["name_vi"] == values["name_vi"]
        return str(id)

    def move(self, id: str, ring: Ring) -> httpx.Response:
        body = {"geometry": self.geometry(ring)}
        return self.send("PATCH", f"{self.items}/{id}", body, "application/merge-patch+json")

    def change(self, id: str, **values: Any) -> httpx.Response:
        body = {"properties": values}
        return self.send("PATCH", f"{self.items}/{id}", body, "application/merge-patch+json", with_crs=False)

    def put(self, feature: Json, ring: Ring) -> httpx.Response:
        body = {"geometry": self.geometry(ring, 6), "id": feature["id"], "properties": feature["properties"],
                "type": "Feature"}  # fmt: skip
        return self.send("PUT", f"{self.items}/{feature['id']}", body, "application/geo+json")

    def delete(self, id: str) -> None:
        answer = self.client.delete(f"{self.items}/{id}", headers=self.headers)
        assert answer.status_code < 400, answer.text

    def changes(self, **params: str) -> list[Json]:
        listed = self.client.get("/changes", params=params, headers=self.headers).json()["changes"]
        return [self.client.get(f"/changes/{one['id']}", headers=self.headers).json() for one in listed]


@pytest.fixture
def layer(request: pytest.FixtureRequest, own_client: TestClient, own_url: str) -> Qgis:
    lan = add_person(own_url, "lan", ("editor", "can-tho"))
    return Qgis(own_client, lan, "lan", request.param, "http://testserver/collections/zones/items")


every_system = pytest.mark.parametrize("layer", SYSTEMS, indirect=True, ids=["CRS84", "4326", "9209"])


@pytest.mark.conformance(f"{PART4}/update")
@pytest.mark.conformance(f"{PART4}/features")
@every_system
def test_moving_a_corner_and_changing_attributes_is_one_change(layer: Qgis, own_url: str) -> None:
    layer.open()
    assert {"POST", "PUT", "PATCH", "DELETE"} <= layer.can
    stored = layer.client.get(f"{layer.items}/kcn-tran-de").json()["geometry"]["coordinates"][0][0]
    ring = layer.ring("kcn-tran-de")
    metre = 1.0 if layer.epsg == 9209 else 9e-6
    ring[5] = [ring[5][0] + 3 * metre, ring[5][1] + 2 * metre]
    layer.move("kcn-tran-de", ring)
    layer.change("kcn-tran-de", name_en="Tran De Park", boundary_quality="digitised")
    layer.change("kcn-tran-de", boundary_accuracy_m=5.0)
    (change,) = layer.changes()
    assert (change["action"], change["state"], change["base_version"]) == ("update", "draft", 1)
    assert change["values"] == {
        "name_en": "Tran De Park", "boundary_quality": "digitised", "boundary_accuracy_m": 5.0,
    }  # fmt: skip
    (drawn,) = change["boundary"]["coordinates"][0]
    assert drawn[:5] + drawn[6:] == stored[:5] + stored[6:]
    assert drawn[5] == pytest.approx([stored[5][0] + 3 * 9e-6, stored[5][1] + 2 * 9e-6], abs=2e-6)
    minh = add_person(own_url, "minh", ("reviewer", "can-tho"))
    reasons = {one["code"]: "corrected on site" for one in change["issues"] if one["severity"] == "warning"}
    saved = layer.client.put(
        f"/changes/{change['id']}/draft", json={"document": "D001", "reasons": reasons},
        headers={**layer.headers, "If-Match": f'"{change["edit"]}"'},
    )  # fmt: skip
    assert saved.status_code == 200, saved.text
    step(layer.client, layer.headers, change, "submit")
    step(layer.client, minh, change, "approve")
    after = layer.client.get(f"{layer.items}/kcn-tran-de").json()
    assert after["geometry"]["coordinates"][0][0] == drawn
    assert after["properties"]["name_en"] == "Tran De Park"


@pytest.mark.conformance(f"{PART4}/create-replace-delete")
@every_system
def test_a_zone_is_drawn_changed_and_removed_again(layer: Qgis) -> None:
    layer.open()
    ring: Ring = square()["coordinates"][0][0]
    if layer.epsg == 9209:
        ring = [[560300.0, 1055800.0], [561500.0, 1055800.0], [561500.0, 1057000.0], [560300.0, 1055800.0]]
    values = {"name_vi": "Khu công nghiệp Ngã Năm", "name_en": "Nga Nam", "kind": "industrial_park",
              "province": "Thành phố Cần Thơ"}  # fmt: skip
    id = layer.add(ring, **values)
    (change,) = layer.changes()
    assert (change["action"], change["zone"], id) == ("create", "kcn-nga-nam", "kcn-nga-nam")
    west, south = change["boundary"]["coordinates"][0][0][0]
    assert 106 < west < 106.1 and 9.5 < south < 9.6
    drawn = layer.ring(id)
    drawn[1] = [drawn[1][0], drawn[1][1] - (5.0 if layer.epsg == 9209 else 5e-5)]
    layer.move(id, drawn)
    layer.change(id, declared_area_ha=150, commune="Phường Ngã Năm")
    (change,) = layer.changes()
    assert change["values"]["communes"] == ["Phường Ngã Năm"]
    assert change["boundary"]["coordinates"][0][0][0] == [west, south]
    layer.delete(id)
    assert layer.changes() == []
    layer.delete("kcn-tran-de")
    (deletion,) = layer.changes()
    assert (deletion["action"], deletion["zone"], deletion["state"]) == ("delete", "kcn-tran-de", "draft")


@pytest.mark.conformance(f"{PART4}/create-replace-delete")
@pytest.mark.parametrize("layer", [9209], indirect=True)
def test_whole_features_are_put_where_a_proxy_lets_no_patch_through(layer: Qgis) -> None:
    """QGIS then sends all attributes as it once read them, moments without their fractions of a second."""
    layer.open()
    feature = layer.client.get(f"{layer.items}/kcn-tran-de").json()
    stamp = feature["properties"]["updated_at"]
    feature["properties"] |= {"name_en": "Put", "updated_at": stamp[:19] + "Z"}
    ring = layer.ring(feature["id"])
    layer.put(feature, ring)
    (change,) = layer.changes()
    assert (change["values"], change["has_boundary"]) == ({"name_en": "Put"}, False)


@pytest.mark.parametrize("layer", [None], indirect=True)
def test_other_layers_cannot_be_edited(layer: Qgis) -> None:
    for name in ("zone-points", "lots", "admin-units"):
        assert layer.allowed(f"http://testserver/collections/{name}/items") == {"GET", "HEAD", "OPTIONS"}
