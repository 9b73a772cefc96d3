"""The explorer: an investor's way from the whole map to a shortlist, on a desk and on a phone, in both languages."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from api.language import LANGUAGES
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)
SCREENS = [DESK, PHONE]
READY = "performance.getEntriesByName('explorer-ready').length"
NAMES = {"vi": "Khu công nghiệp Trần Đề", "en": "Tran De Industrial Park"}
COMPARE = {"vi": "So sánh", "en": "Compare"}
AN_NGHIEP, TRAN_DE, NGA_NAM = "kcn-an-nghiep", "kcn-tran-de", "ccn-nga-nam"
CLOSE = "view=12/9.52/106.2"  # Trần Đề and little else


def explore(
    visitor: Visitor, live_url: str, query: str = "lang=en", screen: tuple[int, int] = DESK, **options: Any
) -> Page:
    """The page with its map drawn, the hint of the first visit put away."""
    page = visitor.visit(f"{live_url}/map?{query}", *screen, **options)
    drawn(page)
    hint = page.locator(".hint button")
    if hint.count():
        hint.click()
    return page


def drawn(page: Page) -> None:
    until(page, READY, 1)


def until(page: Page, expression: str, value: object) -> None:
    """Wait for what a script finds; the policy of the page forbids Playwright's own way."""
    for _ in range(300):
        if page.evaluate(expression) == value:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{expression} is {page.evaluate(expression)!r}, not {value!r}")


def cards(page: Page) -> Any:
    return page.locator("#results ol.zones > li.zone")


def card(page: Page, slug: str) -> Any:
    return page.locator(f"#z-{slug}")


def asked(page: Page) -> str:
    return str(page.evaluate("decodeURIComponent(location.search)"))


def filters(page: Page) -> None:
    page.locator(".fold").click()
    expect(page.locator("#facets")).to_be_visible()


def narrow(page: Page, facet: str, value: str) -> None:
    """Tick an option of a filter."""
    place = page.locator(f"[data-facet={facet}]")
    if place.get_attribute("open") is None:
        place.locator("summary").click()
    place.locator(f"input[value={value}]").check()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_from_the_delta_to_a_shortlist(visitor: Visitor, live_url: str, language: str, screen: tuple[int, int]) -> None:
    page = visitor.visit(f"{live_url}/map?lang={language}", *screen)
    drawn(page)
    page.locator(".hint button").click()
    expect(page.locator(".hint")).to_have_count(0)
    expect(cards(page)).to_have_count(26)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.locator("#q").press_sequentially("tran de")
    page.locator("#suggestions [role=option]", has_text=NAMES[language]).first.click()
    expect(card(page, TRAN_DE)).to_have_class(re.compile("is-chosen"))
    until(page, "/zone=kcn-tran-de.*view=1|view=1.*zone=kcn-tran-de/.test(location.search)", True)
    expect(card(page, TRAN_DE)).to_be_in_viewport()
    expect(card(page, TRAN_DE).locator("h3 a")).to_have_attribute("href", f"/zones/{TRAN_DE}?lang={language}")
    card(page, TRAN_DE).locator("input[name=pick]").check()

    filters(page)
    narrow(page, "status", "operating")
    if screen == PHONE:
        page.locator(".done").click()
    else:
        page.locator(".fold").click()
    expect(card(page, AN_NGHIEP)).to_be_visible()  # the map went where those are
    card(page, AN_NGHIEP).locator("input[name=pick]").check()
    link = page.locator(".shortlist a.button").last
    expect(link).to_have_text(COMPARE[language])
    expect(link).to_have_attribute("href", f"/compare?zones={TRAN_DE},{AN_NGHIEP}&lang={language}")
    assert f"pick={TRAN_DE},{AN_NGHIEP}" in asked(page)


def test_filters_count_and_the_unknown_is_an_answer(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url)
    filters(page)
    narrow(page, "kind", "industrial_cluster")
    expect(cards(page)).to_have_count(14)
    assert "kind=industrial_cluster" in asked(page)
    narrow(page, "status", "planned")
    expect(cards(page)).to_have_count(10)
    expect(page.locator("[data-count='status:operating']")).to_have_text("1")
    narrow(page, "rate", "unknown")
    expect(cards(page)).to_have_count(10)
    page.locator(".chips a", has_text="Planned").click()
    expect(cards(page)).to_have_count(13)
    assert "status" not in asked(page)
    expect(page.locator(".fold")).to_have_text("Filters (2)")
    page.locator(".sorts a", has_text="Status").click()
    until(page, "location.search.includes('sort=-status')", True)
    page.go_back()
    until(page, "location.search.includes('sort=')", False)
    page.go_back()
    expect(cards(page)).to_have_count(10)
    expect(page.locator("[data-facet=status] input[value=planned]")).to_be_checked()


def test_each_filter_is_counted_once(visitor: Visitor, live_url: str) -> None:
    page = explore(
        visitor, live_url, "lang=en&near=105.97,9.6&within=60&area_min=1&area_max=900&area=unknown&kind=industrial_park"
    )
    expect(page.locator(".fold")).to_have_text("Filters (3)")


def test_the_list_follows_the_map_and_says_so_once(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url, f"lang=en&{CLOSE}")
    expect(cards(page)).not_to_have_count(26)
    seen = cards(page).count()
    for _ in range(2):
        page.locator(".maplibregl-ctrl-zoom-out").click()
    expect(cards(page).nth(seen)).to_be_visible()
    said = page.locator("#sheet > [role=status]")
    expect(said).to_have_text("26 of 26 zones")
    assert page.locator("#results").get_attribute("aria-live") is None


def test_nothing_in_view_leads_to_what_there_is(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url, "lang=en&view=9/16/108")
    page.locator(".elsewhere button").click()
    expect(cards(page)).to_have_count(26)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_zone_is_chosen_on_the_map(visitor: Visitor, live_url: str, screen: tuple[int, int]) -> None:
    page = explore(visitor, live_url, f"lang=en&{CLOSE}", screen)
    if screen == PHONE:
        page.locator(".grip .step").first.click()
    lon, lat = (card(page, TRAN_DE).get_attribute(f"data-{one}") for one in ("lon", "lat"))
    page.goto(f"{live_url}/map?lang=en&view=12.5/{lat}/{lon}")
    drawn(page)
    if screen == PHONE:
        page.locator(".grip .step").first.click()
        expect(page.locator("#sheet")).to_have_css("height", "104px")
    page.locator("#map canvas").click()
    expect(card(page, TRAN_DE)).to_have_class(re.compile("is-chosen"))
    expect(card(page, TRAN_DE)).to_be_in_viewport()
    assert f"zone={TRAN_DE}" in asked(page)
    page.go_back()
    expect(page.locator(".is-chosen")).to_have_count(0)
    page.go_forward()
    expect(card(page, TRAN_DE)).to_have_class(re.compile("is-chosen"))


def test_list_and_map_point_at_each_other(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url, f"lang=en&{CLOSE}")
    lon, lat = (card(page, TRAN_DE).get_attribute(f"data-{one}") for one in ("lon", "lat"))
    page.goto(f"{live_url}/map?lang=en&view=12.5/{lat}/{lon}")
    drawn(page)
    page.locator("#map canvas").hover()
    expect(card(page, TRAN_DE)).to_have_class(re.compile("is-hovered"))
    page.locator("#map canvas").hover(position={"x": 900, "y": 600})
    expect(page.locator(".is-hovered")).to_have_count(0)


def test_distances_from_the_middle_of_the_map_by_keyboard(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url, "lang=en&view=9/9.6/106")
    page.locator(".tool.near").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".banner button").first).to_be_focused()
    page.keyboard.press("Enter")
    until(page, "location.search.includes('near=106.0000,9.6000')", True)
    expect(page.locator(".pin")).to_be_visible()
    expect(cards(page).first.locator(".distance")).to_be_visible()
    assert "sort=distance" in asked(page)
    filters(page)
    expect(page.locator("#near")).to_have_value("106.0000,9.6000")
    page.locator("[data-facet=near] summary").click()
    page.locator("[data-facet=near] input[name=within]").fill("15")
    until(page, "location.search.includes('within=15')", True)
    expect(page.locator(".chip", has_text="15")).to_be_visible()
    page.locator(".tool.near").click()
    expect(page.locator(".pin")).to_have_count(0)
    assert "near" not in asked(page)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_pasted_address_restores_everything(visitor: Visitor, live_url: str, screen: tuple[int, int]) -> None:
    state = (
        f"lang=en&kind=industrial_park&near=106,9.6&sort=distance&colour=status&units=former&view=8.4/9.4/106"
        f"&zone={AN_NGHIEP}&pick={AN_NGHIEP},{TRAN_DE}"
    )
    page = explore(visitor, live_url, state, screen)
    assert asked(page) == f"?{state}"
    expect(card(page, AN_NGHIEP)).to_have_class(re.compile("is-chosen"))
    expect(card(page, AN_NGHIEP)).to_be_in_viewport()
    expect(card(page, TRAN_DE).locator("input[name=pick]")).to_be_checked()
    expect(page.locator(".fold")).to_have_text("Filters (1)")
    expect(page.locator(".pin")).to_be_attached()
    for name, value in (("colour", "status"), ("units", "former")):
        expect(page.locator(f"input[name=legend-{name}][value={value}]")).to_be_checked()
    assert cards(page).count() < 12  # of the kind


def test_the_keyboard_alone_is_enough(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url)
    page.locator("#q").focus()
    page.keyboard.type("nga nam")
    expect(page.locator("#q")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#q")).to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(page.locator("#suggestion-0")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#suggestions")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, "location.search.includes('zone=')", True)
    expect(page.locator(".is-chosen")).to_have_count(1)
    show = page.locator(".is-chosen button.show")
    page.locator(".is-chosen h3 a").focus()
    for _ in range(12):
        if show.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(show).to_be_focused()
    before = asked(page)
    page.locator(".maplibregl-ctrl-zoom-out").press("Enter")
    until(page, f"decodeURIComponent(location.search) !== {before!r}", True)
    show.press("Enter")
    expect(page.locator(".is-chosen")).to_be_in_viewport()


def test_four_are_enough_for_a_comparison(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url)
    boxes = page.locator("#results input[name=pick]")
    for at in range(4):
        boxes.nth(at).check()
    expect(boxes.nth(4)).to_be_disabled()
    page.locator(".shortlist button").last.click()
    expect(boxes.nth(4)).to_be_enabled()
    assert "pick" not in asked(page)


def test_the_sheet_has_three_heights(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url, "lang=vi", PHONE)
    sheet, handle = page.locator("#sheet"), page.locator(".handle")
    expect(sheet).to_have_attribute("data-height", "half")
    box = handle.bounding_box()
    assert box
    assert box["height"] >= 44
    x, y = box["x"] + box["width"] / 2, box["y"] + 22
    for end, height in ((120, "full"), (800, "peek")):
        box = handle.bounding_box()
        assert box
        page.mouse.move(x, box["y"] + 22)
        page.mouse.down()
        page.mouse.move(x, (y + end) / 2, steps=3)
        page.mouse.move(x, end, steps=3)
        page.mouse.up()
        expect(sheet).to_have_attribute("data-height", height)
        expect(sheet).not_to_have_class(re.compile("is-dragged"))
        until(page, "document.querySelector('#sheet').getAnimations().length", 0)
    handle.press("ArrowUp")
    expect(sheet).to_have_attribute("data-height", "half")
    page.locator(".grip .step").last.click()
    expect(sheet).to_have_attribute("data-height", "full")
    expect(page.locator(".grip .step").last).to_be_disabled()
    expect(page.locator("#q")).to_be_in_viewport()


def test_without_scripts_there_is_the_list(visitor: Visitor, live_url: str) -> None:
    page = visitor.visit(f"{live_url}/map?lang=en", *PHONE, java_script_enabled=False)
    expect(cards(page)).to_have_count(26)
    page.locator("[data-facet=kind] summary").click()
    page.locator("input[name=kind][value=economic_zone]").check()
    page.locator("button.submit").last.click()
    expect(cards(page)).to_have_count(1)
    expect(cards(page).locator("h3 a")).to_have_attribute("href", re.compile("^/zones/"))


def test_a_slow_network_shows_where_the_list_will_be(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url)
    held: list[Route] = []
    is_slow = True

    def hold(route: Route) -> None:
        if is_slow:
            held.append(route)
        else:
            route.continue_()

    page.route("**/map?*part=list*", hold)
    page.locator(".maplibregl-ctrl-zoom-in").click()
    expect(page.locator(".skeleton").first).to_be_visible()
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    is_slow = False  # also for what is asked while the map comes to rest
    for one in held:
        one.continue_()
    expect(page.locator(".skeletons")).to_have_count(0)
    expect(cards(page).first).to_be_visible()


def test_a_network_that_fails_is_told_and_tried_again(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url)
    page.route("**/map?*part=list*", lambda route: route.abort())
    page.locator(".maplibregl-ctrl-zoom-in").click()
    expect(page.locator(".failed[role=alert]")).to_be_visible()
    expect(cards(page).first).to_be_attached()  # what was there stays
    page.unroute("**/map?*part=list*")
    page.locator(".failed button").click()
    expect(page.locator(".failed")).to_have_count(0)
    expect(cards(page).first).to_be_visible()
    visitor.complaints[:] = [one for one in visitor.complaints if "ERR_FAILED" not in one]


def test_reduced_motion_jumps(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url, reduced_motion="reduce")
    scale = "document.querySelector('.maplibregl-ctrl-scale').textContent"
    before = page.evaluate(scale)
    at_once = page.evaluate(f"""() => {{
        document.querySelector("#z-{TRAN_DE} button.show").click();
        return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done({scale}))));
    }}""")
    until(page, "/view=11/.test(location.search)", True)
    assert before != at_once == page.evaluate(scale)


def test_the_legend_switches_colours_and_units(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url)
    page.locator("input[name=legend-colour][value=kind]").check()
    expect(page.locator(".legend .meanings")).to_contain_text("Economic zone")
    page.locator("input[name=legend-units][value=former]").check()
    assert "colour=kind&units=former" in asked(page)
    page.emulate_media(color_scheme="dark")
    page.locator(".legend summary").click()
    expect(page.locator(".legend .inner")).to_be_hidden()


def test_the_address_is_copied(visitor: Visitor, live_url: str) -> None:
    page = explore(visitor, live_url, permissions=["clipboard-read", "clipboard-write"])
    page.locator(".tool.share").click()
    expect(page.locator(".said")).to_have_text("The address of this view is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
