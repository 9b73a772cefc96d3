"""The explorer as its tests ask it."""

import json
from typing import Any
from urllib.parse import urlencode

from starlette.testclient import TestClient

from tests.reading import Page, features

BROWSER = {"Accept": "text/html"}
Json = dict[str, Any]


def ask(client: TestClient, **params: str) -> Json:
    answer = client.get("/map", params={"f": "json", **params})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def read(client: TestClient, address: str = "/map", **params: str) -> Page:
    answer = client.get(address, params=params or None, headers=BROWSER)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def found_of(page: Page) -> Json:
    (script,) = [one for one in page.find("script") if one.attributes.get("id") == "found"]
    found: Json = json.loads(script.text)
    return found


def slugs(client: TestClient, **params: str) -> list[str]:
    """The zones of all pages of the list."""
    address, found = f"/map?{urlencode({**params, 'part': 'list'})}", list[str]()
    while address:
        page = read(client, address)
        found += [one.attributes["data-slug"] for one in page.find("li") if "data-slug" in one.attributes]
        following = [one.attributes["href"] for one in page.find("a") if one.attributes.get("rel") == "next"]
        address = f"{following[0]}&part=list" if following else ""
    return found


def zones_of(client: TestClient) -> list[Json]:
    return [one["properties"] | {"at": one["geometry"]["coordinates"]}
            for one in features(client, "/collections/zone-points/items?limit=1000").values()]  # fmt: skip
