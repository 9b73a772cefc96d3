"""The periodic report: its sums against pandas from the data files, what counts for a period, and that what was issued
stays and can be put together again.
"""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pandas as pd
import psycopg
import pytest

from api.errors import NothingNew, RegisterMoved, RoleMissing
from api.people import Grant, Person
from api.settings import ROOT
from api.store.connect import Reader, Writer, writing
from api.workflows import reports
from tests.changes import publish_version, revision

Row = dict[str, Any]
DATA = ROOT / "data"
FACT = """
INSERT INTO registry.facts (id, class, indicator, subject_kind, subject, zone, unit_uid, is_target, as_of, as_of_start,
    as_of_end, source, place, quote, quote_match)
VALUES (%(id)s, 'observation', %(indicator)s, 'industrial_park', 'x', %(zone)s, 'vn63:94', false, %(year)s::text,
    make_date(%(year)s::text::int, 1, 1), make_date(%(year)s::text::int, 12, 31), 'D001', 'I', 'x', 'exact')
"""


def asked(url: str, work: Any) -> Any:
    """The result of `work(reader)`; the event loop of this thread may be Playwright's."""

    async def run() -> Any:
        reader = Reader(url, size=2, statement_timeout_ms=20_000)
        async with reader.opened():
            return await work(reader)

    with ThreadPoolExecutor(1) as own_thread:
        return own_thread.submit(asyncio.run, run()).result()


def compiled(url: str, province: str = "soc-trang", period: str = "2025") -> Row:
    async def work(reader: Reader) -> Row:
        found = await reports.read_province(reader, province)
        return await reports.compile_report(reader, found, reports.read_period(period))

    return dict(asked(url, work))


def checked(url: str, number: int) -> Row:
    return dict(asked(url, lambda reader: reports.check(reader, number)))


def issued(url: str, content: Row, **options: Any) -> int:
    with writing(url) as session:
        return reports.issue(session, content, by="the tests", **options)


def observe(url: str, zone: str, year: int, **areas: float) -> None:
    with psycopg.connect(url) as connection:
        for name, value in areas.items():
            id = f"T-{zone}-{year}-{name}"
            connection.execute(FACT, {"id": id, "indicator": name, "zone": zone, "year": str(year)})
            connection.execute("INSERT INTO registry.observations VALUES (%s, 'observation', 'eq', %s, NULL)",
                               [id, value])  # fmt: skip


def cells_of(content: Row, zone: str) -> dict[str, str]:
    return {one["property"]: one["why"] for one in content["cells"] if one["zone"] == zone}


def zone_in(content: Row, slug: str) -> Row:
    (found,) = [one for one in content["zones"] if one["slug"] == slug]
    return dict(found)


def rate_in(content: Row, group: str, definition: str = "nd35_2022") -> Row:
    (found,) = [one for one in content["rates"] if (one["group"], one["definition"]) == (group, definition)]
    return dict(found)


@pytest.mark.parametrize("province", ["Sóc Trăng", "Kiên Giang"])
def test_counts_and_sums_are_those_of_the_data_files(loaded_url: str, province: str) -> None:
    zones = pd.read_csv(DATA / "zones.csv")
    zones = zones[zones.historic_province == province]
    content = compiled(loaded_url, province)
    counted = {(one["kind"], one["status"]): one["zones"] for one in content["counts"]}
    assert counted == zones.groupby(["kind", "status"]).size().to_dict()
    sums = {(one["group"], one["measure"]): one for one in content["areas"]}
    for group, members in [("all", zones), *zones.groupby("kind")]:
        declared = sums[group, "declared_area_ha"]
        assert declared["zones"] == len(members)
        assert declared["zones_known"] == members.declared_area_ha.notna().sum()
        assert declared["zones_left_out"] == members.declared_area_ha.isna().sum()
        assert declared["value"] == (members.declared_area_ha.sum() if declared["zones_known"] else None)
        for measure in ("leasable_area_ha", "leased_area_ha", "available_area_ha"):
            assert (sums[group, measure]["value"], sums[group, measure]["zones_left_out"]) == (None, len(members))
    facts = pd.read_csv(DATA / "facts.csv", dtype=str)
    rates = facts[(facts.indicator == "fill_rate_pct") & (facts.province == province)]
    told = {one["slug"]: one["rates"]["nd35_2022"]["value"] for one in content["zones"]
            if one["rates"]["nd35_2022"]["value"] is not None}  # fmt: skip
    assert told == dict(zip(rates.zone_slug, rates.value.astype(float), strict=True))
    for definition in ("nd35_2022", "nd29_2008"):
        whole = rate_in(content, "all", definition)
        assert (whole["value"], whole["assessable"], whole["zones_reported_only"]) == (None, False, len(rates))


def test_a_new_province_has_the_zones_and_targets_of_the_former_ones(loaded_url: str) -> None:
    former, now = compiled(loaded_url, "soc-trang"), compiled(loaded_url, "can-tho")
    assert [one["slug"] for one in now["zones"]] == [one["slug"] for one in former["zones"]]
    facts = pd.read_csv(DATA / "facts.csv", dtype=str)
    targets = facts[(facts.province == "Sóc Trăng") & (facts.is_target == "true")]
    assert {one["id"] for one in now["targets"]} == {one["id"] for one in former["targets"]} <= set(targets.fact_id)
    assert all(one["state"] and one["reason_vi"] and one["reason_en"] for one in now["targets"])


def test_figures_of_after_the_period_do_not_count(loaded_url: str) -> None:
    before, after = compiled(loaded_url, period="2019"), compiled(loaded_url, period="2020")
    assert zone_in(before, "kcn-an-nghiep")["rates"]["nd35_2022"]["value"] is None
    assert zone_in(after, "kcn-an-nghiep")["rates"]["nd35_2022"]["value"] == 96.5
    assert cells_of(before, "kcn-tran-de")["declared_area_ha"] == "later"
    half = compiled(loaded_url, period="2020-H1")  # of 2020 one knows at its end, not before
    assert zone_in(half, "kcn-an-nghiep")["status"]["value"] is None
    assert {(one["zone"], one["property"]) for one in after["changes"]["figures"]} >= {
        ("kcn-an-nghiep", "status"), ("kcn-an-nghiep", "fill_rate_pct"), ("ccn-nga-nam", "status"),
    }  # fmt: skip


def test_groups_follow_the_rule_and_both_definitions_are_told(own_url: str) -> None:
    """Sums of leased over leasable, never of reported rates; a zone that is not known leaves the part that is."""
    both = {"industrial_land_leasable_ha": 100, "industrial_land_leased_ha": 60, "service_land_leasable_ha": 20,
            "service_land_leased_ha": 5}  # fmt: skip
    observe(own_url, "kcn-tran-de", 2025, **both)
    observe(own_url, "kcn-song-hau", 2024, industrial_land_leasable_ha=50, industrial_land_leased_ha=10)
    content = compiled(own_url)
    new, old = rate_in(content, "industrial_park"), rate_in(content, "industrial_park", "nd29_2008")
    assert (new["assessable"], new["numerator_ha"], new["denominator_ha"], new["zones_known"]) == (False, 65, 120, 1)
    assert new["known_part_pct"] == pytest.approx(100 * 65 / 120)
    assert (old["numerator_ha"], old["denominator_ha"], old["zones_known"]) == (70, 150, 2)
    assert old["as_of"] == ["2024", "2025"]
    assert cells_of(content, "kcn-tran-de") == {"available_area_ha": "missing"}
    assert cells_of(content, "kcn-an-nghiep")["fill_rate_pct"] == "reported_only"
    (sum_of_leased,) = [one for one in content["areas"] if (one["group"], one["measure"]) == ("all", "leased_area_ha")]
    assert (sum_of_leased["value"], sum_of_leased["zones_known"], sum_of_leased["zones_left_out"]) == (65, 1, 19)


def test_an_older_figure_is_shown_with_its_age_and_asked_for(own_url: str) -> None:
    observe(own_url, "kcn-tran-de", 2022, industrial_land_leasable_ha=100, industrial_land_leased_ha=60,
            service_land_leasable_ha=0, service_land_leased_ha=0)  # fmt: skip
    content = compiled(own_url, period="2025-H1")
    leased = zone_in(content, "kcn-tran-de")["leased_area_ha"]
    assert (leased["value"], leased["as_of"], leased["age_years"]) == (60, "2022", 2)
    wanting = cells_of(content, "kcn-tran-de")
    assert [wanting[name] for name in ("leasable_area_ha", "leased_area_ha", "fill_rate_pct")] == ["old"] * 3
    (cell,) = [one for one in content["cells"] if (one["zone"], one["property"]) == ("kcn-tran-de", "leased_area_ha")]
    assert cell["desk"] == "/desk/figures?province=vn63:94&period=2025-H1"


def test_what_was_published_and_recorded_in_the_period_is_told(own_url: str) -> None:
    today = reports.legal_day()
    with psycopg.connect(own_url) as connection:
        publish_version(connection, "kcn-tran-de", "Khu công nghiệp Trần Đề mới")
    observe(own_url, "kcn-tran-de", today.year - 1, workers=10)
    changes = compiled(own_url, period=str(today.year))["changes"]
    (version,) = [one for one in changes["versions"] if one["version"] == 2]
    assert version["slug"] == "kcn-tran-de"
    assert "name_vi" in version["changed"]
    assert f"T-kcn-tran-de-{today.year - 1}-workers" in {one["id"] for one in changes["facts"]}
    assert not compiled(own_url, "kien-giang", str(today.year - 1))["changes"]["facts"]


def test_an_issued_report_stays_and_can_be_put_together_again(own_url: str) -> None:
    first = issued(own_url, compiled(own_url))
    with psycopg.connect(own_url) as connection:
        publish_version(connection, "kcn-tran-de", "Khu công nghiệp khác")
        connection.execute("INSERT INTO registry.lots (zone, code, land_use, status, area_ha, as_of, source) "
                           "VALUES ('kcn-tran-de', 'A1', 'industrial', 'available', 30, '2024', 'D001')")  # fmt: skip
    second = issued(own_url, compiled(own_url))
    with psycopg.connect(own_url) as connection:
        connection.execute("UPDATE registry.lots SET status = 'leased', area_ha = 40 WHERE code = 'A1'")
    observe(own_url, "kcn-an-nghiep", 2025, industrial_land_leasable_ha=9, industrial_land_leased_ha=9)
    third = issued(own_url, compiled(own_url))
    assert (first, second, third) == (1, 2, 3)
    kept = [asked(own_url, lambda reader, n=n: reports.find_issued(reader, n))[1] for n in (first, second, third)]
    assert [zone_in(one, "kcn-tran-de")["available_area_ha"]["value"] for one in kept] == [None, 30, 0]
    assert [zone_in(one, "kcn-tran-de")["name_vi"] for one in kept] == [
        "Khu công nghiệp Trần Đề", "Khu công nghiệp khác", "Khu công nghiệp khác",
    ]  # fmt: skip
    for number in (first, second):
        found = checked(own_url, number)
        assert (found["intact"], found["differing"], found["not_compared"]) == (True, [], ["targets", "sources"])
    newest = checked(own_url, third)
    assert (newest["intact"], newest["differing"], newest["not_compared"]) == (True, [], [])


def test_the_same_again_is_not_issued(own_url: str) -> None:
    number = issued(own_url, compiled(own_url))
    with pytest.raises(NothingNew, match=f"Report {number} "):
        issued(own_url, compiled(own_url))
    assert issued(own_url, compiled(own_url, period="2024")) == number + 1


def test_only_what_was_looked_at_is_issued(own_url: str) -> None:
    content = compiled(own_url)
    with pytest.raises(RegisterMoved):
        issued(own_url, content, seen=content["revision"] - 1)


def test_who_may_issue(own_url: str) -> None:
    content = compiled(own_url)
    for grant in (Grant("editor", "vn34:92"), Grant("reviewer", "vn34:91")):
        with pytest.raises(RoleMissing):
            issued(own_url, content, person=Person(1, "lan", "Lan", frozenset({grant})))


def test_numbers_have_no_gap_even_when_many_issue_at_once(own_url: str) -> None:
    """One that fails leaves no number out, and two at the same moment get two."""
    contents = [compiled(own_url, period=str(year)) for year in range(2017, 2023)]
    writer, start = Writer(own_url, size=6), threading.Barrier(6)

    def fail(session: Any) -> None:
        reports.issue(session, contents[0], by="the tests")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        writer.do(fail)

    def work(content: Row) -> int:
        start.wait(10)
        return int(writer.do(reports.issue, content, by="the tests"))

    with ThreadPoolExecutor(6) as threads:
        numbers = sorted(threads.map(work, contents))
    writer.close()
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_of_two_who_issue_the_same_at_once_one_is_told(own_url: str) -> None:
    content, writer, start = compiled(own_url), Writer(own_url, size=2), threading.Barrier(2)

    def work(_: int) -> int | None:
        start.wait(10)
        try:
            return int(writer.do(reports.issue, content, by="the tests"))
        except NothingNew:
            return None

    with ThreadPoolExecutor(2) as threads:
        assert set(threads.map(work, range(2))) == {1, None}
    writer.close()


def test_issuing_is_a_new_revision_and_is_logged(own_url: str) -> None:
    with psycopg.connect(own_url) as connection:
        before = revision(connection)
        number = issued(own_url, compiled(own_url))
        connection.rollback()
        assert revision(connection) == before + 1
        row = connection.execute("SELECT who, details FROM registry.log WHERE action = 'report.issued'").fetchone()
    assert row == ("the tests", {"report": number})


def test_a_kept_report_cannot_be_changed(own_url: str) -> None:
    issued(own_url, compiled(own_url))
    for statement in ("UPDATE registry.reports SET issued_by = 'x'", "DELETE FROM registry.reports",
                      "TRUNCATE registry.reports"):  # fmt: skip
        with psycopg.connect(own_url) as connection, pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("day", [date(2025, 3, 1), date(2025, 6, 30)])
def test_a_running_period_counts_up_to_today(loaded_url: str, day: date) -> None:
    async def work(reader: Reader) -> Row:
        province = await reports.read_province(reader, "soc-trang")
        revision_now, at = await reports.store.read_standing(reader)
        return await reports.compile_at(reader, province, reports.read_period("2025-H1", day), revision_now, at, day)

    content = asked(loaded_url, work)
    assert (content["as_of"], content["is_over"]) == (day.isoformat(), False)
