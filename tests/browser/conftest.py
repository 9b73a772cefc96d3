"""A real Chromium that is kept from every other host, and a test that fails on what the pages complain about."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


READING = "GPU stall due to ReadPixels"  # what Chromium says of itself where it draws a map without a graphics card


class Visitor:
    """Opens pages; `strangers` are the requests to other hosts, all blocked, `complaints` what the console says."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.strangers: list[str] = []
        self.complaints: list[str] = []
        self.contexts = ExitStack()

    def visit(self, address: str, width: int = 1440, height: int = 900, **options: Any) -> Page:
        """A page in a browser profile of its own. `options` are those of a Playwright context."""
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        self.contexts.callback(context.close)
        home = urlsplit(address).netloc

        def guard(route: Route) -> None:
            if urlsplit(route.request.url).netloc in (home, "") or route.request.url.startswith("data:"):
                route.continue_()
            else:
                self.strangers.append(route.request.url)
                route.abort()

        context.route("**/*", guard)
        page = context.new_page()
        page.on(
            "console",
            lambda said: (
                self.complaints.append(said.text)
                if said.type in ("error", "warning") and READING not in said.text
                else None
            ),
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.goto(address)
        return page


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Visitor]:
    made = Visitor(chromium)
    with made.contexts:
        yield made
        assert made.strangers == []
        assert made.complaints == []
