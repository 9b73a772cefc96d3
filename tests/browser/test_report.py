"""The periodic report in a browser: on a desk and a phone, in both languages, and on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
ADDRESS = "/reports/periodic?f=html&province=soc-trang&period=2025"
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
A4 = (842, 595)  # across, in points
BLACK = "rgb(0, 0, 0)"


def pages_of(page: Page) -> list[tuple[int, int]]:
    """Width and height of each printed page, in points."""
    body = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", body)) == len(re.findall(rb"/MediaBox", body))
    return [(round(float(w)), round(float(h))) for w, h in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", body)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_fits_its_window(visitor: Visitor, live_url: str, language: str, size: str) -> None:
    page = visitor.visit(f"{live_url}{ADDRESS}&lang={language}", *SIZES[size])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("#areas + .scroll")).to_contain_text("1.106" if language == "vi" else "1,106")
    page.locator(".parts a[href='#cells']").click()
    expect(page.locator("#cells")).to_be_in_viewport()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_prints_on_a4_in_black_with_headings_on_each_page(visitor: Visitor, live_url: str, language: str) -> None:
    page = visitor.visit(f"{live_url}{ADDRESS}&lang={language}")
    sizes = pages_of(page)
    assert set(sizes) == {A4}
    assert 2 < len(sizes) < 14
    page.emulate_media(media="print", color_scheme="dark")
    styles = page.evaluate("""() => {
        const head = document.querySelector('.zones thead'), cell = document.querySelector('.zones td');
        return [getComputedStyle(head).display, getComputedStyle(cell).color, getComputedStyle(document.body).color];
    }""")
    assert styles == ["table-header-group", BLACK, BLACK]
    printed = page.locator(".from")
    expect(printed).to_be_visible()
    expect(printed).to_contain_text(f"{live_url}/reports/periodic?province=vn63:94")
    expect(printed).to_contain_text(re.compile(r"20\d\d"))
    for hidden in (".masthead nav", "nav.beside", ".parts", ".ways"):
        expect(page.locator(hidden)).to_be_hidden()
    page.set_viewport_size({"width": 1032, "height": 700})  # what A4 across leaves between its margins
    assert page.evaluate("document.documentElement.scrollWidth") <= 1032
