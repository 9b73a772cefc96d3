"""The editor of a change in a real browser: every act on an outline, by pointer and by keyboard, and its undoing."""

import math

import pytest
from playwright.sync_api import expect
from shapely.geometry import Polygon, shape

from api.language import LANGUAGES
from gis.crs import VN2000_ALL, from_wgs84, to_wgs84
from gis.shapes import geodesic_area_m2
from tests.browser import desk_server
from tests.browser.desk_editor import (
    MINE,
    NEIGHBOUR,
    PHONE,
    TM3,
    Desk,
    apart,
    centre,
    click,
    desk,
    drag,
    handle,
    many,
    on_screen,
    polygon,
    ready,
    rings,
    saved,
    saved_when,
    server,
    stored,
)

__all__ = ["desk", "server"]  # fixtures
pytestmark = pytest.mark.browser


def test_a_dragged_vertex_moves_and_no_other_loses_a_bit(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    area = page.locator("#figure-area").inner_text()
    x, y = centre(handle(page, "0.0.3"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y - 30)
    page.mouse.move(x + 40, y - 40)
    expect(page.locator("#figure-area")).not_to_have_text(area)
    live = page.locator("#figure-area").inner_text()
    page.mouse.up()
    ring = rings(saved_when(page, change, lambda now: rings(now)[0] != MINE))[0]
    assert [ring[i] for i in (0, 1, 2, 4)] == [MINE[i] for i in (0, 1, 2, 4)]
    assert ring[3] != MINE[3]
    assert ring[3] == [round(value, 9) for value in ring[3]]
    expect(page.locator("#figure-area")).to_have_text(live)
    assert live == f"{geodesic_area_m2(Polygon(ring)) / 10_000:,.2f}\N{NO-BREAK SPACE}ha"


def test_undo_and_redo_go_through_geometry_and_attributes_alike(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    x, y = centre(handle(page, "0.0.4"))
    drag(page, (x, y), (x - 50, y - 50))
    expect(page.locator("#undo")).to_be_enabled()
    page.locator("#tab-attributes").click()
    page.locator("[data-value=name_en]").fill("Trial Park")
    page.locator("[data-add=milestones]").click()
    moved = saved(page, change)
    assert moved["values"]["name_en"] == "Trial Park"
    assert len(moved["milestones"]) == 1
    assert rings(moved)[0][4] != MINE[4]
    page.keyboard.press("Control+z")
    assert saved_when(page, change, lambda now: now["milestones"] == [])["values"]["name_en"] == "Trial Park"
    page.keyboard.press("Control+z")
    saved_when(page, change, lambda now: "name_en" not in now["values"])
    expect(page.locator("[data-value=name_en]")).to_have_value("")
    page.locator("#undo").click()
    saved_when(page, change, lambda now: rings(now)[0] == MINE)
    expect(page.locator("#undo")).to_be_disabled()
    for _ in range(3):
        page.keyboard.press("Control+Shift+z")
    again = saved_when(page, change, lambda now: len(now["milestones"]) == 1)
    assert rings(again) == rings(moved)
    expect(page.locator("[data-value=name_en]")).to_have_value("Trial Park")


def test_the_middle_of_a_side_becomes_a_vertex_and_a_vertex_goes(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    a, b = centre(handle(page, "0.0.0")), centre(handle(page, "0.0.4"))
    middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    drag(page, middle, (middle[0] - 60, middle[1]))
    now = saved_when(page, change, lambda one: len(rings(one)[0]) == 6)
    assert rings(now)[0][:5] == MINE
    expect(page.locator("#vertices tr.selected button")).to_have_text("6")
    handle(page, "0.0.5").click(button="right")
    assert rings(saved_when(page, change, lambda one: len(rings(one)[0]) == 5)) == [MINE]


def test_a_vertex_snapped_to_a_neighbours_has_its_bits(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    corner, edge = on_screen(
        page, NEIGHBOUR[4], [(a + b) / 2 for a, b in zip(*NEIGHBOUR[-1:], NEIGHBOUR[0], strict=True)]
    )
    drag(page, centre(handle(page, "0.0.2")), (corner[0] - 5, corner[1] + 4))
    now = saved_when(page, change, lambda one: rings(one)[0][2] != MINE[2])
    assert rings(now)[0][2] == NEIGHBOUR[4]
    drag(page, centre(handle(page, "0.0.1")), (edge[0] - 6, edge[1]))
    now = saved_when(page, change, lambda one: rings(one)[0][1] != MINE[1])
    lon, lat = rings(now)[0][1]
    (x1, y1), (x2, y2) = NEIGHBOUR[4], NEIGHBOUR[0]
    assert abs((lon - x1) * (y2 - y1) - (lat - y1) * (x2 - x1)) / math.hypot(x2 - x1, y2 - y1) < 2e-9
    page.locator("#snapping").uncheck()
    drag(page, centre(handle(page, "0.0.2")), (corner[0] - 7, corner[1]))
    now = saved_when(page, change, lambda one: rings(one)[0][2] != NEIGHBOUR[4])
    assert apart(rings(now)[0][2], NEIGHBOUR[4]) > 1e-6


def test_tracing_takes_the_neighbours_stretch_bit_for_bit(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    first, last = on_screen(page, NEIGHBOUR[0], NEIGHBOUR[4])
    page.locator("#trace").click()
    click(page, first, last)
    expect(page.locator("#trace-neighbour option:checked")).to_have_text("KCN Láng Giềng")
    page.locator("#trace-use").click()
    now = saved_when(page, change, lambda one: rings(one)[0] != MINE)
    ring = rings(now)[0]
    assert sorted(ring) == sorted([MINE[0], NEIGHBOUR[0], NEIGHBOUR[4], MINE[3], MINE[4]])
    assert shape(now["boundary"]).is_valid


def test_tracing_by_numbers_goes_the_other_way_round_too(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    page.locator("#draw-part").click()
    page.locator("#trace").focus()
    page.keyboard.press("Enter")
    page.locator("#trace-neighbour").select_option(label="KCN Láng Giềng")
    page.locator("#trace-from").fill("5")
    page.locator("#trace-to").fill("1")
    expect(page.locator("#trace-said")).to_have_text("2 points")
    page.locator("#trace-longer").check()
    expect(page.locator("#trace-said")).to_have_text("5 points")
    page.locator("#trace-use").press("Enter")
    page.locator("#finish").click()
    now = saved_when(page, change, lambda one: len(rings(one)) == 2)
    assert rings(now)[0] == MINE
    assert sorted(rings(now)[1]) == sorted(NEIGHBOUR)


def test_parts_holes_and_cuts(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    hole = on_screen(page, [106.164, 9.553], [106.166, 9.553], [106.166, 9.555])
    page.locator("#draw-hole").click()
    click(page, *hole, hole[0])
    now = saved_when(page, change, lambda one: len(rings(one)) == 2)
    assert rings(now)[0] == MINE
    assert len(now["boundary"]["coordinates"]) == 1
    assert shape(now["boundary"]).is_valid
    part = on_screen(page, [106.158, 9.552], [106.1605, 9.552], [106.1605, 9.556])
    page.locator("#draw-part").click()
    click(page, *part)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    page.locator("#finish").click()
    now = saved_when(page, change, lambda one: len(rings(one)) == 3)
    assert len(now["boundary"]["coordinates"]) == 2
    cut = on_screen(page, [106.1675, 9.549], [106.169, 9.549], [106.169, 9.561], [106.1675, 9.561])
    page.locator("#draw-cut").click()
    click(page, *cut, cut[0])
    now = saved_when(page, change, lambda one: len(one["boundary"]["coordinates"]) == 3)
    assert shape(now["boundary"]).is_valid
    kept = [tuple(vertex) for ring in rings(now) for vertex in ring]
    assert set(map(tuple, MINE)) <= set(kept)
    assert all(value == round(value, 9) for vertex in kept if list(vertex) not in MINE for value in vertex)
    page.locator("#rings").select_option(index=0)
    page.locator("#delete-ring").click()
    saved_when(page, change, lambda one: len(one["boundary"]["coordinates"]) == 2)
    page.locator("#undo").click()
    saved_when(page, change, lambda one: len(one["boundary"]["coordinates"]) == 3)


def test_a_hole_outside_changes_nothing(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    places = on_screen(page, [106.158, 9.552], [106.1605, 9.552], [106.1605, 9.556])
    page.locator("#draw-hole").click()
    click(page, *places, places[0])
    expect(page.locator("#said")).to_contain_text("does not lie within")
    page.keyboard.press("Escape")
    expect(page.locator("#drawing")).to_be_hidden()
    assert rings(stored(page, change)) == [MINE]


def test_typed_coordinates_land_where_the_register_reckons_them(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    wanted = to_wgs84([[572900.123, 1056500.456]], TM3)[0].tolist()
    page.locator("#typed-first").fill("1.056.500,456")
    page.locator("#typed-second").fill("572,900.123")
    page.locator("#typed button[value=add]").click()
    ring = rings(saved_when(page, change, lambda one: len(rings(one)[0]) == 6))[0]
    assert apart(ring[1], wanted) < 5e-9
    assert [ring[i] for i in (0, 2, 3, 4, 5)] == MINE
    page.locator("#crs").select_option("OGC:CRS84")
    page.locator("#typed-first").fill("9°33'0\"")
    page.locator("#typed-second").fill("106,166")
    page.locator("#typed button[value=move]").click()
    ring = rings(saved_when(page, change, lambda one: rings(one)[0][1] != ring[1]))[0]
    assert ring[1] == [106.166, 9.55]
    page.locator("#crs").select_option("EPSG:9209")
    page.locator("#typed-first").fill("572900.123")
    page.locator("#typed-second").fill("1056500.456")
    page.locator("#typed button[value=add]").click()
    expect(page.locator("#typed-fault")).to_contain_text("swapped")


def test_the_browser_converts_as_the_register_does(desk: Desk) -> None:
    page = desk.open(desk.draft())
    places = [[102.5, 22.1], [104.9, 10.3], [106.1675, 9.5482], [107.6, 16.4], [109.2, 12.2]]
    for crs in (one for one in VN2000_ALL if one.is_projected):
        here = page.evaluate(
            """async ([places, crs]) => {
                const { pairOf, positionOf } = await import("/assets/modules/desk/coordinates.js");
                return places.map((place) => ({ pair: pairOf(place, crs), back: positionOf(pairOf(place, crs), crs) }));
            }""",
            [places, {"code": crs.code, "name": "", "proj4": crs.proj4text}],
        )
        for place, one, ours in zip(places, here, from_wgs84(places, crs).tolist(), strict=True):
            if abs(place[0] - (crs.central_meridian or 0)) < 3:
                assert math.dist(one["pair"], ours[::-1]) < 1e-3, crs.code
            back = to_wgs84([one["pair"][::-1]], crs)[0]
            assert apart(one["back"], back.tolist()) < 9e-9, crs.code


def test_everything_from_the_keyboard(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    page.locator("#vertices tr.selected button").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#vertices tr.selected button")).to_be_focused()
    expect(page.locator(".desk-handle.selected")).to_have_attribute("data-vertex", "0.0.2")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    [[east, north]] = from_wgs84([MINE[2]], TM3).tolist()
    page.keyboard.type(f"{north + 10:.3f}")
    page.keyboard.press("ArrowDown")
    ring = rings(saved_when(page, change, lambda one: rings(one)[0] != MINE))[0]
    assert apart(ring[2], to_wgs84([[east, round(north + 10, 3)]], TM3)[0].tolist()) < 1e-8
    page.keyboard.press("Insert")
    expect(page.locator("#vertices tr.selected button")).to_have_text("5")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+z")
    assert len(rings(saved(page, change))[0]) == 6
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    saved_when(page, change, lambda one: rings(one) == [MINE])
    # A part of its own, without the map.
    page.locator("#draw-part").press("Enter")
    for east, north in ((574200, 1056300), (574400, 1056300), (574400, 1056500)):
        page.locator("#typed-first").focus()
        page.keyboard.type(str(north))
        page.keyboard.press("Tab")
        page.keyboard.type(str(east))
        page.keyboard.press("Enter")
    expect(page.locator("#vertices tr")).to_have_count(3)
    page.locator("#finish").press("Enter")
    now = saved_when(page, change, lambda one: len(rings(one)) == 2)
    assert geodesic_area_m2(Polygon(rings(now)[1])) == pytest.approx(20_000, rel=1e-3)


def test_handles_and_rows_point_to_each_other(desk: Desk) -> None:
    page = desk.open(desk.draft())
    handle(page, "0.0.3").click()
    expect(page.locator("#vertices tr.selected button")).to_have_text("4")
    page.locator("#vertices tr button", has_text="2").click()
    expect(page.locator(".desk-handle.selected")).to_have_attribute("data-vertex", "0.0.1")


def test_attributes_rows_and_documents_are_saved(desk: Desk) -> None:
    base = {"version": 3, "values": {"name_vi": "KCN Thử", "kind": "industrial_park", "aliases": []}, "boundary": None}
    change = desk.draft(values={}, base=base)
    page = desk.open(change)
    page.locator("#tab-attributes").click()
    page.locator("[data-value=declared_area_ha]").fill("160.5")
    page.locator("[data-value=aliases]").fill("Tran De\nTrần Đề 1")
    page.locator("[data-value=kind]").select_option("industrial_cluster")
    page.locator("[data-value=kind]").select_option("industrial_park")
    page.locator("[data-value=valid_from]").fill("2026-05-01")
    page.locator("[data-add=documents]").click()
    page.locator("#documents [data-cell=id]").fill("qd-12-2026")
    page.locator("#documents [data-cell=title]").fill("Quyết định thành lập")
    page.locator("[data-add=observations]").click()
    page.locator("#observations [data-cell=indicator]").select_option("industrial_land_leased_ha")
    page.locator("#observations [data-cell=value]").fill("12,5")
    page.locator("#observations [data-cell=as_of]").fill("2026")
    page.locator("#observations [data-cell=source]").select_option("qd-12-2026")
    expect(page.locator("#observations [data-unit]")).to_have_text("ha")
    now = saved_when(page, change, lambda one: bool(one["observations"]) and "source" in one["observations"][0])
    assert now["values"] == {"declared_area_ha": 160.5, "aliases": ["Tran De", "Trần Đề 1"], "valid_from": "2026-05-01"}
    assert now["documents"] == [{"id": "qd-12-2026", "title": "Quyết định thành lập"}]
    row = {"indicator": "industrial_land_leased_ha", "value": 12.5, "as_of": "2026", "source": "qd-12-2026"}
    assert now["observations"] == [row]
    page.locator("[data-value=declared_area_ha]").fill("about 160")
    expect(page.locator("[data-value=declared_area_ha]")).to_have_attribute("aria-invalid", "true")
    page.locator("#observations [data-remove]").click()
    assert saved_when(page, change, lambda one: one["observations"] == [])["values"]["declared_area_ha"] == 160.5


def test_three_thousand_vertices(desk: Desk) -> None:
    ring = many(3000)
    change = desk.draft(polygon(ring))
    page = desk.open(change)
    expect(page.locator("#vertex-count")).to_have_text("of 3000")
    page.locator("#vertex-go").fill("1500")
    page.locator("#vertex-go").press("Enter")
    expect(page.locator("#vertices tr.selected button")).to_have_text("1500")
    selected = handle(page, "0.0.1499")
    x, y = centre(selected)
    drag(page, (x, y), (x - 90, y))
    now = saved_when(page, change, lambda one: rings(one)[0] != ring)
    moved = [i for i, (a, b) in enumerate(zip(rings(now)[0], ring, strict=True)) if a != b]
    assert len(moved) == 1
    assert abs(moved[0] - 1499) < 10
    assert page.locator(".desk-handle").count() < 300
    before = rings(now)[0]
    vertex = page.locator("#vertices tr.selected button").inner_text()
    place = centre(handle(page, f"0.0.{int(vertex) - 1}"))
    page.locator(".leaflet-container").focus()
    page.keyboard.press("ArrowRight")
    expect(handle(page, f"0.0.{int(vertex) - 1}")).to_have_count(1)
    while centre(handle(page, f"0.0.{int(vertex) - 1}"))[0] > place[0] - 20:
        page.evaluate("new Promise(requestAnimationFrame)")
    assert page.locator(".desk-handle").count() < 300
    assert rings(saved(page, change))[0] == before


def test_a_change_that_may_not_be_edited_is_only_shown(desk: Desk, server: tuple[str, desk_server.Changes]) -> None:
    change = desk.draft()
    server[1].changes[change]["may"] = ["comment"]
    page = desk.open(change)
    expect(page.locator("#standing")).to_have_text("This change can no longer be edited")
    expect(page.locator("#draw-part")).to_be_disabled()
    expect(page.locator(".desk-handle:not(.away)")).to_have_count(0)
    expect(page.locator("[data-value=name_vi]")).to_be_disabled()


def test_what_lies_around_is_asked_as_the_register_understands_it(desk: Desk, live_url: str) -> None:
    page = desk.open(desk.draft())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    ready(page)
    items = {url.removeprefix(desk.url) for url in asked if "/collections/" in url}
    assert {address.split("/")[2] for address in items} == {"zones", "admin-units"}
    for address in items:
        answer = page.request.get(live_url + address)
        assert answer.status == 200, answer.text()
        assert len(answer.json()["features"]) > 0
        assert {one["properties"].get("level", "commune") for one in answer.json()["features"]} == {"commune"}
        assert all(one["properties"].get("valid_to") is None for one in answer.json()["features"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits_a_phone(desk: Desk, language: str) -> None:
    page = desk.open(desk.draft(), language, **PHONE)
    for tab in ("outline", "attributes", "corners", "file", "review"):
        page.locator(f"#tab-{tab}").click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
        small = page.evaluate(
            """() => [...document.querySelectorAll("button:not(.link), select, input:not([type=checkbox])")]
                .filter((one) => one.closest(".desk-editor") && one.checkVisibility())
                .filter((one) => one.getBoundingClientRect().height < 44)
                .map((one) => one.outerHTML)"""
        )
        assert small == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_control_has_a_name(desk: Desk, language: str) -> None:
    page = desk.open(desk.draft(), language)
    page.locator("#tab-attributes").click()
    for one in ("observations", "milestones", "documents"):
        page.locator(f"[data-add={one}]").click()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll(".desk-editor :is(button, input, select, textarea)")]
            .filter((one) => ![one.getAttribute("aria-label"), one.labels?.[0]?.textContent, one.textContent]
                .some((name) => name?.trim()))
            .map((one) => one.outerHTML)"""
    )
    assert nameless == []
