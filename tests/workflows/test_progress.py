"""Progress on a register that changes: areas, later figures, steps; as of former days; by province."""

from datetime import date
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from api.store.connect import Reader
from api.workflows.progress import assess, summarise
from gis.dates import parse_edtf
from tests.reading import finished
from tests.register import Register

pytestmark = pytest.mark.slow  # a database of its own for each

Row = dict[str, Any]
AN_NGHIEP, NGA_NAM = "kcn-an-nghiep", "ccn-nga-nam"
GROUP = ("F018", "F041")  # 70 % by 2025 of parks and clusters in operation, in two documents
DAY = date(2026, 11, 20)


@pytest.fixture
def register(own_url: str, own_client: TestClient) -> Register:
    return Register(own_url, own_client)


def rows(register: Register, **options: Any) -> dict[str, Row]:
    async def ask() -> list[Row]:
        reader = Reader(register.dsn, size=1, statement_timeout_ms=20_000)
        async with reader.opened():
            return await assess(reader, **{"today": DAY, **options})

    return {one["id"]: one for one in finished(ask)}


def step(register: Register, zone: str, name: str, as_of: str) -> None:
    """A step of a zone as a published change leaves it."""
    dated = parse_edtf(as_of)
    assert dated
    register.added += 1
    fact = f"M{register.added:03}"
    with psycopg.connect(register.dsn) as connection:
        connection.execute(
            "INSERT INTO registry.facts (id, class, indicator, subject_kind, subject, zone, unit_uid, is_target, "
            "as_of, as_of_start, as_of_end, source, place, quote, quote_match) SELECT %s, 'milestone', 'status', kind, "
            "name_vi, slug, 'vn63:94', false, %s, %s, %s, 'D001', 'II', 'words', 'exact' FROM registry.zone_versions "
            "WHERE slug = %s AND version = 1",
            [fact, as_of, dated.start, dated.end, zone],
        )
        connection.execute(
            "INSERT INTO registry.milestones (fact_id, zone, step, wording, as_of, as_of_start, as_of_end, basis) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, 'stated')",
            [fact, zone, name, name, as_of, dated.start, dated.end],
        )


def test_with_the_areas_of_all_zones_in_scope_the_group_is_decided(register: Register) -> None:
    before = rows(register)
    assert {before[one]["reason"]["code"] for one in GROUP} == {"reported_only"}
    register.state_areas(AN_NGHIEP, (200, 190, 0, 0), "2025")
    part = rows(register)
    for one in GROUP:
        assert (part[one]["state"], part[one]["reason"]["code"]) == ("not_assessable", "part_known")
        assert (
            part[one]["measured"]["known_part_pct"] == 95
        )  # the known part alone would be enough, and is not the group
    register.state_areas(NGA_NAM, (100, 30, 0, 0), "2025")
    whole = rows(register)
    for one in GROUP:
        assert (whole[one]["state"], whole[one]["measured"]["value"]) == ("reached", pytest.approx(220 / 3))
        assert [zone["state"] for zone in whole[one]["zones"]] == ["missed", "reached"]  # Ngã Năm, An Nghiệp
    assert whole["F042"]["reason"]["code"] == "one_observation"  # 100 % by 2030


def test_a_large_empty_zone_makes_the_group_miss_though_most_rates_are_high(register: Register) -> None:
    register.state_areas(AN_NGHIEP, (100, 97, 0, 0), "2025")
    register.state_areas(NGA_NAM, (400, 190, 0, 0), "2025")  # 57.4 % together; the mean of the rates is 72
    found = rows(register)
    assert {found[one]["state"] for one in GROUP} == {"missed"}


def test_figures_of_another_year_do_not_decide(register: Register) -> None:
    for zone in (AN_NGHIEP, NGA_NAM):
        register.state_areas(zone, (100, 90, 0, 0), "2024")
    assert {rows(register)[one]["reason"]["code"] for one in GROUP} == {"no_observation_since"}
    for zone in (AN_NGHIEP, NGA_NAM):
        register.state_areas(zone, (100, 90, 0, 0), "2026-06")
    later = rows(register)
    assert {(later[one]["state"], later[one]["reason"]["code"]) for one in GROUP} == {("reached", "met_later")}
    assert {rows(register, until=date(2026, 1, 1))[one]["reason"]["code"] for one in GROUP} == {"no_observation_since"}


def test_a_group_known_twice_has_a_pace(register: Register) -> None:
    for zone in (AN_NGHIEP, NGA_NAM):
        register.state_areas(zone, (100, 50, 0, 0), "2021")
        register.state_areas(zone, (100, 75, 0, 0), "2026-06")
    found = rows(register)["F042"]
    assert found["state"] == "behind"  # 5 points a year: 97 at the end of 2030
    assert [one["value"] for one in found["points"]] == [50, 75]
    assert found["pace"]["needed_per_year"] > found["pace"]["reached_per_year"] > 4


def test_lots_count_as_the_areas_of_their_zone(register: Register) -> None:
    register.add_lots(AN_NGHIEP, [("A", "industrial", "leased", 80), ("B", "service", "available", 20)], "2025-12-31")
    register.state_areas(NGA_NAM, (100, 70, 0, 0), "2025")
    found = rows(register)["F041"]
    assert (found["state"], found["measured"]["value"]) == ("reached", 75)
    assert {one["basis"] for one in found["zones"]} == {"lots", "areas"}


def test_a_zone_that_starts_counts_and_one_that_is_withdrawn_does_not(register: Register) -> None:
    before = rows(register)
    for zone in ("kcn-tran-de", "kcn-song-hau", "kcn-dai-ngai", "kcn-my-thanh"):
        step(register, zone, "operating", "2025")
    found = rows(register)
    assert (before["F007"]["state"], found["F007"]["state"]) == ("not_assessable", "reached")
    assert {found[one]["state"] for one in ("F009", "F010", "F011", "F012", "F220", "F037")} == {"reached"}
    step(register, "ccn-xay-da-b", "under_construction", "2025")
    found = rows(register)
    assert (found["F014"]["state"], found["F014"]["reason"]["code"]) == ("missed", "short")
    assert (found["F008"]["state"], found["F008"]["measured"]["high"]) == ("missed", 4)  # five were demanded


def test_today_decides_whether_the_time_is_over(register: Register) -> None:
    then = rows(register, today=date(2020, 12, 31))
    assert then["F105"]["state"] != "missed"
    assert rows(register, today=date(2021, 1, 1))["F105"]["state"] == "missed"
    assert all(one["state"] != "missed" for one in then.values())


def test_until_leaves_out_what_describes_a_later_time(register: Register) -> None:
    found = rows(register, until=date(2019, 12, 31))
    assert all(one["observation"] is None or one["observation"]["as_of"] <= "2019" for one in found.values())
    assert found["F103"]["observation"]["as_of"] == "2016"
    assert found["F113"]["state"] == "not_assessable"


def test_a_province_of_today_has_the_targets_of_those_it_took_in(register: Register) -> None:
    whole = rows(register)
    parts = [rows(register, unit_uids=[uid]) for uid in ("vn34:92", "vn34:91")]
    assert {len(one) for one in parts} == {70, 16}
    assert parts[0] | parts[1] == whole
    assert rows(register, unit_uids=["vn63:94"]) == parts[0]
    assert rows(register, unit_uids=["vn34:01"]) == {}
    assert rows(register, unit_uids=[]) == {}


def test_the_year_is_that_of_the_end(register: Register) -> None:
    found = rows(register, year=2025)
    assert {one["year"] for one in found.values()} == {2025}
    assert {"F220", "F003", "F041"} <= set(found)
    assert sum(summarise(found.values()).values()) == len(found)


def test_a_figure_that_is_published_decides_on_the_page_too(register: Register) -> None:
    address = "/progress?f=html&lang=en&indicator=industry_construction_share_pct&year=2025"
    assert "26.5%" not in register.client.get(address).text
    with psycopg.connect(register.dsn) as connection:
        connection.execute(
            "INSERT INTO registry.facts (id, class, indicator, subject_kind, subject, unit_uid, is_target, as_of, "
            "as_of_start, as_of_end, source, place, quote, quote_match) VALUES ('N1', 'observation', "
            "'industry_construction_share_pct', 'province', 'Sóc Trăng', 'vn63:94', false, '2025', '2025-01-01', "
            "'2025-12-31', 'D000', 'I', 'words', 'exact')"
        )
        connection.execute("INSERT INTO registry.observations VALUES ('N1', 'observation', 'eq', 26.5)")
    found = rows(register)
    assert {one: found[one]["state"] for one in ("F002", "F104")} == {"F002": "reached", "F104": "missed"}
    page = register.client.get(address).text
    assert "26.5% (2025) meets what is demanded." in page.replace("\u00a0", " ")
