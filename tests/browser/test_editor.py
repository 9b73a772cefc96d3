"""The editor of a change in a real browser: every act on it, by pointer and by keyboard, and that none is lost."""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from shapely.geometry import Polygon, shape

from api.language import LANGUAGES
from gis.crs import VN2000_ALL, by_epsg, from_wgs84, to_wgs84
from gis.shapes import geodesic_area_m2
from tests.browser import desk_server
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Ring = list[list[float]]
Json = dict[str, Any]

# One vertex has more digits than are ever given to a new one: it must come back as it was.
MINE: Ring = [
    [106.161234567, 9.551234567], [106.171234567, 9.550034567], [106.172234567, 9.558234567],
    [106.1650123456789, 9.560512345678], [106.161634567, 9.559234567],
]  # fmt: skip
NEIGHBOUR: Ring = [
    [106.171734567, 9.549634567], [106.179, 9.5489], [106.1805, 9.5571], [106.1768, 9.5601],
    [106.1727345678912, 9.558734567],
]  # fmt: skip
COMMUNE: Ring = [[106.15, 9.54], [106.19, 9.54], [106.19, 9.562], [106.15, 9.562]]
TM3 = by_epsg(9209)  # the system that the editor begins with
PHONE = {"width": 390, "height": 844}


def polygon(*rings: Ring) -> Json:
    return {"type": "MultiPolygon", "coordinates": [[[*ring, ring[0]] for ring in rings]]}


def collection(id: str, name: str, ring: Ring) -> Json:
    properties = {"slug": id, "name_vi": name, "full_name": name}
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "id": id, "properties": properties, "geometry": polygon(ring)}],
    }


@dataclass
class Desk:
    """A desk at `url`; `begin` makes a draft of an outline and values, and gives its number."""

    url: str
    begin: Callable[[Json | None, Json, Json | None], int]
    visitor: Visitor

    def draft(self, outline: Json | None = None, values: Json | None = None, base: Json | None = None) -> int:
        return self.begin(outline or polygon(MINE), {"name_vi": "KCN Thử"} if values is None else values, base)

    def open(self, change: int, language: str = "en", **screen: Any) -> Page:
        page = self.visitor.visit(self.address(change, language), **screen)
        ready(page)
        return page

    def address(self, change: int, language: str = "en") -> str:
        return f"{self.url}/desk/changes/{change}/edit?lang={language}"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, desk_server.Changes]]:
    zones, units = collection("kcn-lang-gieng", "KCN Láng Giềng", NEIGHBOUR), collection("u1", "Xã Trần Đề", COMMUNE)
    with desk_server.desk(zones, units) as made:
        yield made


@pytest.fixture
def desk(server: tuple[str, desk_server.Changes], visitor: Visitor) -> Desk:
    url, held = server
    return Desk(url, held.begin, visitor)


def ready(page: Page) -> None:
    expect(page.locator("html[data-desk=ready]")).to_be_attached()
    expect(page.locator(".desk-name")).to_have_count(1)


def stored(page: Page, change: int) -> Json:
    """The change as the server has it."""
    found: Json = page.request.get(
        f"/changes/{change}" if page.url == "about:blank" else origin(page) + f"/changes/{change}"
    ).json()
    return found


def origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def saved(page: Page, change: int) -> Json:
    """The change once everything is saved."""
    expect(page.locator("#standing")).to_have_attribute("data-standing", "saved")
    return stored(page, change)


def rings(change: Json) -> list[Ring]:
    """The rings of an outline without their closing vertex, part after part."""
    parts = change["boundary"]["coordinates"]
    assert all(ring[0] == ring[-1] for part in parts for ring in part)
    return [ring[:-1] for part in parts for ring in part]


def handle(page: Page, path: str) -> Locator:
    return page.locator(f'.desk-handle[data-vertex="{path}"]:not(.away)')


def centre(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def on_screen(page: Page, *positions: list[float]) -> list[tuple[float, float]]:
    """Where positions are on the screen, reckoned from the handles of the first and third vertex of MINE."""
    (x0, y0), (x1, y1) = centre(handle(page, "0.0.0")), centre(handle(page, "0.0.2"))
    (lon0, lat0), (lon1, lat1) = MINE[0], MINE[2]
    return [
        (x0 + (lon - lon0) * (x1 - x0) / (lon1 - lon0), y0 + (lat - lat0) * (y1 - y0) / (lat1 - lat0))
        for lon, lat in positions
    ]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def click(page: Page, *places: tuple[float, float]) -> None:
    for place in places:
        page.mouse.move(*place)
        page.mouse.click(*place)


def apart(one: list[float], other: list[float]) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])


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


def saved_when(page: Page, change: int, holds: Callable[[Json], bool]) -> Json:
    """The stored change once it is as wanted; the test's time limit says when it never is."""
    while not holds(stored(page, change)):
        page.evaluate("new Promise(requestAnimationFrame)")
    return stored(page, change)


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


def corner_lines(wrong: int | None = None) -> list[str]:
    """MINE as a corner table in 105°30', the stated length of one side three metres out."""
    plane = from_wgs84(MINE, TM3).tolist()
    lines = ["STT\tX(m)\tY(m)\tS(m)"]
    for number, ((east, north), after) in enumerate(zip(plane, [*plane[1:], plane[0]], strict=True)):
        side = math.dist((east, north), after) + (3 if number == wrong else 0)
        lines.append(f"{number + 1}\t{north:.3f}\t{east:.3f}\t{side:.2f}")
    return lines


def test_a_corner_table_is_pasted_corrected_and_taken(desk: Desk) -> None:
    change = desk.draft(polygon(NEIGHBOUR[:3]))
    page = desk.open(change)
    page.locator("#tab-corners").click()
    page.locator("#corner-text").fill("\n".join(corner_lines(wrong=2)))
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#corner-chosen")).to_have_text("Coordinate system: VN-2000 / TM-3 105-30")
    expect(page.locator("#corner-others")).to_contain_text("TM-3 104-45")
    issue = page.locator("#corner-issues li")
    expect(issue).to_contain_text("Warning: Row 4")
    expect(page.locator("#corner-rows tr.flagged")).to_have_count(1)
    issue.get_by_role("button").click()
    text = page.locator("#corner-text")
    expect(text).to_be_focused()
    assert text.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)") == corner_lines(2)[3]
    page.keyboard.type(corner_lines()[3].replace("\t", " "))
    expect(page.locator("#corner-use")).to_be_disabled()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#corner-issues li")).to_have_count(0)
    assert rings(stored(page, change)) == [NEIGHBOUR[:3]]
    expect(page.locator("#corner-use")).to_be_disabled()
    page.locator("#corner-confirmed").check()
    page.locator("#corner-use").click()
    now = saved_when(page, change, lambda one: len(rings(one)[0]) == 5)
    assert all(apart(a, b) < 2e-8 for a, b in zip(rings(now)[0], MINE, strict=True))
    page.locator("#undo").click()
    saved_when(page, change, lambda one: rings(one) == [NEIGHBOUR[:3]])


def test_a_runner_up_can_be_chosen(desk: Desk) -> None:
    change = desk.draft()
    page = desk.open(change)
    page.locator("#tab-corners").click()
    page.locator("#corner-text").fill("\n".join(corner_lines()))
    page.get_by_role("button", name="Preview").click()
    page.locator("#corner-others button").click()
    expect(page.locator("#corner-chosen")).to_have_text("Coordinate system: VN-2000 / TM-3 104-45")
    page.locator("#corner-use").click()
    now = saved_when(page, change, lambda one: rings(one)[0] != MINE)
    assert rings(now)[0][0][0] == pytest.approx(MINE[0][0] - 0.75, abs=0.01)


@pytest.mark.parametrize("name", ["plan.geojson", "plan.dxf"])
def test_a_file_is_looked_at_and_a_feature_taken(desk: Desk, name: str) -> None:
    change = desk.draft()
    page = desk.open(change)
    features = [
        {"type": "Feature", "properties": {"name": title}, "geometry": polygon(ring)}
        for title, ring in (("Road", NEIGHBOUR[:3]), ("Zone", NEIGHBOUR))
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    page.locator("#tab-file").click()
    page.locator("#file-file").set_input_files({"name": name, "mimeType": "application/json", "buffer": content})
    if name.endswith("dxf"):
        expect(page.locator("#file-crs-said")).to_contain_text("Please choose")
        expect(page.locator("#file-use")).to_be_disabled()
        page.locator("#file-crs").select_option("EPSG:9209")
    expect(page.locator("#file-feature option")).to_have_count(2)
    page.locator("#file-feature").select_option("2")
    expect(page.locator("#file-use")).to_be_enabled()
    assert rings(stored(page, change)) == [MINE]
    page.locator("#file-use").click()
    assert rings(saved_when(page, change, lambda one: rings(one)[0] != MINE)) == [NEIGHBOUR]


def test_issues_lead_to_their_place_and_hold_back_the_submission(desk: Desk) -> None:
    change = desk.draft(values={"name_vi": "KCN Thử", "declared_area_ha": 999})
    page = desk.open(change)
    page.locator("#tab-review").click()
    submit = page.get_by_role("button", name="Submit for review")
    expect(submit).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#submit-why")).to_contain_text("need a reason")
    expect(page.locator("#issue-list li")).to_contain_text("Warning:")
    page.locator("#issue-list li").get_by_role("button").click()
    expect(page.locator("[data-value=declared_area_ha]")).to_be_focused()
    page.locator("#tab-review").click()
    page.locator("[data-reason=area-differs]").fill("the plan was cut")
    expect(submit).to_have_attribute("aria-disabled", "false")
    submit.click()
    expect(page.locator("h1")).to_have_text("Submitted")
    now = stored(page, change)
    assert now["state"] == "submitted"
    assert now["reasons"] == {"area-differs": "the plan was cut"}


def test_errors_forbid_submitting(desk: Desk) -> None:
    page = desk.open(desk.draft(polygon([MINE[0], MINE[2], MINE[1], MINE[3]])))
    page.locator("#tab-review").click()
    expect(page.locator("#issue-list li")).to_contain_text("Error:")
    expect(page.locator("#submit-why")).to_contain_text("Errors to be mended")
    page.locator("#issue-list button").click()
    page.locator("#submit").press("Enter")
    expect(page.locator("#panel-review")).to_be_visible()


def many(count: int) -> Ring:
    def vertex(angle: float) -> list[float]:
        reach = 0.006 + 0.0004 * math.sin(40 * angle)
        return [round(106.167 + reach * math.cos(angle), 9), round(9.556 + reach * math.sin(angle), 9)]

    return [vertex(2 * math.pi * i / count) for i in range(count)]


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
