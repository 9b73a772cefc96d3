"""Figures of a period by a sheet: what it would propose, changes of all of it or nothing, and where they show then."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openpyxl
import psycopg
import pytest
from starlette.testclient import TestClient

from gis.figures.fields import LAND, ROW
from tests.people import add_person
from tests.routes.test_changes import begin, save, step
from tests.routes.test_projects import strangers

HERE = "/desk/figures"
SCOPE = {"province": "soc-trang", "period": "2025"}
ZONE = "kcn-an-nghiep"
PAPER = {"id": "bc-2025", "kind": "report", "title": "Báo cáo số 12", "issued_on": "2026-01-10"}
SAID = {"source": "bc-2025", "quote": "đất đã cho thuê 150 ha", "place": "tr. 3"}
AREAS: dict[str, Any] = dict(zip(LAND, (200, 150, 20, 15), strict=True))
Headers = dict[str, str]
Json = dict[str, Any]


@pytest.fixture
def lan(own_url: str) -> Headers:
    """An editor of Cần Thơ, where Sóc Trăng is today."""
    return {**add_person(own_url, "lan", ("editor", "can-tho")), "Accept-Language": "en"}


@pytest.fixture
def minh(own_url: str) -> Headers:
    """A reviewer of Cần Thơ."""
    return add_person(own_url, "minh", ("reviewer", "can-tho"))


def form(client: TestClient, who: Headers, language: str = "en", **scope: str) -> openpyxl.Workbook:
    answer = client.get(f"{HERE}.xlsx", params={**SCOPE, **scope, "lang": language}, headers=who)
    assert answer.status_code == 200, answer.text
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def cells(book: openpyxl.Workbook, slug: str) -> dict[str, Any]:
    """The cells of a zone's row by the names of the fields."""
    page = book.worksheets[0]
    row = next(one for one in page.iter_rows(min_row=2) if one[0].value == slug)
    return {one.name: row[place] for place, one in enumerate(ROW)}


def fill(book: openpyxl.Workbook, slug: str, documents: list[Json] | None = None, /, **values: Any) -> bytes:
    """The form with values in a zone's row, and new documents."""
    for name, value in values.items():
        cells(book, slug)[name].value = value
    for number, one in enumerate(documents or [], 2):
        for place, name in enumerate(("id", "kind", "title", "number", "issuer", "issued_on", "url"), 1):
            book.worksheets[1].cell(number, place).value = one.get(name)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def sheet(*rows: Json, documents: list[Json] | None = None) -> bytes:
    """A workbook of rows by the names of the fields."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    names = [one.name for one in ROW]
    page.append(names)
    for row in rows:
        page.append([row.get(name) for name in names])
    beside = book.create_sheet("Documents")
    beside.append(["Code of the document", "Kind of document", "Title", "Issued on"])
    for one in documents or []:
        beside.append([one.get(name) for name in ("id", "kind", "title", "issued_on")])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def hand_in(
    client: TestClient, who: Headers, content: bytes, way: str = "preview", status: int | None = None, **more: Any
) -> Json:
    scope = {**SCOPE, **{name: more.pop(name) for name in ("province", "period") if name in more}}
    files = {"file": ("figures.xlsx", content)}
    answer = client.post(f"{HERE}/{way}", params=scope, files=files, data=more, headers=who)
    assert answer.status_code == (status or (201 if way == "import" else 200)), answer.text
    return answer.json()


def codes(answer: Json, severity: str = "error") -> list[str]:
    return [one["code"] for one in answer["issues"] if one["severity"] == severity]


def changes(client: TestClient, who: Headers) -> list[Json]:
    return client.get("/changes?mine=true", headers=who).json()["changes"]


def test_from_the_form_to_the_fill_rate(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    book = form(own_client, lan)
    content = fill(book, ZONE, [PAPER], **AREAS, **SAID, projects=70)
    told = hand_in(own_client, lan, content)
    assert told["is_sound"] and codes(told, "warning") == []
    (zone,) = told["zones"]
    assert (zone["slug"], len(zone["observations"])) == (ZONE, 5)
    assert zone["before"]["projects"] == {"value": 66, "step": None, "as_of": "2020", "source": "D004"}
    assert changes(own_client, lan) == []  # nothing is stored yet
    answer = own_client.post(f"{HERE}/import", json={"preview": told["preview"], "submit": True}, headers=lan)
    assert answer.status_code == 201, answer.text
    (made,) = answer.json()["changes"]
    assert (made["zone"], made["state"], made["issues"]) == (ZONE, "submitted", [])
    assert own_client.get(f"/changes/{made['id']}", headers=lan).json()["title"] == "Figures of 2025"
    before = own_client.get(f"/collections/zones/items/{ZONE}").json()["properties"]
    assert (before["fill_rate_pct"], before["fill_rate_basis"]) == (96.5, "reported")
    step(own_client, minh, made, "approve")
    after = own_client.get(f"/collections/zones/items/{ZONE}").json()["properties"]
    assert (after["fill_rate_pct"], after["fill_rate_basis"], after["fill_rate_as_of"]) == (75, "areas", "2025-12-31")
    assert (after["leasable_area_ha"], after["leased_area_ha"]) == (220, 165)
    (rate,) = [one for one in own_client.get("/stats/fill-rates").json()["rates"] if one["zone"] == ZONE]
    assert (rate["value_pct"], rate["basis"], rate["source"]) == (75, "areas", "bc-2025")
    page = own_client.get(f"/zones/{ZONE}?lang=en").text
    assert "75.0%" in page and "Báo cáo số 12" in page and "đất đã cho thuê 150 ha" in page
    again = hand_in(own_client, lan, content)  # by a sheet of the version before
    assert (again["zones"], again["issues"]) == ([], [])
    assert hand_in(own_client, lan, content, "import", 409)["type"] == "/problems/no-new-figures"


def test_the_form_has_what_is_known_and_reads_back_as_no_change(own_client: TestClient, lan: Headers) -> None:
    for language, heading in (("vi", "Tỷ lệ lấp đầy (%)"), ("en", "Fill rate (%)")):
        book = form(own_client, lan, language, period="2020")
        page = book.worksheets[0]
        row = cells(book, ZONE)
        assert heading in [cell.value for cell in page[1]]
        assert (row["fill_rate_pct"].value, row["projects"].value, row["tenants"].value) == (96.5, 66, 49)
        assert row["fill_rate_pct"].data_type == "n" and "D004" in row["fill_rate_pct"].comment.text
        assert row["workers"].value is None  # the document says: more than 14,000
        assert "14" in row["workers"].comment.text and "14" in row["last_known"].value
        assert (row["as_of"].value, row["source"].value) == ("2020-12-31", None)
        assert (page.freeze_panes, len(page.data_validations.dataValidation)) == ("C2", 2)
        told = hand_in(own_client, lan, fill(book, ZONE), period="2020")
        assert (told["zones"], told["issues"], len(told["unchanged"])) == ([], [], page.max_row - 1)
    later = cells(form(own_client, lan), ZONE)
    assert later["fill_rate_pct"].value is None
    assert later["fill_rate_pct"].comment.text == "last known: 96.5 (2020, D004)"
    assert "Fill rate (%): 96.5 (2020, D004)" in later["last_known"].value


def test_a_province_old_or_new_has_its_zones(own_client: TestClient, own_url: str, lan: Headers) -> None:
    def slugs(province: str, who: Headers = lan) -> set[str]:
        answer = own_client.get(HERE, params={**SCOPE, "province": province}, headers=who)
        assert answer.status_code == 200, answer.text
        return {one["slug"] for one in answer.json()["zones"]}

    old = slugs("Sóc Trăng")
    assert {ZONE, "kcn-tran-de"} <= old <= slugs("92") == slugs("can-tho")
    assert slugs("vn63:94") == old
    everywhere = add_person(own_url, "everywhere", ("editor", None))
    assert not slugs("kien-giang", everywhere) & old and slugs("kien-giang", everywhere)
    assert slugs("ha-noi", everywhere) == set()


@pytest.mark.parametrize(
    ("scope", "kind"),
    [
        ({"province": "soc-trang"}, "missing-parameter"), ({"period": "2025"}, "missing-parameter"),
        ({**SCOPE, "period": "2025-Q1"}, "not-a-period"), ({**SCOPE, "period": "٢٠٢٥"}, "not-a-period"),
        ({**SCOPE, "period": "2999"}, "future-period"), ({**SCOPE, "province": "atlantis"}, "unknown-province"),
        ({**SCOPE, "province": "a\0b"}, "bad-text"), ({**SCOPE, "colour": "red"}, "unknown-parameter"),
    ],
)  # fmt: skip
def test_a_scope_that_is_none_is_refused(own_client: TestClient, lan: Headers, scope: Json, kind: str) -> None:
    answers = [own_client.get(path, params=scope, headers=lan) for path in (HERE, f"{HERE}.xlsx")]
    for way in ("preview", "import"):
        answers.append(own_client.post(f"{HERE}/{way}", params=scope, files={"file": ("a", sheet())}, headers=lan))
    for answer in answers:
        assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{kind}"), answer.text


def test_only_who_edits_in_the_province(own_client: TestClient, own_url: str, lan: Headers, minh: Headers) -> None:
    plain = {"Accept": "application/json"}
    stranger = add_person(own_url, "hoa", ("editor", "an-giang"))
    for who, status in ((plain, 401), (stranger, 403), (minh, 403)):
        for path in (HERE, f"{HERE}.xlsx"):
            assert own_client.get(path, params=SCOPE, headers=who).status_code == status
        for way in ("preview", "import"):
            answer = own_client.post(f"{HERE}/{way}", params=SCOPE, files={"file": ("a", sheet())}, headers=who)
            assert answer.status_code == status
    row = {"slug": ZONE, "version": 1, "projects": 3, "source": "D001", "quote": "x"}
    foreign = hand_in(own_client, stranger, sheet(row), province="an-giang", status=403)
    assert foreign["type"] == "/problems/role-missing"
    there = own_client.get(HERE, params={**SCOPE, "province": "an-giang"}, headers=stranger).json()["zones"][0]["slug"]
    mixed = hand_in(own_client, stranger, sheet(row, {**row, "slug": there}), province="an-giang")
    assert codes(mixed) == ["role-missing"] and mixed["issues"][0]["row"] == 2


ROWS: list[tuple[Json, str, str]] = [
    ({"slug": "no-such-zone"}, "unknown-zone", "slug"), ({"name": "KCN Trần Đề"}, "other-name", "name"),
    ({"version": 7}, "outdated", "version"), ({"version": None}, "no-version", "version"),
    ({"version": "x"}, "wrong-id", "version"), ({"projects": "1.106"}, "two-numbers", "projects"),
    ({"projects": 3.5}, "not-whole", "projects"), ({"workers": "nhiều"}, "wrong-number", "workers"),
    ({"workers": -1}, "out-of-range", "workers"), ({"fill_rate_pct": 100.5}, "out-of-range", "fill_rate_pct"),
    ({"tenants": "=1+1"}, "formula", "tenants"), ({"tenants": "#REF!"}, "error-value", "tenants"),
    ({LAND[0]: 10, LAND[1]: 11}, "leased-exceeds-leasable", LAND[1]),
    ({"as_of": "2024-12-31"}, "outside-period", "as_of"),
    ({"as_of": "2026"}, "outside-period", "as_of"), ({"as_of": "hôm qua"}, "wrong-date", "as_of"),
    ({"source": None}, "missing", "source"), ({"quote": None}, "missing", "quote"),
    ({"source": "no-such"}, "unknown-source", "source"), ({"step": "operating"}, "step-alone", "step_on"),
    ({"step_on": "2025"}, "step-alone", "step"), ({"step": "asleep", "step_on": "2025"}, "unknown-step", "step"),
    ({"step": "Đã rút khỏi quy hoạch", "step_on": "2025"}, "step-ends", "step"),
    ({"step": "operating", "step_on": "2026-01-05"}, "after-period", "step_on"),
]  # fmt: skip


def test_each_bad_cell_is_named_and_keeps_the_whole_sheet_out(own_client: TestClient, lan: Headers) -> None:
    good = {"slug": "kcn-tran-de", "version": 1, "projects": 3, "source": "D001", "quote": "x"}
    letters = {one.name: openpyxl.utils.get_column_letter(place) for place, one in enumerate(ROW, 1)}
    for change, code, field in ROWS:
        content = sheet(good, {**good, "slug": ZONE, "projects": 4, **change})
        told = hand_in(own_client, lan, content)
        assert code in codes(told), (change, told["issues"])
        found = next(one for one in told["issues"] if one["code"] == code)
        assert (found["sheet"], found["row"], found["column"], found["field"]) == ("Sheet", 3, letters[field], field)
        assert hand_in(own_client, lan, content, "import", 400)["type"] == "/problems/bad-figures"
        assert own_client.post(f"{HERE}/import", json={"preview": told["preview"]}, headers=lan).status_code == 400
        vietnamese = hand_in(own_client, {**lan, "Accept-Language": "vi"}, content)["issues"]
        assert next(one for one in vietnamese if one["code"] == code)["message"] != found["message"]
    assert changes(own_client, lan) == []
    twice = hand_in(own_client, lan, sheet(good, good))
    assert codes(twice) == ["zone-twice"] and twice["issues"][0]["row"] == 3


def test_what_is_odd_is_a_warning_and_keeps_nothing_out(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    def warned(**values: Any) -> list[str]:
        row = {"slug": ZONE, "version": 2, "source": "D004", "quote": "x", **values}
        return codes(hand_in(own_client, lan, sheet(row), period="2021"), "warning")

    first = begin(own_client, lan, zone=ZONE)
    known = [{"indicator": name, "value": value, "as_of": "2020", "source": "D004", "quote": "x"}
             for name, value in AREAS.items()]  # fmt: skip
    first = save(own_client, lan, first, document="D004", observations=known)
    step(own_client, lan, first, "submit")
    step(own_client, minh, first, "approve")
    whole = {**AREAS, "as_of": "2021"}
    assert "decreased" in warned(**{**whole, LAND[1]: 140})
    assert "large-change" in warned(**{**whole, LAND[1]: 70})
    assert warned(**{LAND[1]: 210, "as_of": "2021"}) == ["above-known", "land-incomplete"]
    assert warned(projects=67, as_of="2021", step="planned", step_on="2021") in (["step-behind"], ["step-known"])
    assert "document-older" in warned(projects=67, as_of="2021-12-31", source="D001")


def test_two_documents_may_disagree_and_one_may_not_with_itself(
    own_client: TestClient, lan: Headers, minh: Headers
) -> None:
    row = {"slug": ZONE, "version": 1, "fill_rate_pct": 90, "as_of": "2020", "quote": "x"}
    for as_of in ("2020", "2020-12-31"):
        same = hand_in(own_client, lan, sheet({**row, "as_of": as_of, "source": "D004"}), period="2020")
        assert codes(same) == ["says-otherwise"]
    other = sheet({**row, "source": "bc-2020"}, documents=[{**PAPER, "id": "bc-2020"}])
    assert codes(hand_in(own_client, lan, other, period="2020"), "warning") == ["differs"]
    (made,) = hand_in(own_client, lan, other, "import", period="2020", submit="yes")["changes"]
    step(own_client, minh, made, "approve")
    facts = own_client.get("/collections/facts/items", params={"zone": ZONE, "indicator": "fill_rate_pct"}).json()
    told = [one["properties"] for one in facts["features"]]
    assert sorted(one["value"] for one in told if one["class"] == "observation") == [90, 96.5]


def test_one_new_document_of_many_zones_goes_along_with_each(
    own_client: TestClient, own_url: str, lan: Headers, minh: Headers
) -> None:
    rows = [{"slug": slug, "version": 1, "projects": 3, "source": "bc-2025", "quote": "x"}
            for slug in ("kcn-tran-de", "kcn-song-hau", "kcn-dai-ngai")]  # fmt: skip
    content = sheet(*rows, documents=[PAPER, {**PAPER, "id": "unused"}])
    told = hand_in(own_client, lan, content, "import", submit="true")
    assert [one["id"] for one in told["documents"]] == ["bc-2025"]
    assert [one["state"] for one in told["changes"]] == ["submitted"] * 3
    for made in told["changes"]:
        step(own_client, minh, made, "approve")
    with psycopg.connect(own_url) as connection:
        kept = connection.execute("SELECT id, title FROM registry.sources WHERE id IN ('bc-2025', 'unused')").fetchall()
    assert kept == [("bc-2025", "Báo cáo số 12")]


def test_the_same_sheet_twice_adds_nothing(own_client: TestClient, lan: Headers) -> None:
    content = fill(form(own_client, lan), ZONE, [PAPER], **AREAS, **SAID, step="Operating", step_on="2025-03")
    (made,) = hand_in(own_client, lan, content, "import")["changes"]
    assert made["state"] == "draft"
    again = hand_in(own_client, lan, content)
    assert (again["zones"], again["issues"]) == ([], [])
    hand_in(own_client, lan, content, "import", 409)
    more = fill(form(own_client, lan), ZONE, [PAPER], **AREAS, **SAID, workers=15000)
    refused = hand_in(own_client, lan, more)
    assert codes(refused) == ["draft-exists"] and f"change {made['id']}" in refused["issues"][0]["message"]
    step(own_client, lan, made, "submit")
    other = fill(form(own_client, lan), ZONE, [PAPER], **{**AREAS, LAND[1]: 151}, **SAID)
    assert "proposed-otherwise" in codes(hand_in(own_client, lan, other), "warning")
    (next_,) = hand_in(own_client, lan, more, "import")["changes"]
    assert len(own_client.get(f"/changes/{next_['id']}", headers=lan).json()["observations"]) == 1
    assert len(changes(own_client, lan)) == 2


def test_the_same_sheet_handed_in_twice_at_once_is_taken_once(own_client: TestClient, lan: Headers) -> None:
    content = sheet({"slug": ZONE, "version": 1, "projects": 70, "source": "D004", "quote": "x"})

    def send(_: int) -> int:
        answer = own_client.post(f"{HERE}/import", params=SCOPE, data={"submit": "yes"}, headers=lan,
                                 files={"file": ("a.xlsx", content)})  # fmt: skip
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [201, 409, 409, 409]
    assert len(changes(own_client, lan)) == 1


def test_land_goes_together_so_that_a_rate_can_be_worked_out(
    own_client: TestClient, lan: Headers, minh: Headers
) -> None:
    first = sheet({"slug": ZONE, "version": 1, **AREAS, "as_of": "2025-09", "source": "D004", "quote": "x"})
    (made,) = hand_in(own_client, lan, first, "import", submit="yes")["changes"]
    step(own_client, minh, made, "approve")
    book = form(own_client, lan)
    assert cells(book, ZONE)[LAND[0]].value == 200 and cells(book, ZONE)["version"].value == 2
    told = hand_in(own_client, lan, fill(book, ZONE, [PAPER], **{LAND[1]: 160}, **SAID))
    assert len(told["zones"][0]["observations"]) == 4


def test_a_draft_that_needs_a_reason_stays_one(own_client: TestClient, own_url: str, lan: Headers) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE registry.zone_versions SET boundary_quality = 'digitised', "
                           "declared_area_ha = declared_area_ha * 2 WHERE slug = %s", [ZONE])  # fmt: skip
    content = sheet({"slug": ZONE, "version": 1, "projects": 3, "source": "D004", "quote": "x"})
    (made,) = hand_in(own_client, lan, content, "import", submit="yes")["changes"]
    assert made["state"] == "draft" and made["issues"][0]["code"] == "area-differs"


def test_a_preview_is_its_makers_and_the_last_five_are_kept(own_client: TestClient, own_url: str, lan: Headers) -> None:
    content = sheet({"slug": ZONE, "version": 1, "projects": 3, "source": "D004", "quote": "x"})
    numbers = [hand_in(own_client, lan, content)["preview"] for _ in range(6)]
    hoa = add_person(own_url, "hoa", ("editor", "can-tho"))
    for who, number in ((hoa, numbers[-1]), (lan, numbers[0])):
        answer = own_client.post(f"{HERE}/import", json={"preview": number}, headers=who)
        assert answer.json()["type"] == "/problems/preview-gone"
    for nonsense in (None, True, "x", -1, 10**20, []):
        answer = own_client.post(f"{HERE}/import", json={"preview": nonsense}, headers=lan)
        assert answer.status_code == 400, nonsense
    assert own_client.post(f"{HERE}/import", json={"preview": numbers[1]}, headers=lan).status_code == 201
    assert own_client.post(f"{HERE}/import", json={"preview": numbers[1]}, headers=lan).status_code == 404


def test_what_strangers_send_is_refused_in_words(own_client: TestClient, lan: Headers) -> None:
    for content in strangers():
        answer = own_client.post(f"{HERE}/preview", params=SCOPE, files={"file": ("sheet", content)}, headers=lan)
        assert answer.status_code in (400, 413), content[:40]
        assert answer.json()["detail"]
    hostile = {"slug": "'; DROP TABLE registry.zones; --", "name": "<script>alert(1)</script>", "version": 1,
               "projects": 3, "source": "{0}{field.__class__}", "quote": "${7*7}{{7*7}}"}  # fmt: skip
    told = hand_in(own_client, lan, sheet(hostile, {**hostile, "slug": ZONE, "name": None}))
    assert codes(told) == ["unknown-zone", "unknown-source"]


def test_a_csv_does_as_well(own_client: TestClient, lan: Headers) -> None:
    content = "Mã khu;Phiên bản;Số dự án trong khu;Văn bản;Trích nguyên văn;Màu\n" + f"{ZONE};1;67;D004;sáu bảy;đỏ\n"
    told = hand_in(own_client, lan, content.encode())
    assert told["is_sound"] and codes(told, "warning") == ["column-unknown", "document-older"][:1]
    assert told["zones"][0]["observations"][0]["as_of"] == "2025-12-31"


def test_the_form_of_another_period_is_noticed(own_client: TestClient, lan: Headers) -> None:
    content = fill(form(own_client, lan, period="2024-H1"), ZONE, projects=70, source="D004", quote="x")
    assert "other-period" in codes(hand_in(own_client, lan, content))


def test_pages_in_both_languages(own_client: TestClient, lan: Headers) -> None:
    html = {**lan, "Accept": "text/html"}
    for language, word in (("vi", "Số liệu của một kỳ"), ("en", "Figures of a period")):
        assert f'href="/desk/figures?lang={language}"' in own_client.get(f"/desk?lang={language}", headers=html).text
        empty = own_client.get(HERE, params={"lang": language}, headers=html)
        assert empty.status_code == 200 and f"<h1>{word}</h1>" in empty.text
        page = own_client.get(HERE, params={**SCOPE, "period": "2020", "lang": language}, headers=html)
        assert page.status_code == 200 and 'name="file"' in page.text and ZONE in page.text and "(%)" in page.text
        content = sheet({"slug": ZONE, "version": 1, "projects": 3, "fill_rate_pct": 90, "source": "D001", "quote": "x",
                         "step": "operating", "step_on": "2025"})  # fmt: skip
        preview = own_client.post(f"{HERE}/preview", params={**SCOPE, "lang": language},
                                  files={"file": ("<b>a.xlsx", content)}, headers=html)  # fmt: skip
        assert preview.status_code == 200 and 'name="preview"' in preview.text and "<b>a" not in preview.text
    bad = own_client.get(HERE, params={**SCOPE, "period": "soon"}, headers=html)
    assert bad.status_code == 400
    number = preview.text.partition('name="preview" value="')[2].partition('"')[0]
    answer = own_client.post(f"{HERE}/import", data={"preview": number}, headers=html, follow_redirects=False)
    assert answer.status_code == 303
    assert "/desk/changes/1" in own_client.get(answer.headers["location"], headers=html).text
