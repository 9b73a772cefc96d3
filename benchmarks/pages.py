"""The map as a browser gets it: bytes over the wire, time until it can be used, frames while it is panned.

Chromium is headless, draws without a graphics card, and begins with an empty cache. Tiles and the page are counted
apart from scripts, styles and fonts.
"""

import statistics
from collections import Counter
from functools import partial

from playwright.sync_api import Browser, Page, Request, sync_playwright

LOADS = 3
BUDGETS = {"scripts and styles": 480_000, "fonts": 70_000}  # bytes
SCREENS = {"desk": (1440, 900), "phone": (390, 844)}
FRAME_MS = 33
READY_MS = {"register": 2000, "demo": 3000}
READY = "performance.getEntriesByName('explorer-ready')[0]?.startTime ?? 0"
PANNING = """
() => new Promise((done) => {
  const canvas = document.querySelector("#map canvas"), frames = [];
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 4];
  const send = (kind, on, dx) => on.dispatchEvent(new MouseEvent(kind, {
    bubbles: true, button: 0, buttons: kind === "mouseup" ? 0 : 1, clientX: x + dx, clientY: y }));
  let before, at = 0;
  send("mousedown", canvas, 0);
  const step = (now) => {
    if (before !== undefined) frames.push(now - before);
    before = now;
    at += 1;
    send("mousemove", document, 160 * Math.sin(at / 12));
    if (at < 150) requestAnimationFrame(step);
    else { send("mouseup", document, 0); done(frames); }
  };
  requestAnimationFrame(step);
})
"""


def measure_pages(addresses: list[str]) -> str:
    """A table of what the map of each registry takes on a desk and on a phone, as Markdown."""
    rows = ["| registry | screen | | measured | allowed |", "|---|---|---|---:|---:|"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for address in addresses:
            for screen in SCREENS:
                rows += [f"| {address} | {screen} | {one} |" for one in measure(browser, address, screen)]
        browser.close()
    return "\n".join(rows) + "\n"


def measure(browser: Browser, address: str, screen: str) -> list[str]:
    width, height = SCREENS[screen]
    ready, frames, sizes, allowed = list[float](), list[float](), Counter[str](), 0
    for _ in range(LOADS):
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        finished: list[Request] = []
        page.on("requestfinished", partial(keep, finished))
        page.goto(f"{address}/map?lang=vi")
        ready.append(when_ready(page))
        allowed = READY_MS["demo" if page.locator(".synthetic").count() else "register"]
        sizes = weighed(finished)
        frames.append(statistics.median(page.evaluate(PANNING)))
        context.close()
    weights = [
        f"{name} | {sizes[name] / 1000:.0f} kB | {f'{BUDGETS[name] / 1000:.0f} kB' if name in BUDGETS else ''}"
        for name in ("scripts and styles", "fonts", "tiles", "page")
    ]
    return [
        *weights,
        f"ready | {statistics.median(ready):.0f} ms | {allowed} ms",
        f"frame while panning | {statistics.median(frames):.0f} ms | {FRAME_MS} ms",
    ]


def keep(finished: list[Request], one: Request) -> None:
    finished.append(one)


def weighed(finished: list[Request]) -> Counter[str]:
    """The bodies that came over the wire, in bytes, by what they are. The headers tell: of a worker's own script
    Chromium does not say how much of it came.
    """
    sizes = Counter[str]()
    for request in finished:
        answer = request.response()
        sizes[kind_of(request)] += int(answer.headers.get("content-length", 0)) if answer else 0
    return sizes


def kind_of(request: Request) -> str:
    if "/tiles/" in request.url:
        return "tiles"
    if request.resource_type == "font":
        return "fonts"
    return "scripts and styles" if "/assets/" in request.url else "page"


def when_ready(page: Page) -> float:
    """Milliseconds from the beginning of the load until the zones are drawn and the map can be moved."""
    for _ in range(600):
        ready = float(page.evaluate(READY))
        if ready:
            return ready
        page.wait_for_timeout(50)
    raise SystemExit("the map was not ready within 30 s")
