"""What an operator sees: figures that count what happened, an id for each request, and logs without secrets."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from api.logs import write_logs
from api.main import create_app
from api.settings import Settings


def figures(client: TestClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
    }


def requests_of(found: dict[tuple[str, tuple[tuple[str, str], ...]], float], kind: str, status: str) -> float:
    return found.get(("registry_requests_total", (("kind", kind), ("method", "GET"), ("status", status))), 0)


def test_requests_are_counted_by_kind_and_status_and_where_the_answer_came_from(own_client: TestClient) -> None:
    for _ in range(3):
        assert own_client.get("/collections/zones/items").status_code == 200
    etag = own_client.get("/stats/zones").headers["etag"]
    assert own_client.get("/stats/zones", headers={"If-None-Match": etag}).status_code == 304
    assert own_client.get("/collections/zones/items?limit=x").status_code == 400
    found = figures(own_client)
    assert requests_of(found, "items", "200") == 3
    assert requests_of(found, "items", "400") == 1
    assert requests_of(found, "page", "304") == 1
    assert found["registry_answers_total", (("origin", "made"),)] == 1
    assert found["registry_answers_total", (("origin", "kept"),)] == 3
    assert found["registry_answers_total", (("origin", "application"),)] >= 1
    assert found["registry_request_seconds_count", (("kind", "items"),)] == 4
    assert found["registry_kept_bytes", (("what", "answers"),)] > 1_000
    assert found["registry_sessions", (("of", "reader"), ("state", "free"))] >= 1


def test_the_register_and_its_database_are_told(own_client: TestClient) -> None:
    found = figures(own_client)
    assert found["registry_database_up", ()] == 1
    assert found["registry_revision", ()] >= 1
    assert found["registry_reads_from_replica", ()] == 0
    assert ("registry_replication_lag_seconds", ()) not in found


def test_without_a_database_the_figures_say_so() -> None:
    with TestClient(create_app(Settings(database_url="postgresql://127.0.0.1:1/none"))) as client:
        assert client.get("/health/ready").status_code == 503
        found = figures(client)
    assert found["registry_database_up", ()] == 0
    assert ("registry_revision", ()) not in found
    assert requests_of(found, "health", "503") == 1


def test_an_id_that_a_proxy_gave_is_kept_and_any_other_text_is_not(client: TestClient) -> None:
    assert client.get("/health/live", headers={"X-Request-Id": "edge-42.a_b"}).headers["x-request-id"] == "edge-42.a_b"
    made = {client.get(path, headers={"X-Request-Id": "a b\tc"}).headers["x-request-id"] for path in ("/", "/nowhere")}
    assert all(len(one) == 32 for one in made)
    assert len(made) == 2


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is written down, as JSON; the loggers are as before afterwards."""
    root, names = logging.getLogger(), ("", "api", "uvicorn", "uvicorn.error", "uvicorn.access")
    before = {name: (logging.getLogger(name).level, logging.getLogger(name).propagate) for name in names}
    handlers = {name: list(logging.getLogger(name).handlers) for name in names}
    stream = io.StringIO()
    write_logs("json", requests=True, stream=stream)
    yield stream
    for name, (level, propagate) in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).propagate = propagate
        logging.getLogger(name).handlers[:] = handlers[name]
    logging.getLogger("uvicorn.access").disabled = False
    assert root.handlers == handlers[""]


def test_each_request_is_a_line_of_json_without_query_headers_or_body(
    own_client: TestClient, written: io.StringIO
) -> None:
    own_client.get(
        "/desk/sign-in/back?code=SECRET-CODE&state=SECRET-STATE",
        headers={"X-Request-Id": "one", "Authorization": "Bearer SECRET-KEY", "Cookie": "session=SECRET-COOKIE"},
    )
    own_client.post("/desk/sign-in", data={"login": "lan", "password": "SECRET-WORD"}, headers={"X-Request-Id": "two"})
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    told = {line["request"]: line for line in lines if line["logger"] == "api.routes.observed"}
    assert told["one"]["message"] == "GET /desk/sign-in/back"
    assert {"time", "level", "status", "ms", "bytes", "client"} <= told["two"].keys()
    assert "SECRET" not in written.getvalue()


def test_a_mistake_of_ours_is_written_down_with_the_request_that_met_it(loaded_url: str, written: io.StringIO) -> None:
    front = create_app(Settings(database_url=loaded_url))

    async def fail() -> None:
        raise RuntimeError("this is what the test wants")

    front.app.add_api_route("/boom", fail)
    with TestClient(front, raise_server_exceptions=False) as client:
        assert client.get("/boom", headers={"X-Request-Id": "met"}).status_code == 500
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    (error,) = [line for line in lines if line["level"] == "error"]
    assert error["request"] == "met"
    assert "this is what the test wants" in error["error"]
    assert front.observer.figures.registry.get_sample_value("registry_requests_total", {
        "kind": "page", "method": "GET", "status": "500"}) == 1  # fmt: skip


def test_who_is_reached_by_https_alone_says_so_in_every_answer(loaded_url: str) -> None:
    for public, expected in (("https://zones.example", "max-age=31536000"), ("", None)):
        with TestClient(create_app(Settings(database_url=loaded_url, public_url=public))) as client:
            for path in ("/", "/nowhere", "/desk", "/assets/styles/register.css", "/health/live"):
                answer = client.get(path, follow_redirects=False)
                assert answer.headers.get("strict-transport-security") == expected, path
            assert "camera=()" in client.get("/?f=html").headers["permissions-policy"]
