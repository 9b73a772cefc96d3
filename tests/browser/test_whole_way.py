"""The whole way of a boundary: from a pasted annex to the published version, in a GIS, as of yesterday, and back."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from api.language import LANGUAGES
from api.settings import Settings
from gis.crs import by_epsg, from_wgs84
from tests.browser.conftest import Visitor
from tests.changes import legal_day
from tests.conftest import served
from tests.contract.test_clients import run
from tests.signing import PASSWORD, make_account

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SLUG = "kcn-thu-nghiem"
CORNERS = np.array([(106.05, 9.55), (106.0614, 9.55), (106.0614, 9.5614), (106.056, 9.563), (106.05, 9.5614)])
WORDS = {
    "vi": {"wrong": "Cạnh từ mốc 2 đến mốc 3", "approved": "Đã phê duyệt", "surveyed": "Ranh giới đo đạc",
           "submitted": "Chờ thẩm định", "revert": "Khôi phục phiên bản này", "past": "không phải thông tin hiện nay"},
    "en": {"wrong": "The side from corner 2 to corner 3", "approved": "Approved", "surveyed": "Surveyed outline",
           "submitted": "Waits for review", "revert": "Go back to this version", "past": "not the zone of today"},
}  # fmt: skip
Json = dict[str, Any]


def annex(*, wrong: bool = False) -> str:
    """The table as the annex prints it, in TM-3 105°30'; in one a typing error of twelve metres in a side."""
    points = from_wgs84(CORNERS, by_epsg(9209))
    sides = np.hypot(*(np.roll(points, -1, axis=0) - points).T)
    sides[1] += 12 if wrong else 0
    rows = [f"{n}\t{y:.3f}\t{x:.3f}\t{side:.2f}" for n, ((x, y), side) in enumerate(zip(points, sides, strict=True), 1)]
    return "\n".join(["Số hiệu điểm\tX(m)\tY(m)\tS(m)", *rows])


@pytest.fixture
def address(own_url: str) -> Iterator[str]:
    make_account(own_url, "lan", ("editor", "can-tho"))
    make_account(own_url, "minh", ("reviewer", "can-tho"))
    with served(Settings(database_url=own_url)) as made:
        yield made


def sign_in(visitor: Visitor, address: str, login: str, language: str) -> Page:
    page = visitor.visit(f"{address}/desk?lang={language}")
    page.locator("input[name=login]").fill(login)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    expect(page.locator("h1")).to_have_text({"vi": "Bàn làm việc", "en": "Desk"}[language])
    return page


def saved(page: Page) -> None:
    expect(page.locator("#standing")).to_have_attribute("data-standing", "saved")


def set_value(page: Page, name: str, value: str) -> None:
    field = page.locator(f"#attributes [data-value={name}]")
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


def give_reasons(page: Page, reason: str) -> None:
    """Every warning gets one; the list is made anew with each save. The test's time limit says when that never ends."""
    page.locator("#tab-review").click()
    saved(page)
    while page.locator("#submit").get_attribute("aria-disabled") != "false":
        empty = page.evaluate(
            "[...document.querySelectorAll('#issue-list textarea')].findIndex((one) => one.value === '')"
        )
        if empty >= 0:
            page.locator("#issue-list textarea").nth(empty).fill(reason)
        saved(page)


def begin_zone(page: Page, address: str, language: str) -> None:
    page.goto(f"{address}/desk/zones/new?lang={language}")
    page.locator("#name_vi").fill("Khu công nghiệp Thử Nghiệm")
    page.locator("#name_en").fill("Thu Nghiem Industrial Park")
    page.locator("#kind").select_option("industrial_park")
    page.locator("form.fields button").click()
    expect(page.locator("html[data-desk=ready]")).to_be_attached()


def take_table(page: Page, language: str) -> None:
    """Paste the annex, see what is wrong, correct it, and take the outline."""
    page.locator("#tab-corners").click()
    page.locator("#corner-text").fill(annex(wrong=True))
    page.locator("#corners select[name=province]").select_option(label="Thành phố Cần Thơ")
    page.locator("#corner-crs").select_option("EPSG:9209")
    page.locator("#corners button[type=submit]").click()
    expect(page.locator("#corner-issues li")).to_contain_text(WORDS[language]["wrong"])
    expect(page.locator("#corner-rows tr.flagged")).to_have_count(1)
    page.locator("#corner-text").fill(annex())
    page.locator("#corners button[type=submit]").click()
    expect(page.locator("#corner-issues li")).to_have_count(0)
    if page.locator("#corner-confirmed").is_visible():
        page.locator("#corner-confirmed").check()
    page.locator("#corner-use").click()
    expect(page.locator("#said")).not_to_be_empty()  # it is told when it has come
    expect(page.locator(".desk-editor[inert]")).to_have_count(0)
    saved(page)


def describe(page: Page, in_force: date) -> None:
    page.locator("#tab-attributes").click()
    set_value(page, "document", "D001")
    set_value(page, "valid_from", in_force.isoformat())
    set_value(page, "boundary_accuracy_m", "0.1" if page.url.endswith("lang=en") else "0,1")
    saved(page)


def review(page: Page, address: str, number: str, language: str) -> None:
    page.goto(f"{address}/desk/changes/{number}?lang={language}")
    page.locator("form[action*='/approve'] button").click()
    expect(page.locator(".badge")).to_have_text(WORDS[language]["approved"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_annex_to_the_published_version_and_back(
    visitor: Visitor, address: str, language: str, tmp_path: Path
) -> None:
    go_the_whole_way(visitor, address, language, lambda: by_gdal(address, tmp_path))


def go_the_whole_way(visitor: Visitor, address: str, language: str, read: Callable[[], Json]) -> None:
    """From the annex to the third version; `read` opens the zone in a GIS: its `outline` as GeoJSON and attributes."""
    today = legal_day()
    lan = sign_in(visitor, address, "lan", language)
    begin_zone(lan, address, language)
    number = lan.url.split("/changes/")[1].split("/")[0]
    take_table(lan, language)
    describe(lan, today - timedelta(days=3))
    give_reasons(lan, "Theo phụ lục")
    lan.locator("#submit").click()
    expect(lan.locator(".badge")).to_have_text(WORDS[language]["submitted"])

    minh = sign_in(visitor, address, "minh", language)
    review(minh, address, number, language)

    zone = in_a_gis(read())
    assert (zone["version"], zone["boundary_quality"]) == (1, "surveyed")
    assert abs(np.array(zone["corners"]) - CORNERS).max() < 2e-8  # the annex has millimetres

    minh.goto(f"{address}/collections/zones/items/{SLUG}?f=html&lang={language}")
    expect(minh.locator("main")).to_contain_text(WORDS[language]["surveyed"])
    zones = f"{address}/collections/zones/items"
    assert httpx2.get(f"{zones}/{SLUG}?datetime={today - timedelta(days=4)}").status_code == 404

    again = change_name(lan, address, language, today)
    review(minh, address, again, language)
    see_yesterday(minh, f"{zones}/{SLUG}", today, language)
    lan.goto(f"{address}/collections/zones/items/{SLUG}/history?f=html&lang={language}")
    lan.get_by_role("link", name=WORDS[language]["revert"]).click()
    lan.locator("#title").fill("Theo phụ lục")
    lan.locator("form.fields button").click()
    expect(lan.locator("html[data-desk=ready]")).to_be_attached()
    third = lan.url.split("/changes/")[1].split("/")[0]
    lan.locator("#tab-attributes").click()
    set_value(lan, "document", "D001")
    saved(lan)
    give_reasons(lan, "Theo phụ lục")
    lan.locator("#submit").click()
    expect(lan.locator(".badge")).to_have_text(WORDS[language]["submitted"])
    review(minh, address, third, language)
    assert in_a_gis(read()) == {**zone, "version": 3}


def see_yesterday(page: Page, address: str, today: date, language: str) -> None:
    """Today's page shows the second version, yesterday's the first, and says so."""
    page.goto(f"{address}?f=html&lang={language}")
    expect(page.locator("main")).to_contain_text("Another name")
    expect(page.locator("main")).not_to_contain_text(WORDS[language]["past"])
    page.goto(f"{address}?f=html&lang={language}&as_of={today - timedelta(days=1)}")
    expect(page.locator("main")).to_contain_text(WORDS[language]["past"])
    expect(page.locator("main")).to_contain_text(WORDS[language]["surveyed"])
    expect(page.locator("main")).to_contain_text("Thu Nghiem Industrial Park")
    expect(page.locator("main")).not_to_contain_text("Another name")


def change_name(page: Page, address: str, language: str, today: date) -> str:
    """A second version with another name."""
    page.goto(f"{address}/desk?q=thu+nghiem&lang={language}")
    page.locator(f"form:has(input[name=zone][value={SLUG}]) button").click()
    expect(page.locator("html[data-desk=ready]")).to_be_attached()
    number = page.url.split("/changes/")[1].split("/")[0]
    page.locator("#tab-attributes").click()
    set_value(page, "document", "D001")
    set_value(page, "name_en", "Another name")
    set_value(page, "valid_from", today.isoformat())
    saved(page)
    give_reasons(page, "Theo phụ lục")
    page.locator("#submit").click()
    expect(page.locator(".badge")).to_have_text(WORDS[language]["submitted"])
    return number


def by_gdal(address: str, folder: Path) -> Json:
    """The zone by GDAL's client of OGC API Features, in a process of its own."""
    file = folder / "zones.geojson"
    file.unlink(missing_ok=True)
    run("ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=15", file, f"OAPIF:{address}/", "zones",
        "-where", f"slug = '{SLUG}'")  # fmt: skip
    (feature,) = json.loads(file.read_text())["features"]
    return {"outline": feature["geometry"], **feature["properties"]}


def in_a_gis(zone: Json) -> Json:
    """What a GIS has of the zone, its corners in the order of the annex."""
    corners = np.array(zone["outline"]["coordinates"][0][0][:-1])
    first = int(np.abs(corners - CORNERS[0]).sum(axis=1).argmin())
    ring = np.roll(corners, -first, axis=0)
    if abs(ring[1] - CORNERS[1]).max() > 1e-6:
        ring = np.vstack([ring[:1], ring[:0:-1]])
    return {"corners": ring.tolist(), **{name: zone[name] for name in ("version", "boundary_quality", "name_en")}}
