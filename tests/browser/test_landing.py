"""The front page and its neighbours, as a person sees them on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from api.language import LANGUAGES
from api.settings import Settings
from tests.browser.conftest import Visitor
from tests.conftest import served
from tests.routes.hostile import HOSTILE, poison

pytestmark = pytest.mark.browser
SCREENS = [(1440, 900), (390, 844)]
NAMES = {"vi": "Khu công nghiệp Trần Đề", "en": "Tran De Industrial Park"}
ROWS = "#results li.zone"
PAGES = (
    "/collections?f=html",
    "/collections/zones?f=html",
    "/collections/zones/queryables?f=html",
    "/collections/facts/schema?f=html",
    "/licence?f=html",
    "/collections/zones/items?f=html",
    "/collections/facts/items?f=html",
    "/collections/admin-units/items?f=html",
    "/collections/zones/items/kcn-an-nghiep?f=html",
    "/collections/zones/items/kcn-an-nghiep/sources?f=html",
    "/collections/zones/items/kcn-an-nghiep/history?f=html",
    "/collections/admin-units/items/vn34:92?f=html",
    "/collections/facts/items/F041?f=html",
    "/stats/fill-rates?f=html",
    "/stats/fill-rates?f=html&by=kind",
    "/conformance?f=html",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_map_and_a_row_for_every_zone(visitor: Visitor, live_url: str, language: str, width: int, height: int) -> None:
    page = visitor.visit(f"{live_url}/?lang={language}", width, height)
    expect(page.locator(ROWS)).to_have_count(26)
    expect(page.locator("#map canvas")).to_be_visible()
    box = page.locator("#map").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["height"] >= 300
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row = page.locator(ROWS, has_text=NAMES[language]).first
    expect(row).to_contain_text("160")
    row.locator("h3 a").click()
    expect(page.locator("h1")).to_have_text(NAMES[language])


def test_a_browser_gets_the_page_without_asking_for_it(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(live_url, locale="en-GB")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(ROWS)).to_have_count(26)


@pytest.mark.parametrize(
    "path", ["/", "/collections/zones/items?f=html&province=kien-giang", "/stats/fill-rates?by=kind"]
)
def test_the_switch_of_language_keeps_the_page(visitor: Visitor, live_url: str, path: str) -> None:
    page = visitor.visit(live_url + path, locale="vi-VN")
    rows = page.locator("main tbody tr, li.zone").count()
    page.locator("a.switch").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.startswith(live_url + path)
    assert page.locator("main tbody tr, li.zone").count() == rows > 0
    page.locator("a.switch").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_on_a_phone(visitor: Visitor, live_url: str, path: str, language: str) -> None:
    page = visitor.visit(f"{live_url}{path}&lang={language}", 390, 844)
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_javascript_the_zones_are_listed(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(f"{live_url}/?lang=vi", java_script_enabled=False)
    expect(page.locator(ROWS)).to_have_count(26)
    expect(page.locator(ROWS, has_text="96,5%")).to_have_count(1)
    page.locator(ROWS, has_text="96,5%").locator("h3 a").click()
    expect(page.locator("h1")).to_have_text("Khu công nghiệp An Nghiệp")


def test_without_javascript_the_filters_work(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(f"{live_url}/?lang=en", java_script_enabled=False)
    page.get_by_label("Search for a zone, a place or a unit").fill("tran de")
    page.get_by_role("button", name="Search", exact=True).click()
    assert page.url.startswith(f"{live_url}/map?")
    expect(page.locator(ROWS, has_text=NAMES["en"])).to_have_count(1)


def test_the_sums_and_the_way_for_programs_follow(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(f"{live_url}/?lang=en")
    expect(page.locator("section[aria-labelledby=sums] tbody tr")).to_have_count(5)
    expect(page.locator("section[aria-labelledby=programs]")).to_contain_text("OGC API Features")


def test_the_first_tab_leads_past_the_menu(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(f"{live_url}/?lang=en")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")


def test_hostile_texts_run_nowhere(visitor: Visitor, own_url: str) -> None:
    """The console would complain of a script that the policy stops; `boom` would leave a trace."""
    poison(own_url)
    with served(Settings(database_url=own_url)) as address:
        for path in ("/?lang=vi", "/collections/zones/items/kcn-an-nghiep?f=html", "/maps/fill-rate?lang=en"):
            page = visitor.visit(address + path)
            expect(page.locator("main")).to_contain_text("onmouseover=boom()")
            assert all(frame.evaluate("typeof boom") == "undefined" for frame in page.frames)
        expect(page.locator(".leaflet-marker-icon.zone")).to_have_count(26)
        page.locator(".leaflet-marker-icon.zone").first.click(force=True)
        expect(page.locator(".leaflet-popup h2")).to_have_text(" ".join(HOSTILE.split()))
