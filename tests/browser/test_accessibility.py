"""Every page by WCAG 2.2 AA: axe on each, in both languages, on a desk and a phone, light and dark; and what axe cannot
see: targets of 44 px, a way past the menu, focus that shows, motion that stops.

A route without a line in PAGES or NO_PAGE fails the first test.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import ROOT, Settings
from tests.browser.test_review import signed_in
from tests.conftest import TEMPLATE, drop_database, make_database, served, unique
from tests.people import add_person
from tests.routes.test_changes import ZONE, begin, published, ready, square, step
from tests.routes.test_projects import enter

pytestmark = pytest.mark.browser
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# Where a route is a page: the addresses to look at. {draft} and {waiting} are changes. A new page needs its line here.
PAGES: dict[str, tuple[str, ...]] = {
    "/": ("/",),
    "/api": ("/api?f=html",),
    "/conformance": ("/conformance?f=html",),
    "/collections": ("/collections?f=html",),
    "/collections/{name}": ("/collections/zones?f=html", "/collections/none?f=html"),
    "/licence": ("/licence?f=html",),
    "/collections/{name}/schema": ("/collections/zones/schema?f=html",),
    "/collections/{name}/queryables": ("/collections/facts/queryables?f=html",),
    "/collections/{name}/sortables": ("/collections/zones/sortables?f=html",),
    "/collections/{name}/items": (
        "/collections/zones/items?f=html",
        "/collections/lots/items?f=html",
        "/collections/facts/items?f=html&limit=20",
        "/collections/zones/items?f=html&limit=x",
    ),
    "/collections/{name}/items/{item}": (
        f"/collections/zones/items/{ZONE}?f=html",
        "/collections/zones/items/kcn-an-nghiep?f=html",
        "/collections/admin-units/items/vn34:92?f=html",
        "/collections/facts/items/F041?f=html",
    ),
    "/assessments": ("/assessments?f=html", "/assessments?f=html&light=no_investor"),
    "/assessments/{item}": ("/assessments/kcn-an-nghiep?f=html", f"/assessments/{ZONE}?f=html"),
    "/quality": ("/quality?f=html",),
    "/tiles": ("/tiles?f=html",),
    "/collections/{name}/tiles": ("/collections/zones/tiles?f=html",),
    "/tiles/{tileMatrixSetId}": ("/tiles/WebMercatorQuad?f=html",),
    "/collections/{name}/tiles/{tileMatrixSetId}": ("/collections/zones/tiles/WebMercatorQuad?f=html",),
    "/tileMatrixSets": ("/tileMatrixSets?f=html",),
    "/tileMatrixSets/{tileMatrixSetId}": ("/tileMatrixSets/WebMercatorQuad?f=html",),
    "/collections/zones/items/{item}/sources": ("/collections/zones/items/kcn-an-nghiep/sources?f=html",),
    "/collections/zones/items/{item}/corners": (f"/collections/zones/items/{ZONE}/corners?f=html",),
    "/collections/zones/items/{item}/history": (
        f"/collections/zones/items/{ZONE}/history?f=html",
        f"/collections/zones/items/{ZONE}/history?f=html&compare=1,2",
    ),
    "/collections/zones/items/{item}/projects": (f"/collections/zones/items/{ZONE}/projects?f=html",),
    "/feed": ("/feed?f=html", "/feed?f=html&since=99"),
    "/snapshots": ("/snapshots?f=html",),
    "/stats/fill-rates": ("/stats/fill-rates?f=html", "/stats/fill-rates?f=html&by=kind"),
    "/progress": (
        "/progress?f=html",
        "/progress?f=html&province=soc-trang&state=reached",
        "/progress?f=html&year=1990",
    ),
    "/reports": ("/reports?f=html",),
    "/reports/periodic": (
        "/reports/periodic?f=html",
        "/reports/periodic?f=html&province=soc-trang&period=2025",
        "/reports/periodic?f=html&province=soc-trang&period=x",
    ),
    "/reports/{number}": ("/reports/1?f=html",),
    "/desk/reports/new": ("/desk/reports/new?province=can-tho&period=2025",),
    "/compare": (
        "/compare?f=html",
        "/compare?zones=kcn-tran-de,kcn-an-nghiep,ccn-nga-nam",
        "/compare?zones=kcn-tran-de,kcn-nowhere",
        "/compare?zones=kcn-tran-de&add=long+duc",
    ),
    "/map": ("/map?zone=kcn-an-nghiep", "/map?kind=economic_zone&area_min=20&near=city-can-tho&sort=distance"),
    "/zones/{item}": ("/zones/kcn-an-nghiep", f"/zones/{ZONE}", f"/zones/{ZONE}?known_at=2100-01-01"),
    "/maps/fill-rate": ("/maps/fill-rate?f=html",),
    "/desk/sign-in": ("/desk/sign-in?next=/desk",),
    "/desk/account": ("/desk/account",),
    "/desk/keys": ("/desk/keys",),
    "/desk": ("/desk", "/desk?q=tran"),
    "/desk/figures": ("/desk/figures", "/desk/figures?province=soc-trang&period=2025"),
    "/desk/zones/new": ("/desk/zones/new",),
    "/desk/zones/{slug}/{action}": (f"/desk/zones/{ZONE}/withdraw", f"/desk/zones/{ZONE}/merge"),
    "/desk/zones/{slug}/projects": (f"/desk/zones/{ZONE}/projects",),
    "/desk/zones/{slug}/projects/{id}": (f"/desk/zones/{ZONE}/projects/1",),
    "/desk/changes/{id}": ("/desk/changes/{waiting}",),
    "/desk/changes/{id}/edit": ("/desk/changes/{draft}/edit",),
    "/changes": ("/changes?f=html",),
}
NO_PAGE = {
    "/collections/{name}/schema/geojson", "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    "/collections/{name}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}", "/stats/zones",
    "/desk/sign-in/oidc", "/desk/sign-in/back", "/changes/{id}", "/changes/{id}/evidence/{number}",
    "/desk/zones/{slug}/projects.xlsx", "/desk/figures.xlsx", "/qgis/zones.qlr", "/qgis/{scope}",
    "/qgis/{scope}/collections/{view}/{rest:path}", "/qgis/{scope}/collections/{view}", "/health/live", "/health/ready",
    "/map/suggest", "/zones/{item}/picture.png", "/sitemap.xml", "/robots.txt", "/metrics",
    "/feed.atom", "/snapshots/{snapshot}/{file}",
}  # fmt: skip
# Faults of Swagger UI itself, which we only serve; everything around it is ours.
NOT_OURS = {"/api": [".swagger-ui"]}
# Symbols stand where zones are, however near to each other: WCAG 2.5.8 excepts pins of a map, and lists name them too.
PINS = "leaflet-marker-icon"
SERIOUS = ("serious", "critical")
RUN = """async ([rules, not_ours, pins]) => {
    const options = {resultTypes: ['violations'], ...(rules.length && {runOnly: rules}),
        ...(!rules.length && {rules: {'target-size': {enabled: true}}})};
    const found = await axe.run({exclude: not_ours.map((one) => [one])}, options);
    return found.violations.map((one) => [one.impact, one.id, one.nodes
        .filter((node) => one.id !== 'target-size' || !node.html.includes(pins))
        .map((node) => node.target.join(' '))]).filter(([, , targets]) => targets.length);
}"""
SMALL = """() => [...document.querySelectorAll('button, input, select, textarea, summary, a.button, nav a')]
    .filter((one) => one.type !== 'hidden' && one.checkVisibility() && !one.closest('.swagger-ui, .leaflet-container'))
    .filter((one) => !one.closest('.quiet, .unseen'))
    .filter((one) => !one.matches('button.source'))  // in a line of text, which WCAG 2.5.8 excepts
    .map((one) => ['checkbox', 'radio'].includes(one.type) ? one.closest('label, .tick') ?? one : one)
    .filter((one) => one.getBoundingClientRect().height < 43.5)
    .map((one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 30)} `
        + Math.round(one.getBoundingClientRect().height))"""
MOVING = """() => [...document.querySelectorAll('body *:not(.swagger-ui, .swagger-ui *)')].filter((one) => {
    const {transitionDuration, animationDuration} = getComputedStyle(one);
    return `${transitionDuration}, ${animationDuration}`.split(', ').some((time) => parseFloat(time) > 0.01);
}).map((one) => `${one.tagName}.${one.className}`).slice(0, 5)"""


@dataclass
class Visitors:
    """A service with something on every page, and two browsers: of anybody, and of somebody who edits and reviews."""

    address: str
    changes: dict[str, int]
    browsers: dict[tuple[str, str], BrowserContext]

    def visit(self, path: str, language: str, screen: str = "desk") -> Page:
        """A page of a browser that may see it."""
        who = "planner" if path.startswith(("/desk", "/changes")) and "sign-in" not in path else "anybody"
        context = self.browsers[who, screen]
        page = context.pages[0] if context.pages else context.new_page()
        page.set_viewport_size(DESK if screen == "desk" else PHONE)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="light")
        path = path.format(**self.changes)
        page.goto(f"{self.address}{path}{'&' if '?' in path else '?'}lang={language}")
        if path.endswith("/edit"):
            page.locator("#standing:has-text('…')").wait_for(state="detached")  # its scripts have what they need
        if page.locator("#explorer").count():
            while not page.evaluate("performance.getEntriesByName('explorer-ready').length"):
                page.evaluate("new Promise(requestAnimationFrame)")
        return page


@pytest.fixture(scope="module")
def visitors(cluster_dsn: str, chromium: Browser) -> Iterator[Visitors]:
    url = make_database(cluster_dsn, unique("accessible"), TEMPLATE)
    with ExitStack() as stack:
        stack.callback(drop_database, url)
        changes = with_something_on_every_page(url)
        address = stack.enter_context(served(Settings(database_url=url)))
        browsers = {}
        for who, state in (("anybody", None), ("planner", signed_in(url, "minh"))):
            for screen in ("desk", "phone"):
                context = chromium.new_context(
                    bypass_csp=True, reduced_motion="reduce", storage_state=state, has_touch=screen == "phone"
                )  # type: ignore[arg-type]
                stack.callback(context.close)
                context.add_init_script(path=AXE)
                browsers[who, screen] = context
        yield Visitors(address, changes, browsers)


def with_something_on_every_page(url: str) -> dict[str, int]:
    """A measured outline with a history, a change that waits, a draft, and a project."""
    with TestClient(create_app(Settings(database_url=url))) as client:
        lan = {**add_person(url, "lan", ("editor", "can-tho")), "Accept-Language": "en"}
        minh = add_person(url, "minh", ("reviewer", "can-tho"), ("editor", "can-tho"))
        published(client, lan, minh, outline=square())
        waiting = ready(client, lan, name_en="Tran De Park")
        step(client, lan, waiting, "submit")
        enter(client, lan)
        assert client.post("/reports", json={"province": "can-tho", "period": "2024"}, headers=minh).status_code == 201
        return {"waiting": waiting["id"], "draft": begin(client, minh, zone="kcn-my-thanh")["id"]}


def routes() -> set[str]:
    """All that can be read."""
    app = create_app(Settings(database_url="postgresql://nowhere")).app
    entries = [getattr(one, "original_router", None) for one in app.routes]
    found = [route for router in entries if router is not None for route in router.routes]
    return {route.path for route in found if "GET" in (getattr(route, "methods", None) or ())}


def test_it_is_decided_of_every_route_whether_it_is_a_page() -> None:
    assert len(routes()) > 40
    assert routes() == PAGES.keys() | NO_PAGE
    assert not PAGES.keys() & NO_PAGE


ADDRESSES = [(route, address) for route, addresses in PAGES.items() for address in addresses]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("route", "address"), ADDRESSES)
def test_axe_finds_nothing_serious(visitors: Visitors, route: str, address: str, language: str) -> None:
    page = visitors.visit(address, language)
    faults = axe(page, route)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    faults |= {f"on a phone: {fault}" for fault in axe(page, route) - faults}
    if language == "vi":
        page.emulate_media(color_scheme="dark")
        faults |= {f"in the dark: {fault}" for fault in axe(page, route, "color-contrast")}
    serious = {fault for fault in faults if any(f"{impact} " in fault for impact in SERIOUS)}
    for fault in sorted(faults - serious):
        print(address, fault)
    assert not serious, "\n".join(sorted(serious))


def axe(page: Page, route: str, *rules: str) -> set[str]:
    """What axe finds on a page, as one line each."""
    found = page.evaluate(RUN, [list(rules), NOT_OURS.get(route, []), PINS])
    return {f"{impact} {id}: {'; '.join(targets[:4])}" for impact, id, targets in found}


@pytest.mark.parametrize(("route", "address"), ADDRESSES)
def test_what_axe_does_not_see(visitors: Visitors, route: str, address: str) -> None:
    """The first thing that keys reach leads past the menu; fingers meet 44 px; nothing moves against a wish."""
    page = visitors.visit(address, "vi", "phone")
    assert page.evaluate(MOVING) == []
    if route != "/maps/fill-rate":
        first = "document.querySelector('a[href], button, input, select, textarea, [tabindex]')"
        assert page.evaluate(f"{first}.className") == "skip"
        assert page.evaluate(f"document.querySelector({first}.getAttribute('href')) !== null")
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_always_shows(visitors: Visitors, scheme: str) -> None:
    page = visitors.visit("/compare?zones=kcn-tran-de,kcn-an-nghiep", "en")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for _ in range(25):
        page.keyboard.press("Tab")
        style, width = page.evaluate(
            "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
        )
        assert style == "solid"
        assert float(width.removesuffix("px")) >= 2
