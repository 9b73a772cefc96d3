"""The temporal functions, against their definitions in OWL-Time worked out by Python."""
# ruff: noqa: E501

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.store.filters.conftest import Register, Row

Ends = tuple[date, date]
UNITED = date(2025, 7, 1)
RELATIONS: dict[str, Callable[[Ends, Ends], bool]] = {
    "T_AFTER": lambda a, b: a[0] > b[1],
    "T_BEFORE": lambda a, b: a[1] < b[0],
    "T_DISJOINT": lambda a, b: a[0] > b[1] or a[1] < b[0],
    "T_EQUALS": lambda a, b: a == b,
    "T_INTERSECTS": lambda a, b: not (a[0] > b[1] or a[1] < b[0]),
    "T_CONTAINS": lambda a, b: a[0] < b[0] and a[1] > b[1],
    "T_DURING": lambda a, b: a[0] > b[0] and a[1] < b[1],
    "T_FINISHEDBY": lambda a, b: a[0] < b[0] and a[1] == b[1],
    "T_FINISHES": lambda a, b: a[0] > b[0] and a[1] == b[1],
    "T_MEETS": lambda a, b: a[1] == b[0],
    "T_METBY": lambda a, b: a[0] == b[1],
    "T_OVERLAPPEDBY": lambda a, b: b[0] < a[0] < b[1] < a[1],
    "T_OVERLAPS": lambda a, b: a[0] < b[0] < a[1] < b[1],
    "T_STARTEDBY": lambda a, b: a[0] == b[0] and a[1] > b[1],
    "T_STARTS": lambda a, b: a[0] == b[0] and a[1] < b[1],
}
CAMEL = {"T_FINISHEDBY": "t_finishedBy", "T_METBY": "t_metBy", "T_OVERLAPPEDBY": "t_overlappedBy",
         "T_STARTEDBY": "t_startedBy"}  # fmt: skip
INSTANTS = ("T_AFTER", "T_BEFORE", "T_DISJOINT", "T_EQUALS", "T_INTERSECTS")
INTERVALS = [
    ("2025-07-01", "2026-12-31"), ("2025-06-30", "2025-07-01"), ("2020-01-01", "2025-06-30"), ("..", "2025-06-30"),
    ("2025-07-01", ".."), ("..", ".."), ("2024-01-01", "2025-07-01"), ("..", "2026-01-01"), ("2025-01-01", ".."),
]  # fmt: skip


def ends(start: str, end: str) -> Ends:
    return (
        date.min if start == ".." else date.fromisoformat(start),
        date.max if end == ".." else date.fromisoformat(end),
    )


def in_force(row: Row) -> Ends:
    """What is not said of a unit's time is open, as the parameter `datetime` reads it."""
    return row["valid_from"] or date.min, row["valid_to"] or date.max


@pytest.mark.parametrize("interval", INTERVALS, ids="/".join)
@pytest.mark.parametrize("name", RELATIONS)
def test_times_in_force_against_an_interval(register: Register, name: str, interval: tuple[str, str]) -> None:
    expected = {
        id for id, row in register.rows("admin-units").items() if RELATIONS[name](in_force(row), ends(*interval))
    }
    text = f"{name}(INTERVAL(valid_from, valid_to), INTERVAL('{interval[0]}', '{interval[1]}'))"
    assert register.ids("admin-units", text) == expected
    own = {"interval": [{"property": "valid_from"}, {"property": "valid_to"}]}
    tree = {"op": CAMEL.get(name, name.lower()), "args": [own, {"interval": list(interval)}]}
    assert register.ids("admin-units", json.dumps(tree), "cql2-json") == expected
    turned = {id for id, row in register.rows("admin-units").items() if RELATIONS[name](ends(*interval), in_force(row))}
    text = f"{name}(INTERVAL('{interval[0]}', '{interval[1]}'), INTERVAL(valid_from, valid_to))"
    assert register.ids("admin-units", text) == turned


def test_every_relation_is_met_by_some_and_not_by_others(register: Register) -> None:
    units = register.rows("admin-units").values()
    for name, holds in RELATIONS.items():
        found = {holds(in_force(row), ends(*interval)) for row in units for interval in INTERVALS}
        assert found == {True, False} or name in ("T_DURING", "T_METBY", "T_OVERLAPPEDBY", "T_CONTAINS"), name


@pytest.mark.parametrize("name", INSTANTS)
@pytest.mark.parametrize("day", ["2017-07-17", "2019-01-01", "2021-06-29"])
def test_days_against_a_day(register: Register, name: str, day: str) -> None:
    there = date.fromisoformat(day)
    facts = register.rows("facts").items()
    expected = {
        id for id, row in facts if (at := row["source_issued_on"]) and RELATIONS[name]((at, at), (there, there))
    }
    for literal in (f"DATE('{day}')", f"'{day}'", f"INTERVAL('{day}', '{day}')", f"TIMESTAMP('{day}T05:00:00Z')"):
        assert register.ids("facts", f"{name}(source_issued_on, {literal})") == expected, literal


@pytest.mark.parametrize("name", INSTANTS)
def test_moments_against_moments(register: Register, name: str) -> None:
    rows = register.rows("zones").items()
    moment = next(iter(register.rows("zones").values()))["updated_at"]
    for there in (moment - timedelta(seconds=1), moment, moment + timedelta(microseconds=1)):
        text = there.isoformat().replace("+00:00", "Z")
        expected = {id for id, r in rows if RELATIONS[name]((r["updated_at"],) * 2, (there, there))}
        assert register.ids("zones", f"{name}(updated_at, TIMESTAMP('{text}'))") == expected
        east = there.astimezone(datetime.strptime("+0700", "%z").tzinfo).isoformat()
        assert register.ids("zones", f"{name}(updated_at, TIMESTAMP('{east}'))") == expected


def test_a_day_beside_a_moment_is_the_day_in_viet_nam(register: Register) -> None:
    """17:00 UTC is midnight there; the last day of an interval counts to its end."""
    register.session.execute("RESET ROLE")
    register.session.execute("SAVEPOINT day")
    register.session.execute(
        "UPDATE registry.zone_figures SET updated_at = '2026-03-31T16:59:59Z' WHERE slug = 'kcn-tran-de'"
    )
    register.session.execute(
        "UPDATE registry.zone_figures SET updated_at = '2026-03-31T17:00:00Z' WHERE slug = 'kcn-song-hau'"
    )
    try:
        assert register.ids("zones", "updated_at = DATE('2026-03-31')") == {"kcn-tran-de"}
        assert register.ids("zones", "updated_at = '2026-04-01'") == {"kcn-song-hau"}
        march = "T_INTERSECTS(updated_at, INTERVAL('2026-03-01', '2026-03-31'))"
        assert register.ids("zones", march) == {"kcn-tran-de"}
        mixed = "T_INTERSECTS(updated_at, INTERVAL('2026-04-01', '2026-04-01T10:00:00Z'))"
        assert register.ids("zones", mixed) == {"kcn-song-hau"}
    finally:
        register.session.execute("ROLLBACK TO SAVEPOINT day")


def test_other_missing_days_are_unknown(register: Register) -> None:
    unknown = {id for id, row in register.rows("facts").items() if row["source_issued_on"] is None}
    found = register.ids("facts", "T_INTERSECTS(INTERVAL(source_issued_on, '..'), INTERVAL('1900-01-01', '..'))")
    assert found == set(register.rows("facts")) - unknown


def test_the_first_and_last_days_of_the_calendar(register: Register) -> None:
    everything = set(register.rows("zones"))
    for text in ("updated_at > '0001-01-01'", "updated_at < '9999-12-31'",
                 "updated_at > TIMESTAMP('0001-01-01T00:00:00Z')",
                 "updated_at < TIMESTAMP('9999-12-31T23:59:60Z')",
                 "T_DURING(INTERVAL(updated_at, updated_at), INTERVAL('0001-01-01', '9999-12-31T23:59:59-23:59'))"):  # fmt: skip
        assert register.ids("zones", text) == everything, text


def tree(*args: Any) -> str:
    return json.dumps({"op": "t_after", "args": list(args)})


def test_json_takes_dates_within_intervals(register: Register) -> None:
    found = register.ids(
        "admin-units", tree({"property": "valid_from"}, {"interval": ["..", {"date": "2025-06-30"}]}), "cql2-json"
    )
    assert found == {id for id, row in register.rows("admin-units").items() if row["valid_from"] == UNITED}
