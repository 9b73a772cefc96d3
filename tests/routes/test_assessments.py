"""/assessments: each zone by five criteria and six lights, and nothing that is not stated or not public."""

import csv
import io
from collections import Counter
from typing import Any

import pandas as pd
import psycopg
import pytest
from starlette.testclient import TestClient

from api.settings import ROOT
from api.workflows.assessment import legal_day
from gis.assessment import CRITERIA, LIGHTS
from tests.routes.test_changes import begin, lan, minh, save, step
from tests.routes.test_projects import ZONE, Headers, enter, web_page
from tests.routes.test_synthetic import demo_client, demo_url

__all__ = ["demo_client", "demo_url", "lan", "minh", "web_page"]
Json = dict[str, Any]


def one(client: TestClient, slug: str) -> Json:
    answer = client.get(f"/assessments/{slug}", params={"f": "json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def lights(found: Json) -> dict[str, str]:
    return {light["rule"]: light["state"] for light in found["lights"]}


def test_the_list_has_every_zone_once_with_all_lights_and_criteria(client: TestClient) -> None:
    told = client.get("/assessments?f=json").json()
    slugs = [zone["slug"] for zone in told["zones"]]
    assert len(slugs) == len(set(slugs)) == told["numberMatched"] == told["zones_assessed"] == 26
    for zone in told["zones"]:
        assert list(zone["lights"]) == list(LIGHTS) and list(zone["criteria"]) == list(CRITERIA)
    for name, counts in told["counts"]["lights"].items():
        assert Counter(zone["lights"][name] for zone in told["zones"]) == {k: n for k, n in counts.items() if n}
    on = [sum(state == "on" for state in zone["lights"].values()) for zone in told["zones"]]
    assert on == sorted(on, reverse=True)


def test_the_lights_are_those_that_the_data_files_give(client: TestClient) -> None:
    """By pandas from the files: who plans to expand, who is filled, who operates, who has a plant, how old it is."""
    facts = pd.read_csv(ROOT / "data" / "facts.csv", dtype=str)
    zones = pd.read_csv(ROOT / "data" / "zones.csv", dtype=str).set_index("slug")
    told = {zone["slug"]: zone["lights"] for zone in client.get("/assessments?f=json").json()["zones"]}
    rates = facts[(facts.indicator == "fill_rate_pct")].set_index("zone_slug").value.astype(float)
    counted = set(facts[facts.indicator.isin(["projects", "tenants"])].zone_slug) | set(rates[rates > 0].index)
    building = set(facts[facts.indicator == "wastewater_plant_status"].zone_slug)
    operating = set(zones[zones.status == "operating"].index)
    dated = set(facts[facts.zone_slug.notna() & facts.as_of.notna() & (facts.is_target == "false")].zone_slug)
    for slug, found in told.items():
        full = slug in rates.index and rates[slug] >= 60
        assert found["low_fill_expanding"] == ("off" if full else "unknown"), slug  # none both low and to be expanded
        assert found["no_investor"] == ("off" if slug in counted else "unknown"), slug
        expected = "off" if slug not in operating else "on" if slug in building else "unknown"
        assert found["no_wastewater_plant"] == expected, slug
        assert found["outline_not_surveyed"] == "on", slug
        if zones.historic_province[slug] == "Sóc Trăng":
            assert found["outdated"] == "on", slug  # nothing in the files is of later than 2021
        else:
            assert found["outdated"] == "unknown" and slug not in dated, slug  # their programme is undated
    evidence = pd.read_csv(ROOT / "data" / "external_evidence.csv").dropna(subset=["area_ha"])
    declared = zones.declared_area_ha.dropna().astype(float)
    both = evidence[evidence.zone_slug.isin(declared.index)]
    off = (both.area_ha / both.zone_slug.map(declared) - 1).abs() > 0.01
    apart, compared = set(both[off].zone_slug), set(both.zone_slug)
    assert apart
    for slug, found in told.items():
        assert found["areas_apart"] == ("on" if slug in apart else "off" if slug in compared else "unknown"), slug


def test_a_zone_has_the_evidence_of_each_criterion_with_source_and_words(client: TestClient) -> None:
    found = one(client, "kcn-an-nghiep")
    criteria = {criterion["criterion"]: criterion for criterion in found["criteria"]}
    assert [fact["id"] for fact in criteria["fill_rate"]["evidence"]] == ["F192"]
    assert {fact["id"] for fact in criteria["investment"]["evidence"]} == {"F190", "F191", "F193"}
    assert criteria["compensation"]["state"] == criteria["environment"]["state"] == "unknown"
    assert {fact["id"] for fact in criteria["environment"]["demands"]} >= {"F090", "F027"}
    for criterion in found["criteria"]:
        for fact in (*criterion["evidence"], *criterion["demands"]):
            assert fact["source"] and fact["place"] and fact["quote"]
    assert found["criteria_source"] == "F168" and found["assessed_on"] == legal_day().isoformat()


def test_what_is_demanded_in_one_former_province_is_not_told_of_another(client: TestClient) -> None:
    """The rule on removal from planning is Kiên Giang's; that on zones of Sóc Trăng does not reach Kiên Giang."""
    here = {fact["id"] for one_of in one(client, "kcn-xeo-ro")["criteria"] for fact in one_of["demands"]}
    there = {fact["id"] for one_of in one(client, "kcn-an-nghiep")["criteria"] for fact in one_of["demands"]}
    assert "F169" in here and "F169" not in there
    assert "F090" in there and "F090" not in here


def test_each_light_says_why_by_which_rule_and_from_what(client: TestClient) -> None:
    found = {light["rule"]: light for light in one(client, "ccn-nga-nam")["lights"]}
    low = found["low_fill_expanding"]
    assert (low["threshold"], low["unit"], low["instrument"], low["article"], low["verified"]) == (
        60, "%", "NĐ 32/2024/NĐ-CP", "Art. 8", "secondary text",
    )  # fmt: skip
    assert low["state"] == "unknown"
    assert low["reason_en"] == "46.7% filled (2020), below 60%; whether it is to be expanded is not stated."
    assert low["reason_vi"] == "Lấp đầy 46,7% (2020), dưới 60%; chưa rõ có dự kiến mở rộng hay không."
    assert low["inputs"][0] == {
        "name": "fill_rate_pct", "value": 46.7, "unit": "%", "as_of": "2020", "source": "D004", "facts": ["F203"],
    }  # fmt: skip
    park = next(light for light in one(client, "kcn-tran-de")["lights"] if light["rule"] == "low_fill_expanding")
    assert (park["instrument"], park["article"]) == (None, None)
    assert park["verified"] == "threshold of this register, not of a law"
    assert found["no_wastewater_plant"]["state"] == "unknown"
    for light in found.values():
        assert light["reason_vi"] != light["reason_en"] and light["inputs"]


def test_the_page_says_of_every_light_how_its_rule_is_known(client: TestClient) -> None:
    for path in ("/assessments", "/assessments/ccn-nga-nam"):
        page = client.get(path, params={"f": "html", "lang": "en"}).text
        assert "known from a secondary text; the legal text itself was not read" in page
        assert page.count("of this register, not of a law") >= 5
        assert "NĐ 32/2024/NĐ-CP</span>, Art. 8" in page
    page = client.get("/assessments?f=html&lang=vi").text
    assert "NĐ 32/2024/NĐ-CP</span>, Điều 8" in page
    assert "Ngưỡng: 60%." in page
    assert "Ngưỡng: 12 tháng." in page
    assert " %" not in page.partition("<main")[2].partition("</main>")[0]


def test_lights_are_words_and_not_colours_alone(client: TestClient) -> None:
    page = client.get("/assessments/kcn-an-nghiep?f=html&lang=en").text
    assert '<span class="light on">Yes</span>' in page
    assert '<span class="light off">No</span>' in page
    assert '<span class="light unknown-light">Not known</span>' in page


@pytest.mark.parametrize(
    ("province", "count"),
    [("soc-trang", 20), ("Sóc Trăng", 20), ("can-tho", 20), ("92", 20), ("vn63:91", 6), ("an-giang", 6), ("", 26),
     ("kien-giang", 6), ("ha-noi", 0)],
)  # fmt: skip
def test_provinces_old_and_new_are_named_as_elsewhere(client: TestClient, province: str, count: int) -> None:
    told = client.get("/assessments", params={"f": "json", "province": province}).json()
    assert told["numberMatched"] == len(told["zones"]) == count
    assert client.get("/assessments", params={"f": "html", "province": province}).status_code == 200


def test_a_light_chooses_zones_by_its_state(client: TestClient) -> None:
    def slugs(light: str) -> set[str]:
        return {zone["slug"] for zone in client.get(f"/assessments?f=json&light={light}").json()["zones"]}

    assert slugs("areas_apart") == slugs("areas_apart:on") == {"kcn-an-nghiep", "kcn-dai-ngai"}
    assert slugs("no_wastewater_plant:unknown") == {"kcn-an-nghiep", "ccn-nga-nam"}
    assert slugs("no_investor") == set()
    assert slugs("areas_apart:off") == {"kcn-tran-de"}
    assert "No zone is like that." in client.get("/assessments?f=html&lang=en&light=no_investor").text


@pytest.mark.parametrize(
    "query",
    ["light=nix", "light=outdated:maybe", "light=outdated:", "province=atlantis", "province=" + "x" * 201, "page=0",
     "page=2", "page=x", "zones=1", "light=%00", "f=xlsx", "province=soc-trang&province=92"],
)  # fmt: skip
def test_what_is_not_understood_is_refused_by_name(client: TestClient, query: str) -> None:
    answer = client.get(f"/assessments?{query}&lang=en", headers={"Accept": "application/problem+json, text/html"})
    assert answer.status_code == 400, query
    assert answer.headers["content-type"].startswith(("application/problem+json", "text/html"))


@pytest.mark.parametrize("slug", ["nix", "KCN-TRAN-DE", "%00", "..%2F", "x" * 5000])
def test_an_unknown_zone_is_not_found(client: TestClient, slug: str) -> None:
    assert client.get(f"/assessments/{slug}?f=json").status_code == 404


def test_csv_is_one_line_a_zone(client: TestClient) -> None:
    answer = client.get("/assessments?f=csv&province=soc-trang")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = {zone["slug"]: zone for zone in client.get("/assessments?f=json&province=soc-trang").json()["zones"]}
    assert [row["slug"] for row in rows] == list(told)
    for row in rows:
        zone = told[row["slug"]]
        assert {name: row[f"light_{name}"] for name in LIGHTS} == zone["lights"]
        assert {name: row[f"criterion_{name}"] for name in CRITERIA} == zone["criteria"]
        assert int(row["lights_on"]) == sum(state == "on" for state in zone["lights"].values())


def test_the_sheet_of_a_zone_has_its_lights_in_a_line(client: TestClient) -> None:
    page = client.get("/zones/kcn-an-nghiep?lang=en").text
    line = page[page.index('<p class="lights">') : page.index('href="/assessments/kcn-an-nghiep')]
    assert "Areas that do not reconcile" in line and "Outline not surveyed" in line and "1 light not known" in line
    assert "No investor" not in line
    assert '<p class="lights">' not in client.get("/zones/kcn-an-nghiep?known_at=2100-01-01&lang=en").text


def test_a_withdrawn_zone_stays_readable_and_a_deleted_one_is_gone(
    own_client: TestClient, lan: Headers, minh: Headers
) -> None:
    for zone, action in (("kcn-dai-ngai", "withdraw"), ("kcn-song-hau", "delete")):
        change = begin(own_client, lan, zone=zone, action=action)
        save(own_client, lan, change, document="D001", values={"reason": "Theo quy hoạch mới"})
        step(own_client, lan, change, "submit")
        step(own_client, minh, change, "approve")
    found = one(own_client, "kcn-dai-ngai")
    assert found["status"] == "withdrawn"
    assert lights(found)["no_investor"] == lights(found)["low_fill_expanding"] == "off"
    assert own_client.get("/assessments/kcn-dai-ngai?f=html").status_code == 200
    assert own_client.get("/assessments/kcn-song-hau?f=json").status_code == 410
    slugs = [zone["slug"] for zone in own_client.get("/assessments?f=json").json()["zones"]]
    assert "kcn-dai-ngai" in slugs and "kcn-song-hau" not in slugs


def test_slow_projects_are_named_only_by_public_documents(own_client: TestClient, lan: Headers, web_page: str) -> None:
    late = {"operation_planned_for": "2022", "investor": "Công ty X"}
    enter(own_client, lan, name="Mở Chậm", source=web_page, land_ha=5.5, state="licensed", **late)
    enter(own_client, lan, name="Mở Đúng", source=web_page, land_ha=9, operation_planned_for="2099")
    enter(own_client, lan, name="Mở Xong", source=web_page, land_ha=3, state="operating", operation_planned_for="2022")
    enter(own_client, lan, name="Kín Dừng", land_ha=7, state="stalled", **late)
    enter(own_client, lan, name="Kín Dừng Nữa", state="stalled")
    enter(own_client, lan, name="Kín Chậm", land_ha=11, state="licensed", **late)
    found = one(own_client, ZONE)
    assert [(project["name"], project["land_ha"], project["is_late"]) for project in found["slow_projects"]] == [
        ("Mở Chậm", 5.5, True)
    ]
    assert found["slow_not_named"] == {"projects": 2, "land_ha": {"sum": 7, "known": 1, "unknown": 1}}
    assert found["projects_not_told"] == 1  # that this one is late only its dates would tell
    assert found["slow_land_ha"]["sum"] == 12.5
    assert lights(found)["no_investor"] == "off"
    page = own_client.get(f"/assessments/{ZONE}?f=html&lang=en").text
    assert "Mở Chậm" in page and "Kín" not in page and "Mở Đúng" not in page
    assert "2 stalled projects whose documents are not public" in page
    assert "Kín" not in own_client.get(f"/assessments/{ZONE}?f=json").text


def test_a_stated_plant_that_does_not_stand_lights_up_an_operating_zone(own_client: TestClient, own_url: str) -> None:
    """What changes the register changes the lights with the next request."""
    before = one(own_client, "ccn-nga-nam")
    assert lights(before)["no_wastewater_plant"] == "unknown"
    with psycopg.connect(own_url) as connection:
        connection.execute(
            "UPDATE registry.zone_figures SET has_wastewater_plant = false, expansion_area_ha = 20, "
            "fill_rate_as_of = '2026' WHERE slug = 'ccn-nga-nam'"
        )
        connection.execute(
            "INSERT INTO registry.phases (zone, code, name_vi, name_en, in_force, is_expansion, area_ha, fact_id) "
            "VALUES ('ccn-nga-nam', 'expansion', 'Mở rộng', 'Expansion', false, true, 20, 'F067')"
        )
    after = one(own_client, "ccn-nga-nam")
    assert lights(after)["no_wastewater_plant"] == lights(after)["low_fill_expanding"] == "on"
    reason = next(light["reason_en"] for light in after["lights"] if light["rule"] == "low_fill_expanding")
    assert reason == "46.7% filled (2026), below 60%, and documents plan to expand it by 20 ha."


def test_made_up_zones_come_a_hundred_a_page_at_most_and_are_marked(demo_client: TestClient) -> None:
    page = demo_client.get("/assessments?f=html&lang=en").text
    assert "Synthetic data – not the real register" in page
    told = demo_client.get("/assessments?f=json").json()
    assert told["numberMatched"] == 40
    states = {state for zone in told["zones"] for state in zone["lights"].values()}
    assert states == {"on", "off", "unknown"}
    slug = told["zones"][0]["slug"]
    assert "Synthetic data" in demo_client.get(f"/assessments/{slug}?f=html&lang=en").text
