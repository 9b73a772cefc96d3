"""/progress as a page, JSON and CSV: filters, refusals, charts with their tables, and what a file must not run."""

import csv
import io
import re
from datetime import datetime, time
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from gis.dates import LEGAL_ZONE
from gis.formats.delimited import unguarded
from gis.progress import STATES
from tests.changes import legal_day

Row = dict[str, Any]


def ask(client: TestClient, query: str = "") -> Row:
    answer = client.get(f"/progress?{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def table(client: TestClient, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/progress?f=csv&{query}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def read(client: TestClient, query: str = "", language: str = "en") -> str:
    answer = client.get(f"/progress?f=html&lang={language}&{query}")
    assert answer.status_code == 200
    return answer.text


def rows(page: str) -> dict[str, str]:
    """What the page says of each target, by its id."""
    found = re.findall(r'<tr id="([^"]+)">(.*?)</tr>', page, flags=re.DOTALL)
    assert len({one for one, _ in found}) == len(found)
    return {one: plain(text) for one, text in found}


def plain(markup: str) -> str:
    """The text of some markup, with single spaces."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", markup)).split())


def test_each_target_has_one_state_and_a_reason_in_both_languages(client: TestClient) -> None:
    answer = ask(client)
    assert list(answer["states"]) == list(STATES)
    assert sum(answer["states"].values()) == len(answer["targets"]) == 86
    for one in answer["targets"]:
        assert one["state"] in STATES
        assert one["reason"]["code"]
        assert one["reason_vi"] != one["reason_en"]
        assert one["source"]
        assert one["place"]
        assert one["quote"]


@pytest.mark.parametrize(("query", "count"), [
    ("province=soc-trang", 70), ("province=S%C3%B3c%20Tr%C4%83ng", 70), ("province=92", 70), ("province=vn34:92", 70),
    ("province=kien-giang", 16), ("province=an-giang", 16), ("province=ha-noi", 0), ("year=2026", 1), ("year=1990", 0),
    ("state=missed", 9), ("indicator=target_fill_rate_pct", 7), ("province=92&year=2030&state=reached", 0),
    ("province=&year=&state=&indicator=", 86), ("province=soc-trang&indicator=target_fill_rate_pct&year=2025", 2),
])  # fmt: skip
def test_filters(client: TestClient, query: str, count: int) -> None:
    answer = ask(client, query)
    assert len(answer["targets"]) == sum(answer["states"].values()) == count
    assert len(table(client, query)) == count
    assert len(rows(read(client, query))) == count


@pytest.mark.parametrize(("query", "parameter", "right"), [
    ("province=atlantis", "province", "soc-trang"), ("province=" + "x" * 999, "province", "200"),
    ("year=soon", "year", "1"), ("year=-5", "year", "1"), ("year=20255", "year", "1"), ("year=٢٠٢٥", "year", "1"),
    ("state=done", "state", "not_assessable"), ("indicator=happiness", "indicator", "target_fill_rate_pct"),
    ("state=missed&state=reached", "state", ""), ("sort=year", "sort", "province"), ("f=xlsx", "f", "csv"),
    ("page=1", "page", "indicator"), ("f=csv&page=1", "page", "indicator"), ("f=html&page=0", "page", "1"),
    ("f=html&page=7", "page", "1–1"), ("f=html&page=x", "page", "1"), ("province=%00", "province", "UTF-8"),
])  # fmt: skip
def test_what_cannot_be_understood_is_refused_by_name(
    client: TestClient, query: str, parameter: str, right: str
) -> None:
    answer = client.get(f"/progress?{query}", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    if "f=html" not in query:
        assert answer.json()["errors"][0]["parameter"] == parameter
        assert right in answer.json()["detail"]


def test_the_csv_is_flat_and_says_the_same(client: TestClient) -> None:
    lines, answer = {one["id"]: one for one in table(client)}, ask(client)
    for one in answer["targets"]:
        line = lines[one["id"]]
        assert (line["state"], line["reason_en"]) == (one["state"], one["reason_en"])
        assert unguarded(line["quote"]) == one["quote"]
        assert line["value"] == ("" if one["value"] is None else repr(one["value"]))
    assert lines["F105"]["observation_value"] == "24359"
    assert lines["F040"]["measured_high"] == "19"
    assert lines["F002"]["relation"] == "supersedes"
    assert lines["F231"]["quote"].startswith("'- Khu vực")  # words that a spreadsheet would take for a formula
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines.values() for cell in line.values())


def test_documents_that_disagree_are_all_shown(client: TestClient) -> None:
    told = {one["id"]: one for one in ask(client)["targets"]}
    assert told["F105"]["observation"]["id"] == "F004"
    assert {(one["id"], one["value"], one["state"]) for one in told["F105"]["others"]} == {
        ("F185", 40000, "missed"), ("F235", 40000, "missed"),
    }  # fmt: skip
    assert told["F106"]["relation"] == {"kind": "superseded_by", "facts": ["F005"]}
    assert told["F018"]["relation"] == {"kind": "repeats", "facts": ["F041"]}
    for one, other in (("F188", "F107"), ("F107", "F188")):  # a report tells of an older resolution than D002
        assert told[one]["relation"] == {"kind": "beside", "facts": [other]}
    assert {told[one]["observation"]["value"] for one in ("F107", "F188")} == {13.2}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_shows_each_target_with_its_demand_state_and_words(client: TestClient, language: str) -> None:
    page = read(client, "", language)
    shown = rows(page)
    for one in ask(client)["targets"]:
        for text in (one[f"reason_{language}"], one["quote"], one["source"], one["place"]):
            assert " ".join(text.split()) in shown[one["id"]]
    assert ("≥ 21%" in shown["F003"], "> 40%" in shown["F152"]) == (True, True)
    assert "F041 (D001)" in shown["F018"]
    years = plain(page[page.index('<ul class="reviews">') :].partition("</ul>")[0])
    assert re.findall("20[0-9]{2}", years) == ["2021", "2025", "2026", "2030"]
    assert re.findall("D00[0-9]", years) == ["D002", "D001", "D002", "D001"]


def test_the_page_begins_with_how_many_are_in_each_state_by_province_and_year(client: TestClient) -> None:
    answer = ask(client)
    page = read(client)
    sums = re.search('aria-labelledby="sums">.*?</table>', page, flags=re.DOTALL)
    assert sums
    told = re.findall('<tr[^>]*><th scope="row".*?</tr>', sums[0], flags=re.DOTALL)
    named = {plain(one.partition("</th>")[0]): [int(n) for n in re.findall(r">(\d+)</td>", one)] for one in told}
    for province in ("Tỉnh Kiên Giang", "Tỉnh Sóc Trăng"):
        group = [one for one in answer["targets"] if one["province"] == province]
        parts = {province: group, **{f"{one['year']} {province}": [] for one in group}}
        for one in group:
            parts[f"{one['year']} {province}"].append(one)
        for name, part in parts.items():
            assert named.pop(name) == [len(part), *(sum(one["state"] == state for one in part) for state in STATES)]
    assert named == {}
    why = re.search('aria-labelledby="why">.*?</section>', page, flags=re.DOTALL)
    assert why
    counted = [int(one) for one in re.findall(r'class="figure">(\d+)<|: (\d+)</li>', why[0]) for one in one if one]
    assert sum(counted) == answer["states"]["not_assessable"]
    assert counted == sorted(counted, reverse=True)


def test_a_state_that_is_chosen_leaves_the_sums_as_they_are(client: TestClient) -> None:
    page = read(client, "province=soc-trang&state=missed")
    assert len(rows(page)) == 9
    tiles = page[page.index('<ul class="states">') :].partition("</ul>")[0]
    assert re.findall(r'class="key">(\d+)<', tiles) == ["4", "0", "0", "9", "57"]
    assert tiles.count("aria-current") == 1


def test_a_long_list_is_folded_by_year_and_a_short_one_is_open(client: TestClient) -> None:
    assert '<details class="group">' in read(client)
    for query in ("state=missed", "province=soc-trang&year=2025"):
        groups = re.findall('<details class="group"( open)?>', read(client, query))
        assert groups
        assert all(groups)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_charts_are_drawn_with_the_figures_behind_them(client: TestClient, language: str) -> None:
    page = read(client, "province=soc-trang", language)
    figures = re.findall('<figure class="chart-figure">(.*?)</figure>', page, flags=re.DOTALL)
    assert len(figures) == 6
    titles = re.findall('<title id="(trajectory-[^"]+)">', page)
    assert len(set(titles)) == 6
    output, growth, share, *_ = (plain(one.partition("</svg>")[2]) for one in figures)
    shown = [
        text.replace(",", ".") if language == "vi" else text for text in ("24,359", "40,000", "64,000", "> 90,000")
    ]
    assert all(one in output for one in shown)
    assert ("13,2" if language == "vi" else "13.2") in growth
    pace = "2,3 điểm phần trăm mỗi năm" if language == "vi" else "2.3 percentage points a year"
    assert share.count(pace) == 2  # in the legend and in the table
    for one in figures:
        ElementTree.fromstring(re.search("<svg class=.chart.*?</svg>", one, flags=re.DOTALL)[0])  # type: ignore[index]
        assert len(re.findall('class="review"', one)) == 4
    assert [one.count('"pace-needed"') for one in figures] == [2, 0, 2, 2, 0, 2]  # the line and its legend
    assert [one.count('"pace-reached"') for one in figures] == [0, 0, 2, 2, 0, 0]


def test_a_page_holds_as_long_as_the_day(client: TestClient) -> None:
    answer = client.get("/progress")
    assert client.get("/progress", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    midnight = datetime.combine(legal_day(), time(), LEGAL_ZONE)
    assert parsedate_to_datetime(answer.headers["last-modified"]) >= midnight
