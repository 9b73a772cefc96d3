"""The explorer: its address says its state, its list, counts and files are of the same zones, in words for people."""

from collections import Counter
from collections.abc import Callable

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from starlette.testclient import TestClient

from tests.explorer import BROWSER, Json, ask, read, slugs, zones_of
from tests.reading import features

WORDS = st.sampled_from(["ke sach", "Kế Sách", "tran de", "công nghiệp", "zzz"])
NUMBERS = st.sampled_from(["0", "12.5", "80", "96.5", "1000"])
YES_NO = st.lists(st.sampled_from(["yes", "no", "unknown"]), unique=True).map(",".join)
STATES = st.fixed_dictionaries({}, optional={
    "q": WORDS,
    "kind": st.lists(st.sampled_from(["industrial_park", "industrial_cluster", "economic_zone"])).map(",".join),
    "status": st.lists(st.sampled_from(["operating", "planned", "proposed", "unknown"])).map(",".join),
    "province": st.lists(st.sampled_from(["soc-trang", "Cần Thơ", "91", "vn63:91", "unknown"])).map(",".join),
    "outline": st.lists(st.sampled_from(["surveyed", "digitised", "indicative", "none"])).map(",".join),
    "wastewater": YES_NO, "cleared": YES_NO, "free_min": NUMBERS, "rate_min": NUMBERS, "area_max": NUMBERS,
    "free": st.just("unknown"), "rate": st.just("unknown"), "area": st.just("unknown"),
    "near": st.sampled_from(["105.9,9.8", "city-can-tho"]), "page": st.sampled_from(["1", "2"]),
    "colour": st.sampled_from(["rate", "status", "kind"]), "units": st.sampled_from(["new", "former", "none"]),
    "view": st.just("9.25/9.6/105.9"), "bbox": st.just("105,9,106.5,10"), "zone": st.just("kcn-tran-de"),
    "pick": st.just("kcn-tran-de,kcn-song-hau"), "sort": st.sampled_from(["name", "-area", "rate", "-status"]),
})  # fmt: skip


# The state


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(params=STATES)
def test_an_address_says_the_state_and_the_state_writes_the_address(client: TestClient, params: dict[str, str]) -> None:
    state = ask(client, **params)["state"]
    again = ask(client, **state)
    assert again["state"] == state
    assert list(state) == list(again["state"])
    given = {name: value for name, value in params.items() if value}
    assert state.keys() <= given.keys()
    assert all(set(state[name].split(",")) <= {*given[name].split(","), "can-tho", "an-giang", "vn63:91", "kien-giang"}
               for name in ("kind", "status", "province", "outline", "pick") if name in state)  # fmt: skip


def test_boxes_of_a_form_come_one_by_one_and_empty_fields_say_nothing(client: TestClient) -> None:
    answer = client.get("/map?kind=industrial_park&kind=economic_zone&q=&free_min=&near=&within=&pick=a&pick=b&f=json")
    assert answer.json()["state"] == {"kind": "industrial_park,economic_zone", "pick": "a,b"}


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"kind": "park"}, "kind"), ({"status": "operating,lost"}, "status"), ({"province": "Atlantis"}, "province"),
        ({"outline": "unknown"}, "outline"), ({"wastewater": "true"}, "wastewater"), ({"free": "known"}, "free"),
        ({"free_min": "-1"}, "free_min"), ({"free_min": "12,5"}, "free_min"), ({"free_min": "1e9"}, "free_min"),
        ({"rate_min": "80", "rate_max": "20"}, "rate_min"), ({"area_max": "NaN"}, "area_max"),
        ({"within": "20"}, "within"), ({"within": "0", "near": "105,10"}, "within"),
        ({"within": "99999", "near": "105,10"}, "within"), ({"near": "9.5,105.9"}, "near"), ({"near": "200,9"}, "near"),
        ({"near": "105"}, "near"), ({"near": "city-atlantis"}, "near"), ({"sort": "distance"}, "sort"),
        ({"sort": "size"}, "sort"), ({"page": "0"}, "page"), ({"page": "9" * 30}, "page"), ({"page": "²"}, "page"),
        ({"colour": "red"}, "colour"), ({"units": "old"}, "units"), ({"view": "9/105.9/9.6"}, "view"),
        ({"view": "30/9/105"}, "view"), ({"bbox": "105,9,106"}, "bbox"), ({"bbox": "105,10,106,9"}, "bbox"),
        ({"zone": "KCN Trần Đề"}, "zone"), ({"pick": "a,b,c,d,e"}, "pick"), ({"pick": "../desk"}, "pick"),
        ({"q": "%_"}, "q"), ({"q": "a" * 300}, "q"), ({"part": "map"}, "part"), ({"limit": "5"}, "limit"),
        ({"q": "a\0b"}, "q"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_by_name(client: TestClient, params: dict[str, str], name: str) -> None:
    answer = client.get("/map", params={**params, "f": "json"})
    assert answer.status_code == 400
    assert [one["parameter"] for one in answer.json()["errors"]] == [name]
    page = client.get("/map", params=params, headers=BROWSER)
    assert page.status_code == 400
    assert page.headers["content-type"].startswith("text/html")


def test_both_orders_of_a_point_are_told(client: TestClient) -> None:
    detail = client.get("/map?near=9.5,105.9&f=json&lang=en").json()["detail"]
    assert "longitude first" in detail
    assert "are the two swapped?" in detail


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["q", "province", "near", "view", "bbox", "pick", "zone", "free_min", "page", "within"]),
       value=st.text(max_size=40))  # fmt: skip
def test_nothing_that_is_typed_breaks_it(client: TestClient, name: str, value: str) -> None:
    answer = client.get("/map", params={name: value.encode(errors="replace").decode(), "part": "list"})
    assert answer.status_code in (200, 400)
    assert "<script>" not in answer.text.replace('<script type="application/json" id="found">', "")
    assert client.get("/map/suggest", params={"q": value.encode(errors="replace").decode()}).status_code in (200, 400)


def test_what_is_asked_for_is_escaped_wherever_it_stands(client: TestClient) -> None:
    words = "</script><script>boom()</script>\"'><img src=x onerror=boom()> a"
    for part in ({}, {"part": "list"}):
        page = read(client, q=words, **part)
        assert not page.find("img")
        assert all("boom()" not in one.text for one in page.find("script") if not one.attributes.get("type"))


# What is found


def said(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[value]


def in_range(name: str, params: dict[str, str], prefix: str) -> Callable[[Json], bool]:
    low, high = params.get(f"{prefix}_min"), params.get(f"{prefix}_max")

    def fits(zone: Json) -> bool:
        value = zone[name]
        if value is None:
            return prefix in params
        if low is None and high is None:
            return False
        return (low is None or value >= float(low)) and (high is None or value <= float(high))

    return fits


def filters_of(params: dict[str, str]) -> dict[str, Callable[[Json], bool]]:
    """The filters, worked out another way: over the features that the service gives out."""
    made: dict[str, Callable[[Json], bool]] = {}
    for prefix, name in (("free", "available_area_ha"), ("rate", "fill_rate_pct"), ("area", "declared_area_ha")):
        if any(one in params for one in (prefix, f"{prefix}_min", f"{prefix}_max")):
            made[prefix] = in_range(name, params, prefix)
    lists: dict[str, Callable[[Json], str]] = {
        "kind": lambda zone: zone["kind"], "status": lambda zone: zone["status"] or "unknown",
        "outline": lambda zone: zone["boundary_quality"] or "none",
        "wastewater": lambda zone: said(zone["has_wastewater_plant"]),
        "cleared": lambda zone: said(zone["has_cleared_land"]),
    }  # fmt: skip
    for name, value_of in lists.items():
        if name in params:
            made[name] = lambda zone, name=name, value_of=value_of: value_of(zone) in params[name].split(",")  # type: ignore[misc]
    if "province" in params:
        made["province"] = lambda zone: zone["province"] in params["province"].split(",")
    return made


MIXTURES: list[dict[str, str]] = [
    {},
    {"kind": "industrial_park"},
    {"kind": "industrial_park,industrial_cluster", "status": "operating,under_construction", "free_min": "1"},
    {"free_min": "3", "rate_max": "80", "outline": "surveyed"},
    {"rate": "unknown"},
    {"rate_min": "50", "rate": "unknown", "area_min": "20", "area_max": "200"},
    {"wastewater": "yes", "cleared": "yes,unknown"},
    {"wastewater": "no,unknown", "cleared": "no"},
    {"free": "unknown", "status": "proposed,planned"},
    {"province": "Tỉnh An Giang,Thành phố Cần Thơ", "cleared": "yes"},
    {"kind": "economic_zone", "area_max": "1"},
]


@pytest.mark.parametrize("params", MIXTURES, ids=lambda one: "&".join(one) or "all")
def test_zones_and_counts_are_those_of_the_features(demo_client: TestClient, params: dict[str, str]) -> None:
    zones, tests = zones_of(demo_client), filters_of(params)
    matching = [zone for zone in zones if all(fits(zone) for fits in tests.values())]
    found = ask(demo_client, **params)
    assert (found["total"], found["matched"], found["inView"]) == (len(zones), len(matching), len(matching))
    assert sorted(slugs(demo_client, **params)) == sorted(zone["slug"] for zone in matching)
    assert (found["fids"] is None) == (not params)
    assert len(found["fids"] or []) == (len(matching) if params else 0)
    values: dict[str, Callable[[Json], str]] = {
        "kind": lambda zone: zone["kind"], "status": lambda zone: zone["status"] or "unknown",
        "outline": lambda zone: zone["boundary_quality"] or "none",
        "wastewater": lambda zone: said(zone["has_wastewater_plant"]),
        "cleared": lambda zone: said(zone["has_cleared_land"]),
        "free": lambda zone: "unknown" if zone["available_area_ha"] is None else "known",
        "rate": lambda zone: "unknown" if zone["fill_rate_pct"] is None else "known",
        "area": lambda zone: "unknown" if zone["declared_area_ha"] is None else "known",
    }  # fmt: skip
    for name, value_of in values.items():
        others = [zone for zone in zones if all(fits(zone) for key, fits in tests.items() if key != name)]
        told = {key.removeprefix(f"{name}:"): n for key, n in found["counts"].items() if key.startswith(f"{name}:")}
        assert told == dict(Counter(value_of(zone) for zone in others)), name
    others = [zone for zone in zones if all(fits(zone) for key, fits in tests.items() if key != "province")]
    told = {key: n for key, n in found["counts"].items() if key.startswith("province:") and n}
    assert sum(told.values()) == len(others)
    if matching:
        west, south, east, north = found["extent"]
        assert (west, east) == pytest.approx((min(z["at"][0] for z in matching), max(z["at"][0] for z in matching)))
        assert (south, north) == pytest.approx((min(z["at"][1] for z in matching), max(z["at"][1] for z in matching)))


def test_free_land_plants_and_cleared_land_are_known_of_some_made_up_zones(demo_client: TestClient) -> None:
    counts = ask(demo_client)["counts"]
    for name in ("wastewater", "cleared"):
        assert min(counts[f"{name}:{one}"] for one in ("yes", "no", "unknown")) > 0, counts
    assert counts["free:known"] > 20


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"province": "Sóc Trăng"}, 20), ({"province": "soc-trang"}, 20), ({"province": "94"}, 20),
        ({"province": "Cần Thơ"}, 20), ({"province": "can-tho"}, 20), ({"province": "kien giang"}, 6),
        ({"province": "an-giang"}, 6), ({"province": "vn63:92"}, 0), ({"province": "unknown"}, 0),
        ({"province": "soc-trang,kien-giang"}, 26), ({"province": "soc-trang,unknown"}, 20),
    ],
)  # fmt: skip
def test_provinces_are_found_by_old_and_new_names(client: TestClient, params: dict[str, str], count: int) -> None:
    matched = ask(client, **params)["matched"]
    assert matched == (count if count in (0, 26) else pytest.approx(count, abs=3))
    names = {one["historic_province"] for one in zones_of(client) if one["slug"] in slugs(client, **params)}
    assert len(names) == {0: 0, 26: 2}.get(count, 1)


def test_words_are_found_in_old_and_new_names_without_marks(client: TestClient) -> None:
    for words in ("tran de", "Trần Đề", "TRẦN đề"):
        assert {"kcn-tran-de", "kkt-tran-de"} <= set(slugs(client, q=words))
    assert slugs(client, q="ke sach") == slugs(client, q="huyện Kế Sách")
    assert "kcn-song-hau" in slugs(client, q="Kế Sách")


def test_only_what_lies_on_the_map_is_listed_and_all_is_counted(client: TestClient) -> None:
    box = "106,9.4,106.3,9.8"
    found = ask(client, bbox=box)
    inside = [one["slug"] for one in zones_of(client)
              if 106 <= one["at"][0] <= 106.3 and 9.4 <= one["at"][1] <= 9.8]  # fmt: skip
    assert sorted(slugs(client, bbox=box)) == sorted(inside)
    assert (found["matched"], found["inView"], found["fids"]) == (26, len(inside), None)
    edge = "106.1735,9.548,106.2,9.55"  # no point lies here, the edge of an outline does
    assert slugs(client, bbox=edge) == ["kcn-tran-de"]


def test_large_numbers_are_written_in_the_language(own_url: str, own_client: TestClient) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "INSERT INTO registry.served_zones OVERRIDING SYSTEM VALUE "
            "SELECT (jsonb_populate_record(s, jsonb_build_object('slug', 'copy-' || n, 'fid', 10000 + n))).* "
            "FROM registry.served_zones s, generate_series(1, 1000) n WHERE slug = 'ccn-ap-nhi'"
        )
    page = own_client.get("/map?lang=vi", headers={"Accept": "text/html"}).text
    assert "1.026/1.026 khu, cụm" in page
    assert "Tải về 1.026 khu, cụm" in page


@pytest.mark.parametrize("words", ["漢字", "Ω"])
def test_letters_that_no_name_has_find_nothing(client: TestClient, words: str) -> None:
    assert ask(client, q=words)["matched"] == 0
    assert client.get("/map/suggest", params={"q": words}).json() == {"suggestions": []}
    assert client.get("/collections/zones/items", params={"q": words}).json()["features"] == []
    assert client.get("/compare", params={"add": words}, follow_redirects=False).status_code == 400


# Distance


def test_no_direction_from_a_point_that_may_lie_on_either_side(client: TestClient) -> None:
    """An Nghiệp is known to within 4 km."""
    direction = {one["slug"]: one["direction"] for one in ask(client, near="105.97,9.6")["zones"]}
    assert direction["kcn-an-nghiep"] == "north"
    close = ask(client, near="105.952,9.64")["zones"]
    assert {one["slug"]: one["direction"] for one in close}["kcn-an-nghiep"] is None
    page = client.get("/map?near=105.952,9.64&lang=en", headers={"Accept": "text/html"}).text
    assert "None" not in page.split('id="z-kcn-an-nghiep"')[1].split("</dl>")[0]


@pytest.mark.parametrize("near", ["105.9,9.8", "city-can-tho", "106.7,10.8"])
def test_distance_and_bearing_are_geodesic(client: TestClient, near: str) -> None:
    found = ask(client, near=near, sort="distance")
    point = found["near"]
    for zone in found["zones"]:
        forward, _back, metres = Geod(ellps="WGS84").inv(point["lon"], point["lat"], zone["lon"], zone["lat"])
        assert zone["distance_m"] == pytest.approx(metres, abs=0.01)
        words = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")
        off = zone["location_accuracy_m"] + (3000 if near == "city-can-tho" else 0)
        assert zone["direction"] == (words[round(forward % 360 / 45) % 8] if off < metres else None)
    distances = [zone["distance_m"] for zone in found["zones"]]
    assert distances == sorted(distances)
    limit = distances[9] + 1
    assert ask(client, near=near, within=f"{limit / 1000:.6f}")["matched"] == sum(one <= limit for one in distances)


def test_the_page_says_how_far_and_where(client: TestClient) -> None:
    for language, words in (("vi", "hướng"), ("en", "south")):
        page = read(client, near="city-can-tho", sort="distance", lang=language)
        assert any(words in text and " km" in text.replace("\xa0", " ") for text in page.texts)


def test_a_reference_place_says_where_its_point_is_from(client: TestClient) -> None:
    (note,) = [one.text for one in read(client, near="city-can-tho", lang="en").find("p")
               if "origin" in one.attributes.get("class", "")]  # fmt: skip
    assert "GeoNames 1586203 (CC BY 4.0), good to 3 km" in note.replace("\xa0", " ")


def test_items_of_zones_take_a_distance(client: TestClient) -> None:
    near = [one for one in zones_of(client) if Geod(ellps="WGS84").inv(105.9, 9.8, *one["at"])[2] <= 20_000]
    for collection in ("zones", "zone-points"):
        found = features(client, f"/collections/{collection}/items?near=105.9,9.8&within=20")
        assert sorted(found) == sorted(one["slug"] for one in near)
    assert 0 < len(near) < 26


@pytest.mark.parametrize(
    ("collection", "query", "name"),
    [
        ("zones", "within=20", "within"), ("zones", "near=105.9,9.8", "near"),
        ("zones", "near=9.8,105.9&within=20", "near"), ("zone-points", "near=105.9&within=20", "near"),
        ("zones", "near=105.9,9.8&within=-1", "within"), ("zones", "near=105.9,9.8&within=1e9", "within"),
        ("zones", "near=105.9,9.8&within=far", "within"), ("lots", "near=105.9,9.8&within=20", "near"),
        ("facts", "within=20", "within"),
    ],
)  # fmt: skip
def test_a_distance_that_cannot_be_measured_is_refused(
    client: TestClient, collection: str, query: str, name: str
) -> None:
    answer = client.get(f"/collections/{collection}/items?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == name


def test_the_description_of_the_api_has_the_distance(client: TestClient) -> None:
    paths = client.get("/api?f=json").json()["paths"]
    names = [one.get("$ref", one.get("name", "")).rpartition("/")[2]
             for one in paths["/collections/zones/items"]["get"]["parameters"]]  # fmt: skip
    assert {"near", "within"} <= set(names)
    assert "/map" in paths


# Order


@pytest.mark.parametrize(("sort", "name"), [("area", "declared_area_ha"), ("free", "available_area_ha"),
                                            ("rate", "fill_rate_pct")])  # fmt: skip
def test_what_is_not_known_comes_last_both_ways(demo_client: TestClient, sort: str, name: str) -> None:
    by_slug = {one["slug"]: one[name] for one in zones_of(demo_client)}
    for way in (sort, f"-{sort}"):
        values = [by_slug[slug] for slug in slugs(demo_client, sort=way)]
        known = [one for one in values if one is not None]
        assert known == sorted(known, reverse=way.startswith("-"))
        assert values[len(known) :] == [None] * (len(values) - len(known))
    assert None in by_slug.values() or sort == "area"


def test_names_are_in_the_order_of_the_vietnamese_alphabet(client: TestClient) -> None:
    parks = slugs(client, kind="industrial_park", q="kcn")
    order = ["kcn-an-nghiep", "kcn-dai-ngai", "kcn-my-thanh", "kcn-song-hau", "kcn-thanh-loc", "kcn-tran-de"]
    assert [slug for slug in parks if slug in order] == order
    assert slugs(client, sort="-name") == slugs(client)[::-1]


def test_statuses_are_in_the_order_of_a_zones_life(client: TestClient) -> None:
    statuses = {one["slug"]: one["status"] for one in zones_of(client)}
    found = list(dict.fromkeys(statuses[slug] for slug in slugs(client, sort="-status")))
    assert found.index("operating") < found.index("under_construction") < found.index("proposed")
