"""The desk's pages: what waits for whom, what a change proposes, and each decision as a form that needs no script."""

import re
from datetime import date
from html import unescape
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from api.store.changes import list_changes
from api.store.connect import Writer
from tests.people import add_person, begin_session, csrf_of
from tests.routes.test_changes import ZONE, Headers, Json, begin, item, lan, minh, ready, save, square, step

__all__ = ["lan", "minh"]
MANY_ZONES = """
WITH made AS (
    INSERT INTO registry.zones (slug, current_version)
    SELECT 'kcn-so-' || number, 1 FROM generate_series(1, 1200) number RETURNING slug)
INSERT INTO registry.zone_versions (slug, version, name_vi, name_en, kind, aliases, province_uid, communes,
    location, location_accuracy_m, location_basis, location_evidence, declared_area_inputs, sources, author)
SELECT made.slug, 1, 'Khu ' || made.slug, made.slug, kind, aliases, province_uid, communes, location,
    location_accuracy_m, location_basis, location_evidence, declared_area_inputs, sources, 'test'
FROM made, registry.zone_versions v WHERE v.slug = 'kcn-tran-de' AND v.version = 1"""


class Desk:
    """Somebody with a browser: pages are read and forms are sent as they stand in the page."""

    def __init__(self, client: TestClient, dsn: str, login: str, language: str = "en") -> None:
        self.client, self.token, self.language = client, begin_session(dsn, login), language

    @property
    def headers(self) -> Headers:
        return {"Accept": "text/html", "Accept-Language": self.language, "Cookie": f"session={self.token}"}

    def open(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.text

    def send(self, path: str, fields: Json, status: int = 200) -> str:
        sent = {"csrf": csrf_of(self.token), **fields}
        answer = self.client.post(path, data=sent, headers=self.headers, follow_redirects=False)
        if answer.status_code == 303:
            return self.open(answer.headers["location"].partition("#")[0], status)
        assert answer.status_code == status, answer.text
        return answer.text


@pytest.fixture
def editor(own_client: TestClient, own_url: str, lan: Headers) -> Desk:
    return Desk(own_client, own_url, "lan")


@pytest.fixture
def reviewer(own_client: TestClient, own_url: str, minh: Headers) -> Desk:
    return Desk(own_client, own_url, "minh")


def submitted(client: TestClient, who: Headers, **options: Any) -> Json:
    change = ready(client, who, **options)
    step(client, who, change, "submit")
    return change


def section(page: str, id: str) -> str:
    """What stands below a heading, up to the next."""
    found = re.search(rf'<h2 id="{id}">.*?(?=<h2 |</main>)', page, re.S)
    return found[0] if found else ""


@pytest.mark.parametrize(
    "path", ["/desk", "/desk?q=x", "/desk/changes/1", "/desk/zones/new", f"/desk/zones/{ZONE}/delete", "/changes"]
)
def test_who_is_not_signed_in_is_sent_there_and_back(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/sign-in?next=%2F")


def test_the_desk_says_what_to_do(own_client: TestClient, lan: Headers, editor: Desk, reviewer: Desk) -> None:
    empty = editor.open("/desk")
    assert "You have no draft. Find a zone below" in section(empty, "drafts")
    assert "Waits for your review" not in empty
    assert "Nothing waits for you." in section(reviewer.open("/desk"), "waiting")
    first = submitted(own_client, lan, name_en="First Park")
    submitted(own_client, lan, zone="kcn-song-hau", name_en="Second Park")
    begin(own_client, lan, zone="kcn-dai-ngai")
    waiting = section(reviewer.open("/desk"), "waiting")
    assert waiting.index("First Park") < waiting.index("Second Park"), "the oldest first"
    assert "ago" in waiting
    mine = editor.open("/desk")
    assert "Đại Ngãi" in section(mine, "drafts") or "Dai Ngai" in section(mine, "drafts")
    assert "First Park" in section(mine, "submitted")
    reviewer.send(f"/changes/{first['id']}/return", {"text": "Which annex?"})
    assert "Returned: Which annex?" in section(editor.open("/desk"), "drafts")


def test_a_zone_is_found_by_its_name_without_marks_in_my_provinces_only(
    own_client: TestClient, own_url: str, editor: Desk
) -> None:
    found = section(editor.open("/desk?q=tran de"), "zones")
    assert f'value="{ZONE}"' in found
    assert "No zone of your provinces" in editor.open("/desk?q=kien luong")
    add_person(own_url, "hoa", ("editor", "an-giang"))
    assert "No zone of your provinces" in Desk(own_client, own_url, "hoa").open("/desk?q=tran de")
    assert editor.open("/desk?q=%25_%27")
    page = editor.send("/changes?lang=en", {"zone": ZONE})
    assert "desk-editor" in page
    (draft,) = re.findall(r"/desk/changes/(\d+)/edit\?", section(editor.open("/desk?q=tran de"), "zones"))
    assert f"/desk/changes/{draft}/edit" in section(editor.open("/desk"), "drafts")


def test_a_new_zone_begins_with_a_form(own_client: TestClient, editor: Desk, reviewer: Desk) -> None:
    form = editor.open("/desk/zones/new")
    (province,) = re.findall(r'<option value="([^"]+)">Thành phố Cần Thơ', form)
    assert "An Giang" not in form
    assert "no editor's role" in reviewer.open("/desk/zones/new")
    fields = {"action": "create", "name_vi": "Khu công nghiệp Ngã Năm", "name_en": "Nga Nam Park",
              "kind": "industrial_park", "province": province}  # fmt: skip
    answer = own_client.post("/changes?lang=vi", data={"csrf": csrf_of(editor.token), **fields},
                             headers=editor.headers, follow_redirects=False)  # fmt: skip
    assert answer.status_code == 303
    assert re.fullmatch(r"/desk/changes/\d+/edit\?lang=vi", answer.headers["location"])


@pytest.mark.parametrize("action", ["withdraw", "merge", "delete"])
def test_a_zone_is_ended_by_a_form_that_asks_why(
    own_client: TestClient, lan: Headers, editor: Desk, action: str
) -> None:
    form = editor.open(f"/desk/zones/{ZONE}/{action}")
    assert re.search(r"<textarea[^>]* name=\"reason\"[^>]* required", form)
    assert ('name="successor"' in form) == (action == "merge")
    fields = {"zone": ZONE, "action": action, "reason": "Theo quy hoạch mới"}
    if action == "merge":
        assert f'<option value="{ZONE}"' not in form and '<option value="kcn-song-hau">' in form
        fields["successor"] = "kcn-song-hau"
    editor.send("/changes", fields)
    (change,) = own_client.get("/changes?mine=true", headers=lan).json()["changes"]
    told = own_client.get(f"/changes/{change['id']}", headers=lan).json()
    assert (told["action"], told["values"]["reason"]) == (action, "Theo quy hoạch mới")


@pytest.mark.parametrize("successor", ["kcn-nowhere", ZONE, "", "\u00e9'--"])
def test_a_zone_is_merged_only_into_another_that_is_there(
    own_client: TestClient, lan: Headers, editor: Desk, successor: str
) -> None:
    fields = {"zone": ZONE, "action": "merge", "reason": "Theo quy hoạch mới", "successor": successor}
    page = editor.send("/changes", fields, status=400)
    assert "no other zone of this id" in page and "Theo quy hoạch mới" in page
    assert f'value="{successor}" required' in unescape(page)
    assert own_client.get("/changes?mine=true", headers=lan).json()["changes"] == []


def test_every_zone_can_be_merged_into_however_many_there_are(own_url: str, editor: Desk) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute(MANY_ZONES)
    form = editor.open(f"/desk/zones/{ZONE}/merge")
    assert form.count('<option value="kcn-so-') == 1200
    page = editor.send("/changes", {"zone": ZONE, "action": "merge", "reason": "x", "successor": "kcn-so-1200"})
    assert "desk-editor" in page


def test_a_revert_begins_from_the_history(own_client: TestClient, lan: Headers, editor: Desk) -> None:
    assert "version 1" in editor.open(f"/desk/zones/{ZONE}/revert?version=1")
    for wrong, status in (("", 400), ("?version=x", 400), ("?version=9", 404), ("?version=0", 404)):
        editor.open(f"/desk/zones/{ZONE}/revert{wrong}", status)
    editor.send("/changes", {"zone": ZONE, "action": "revert", "version": "1", "title": "wrong annex"})
    (change,) = own_client.get("/changes?mine=true", headers=lan).json()["changes"]
    assert (change["action"], change["from_version"], change["title"]) == ("revert", 1, "wrong annex")


@pytest.mark.parametrize(
    "path",
    ["/desk/zones/nowhere/delete", f"/desk/zones/{ZONE}/burn", "/desk/zones/%00/merge", "/desk/changes/99",
     "/desk/changes/x", "/desk/changes/99999999999999999999"],
)  # fmt: skip
def test_what_is_not_there_is_said(editor: Desk, path: str) -> None:
    editor.open(path, 404)


def test_the_review_page_shows_both_states_and_the_words_of_the_reader(
    own_client: TestClient, own_url: str, lan: Headers, minh: Headers, reviewer: Desk
) -> None:
    first = submitted(own_client, lan, outline=square(), name_en="Tran De Park")
    step(own_client, minh, first, "approve")
    moved = square()
    moved["coordinates"][0][0][2] = [106.0616, 9.5616]
    change = begin(own_client, lan)
    change = save(
        own_client, lan, change, document="qd-1", boundary=moved, title="North-east corner",
        values={"declared_area_ha": 158, "boundary_quality": "surveyed", "boundary_crs": "EPSG:9209"},
        documents=[{"id": "qd-1", "kind": "decision", "title": "Quyết định 1", "number": "1/QĐ",
                    "issued_on": "2026-05-01"}],
        observations=[{"indicator": "workers", "value": 1200, "as_of": "2026", "quote": "1.200 lao động"}],
        milestones=[{"step": "operating", "as_of": "2026-06", "quote": "đi vào hoạt động"}],
    )  # fmt: skip
    reasons = {one["code"]: "as measured" for one in change["issues"] if one["severity"] == "warning"}
    change = save(own_client, lan, change, reasons=reasons)
    table = "1;1057165,12;561586,34\n2;1057165,12;562836,90\n"
    with psycopg.connect(own_url) as connection:  # as taking a table of corners as the outline keeps it
        connection.execute(
            "INSERT INTO registry.attachments (change_id, number, name, media, use, sha256, content, account, who) "
            "SELECT id, 1, 'mốc.csv', 'text/csv', 'corner_table', 'x', %s, author, author_name FROM registry.changes "
            "WHERE id = %s", [table.encode(), change["id"]],
        )  # fmt: skip
    step(own_client, lan, change, "submit")
    page = reviewer.open(f"/desk/changes/{change['id']}")
    for words in ("Quyết định 1", "1/QĐ", "1 May 2026", "Land gained", "158&nbsp;ha", "Surveyed outline",
                  "Digitised outline", "1 corner is new, gone or moved", "TM-3 105-30", "106.0616", "1,200",
                  "1.200 lao động", "Operating", "as measured", "mốc.csv", "561586,34", "submitted it for review",
                  "North-east corner", "Warning:"):  # fmt: skip
        assert words in page, words
    assert page.count("<h1") == 1
    vietnamese = Desk(own_client, own_url, "minh", "vi").open(f"/desk/changes/{change['id']}")
    for words in ("01/05/2026", "Đất thêm vào", "106,0616", "1.200", "Chờ thẩm định", "Cảnh báo:"):
        assert words in vietnamese, words
    assert "Land gained" not in vietnamese


def test_every_field_has_a_label_and_every_form_its_token(
    own_client: TestClient, lan: Headers, editor: Desk, reviewer: Desk
) -> None:
    change = submitted(own_client, lan, name_en="Tran De Park")
    for desk, path in ((reviewer, f"/desk/changes/{change['id']}"), (editor, f"/desk/changes/{change['id']}"),
                       (editor, "/desk?q="), (editor, "/desk/zones/new"), (editor, f"/desk/zones/{ZONE}/merge"),
                       (reviewer, "/changes")):  # fmt: skip
        page = desk.open(path)
        for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
            if 'type="hidden"' not in field:
                id = re.search(r'id="([^"]+)"', field)
                assert id and f'for="{id[1]}"' in page, field
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.S):
            assert csrf_of(desk.token) in form


def test_a_reviewer_approves_with_a_form(own_client: TestClient, lan: Headers, reviewer: Desk) -> None:
    change = submitted(own_client, lan, name_en="Tran De Park")
    page = reviewer.open(f"/desk/changes/{change['id']}")
    assert f'action="/changes/{change["id"]}/approve?lang=en"' in page
    done = reviewer.send(f"/changes/{change['id']}/approve?lang=vi", {"text": "đúng phụ lục"})
    assert 'lang="vi"' in done and "Đã phê duyệt" in done and "đúng phụ lục" in done
    assert "/approve" not in done
    assert item(own_client)["properties"]["name_en"] == "Tran De Park"


def test_a_form_without_the_token_does_nothing(own_client: TestClient, lan: Headers, reviewer: Desk) -> None:
    change = submitted(own_client, lan, name_en="Tran De Park")
    reviewer.send(f"/changes/{change['id']}/approve", {"csrf": "x" * 64}, status=403)
    assert item(own_client)["properties"]["version"] == 1


@pytest.mark.parametrize("decision", ["reject", "return"])
def test_who_rejects_or_returns_says_why_and_keeps_the_page(
    own_client: TestClient, lan: Headers, reviewer: Desk, decision: str
) -> None:
    change = submitted(own_client, lan, name_en="Tran De Park")
    page = reviewer.send(f"/changes/{change['id']}/{decision}", {"text": "  "}, status=400)
    assert 'role="alert"' in page and f'id="{decision}-text"' in page
    assert 'aria-describedby="problem"' in page
    done = reviewer.send(f"/changes/{change['id']}/{decision}", {"text": "The annex is missing"})
    assert "The annex is missing" in done


def test_who_cannot_decide_is_told_why(
    own_client: TestClient, own_url: str, lan: Headers, minh: Headers, editor: Desk, reviewer: Desk
) -> None:
    add_person(own_url, "both", ("editor", "can-tho"), ("reviewer", "can-tho"))
    both = Desk(own_client, own_url, "both")
    change = ready(own_client, lan, name_en="Tran De Park")
    address = f"/desk/changes/{change['id']}"
    draft = reviewer.open(address)
    assert "its author has not submitted it yet" in draft and "/approve" not in draft
    step(own_client, lan, change, "submit")
    mine = editor.open(address)
    assert "You have no reviewer's role" in mine and "/approve" not in mine and "/withdraw" in mine
    assert "Only its author can withdraw it" in both.open(address)
    step(own_client, minh, change, "reject", "no")
    assert "Decision</h2>" not in reviewer.open(address)
    answer = own_client.post("/changes", data={"csrf": csrf_of(both.token), "zone": ZONE}, headers=both.headers,
                             follow_redirects=False)  # fmt: skip
    id = int(answer.headers["location"].split("/")[3].split("?")[0])
    with psycopg.connect(own_url) as connection:
        connection.execute("UPDATE registry.changes SET state = 'submitted' WHERE id = %s", [id])
    assert "This is your own change" in both.open(f"/desk/changes/{id}")


def test_the_second_of_two_authors_compares_three_versions_and_takes_the_draft_on(
    own_client: TestClient, own_url: str, lan: Headers, minh: Headers, reviewer: Desk
) -> None:
    hoa = add_person(own_url, "hoa", ("editor", "can-tho"))
    desk = Desk(own_client, own_url, "hoa")
    first = ready(own_client, lan, name_en="By Lan", outline=square())
    second = submitted(own_client, hoa, name_en="By Hoa")
    step(own_client, lan, first, "submit")
    step(own_client, minh, first, "approve")
    address = f"/desk/changes/{second['id']}"
    page = reviewer.open(address)
    assert "Version 2 was published meanwhile" in page and "/approve" not in page and "/rebase" not in page
    three = section(page, "three") or page[page.index('id="three"') :]
    before = item(own_client)["properties"]
    assert before["name_en"] == "By Lan"
    for words in ("Tran De Industrial Park", "By Lan", "By Hoa", "changed by both", "compare=1,2"):
        assert words in three, words
    assert '"now": {' in page, "the map has all three outlines"
    reviewer.send(f"/changes/{second['id']}/return", {"text": "Lan's came first"})
    draft = desk.open(address)
    assert f"/changes/{second['id']}/rebase" in draft
    after = desk.send(f"/changes/{second['id']}/rebase", {})
    assert "was published meanwhile" not in after and "took the draft on" in after
    kept = own_client.get(f"/changes/{second['id']}", headers=hoa).json()
    assert (kept["base_version"], kept["values"]) == (2, {"name_en": "By Hoa"})


def test_a_refused_approval_says_what_stands_in_the_way(
    own_client: TestClient, own_url: str, lan: Headers, minh: Headers, reviewer: Desk
) -> None:
    """Two squares that overlap were both submitted; the first is published while the second is being read."""
    first = submitted(own_client, lan, outline=square())
    second = submitted(own_client, lan, zone="kcn-song-hau", outline=square(106.06))
    step(own_client, minh, first, "approve")
    page = reviewer.open(f"/desk/changes/{second['id']}")
    assert "Errors stand in the way" in page and 'class="error"' in page and 'data-lon="106.06' in page
    refused = reviewer.send(f"/changes/{second['id']}/approve", {}, status=409)
    assert 'role="alert"' in refused and "Trần Đề" in refused


def test_the_list_filters_and_sorts(own_client: TestClient, own_url: str, lan: Headers, reviewer: Desk) -> None:
    first = submitted(own_client, lan, name_en="First Park")
    begin(own_client, lan, zone="kcn-dai-ngai", title="Draft of Lan")
    age = "UPDATE registry.changes SET submitted_at = now() - interval '40 days' WHERE id = %s"
    with psycopg.connect(own_url) as connection:
        connection.execute(age, [first["id"]])
    page = reviewer.open("/changes")
    assert "First Park" in page and "Draft of Lan" in page and "1 month ago" in page
    old = reviewer.open("/changes?f=html&state=submitted&province=&days=30")
    assert "First Park" in old and "Draft of Lan" not in old
    assert "No change is like that" in reviewer.open("/changes?days=90")
    for province in ("Sóc Trăng", "soc-trang", "Cần Thơ"):
        assert "First Park" in reviewer.open(f"/changes?province={province}"), province
    assert "No change is like that" in reviewer.open("/changes?province=An Giang")
    by_name = reviewer.open("/changes?sort=-zone")
    assert 'aria-sort="descending"' in by_name and "sort=zone" in by_name
    for wrong in ("days=x", "sort=colour", "state=lost", "province=nowhere", "colour=red"):
        reviewer.open(f"/changes?{wrong}", 400)
    told = own_client.get("/changes?days=30", headers=lan).json()["changes"]
    assert [one["id"] for one in told] == [first["id"]]


@pytest.mark.parametrize("sort", ["", "age", "zone", "-zone", "province", "-province", "state", "-author"])
def test_the_list_goes_on_page_after_page(own_client: TestClient, lan: Headers, reviewer: Desk, sort: str) -> None:
    for zone in (ZONE, "kcn-song-hau", "kcn-dai-ngai"):
        begin(own_client, lan, zone=zone)
    begin(own_client, lan, zone=None, action="create", values={"name_vi": "Khu 1", "province": "vn34:92"})
    whole = own_client.get(f"/changes?sort={sort}", headers=lan).json()
    ids = [one["id"] for one in whole["changes"]]
    assert len(ids) == 4 and "links" not in whole
    address, found = f"/changes?sort={sort}&limit=2", []
    while address:
        page = own_client.get(address, headers=lan).json()
        found += [one["id"] for one in page["changes"]]
        address = next((one["href"] for one in page.get("links", []) if one["rel"] == "next"), "")
    assert found == ids
    shown, path = [], f"/changes?sort={sort}&limit=2"
    while path:
        page = reviewer.open(path)
        shown += re.findall(r'<th scope="row"><a href="/desk/changes/(\d+)', page)
        further = re.search(r'href="([^"]+)" rel="next"', page)
        path = f"/changes{unescape(further[1])}" if further else ""
    assert [int(one) for one in shown] == ids


@pytest.mark.parametrize(
    "wrong", ["after=x", "after=1,x", "after=,", "after=1,2026-01-01", "after=-1,2026-01-01T00:00:00Z", "limit=0",
              "limit=x", "after=9999999999999999999999,2026-01-01T00:00:00Z"]
)  # fmt: skip
def test_a_page_that_no_link_leads_to_is_refused(reviewer: Desk, wrong: str) -> None:
    reviewer.open(f"/changes?{wrong}", 400)


def test_a_list_reads_no_outlines(own_client: TestClient, own_url: str, lan: Headers) -> None:
    save(own_client, lan, begin(own_client, lan), boundary=square())
    writer = Writer(own_url, size=1)
    (row,) = writer.do(lambda session: list_changes(session, states=["draft"]))
    writer.close()
    assert row["sets_boundary"] and not {"boundary", "fields", "receipt", "observations", "reasons"} & {*row}


def test_what_people_write_is_never_run(own_client: TestClient, lan: Headers, reviewer: Desk) -> None:
    hostile = "</script><script>boom()</script><img src=x onerror=boom()>\"'"
    change = begin(own_client, lan)
    change = save(own_client, lan, change, title=hostile, document="D001", values={"name_en": hostile},
                  observations=[{"indicator": hostile, "quote": hostile, "as_of": str(date(2026, 1, 1))}])  # fmt: skip
    step(own_client, lan, change, "comments", hostile)
    page = reviewer.open(f"/desk/changes/{change['id']}") + reviewer.open("/changes")
    assert "<script>boom" not in page and "<img" not in page


def test_the_author_adds_a_document_on_the_page(own_client: TestClient, lan: Headers, editor: Desk) -> None:
    change = begin(own_client, lan)
    address = f"/desk/changes/{change['id']}"
    assert 'enctype="multipart/form-data"' in editor.open(address)
    answer = own_client.post(
        f"/changes/{change['id']}/evidence?lang=en", data={"csrf": csrf_of(editor.token)}, headers=editor.headers,
        files={"file": ("phụ lục.pdf", b"%PDF", "application/pdf")}, follow_redirects=False,
    )  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}?lang=en#evidence")
    assert "phụ lục.pdf" in editor.open(address)
