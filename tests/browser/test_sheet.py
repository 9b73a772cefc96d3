"""The fact sheet in a browser: on a desk and a phone, in both languages, on paper, by keyboard, without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
WORDS = {"vi": ("Đất còn trống", "Chưa có số liệu", "Đóng"), "en": ("Free land", "Not stated", "Close")}


def pages_of(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("slug", ["kcn-an-nghiep", "ccn-long-duc-2", "kkt-tran-de"])
def test_the_sheet_fits_its_window(visitor: Visitor, live_url: str, slug: str, language: str, size: str) -> None:
    page = visitor.visit(f"{live_url}/zones/{slug}?lang={language}", *SIZES[size])
    free, unknown, _ = WORDS[language]
    figure = page.locator(".figures > div", has_text=free).first
    expect(figure).to_contain_text(unknown)
    expect(page.locator("svg.zone-map")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sides = page.locator("svg.zone-map").bounding_box()
    assert sides
    assert sides["width"] > 0.45 * SIZES[size][0] * (0.7 if size == "desk" else 2)


@pytest.mark.parametrize("language", WORDS)
def test_a_mark_opens_by_keyboard_and_closes_again(visitor: Visitor, live_url: str, language: str) -> None:
    page = visitor.visit(f"{live_url}/zones/kcn-an-nghiep?lang={language}", *SIZES["phone"])
    mark = page.locator('button[popovertarget="m-fill_rate_pct"]').first
    card = page.locator("#m-fill_rate_pct")
    expect(card).to_be_hidden()
    mark.focus()
    page.keyboard.press("Enter")
    expect(card).to_be_visible()
    expect(card).to_contain_text("tỷ lệ lấp đầy 96,5%")
    box = card.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(mark).to_be_focused()
    page.keyboard.press("Enter")
    card.get_by_role("button", name=WORDS[language][2]).click()
    expect(card).to_be_hidden()


def test_everything_is_there_without_scripts(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(f"{live_url}/zones/kcn-an-nghiep?lang=en", java_script_enabled=False)
    page.get_by_role("button", name="Source of Status: D004").click()
    expect(page.locator("#m-status")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("details.all > summary").first.click()
    expect(page.locator("details.all").first).to_contain_text("tr. 11, phần thứ nhất I.1.2.2")
    expect(page.locator("svg.trajectory")).to_be_visible()
    expect(page.locator("#summary")).to_contain_text("Free land: Not stated")
    expect(page.get_by_role("button", name="Copy the summary")).to_be_hidden()


def test_the_summary_is_copied(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(
        f"{live_url}/zones/kcn-tran-de?lang=en", permissions=["clipboard-read", "clipboard-write"]
    )  # fmt: skip
    page.get_by_role("button", name="Copy the summary").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert "/zones/kcn-tran-de" in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("language", WORDS)
def test_the_print_has_at_most_two_pages(visitor: Visitor, live_url: str, language: str) -> None:
    for slug in ("kcn-an-nghiep", "kcn-tran-de", "kcn-song-hau", "ccn-long-duc-2"):
        page = visitor.visit(f"{live_url}/zones/{slug}?lang={language}")
        assert 1 <= pages_of(page) <= 2, slug
        page.emulate_media(media="print")
        expect(page.locator(".qr svg")).to_be_visible()
        expect(page.locator(".qr")).to_contain_text(re.compile(r"\d{4}"))
        expect(page.locator("nav")).to_be_hidden()
        expect(page.locator("#question")).to_be_hidden()


def test_dark_rooms_get_the_same_contrast(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(f"{live_url}/zones/kcn-an-nghiep?lang=en", color_scheme="dark")
    land = page.locator("svg.zone-map .commune").first
    assert land.evaluate("one => getComputedStyle(one).fill") != "rgb(244, 241, 232)"
