"""/reports: live and issued reports as page, JSON and XLSX; who may issue; what cannot be asked for."""

import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pytest
from starlette.testclient import TestClient

from api.workflows.reports import digest, legal_day
from tests.changes import publish_version
from tests.gis.formats.test_tables import converted
from tests.people import add_person, begin_session, csrf_of
from tests.reading import Page
from tests.workflows.test_reports import observe

LIVE = "/reports/periodic?province=soc-trang&period=2025"
Headers = dict[str, str]
HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def minh(own_url: str) -> Headers:
    """A reviewer of Cần Thơ, where Sóc Trăng is today."""
    return add_person(own_url, "minh", ("reviewer", "can-tho"))


def issue(client: TestClient, who: Headers, status: int = 201, **sent: Any) -> dict[str, Any]:
    body = {"province": "soc-trang", "period": "2025", **sent}
    answer = client.post("/reports", json=body, headers={**who, "Accept-Language": "en"})
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def without_day(html: str) -> str:
    """A page without the line that tells when it was printed, which paper alone shows."""
    return re.sub(r'<p class="note from">.*?</p>', "", html)


@pytest.mark.parametrize("province", ["soc-trang", "Sóc Trăng", "94", "Tỉnh Sóc Trăng", "vn63:94", "soc trang"])
def test_a_province_is_named_in_any_way(client: TestClient, province: str) -> None:
    content = client.get("/reports/periodic", params={"province": province, "period": "2025"}).json()
    assert (content["province"]["uid"], len(content["zones"]), content["issued"]) == ("vn63:94", 20, None)


def test_the_answer_is_as_the_docs_say(client: TestClient) -> None:
    content = client.get("/reports/periodic?province=can-tho&period=2025-h1").json()
    assert content["period"] == {"text": "2025-H1", "start": "2025-01-01", "end": "2025-06-30", "before": "2024-H2"}
    assert (content["as_of"], content["is_over"], content["synthetic"]) == ("2025-06-30", True, False)
    assert {"counts", "stated", "areas", "rates", "definitions", "zones", "changes", "targets", "cells",
            "sources"} < content.keys()  # fmt: skip
    assert {one["definition"] for one in content["rates"]} == {"nd35_2022", "nd29_2008"}
    stated = {(one["kind"], one["is_area"]): one["value"] for one in content["stated"]}
    assert stated["industrial_cluster", False] == 19
    named = {one["id"] for one in content["sources"]}
    assert {one["source"] for one in content["targets"]} <= named
    alternates = {one["type"] for one in content["links"] if one["rel"] == "alternate"}
    assert len(alternates) == 2


@pytest.mark.parametrize(
    ("query", "kind", "says"),
    [
        ("", "missing-parameter", "province=soc-trang"),
        ("province=soc-trang", "missing-parameter", "period=2025-H1"),
        ("period=2025", "missing-parameter", "province is missing"),
        ("province=soc-trang&period=", "missing-parameter", "period is missing"),
        ("province=atlantis&period=2025", "unknown-province", "atlantis"),
        ("province=soc-trang&period=2025-H3", "not-a-period", "2025-H1"),
        ("province=soc-trang&period=1066", "not-a-period", "1066"),
        ("province=soc-trang&period=2025-06", "not-a-period", "2025-06"),
        ("province=soc-trang&period=２０２５", "not-a-period", "２０２５"),
        ("province=soc-trang&period=2199", "future-period", "2199-01-01"),
        ("province=soc-trang&period=2025&year=1", "unknown-parameter", "year"),
        ("province=soc-trang&period=2025&period=2024", "repeated-parameter", "period"),
    ],
)
@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_what_cannot_be_reported_is_told(client: TestClient, query: str, kind: str, says: str, form: str) -> None:
    answer = client.get(f"/reports/periodic?{query}&f={form}&lang=en".replace("?&", "?"))
    assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{kind}")
    assert says in answer.json()["detail"]


def test_a_format_that_there_is_not_is_told(client: TestClient) -> None:
    assert client.get(f"{LIVE}&f=pdf").status_code == 400
    assert client.get(LIVE, headers={"Accept": "application/pdf"}).status_code == 406


def test_without_parameters_a_browser_gets_a_form(client: TestClient) -> None:
    page = Page(client.get("/reports/periodic?lang=en", headers=HTML).text)
    form = next(one for one in page.find("form"))
    assert form.attributes["action"] == "/reports/periodic"
    offered = [one.attributes["value"] for one in page.find("option")]
    assert {"vn34:92", "vn63:94", str(legal_day().year)} <= set(offered)
    for period in (one for one in offered if not one.startswith("vn")):
        assert client.get(f"/reports/periodic?f=json&province=vn63:91&period={period}").status_code == 200
    assert client.get("/reports/periodic?f=html&province=soc-trang&lang=en").status_code == 400


@pytest.mark.parametrize("number", ["0", "1", "99999999999999999999999", "9223372036854775807", "x", "-1", "%00"])
def test_a_report_that_there_is_not_is_404(client: TestClient, number: str) -> None:
    assert client.get(f"/reports/{number}").status_code == 404


@pytest.mark.parametrize(
    ("lang", "words"),
    [("vi", ("Không đánh giá được", "1.106", "Chưa có số liệu", "cách đây 5 năm")),
     ("en", ("Not assessable", "1,106", "Not stated", "5 years old"))],
)  # fmt: skip
def test_the_page_says_known_left_out_and_old(client: TestClient, lang: str, words: tuple[str, ...]) -> None:
    html = client.get(f"{LIVE}&f=html&lang={lang}").text.replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")
    assert all(word in html for word in words)
    assert ("khoản 22 Điều 2" in html, "sửa đổi, bổ sung theo" in html) == (lang == "vi", lang == "vi")
    page = Page(html)
    addresses = {one.attributes.get("href", "") for one in page.find("a")}
    assert "/desk/figures?province=vn63:94&period=2025" in addresses
    assert f"/desk/reports/new?province=vn63:94&period=2025&lang={lang}" in addresses
    for anchor in {one for one in addresses if one.startswith("#")} - {"#content"}:
        assert any(one.attributes.get("id") == anchor[1:] for one in page.elements), anchor


def test_the_workbook_holds_the_report(client: TestClient) -> None:
    answer = client.get(f"{LIVE}&f=xlsx&lang=en")
    assert answer.headers["content-disposition"] == 'attachment; filename="bao-cao-2025-vn63-94.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    content = client.get(LIVE).json()
    zones = book["Zones"]
    assert zones.max_row == 1 + len(content["zones"])
    area = next(cell.column for cell in zones[1] if cell.value == "Declared area (ha)")
    found = {zones.cell(row, 1).value: zones.cell(row, area) for row in range(2, zones.max_row + 1)}
    assert (found["Tran De Industrial Park"].data_type, found["Tran De Industrial Park"].value) == ("n", 160)
    assert found["Tran De Economic Zone"].value == "Not stated"
    assert all(book[name].freeze_panes for name in book.sheetnames[:-1])
    assert book["Targets"].max_row == 1 + len(content["targets"])
    assert book["Cells to fill"].max_row == 1 + len(content["cells"])
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Number"] == "not issued"
    assert about["As of"] == "31 Dec 2025"
    asked = {row[0]: row for row in book["Targets"].iter_rows(values_only=True)}
    assert asked["F043"][4:7] == (250000, 280000, "workers")
    assert asked["F105"][4:7] == (43000, None, "bn VND (2010 constant prices)")
    assert asked["F009"][4:6] == (None, None)
    desk = book["Cells to fill"]["G2"]
    assert (desk.value, desk.hyperlink.target) == (desk.value, desk.value)
    assert desk.value == "http://testserver/desk/figures?province=vn63:94&period=2025"
    formulas = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == []


@pytest.mark.slow
def test_libreoffice_opens_the_workbook_and_its_numbers_are_numbers(client: TestClient, tmp_path: Path) -> None:
    body = client.get(f"{LIVE}&f=xlsx&lang=vi").content
    ours, theirs = (openpyxl.load_workbook(file) for file in (io.BytesIO(body), converted(tmp_path, body, "xlsx")))
    assert theirs.sheetnames == ours.sheetnames
    for name in ours.sheetnames:
        numbers = {cell.coordinate: cell.value for row in ours[name].iter_rows() for cell in row
                   if isinstance(cell.value, int | float)}  # fmt: skip
        assert {place: theirs[name][place].value for place in numbers} == pytest.approx(numbers)
        assert all(theirs[name][place].data_type == "n" for place in numbers)
    assert sum(cell.value == 1106 for row in ours["Diện tích"].iter_rows() for cell in row) == 2


def test_a_kept_workbook_has_each_rate_under_its_own_definition(
    own_url: str, own_client: TestClient, minh: Headers
) -> None:
    """What is kept has its members in another order than what was put together."""
    observe(own_url, "kcn-tran-de", 2025, industrial_land_leasable_ha=100, industrial_land_leased_ha=60,
            service_land_leasable_ha=20, service_land_leased_ha=0)  # fmt: skip
    issue(own_client, minh)
    for address in (LIVE, "/reports/1?"):
        sheet = openpyxl.load_workbook(io.BytesIO(own_client.get(f"{address}&f=xlsx&lang=en").content))["Zones"]
        heads = [cell.value for cell in sheet[1]]
        (row,) = [row for row in sheet.iter_rows(values_only=True) if row[2] == "kcn-tran-de"]
        told = dict(zip(heads, row, strict=True))
        assert (told["Fill rate by Decree 35/2022 (%)"], told["Fill rate by Decree 29/2008 (%)"]) == (50, 60)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_name_of_a_sheet_is_cut_off(client: TestClient, lang: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{LIVE}&f=xlsx&lang={lang}").content))
    assert all(len(name) < 31 for name in book.sheetnames)


def test_an_issued_report_is_the_same_for_ever(own_url: str, own_client: TestClient, minh: Headers) -> None:
    made = issue(own_client, minh)
    assert (made["issued"]["number"], made["issued"]["issued_by"]) == (1, "Minh")
    forms = [("html", "vi"), ("html", "en"), ("json", "en"), ("xlsx", "vi"), ("xlsx", "en")]
    before = {one: own_client.get(f"/reports/1?f={one[0]}&lang={one[1]}") for one in forms}
    with psycopg.connect(own_url) as connection:
        publish_version(connection, "kcn-tran-de", "Khu công nghiệp khác", 0.01)
        connection.execute("UPDATE registry.sources SET title = 'x', number = 'y'")
        connection.execute("UPDATE registry.indicators SET label_en = 'x', label_vi = 'y'")
        connection.execute("UPDATE registry.lots SET status = 'leased'")
    for form, answer in before.items():
        after = own_client.get(f"/reports/1?f={form[0]}&lang={form[1]}")
        assert answer.status_code == after.status_code == 200
        if form[0] == "html":
            assert without_day(after.text) == without_day(answer.text)
        else:
            assert after.content == answer.content
    assert "Khu công nghiệp khác" in own_client.get(f"{LIVE}&f=html").text
    kept = own_client.get("/reports/1").json()
    content = {name: value for name, value in kept.items() if name not in ("issued", "links")}
    assert digest(content) == kept["issued"]["sha256"]
    again = issue(own_client, minh)
    assert again["issued"]["number"] == 2
    listed = own_client.get("/reports").json()["reports"]
    assert [one["number"] for one in listed] == [2, 1]
    page = Page(own_client.get("/reports?f=html&lang=en").text)
    assert [one.text for one in page.find("a") if one.text.startswith("No. ")] == ["No. 2", "No. 1"]


def test_reviewers_of_the_province_issue_and_nobody_else(own_url: str, own_client: TestClient) -> None:
    assert own_client.post("/reports", json={"province": "soc-trang", "period": "2025"}).status_code == 401
    editor = add_person(own_url, "lan", ("editor", "can-tho"))
    other = add_person(own_url, "hoa", ("reviewer", "an-giang"))
    for who in (editor, other):
        refused = issue(own_client, who, 403)
        assert refused["type"] == "/problems/role-missing"
        page = "/desk/reports/new?province=soc-trang&period=2025"
        assert own_client.get(page, headers={**who, "Accept": "text/html"}).status_code == 403
    assert own_client.get("/reports").json()["reports"] == []
    admin = add_person(own_url, "an", ("admin", None))
    assert issue(own_client, admin)["issued"]["number"] == 1


def test_a_person_issues_from_the_page(own_url: str, own_client: TestClient, minh: Headers) -> None:
    """What is issued is what was looked at; a second press of the button issues nothing."""
    token = begin_session(own_url, "minh")
    own_client.cookies.set("session", token)
    page = own_client.get("/desk/reports/new?province=soc-trang&period=2025", headers=HTML).text
    fields = {one.attributes["name"]: one.attributes["value"] for one in Page(page).find("input")}
    assert fields["csrf"] == csrf_of(token)
    stranger = own_client.post("/reports", data={**fields, "csrf": "x"}, headers=HTML)
    assert stranger.status_code == 403
    done = own_client.post("/reports?lang=en", data=fields, headers=HTML, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/reports/1?f=html&lang=en")
    twice = own_client.post("/reports", data=fields, headers=HTML)
    assert twice.status_code == 409
    assert "has changed since you looked" in twice.text
    shown = own_client.get("/reports/1?f=html&lang=en", headers=HTML).text
    assert "No. 1" in shown
    assert "Minh" in shown
    with psycopg.connect(own_url) as connection:
        row = connection.execute("SELECT who, account IS NOT NULL FROM registry.log WHERE action = 'report.issued'")
        assert row.fetchall() == [("Minh", True)]


def test_the_same_again_is_not_issued(own_client: TestClient, minh: Headers) -> None:
    issue(own_client, minh)
    refused = issue(own_client, minh, 409)
    assert refused["type"] == "/problems/nothing-new"
    assert "Report 1" in refused["detail"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"province": 5}, 400), ({"period": None}, 400), ({"period": "2199"}, 400), ({"province": "x\0"}, 400),
        ({"revision": "many"}, 400), ({"revision": True}, 400), ({"revision": -1}, 400), ({"revision": 0}, 409),
        ({"revision": 10**30}, 400), ({"province": ""}, 400), ({"province": "nowhere"}, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_issued_is_told_and_nothing_is_kept(
    own_client: TestClient, minh: Headers, sent: dict[str, Any], status: int
) -> None:
    issue(own_client, minh, status, **sent)
    assert own_client.get("/reports").json()["reports"] == []


def test_a_body_that_is_none_is_told(own_client: TestClient, minh: Headers) -> None:
    for body in ("[]", "{", '"x"'):
        answer = own_client.post("/reports", content=body, headers={**minh, "Content-Type": "application/json"})
        assert answer.status_code == 400
    assert own_client.post("/reports", content="x", headers={**minh, "Content-Type": "text/csv"}).status_code == 415


def test_an_issued_report_does_not_say_what_the_database_is(own_client: TestClient, minh: Headers) -> None:
    told = json.dumps(issue(own_client, minh))
    assert "account" not in told
    assert "login" not in told


def test_a_register_without_zones_has_a_report_too(empty_client: TestClient) -> None:
    answer = empty_client.get("/reports/periodic?province=soc-trang&period=2025&lang=en")
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unknown-province")
    assert empty_client.get("/reports?f=html").status_code == 200


def test_made_up_data_are_marked_in_the_workbook(demo_client: TestClient) -> None:
    province = demo_client.get("/collections/zones/items?limit=1").json()["features"][0]["properties"]["province"]
    address = f"/reports/periodic?province={province}&period={legal_day().year}&lang=en"
    assert demo_client.get(f"{address}&f=json").json()["synthetic"] is True
    assert "Synthetic data" in demo_client.get(f"{address}&f=html").text
    book = openpyxl.load_workbook(io.BytesIO(demo_client.get(f"{address}&f=xlsx").content))
    for name in book.sheetnames[:-1]:
        assert book[name]["A1"].value == "Synthetic data – not the real register"
    assert book["About"]["A1"].value == "Notice"
    rates = demo_client.get(f"{address}&f=json").json()["rates"]
    assert any(one["numerator_ha"] for one in rates)
