"""Comparing zones as an investor does it, at a desk and on a phone, in both languages, with and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
TWO = "kcn-tran-de,kcn-an-nghiep"
WORDS = {
    "vi": ("So sánh các khu", "Xẻo Rô", "Khu công nghiệp Xẻo Rô", "Chưa có số liệu", "Thêm"),
    "en": ("Zones side by side", "xeo ro", "Xeo Ro Industrial Park", "Not stated", "Add"),
}


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_zones_are_added_and_taken_out_without_javascript(
    visitor: Visitor, live_url: str, language: str, size: tuple[int, int]
) -> None:
    title, words, name, unknown, button = WORDS[language]
    page = visitor.visit(f"{live_url}/compare?zones={TWO}&lang={language}", *size, java_script_enabled=False)
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator(".chosen li")).to_have_count(2)
    page.locator("#add").fill(words)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".chosen li")).to_have_count(3)
    expect(page.locator(".chosen li").last).to_contain_text(name)
    expect(page.locator("table.compare .unknown", has_text=unknown).first).to_be_visible()
    page.locator(".remove").first.click()
    expect(page).to_have_url(f"{live_url}/compare?zones=kcn-an-nghiep,kcn-xeo-ro&lang={language}")
    expect(page.locator(".chosen li")).to_have_count(2)


def test_names_and_rows_stay_in_view_at_a_desk(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(f"{live_url}/compare?zones={TWO},ccn-nga-nam,kcn-xeo-ro&lang=en")
    assert fits(page)
    page.evaluate("document.querySelector('#documents').scrollIntoView()")
    for name in ("Tran De Industrial Park", "Xeo Ro Industrial Park"):
        expect(page.locator("table.compare thead th", has_text=name)).to_be_in_viewport()
    narrow = visitor.visit(f"{live_url}/compare?zones={TWO},ccn-nga-nam,kcn-xeo-ro&lang=en", 800, 900)
    assert fits(narrow)
    region = narrow.locator(".side-by-side")
    region.evaluate("region => region.scrollTo(400, 1200)")
    box = narrow.locator("#land th[scope=row]").first.bounding_box()
    assert box
    assert 0 <= box["x"] < 40


def test_on_a_phone_every_value_names_its_zone(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(f"{live_url}/compare?zones={TWO},ccn-nga-nam&lang=en", 390, 844)
    assert fits(page)
    cells = page.locator("table.compare td:not(.corner):not(.for-all)")
    assert cells.count() > 30
    for cell in cells.all():
        expect(cell.locator(".of")).to_be_visible()
    rate = page.locator("#fill_rate td", has_text="96.5%")
    expect(rate.locator(".of")).to_have_text("An Nghiep Industrial Park")


def test_nothing_is_cut_off_in_print(visitor: Visitor, live_url: str) -> None:
    """A4 landscape is as wide as a small screen: what scrolls there would be lost on paper."""
    page = visitor.visit(f"{live_url}/compare?zones={TWO},ccn-nga-nam,kcn-xeo-ro&lang=en", 1030, 720)
    page.emulate_media(media="print")
    region = page.locator(".side-by-side")
    assert region.evaluate("region => region.scrollHeight <= region.clientHeight + 1")
    assert region.evaluate("region => region.scrollWidth <= region.clientWidth + 1")
    expect(page.locator(".adding, .chosen, .ways").first).to_be_hidden()
    expect(page.locator(".from")).to_contain_text("/compare?zones=kcn-tran-de,")
