"""/stats/fill-rates: basis, numerator, denominator, definition, as-of; groups; how many are unknown."""

from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from tests.reading import Page

LOTS = [
    ("A1", "industrial", "leased", 30),
    ("A2", "industrial", "available", 20),
    ("B1", "service", "leased", 10),
    ("C1", "green", None, 5),
]


def ask(client: TestClient, query: str = "") -> dict[str, Any]:
    return client.get(f"/stats/fill-rates?{query}").json()  # type: ignore[no-any-return]


def rate(answer: dict[str, Any], zone: str) -> dict[str, Any]:
    (found,) = [one for one in answer["rates"] if one["zone"] == zone]
    return found  # type: ignore[no-any-return]


def add_lots(database_url: str, zone: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.cursor().executemany(
            "INSERT INTO registry.lots (zone, code, land_use, status, area_ha, as_of, source) "
            f"VALUES ('{zone}', %s, %s, %s, %s, '2024-12-31', 'D001')",
            LOTS,
        )


def test_every_zone_is_there_and_an_unknown_rate_says_why(client: TestClient) -> None:
    answer = ask(client)
    assert (answer["by"], len(answer["rates"]), answer["zones"], answer["zones_unknown"]) == ("zone", 26, 26, 24)
    unknown = rate(answer, "kcn-tran-de")
    assert unknown["value_pct"] is unknown["basis"] is unknown["as_of"] is unknown["source"] is None
    assert unknown["reason_unknown"] == "no_figures"


@pytest.mark.parametrize(
    ("as_of", "unknown"), [("2019", 26), ("2020-06", 26), ("2020-12-30", 26), ("2020-12-31", 24), ("2020", 24)]
)
def test_as_of_leaves_later_figures_out(client: TestClient, as_of: str, unknown: int) -> None:
    """A rate "of 2020" is known at the end of that year and not before."""
    answer = ask(client, f"as_of={as_of}")
    assert (answer["as_of"], answer["zones_unknown"]) == (as_of, unknown)


@pytest.mark.parametrize(("definition", "formula"), [("nd35_2022", "service"), ("nd29_2008", "industrial land")])
def test_the_answer_states_the_definition(client: TestClient, definition: str, formula: str) -> None:
    told = ask(client, f"definition={definition}")["definition"]
    assert told["id"] == definition
    assert formula in told["formula_en"]
    assert told["formula_vi"]
    assert told["instrument"]


def test_a_reported_rate_is_the_same_by_either_definition(client: TestClient) -> None:
    """The report does not say by which one it was reckoned."""
    for definition in ("nd35_2022", "nd29_2008"):
        found = rate(ask(client, f"definition={definition}"), "kcn-an-nghiep")
        assert (found["value_pct"], found["definition"]) == (96.5, "not_stated")


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("province", {"Thành phố Cần Thơ": 20, "Tỉnh An Giang": 6}),
        ("historic_province", {"Tỉnh Sóc Trăng": 20, "Tỉnh Kiên Giang": 6}),
        ("kind", {"industrial_park": 11, "industrial_cluster": 14, "economic_zone": 1}),
        ("all", {"all": 26}),
    ],
)
def test_a_group_with_unknown_zones_is_not_assessable(client: TestClient, by: str, groups: dict[str, int]) -> None:
    rates = ask(client, f"by={by}")["rates"]
    assert {one["name"]: one["zones"] for one in rates} == groups
    for one in rates:
        assert (one["assessable"], one["value_pct"], one["numerator_ha"]) == (False, None, None)
        assert one["zones_known"] + one["zones_reported_only"] + one["zones_unknown"] == one["zones"]
    assert sum(one["zones_reported_only"] for one in rates) == 2
    reported = {each["zone"]: each["value_pct"] for one in rates for each in one["reported"]}
    assert reported == {"kcn-an-nghiep": 96.5, "ccn-nga-nam": 46.7}


def test_lots_win_over_a_reported_rate(own_url: str, own_client: TestClient) -> None:
    add_lots(own_url, "kcn-an-nghiep")
    found = rate(ask(own_client), "kcn-an-nghiep")
    assert (found["basis"], found["numerator_ha"], found["denominator_ha"]) == ("lots", 40, 60)
    assert found["value_pct"] == pytest.approx(100 * 40 / 60)
    assert (found["definition"], found["as_of"], found["source"]) == ("nd35_2022", "2024-12-31", "D001")
    older = rate(ask(own_client, "definition=nd29_2008"), "kcn-an-nghiep")
    assert (older["numerator_ha"], older["denominator_ha"], older["value_pct"]) == (30, 50, 60)


def test_a_group_shows_the_part_that_is_known_and_never_a_reported_rate(own_url: str, own_client: TestClient) -> None:
    add_lots(own_url, "kcn-tran-de")
    (group,) = ask(own_client, "by=all")["rates"]
    assert (group["zones_known"], group["zones_reported_only"], group["zones_unknown"]) == (1, 2, 23)
    assert (group["assessable"], group["value_pct"]) == (False, None)
    assert group["known_part_pct"] == pytest.approx(100 * 40 / 60)


def test_demanded_rates_come_with_document_and_words(client: TestClient) -> None:
    targets = ask(client)["targets"]
    found = {(one["historic_province"], one["value"], one["comparator"], one["period"]) for one in targets}
    assert {("Tỉnh Sóc Trăng", 70, "eq", "2025"), ("Tỉnh Sóc Trăng", 100, "eq", "2030")} <= found
    assert {("Tỉnh Kiên Giang", 65, "gt", "2025"), ("Tỉnh Kiên Giang", 40, "gt", "2025")} <= found
    assert all(one["source"] and one["quote"] and one["place"] for one in targets)


@pytest.mark.parametrize(
    ("lang", "shown", "unknown", "groups"),
    [("vi", "96,5%", "Chưa có số liệu", "Không đánh giá được"), ("en", "96.5%", "Not stated", "Not assessable")],
)
def test_the_page_says_known_unknown_and_not_assessable(
    client: TestClient, lang: str, shown: str, unknown: str, groups: str
) -> None:
    page = Page(client.get(f"/stats/fill-rates?f=html&lang={lang}").text)
    assert page.texts.count(unknown) >= 24
    assert shown in page.texts
    by_kind = Page(client.get(f"/stats/fill-rates?f=html&by=kind&lang={lang}").text)
    assert by_kind.texts.count(groups) == 4  # each kind, and all together above


def names_on(page: Page) -> list[str]:
    return [one.text for one in page.find("a") if one.attributes.get("href", "").startswith("/zones/kcn")]


def test_zones_come_page_by_page_in_the_order_of_vietnamese(
    own_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums stand on each page; the JSON stays whole."""
    monkeypatch.setattr("api.routes.stats.PAGE", 10)
    seen: list[str] = []
    address = "/stats/fill-rates?f=html&lang=vi"
    while address:
        answer = own_client.get(address)
        assert "Trong 26 khu và cụm, 24 chưa có tỷ lệ" in answer.text
        page = Page(answer.text)
        assert len(page.find("tr")) <= 11
        seen += names_on(page)
        following = [one.attributes["href"] for one in page.find("a") if one.attributes.get("rel") == "next"]
        address = following[0] if following else ""
    parks = [name.removeprefix("Khu công nghiệp ") for name in seen if name.startswith("Khu công nghiệp ")]
    assert [name for name in parks if "đề xuất" not in name] == [
        "An Nghiệp", "Đại Ngãi", "Mỹ Thanh", "Sông Hậu", "Thanh Lộc", "Thuận Yên", "Trần Đề", "Xẻo Rô",
    ]  # fmt: skip
    assert len(seen) == len(set(seen))
    assert len(ask(own_client)["rates"]) == 26


@pytest.mark.parametrize("page", ["0", "2", "x", "-1", "1.5", "99999999999999999999"])
def test_a_page_that_is_not_there_is_told(client: TestClient, page: str) -> None:
    assert client.get(f"/stats/fill-rates?f=html&page={page}").status_code == 400


def test_the_json_has_no_pages(client: TestClient) -> None:
    assert client.get("/stats/fill-rates?f=json&page=1").json()["type"] == "/problems/unknown-parameter"
    assert ask(client)["whole"]["zones"] == 26


def test_groups_come_by_name_and_not_by_code(client: TestClient) -> None:
    """An Giang has a lower code than Cần Thơ only by chance; Kiên Giang comes before Sóc Trăng by its letters."""
    assert [one["name"] for one in ask(client, "by=province")["rates"]] == ["Tỉnh An Giang", "Thành phố Cần Thơ"]
    assert [one["name"] for one in ask(client, "by=historic_province")["rates"]] == [
        "Tỉnh Kiên Giang",
        "Tỉnh Sóc Trăng",
    ]
