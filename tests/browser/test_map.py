"""The map of fill rates: on its own page, and as one file that opens from disk with the network off."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from api.language import LANGUAGES, Language
from api.store.connect import Reader
from api.workflows.maps import draw_fill_rates, offline_assets
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
WORDS = {
    "vi": {
        "name": "Khu công nghiệp An Nghiệp",
        "rate": "96,5%",
        "unknown": "Chưa có số liệu",
        "kinds": "Cụm công nghiệp",
    },
    "en": {
        "name": "An Nghiep Industrial Park",
        "rate": "96.5%",
        "unknown": "Not stated",
        "kinds": "Industrial clusters",
    },
}


def symbols(page: Page) -> Locator:
    return page.locator(".leaflet-marker-icon.zone")


def symbol(page: Page, language: str) -> Locator:
    """The symbol of An Nghiệp, by what a screen reader says."""
    return page.locator(f'.zone[aria-label*="{WORDS[language]["name"]}"]')


def open_map(visitor: Visitor, live_url: str, language: str, width: int = 1440, height: int = 900) -> Page:
    page = visitor.visit(f"{live_url}/maps/fill-rate?lang={language}", width, height)
    expect(symbols(page)).to_have_count(26)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_every_zone_has_a_symbol_in_view(
    visitor: Visitor, live_url: str, language: str, width: int, height: int
) -> None:
    page = open_map(visitor, live_url, language, width, height)
    for box in (one.bounding_box() for one in symbols(page).all()):
        assert box
        assert box["width"] > 10
        assert -box["width"] < box["x"] < width
        assert -box["height"] < box["y"] < height
    assert page.locator("path.outline.indicative").count() == 5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tooltip_says_the_rate_with_its_time(visitor: Visitor, live_url: str, language: str) -> None:
    page = open_map(visitor, live_url, language)
    symbol(page, language).hover()
    tip = page.locator(".leaflet-tooltip")
    expect(tip).to_contain_text(WORDS[language]["name"])
    expect(tip).to_contain_text(WORDS[language]["rate"])
    expect(tip).to_contain_text("2020")


def still(moved: Locator) -> None:
    """Wait until the map has stopped moving something: a press on it and its release are then one click."""
    before, now = None, moved.bounding_box()
    while before != now:
        moved.page.wait_for_timeout(200)
        before, now = now, moved.bounding_box()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_popup_leads_to_the_record(visitor: Visitor, live_url: str, language: str) -> None:
    page = open_map(visitor, live_url, language)
    symbol(page, language).click()
    sheet = page.locator(".leaflet-popup")
    expect(sheet).to_contain_text(WORDS[language]["rate"])
    expect(sheet).to_contain_text("2020")
    still(sheet)
    sheet.locator(".more a").click()
    expect(page.locator("h1")).to_have_text(WORDS[language]["name"])
    assert page.url == f"{live_url}/zones/kcn-an-nghiep?lang={language}"
    assert page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_rate_is_said_in_words(visitor: Visitor, live_url: str, language: str) -> None:
    page = open_map(visitor, live_url, language)
    page.locator('.zone[aria-label*="Xeo Ro"], .zone[aria-label*="Xẻo Rô"]').first.click()
    expect(page.locator(".leaflet-popup .value")).to_have_text(WORDS[language]["unknown"])


def test_the_keyboard_opens_and_closes_a_record(visitor: Visitor, live_url: str) -> None:
    page = open_map(visitor, live_url, "vi")
    reached = symbol(page, "vi")
    for _ in range(80):
        if reached.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(reached).to_be_focused()
    page.keyboard.press("Enter")
    card = page.locator(".leaflet-popup .card")
    expect(card).to_contain_text("96,5%")
    expect(card).to_be_focused()
    page.keyboard.press("Tab")
    expect(card.locator(".more a")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(reached).to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kind_can_be_switched_off_and_on(visitor: Visitor, live_url: str, language: str) -> None:
    page = open_map(visitor, live_url, language)
    box = page.locator("#layers label", has_text=WORDS[language]["kinds"]).locator("input")
    box.uncheck()
    expect(symbols(page)).to_have_count(12)
    box.check()
    expect(symbols(page)).to_have_count(26)


def test_without_javascript_the_figures_are_a_list(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(f"{live_url}/maps/fill-rate?lang=vi", java_script_enabled=False)
    cards = page.locator("#cards > .card")
    expect(cards).to_have_count(26)
    expect(cards.first).to_be_visible()
    expect(page.locator("#cards")).to_contain_text("96,5%")


@pytest.fixture(scope="module", params=LANGUAGES)
def map_file(request: pytest.FixtureRequest, loaded_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map as `zones map` writes it."""
    language: Language = request.param

    async def draw() -> str:
        async with Reader(loaded_url, size=1, statement_timeout_ms=10_000).opened() as reader:
            return await draw_fill_rates(reader, language, assets=offline_assets())

    with ThreadPoolExecutor(1) as own_thread:  # Playwright has the event loop of this one
        html = own_thread.submit(lambda: asyncio.run(draw())).result()
    file = tmp_path_factory.mktemp("map") / f"{language}.html"
    file.write_text(html, encoding="utf-8")
    return file


def test_a_file_opens_from_disk_without_a_network(visitor: Visitor, map_file: Path) -> None:
    language = map_file.stem
    page = visitor.visit(map_file.as_uri(), offline=True)
    expect(symbols(page)).to_have_count(26)
    symbol(page, language).click()
    expect(page.locator(".leaflet-popup")).to_contain_text(WORDS[language]["rate"])
    assert page.locator("a[href^=http]").count() == 0
    page.evaluate("document.fonts.ready")
    assert (
        page.evaluate("[...document.fonts].map(one => one.family + ' ' + one.status)") == ["Inter Variable loaded"] * 2
    )
