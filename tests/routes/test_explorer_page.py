"""The page of the explorer: its list, its suggestions, and what can be taken away from it."""

import csv
import io
import json
import re
from base64 import urlsafe_b64encode
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from tests.explorer import BROWSER, Json, ask, found_of, read, slugs, zones_of
from tests.reading import Page, features, link

# The page


def test_the_list_is_whole_without_scripts(demo_client: TestClient) -> None:
    page = read(demo_client, lang="en")
    (form,) = [one for one in page.find("form") if one.attributes.get("id") == "filters"]
    assert (form.attributes["method"], form.attributes["action"]) == ("get", "/map")
    names = {one.attributes.get("name") for one in page.find("input", "select")}
    assert {
        "q",
        "kind",
        "status",
        "province",
        "outline",
        "wastewater",
        "cleared",
        "free_min",
        "free",
        "rate_min",
        "rate_max",
        "rate",
        "area_min",
        "area_max",
        "area",
        "near",
        "within",
        "pick",
        "colour",
        "units",
    } <= names
    assert any(one.attributes.get("type") == "submit" for one in page.find("button"))
    assert len([one for one in page.find("li") if "data-slug" in one.attributes]) == 50
    assert len(slugs(demo_client)) == len(set(slugs(demo_client))) == 120
    assert "/maps/fill-rate" in page.html[page.html.index("<noscript>") : page.html.index("</noscript>")]


def test_the_list_alone_is_what_the_page_holds(client: TestClient) -> None:
    whole, part = read(client, kind="industrial_park"), read(client, kind="industrial_park", part="list")
    assert not part.find("html", "form")
    assert part.html.strip() in whole.html
    assert found_of(part) == found_of(whole)


def test_it_leads_with_what_is_known_and_says_what_is_not(client: TestClient) -> None:
    zones = zones_of(client)
    known = {name: sum(one[name] is not None for one in zones)
             for name in ("declared_area_ha", "fill_rate_pct", "available_area_ha")}  # fmt: skip
    (lead,) = [one.text for one in read(client, lang="en").find("p") if one.attributes.get("class") == "known"]
    assert [int(one) for one in re.findall(r"\d+", lead)] == [*known.values(), 0, 26]


def test_every_card_says_what_is_not_stated_and_where_figures_are_from(client: TestClient) -> None:
    page = read(client, lang="en")
    assert sum("Not stated" in text for text in page.texts) >= 26  # free land is known of none
    marks = [one for one in page.find("a") if one.attributes.get("class") == "source"]
    assert {one.text for one in marks} >= {"D001", "D004"}
    assert all(re.fullmatch(r"/zones/[a-z0-9-]+\?lang=en#facts", one.attributes["href"]) for one in marks)


def test_a_chip_leads_to_the_state_without_it(client: TestClient) -> None:
    page = read(client, kind="industrial_park,economic_zone", province="soc-trang", rate="unknown",
                near="city-can-tho", within="80", sort="distance")  # fmt: skip
    chips = [parse_qs(urlsplit(one.attributes["href"]).query) for one in page.find("a")
             if one.attributes.get("class") == "chip"]  # fmt: skip
    assert len(chips) == 5
    whole = {"kind": ["industrial_park,economic_zone"], "province": ["soc-trang"], "rate": ["unknown"],
             "near": ["city-can-tho"], "within": ["80"], "sort": ["distance"], "lang": ["vi"]}  # fmt: skip
    less = [{**whole, "kind": ["economic_zone"]}, {**whole, "kind": ["industrial_park"]}]
    less += [{name: value for name, value in whole.items() if name not in gone}
             for gone in (("province",), ("rate",), ("near", "within", "sort"))]  # fmt: skip
    assert chips == less


def test_none_found_says_which_filter_to_loosen_with_true_numbers(demo_client: TestClient) -> None:
    page = read(demo_client, kind="economic_zone", status="proposed", free_min="100", q="song", lang="en")
    assert found_of(page)["matched"] == 0
    links = [one for one in page.find("a") if "data-count" in one.attributes]
    assert len(links) >= 4
    numbers = [int(one.attributes["data-count"]) for one in links]
    assert numbers[-4:] == sorted(numbers[-4:], reverse=True)
    for one, number in zip(links, numbers, strict=True):
        there = found_of(read(demo_client, one.attributes["href"]))
        assert there["matched"] == number


def test_where_a_figure_is_stated_of_none_the_way_out_is_to_take_those_too(client: TestClient) -> None:
    page = read(client, free_min="20", province="soc-trang", wastewater="yes", lang="en")
    links = {one.text: one.attributes for one in page.find("a") if "data-count" in one.attributes}
    assert "“Wastewater plant: Yes”, or not stated" not in links  # free land is still known of none
    page = read(client, free_min="20", province="soc-trang", lang="en")
    (found,) = [one for one in page.find("a") if "or not stated" in one.text]
    assert found.text.startswith("“Free land: at least 20")
    there = found_of(read(client, found.attributes["href"]))
    assert there["matched"] == int(found.attributes["data-count"]) == ask(client, province="soc-trang")["matched"]


def test_the_page_has_what_its_scripts_need(client: TestClient) -> None:
    page = read(client, lang="en", view="9/9.6/105.9")
    (script,) = [one for one in page.find("script") if one.attributes.get("id") == "explorer-setup"]
    setup = json.loads(script.text)
    assert setup["tiles"] == "/tiles/WebMercatorQuad/{z}/{y}/{x}"
    assert client.get(setup["tiles"].format(z=0, y=0, x=0)).status_code == 200
    west, south, east, north = setup["bounds"]
    assert all(west <= one["at"][0] <= east and south <= one["at"][1] <= north for one in zones_of(client))
    assert setup["codes"]["industrial_park"] == "Industrial park"
    assert len(setup["steps"]) == 5


def test_a_shortlist_stays_with_the_form_and_leads_to_the_comparison(client: TestClient) -> None:
    page = read(client, pick="kcn-tran-de,kcn-song-hau", q="song hau")
    assert "/compare?zones=kcn-tran-de,kcn-song-hau&lang=vi" in [one.attributes["href"] for one in page.find("a")]
    hidden = [one.attributes["value"] for one in page.find("input")
              if one.attributes.get("name") == "pick" and one.attributes["type"] == "hidden"]  # fmt: skip
    assert hidden == ["kcn-tran-de"]


# Suggestions


def suggestions(client: TestClient, words: str, **params: str) -> list[Json]:
    found: list[Json] = client.get("/map/suggest", params={"q": words, **params}).json()["suggestions"]
    assert len(found) <= 8
    return found


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("tran de", ("zone", "Khu công nghiệp Trần Đề")), ("Kế Sách", ("district", "Huyện Kế Sách")),
        ("Cần Thơ", ("province", "Thành phố Cần Thơ")), ("kcn tran", ("zone", "Khu công nghiệp Trần Đề")),
        ("Tân Sơn Nhất", ("place", "Sân bay Tân Sơn Nhất")), ("dai ngai", ("zone", "Khu công nghiệp Đại Ngãi")),
    ],
)  # fmt: skip
def test_suggestions_begin_with_what_is_meant(client: TestClient, words: str, first: tuple[str, str]) -> None:
    best = suggestions(client, words)[0]
    assert (best["kind"], best["name"]) == first


def test_every_suggestion_leads_to_a_page_that_shows_something(client: TestClient) -> None:
    for words in ("tran de", "ke sach", "can tho", "soc trang", "ninh kieu", "dai ngai"):
        for one in suggestions(client, words):
            found = found_of(read(client, one["address"]))
            if one["kind"] == "zone":
                assert one["slug"] in one["address"]
            assert found["matched"] > 0 or one["uid"].startswith("vn63:"), one
            west, south, east, north = one["bbox"] or (one["lon"], one["lat"], one["lon"], one["lat"])
            assert west <= one["lon"] <= east
            assert south <= one["lat"] <= north


def test_zones_come_first_and_leave_room_for_others(client: TestClient) -> None:
    kinds = [one["kind"] for one in suggestions(client, "soc trang")]
    assert kinds[0] == "zone"
    assert {"province", "district", "place"} <= set(kinds)
    assert suggestions(client, "%") == suggestions(client, "") == []


# What can be taken away


@pytest.mark.parametrize("params", [
    {"kind": "industrial_park", "province": "soc-trang,an-giang"}, {"near": "city-can-tho", "within": "60"},
    {"q": "tran de", "outline": "none,indicative"}, {"cleared": "yes,unknown", "rate": "unknown", "area_min": "100"},
])  # fmt: skip
def test_every_file_holds_the_zones_of_the_list(client: TestClient, params: dict[str, str]) -> None:
    wanted = sorted(slugs(client, **params))
    assert 0 < len(wanted) < 26
    hrefs = {one.attributes["data-format"]: one.attributes["href"] for one in read(client, **params).find("a")
             if "data-format" in one.attributes}  # fmt: skip
    assert sorted(features(client, hrefs["geojson"])) == wanted
    rows = list(csv.DictReader(io.StringIO(client.get(hrefs["csv"]).text.lstrip("\ufeff"))))
    assert sorted(row["slug"] for row in rows) == wanted
    assert {"xlsx", "gpkg", "fgb", "parquet", "kml", "shp", "jsonfg", "geojsonseq"} <= hrefs.keys()
    for name in ("xlsx", "gpkg"):
        assert client.get(hrefs[name]).status_code == 200


def test_qgis_reads_the_selection_from_the_live_service(client: TestClient) -> None:
    params = {"kind": "industrial_park", "near": "105.9,9.8", "within": "40", "lang": "en"}
    qlr = client.get("/qgis/zones.qlr", params=params)
    assert qlr.status_code == 200
    entrances = set(re.findall(r"url='http://testserver(/qgis/[^'?]+)", unescape(qlr.text)))
    assert len(entrances) == 1
    (entrance,) = entrances
    data = urlsplit(link(client.get(entrance).json(), "data")).path
    wanted = sorted(slugs(client, **params))
    assert 0 < len(wanted) < 26
    for view in ("zones", "zone-points"):
        assert sorted(features(client, f"{data}/{view}/items?limit=3")) == wanted
        both = client.get(f"{data}/{view}/items", params={"filter": "slug = 'kcn-song-hau' OR slug = 'ccn-nga-nam'"})
        assert [one["id"] for one in both.json()["features"]] == ["kcn-song-hau"]
    assert client.get(f"{data}/lots/items").json()["numberMatched"] == 0
    assert client.get(f"{data}/provinces/items?limit=1").status_code == 200


def encoded(query: str) -> str:
    return "~" + urlsafe_b64encode(query.encode()).decode().rstrip("=")


@pytest.mark.parametrize("query", ["province=%00", "q=%ED%A0%80", "kind=economic_zone&kind=industrial_park"])
def test_a_selection_that_we_would_not_write_is_not_found(client: TestClient, query: str) -> None:
    for path in ("", "/collections/zones/items", "/collections/lots/items"):
        assert client.get(f"/qgis/{encoded(query)}{path}").status_code == 404


@pytest.mark.parametrize("province", ["can-tho,Cần Thơ", "can-tho,", " can-tho "])
def test_a_province_in_several_ways_is_one_selection_for_qgis(client: TestClient, province: str) -> None:
    answer = client.get("/qgis/zones.qlr", params={"province": province})
    address = re.search("typename='zones' url='([^?]+)", answer.text.replace("&#39;", "'"))
    assert address
    assert sorted(features(client, f"{address[1]}/collections/zones/items?limit=50")) == sorted(
        slugs(client, province="92")
    )


@pytest.mark.parametrize("word", ["中", "²", "ﷺ"])
def test_letters_that_no_name_has_find_no_zone(client: TestClient, word: str) -> None:
    assert ask(client, q=word)["matched"] == 0
    assert suggestions(client, word) == []
    assert client.get("/collections/zones/items", params={"q": word}).json()["numberMatched"] == 0
    assert client.get("/compare", params={"add": word, "f": "json"}).status_code == 400


@pytest.mark.parametrize("scope", ["~", "~AAAA", "~a3g9MQ", "~cT1hAGI", "~%2F..", "~" + "A" * 5000])
def test_an_entrance_that_is_no_selection_is_refused(client: TestClient, scope: str) -> None:
    assert client.get(f"/qgis/{scope}").status_code in (400, 404)
    assert client.get(f"/qgis/{scope}/collections/zones/items").status_code in (400, 404)


def test_the_folium_map_shows_the_selection_online_and_from_disk(client: TestClient) -> None:
    params = {"kind": "industrial_park", "q": "song", "lang": "en"}
    wanted = len(slugs(client, **params))
    assert 0 < wanted < 26
    for offline in ({}, {"offline": "1"}):
        answer = client.get("/maps/fill-rate", params={**params, **offline}, headers=BROWSER)
        page = Page(answer.text)
        assert len(page.find("article")) == wanted
        addresses = [one.attributes.get("src") or one.attributes.get("href", "") for one in page.find("script", "link")]
        loads = [one for one in addresses if one and not one.startswith("data:")]
        assert bool(loads) != bool(offline)
        assert ("attachment" in answer.headers.get("content-disposition", "")) == bool(offline)
        zone = next(one.attributes["href"] for one in page.find("a") if "/zones/" in one.attributes["href"])
        assert zone == ("http://testserver" if offline else "") + "/zones/kcn-song-hau?lang=en"
    assert client.get("/maps/fill-rate?offline=yes", headers=BROWSER).status_code == 400
    assert client.get("/maps/fill-rate?kind=park", headers=BROWSER).status_code == 400
