"""Bad requests: what is wrong and what would be right, in both languages, as problem documents."""

import re
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

ITEMS = "/collections/zones/items"
FACTS = "/collections/facts/items"
UNITS = "/collections/admin-units/items"
FAR_FROM_HTTP = re.compile(r"psycopg|Traceback|sqlalchemy|SELECT |LINE \d|HINT|invalid input syntax", re.IGNORECASE)

BAD_PARAMETERS = [
    # address, parameter, value, type, what the answer says would be right
    (ITEMS, "limit", "0", "bad-integer", "1"),
    (ITEMS, "limit", "-1", "bad-integer", "1"),
    (ITEMS, "limit", "ten", "bad-integer", "1"),
    (ITEMS, "limit", "1.5", "bad-integer", "1"),
    (ITEMS, "limit", "1_0", "bad-integer", "1"),
    (ITEMS, "limit", "٣", "bad-integer", "1"),
    (ITEMS, "limit", "", "bad-integer", "1"),
    (ITEMS, "bbox", "1,2,3", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox", "1,2,3,4,5", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox", "1,2,3,4,5,6,7", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox", "", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox", "a,b,c,d", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox", "NaN,9,106,10", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox", "105,9,inf,10", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox", "105,9,1e400,10", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox", "1_05,9,106,10", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox", "١٠٥,9,106,10", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox", "105,10,106,9", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox", "9,105,10,106", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox", "105,9,181,10", "bad-bbox", "west,south,east,north"),
    (f"{ITEMS}?bbox-crs=[EPSG:4326]", "bbox", "105,9,106,10", "bad-bbox", "south,west,north,east"),
    (f"{ITEMS}?bbox-crs=[EPSG:9209]", "bbox", "600000,1000000,500000,1100000", "bad-bbox", "west,south,east,north"),
    (ITEMS, "bbox-crs", "[EPSG:32648]", "bad-crs", "9205"),
    (ITEMS, "bbox-crs", "nonsense", "bad-crs", "9205"),
    (ITEMS, "crs", "http://www.opengis.net/def/crs/EPSG/0/4327", "bad-crs", "9205"),
    (ITEMS, "crs", "EPSG:9209", "misspelt-crs", "[EPSG:9209]"),
    (f"{ITEMS}/kcn-tran-de", "crs", "urn:ogc:def:crs:EPSG::9209", "misspelt-crs", "[EPSG:9209]"),
    (ITEMS, "datetime", "2020", "bad-datetime", "2021-06-29"),
    (ITEMS, "datetime", "yesterday", "bad-datetime", "2021-06-29"),
    (ITEMS, "datetime", "2020-02-30", "bad-datetime", "2021-06-29"),
    (ITEMS, "datetime", "2020-W01-1", "bad-datetime", "2021-06-29"),
    (ITEMS, "datetime", "2020-01-01T00:00:00", "bad-datetime", "2021-06-29"),
    (ITEMS, "datetime", "2020-01-01T25:00:00Z", "bad-datetime", "2021-06-29"),
    (ITEMS, "datetime", "0000-01-01", "bad-datetime", "2021-06-29"),
    (ITEMS, "datetime", "2020-01-01/2021-01-01/2022-01-01", "bad-datetime", "2021-06-29"),
    (ITEMS, "datetime", "", "bad-datetime", "2021-06-29"),
    (ITEMS, "datetime", "..", "bad-datetime", "2021-06-29"),
    (ITEMS, "datetime", "2021-01-01/2020-01-01", "bad-interval", "datetime"),
    (ITEMS, "province", "Atlantis", "unknown-province", "soc-trang"),
    (ITEMS, "province", "", "unknown-province", "soc-trang"),
    (ITEMS, "declared_area_ha", "abc", "bad-number", "96.5"),
    (ITEMS, "declared_area_ha", "1e400", "bad-number", "96.5"),
    (ITEMS, "declared_area_ha", "NaN", "bad-number", "96.5"),
    (ITEMS, "boundary_accuracy_m", "1_0", "bad-number", "96.5"),
    (ITEMS, "version", "1.5", "bad-integer", "0"),
    (ITEMS, "updated_at", "2020-01-01", "bad-moment", "2021-06-29T07:00:00Z"),
    (ITEMS, "name_vi", "Tr\0n", "bad-text", "UTF-8"),
    (FACTS, "is_target", "yes", "bad-boolean", "true"),
    (FACTS, "source_issued_on", "2021", "bad-day", "2021-06-29"),
    (UNITS, "valid_from", "2025-07-01/2025-07-01", "bad-day", "2021-06-29"),
    (ITEMS, "f", "xml", "bad-choice", "json"),
    ("/", "f", "", "bad-choice", "json"),
    ("/api", "f", "yaml", "bad-choice", "html"),
    ("/maps/fill-rate", "f", "json", "bad-choice", "html"),
    ("/stats/fill-rates", "by", "district", "bad-choice", "historic_province"),
    ("/stats/fill-rates", "definition", "nd99", "bad-choice", "nd35_2022"),
    ("/stats/fill-rates", "as_of", "2021/2025", "bad-as-of", "2021-06"),
    ("/stats/fill-rates", "as_of", "2021-13", "bad-as-of", "2021-06"),
]
UNKNOWN_PARAMETERS = [
    (ITEMS, "sort", "bbox-crs"),
    (ITEMS, "sectors", "name_vi"),
    (f"{ITEMS}/kcn-tran-de", "limit", "crs"),
    (f"{FACTS}/F192", "crs", "lang"),
    (f"{ITEMS}/kcn-tran-de/sources", "limit", "lang"),
    *((path, "nonsense", "lang") for path in ("/", "/api", "/conformance", "/collections", "/collections/zones")),
    *((path, "", "lang") for path in ("/stats/fill-rates", "/stats/zones", "/maps/fill-rate")),
]


def ask(client: TestClient, path: str, **params: str) -> dict[str, object]:
    """The problem that an address answers with."""
    answer = client.get(f"{path}{'&' if '?' in path else '?'}{urlencode(params)}")
    problem: dict[str, object] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert problem["status"] == answer.status_code
    assert set(problem) - {"errors"} == {"type", "title", "status", "detail"}
    assert not FAR_FROM_HTTP.search(str(problem["detail"]))
    return problem


@pytest.mark.parametrize(("path", "parameter", "value", "kind", "right"), BAD_PARAMETERS)
def test_a_bad_value_is_named_with_what_would_be_right(
    client: TestClient, path: str, parameter: str, value: str, kind: str, right: str
) -> None:
    vi, en = (ask(client, path, lang=language, **{parameter: value}) for language in ("vi", "en"))
    assert (vi["status"], vi["type"]) == (en["status"], en["type"]) == (400, f"/problems/{kind}")
    for problem in (vi, en):
        assert problem["errors"] == [{"parameter": parameter, "detail": problem["detail"]}]
        detail = str(problem["detail"])
        assert value.replace("\0", "\N{SYMBOL FOR NULL}") in detail
        assert right in detail
    assert vi["detail"] != en["detail"]


@pytest.mark.parametrize(("parameter", "value"), [("bbox", "1,2,3,4"), ("bbox-crs", "x"), ("crs", "[EPSG:4326]")])
def test_facts_have_no_geometry_to_ask_for(client: TestClient, parameter: str, value: str) -> None:
    vi, en = (ask(client, FACTS, lang=language, **{parameter: value}) for language in ("vi", "en"))
    assert vi["type"] == en["type"] == "/problems/no-geometry"
    assert en["detail"] == f"facts has no geometry, so {parameter} cannot be used on it."
    assert parameter in str(vi["detail"]) != en["detail"]


@pytest.mark.parametrize(("path", "parameter", "right"), UNKNOWN_PARAMETERS)
def test_an_unknown_parameter_is_told_with_those_that_are_known(
    client: TestClient, path: str, parameter: str, right: str
) -> None:
    vi, en = (ask(client, path, lang=language, **{parameter: "1"}) for language in ("vi", "en"))
    assert (vi["status"], vi["type"]) == (en["status"], en["type"]) == (400, "/problems/unknown-parameter")
    assert vi["detail"] != en["detail"]
    for problem in (vi, en):
        assert problem["errors"] == [{"parameter": parameter, "detail": problem["detail"]}]
        assert right in str(problem["detail"])


@pytest.mark.parametrize("lang", ["fr", "", "VI"])
def test_an_unknown_language_is_told_in_the_wished_one(client: TestClient, lang: str) -> None:
    problem = client.get(f"/?lang={lang}", headers={"Accept": "application/json", "Accept-Language": "en"}).json()
    assert (problem["status"], problem["type"]) == (400, "/problems/bad-choice")
    assert problem["detail"] == f"lang cannot be “{lang}”. It can be: vi, en."


@pytest.mark.parametrize("path", [f"{ITEMS}?limit=1&limit=2", "/?lang=vi&lang=en", "/collections?f=json&f=json"])
def test_a_parameter_given_twice_is_refused(client: TestClient, path: str) -> None:
    problem = client.get(path).json()
    assert (problem["status"], problem["type"]) == (400, "/problems/repeated-parameter")
    assert problem["errors"][0]["parameter"] in path


@pytest.mark.parametrize("encoded", ["%FF", "S%F3c", "%ED%A0%80", "%C3"])
def test_bytes_that_are_no_text_are_refused(client: TestClient, encoded: str) -> None:
    problem = client.get(f"{ITEMS}?name_vi={encoded}").json()
    assert (problem["status"], problem["type"]) == (400, "/problems/bad-text")


@pytest.mark.parametrize(
    ("path", "kind", "named"),
    [
        ("/collections/nope", "unknown-collection", "admin-units"),
        ("/collections/nope/items", "unknown-collection", "admin-units"),
        ("/collections/%00/items/x", "unknown-collection", "admin-units"),
        (f"{ITEMS}/kcn-nowhere", "unknown-item", "kcn-nowhere"),
        (f"{ITEMS}/KCN-TRAN-DE", "unknown-item", "KCN-TRAN-DE"),
        (f"{ITEMS}/%00", "unknown-item", "zones"),
        (f"{ITEMS}/%2e%2e", "unknown-item", ".."),
        (f"{ITEMS}/%FF", "unknown-item", "zones"),
        (f"{ITEMS}/' OR '1'='1", "unknown-item", "' OR '1'='1"),
        (f"{ITEMS}/{{item}}", "unknown-item", "{item}"),
        (f"{ITEMS}/kcn-nowhere/sources", "unknown-item", "kcn-nowhere"),
        (f"{ITEMS}/%00/sources", "unknown-item", "zones"),
        (f"{UNITS}/vn34:999", "unknown-item", "vn34:999"),
        (f"{ITEMS}/a%2Fb", "not-found", ""),
        (f"{ITEMS}/", "not-found", ""),
        ("/collections/", "not-found", ""),
        ("/nowhere", "not-found", ""),
        ("/assets/styles/%2e%2e/%2e%2e/README.md", "not-found", ""),
        ("/assets/styles/%00", "not-found", ""),
    ],
)
def test_what_is_not_there(client: TestClient, path: str, kind: str, named: str) -> None:
    vi, en = (ask(client, path, lang=language) for language in ("vi", "en"))
    assert (vi["status"], vi["type"]) == (404, f"/problems/{kind}")
    assert vi["detail"] != en["detail"]
    assert named in str(vi["detail"])
    assert named in str(en["detail"])


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "*/*;q=0", "text/html;q=-1", "garbage", "é"])
def test_formats_that_are_not_served(client: TestClient, accept: str) -> None:
    answer = client.get(ITEMS, headers={"Accept": accept.encode(), "Accept-Language": "en"})  # type: ignore[dict-item]
    assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")
    assert "Served are: application/geo+json, text/html, application/geo+json-seq, " in answer.json()["detail"]


def test_a_long_value_is_not_repeated_in_full(client: TestClient) -> None:
    problem = ask(client, ITEMS, province="x" * 20_000)
    assert 500 < len(str(problem["detail"])) < 2_000


def test_a_browser_gets_a_page_with_the_same_words(client: TestClient) -> None:
    for f in ("", "&f=html"):
        answer = client.get(f"{ITEMS}?bbox=<b>,2{f}&lang=en", headers={"Accept": "text/html, */*;q=0.1"})
        assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
        assert "“&lt;b&gt;,2” is not: not all are plain numbers." in answer.text
        assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_program_that_asked_for_json_never_gets_a_page(client: TestClient) -> None:
    for accept in ("text/html", "*/*", "application/json"):
        answer = client.get(f"{ITEMS}?f=json&limit=0", headers={"Accept": accept})
        assert answer.headers["content-type"] == "application/problem+json"


VALUES = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.floats(width=64).map(repr),
    st.dates().map(str),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    st.lists(st.floats(width=32).map(repr), max_size=7).map(",".join),
    st.sampled_from(["json", "html", "vi", "en", "[EPSG:9209]", "[EPSG:4326]", "[EPSG:3857]", "../..", "kcn-tran-de",
                     "soc-trang", "true", "zone", "kind", "nd29_2008", "2020", "\0", "%", "1e99", "\ud7ff"]),
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(["f", "lang", "limit", "after", "bbox", "bbox-crs", "crs", "datetime", "province", "name_vi",
                     "declared_area_ha", "boundary_accuracy_m", "version", "updated_at", "value", "is_target",
                     "source_issued_on", "valid_from", "by", "as_of", "definition", "code"]),
    st.text(max_size=10),
)  # fmt: skip
IDS = st.one_of(
    st.sampled_from(["zones", "zone-points", "admin-units", "facts", "kcn-tran-de", "vn34:92", "F192", "..", "\0"]),
    st.text(min_size=1, max_size=20),
)
ACCEPTS = st.one_of(
    st.sampled_from(["*/*", "text/html", "application/json", "image/png", ""]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_request_breaks_the_service(client: TestClient, data: st.DataObject) -> None:
    paths = sorted(client.get("/api").json()["paths"])
    path = data.draw(st.sampled_from(paths))
    while "{" in path:
        path = re.sub(r"\{\w+\}", lambda _: quote(data.draw(IDS), safe=""), path, count=1)
    params = data.draw(st.lists(st.tuples(NAMES, VALUES), max_size=4))
    headers = {"Accept": data.draw(ACCEPTS), "Accept-Language": data.draw(ACCEPTS)}
    answer = client.get(f"{path}?{urlencode(params)}", headers=headers)
    assert answer.status_code in (200, 400, 404, 406), answer.text
    if answer.status_code >= 400 and "html" not in headers["Accept"]:
        assert answer.headers["content-type"] == "application/problem+json"
        assert not FAR_FROM_HTTP.search(answer.json()["detail"])
