"""/zones/{slug}: the fact sheet, its picture, what it says to search engines, the sitemap."""

import re
import shutil
from pathlib import Path
from urllib.parse import urljoin

import psycopg
import pytest
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import ROOT, Settings
from api.store.connect import writing
from api.workflows import figures
from api.workflows.load import load
from tests.changes import publish_version
from tests.reading import Page, features
from tests.sheets import BROWSER, meta, sheet, structured, text_of

UNKNOWN = {"vi": "Chưa có số liệu", "en": "Not stated"}
SITEMAPS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
MAP = re.compile(r'<svg class="chart zone-map".*?</svg>', re.DOTALL)
MOST = 100_000


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_zone_has_a_light_sheet_without_scripts(client: TestClient, language: str) -> None:
    slugs = features(client, "/collections/zones/items")
    assert len(slugs) == 26
    for slug in slugs:
        page = sheet(client, slug, language)
        (drawn,) = MAP.findall(page.html)
        assert len((page.html.replace(drawn, "")).encode()) < MOST, slug
        assert {one.attributes.get("src") for one in page.find("script") if "src" in one.attributes} == {
            "/assets/modules/copy.js"
        }


def test_one_page_at_both_addresses(client: TestClient) -> None:
    """Only the switch of language leads elsewhere."""
    one = sheet(client, "kcn-tran-de").html
    other = client.get("/collections/zones/items/kcn-tran-de?f=html&lang=en").text
    assert re.sub(r'href="\?[^"]*"', "", one) == re.sub(r'href="\?[^"]*"', "", other)
    links = {one.attributes["rel"]: one.attributes["href"] for one in Page(other).find("link")}
    assert links["canonical"] == "http://testserver/zones/kcn-tran-de?lang=en"


def test_each_figure_has_its_date_and_opens_its_source(client: TestClient) -> None:
    page = sheet(client, "kcn-an-nghiep", "vi")
    cards = {one.attributes["id"] for one in page.elements if "popover" in one.attributes}
    opened = [one.attributes["popovertarget"] for one in page.find("button") if "popovertarget" in one.attributes]
    assert set(opened) == cards
    assert {"m-status", "m-fill_rate_pct", "m-declared_area_ha"} <= cards
    card = page.html.split('id="m-fill_rate_pct"')[1].split("</blockquote>")[0]
    assert "96,5%" in card
    assert "tr. 11, phần thứ nhất I.1.2.2" in card
    assert "tỷ lệ lấp đầy 96,5%" in card


def test_expansions_and_the_place_say_from_where_and_of_when(client: TestClient) -> None:
    page = sheet(client, "kcn-an-nghiep")
    figures = page.html.split('<dl class="figures">')[1].split('<section aria-labelledby="steps"')[0]
    expansion = figures.split("Planned expansion</dt>")[1].split("</dd>")[0]
    assert '<span class="as-of">for 2021–2030</span>' in expansion.split("<button")[0]
    place = figures.split("<dt>Place</dt>")[1]
    assert "Nov 2023" in place.split("<button")[0]
    assert 'popovertarget="m-place" aria-label="Source of Place: E01">E01<' in place
    card = place.split('id="m-place"')[1]
    assert "thuộc xã An Hiệp, xã Phú Tân (huyện Châu Thành) và phường 7" in card
    documents = sheet(client, "ccn-vinh-hoa-hung-nam").html.split("<dt>Place</dt>")[1].split("</dl>")[0]
    assert "date not stated" in documents.split("<button")[0]
    assert 'Source of Place: D003"' in documents


def test_documents_that_differ_are_counted_on_the_value(client: TestClient) -> None:
    page = sheet(client, "kcn-an-nghiep", "vi")
    (mark,) = [one for one in page.find("button") if "differs" in one.attributes.get("class", "")]
    assert mark.text == "2 nguồn khác nhau"
    card = page.html.split('id="m-declared_area_ha"')[1].split("</dd>")[0]
    assert "251 ha" in card
    assert not [
        one for one in sheet(client, "kcn-tran-de").find("button") if "differs" in one.attributes.get("class", "")
    ]


def test_a_page_that_gives_another_area_is_a_row_and_one_that_agrees_is_none(client: TestClient) -> None:
    page = sheet(client, "kcn-an-nghiep")
    areas = text_of(Page(page.html.split('id="areas"')[1].split("</table>")[0]))
    assert (
        "A public page says E02 bdshungphatct.com, date not stated 251 ha +3.3% differs by over one per cent" in areas
    )
    assert "E01" not in areas
    card = page.html.split('id="m-declared_area_ha"')[1].split("</dd>")[0]
    assert "251 ha" in card and "243 ha, thuộc" not in card
    assert "E03" not in sheet(client, "kcn-tran-de").html.split('id="areas"')[1].split("</table>")[0]
    text = text_of(sheet(client, "kcn-dai-ngai"))
    assert "E07 www.moitruongvadothi.vn, Jul 2024 196.3 ha -1.8% differs by over one per cent" in text
    card = sheet(client, "kcn-tran-de").html.split('id="m-status"')[1].split("</dd>")[0]
    assert "Public pages on it; nothing was taken over:" in card


CONTACTS = """subject,authority_vi,authority_en,phone,email,address,source,place
vn34:92,Ban quản lý A,Authority A,,,1 Trần Hưng Đạo,D001,tr. 1
kcn-tran-de,Ban quản lý B,Authority B,0299 3821 234,b@example.vn,,D002,tr. 2
"""


def test_whom_to_ask_is_shown_where_a_document_names_them(own_url: str, tmp_path: Path) -> None:
    data = Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
    (data / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
    assert load(own_url, data).refused == []
    with TestClient(create_app(Settings(database_url=own_url))) as client:
        own = text_of(sheet(client, "kcn-tran-de"))
        assert re.search(r"Authority B , 0299 3821 234 , b@example\.vn D002 .*tr\. 2", own)
        assert "No document of the register names whom to ask" not in own
        assert "Ban quản lý A , 1 Trần Hưng Đạo D001" in text_of(sheet(client, "kcn-an-nghiep", "vi"))
        assert "No document of the register names whom to ask" in text_of(sheet(client, "kcn-thanh-loc"))


def test_what_nobody_states_is_said_and_nothing_else(client: TestClient) -> None:
    for language, unknown in UNKNOWN.items():
        page = sheet(client, "ccn-long-duc-2", language)
        assert page.texts.count(unknown) >= 8
        assert not {"None", "null", "nan"} & set(page.texts)
        known = structured(page)
        assert {one["propertyID"] for one in known["additionalProperty"]} == {"status", "location_accuracy_m"}


def test_steps_are_those_that_documents_state(client: TestClient) -> None:
    page = sheet(client, "kcn-an-nghiep")
    steps = page.html.split('class="timeline"')[1].split("</ol>")[0]
    assert re.findall(r"<li><strong>([^<]*)", steps) == ["Operating"]
    steps = sheet(client, "kcn-tran-de").html.split('class="timeline"')[1].split("</ol>")[0]
    held = ["Planned", "Investment policy submitted", "Site clearance done"]
    assert re.findall(r"<li><strong>([^<]*)", steps) == held


def test_what_is_demanded_of_all_zones_is_said_to_be_so(client: TestClient) -> None:
    text = text_of(sheet(client, "kcn-an-nghiep"))
    assert "Of all: Parks and clusters of the province (Tỉnh Sóc Trăng)" in text
    assert "110 kV substation : Every district, industrial park and cluster" in text
    assert "Of all: Industrial parks of the province" in text
    cluster = text_of(sheet(client, "ccn-nga-nam"))
    assert "Industrial parks of the province" not in cluster
    assert "Of this zone" in text_of(sheet(client, "kcn-tran-de"))


def test_the_table_behind_the_chart_has_its_figures(client: TestClient) -> None:
    page = sheet(client, "kcn-an-nghiep", "vi")
    rows = page.html.split('id="rates"')[1].split("</table>")[0]
    assert "96,5%" in rows
    assert rows.count("chỉ áp dụng với khu, cụm đã hoạt động") == 3
    chart = page.html.split('class="chart trajectory"')[1].split("</svg>")[0]
    assert "Mục tiêu: 70% (2025); 70% (2025); 100% (2030)" in chart


def test_targets_of_zones_in_operation_are_not_drawn_of_another(client: TestClient) -> None:
    """Trần Đề does not operate yet: the targets stand in the table, with whom they are for, and no chart is left."""
    rates = sheet(client, "kcn-tran-de").html.split('id="rates"')[1].split("</section>")[0]
    assert rates.count("only of zones in operation") == 3
    assert 'class="chart trajectory"' not in rates


def test_neighbours_are_told_with_how_sure_they_are(client: TestClient) -> None:
    text = text_of(sheet(client, "kcn-an-nghiep", "vi"))
    assert "Cụm công nghiệp Long Đức 1 12,9 km về phía đông bắc ± 11 km" in text
    assert "Cụm công nghiệp thành phố Sóc Trăng 3,7 km ± 11 km" in text  # no direction: nobody knows it
    assert "known by the same point only" in text_of(sheet(client, "ccn-long-duc-1"))


def test_an_indicative_disc_is_no_measurement(client: TestClient) -> None:
    text = text_of(sheet(client, "kcn-tran-de"))
    assert "its size is no measurement" in text
    assert "Measured on the ellipsoid" not in text


SURVEYED = """
UPDATE registry.zone_versions SET boundary_quality = 'surveyed', boundary_accuracy_m = 0.1, boundary_source = 'D001',
    boundary = ST_Multi(ST_MakeEnvelope(106.16, 9.54, 106.175, 9.553, 4326)) WHERE slug = 'kcn-tran-de'
"""
LOTS = """
INSERT INTO registry.lots (zone, code, land_use, status, area_ha, as_of, source, geom) VALUES
    ('kcn-tran-de', 'CN-1', 'industrial', 'available', 30, '2025', 'D001',
        ST_Multi(ST_MakeEnvelope(106.161, 9.541, 106.165, 9.545, 4326))),
    ('kcn-tran-de', 'CN-2', 'industrial', 'leased', 60.5, '2025', 'D001', NULL),
    ('kcn-tran-de', 'CX-1', 'green', NULL, 20, '2025', 'D001', NULL)
"""


def test_areas_are_compared_and_lots_summed(own_url: str) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(SURVEYED)
        connection.execute("SET session_replication_role = origin")
        connection.execute(LOTS)
        connection.execute("INSERT INTO registry.dirty (part, id) VALUES ('zones', '*') ON CONFLICT DO NOTHING")
    with TestClient(create_app(Settings(database_url=own_url))) as client:
        page = sheet(client, "kcn-tran-de")
        links = [one.attributes["href"] for one in page.find("a")]
        text = text_of(page)
        measured = client.get("/collections/zones/items/kcn-tran-de").json()["properties"]["measured_area_ha"]
        assert client.get("/collections/zones/items/kcn-tran-de/corners?f=csv").status_code == 200
    off = f"{100 * (measured - 160) / 160:+.1f}%"
    assert f"Measured on the ellipsoid {measured:.1f} ha {off} differs by over one per cent" in text
    assert "Measured in the plane VN-2000 / TM-3" in text
    assert "Sum of the lots 110.5 ha -30.9% differs by over one per cent" in text
    assert "3 lots, 110.5 ha (2025)" in re.sub(r"ha 2025", "ha (2025)", text)
    assert "30 ha (1)" in text
    assert "/collections/zones/items/kcn-tran-de/corners?f=csv" in links
    assert any(one.startswith("/collections/lots/items?") for one in links)
    drawn = page.html.split('class="chart zone-map"')[1].split("</svg>")[0]
    assert 'class="lot available"' in drawn
    assert 'class="outline surveyed"' in drawn


def test_a_rate_from_lots_leads_to_the_lots(own_url: str) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute(LOTS)
    with writing(own_url) as session:
        figures.refresh(session)
    with TestClient(create_app(Settings(database_url=own_url))) as client:
        page = sheet(client, "kcn-tran-de")
    rows = page.html.split('<details class="behind"')[1].split("</table>")[0]
    assert '<a class="source" href="#lots">D001</a>' in rows.split("66.9%")[1].split("</tr>")[0]


def test_files_of_the_zone_hold_it_alone(client: TestClient) -> None:
    page = sheet(client, "kcn-tran-de")
    links = [one.attributes["href"] for one in page.find("a") if "items?filter=" in one.attributes["href"]]
    assert len(links) == 10
    for link in links:
        assert client.get(link).status_code == 200, link
    (data,) = [one for one in links if one.endswith("f=json")]
    assert [one["id"] for one in client.get(data).json()["features"]] == ["kcn-tran-de"]


def test_as_of_views_say_so_and_are_not_listed(client: TestClient) -> None:
    page = sheet(client, "kcn-tran-de", known_at="2100-01-01")
    assert "You see the zone as of 1 Jan 2100. It is version 1; nothing later is known of it." in text_of(page)
    assert meta(page, "robots") == "noindex"
    (canonical,) = [one for one in page.find("link") if one.attributes["rel"] == "canonical"]
    assert canonical.attributes["href"].endswith("/zones/kcn-tran-de?lang=en")
    assert "Nearest other zones" not in page.texts
    assert meta(sheet(client, "kcn-tran-de"), "robots") == ""
    assert client.get("/zones/kcn-tran-de?known_at=2000-01-01", headers=BROWSER).status_code == 404
    assert client.get("/zones/kcn-tran-de?datetime=nonsense").status_code == 400


def links_for_good(page: Page, slug: str = "kcn-tran-de") -> list[str]:
    return [one.attributes["href"] for one in page.find("a")
            if one.attributes.get("rel") == "nofollow" and f"/zones/{slug}?" in one.attributes["href"]]  # fmt: skip


def test_the_link_for_good_shows_what_was_shown_whatever_is_published_later_that_day(
    own_url: str, own_client: TestClient
) -> None:
    (link,) = links_for_good(sheet(own_client, "kcn-tran-de"))
    before = Page(own_client.get(f"{link}&lang=en", headers=BROWSER).text)
    assert "nothing later is known of it" in text_of(before)
    assert links_for_good(before) == [link]
    with psycopg.connect(own_url) as connection:
        publish_version(connection, "kcn-tran-de", name="Another name")
    (later,) = links_for_good(sheet(own_client, "kcn-tran-de", "vi"))
    assert later != link
    after = Page(own_client.get(f"{link}&lang=vi", headers=BROWSER).text)
    assert after.find("h1")[0].text == "Khu công nghiệp Trần Đề"
    assert "Đây là phiên bản 1, không phải thông tin hiện nay." in text_of(after)
    again = Page(own_client.get(f"{later}&lang=vi", headers=BROWSER).text)
    assert again.find("h1")[0].text == "Another name"


def test_a_view_by_the_day_keeps_its_day_in_the_link_for_good(client: TestClient) -> None:
    (link,) = links_for_good(sheet(client, "kcn-tran-de", datetime="2030-02-03"))
    assert "?datetime=2030-02-03&known_at=2" in link.replace("&amp;", "&")
    assert client.get(link.replace("&amp;", "&"), headers=BROWSER).status_code == 200


def test_an_as_of_view_has_the_files_of_its_time_and_no_lots_of_today(own_url: str) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute(LOTS)
    with TestClient(create_app(Settings(database_url=own_url))) as client:
        assert "Sum of the lots" in text_of(sheet(client, "kcn-tran-de"))
        page = sheet(client, "kcn-tran-de", known_at="2100-01-01", as_of="2099-12-31")
        assert "Sum of the lots" not in text_of(page)
        links = [one.attributes["href"] for one in page.find("a") if "/items" in one.attributes["href"]]
        files = [one for one in links if "items?filter=" in one]
        assert files
        assert all("datetime=2099-12-31&known_at=2100-01-01" in one.replace("&amp;", "&") for one in files)
        (data,) = [one for one in files if one.endswith("f=json")]
        assert [one["id"] for one in client.get(data.replace("&amp;", "&")).json()["features"]] == ["kcn-tran-de"]
        (feature,) = [one for one in links if "/items/kcn-tran-de?f=json" in one]
        assert "known_at=2100-01-01" in feature
        assert client.get(feature.replace("&amp;", "&")).status_code == 200


def test_facts_recorded_later_are_not_in_an_earlier_view(own_url: str, own_client: TestClient) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE registry.facts SET recorded_at = '2300-01-01' WHERE id = 'F193'")
    page = sheet(own_client, "kcn-an-nghiep", known_at="2200-01-01")
    assert "F193" not in page.html
    assert "F192" in page.html
    assert "F193" in sheet(own_client, "kcn-an-nghiep").html


REPORTED = """
INSERT INTO registry.facts (id, class, indicator, subject_kind, subject, zone, unit_uid, is_target, as_of, as_of_start,
        as_of_end, source, place, quote, quote_match)
    SELECT 'F900', class, indicator, subject_kind, subject, zone, unit_uid, is_target, '2024', '2024-01-01',
        '2024-12-31', source, place, 'the later words', quote_match FROM registry.facts WHERE id = 'F192';
INSERT INTO registry.observations (fact_id, class, comparator, value) VALUES ('F900', 'observation', 'eq', 55);
"""


def test_a_figure_of_the_past_has_the_mark_of_its_own_time(own_url: str, own_client: TestClient) -> None:
    (link,) = links_for_good(sheet(own_client, "kcn-an-nghiep"), "kcn-an-nghiep")
    with writing(own_url) as session:
        session.exec_driver_sql(REPORTED)
        figures.refresh(session, ["kcn-an-nghiep"])
    today = sheet(own_client, "kcn-an-nghiep").html
    assert "the later words" in today.split('id="m-fill_rate_pct"')[1].split("</blockquote>")[0]
    past = own_client.get(f"{link}&lang=en", headers=BROWSER).text
    rate = past.split("<dt>Fill rate</dt>")[1].split("</dd>")[0]
    assert "96.5%" in rate and "tỷ lệ lấp đầy 96,5%" in rate and "the later words" not in past
    assert "It is version 1; more of it is known today." in text_of(Page(past))


@pytest.mark.parametrize("slug", ["nowhere", "%00", "KCN-TRAN-DE", "a" * 500, "..%2F..%2Fetc", "'; DROP"])
@pytest.mark.parametrize("tail", ["", "/picture.png"])
def test_what_is_not_there_is_404(client: TestClient, slug: str, tail: str) -> None:
    assert client.get(f"/zones/{slug}{tail}").status_code == 404


def test_an_address_too_long_for_a_code_leaves_the_sheet_whole(client: TestClient) -> None:
    answer = client.get("/zones/kcn-tran-de", headers={**BROWSER, "Host": "a" * 3000})
    assert answer.status_code == 200
    assert '<div class="qr"><p>' in answer.text


def test_programs_are_led_to_the_feature(client: TestClient) -> None:
    answer = client.get("/zones/kcn-tran-de?f=json&known_at=2100-01-01", follow_redirects=False)
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert place == "http://testserver/collections/zones/items/kcn-tran-de?known_at=2100-01-01&f=json"
    assert client.get(place).json()["id"] == "kcn-tran-de"
    answer = client.get("/zones/kcn-tran-de", headers={"Accept": "application/geo+json"})
    assert answer.headers["content-type"] == "application/geo+json"


def test_a_deleted_zone_is_gone_and_a_withdrawn_one_stays(own_url: str, own_client: TestClient) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE registry.zone_versions SET life = 'withdrawn', life_reason = 'never built' "
                           "WHERE slug = 'kcn-xeo-ro'")  # fmt: skip
        connection.execute("UPDATE registry.zone_versions SET life = 'deleted', life_reason = 'a mistake' "
                           "WHERE slug = 'ccn-ap-nhi'")  # fmt: skip
        connection.execute("SET session_replication_role = origin")
        connection.execute("INSERT INTO registry.dirty (part, id) VALUES ('zones', '*') ON CONFLICT DO NOTHING")
        connection.execute("INSERT INTO registry.publishing VALUES (txid_current()) ON CONFLICT DO NOTHING")
    assert "never built" in text_of(sheet(own_client, "kcn-xeo-ro"))
    gone = own_client.get("/zones/ccn-ap-nhi", headers=BROWSER)
    assert gone.status_code == 410
    assert own_client.get("/zones/ccn-ap-nhi/picture.png").status_code == 410
    assert "/zones/ccn-ap-nhi" not in own_client.get("/sitemap.xml").text


def test_pages_link_to_where_a_zone_is_seen_with_others(client: TestClient) -> None:
    page = sheet(client, "kcn-tran-de")
    links = {urljoin("http://testserver/zones/kcn-tran-de", one.attributes["href"]) for one in page.find("a")}
    assert "http://testserver/map?zone=kcn-tran-de&lang=en" in links
    assert "http://testserver/compare?zones=kcn-tran-de&lang=en" in links


def test_a_question_takes_the_facts_along(client: TestClient) -> None:
    (text,) = [one.text for one in sheet(client, "kcn-an-nghiep").find("pre")]
    assert "http://testserver/zones/kcn-an-nghiep" in text
    assert "Fill rate: 96.5% (2020)" in text
    assert "Free land: Not stated" in text
