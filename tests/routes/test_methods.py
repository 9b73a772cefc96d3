"""Which methods an address takes; HEAD answers as GET does, without the body."""

import http.client
import re
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

PATHS = (
    "/", "/api", "/conformance", "/collections", "/collections/zones", "/collections/zones/items",
    "/collections/zones/items/kcn-tran-de", "/collections/zones/items/kcn-tran-de/sources", "/stats/fill-rates",
    "/stats/zones", "/maps/fill-rate", "/health/live", "/health/ready", "/assets/styles/register.css",
)  # fmt: skip


@pytest.mark.parametrize("path", [*PATHS, "/?f=html", "/nowhere", "/collections/zones/items?limit=0"])
def test_head_has_the_status_and_headers_of_get(client: TestClient, path: str) -> None:
    head, whole = (ask(path, headers={"X-Request-Id": "same"}) for ask in (client.head, client.get))
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers == whole.headers


def test_head_sends_no_body_over_a_real_connection(live_url: str) -> None:
    """A second answer on the same connection would be garbled by a body that should not be there."""
    connection = http.client.HTTPConnection(urlsplit(live_url).netloc)
    connection.request("HEAD", "/collections/zones/items")
    head = connection.getresponse()
    assert (head.status, head.read(), int(head.headers["content-length"]) > 1000) == (200, b"", True)
    connection.request("GET", "/health/live")
    assert connection.getresponse().read() == b'{"status":"live"}\n'
    connection.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE"])
@pytest.mark.parametrize(
    "path", [path for path in PATHS if not re.fullmatch(r"/collections/zones/items(/[^/]+)?", path)]
)
def test_what_only_reads_says_so(client: TestClient, path: str, method: str) -> None:
    answer = client.request(method, path, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.json()["type"] == "/problems/wrong-method"
    assert answer.json()["detail"] == f"{method} cannot be done at this address. What can be done: GET, HEAD."
