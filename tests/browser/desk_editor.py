"""The editor as the tests of it use it: a desk to open drafts at, and what a person does and sees there."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from gis.crs import by_epsg
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


def saved_when(page: Page, change: int, holds: Callable[[Json], bool]) -> Json:
    """The stored change once it is as wanted; the test's time limit says when it never is."""
    while not holds(stored(page, change)):
        page.evaluate("new Promise(requestAnimationFrame)")
    return stored(page, change)


def many(count: int) -> Ring:
    def vertex(angle: float) -> list[float]:
        reach = 0.006 + 0.0004 * math.sin(40 * angle)
        return [round(106.167 + reach * math.cos(angle), 9), round(9.556 + reach * math.sin(angle), 9)]

    return [vertex(2 * math.pi * i / count) for i in range(count)]
