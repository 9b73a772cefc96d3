"""The layer definition for QGIS, and the entrance that its layers read by. What QGIS makes of it is in tests/qgis."""

from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from api.routes.qgis import STEPS
from api.settings import ROOT
from gis.dates import LEGAL_ZONE
from tests.reading import features


def definition(client: TestClient, query: str = "") -> ElementTree.Element:
    answer = client.get(f"/qgis/zones.qlr{query}")
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content)


def test_it_is_a_file_that_says_what_it_is(client: TestClient) -> None:
    answer = client.get("/qgis/zones.qlr")
    assert answer.headers["content-type"] == "application/x-qgis-layer-definition"
    assert answer.headers["content-disposition"] == 'attachment; filename="zones.qlr"'
    assert answer.text.startswith("<!DOCTYPE qgis-layer-definition>")
    again = client.get("/qgis/zones.qlr", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(("query", "name"), [("", "Các khu, cụm"), ("?lang=en", "Zones")])
def test_it_speaks_the_language_asked_for(client: TestClient, query: str, name: str) -> None:
    root = definition(client, query)
    assert name in [one.get("name") for one in root.iter("layer-tree-layer")]
    aliases = {one.get("field"): one.get("name") for one in root.iter("alias")}
    assert {"Loại hình", "Kind"} == set((aliases["kind"] or "").split(" / "))


def test_its_layers_read_this_service(public_client: TestClient) -> None:
    sources = [one.get("source") or "" for one in definition(public_client).iter("layer-tree-layer")]
    assert len(sources) == 6
    assert all("://register.example/" in one or "%3A//register.example/" in one or
               "https%3A%2F%2Fregister.example%2F" in one for one in sources)  # fmt: skip


def test_tiles_are_asked_by_row_before_column(client: TestClient) -> None:
    (source,) = [one.text for one in definition(client).iter("datasource") if (one.text or "").startswith("type=xyz")]
    url = parse_qs(source)["url"][0]
    assert url.endswith("/collections/zones/tiles/WebMercatorQuad/{z}/{y}/{x}")


def test_a_province_is_named_in_any_way_and_escaped(client: TestClient) -> None:
    sources = [one.text or "" for one in definition(client, "?province=Sóc Trăng").iter("datasource")]
    assert sum("/qgis/S%C3%B3c%20Tr%C4%83ng?lang=vi'" in one for one in sources) == 5


@pytest.mark.parametrize("province", ["all", "Atlantis", "x'><"])
def test_a_province_that_is_none_is_refused(client: TestClient, province: str) -> None:
    answer = client.get("/qgis/zones.qlr", params={"province": province})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "province"


def test_zones_with_an_outline_come_first(client: TestClient) -> None:
    """QGIS takes the type of a layer's geometry from the first ten."""
    answer = client.get("/qgis/all/collections/zones/items?limit=10&lang=en", follow_redirects=False)
    assert answer.status_code == 307
    assert parse_qs(urlsplit(answer.headers["location"]).query)["lang"] == ["en"]
    found = client.get("/qgis/all/collections/zones/items?limit=10").json()
    assert found["numberMatched"] == 26
    assert [one["geometry"] is None for one in found["features"]] == [False] * 5 + [True] * 5


def test_units_are_those_of_today(client: TestClient) -> None:
    found = features(client, "/qgis/all/collections/provinces/items?limit=1000")
    assert len(found) == 34
    answer = client.get("/qgis/all/collections/communes/items", follow_redirects=False)
    assert f"datetime={datetime.now(LEGAL_ZONE).date().isoformat()}" in answer.headers["location"]


def test_what_is_asked_goes_before_what_a_layer_says(client: TestClient) -> None:
    found = features(client, "/qgis/all/collections/provinces/items?limit=1000&datetime=2025-06-30")
    assert set(found) >= {"vn63:94"}


def test_the_entrance_leads_to_what_qgis_reads(client: TestClient) -> None:
    links = {one["rel"]: one["href"] for one in client.get("/qgis/kien-giang").json()["links"]}
    assert client.get(links["service-desc"]).json()["openapi"].startswith("3.0")
    assert client.get(f"{links['data']}/zones").json()["id"] == "zones"
    assert client.get(f"{links['data']}/zones/items").json()["numberMatched"] == 6


@pytest.mark.parametrize("path", ["/qgis/all/collections/nothing", "/qgis/all/collections/nothing/items"])
def test_what_is_no_layer_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_pages_of_the_zones_link_to_it(client: TestClient) -> None:
    for path in ("/collections/zones", "/collections/zones/items", "/collections/zone-points"):
        for lang, words in (("vi", "Mở trong QGIS"), ("en", "Open in QGIS")):
            page = client.get(path, params={"f": "html", "lang": lang}).text
            assert f'<a href="/qgis/zones.qlr?lang={lang}">{words}</a>' in page
    assert "QGIS" not in client.get("/collections/facts?f=html").text


def test_the_ramp_is_that_of_the_map(client: TestClient) -> None:
    styles = (ROOT / "gis/maps/templates/map.css").read_text(encoding="utf-8")
    assert all(f"--step-{number}: {color};" in styles for number, color in enumerate(STEPS))
