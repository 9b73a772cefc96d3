"""Who holds an answer already is told so, and nobody is told so wrongly: ETag, Last-Modified, codings, CORS."""

import gzip
from collections.abc import Iterator

import psycopg
import pytest
import zstandard
from starlette.testclient import TestClient

from api.main import create_app
from api.routes.front import Answers, Kept
from api.settings import ROOT, Settings
from tests.changes import publish_version

PATHS = (
    "/", "/?f=html", "/api", "/conformance", "/collections", "/collections/zones?f=html", "/collections/zones/items",
    "/collections/zones/items?limit=3&sortby=-name_vi", "/collections/zone-points/items?q=tran%20de",
    "/collections/zones/items?f=html", "/collections/zones/items/kcn-tran-de",
    "/collections/zones/items/kcn-tran-de?f=html", "/collections/zones/items/kcn-tran-de/sources",
    "/collections/facts/items", "/collections/admin-units/items?limit=20", "/stats/fill-rates", "/stats/zones",
    "/maps/fill-rate", "/assets/styles/register.css", "/map?f=html", "/zones/kcn-tran-de", "/sitemap.xml",
    "/qgis/zones.qlr", "/progress", "/progress?f=html",
)  # fmt: skip
PACKED = ("/zones/kcn-tran-de/picture.png", "/compare?zones=kcn-tran-de,kcn-an-nghiep&f=xlsx")  # compressed as they are


@pytest.fixture(params=["48", "0"], ids=["kept", "fresh"])
def either_client(request: pytest.FixtureRequest, loaded_url: str) -> Iterator[TestClient]:
    """The service with and without whole answers kept."""
    with TestClient(create_app(Settings(database_url=loaded_url, kept_answers_mb=request.param))) as made:
        yield made


@pytest.mark.parametrize("path", [*PATHS, *PACKED])
def test_an_answer_is_not_sent_again_to_who_holds_it(either_client: TestClient, path: str) -> None:
    first = either_client.get(path)
    etag = first.headers["etag"]
    assert etag.startswith('"')  # strong
    assert first.headers["cache-control"] == "public, no-cache"
    assert first.headers["last-modified"].endswith(" GMT")
    for given in (etag, f'"other", W/{etag}', "*"):
        again = either_client.get(path, headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert either_client.get(path, headers={"If-None-Match": '"other"'}).content == first.content


@pytest.mark.parametrize("path", [*PATHS, *PACKED])
def test_an_answer_kept_is_the_answer_made(loaded_url: str, client: TestClient, path: str) -> None:
    """Two processes agree to the byte and on the ETag, so that caches before them can be shared."""
    with TestClient(create_app(Settings(database_url=loaded_url, kept_answers_mb=0))) as other:
        for coding in ("identity", "gzip", "zstd"):
            headers = {"Accept-Encoding": coding}
            made, first, again = other.get(path, headers=headers), *(client.get(path, headers=headers),) * 2
            assert made.content == first.content == again.content
            assert made.headers["etag"] == first.headers["etag"] == again.headers["etag"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("accepted", "coding"), [
    ("gzip", "gzip"), ("zstd", "zstd"), ("br, deflate", None), ("", None), ("identity;q=1, *;q=0", None),
    ("gzip;q=0.5, zstd", "zstd"), ("gzip, zstd;q=0.1", "gzip"), ("gzip;q=0", None),
])  # fmt: skip
def test_a_coding_is_the_one_that_is_wanted_most(
    either_client: TestClient, path: str, accepted: str, coding: str | None
) -> None:
    plain = either_client.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with either_client.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
    if len(plain.content) < 500 and not path.startswith("/collections/zones/items/"):
        coding = None
    assert answer.headers.get("content-encoding") == coding
    assert int(answer.headers["content-length"]) == len(raw)
    if coding == "gzip":
        raw = gzip.decompress(raw)
    elif coding == "zstd":
        raw = zstandard.ZstdDecompressor().decompressobj().decompress(raw)
    assert raw == plain.content
    assert (answer.headers["etag"] == plain.headers["etag"]) == (coding is None)


def test_what_is_kept_for_one_is_not_sent_to_who_cannot_read_it(client: TestClient) -> None:
    path = "/collections/zones/items?limit=11"
    for accepted, coding in (("gzip, zstd", "gzip"), ("zstd", "zstd"), ("zstd, gzip;q=0", "zstd"), ("gzip", "gzip")):
        for _ in range(2):
            assert client.get(path, headers={"Accept-Encoding": accepted}).headers["content-encoding"] == coding


def test_a_page_whose_next_link_changed_is_another(own_url: str, own_client: TestClient) -> None:
    """The link of a sorted page is tied to a revision, so a change elsewhere makes it another answer."""
    path = "/collections/zones/items?sortby=name_vi&limit=2"
    first = own_client.get(path)
    last = own_client.get("/collections/zones/items?sortby=-name_vi&limit=1").json()["features"][0]["id"]
    with psycopg.connect(own_url, autocommit=True) as connection:
        publish_version(connection, last, shift=0.01)
    again = own_client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.json()["features"]) == (200, first.json()["features"])
    assert again.content != first.content


def test_a_province_is_what_its_name_means_now(own_url: str, own_client: TestClient) -> None:
    path = "/collections/zones/items?province=can-tho"
    assert own_client.get(path).json()["numberMatched"] > 0
    with psycopg.connect(own_url, autocommit=True) as connection:
        connection.execute("UPDATE registry.admin_units SET name = 'Tây Đô', full_name = 'Thành phố Tây Đô' "
                           "WHERE name = 'Cần Thơ' AND level = 'province'")  # fmt: skip
    for _ in range(2):
        assert own_client.get(path).status_code == 400
    assert own_client.get("/collections/zones/items?province=tay-do").json()["numberMatched"] > 0


@pytest.mark.parametrize("room", [48, 0])
def test_a_mistake_of_ours_is_told_like_any_other(loaded_url: str, room: int) -> None:
    front = create_app(Settings(database_url=loaded_url, kept_answers_mb=room))

    async def fail() -> None:
        raise RuntimeError("this is what the test wants")

    front.app.add_api_route("/boom", fail)
    with TestClient(front, raise_server_exceptions=False) as client:
        answer = client.get("/boom", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "the test wants" not in answer.text


@pytest.mark.parametrize("path", ["/collections/zones/items", "/collections/zones/items/kcn-tran-de", "/", "/?f=html"])
def test_a_date_stands_for_one_state(client: TestClient, path: str) -> None:
    """Only the very date that was given out is taken: a later one may hide a change within the same second."""
    stamp = client.get(path).headers["last-modified"]
    assert client.get(path, headers={"If-Modified-Since": stamp}).status_code == 304
    for other in ("Fri, 01 Jan 2100 00:00:00 GMT", "Fri, 01 Jan 2010 00:00:00 GMT", "yesterday"):
        assert client.get(path, headers={"If-Modified-Since": other}).status_code == 200
    held = {"If-Modified-Since": stamp, "If-None-Match": '"other"'}
    assert client.get(path, headers=held).status_code == 200


def test_a_change_shows_with_the_next_request(own_url: str, own_client: TestClient) -> None:
    paths = (
        "/collections/zones/items/kcn-tran-de", "/collections/zones/items?limit=1000", "/?f=html", "/collections/zones",
        "/collections/zones/items?kind=industrial_park&f=html", "/maps/fill-rate",
        "/collections/zone-points/items?limit=1000", "/collections/zones/items/kcn-tran-de?f=html",
    )  # fmt: skip
    before = {path: own_client.get(path) for path in paths}
    facts = own_client.get("/collections/facts/items")
    with psycopg.connect(own_url, autocommit=True) as connection:
        for number in range(3):
            name = f"Khu công nghiệp Tên Mới {number}"
            publish_version(connection, "kcn-tran-de", name, shift=0.01)
            for path in paths:
                after = own_client.get(path, headers={"If-None-Match": before[path].headers["etag"]})
                if path != "/collections/zones":
                    assert name in after.text
                assert after.status_code == 200
                assert after.headers["etag"] != before[path].headers["etag"]
                assert after.headers["last-modified"] != before[path].headers["last-modified"]
                before[path] = after
    again = own_client.get("/collections/facts/items", headers={"If-None-Match": facts.headers["etag"]})
    assert again.status_code == 304  # what did not change is still held


def test_languages_and_hosts_do_not_share_answers(client: TestClient) -> None:
    path = "/collections/zones/items"
    vi, en = (client.get(path, headers={"Accept-Language": wish}) for wish in ("vi", "en"))
    assert vi.headers["etag"] != en.headers["etag"]
    other = client.get(path, headers={"Host": "other.example"})
    assert "http://other.example/collections/zones" in other.text
    assert "other.example" not in client.get(path).text


def test_what_is_no_answer_is_not_kept(client: TestClient) -> None:
    for path in ("/collections/zones/items?limit=0", "/nowhere", "/health/ready"):
        answer = client.get(path)
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", [*PATHS, "/health/live", "/nowhere", "/collections/zones/items?limit=0"])
def test_a_script_of_any_page_may_read(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://elsewhere.example"})
    assert answer.headers.get_list("access-control-allow-origin") == ["*"]
    assert "ETag" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "path", ["/", "/collections/lots/items", "/collections/zones/items/kcn-tran-de/sources", "/health/live"]
)
def test_options_say_what_can_be_done(client: TestClient, path: str) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET",
             "Access-Control-Request-Headers": "if-none-match"}  # fmt: skip
    answer = client.options(path, headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert client.options("/nowhere").status_code == 404


def test_little_room_keeps_little(loaded_url: str) -> None:
    """With room for a megabyte the answers are the same; those not asked for longest make way."""
    settings = Settings(database_url=loaded_url, kept_answers_mb=1, kept_features_mb=1)
    with TestClient(create_app(settings)) as small, TestClient(create_app(Settings(database_url=loaded_url))) as large:
        for round_ in range(2):
            for limit in range(1, 521, 40):
                path = f"/collections/admin-units/items?limit={limit}&lang={'vi' if round_ else 'en'}"
                assert small.get(path).content == large.get(path).content
        front = small.app
        assert front.answers.size <= front.answers.room == 1_000_000  # type: ignore[attr-defined]


def test_long_requests_take_their_share_of_the_room() -> None:
    """Small answers to many long requests would fill the memory otherwise."""
    answers = Answers(200_000)
    for number in range(50):
        answers.keep((b"a" * 50_000, number), Kept("register", 1, None, b"", b"", [], b"{}"))
    assert len(answers.kept) == 3
    assert answers.size <= answers.room


def test_what_somebody_left_half_way_is_not_kept_for_the_next(loaded_url: str) -> None:
    """A browser that turns to another page while a script is read: the next one gets the whole script."""
    path = "/assets/leaflet/leaflet-src.js"
    front = create_app(Settings(database_url=loaded_url))

    async def leave() -> None:
        sent: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"",
            "headers": [(b"host", b"testserver"), (b"accept", b"*/*"), (b"accept-encoding", b"identity")],
            "client": ("127.0.0.1", 1), "server": ("testserver", 80), "state": {},
        }  # fmt: skip
        await front(scope, receive, send)  # type: ignore[arg-type]

    with TestClient(front) as client:
        assert client.portal is not None
        client.portal.call(leave)
        asked = client.get(path, headers={"Accept": "*/*", "Accept-Encoding": "identity"})
    assert asked.status_code == 200
    assert asked.content == (ROOT / "node_modules/leaflet/dist/leaflet-src.js").read_bytes()
