"""A reviewer reads a change in a browser and publishes it; everybody then finds it in the history."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from api.language import LANGUAGES
from api.settings import Settings
from tests.browser.conftest import Visitor
from tests.conftest import served
from tests.people import add_person, begin_session
from tests.routes.test_changes import ZONE, published, ready, square, step

pytestmark = pytest.mark.browser
SCREENS = [(1440, 900), (390, 844)]
WORDS = {
    "vi": {"waits": "Chờ thẩm định", "approve": "Phê duyệt và công bố", "approved": "Đã phê duyệt", "moved": "dời",
           "in_force": "Đang có hiệu lực", "gained": "Đất thêm vào", "back": "Khôi phục phiên bản này"},
    "en": {"waits": "Waits for review", "approve": "Approve and publish", "approved": "Approved", "moved": "moved",
           "in_force": "In force", "gained": "Land gained", "back": "Go back to this version"},
}  # fmt: skip


def signed_in(dsn: str, login: str) -> dict[str, Any]:
    """The state of a browser in which somebody has signed in."""
    cookie = {"name": "session", "value": begin_session(dsn, login), "domain": "127.0.0.1", "path": "/", "expires": -1,
              "httpOnly": True, "secure": False, "sameSite": "Lax"}  # fmt: skip
    return {"cookies": [cookie], "origins": []}


@pytest.fixture
def change(own_url: str, own_client: TestClient) -> int:
    """One that moves a corner of a measured outline and waits for Minh."""
    lan = add_person(own_url, "lan", ("editor", "can-tho"))
    minh = add_person(own_url, "minh", ("reviewer", "can-tho"))
    published(own_client, lan, minh, outline=square())
    moved = square()
    moved["coordinates"][0][0][2] = [106.0617, 9.5617]
    found = ready(own_client, lan, outline=moved, name_en="Tran De Park")
    step(own_client, lan, found, "submit")
    return int(found["id"])


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_a_change_is_reviewed_and_published(
    visitor: Visitor, own_url: str, change: int, language: str, width: int, height: int
) -> None:
    words = WORDS[language]
    with served(Settings(database_url=own_url)) as address:
        page = visitor.visit(f"{address}/desk?lang={language}", width, height, storage_state=signed_in(own_url, "minh"))
        assert fits(page)
        page.locator("main table tbody th a").click()
        expect(page.locator(".badge")).to_have_text(words["waits"])
        expect(page.locator("#map path.outline-after")).to_have_count(1)
        assert page.locator("#map path.gained").get_attribute("fill") == "url(#hatch-gained)"
        expect(page.locator(".legend")).to_contain_text(words["gained"])
        expect(page.locator(".corners tbody tr")).to_have_count(1)
        expect(page.locator(".corners tbody td").first).to_have_text(words["moved"])
        page.locator(".corners tbody a").click()
        expect(page.locator("#map path.shown")).to_have_count(1)
        expect(page.locator("#map")).to_be_focused()
        assert fits(page)
        page.get_by_role("button", name=words["approve"]).click()
        expect(page.locator(".badge")).to_have_text(words["approved"])
        expect(page.locator("html")).to_have_attribute("lang", language)
        page.locator(".figures a").last.click()
        expect(page.locator("#v3 .badge")).to_have_text(words["in_force"])
        assert page.get_by_text(words["back"]).count() == 2
        assert fits(page)
        page.locator("#v3 .doing a[href*=compare]").click()
        expect(page.locator("#map path.outline-before")).to_have_count(1)
        assert fits(page)


def test_a_reviewer_needs_no_script_and_no_mouse(visitor: Visitor, own_url: str, change: int) -> None:
    with served(Settings(database_url=own_url)) as address:
        page = visitor.visit(
            f"{address}/desk/changes/{change}?lang=en", storage_state=signed_in(own_url, "minh"),
            java_script_enabled=False,
        )  # fmt: skip
        expect(page.get_by_text("The figures and tables below say the same")).to_be_visible()
        expect(page.locator("#map")).to_be_hidden()
        page.locator("#return-text").focus()
        page.keyboard.type("Which annex?")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".log")).to_contain_text("Which annex?")
        expect(page.locator(".badge")).to_have_text("Draft")


def test_as_of_a_day_the_zone_is_what_it_was(visitor: Visitor, own_url: str, change: int) -> None:
    with served(Settings(database_url=own_url)) as address:
        page = visitor.visit(f"{address}/collections/zones/items/{ZONE}?f=html&lang=en&as_of=2026-11-19")
        expect(page.locator(".past")).to_contain_text("You see the zone as of 19 Nov 2026. It is version 2")
        page.locator(".past a").first.click()
        expect(page.locator("h1")).to_be_visible()
        assert page.locator(".past").count() == 0
