"""Pages: both languages, their switch, unknown in words, and nothing from elsewhere."""

import re
from base64 import b64encode
from hashlib import sha256
from urllib.parse import urljoin, urlsplit

import psycopg
import pytest
from babel.messages.pofile import read_po
from starlette.testclient import TestClient

from api.language import CATALOGUES, Language
from api.routes.pages import environment
from tests.reading import Page

ADDRESSES = (
    "/?f=html",
    "/conformance?f=html",
    "/collections?f=html",
    "/api?f=html",
    "/licence?f=html",
    "/collections/lots?f=html",
    *(
        f"/collections/{name}/{kind}?f=html"
        for name in ("zones", "lots", "facts", "admin-units")
        for kind in ("schema", "queryables", "sortables")
    ),
    *(f"/collections/{name}?f=html" for name in ("zones", "zone-points", "admin-units", "facts")),
    *(f"/collections/{name}/items?f=html&limit=30" for name in ("zones", "zone-points", "admin-units", "facts")),
    "/collections/zones/items?f=html&province=ha-noi",
    "/collections/zones/items/kcn-an-nghiep?f=html",
    "/collections/zones/items/ccn-long-duc-2?f=html",
    "/zones/kcn-an-nghiep",
    "/zones/kcn-tran-de?known_at=2100-01-01",
    "/zones/kkt-tran-de",
    "/collections/zone-points/items/kkt-tran-de?f=html",
    "/collections/zones/items/kcn-tran-de/sources?f=html",
    "/collections/zones/items/kcn-tran-de/history?f=html",
    "/collections/zones/items/kcn-tran-de/history?f=html&compare=1,1",
    "/collections/admin-units/items/vn34:92?f=html",
    "/collections/admin-units/items/vn63:94?f=html",
    "/collections/facts/items/F192?f=html",
    "/collections/facts/items/F041?f=html",
    "/feed?f=html",
    "/feed?f=html&since=1",
    "/snapshots?f=html",
    "/stats/fill-rates?f=html",
    "/assessments?f=html",
    "/assessments?f=html&province=soc-trang&light=outdated:on",
    "/assessments/kcn-an-nghiep?f=html",
    "/quality?f=html",
    "/stats/fill-rates?f=html&by=historic_province",
    "/maps/fill-rate?f=html",
    "/progress?f=html",
    "/progress?f=html&province=92&year=2030&state=not_assessable",
    "/map?f=html&near=city-can-tho&within=300&sort=distance&rate=unknown&pick=kcn-tran-de",
    "/reports?f=html",
    "/reports/periodic?f=html",
    "/reports/periodic?f=html&province=soc-trang&period=2025",
    "/reports/periodic?f=html&province=can-tho&period=2026",
    "/compare?f=html",
    "/compare?f=html&zones=kcn-an-nghiep,ccn-nga-nam",
    "/map?f=html&kind=economic_zone&area_min=20&area_max=30&wastewater=no",
)
MISTAKES = ("/nowhere", "/collections/nope?f=html", "/collections/zones/items?f=html&limit=0")
LOADING = {"img": "src", "script": "src", "iframe": "src", "source": "src", "form": "action", "object": "data"}
DATA = ("application/json", "application/ld+json")  # no browser runs them
BROWSER = {"Accept": "text/html,*/*;q=0.8"}


def read(client: TestClient, address: str, language: str) -> Page:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}", headers=BROWSER)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def english_only() -> set[str]:
    """Texts of the catalogue that read otherwise in Vietnamese."""
    with (CATALOGUES / "vi.po").open("rb") as file:
        catalogue = read_po(file, locale="vi")
    ids = {text for message in catalogue if message.id for text in [message.id] if isinstance(text, str)}
    return {text for text in ids if catalogue[text].string != text}


@pytest.mark.parametrize("address", [*ADDRESSES, *MISTAKES])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_is_in_the_language_asked_for(client: TestClient, address: str, language: str) -> None:
    page = read(client, address, language)
    assert page.find("html")[0].attributes["lang"] == language
    assert page.find("title")[0].text.strip()
    assert page.find("h1")[0].text.strip()


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_answers(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"


def test_accept_language_decides_where_nothing_else_does(client: TestClient) -> None:
    for wish, language in (("en-GB,vi;q=0.5", "en"), ("fr,*", "vi"), ("vi;q=0.1,en;q=0.2", "en"), ("en;q=0", "vi")):
        page = Page(client.get("/", headers={**BROWSER, "Accept-Language": wish}).text)
        assert page.find("html")[0].attributes["lang"] == language


@pytest.mark.parametrize("address", [one for one in (*ADDRESSES, *MISTAKES) if "/maps/" not in one])
def test_the_switch_of_language_leads_to_the_same_page(client: TestClient, address: str) -> None:
    page = read(client, address, "vi")
    (switch,) = [one for one in page.find("a") if "switch" in one.attributes.get("class", "")]
    there = Page(client.get(urljoin(address, switch.attributes["href"]), headers=BROWSER).text)
    assert there.html == read(client, address, "en").html
    (back,) = [one for one in there.find("a") if "switch" in one.attributes.get("class", "")]
    assert Page(client.get(urljoin(address, back.attributes["href"]), headers=BROWSER).text).html == page.html


@pytest.mark.parametrize("address", [*ADDRESSES, *MISTAKES])
def test_a_vietnamese_page_has_no_english_texts(client: TestClient, address: str) -> None:
    page = read(client, address, "vi")
    page.elements = [one for one in page.elements if one.language == "vi" and one.tag != "code"]
    english = english_only()
    assert not english & set(page.texts)
    phrases = {text for text in english if text.count(" ") > 2 and "%" not in text and "{" not in text}
    assert not [text for text in page.texts if any(phrase in text for phrase in phrases)]


@pytest.mark.parametrize("address", [*ADDRESSES, *MISTAKES])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_unknown_is_said_in_words(client: TestClient, address: str, language: str) -> None:
    page = read(client, address, language)
    assert not {"None", "null", "nan", "undefined", "-", "–", "—"} & set(page.texts)
    for cell in re.findall(r"<(?:td|th|dd)\b[^>]*>(.*?)</(?:td|th|dd)>", page.html, re.DOTALL):
        assert re.sub(r"<[^>]+>", "", cell).strip(), f"an empty cell at {address}"


@pytest.mark.parametrize(("language", "unknown"), [("vi", "Chưa có số liệu"), ("en", "Not stated")])
def test_a_zone_of_which_little_is_known(client: TestClient, language: str, unknown: str) -> None:
    page = read(client, "/collections/zones/items/ccn-long-duc-2?f=html", language)
    assert page.texts.count(unknown) >= 3  # fill rate, area, outline


@pytest.mark.parametrize("address", [*ADDRESSES, *MISTAKES])
def test_a_page_loads_nothing_from_elsewhere_and_runs_only_what_its_policy_names(
    client: TestClient, address: str
) -> None:
    answer = client.get(address, headers=BROWSER)
    policy, page = answer.headers["content-security-policy"], Page(answer.text)
    assert policy.startswith("default-src 'self';")
    allowed = re.search(r"script-src ([^;]*)", policy)
    assert allowed
    assert not {"'unsafe-inline'", "'unsafe-eval'"} & set(allowed[1].split())
    loads = [one.attributes[LOADING[one.tag]] for one in page.find(*LOADING) if LOADING[one.tag] in one.attributes]
    loads += [
        one.attributes.get("href", "") for one in page.find("link", "use")
        if one.attributes.get("rel") not in ("canonical", "alternate")
    ]  # fmt: skip
    assert all(urlsplit(one).scheme in ("", "data") and not urlsplit(one).netloc for one in loads)
    for one in page.elements:
        assert not [name for name in one.attributes if name.startswith("on")]
        assert not one.attributes.get("href", "").lower().startswith(("javascript:", "data:text"))
    for script in page.find("script"):
        if script.attributes.get("type") not in DATA and "src" not in script.attributes:
            digest = b64encode(sha256(script.text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in allowed[1]


@pytest.mark.parametrize(("language", "text"), [("vi", "So sánh 3.000 khu, cụm"), ("en", "Compare 3,000 zones")])
def test_counts_are_written_as_the_language_writes_figures(language: Language, text: str) -> None:
    template = '{{ ngettext("Compare %(num)s zone", "Compare %(num)s zones", 3000) }}'
    assert environment(language).from_string(template).render() == text


def test_styles_load_nothing_from_elsewhere(client: TestClient) -> None:
    page = read(client, "/", "vi")
    sheets = [one.attributes["href"] for one in page.find("link") if one.attributes["rel"] == "stylesheet"]
    sheets += ["/assets/leaflet/leaflet.css"]
    for sheet in sheets:
        answer = client.get(sheet)
        assert answer.status_code == 200
        for address in re.findall(r"url\(([^)]*)\)|@import\s+(\S+)", answer.text):
            assert not urlsplit("".join(address).strip("'\"")).netloc


def test_every_address_on_the_pages_leads_somewhere(client: TestClient) -> None:
    """What the pages link to, assets and other pages, answers; other hosts are only linked to, never asked."""
    targets: set[str] = set()
    for address in ADDRESSES:
        for one in read(client, address, "en").find("a", "link", "script", "iframe"):
            target = urljoin(f"http://testserver{address}", one.attributes.get("href") or one.attributes.get("src", ""))
            if urlsplit(target).netloc == "testserver":
                targets.add(target.partition("#")[0])
    assert len(targets) > 100
    browser = {"Accept": "text/html,*/*;q=0.8"}  # whom the desk leads to its sign-in page
    assert {target for target in targets if client.get(target, headers=browser).status_code != 200} == set()


def test_anchors_on_a_page_exist(client: TestClient) -> None:
    for slug in ("kcn-an-nghiep", "kcn-song-hau"):
        page = read(client, f"/collections/zones/items/{slug}?f=html", "vi")
        anchors = {one.attributes["href"][1:] for one in page.find("a") if one.attributes["href"].startswith("#")}
        assert anchors <= {one.attributes.get("id") for one in page.elements}


def test_a_page_shows_what_a_condition_left_over(client: TestClient) -> None:
    page = read(client, "/collections/zones/items?f=html&province=ha-noi", "en")
    assert "Nothing matches. Leave out a condition, or ask for a larger area." in page.texts
    assert not page.find("table")


def test_next_pages_of_a_table_walk_all_facts(client: TestClient) -> None:
    address, seen = "/collections/facts/items?f=html&lang=en&limit=100", list[str]()
    while address:
        page = Page(client.get(address).text)
        seen += [one.attributes["href"] for one in page.find("a") if "/facts/items/F" in one.attributes["href"]]
        address = next((one.attributes["href"] for one in page.find("a") if one.attributes.get("rel") == "next"), "")
    assert len(seen) == len(set(seen)) == 239


def test_the_map_names_every_zone_in_its_language(client: TestClient) -> None:
    for language, name in (("vi", "Khu công nghiệp Trần Đề"), ("en", "Tran De Industrial Park")):
        page = read(client, "/maps/fill-rate", language)
        assert len(page.find("article")) == 26
        assert name in [one.text for one in page.find("h2")]
        links = [one.attributes["href"] for one in page.find("a") if one.attributes["href"].startswith("/zones/")]
        assert len(links) == 26
        assert all(link.endswith(f"?lang={language}") for link in links)


@pytest.mark.parametrize(("language", "day"), [("vi", "01/02/2026"), ("en", "1 Feb 2026")])
def test_a_day_is_a_day_in_viet_nam(own_url: str, own_client: TestClient, language: str, day: str) -> None:
    """Ten in the evening in Greenwich is the next morning there."""
    with psycopg.connect(own_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE registry.zone_versions SET recorded_at = '2026-01-31T22:00:00Z'")
    page = read(own_client, "/collections/zones/items/kcn-tran-de?f=html", language)
    assert any(day in text for text in page.texts)


def test_nothing_is_set_apart_from_nothing_at_the_foot(client: TestClient) -> None:
    """Pages that no machine reads have no link to JSON, and then nothing that a dot would be put behind."""
    for path, is_read in (("/nowhere", False), ("/quality", True)):
        page = client.get(path, headers={"Accept": "text/html", "Accept-Language": "en"}).text
        foot = page[page.index("<footer>") :]
        assert (" · " in foot, "<span></span>" in foot, '<a href="/feed' in foot) == (False, not is_read, True)
