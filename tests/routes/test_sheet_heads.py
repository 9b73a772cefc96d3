"""What a fact sheet says of itself to those who search and share: its head, structured data, picture, sitemap."""

import io
import re
from xml.etree import ElementTree

import pytest
from PIL import Image
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from tests.reading import Page
from tests.sheets import BROWSER, meta, sheet, structured

UNKNOWN = {"vi": "Chưa có số liệu", "en": "Not stated"}
SITEMAPS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
MAP = re.compile(r'<svg class="chart zone-map".*?</svg>', re.DOTALL)
MOST = 100_000


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_head_says_what_the_page_is(client: TestClient, language: str) -> None:
    page = sheet(client, "kcn-tran-de", language)
    base = "http://testserver/zones/kcn-tran-de"
    links = {one.attributes.get("hreflang"): one.attributes["href"] for one in page.find("link")
             if one.attributes["rel"] == "alternate"}  # fmt: skip
    assert links == {"vi": f"{base}?lang=vi", "en": f"{base}?lang=en", "x-default": base}
    name = {"vi": "Khu công nghiệp Trần Đề", "en": "Tran De Industrial Park"}[language]
    assert page.find("title")[0].text.startswith(name)
    assert meta(page, "og:title") == name
    assert meta(page, "og:url") == f"{base}?lang={language}"
    assert meta(page, "og:image") == f"{base}/picture.png?lang={language}"
    assert "160 ha" in meta(page, "description")
    assert UNKNOWN[language] in meta(page, "description")  # its fill rate


def test_structured_data_have_what_is_known(client: TestClient) -> None:
    known = structured(sheet(client, "kcn-an-nghiep"))
    feature = client.get("/collections/zone-points/items/kcn-an-nghiep").json()
    lon, lat = feature["geometry"]["coordinates"]
    assert (known["@context"], known["@type"], known["identifier"]) == ("https://schema.org", "Place", "kcn-an-nghiep")
    assert known["geo"] == {"@type": "GeoCoordinates", "latitude": lat, "longitude": lon}
    assert known["containedInPlace"]["name"] == "Thành phố Cần Thơ"
    values = {one["propertyID"]: one for one in known["additionalProperty"]}
    assert (values["fill_rate_pct"]["value"], values["fill_rate_pct"]["unitCode"]) == (96.5, "P1")
    assert values["fill_rate_pct"]["description"] == "as of 2020"
    assert "available_area_ha" not in values


def test_addresses_of_other_pages_are_told_too(client: TestClient) -> None:
    page = Page(client.get("/stats/fill-rates?f=html&by=kind&lang=en").text)
    links = {one.attributes.get("hreflang", one.attributes["rel"]): one.attributes["href"] for one in page.find("link")}
    assert links["canonical"] == "http://testserver/stats/fill-rates?f=html&by=kind&lang=en"
    assert links["vi"] == "http://testserver/stats/fill-rates?f=html&by=kind&lang=vi"
    missing = Page(client.get("/nowhere", headers=BROWSER).text)
    assert meta(missing, "robots") == "noindex"
    assert not [one for one in missing.find("link") if one.attributes["rel"] == "canonical"]


def test_views_of_the_map_are_one_page_to_search_engines(client: TestClient) -> None:
    seen = "view=9/9.6/105.9&colour=kind&zone=kcn-tran-de&pick=kcn-tran-de"
    page = Page(client.get(f"/map?kind=economic_zone&{seen}&lang=en", headers=BROWSER).text)
    (canonical,) = [one for one in page.find("link") if one.attributes["rel"] == "canonical"]
    assert canonical.attributes["href"] == "http://testserver/map?kind=economic_zone&lang=en"


def test_addresses_are_the_public_ones(loaded_url: str) -> None:
    with TestClient(create_app(Settings(database_url=loaded_url, public_url="https://zones.example/"))) as client:
        page = sheet(client, "kcn-tran-de")
        assert meta(page, "og:url") == "https://zones.example/zones/kcn-tran-de?lang=en"
        assert "https://zones.example/zones/kcn-tran-de?known_at=" in page.html
        assert "<loc>https://zones.example/zones/kcn-tran-de?lang=vi</loc>" in client.get("/sitemap.xml").text


@pytest.mark.parametrize("slug", ["kcn-an-nghiep", "ccn-vinh-hoa-hung-nam", "kcn-proposed-vinh-chau"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_picture_is_small_and_as_large_as_sharing_wants(client: TestClient, slug: str, language: str) -> None:
    answer = client.get(f"/zones/{slug}/picture.png?lang={language}")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["etag"]
    assert len(answer.content) < 120_000
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (1200, 630)


def test_pictures_differ_by_zone_and_language(client: TestClient) -> None:
    addresses = [f"/zones/{slug}/picture.png?lang={one}" for slug in ("kcn-tran-de", "kcn-song-hau") for one in UNKNOWN]
    assert len({client.get(address).content for address in addresses}) == 4
    assert client.get(addresses[0]).content == client.get(addresses[0]).content


def test_the_sitemap_names_every_zone_in_both_languages(client: TestClient) -> None:
    answer = client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    root = ElementTree.fromstring(answer.content)
    places = [one.text or "" for one in root.findall("s:url/s:loc", SITEMAPS)]
    zones = [one for one in places if "/zones/" in one]
    assert len(zones) == 52
    assert len(set(places)) == len(places)
    for url in root.findall("s:url", SITEMAPS):
        alternates = {one.attrib["hreflang"] for one in url.findall("x:link", SITEMAPS)}
        assert alternates == {"vi", "en", "x-default"}
    changed = [one.text or "" for one in root.findall("s:url/s:lastmod", SITEMAPS)]
    assert len(changed) == 52
    page = sheet(client, "kcn-tran-de", "vi")
    (canonical,) = [one.attributes["href"] for one in page.find("link") if one.attributes["rel"] == "canonical"]
    assert canonical in zones


def test_a_long_sitemap_comes_in_parts(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.sitemap.MOST", 10)
    index = client.get("/sitemap.xml?lang=en").text
    places = re.findall(r"<sitemap><loc>([^<]*)", index)
    assert [one.partition("?")[2] for one in places] == ["part=1", "part=2", "part=3"]
    parts = [re.findall(r"<loc>([^<]*/zones/[^<]*)", client.get(one).text) for one in places]
    assert [len(one) for one in parts] == [20, 20, 12]
    assert len({one for part in parts for one in part}) == 52
    assert client.get("/sitemap.xml?part=4").status_code == 400
    assert client.get("/sitemap.xml?part=x").status_code == 400


def test_search_engines_are_told_what_to_read(client: TestClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Disallow: /desk" in answer.text
    assert "Sitemap: http://testserver/sitemap.xml" in answer.text


def test_made_up_data_are_listed_nowhere(loaded_url: str) -> None:
    with TestClient(create_app(Settings(database_url=loaded_url, synthetic=True))) as client:
        page = sheet(client, "kcn-tran-de")
        assert meta(page, "robots") == "noindex"
        assert "Synthetic data – not the real register" in page.texts
        assert "Sitemap" not in client.get("/robots.txt").text
        marked = client.get("/zones/kcn-tran-de/picture.png").content
    with TestClient(create_app(Settings(database_url=loaded_url))) as client:
        assert client.get("/zones/kcn-tran-de/picture.png").content != marked  # it wears the band
