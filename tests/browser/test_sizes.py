"""What a new visitor's browser fetches for the map, compressed; tiles and the page itself are counted apart."""

from collections import Counter

import pytest
from playwright.sync_api import Request

from tests.browser.conftest import Visitor
from tests.browser.test_explorer import until

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_explorer_is_light(visitor: Visitor, live_url: str, language: str) -> None:
    context = visitor.browser.new_context()
    visitor.contexts.callback(context.close)
    page = context.new_page()
    finished: list[Request] = []

    def keep(one: Request) -> None:
        finished.append(one)

    page.on("requestfinished", keep)
    page.goto(f"{live_url}/map?lang={language}")
    until(page, "performance.getEntriesByName('explorer-ready').length", 1)
    until(page, "document.fonts.status", "loaded")
    sizes: Counter[str] = Counter()
    for one in finished:
        answer = one.response()  # its header tells, of the worker's own script nothing else does
        if answer and "/assets/" in one.url:
            sizes["fonts" if one.resource_type == "font" else "code"] += int(answer.headers["content-length"])
    assert any("maplibre-gl-worker" in one.url for one in finished)
    assert 300_000 < sizes["code"] < 480_000
    assert 20_000 < sizes["fonts"] < 70_000
