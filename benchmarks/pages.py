"""The map as a browser gets it: bytes over the wire, time until it can be used, frames while it is panned.

    python -m benchmarks.pages http://127.0.0.1:8000 [more addresses]

The registry has to run there (`zones up`, `zones demo`). Chromium is headless, draws without a graphics card, and
begins with an empty cache. Tiles and pages are counted apart from scripts, styles and fonts.
"""

import statistics
import sys
from collections import Counter

from playwright.sync_api import Browser, Page, Request, sync_playwright

LOADS = 3
BUDGETS = {"scripts and styles": 480_000, "fonts": 70_000}  # bytes
SCREENS = {"desk": (1440, 900), "phone": (390, 844)}
FRAME_MS = 33
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


def main() -> int:
    addresses = sys.argv[1:] or ["http://127.0.0.1:8000"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for address in addresses:
            report(browser, address)
        browser.close()
    return 0


def report(browser: Browser, address: str) -> None:
    """Print what loading and panning take at both sizes of a screen."""
    print(f"\n{address}/map")
    for screen, (width, height) in SCREENS.items():
        ready, sizes = [], Counter[str]()
        for _ in range(LOADS):
            context = browser.new_context(viewport={"width": width, "height": height})
            page = context.new_page()
            finished: list[Request] = []
            page.on("requestfinished", lambda one, into=finished: into.append(one))
            page.goto(f"{address}/map?lang=vi")
            ready.append(when_ready(page))
            sizes = weighed(finished)
            frames: list[float] = page.evaluate(PANNING)
            context.close()
        for name in ("scripts and styles", "fonts", "tiles", "page"):
            budget = BUDGETS.get(name)
            print(f"  {screen:6} {name:20} {sizes[name] / 1000:8.1f} kB{of_budget(sizes[name], budget)}")
        print(f"  {screen:6} {'ready':20} {statistics.median(ready):8.0f} ms  ({min(ready):.0f} to {max(ready):.0f})")
        middle = statistics.median(frames)
        print(f"  {screen:6} {'frame while panning':20} {middle:8.1f} ms{of_budget(middle, FRAME_MS, 'ms')}")


def of_budget(value: float, budget: float | None, unit: str = "kB") -> str:
    if budget is None:
        return ""
    scale = 1000 if unit == "kB" else 1
    return f"  of {budget / scale:.0f} {unit}{'' if value <= budget else ', TOO MUCH'}"


def weighed(finished: list[Request]) -> Counter[str]:
    """The bodies that came over the wire, those that workers asked for too, by what they are, in bytes."""
    sizes = Counter[str]()
    for request in finished:
        sizes[kind_of(request)] += request.sizes()["responseBodySize"]
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


if __name__ == "__main__":
    sys.exit(main())
