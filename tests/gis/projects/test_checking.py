"""Values of projects as people write them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from api.language import LANGUAGES, gettext
from gis.projects import CURRENCIES, FIELDS, STATES, check, is_late
from gis.projects.fields import codes_by_word
from gis.sheets.fields import plain

TODAY = date(2026, 11, 20)
NEEDED = {"name": "Nhà máy", "source": "D001"}


def read(**raw: object) -> dict[str, Any]:
    values, issues = check({**NEEDED, **raw}, TODAY)
    assert [one for one in issues if one.severity == "error"] == []
    return values


def refused(**raw: object) -> list[str]:
    return [one.code for one in check({**NEEDED, **raw}, TODAY)[1]]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (12.5, "12.5"), (3, "3"), ("12,5", "12.5"), ("12.5", "12.5"), ("1.106,5", "1106.5"), ("1,106.5", "1106.5"),
        ("1 106,5", "1106.5"), ("1.106.500", "1106500"), ("0.125", "0.125"), ("0,125", "0.125"),
        (0.1 + 0.2, "0.3"), (" 7 ", "7"), ("12.5000", "12.5"),
    ],
)  # fmt: skip
def test_numbers_of_both_countries(written: object, number: str) -> None:
    key = "capital" if number == "1106500" else "land_ha"
    unit = {"currency": "bn_vnd"} if key == "capital" else {}
    assert read(**{key: written}, **unit)[key] == Decimal(number)


@pytest.mark.parametrize("written", ["1.106", "1,106", "106.500"])
def test_a_number_that_can_be_read_in_two_ways_is_not_guessed(written: str) -> None:
    assert refused(land_ha=written) == ["two-numbers"]


@pytest.mark.parametrize("written", ["12 ha", "1e3", "-", "--1", "１２", "1.2.3", "1,106,5", float("inf"), float("nan"),
                                     False, [1], "9" * 40, "NaN"])  # fmt: skip
def test_what_is_no_number(written: object) -> None:
    assert refused(land_ha=written) == ["wrong-number"]


@pytest.mark.parametrize(
    ("written", "date_"),
    [
        ("2021", "2021"), (2021, "2021"), (2021.0, "2021"), ("2021-06", "2021-06"), ("06/2021", "2021-06"),
        ("29/6/2021", "2021-06-29"), ("29.06.2021", "2021-06-29"), ("2021-2025", "2021/2025"),
        (datetime(2021, 6, 29, 8), "2021-06-29"), (date(2021, 6, 29), "2021-06-29"),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_dates_keep_their_precision(written: object, date_: str) -> None:
    assert read(licensed_on=written)["licensed_on"] == date_


@pytest.mark.parametrize("written", ["quý 3", "31/02/2021", "2021-13", "13/2021", 45000.0, 12, True, "2025/2021"])
def test_what_is_no_date(written: object) -> None:
    assert refused(licensed_on=written) == ["wrong-date"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_can_be_written_as_it_is_shown(language: str) -> None:
    _ = gettext(language)  # type: ignore[arg-type]
    words = codes_by_word(STATES | CURRENCIES)
    shown = {code: words.get(plain(_(label))) for code, label in (STATES | CURRENCIES).items()}
    assert shown == {code: code for code in shown}


def test_headings_name_one_field_each() -> None:
    words = [plain(heading) for one in FIELDS for heading in {plain(one) for one in one.headings}]
    assert len(words) == len(set(words))


def test_steps_out_of_order_are_noticed_and_left_as_they_are() -> None:
    values, issues = check({**NEEDED, "licensed_on": "2021", "operation_started_on": "2019"}, TODAY)
    assert [(one.code, one.severity, one.field) for one in issues] == [
        ("out-of-order", "warning", "operation_started_on")
    ]
    assert (values["licensed_on"], values["operation_started_on"]) == ("2021", "2019")
    assert refused(licensed_on="2021", construction_started_on="2021-03") == []


def test_a_plan_may_lie_ahead_and_a_step_may_not() -> None:
    assert refused(operation_planned_for="2030") == []
    assert refused(operation_started_on="2030") == ["in-future"]
    assert refused(licensed_on="2026") == []  # this year has begun


@pytest.mark.parametrize(
    ("known", "late"),
    [
        ({"operation_planned_for": "2025"}, True), ({"operation_planned_for": "2026"}, False),
        ({"operation_planned_for": "2024/2026-11-19"}, True), ({"operation_planned_for": "2026-11-20"}, False),
        ({}, False),
        ({"operation_planned_for": "2020", "operation_started_on": "2022"}, False),
        ({"operation_planned_for": "2020", "state": "operating"}, False),
        ({"operation_planned_for": "2020", "state": "recovered"}, False),
        ({"operation_planned_for": "2020", "state": "stalled"}, True),
    ],
)  # fmt: skip
def test_late_is_who_has_let_the_whole_planned_time_pass(known: dict[str, str], late: bool) -> None:
    assert is_late(read(**known), TODAY) is late


def test_texts_are_kept_as_written_but_for_spaces_around_and_composed_letters() -> None:
    values = read(name="  Nha\u0300 ma\u0301y =1+1\r\n", decision=12.0, investor="   ")
    assert (values["name"], values["decision"], values["investor"]) == ("Nhà máy =1+1", "12", None)
    assert set(values) == {one.name for one in FIELDS}
