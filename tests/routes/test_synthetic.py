"""A service on made-up data says so on every page and in every answer of features; the register's never does."""

import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import ROOT, Settings
from api.workflows.demo import build
from tests.conftest import drop_database, make_database, unique

BAND = {"vi": "Dữ liệu giả lập – không phải cơ sở dữ liệu thật", "en": "Synthetic data – not the real register"}
PAGES = [
    "/", "/conformance", "/collections", "/collections/zones", "/collections/zones/items", "/collections/facts/items",
    "/collections/admin-units/items/vn34:01", "/stats/fill-rates", "/maps/fill-rate", "/collections/zones/items/none",
    "/map", "/assessments", "/quality", "/assessments/none", "/zones/none", "/compare", "/compare?zones=none",
    "/map", "/zones/none", "/compare", "/compare?zones=none", "/reports",
    "/reports/periodic?province=can-tho&period=2025",
]  # fmt: skip


@pytest.fixture(scope="module")
def demo_url(cluster_dsn: str) -> Iterator[str]:
    dsn = make_database(cluster_dsn, unique("demo"), "registry")
    build(dsn, ROOT / "data", 1, 40, 200, lambda _step, _done, _of: None)
    yield dsn
    drop_database(dsn)


@pytest.fixture(scope="module")
def demo_client(demo_url: str) -> Iterator[TestClient]:
    """A plain service that was not told what its database holds."""
    with TestClient(create_app(Settings(database_url=demo_url))) as made:
        yield made


def page(client: TestClient, path: str, lang: str) -> str:
    return client.get(path, params={"lang": lang}, headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("lang", BAND)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_band(demo_client: TestClient, path: str, lang: str) -> None:
    html = page(demo_client, path, lang)
    assert html.count(BAND[lang]) == 1
    assert "Sóc Trăng và Kiên Giang, 2017" not in html  # the attribution of the real zones


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_register_has_it(client: TestClient, path: str) -> None:
    assert all(text not in page(client, path, lang) for lang, text in BAND.items())


def test_a_zone_of_the_demo_has_its_pages(demo_client: TestClient) -> None:
    items = demo_client.get("/collections/zones/items?limit=1000").json()
    slug = items["features"][0]["id"]
    for path in (f"/collections/zones/items/{slug}", f"/collections/zones/items/{slug}/sources"):
        assert BAND["en"] in page(demo_client, path, "en")


def test_the_map_and_the_comparison_wear_it_in_every_form(demo_client: TestClient, client: TestClient) -> None:
    slugs = [one["id"] for one in demo_client.get("/collections/zones/items?limit=2").json()["features"]]
    compared = f"/compare?zones={','.join(slugs)}&lang=en"
    for path in ("/map?f=json", f"{compared}&f=json"):
        assert demo_client.get(path).json()["synthetic"] is True
    assert "synthetic" not in client.get("/map?f=json").json()
    assert '<meta name="robots" content="noindex">' in page(demo_client, "/maps/fill-rate", "en")
    sheet = load_workbook(io.BytesIO(demo_client.get(f"{compared}&f=xlsx").content)).worksheets[0]
    assert sheet["A1"].value == sheet.oddHeader.center.text == BAND["en"]


@pytest.mark.parametrize("collection", ["zones", "zone-points", "lots", "facts", "admin-units"])
def test_answers_of_features_carry_the_field(demo_client: TestClient, client: TestClient, collection: str) -> None:
    path = f"/collections/{collection}/items"
    items = demo_client.get(path).json()
    assert items["synthetic"] is True
    assert demo_client.get(f"{path}/{items['features'][0]['id']}").json()["synthetic"] is True
    real = client.get(path).json()
    assert "synthetic" not in real
    for feature in real["features"][:1]:  # the register has no lots yet
        assert "synthetic" not in client.get(f"{path}/{feature['id']}").json()


def test_the_collections_say_where_their_data_come_from(demo_client: TestClient) -> None:
    told = {one["id"]: one["attribution"] for one in demo_client.get("/collections?lang=en").json()["collections"]}
    assert "synthetic data" in told["zones"]
    assert "synthetic" not in told["admin-units"]
    for path in ("/tiles/WebMercatorQuad", "/collections/lots/tiles/WebMercatorQuad"):
        assert "synthetic data" in demo_client.get(f"{path}?f=tilejson&lang=en").json()["attribution"]


def test_the_very_first_page_knows(demo_url: str) -> None:
    with TestClient(create_app(Settings(database_url=demo_url))) as made:
        assert BAND["en"] in page(made, "/conformance", "en")


def test_a_service_that_was_told_says_so_before_it_reached_its_database() -> None:
    settings = Settings(database_url="postgresql://nobody@127.0.0.1:1/none", synthetic=True)
    with TestClient(create_app(settings)) as made:
        assert BAND["en"] in page(made, "/conformance", "en")
