"""What the editor holds is never lost: killed tabs, closed pages, other windows, no network."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser import desk_server
from tests.browser.desk_editor import Desk, click, desk, many, on_screen, polygon, ready, saved_when, server, stored

__all__ = ["desk", "server"]  # fixtures
pytestmark = pytest.mark.browser


def forbid_saving(context: BrowserContext) -> None:
    context.route("**/draft", lambda route: route.abort())


def allow_saving(context: BrowserContext) -> None:
    context.unroute("**/draft")


def excuse(desk: Desk, words: str) -> None:
    """Requests that the test itself made fail are told by the console too."""
    desk.visitor.complaints[:] = [one for one in desk.visitor.complaints if words not in one]


def test_a_killed_tab_loses_nothing(desk: Desk) -> None:
    """The draft is too large for a request that outlives its page."""
    change = desk.draft(polygon(many(3000)))
    page = desk.open(change)
    forbid_saving(page.context)
    page.locator("#tab-attributes").click()
    page.locator("[data-value=name_en]").fill("Not yet saved")
    expect(page.locator("#standing")).to_have_attribute("data-standing", "retrying")
    other = page.context.new_page()
    page.close()
    allow_saving(other.context)
    assert "name_en" not in other.request.get(f"{desk.url}/changes/{change}").json()["values"]
    other.goto(desk.address(change))
    expect(other.locator("#restore")).to_be_visible()
    other.locator("#restore button[value=restore]").click()
    expect(other.locator("[data-value=name_en]")).to_have_value("Not yet saved")
    assert saved_when(other, change, lambda one: "name_en" in one["values"])["values"]["name_en"] == "Not yet saved"
    expect(other.locator("#standing")).to_have_attribute("data-standing", "saved")
    other.reload()
    ready(other)
    expect(other.locator("#restore")).to_be_hidden()
    excuse(desk, "net::ERR_FAILED")


def test_a_slow_clock_forgets_nothing_that_is_not_saved(desk: Desk) -> None:
    """This browser believes that it is 2020, and meanwhile another window saves."""
    change = desk.draft()
    page = desk.open(change)
    page.clock.set_fixed_time("2020-01-01T00:00:00Z")
    forbid_saving(page.context)
    page.locator("#tab-attributes").click()
    page.locator("[data-value=name_en]").fill("Not yet saved")
    expect(page.locator("#standing")).to_have_attribute("data-standing", "retrying")
    other = page.context.new_page()
    page.close()
    allow_saving(other.context)
    theirs = {**other.request.get(f"{desk.url}/changes/{change}").json(), "title": "Theirs"}
    headers = {"If-Match": f'"{theirs["edit"]}"', "X-CSRF-Token": desk_server.TOKEN}
    saved = other.request.put(f"{desk.url}/changes/{change}/draft", data=theirs, headers=headers)
    assert saved.status == 200
    other.goto(desk.address(change))
    other.locator("#restore button[value=restore]").click()
    expect(other.locator("[data-value=name_en]")).to_have_value("Not yet saved")
    excuse(desk, "net::ERR_FAILED")


def test_a_closed_page_saves_at_once(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    watching = page.context.new_page()
    watching.goto(desk.address(change))
    page.bring_to_front()
    page.locator("#tab-attributes").click()
    page.locator("[data-value=name_en]").fill("At the last moment")
    page.close(run_before_unload=False)
    saved_when(watching, change, lambda one: one["values"].get("name_en") == "At the last moment")


def test_a_drawing_under_way_survives_too(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    places = on_screen(page, [106.158, 9.552], [106.1605, 9.552])
    page.locator("#draw-part").click()
    click(page, *places)
    expect(page.locator("#vertices tr")).to_have_count(2)
    page.reload()
    page.locator("#restore button[value=restore]").click()
    expect(page.locator("#vertices tr")).to_have_count(2)
    expect(page.locator("#drawing")).to_be_visible()


@pytest.mark.parametrize("choice", ["theirs", "mine"])
def test_another_window_is_never_overwritten_unasked(desk: Desk, choice: str) -> None:
    change = desk.draft()
    one = desk.open(change)
    other = one.context.new_page()
    other.goto(desk.address(change))
    ready(other)
    one.locator("#tab-attributes").click()
    other.locator("#tab-attributes").click()
    other.locator("[data-value=name_en]").fill("Theirs")
    saved_when(other, change, lambda now: now["values"].get("name_en") == "Theirs")
    one.bring_to_front()
    one.locator("[data-value=name_en]").fill("Mine")
    expect(one.locator("#conflict")).to_be_visible()
    one.keyboard.press("Escape")
    expect(one.locator("#standing")).to_have_attribute("data-standing", "conflict")
    assert stored(one, change)["values"]["name_en"] == "Theirs"
    one.locator("#standing-choose").click()
    one.locator(f"#conflict button[value={choice}]").click()
    if choice == "theirs":
        expect(one.locator("[data-value=name_en]")).to_have_value("Theirs")
        expect(one.locator("#standing")).to_have_attribute("data-standing", "saved")
        one.locator("#undo").click()
    saved_when(one, change, lambda now: now["values"]["name_en"] == "Mine")
    excuse(desk, "412")


def test_without_a_network_it_waits_and_says_so(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change, "vi")
    page.context.set_offline(True)
    page.locator("#tab-attributes").click()
    page.locator("[data-value=name_en]").fill("Later")
    expect(page.locator("#standing")).to_have_text("Chưa lưu – mất mạng; đang giữ trong trình duyệt này")
    page.context.set_offline(False)
    expect(page.locator("#standing")).to_contain_text("Đã lưu")
    assert stored(page, change)["values"]["name_en"] == "Later"
    excuse(desk, "net::ERR_INTERNET_DISCONNECTED")
