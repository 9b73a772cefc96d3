"""The fact sheet as its tests read it."""

import json
import re
from typing import Any

from starlette.testclient import TestClient

from tests.reading import Page

BROWSER = {"Accept": "text/html,*/*;q=0.8"}


def sheet(client: TestClient, slug: str, language: str = "en", **more: str) -> Page:
    answer = client.get(f"/zones/{slug}", params={"lang": language, **more}, headers=BROWSER)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def text_of(page: Page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.html.replace("&nbsp;", " "))).replace("\xa0", " ")


def meta(page: Page, name: str) -> str:
    found = [one for one in page.find("meta") if name in (one.attributes.get("property"), one.attributes.get("name"))]
    return found[0].attributes["content"] if found else ""


def structured(page: Page) -> dict[str, Any]:
    (block,) = [one.text for one in page.find("script") if one.attributes.get("type") == "application/ld+json"]
    return json.loads(block)  # type: ignore[no-any-return]
