"""Writes of zones as features, as their tests send them."""

import json
import re
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from tests.people import add_person, allow_own_approval

PART4 = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf"
ITEMS = "/collections/zones/items"
ZONE = f"{ITEMS}/kcn-tran-de"
GEOJSON, MERGE = "application/geo+json", "application/merge-patch+json"
CRS = "http://www.opengis.net/def/crs"
FAR_FROM_HTTP = re.compile(r"psycopg|Traceback|sqlalchemy|SELECT |LINE \d|HINT", re.IGNORECASE)
NEW = {
    "name_vi": "Khu công nghiệp Ngã Năm", "name_en": "Nga Nam Park", "kind": "industrial_park",
    "province": "Thành phố Cần Thơ", "boundary_quality": "digitised", "boundary_accuracy_m": 3,
}  # fmt: skip
Headers = dict[str, str]
Json = dict[str, Any]


@pytest.fixture
def lan(own_url: str) -> Headers:
    """An editor of Cần Thơ, where Sóc Trăng is today."""
    return add_person(own_url, "lan", ("editor", "can-tho"))


@pytest.fixture
def one(own_url: str) -> Headers:
    """A one-person office: editor and reviewer who may approve what they wrote themselves."""
    who = add_person(own_url, "one", ("editor", "can-tho"), ("reviewer", "can-tho"))
    allow_own_approval(own_url, "one", "can-tho")
    return who


def send(
    client: TestClient, method: str, path: str, body: Any, who: Headers | None = None, media: str = "", **headers: str
) -> Response:
    media = media or (MERGE if method == "PATCH" else GEOJSON)
    given = {"Accept-Language": "en", **(who or {}), "Content-Type": media,
             **{name.replace("_", "-"): value for name, value in headers.items()}}  # fmt: skip
    return client.request(method, path, content=json.dumps(body), headers=given)


def patch(client: TestClient, who: Headers, body: Json, path: str = ZONE, **headers: str) -> Json:
    """A patch that is taken; the change that it went into."""
    answer = send(client, "PATCH", path, body, who, **headers)
    assert answer.status_code == 202, answer.text
    return change_of(client, who, answer)


def change_of(client: TestClient, who: Headers, answer: Response) -> Json:
    found = re.fullmatch(r'<http://testserver(/changes/\d+)>; rel="related"', answer.headers["link"])
    assert found
    change: Json = client.get(found[1], headers=who).json()
    return change


def feature(geometry: Json | None = None, **properties: Any) -> Json:
    return {"type": "Feature", "geometry": geometry, "properties": {**NEW, **properties}}


def post(client: TestClient, who: Headers, body: Json, **headers: str) -> Response:
    answer = send(client, "POST", ITEMS, body, who, **headers)
    assert answer.status_code == 201, answer.text
    return answer


def whole(client: TestClient, who: Headers | None = None, path: str = ZONE, **params: str) -> Json:
    answer = client.get(path, params=params, headers={**(who or {}), "Accept": GEOJSON})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found
