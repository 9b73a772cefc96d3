"""Projects of a zone: who enters them, what everybody sees of them, and sheets that go in whole or not at all."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import psycopg
import pytest
from starlette.testclient import TestClient

from gis.projects.fields import FIELDS
from tests.people import add_person

ZONE = "kcn-tran-de"
HERE = f"/desk/zones/{ZONE}/projects"
PUBLIC = f"/collections/zones/items/{ZONE}/projects"
PAPER = {"id": "gcn-1", "kind": "decision", "title": "Giấy chứng nhận đầu tư 12/2024", "issued_on": "2024-05-01"}
Headers = dict[str, str]
Json = dict[str, Any]


@pytest.fixture
def lan(own_url: str) -> Headers:
    """An editor of Cần Thơ, where the zone lies."""
    return {**add_person(own_url, "lan", ("editor", "can-tho")), "Accept-Language": "en"}


@pytest.fixture
def web_page(own_url: str) -> str:
    """A document that everybody can read."""
    with psycopg.connect(own_url) as connection:
        row = connection.execute("SELECT id FROM registry.sources WHERE url IS NOT NULL ORDER BY id").fetchone()
    assert row
    return str(row[0])


def enter(client: TestClient, who: Headers, status: int = 201, **sent: Any) -> Json:
    answer = client.post(HERE, json={"name": "Nhà máy A", "source": "D001", **sent}, headers=who)
    assert answer.status_code == status, answer.text
    return answer.json()


def codes(answer: Json) -> list[str]:
    return [one["code"] for one in answer["issues"]]


def known(client: TestClient, who: Headers) -> list[Json]:
    return client.get(HERE, headers=who).json()["projects"]


def sheet(*rows: Mapping[str, Any], documents: list[Json] | None = None) -> bytes:
    """A workbook with these rows under the names of the fields."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    names = ["id", "version", *(one.name for one in FIELDS)]
    page.append(names)
    for row in rows:
        page.append([row.get(name) for name in names])
    if documents:
        beside = book.create_sheet("Documents")
        beside.append(["Code of the document", "Kind of document", "Title", "Address on the web"])
        for one in documents:
            beside.append([one.get(name) for name in ("id", "kind", "title", "url")])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def hand_in(client: TestClient, who: Headers, content: bytes, step: str = "preview", status: int = 200) -> Json:
    answer = client.post(f"{HERE}/{step}", files={"file": ("projects.xlsx", content)}, headers=who)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_project_is_entered_corrected_and_keeps_its_history(own_client: TestClient, lan: Headers) -> None:
    first = enter(own_client, lan, land_ha=12.5, capital=300, currency="bn_vnd", licensed_on="2021/2022",
                  state="licensed", sector="Dệt may")  # fmt: skip
    here = f"{HERE}/{first['id']}"
    answer = own_client.put(here, json={"name": "Nhà máy A", "source": "D001", "land_ha": 12.5, "state": "operating"},
                            headers={**lan, "If-Match": '"1"'})  # fmt: skip
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == '"2"'
    told = answer.json()
    assert (told["state"], told["capital"], told["licensed_on"]) == ("operating", None, None)
    assert [(one["version"], one["state"], one["author"]) for one in told["history"]] == [
        (1, "licensed", "Lan"), (2, "operating", "Lan")
    ]  # fmt: skip
    assert told["history"][0]["licensed_on"] == "2021/2022"


def test_nothing_is_stored_where_nothing_differs(own_client: TestClient, lan: Headers) -> None:
    first = enter(own_client, lan, land_ha=12.5)
    same = own_client.put(f"{HERE}/{first['id']}", json={"name": "Nhà máy A", "source": "D001", "land_ha": 12.5},
                          headers={**lan, "If-Match": '"1"'})  # fmt: skip
    assert same.headers["etag"] == '"1"'


def test_a_correction_of_an_older_version_is_refused(own_client: TestClient, lan: Headers) -> None:
    here = f"{HERE}/{enter(own_client, lan)['id']}"
    sent = {"name": "Nhà máy A", "source": "D001", "land_ha": 1}
    assert own_client.put(here, json=sent, headers=lan).status_code == 428
    assert own_client.put(here, json=sent, headers={**lan, "If-Match": '"1"'}).status_code == 200
    late = own_client.put(here, json={**sent, "land_ha": 2}, headers={**lan, "If-Match": '"1"'})
    assert late.status_code == 412
    assert known(own_client, lan)[0]["land_ha"] == 1


def test_a_record_that_was_a_mistake_is_taken_back_and_stays_in_the_history(
    own_client: TestClient, lan: Headers
) -> None:
    id = enter(own_client, lan)["id"]
    here = f"{HERE}/{id}"
    unsaid = own_client.request("DELETE", here, json={}, headers={**lan, "If-Match": '"1"'})
    assert unsaid.status_code == 400
    gone = own_client.request("DELETE", here, json={"reason": "nhập hai lần"}, headers={**lan, "If-Match": '"1"'})
    assert gone.status_code == 200, gone.text
    assert gone.json()["is_retired"] and gone.json()["history"][-1]["retired_because"] == "nhập hai lần"
    assert known(own_client, lan) == [] and own_client.get(PUBLIC).json()["count"] == 0
    again = own_client.put(here, json={"name": "x", "source": "D001"}, headers={**lan, "If-Match": '"2"'})
    assert again.status_code == 412
    assert enter(own_client, lan)["id"] > id


WRONG: list[tuple[Json, str]] = [
        ({"name": ""}, "missing"), ({"source": None}, "missing"), ({"name": ["x"]}, "wrong-text"),
        ({"name": "a\0b"}, "control"), ({"name": "x" * 301}, "too-long"), ({"land_ha": 0}, "out-of-range"),
        ({"land_ha": -3}, "out-of-range"), ({"land_ha": "12 ha"}, "wrong-number"),
        ({"land_ha": "1.106"}, "two-numbers"),
        ({"land_ha": True}, "wrong-number"), ({"capital": 5}, "capital-unit"), ({"currency": "m_usd"}, "capital-unit"),
        ({"currency": "euro"}, "wrong-code"), ({"state": "asleep"}, "wrong-code"), ({"state": 3}, "wrong-code"),
        ({"licensed_on": "soon"}, "wrong-date"), ({"licensed_on": "2021-02-30"}, "wrong-date"),
        ({"licensed_on": "2999"}, "in-future"), ({"source": "no-such"}, "unknown-source"),
    ]  # fmt: skip


def test_a_value_that_cannot_be_is_refused_by_name(own_client: TestClient, lan: Headers) -> None:
    for sent, code in WRONG:
        answer = enter(own_client, lan, 400, **sent)
        assert code in codes(answer), sent
        assert next(one for one in answer["issues"] if one["code"] == code)["field"] in {*sent, "currency"}
    assert known(own_client, lan) == []


def test_members_of_another_kind_are_refused(own_client: TestClient, lan: Headers) -> None:
    bodies: list[Json] = [{"colour": "red"}, {"documents": {}}, {"documents": [{"x": 1}]}, {"lots": "A"}]
    for body in bodies:
        enter(own_client, lan, 400, **body)
    assert known(own_client, lan) == []


def test_only_who_edits_in_the_province_may_enter(own_client: TestClient, own_url: str, lan: Headers) -> None:
    json = {"Accept": "application/json"}
    assert own_client.get(HERE, headers=json).status_code == 401
    assert own_client.post(HERE, json={}, headers=json).status_code == 401
    stranger = add_person(own_url, "hoa", ("editor", "an-giang"))
    reviewer = add_person(own_url, "minh", ("reviewer", "can-tho"))
    enter(own_client, stranger, 403)
    enter(own_client, reviewer, 403)
    assert own_client.get(HERE, headers=stranger).status_code == 403
    assert own_client.get(f"{HERE}.xlsx", headers=stranger).status_code == 403
    hand_in(own_client, stranger, sheet({"name": "A", "source": "D001"}), status=403)
    hand_in(own_client, reviewer, sheet({"name": "A", "source": "D001"}), "import", 403)
    enter(own_client, lan)
    assert own_client.get(HERE, headers=reviewer).json()["may"] == []
    assert [one["name"] for one in known(own_client, reviewer)] == ["Nhà máy A"]


def test_everybody_sees_counts_and_names_only_by_public_documents(
    own_client: TestClient, lan: Headers, web_page: str
) -> None:
    enter(own_client, lan, name="Nhà máy Kín", investor="Công ty Kín", sector="Dệt may", land_ha=10, state="stalled",
          capital=100, currency="bn_vnd", note="chờ")  # fmt: skip
    enter(own_client, lan, name="Nhà máy Mở", source=web_page, sector="dệt  may", land_ha=5.5, state="operating",
          note="không công khai")  # fmt: skip
    enter(own_client, lan, name="Nhà máy Cũ", land_ha=7, state="recovered")
    enter(own_client, lan, name="Nhà máy Mới")
    answer = own_client.get(PUBLIC)
    told = answer.json()
    assert (told["count"], told["standing"], told["not_named"]) == (4, 3, 3)
    assert told["land_ha"] == {"sum": 15.5, "known": 2, "unknown": 1}
    assert told["capital"] == [{"currency": "bn_vnd", "sum": 100, "projects": 1}]
    assert told["capital_unknown"] == 2
    assert told["by_sector"] == [{"sector": "Dệt may", "count": 2}, {"sector": None, "count": 2}]
    assert {one["state"]: one["count"] for one in told["by_state"]} == {
        "stalled": 1, "operating": 1, "recovered": 1, None: 1,
    }  # fmt: skip
    assert [one["name"] for one in told["projects"]] == ["Nhà máy Mở"]
    for page in (answer.text, own_client.get(f"{PUBLIC}?f=html").text,
                 own_client.get(f"/collections/zones/items/{ZONE}?f=html").text):  # fmt: skip
        assert "Kín" not in page and "chờ" not in page and "không công khai" not in page
    assert "Dệt may" in own_client.get(f"/collections/zones/items/{ZONE}?f=html").text


def test_a_zone_without_projects_says_nothing_of_them(own_client: TestClient) -> None:
    assert 'id="projects"' not in own_client.get(f"/collections/zones/items/{ZONE}?f=html").text
    empty = own_client.get(PUBLIC).json()
    assert (empty["count"], empty["land_ha"]["sum"], empty["projects"]) == (0, None, [])
    assert own_client.get("/collections/zones/items/no-zone/projects").status_code == 404
    assert own_client.get(f"{PUBLIC}?f=csv").status_code == 400


def test_what_was_entered_shows_with_the_next_request(own_client: TestClient, lan: Headers) -> None:
    before = own_client.get(PUBLIC)
    enter(own_client, lan)
    after = own_client.get(PUBLIC, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200 and after.json()["count"] == 1


def test_a_new_document_comes_with_its_project_and_does_not_tell_whose_it_is(
    own_client: TestClient, lan: Headers
) -> None:
    tells = {**PAPER, "title": "Giấy chứng nhận đầu tư của Nhà máy A"}
    assert "title-tells-name" in codes(enter(own_client, lan, 400, source="gcn-1", documents=[tells]))
    assert "unknown-kind" in codes(enter(own_client, lan, 400, source="gcn-1", documents=[{**PAPER, "kind": "tweet"}]))
    script = {**PAPER, "url": "javascript:alert(1)"}
    assert "wrong-address" in codes(enter(own_client, lan, 400, source="gcn-1", documents=[script]))
    enter(own_client, lan, source="gcn-1", documents=[PAPER])
    assert own_client.get(PUBLIC).json()["projects"] == []
    page = {**PAPER, "id": "gcn-2", "title": "Nhà máy B", "url": "https://example.vn/1"}
    enter(own_client, lan, name="Nhà máy B", source="gcn-2", documents=[page])
    (named,) = own_client.get(PUBLIC).json()["projects"]
    assert (named["name"], named["source_url"]) == ("Nhà máy B", "https://example.vn/1")


def test_a_sheet_shows_what_it_would_do_and_does_it_once(own_client: TestClient, own_url: str, lan: Headers) -> None:
    old = enter(own_client, lan, land_ha=3)
    content = sheet(
        {"id": old["id"], "version": 1, "name": "Nhà máy A", "source": "D001", "land_ha": 4.25},
        {"name": "Nhà máy B", "source": "gcn-1", "capital": 12, "currency": "triệu USD", "state": "Đang xây dựng"},
        documents=[PAPER],
    )
    told = hand_in(own_client, lan, content)
    assert told["is_sound"] and told["issues"] == []
    assert [one["values"]["name"] for one in told["added"]] == ["Nhà máy B"]
    assert told["changed"][0]["differences"] == {"land_ha": {"before": 3, "after": 4.25}}
    assert len(known(own_client, lan)) == 1  # nothing is stored yet
    answer = own_client.post(f"{HERE}/import", json={"preview": told["preview"]}, headers=lan)
    assert answer.status_code == 200, answer.text
    assert [(one["name"], one["land_ha"], one["currency"], one["state"]) for one in known(own_client, lan)] == [
        ("Nhà máy A", 4.25, None, None), ("Nhà máy B", None, "m_usd", "under_construction"),
    ]  # fmt: skip
    twice = own_client.post(f"{HERE}/import", json={"preview": told["preview"]}, headers=lan)
    assert twice.status_code == 404
    again = hand_in(own_client, lan, content, "import", 400)
    assert set(codes(again)) == {"outdated", "known-already"}
    with psycopg.connect(own_url) as connection:
        actions = connection.execute("SELECT action FROM registry.log WHERE zone = %s ORDER BY id", [ZONE]).fetchall()
    assert [one[0] for one in actions] == ["project.added", "projects.imported"]


def test_one_bad_cell_keeps_the_whole_sheet_out(own_client: TestClient, lan: Headers) -> None:
    good, bad = ({"name": name, "source": "D001"} for name in ("Nhà máy B", "Nhà máy C"))
    content = sheet(good, {**bad, "land_ha": "vài ha"})
    told = hand_in(own_client, lan, content)
    assert not told["is_sound"]
    (issue,) = told["issues"]
    assert (issue["sheet"], issue["row"], issue["column"], issue["field"]) == ("Sheet", 3, "F", "land_ha")
    assert "vài ha" in issue["message"] and "Land (ha)" in issue["message"]
    vietnamese = hand_in(own_client, {**lan, "Accept-Language": "vi"}, content)["issues"][0]["message"]
    assert vietnamese != issue["message"]
    refused = own_client.post(f"{HERE}/import", json={"preview": told["preview"]}, headers=lan)
    assert refused.status_code == 400 and codes(refused.json()) == ["wrong-number"]
    hand_in(own_client, lan, content, "import", 400)
    assert known(own_client, lan) == []


def test_the_form_that_is_given_reads_back_as_no_change(own_client: TestClient, lan: Headers) -> None:
    every = {"investor": "=Công ty", "sector": "Dệt may", "land_ha": 106.5, "capital": 0.1, "currency": "m_usd",
             "decision": "012/QĐ", "decided_on": "2020-01-02", "licensed_on": "2020", "land_handed_over_on": "2021-06",
             "construction_started_on": "2021/2022", "operation_planned_for": "2026", "state": "stalled",
             "place": "tr. 3", "quote": "“dự án”", "note": "dòng 1\ndòng 2"}  # fmt: skip
    enter(own_client, lan, **every)
    for language in ("vi", "en"):
        answer = own_client.get(f"{HERE}.xlsx?lang={language}", headers=lan)
        told = hand_in(own_client, lan, answer.content)
        assert (told["issues"], told["added"], told["changed"], len(told["unchanged"])) == ([], [], [], 1)
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = {cell.value: page.cell(2, cell.column) for cell in page[1]}
    assert cells["Land (ha)"].value == 106.5 and cells["Land (ha)"].data_type == "n"
    assert cells["Investor"].value == "=Công ty" and cells["Investor"].data_type == "s"
    assert page.freeze_panes == "D2"
    assert len(page.data_validations.dataValidation) == 4
    hand_in(own_client, lan, answer.content, "import", 409)


def test_what_a_sheet_has_no_column_for_stays(own_client: TestClient, lan: Headers) -> None:
    id = enter(own_client, lan, investor="Công ty", land_ha=3)["id"]
    content = f"Mã dự án;Phiên bản;Tên dự án;Văn bản;Diện tích đất (ha)\n{id};1;Nhà máy A;D001;4,5\n".encode()
    answer = own_client.post(f"{HERE}/import", files={"file": ("a.csv", content)}, headers=lan)
    assert answer.status_code == 200, answer.text
    (now,) = known(own_client, lan)
    assert (now["investor"], now["land_ha"], now["version"]) == ("Công ty", 4.5, 2)


def test_a_sheet_filled_in_from_an_older_version_goes_nowhere(own_client: TestClient, lan: Headers) -> None:
    id = enter(own_client, lan, land_ha=3)["id"]
    form = own_client.get(f"{HERE}.xlsx?lang=en", headers=lan).content
    own_client.put(f"{HERE}/{id}", json={"name": "Nhà máy A", "source": "D001", "land_ha": 9},
                   headers={**lan, "If-Match": '"1"'})  # fmt: skip
    told = hand_in(own_client, lan, form)
    assert codes(told) == ["outdated"] and not told["is_sound"]
    hand_in(own_client, lan, form, "import", 400)
    assert known(own_client, lan)[0]["land_ha"] == 9


def test_a_preview_is_its_makers_and_of_its_zone(own_client: TestClient, own_url: str, lan: Headers) -> None:
    number = hand_in(own_client, lan, sheet({"name": "A", "source": "D001"}))["preview"]
    hoa = add_person(own_url, "hoa", ("editor", "can-tho"))
    assert own_client.post(f"{HERE}/import", json={"preview": number}, headers=hoa).status_code == 404
    other = "/desk/zones/kcn-an-nghiep/projects/import"
    assert own_client.post(other, json={"preview": number}, headers=lan).status_code == 404
    for nonsense in (None, True, "x", -1, 10**20, []):
        answer = own_client.post(f"{HERE}/import", json={"preview": nonsense}, headers=lan)
        assert answer.status_code == 400, nonsense
    assert known(own_client, lan) == []


def bomb() -> bytes:
    """A workbook whose sheet unfolds to a gigabyte, and says that it does."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    return target.getvalue()


def lying_bomb() -> bytes:
    """The same, whose directory says that it is small."""
    content = bomb()
    large = (80_000_000).to_bytes(4, "little")
    return content.replace(large, (1000).to_bytes(4, "little"))


def far_cell() -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["name", "source"])
    page["XFD1048576"] = "x"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def rewritten(part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one of its parts changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(far_cell())) as old, zipfile.ZipFile(target, "w") as made:
        for name in old.namelist():
            made.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return target.getvalue()


def torn() -> bytes:
    """A workbook of which some bytes were lost on the way."""
    content = far_cell()
    start = content.index(b"xl/workbook.xml") + len("xl/workbook.xml")
    return content[:start] + b"\xff" * 40 + content[start + 40 :]


def beyond() -> bytes:
    """A cell so far out that the program which reads workbooks gives up."""
    return rewritten("xl/worksheets/sheet1.xml", lambda text: text.replace(b"XFD1048576", b"FXSHRXW2147483647"))


def many_sheets() -> bytes:
    """A workbook whose many sheets are all the same one."""
    place = re.compile(rb"<sheet [^>]*/>")
    return rewritten("xl/workbook.xml", lambda text: place.sub(lambda one: b"".join(
        one[0].replace(b'name="Sheet"', b'name="S%d"' % number) for number in range(20_000)), text))  # fmt: skip


def strangers() -> list[bytes]:
    return [
        b"PK\x03\x04 no archive", b"%PDF-1.7", b"\xff\xd8\xff\xe0 picture", b"\0" * 50, b"a,b\n1,2\n", b"   ",
        b'name,source\n"' + b"x" * 200_000, b"name,source\n" + b"x,D001\n" * 20_000,
        b"name,source\n" + b"," * 5_000, bomb(), lying_bomb(), far_cell(), b"x" * 6_500_000,
        torn(), beyond(), many_sheets(),
    ]  # fmt: skip


def test_what_strangers_send_is_refused_in_words(own_client: TestClient, lan: Headers) -> None:
    for content in strangers():
        answer = own_client.post(f"{HERE}/preview", files={"file": ("sheet", content)}, headers=lan)
        assert answer.status_code == 413 if len(content) > 6_000_000 else answer.status_code in (400, 413), content[:40]
        assert answer.json()["detail"]
    assert hand_in(own_client, lan, b"name,source")["added"] == []


def test_twenty_thousand_rows_of_a_workbook_are_refused_before_anything_is_stored(
    own_client: TestClient, lan: Headers
) -> None:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Dự án")
    page.append(["name", "source"])
    for number in range(20_000):
        page.append([f"Nhà máy {number}", "D001"])
    target = io.BytesIO()
    book.save(target)
    answer = own_client.post(f"{HERE}/import", files={"file": ("a.xlsx", target.getvalue())}, headers=lan)
    assert answer.status_code == 400 and "5,000 rows" in answer.json()["detail"]
    assert known(own_client, lan) == []


def test_formulas_and_errors_are_not_values(own_client: TestClient, lan: Headers) -> None:
    told = hand_in(own_client, lan, sheet(
        {"name": "=CMD()", "source": "D001", "land_ha": "=1+1", "sector": "#REF!", "capital": True, "currency": "m_usd"}
    ))  # fmt: skip
    found = {(one["field"], one["code"]) for one in told["issues"]}
    assert {("name", "formula"), ("land_ha", "formula")} <= found
    assert {("sector", "error-value"), ("capital", "wrong-number")} <= found
    assert not told["is_sound"]


def test_a_zones_lots_point_to_the_project_that_holds_them(own_client: TestClient, own_url: str, lan: Headers) -> None:
    with psycopg.connect(own_url) as connection:
        for code in ("CN-1", "CN-2"):
            connection.execute(
                "INSERT INTO registry.lots (zone, code, land_use, area_ha) VALUES (%s, %s, 'industrial', 2)",
                [ZONE, code],
            )
    first = enter(own_client, lan, lots=["CN-1", "CN-2"])
    assert (known(own_client, lan)[0]["lots"], known(own_client, lan)[0]["lots_ha"]) == (["CN-1", "CN-2"], 4)
    assert codes(enter(own_client, lan, 400, name="Nhà máy B", lots=["CN-2"])) == ["unknown-lot"]
    assert codes(enter(own_client, lan, 400, name="Nhà máy B", lots=["CN-9"])) == ["unknown-lot"]
    own_client.put(f"{HERE}/{first['id']}", json={"name": "Nhà máy A", "source": "D001", "lots": ["CN-1"]},
                   headers={**lan, "If-Match": '"1"'})  # fmt: skip
    enter(own_client, lan, name="Nhà máy B", lots=["CN-2"])
    assert [one["lots"] for one in known(own_client, lan)] == [["CN-1"], ["CN-2"]]


def test_pages_of_the_desk_in_both_languages(own_client: TestClient, lan: Headers) -> None:
    html = {**lan, "Accept": "text/html"}
    id = enter(own_client, lan, name="<b>Nhà máy</b>", operation_planned_for="2020", land_ha=3)["id"]
    for language, word in (("vi", "Dự án"), ("en", "Projects")):
        page = own_client.get(f"{HERE}?lang={language}", headers=html)
        assert page.status_code == 200 and f"<h1>{word}</h1>" in page.text
        assert "<b>Nhà máy</b>" not in page.text and "&lt;b&gt;" in page.text
        assert own_client.get(f"{HERE}/{id}?lang={language}", headers=html).status_code == 200
    bad = own_client.post(HERE, data={"name": "Nhà máy B", "source": "D001", "land_ha": "vài ha"}, headers=html)
    assert bad.status_code == 400 and "vài ha" in bad.text and 'value="Nhà máy B"' in bad.text
    sent = own_client.post(HERE, data={"name": "Nhà máy B", "source": "D001", "land_ha": "4,5"}, headers=html,
                           follow_redirects=False)  # fmt: skip
    assert sent.status_code == 303
    assert known(own_client, lan)[1]["land_ha"] == 4.5
    preview = own_client.post(f"{HERE}/preview", files={"file": ("a.xlsx", sheet({"name": "C", "source": "D001"}))},
                              headers=html)  # fmt: skip
    assert preview.status_code == 200 and 'name="preview"' in preview.text


def test_a_deleted_zone_has_no_register_of_projects(own_client: TestClient, lan: Headers) -> None:
    for slug in ("no-such-zone", "x%00y"):
        assert own_client.get(f"/desk/zones/{slug}/projects", headers=lan).status_code == 404
