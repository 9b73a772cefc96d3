"""What filters find, against the same question put to the rows by Python, in text and in JSON."""
# ruff: noqa: E501

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.store.filters.conftest import Register, Row

Test = Callable[[Row], Any]
P = {name: {"property": name} for name in (
    "name_vi", "name_en", "slug", "kind", "declared_area_ha", "version", "sectors", "fill_rate_pct", "updated_at",
    "commune", "value", "value_max", "met", "is_target", "source_issued_on", "valid_from", "valid_to",
    "location_accuracy_m", "class", "id", "quote",
)}  # fmt: skip
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def op(name: str, *args: Any) -> dict[str, Any]:
    return {"op": name, "args": list(args)}


def plain(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def known(test: Test, *names: str) -> Test:
    """SQL's null: what is not known is not found."""
    return lambda row: all(row[name] is not None for name in names) and test(row)


AREA, RATE = "declared_area_ha", "fill_rate_pct"
CASES: list[tuple[str, str, Any, Test]] = [
    # comparisons
    ("zones", "kind = 'industrial_park'", op("=", P["kind"], "industrial_park"), lambda r: r["kind"] == "industrial_park"),
    ("zones", "kind <> 'industrial_park'", op("<>", P["kind"], "industrial_park"), lambda r: r["kind"] != "industrial_park"),
    ("zones", "declared_area_ha > 200", op(">", P[AREA], 200), known(lambda r: r[AREA] > 200, AREA)),
    ("zones", "declared_area_ha >= 200", op(">=", P[AREA], 200), known(lambda r: r[AREA] >= 200, AREA)),
    ("zones", "declared_area_ha < 200", op("<", P[AREA], 200), known(lambda r: r[AREA] < 200, AREA)),
    ("zones", "declared_area_ha <= 200", op("<=", P[AREA], 200), known(lambda r: r[AREA] <= 200, AREA)),
    ("zones", "fill_rate_pct = 96.5", op("=", P[RATE], 96.5), known(lambda r: float(r[RATE]) == 96.5, RATE)),
    ("zones", "version = 1", op("=", P["version"], 1), lambda r: r["version"] == 1),
    ("zones", "name_vi > 'Khu'", op(">", P["name_vi"], "Khu"), lambda r: r["name_vi"] > "Khu"),
    ("zones", "name_vi < 'Cụm công nghiệp T'", op("<", P["name_vi"], "Cụm công nghiệp T"), lambda r: r["name_vi"] < "Cụm công nghiệp T"),
    ("zones", "declared_area_ha IS NULL", op("isNull", P[AREA]), lambda r: r[AREA] is None),
    ("zones", "declared_area_ha IS NOT NULL", op("not", op("isNull", P[AREA])), lambda r: r[AREA] is not None),
    ("zones", "geometry IS NULL", op("isNull", {"property": "geometry"}), lambda r: r["geometry"] is None),
    ("zones", "sectors IS NULL", op("isNull", P["sectors"]), lambda r: r["sectors"] is None),
    ("facts", "met", P["met"], lambda r: r["met"] is True),
    ("facts", "NOT met", op("not", P["met"]), lambda r: r["met"] is False),
    ("facts", "met = false", op("=", P["met"], False), lambda r: r["met"] is False),
    ("facts", "is_target = (value > 50)", op("=", P["is_target"], op(">", P["value"], 50)), known(lambda r: r["is_target"] == (r["value"] > 50), "value")),
    ("facts", "source_issued_on > '2020-01-01'", op(">", P["source_issued_on"], "2020-01-01"), known(lambda r: r["source_issued_on"] > date(2020, 1, 1), "source_issued_on")),
    ("facts", "source_issued_on <= DATE('2017-07-17')", op("<=", P["source_issued_on"], {"date": "2017-07-17"}), known(lambda r: r["source_issued_on"] <= date(2017, 7, 17), "source_issued_on")),
    ("facts", "source_issued_on = TIMESTAMP('2017-07-16T17:00:00Z')", op("=", P["source_issued_on"], {"timestamp": "2017-07-16T17:00:00Z"}), known(lambda r: r["source_issued_on"] == date(2017, 7, 17), "source_issued_on")),
    ("zones", "updated_at > TIMESTAMP('2020-01-01T00:00:00Z')", op(">", P["updated_at"], {"timestamp": "2020-01-01T00:00:00Z"}), lambda r: r["updated_at"] > datetime(2020, 1, 1, tzinfo=UTC)),
    # junctions, their order of binding
    ("zones", "kind = 'economic_zone' OR kind = 'industrial_park' AND declared_area_ha > 200",
     op("or", op("=", P["kind"], "economic_zone"), op("and", op("=", P["kind"], "industrial_park"), op(">", P[AREA], 200))),
     lambda r: r["kind"] == "economic_zone" or (r["kind"] == "industrial_park" and (r[AREA] or 0) > 200)),
    ("zones", "NOT (declared_area_ha > 200)", op("not", op(">", P[AREA], 200)), known(lambda r: not r[AREA] > 200, AREA)),
    ("zones", "NOT kind = 'industrial_park' AND version = 1", op("and", op("not", op("=", P["kind"], "industrial_park")), op("=", P["version"], 1)), lambda r: r["kind"] != "industrial_park" and r["version"] == 1),
    # LIKE, BETWEEN, IN
    ("zones", "name_vi LIKE 'Khu%'", op("like", P["name_vi"], "Khu%"), lambda r: r["name_vi"].startswith("Khu")),
    ("zones", "name_vi NOT LIKE 'Khu%'", op("not", op("like", P["name_vi"], "Khu%")), lambda r: not r["name_vi"].startswith("Khu")),
    ("zones", "slug LIKE 'ccn-long-duc-_'", op("like", P["slug"], "ccn-long-duc-_"), lambda r: r["slug"] in ("ccn-long-duc-1", "ccn-long-duc-2")),
    ("facts", r"quote LIKE '%\%%'", op("like", P["quote"], r"%\%%"), lambda r: "%" in r["quote"]),
    ("zones", "declared_area_ha BETWEEN 200 AND 243", op("between", P[AREA], 200, 243), known(lambda r: 200 <= r[AREA] <= 243, AREA)),
    ("zones", "declared_area_ha NOT BETWEEN 200 AND 243", op("not", op("between", P[AREA], 200, 243)), known(lambda r: not 200 <= r[AREA] <= 243, AREA)),
    ("facts", "source_issued_on BETWEEN '2017-01-01' AND '2017-12-31'", op("between", P["source_issued_on"], "2017-01-01", "2017-12-31"), known(lambda r: r["source_issued_on"].year == 2017, "source_issued_on")),
    ("zones", "slug IN ('kcn-tran-de', 'kkt-tran-de', 'nowhere')", op("in", P["slug"], ["kcn-tran-de", "kkt-tran-de", "nowhere"]), lambda r: r["slug"] in ("kcn-tran-de", "kkt-tran-de")),
    ("zones", "declared_area_ha NOT IN (160, 243)", op("not", op("in", P[AREA], [160, 243])), known(lambda r: r[AREA] not in (160, 243), AREA)),
    ("facts", "source_issued_on IN ('2017-07-17', '2021-06-29')", op("in", P["source_issued_on"], ["2017-07-17", "2021-06-29"]), known(lambda r: r["source_issued_on"] in (date(2017, 7, 17), date(2021, 6, 29)), "source_issued_on")),
    # without case and marks
    ("zones", "CASEI(name_vi) = CASEI('KHU CÔNG NGHIỆP TRẦN ĐỀ')", op("=", op("casei", P["name_vi"]), op("casei", "KHU CÔNG NGHIỆP TRẦN ĐỀ")), lambda r: r["slug"] == "kcn-tran-de"),
    ("zones", "ACCENTI(name_vi) LIKE ACCENTI('%Đài Ngải%')", op("like", op("accenti", P["name_vi"]), op("accenti", "%Đài Ngải%")), lambda r: "Dai Ngai" in plain(r["name_vi"])),
    ("zones", "CASEI(ACCENTI(name_vi)) LIKE '%tran de%'", op("like", op("casei", op("accenti", P["name_vi"])), "%tran de%"), lambda r: "tran de" in plain(r["name_vi"]).lower()),
    ("zones", "ACCENTI(CASEI(name_vi)) LIKE '%Trần Đề%'", op("like", op("accenti", op("casei", P["name_vi"])), "%Trần Đề%"), lambda r: "tran de" in plain(r["name_vi"]).lower()),
    ("zones", "CASEI(ACCENTI(name_vi)) IN ('khu cong nghiep song hau', 'x')", op("in", op("casei", op("accenti", P["name_vi"])), ["khu cong nghiep song hau", "x"]), lambda r: r["slug"] == "kcn-song-hau"),
    ("zones", "name_vi = 'Khu công nghiệp Trần Đề'", op("=", P["name_vi"], "Khu công nghiệp Trần Đề"), lambda r: r["slug"] == "kcn-tran-de"),
    # arrays, as sets
    ("zones", "A_CONTAINS(sectors, ('seafood', 'logistics'))", op("a_contains", P["sectors"], ["seafood", "logistics"]), known(lambda r: {"seafood", "logistics"} <= set(r["sectors"]), "sectors")),
    ("zones", "A_CONTAINEDBY(sectors, ('seafood', 'logistics'))", op("a_containedBy", P["sectors"], ["seafood", "logistics"]), known(lambda r: set(r["sectors"]) <= {"seafood", "logistics"}, "sectors")),
    ("zones", "A_EQUALS(sectors, ('logistics', 'seafood', 'seafood'))", op("a_equals", P["sectors"], ["logistics", "seafood", "seafood"]), known(lambda r: set(r["sectors"]) == {"logistics", "seafood"}, "sectors")),
    ("zones", "A_OVERLAPS(sectors, ('energy', 'logistics'))", op("a_overlaps", P["sectors"], ["energy", "logistics"]), known(lambda r: set(r["sectors"]) & {"energy", "logistics"}, "sectors")),
    ("zones", "A_CONTAINS(('seafood', 'x'), sectors)", op("a_contains", ["seafood", "x"], P["sectors"]), known(lambda r: set(r["sectors"]) <= {"seafood", "x"}, "sectors")),
    ("zones", "A_EQUALS((1, 2), (2, 1))", op("a_equals", [1, 2], [2, 1]), lambda r: True),
    # properties on both sides, literals on the left
    ("facts", "value < value_max", op("<", P["value"], P["value_max"]), known(lambda r: r["value"] < r["value_max"], "value", "value_max")),
    ("zones", "200 < declared_area_ha", op("<", 200, P[AREA]), known(lambda r: r[AREA] > 200, AREA)),
    ("zones", "'2026-01-01' < updated_at", op("<", "2026-01-01", P["updated_at"]), lambda r: r["updated_at"].astimezone(HANOI).date() > date(2026, 1, 1)),
    ("zones", "name_vi = name_en", op("=", P["name_vi"], P["name_en"]), lambda r: r["name_vi"] == r["name_en"]),
    ("zones", "1 = 1", op("=", 1, 1), lambda r: True),
    ("zones", "FALSE", False, lambda r: False),
    # arithmetic
    ("zones", "declared_area_ha + 43 = 243", op("=", op("+", P[AREA], 43), 243), known(lambda r: r[AREA] == 200, AREA)),
    ("zones", "declared_area_ha - 43 - 100 = 100", op("=", op("-", op("-", P[AREA], 43), 100), 100), known(lambda r: r[AREA] == 243, AREA)),
    ("zones", "declared_area_ha * 0.1 = 24.3", op("=", op("*", P[AREA], 0.1), 24.3), known(lambda r: r[AREA] == 243, AREA)),
    ("zones", "declared_area_ha / 2 = 80", op("=", op("/", P[AREA], 2), 80), known(lambda r: r[AREA] == 160, AREA)),
    ("zones", "declared_area_ha % 2 = 1", op("=", op("%", P[AREA], 2), 1), known(lambda r: r[AREA] % 2 == 1, AREA)),
    ("zones", "declared_area_ha DIV 100 = 2", op("=", op("div", P[AREA], 100), 2), known(lambda r: r[AREA] // 100 == 2, AREA)),
    ("zones", "declared_area_ha ^ 2 = 40000", op("=", op("^", P[AREA], 2), 40000), known(lambda r: r[AREA] == 200, AREA)),
    ("zones", "declared_area_ha ^ 0.5 < 14.2", op("<", op("^", P[AREA], 0.5), 14.2), known(lambda r: float(r[AREA]) ** 0.5 < 14.2, AREA)),
    ("zones", "1 + 2 * 3 = 7", op("=", op("+", 1, op("*", 2, 3)), 7), lambda r: True),
    ("zones", "-declared_area_ha < -200", op("<", op("*", -1, P[AREA]), -200), known(lambda r: r[AREA] > 200, AREA)),
    ("zones", "(declared_area_ha - 243) IS NULL", op("isNull", op("-", P[AREA], 243)), lambda r: r[AREA] is None),
    ("zones", "100 / (declared_area_ha - 243) < 0", op("<", op("/", 100, op("-", P[AREA], 243)), 0), known(lambda r: r[AREA] < 243, AREA)),
    ("zones", "location_accuracy_m * 2 >= 2000", op(">=", op("*", P["location_accuracy_m"], 2), 2000), lambda r: r["location_accuracy_m"] >= 1000),
]  # fmt: skip


@pytest.mark.parametrize(("collection", "text", "tree", "test"), CASES, ids=[case[1] for case in CASES])
def test_a_filter_finds_what_python_finds(
    register: Register, collection: str, text: str, tree: Any, test: Test
) -> None:
    expected = {id for id, row in register.rows(collection).items() if test(row)}
    assert register.ids(collection, text) == expected
    assert register.ids(collection, json.dumps(tree), "cql2-json") == expected


def test_the_answers_are_not_empty_by_chance(register: Register) -> None:
    """Each kind of answer is met: none, some, all."""
    sizes = {len(register.ids("zones", text)) for collection, text, *_ in CASES if collection == "zones"}
    assert {0, 1, 26} < sizes


def test_text_in_another_unicode_form_is_the_same_text(register: Register) -> None:
    apart = unicodedata.normalize("NFD", "Khu công nghiệp Trần Đề")
    assert register.ids("zones", f"name_vi = '{apart}'") == {"kcn-tran-de"}
    assert register.ids("zones", json.dumps(op("=", P["name_vi"], apart)), "cql2-json") == {"kcn-tran-de"}


@pytest.mark.parametrize(
    "text",
    [
        "declared_area_ha / (declared_area_ha - declared_area_ha) > 0",
        "declared_area_ha % (declared_area_ha - declared_area_ha) > 0",
        "declared_area_ha DIV (declared_area_ha - declared_area_ha) > 0",
        "(declared_area_ha - declared_area_ha) ^ -1 > 0",
        "(0 - declared_area_ha) ^ 0.5 > 0",
        "declared_area_ha ^ 1000 > 0",
        "(((declared_area_ha ^ 9) ^ 9) ^ 9) ^ 9 > 0",
    ],
)
def test_what_cannot_be_reckoned_is_unknown_and_no_error(register: Register, text: str) -> None:
    assert register.ids("zones", text) == set()
    assert register.ids("zones", f"NOT ({text})") == set()


def test_numbers_grow_as_far_as_a_filter_can_make_them(register: Register) -> None:
    product = " * ".join(["declared_area_ha", *["999999999999999"] * 30])
    assert len(register.ids("zones", f"{product} > measured_area_ha")) == 0
    assert len(register.ids("zones", f"location_accuracy_m < {product}")) == 5
    assert len(register.ids("zones", f"boundary_accuracy_m < {product} AND {product} > 0")) == 5
