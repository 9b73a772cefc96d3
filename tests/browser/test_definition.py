"""The API's description in a browser, on a desk and on a phone."""

import pytest

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
def test_an_address_can_be_tried_out(visitor: Visitor, live_url: str, width: int) -> None:
    """Nothing comes from elsewhere and nothing is refused by the policy; the visitor's fixture sees to that."""
    page = visitor.visit(f"{live_url}/api?f=html&lang=en", width=width)
    entry = page.locator(".opblock", has=page.locator("[data-path='/conformance']"))
    entry.locator(".opblock-summary-control").click()
    entry.locator(".execute").click()
    entry.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
    assert "conformsTo" in entry.locator(".live-responses-table").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_addresses_are_listed(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(f"{live_url}/api?f=html", java_script_enabled=False)
    assert page.locator("#definition li", has_text="/collections/lots/items").count() == 2
