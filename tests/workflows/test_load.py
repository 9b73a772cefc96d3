"""What stands in the register after the source documents were loaded."""

import re
import threading
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row

from api.errors import NotMigrated
from api.store import migrations
from api.workflows.load import Report, is_current, load
from tests.workflows.conftest import DATA, Row, contents, count, is_empty, rows_of

FACTS = rows_of(DATA / "facts.csv")
STORED = """
SELECT f.*, i.unit, o.comparator AS o_comparator, o.value AS o_value, o.value_max AS o_value_max,
    t.comparator AS t_comparator, t.value AS t_value, t.value_max AS t_value_max, t.milestone, t.applies_to,
    m.wording, b.requirement, s.content, u.full_name AS unit_name,
    num_nonnulls(o.fact_id, t.fact_id, b.fact_id, s.fact_id) + (f.class = 'milestone')::integer AS details
FROM registry.facts f JOIN registry.indicators i USING (indicator) JOIN registry.admin_units u ON u.uid = f.unit_uid
LEFT JOIN registry.observations o ON o.fact_id = f.id LEFT JOIN registry.targets t ON t.fact_id = f.id
LEFT JOIN registry.milestones m ON m.fact_id = f.id LEFT JOIN registry.obligations b ON b.fact_id = f.id
LEFT JOIN registry.statements s ON s.fact_id = f.id
"""


def query(dsn: str, text: str) -> list[Row]:
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        return connection.execute(text).fetchall()  # type: ignore[call-overload, no-any-return]


@pytest.fixture(scope="module")
def stored(loaded_url: str) -> dict[str, Row]:
    """The facts of the register with the row of their class, by id."""
    return {row["id"]: row for row in query(loaded_url, STORED)}


def is_target(row: Row) -> bool:
    return row["is_target"] == "true" and (row["comparator"] != "text" or row["indicator"] == "target_milestone")


def edtf(text: str) -> str | None:
    """A document's "2021-2025" as the interval 2021/2025; nothing is null."""
    return re.sub(r"^(\d{4})-(\d{4})$", r"\1/\2", text) or None


def test_every_fact_is_there_once_in_one_class(stored: dict[str, Row]) -> None:
    assert len(FACTS) == 239
    assert set(stored) == {row["fact_id"] for row in FACTS}
    assert {row["details"] for row in stored.values()} == {1}


def test_there_are_as_many_of_each_class_as_the_documents_give(stored: dict[str, Row]) -> None:
    assert Counter(row["class"] for row in stored.values()) == {
        "target": 86, "observation": 46, "milestone": 26, "obligation": 21, "statement": 60,
    }  # fmt: skip
    numbers = [row for row in stored.values() if row["class"] == "target" and row["t_value"] is not None]
    states = [row for row in stored.values() if row["class"] == "target" and row["milestone"] is not None]
    assert (len(numbers), len(states)) == (53, 33)


def test_every_fact_says_what_its_document_says(stored: dict[str, Row]) -> None:
    assert {key: said(row) for key, row in stored.items()} == {row["fact_id"]: written(row) for row in FACTS}


def written(fact: Row) -> Row:
    """A row of the file, with nulls for empty cells and numbers for numerals."""
    is_text = fact["comparator"] == "text"
    numbers = {name: Decimal(fact[name]) for name in ("value", "value_max") if fact[name] and not is_text}
    cells: Row = {name: cell or None for name, cell in fact.items()} | numbers
    kind = "t_" if is_target(fact) else "o_"
    return {
        "quote": cells["quote"], "place": cells["page_or_section"], "source": cells["document_id"],
        "note": cells["note"], "subject": cells["subject"], "subject_kind": cells["subject_kind"],
        "zone": cells["zone_slug"], "indicator": cells["indicator"], "quote_match": cells["quote_match"],
        "is_target": cells["is_target"] == "true", "province": cells["province"],
        "words": [cells["value"]] if is_text else [],
        "number": None if is_text else (kind, cells["comparator"], cells["value"], cells["value_max"], cells["unit"]),
    }  # fmt: skip


def said(row: Row) -> Row:
    """What the register holds of a fact, in the same terms."""
    same = ("quote", "place", "source", "note", "subject", "subject_kind", "zone", "indicator", "quote_match")
    wording = row["wording"] if row["class"] == "milestone" else None
    kind = next((kind for kind in ("t_", "o_") if row[f"{kind}value"] is not None), None)
    number = [row[f"{kind}{name}"] for name in ("comparator", "value", "value_max")] if kind else []
    return {
        **{name: row[name] for name in same},
        "is_target": row["is_target"], "province": row["unit_name"].removeprefix("Tỉnh "),
        "words": [word for word in (row["milestone"], row["requirement"], row["content"], wording) if word],
        "number": (kind, *number, row["unit"]) if kind else None,
    }  # fmt: skip


def test_what_is_demanded_is_a_target_and_never_an_observation(stored: dict[str, Row]) -> None:
    targets = {key for key, row in stored.items() if row["class"] == "target"}
    assert targets == {row["fact_id"] for row in FACTS if is_target(row)}
    assert not any(row["class"] == "milestone" and row["is_target"] for row in stored.values())


def test_values_that_contradict_each_other_are_all_there(stored: dict[str, Row]) -> None:
    values = defaultdict(set)
    for row in FACTS:
        if row["comparator"] != "text":
            key = row["subject"], row["indicator"], row["as_of"], row["is_target"]
            values[key].add((row["fact_id"], Decimal(row["value"])))
    disputed = {key: pairs for key, pairs in values.items() if len({value for _, value in pairs}) > 1}
    outputs = disputed["Sóc Trăng", "industrial_output_vnd_bn", "2020", "false"]
    assert {value for _, value in outputs} == {24359, 40000}
    for pairs in disputed.values():
        assert {(key, stored[key]["o_value"] or stored[key]["t_value"]) for key, _ in pairs} == pairs


def test_a_date_keeps_its_precision_and_a_demand_is_for_a_time_not_as_of_it(stored: dict[str, Row]) -> None:
    for fact in FACTS:
        row, date = stored[fact["fact_id"]], edtf(fact["as_of"])
        is_period = fact["is_target"] == "true" or (fact["comparator"] == "text" and "/" in (date or ""))
        assert (row["as_of"], row["period"]) == ((None, date) if is_period else (date, None))
        first, _, last = (date or "None").partition("/")
        shown = "period" if is_period else "as_of"
        assert str(row[f"{shown}_start"]).startswith(first)
        assert str(row[f"{shown}_end"]).startswith(last or first)


def test_no_as_of_is_the_term_of_a_plan(stored: dict[str, Row], loaded_url: str) -> None:
    spans = {row["class"] for row in stored.values() if "/" in (row["as_of"] or "")}
    assert spans <= {"observation"}  # a growth from one year to another is a value of both
    assert query(loaded_url, "SELECT * FROM registry.milestones WHERE as_of LIKE '%/%'") == []
    assert query(loaded_url, "SELECT * FROM registry.zone_figures WHERE status_as_of LIKE '%/%'") == []


def test_every_zone_has_the_status_of_its_furthest_step(loaded_url: str) -> None:
    expected = {
        row["slug"]: (row["status"], None if re.fullmatch(r"\d{4}-\d{4}", row["status_as_of"]) else row["status_as_of"])
        for row in rows_of(DATA / "zones.csv")
    }
    found = query(loaded_url, "SELECT slug, status, status_as_of FROM registry.zone_figures")
    assert len(expected) == 26
    assert {row["slug"]: (row["status"], row["status_as_of"]) for row in found} == expected


def test_a_target_is_demanded_of_all_zones_or_of_those_in_operation(stored: dict[str, Row]) -> None:
    scopes = {key: row["applies_to"] for key, row in stored.items() if row["class"] == "target"}
    assert {key for key, scope in scopes.items() if scope == "operating"} == {"F018", "F041", "F042"}
    assert set(scopes.values()) == {"operating", "all"}


def test_every_indicator_is_labelled_and_defined_in_both_languages(loaded_url: str) -> None:
    used = {row["indicator"] for row in FACTS}
    known = {row["indicator"]: row for row in query(loaded_url, "SELECT * FROM registry.indicators")}
    assert len(used) == 82
    assert used <= set(known)
    for name in used:
        assert known[name]["label_vi"] != known[name]["label_en"]
        assert known[name]["definition_vi"] != known[name]["definition_en"]


def test_every_word_that_documents_use_as_a_value_has_a_label(loaded_url: str) -> None:
    unlabelled = query(
        loaded_url, "SELECT id FROM registry.fact_features WHERE value IS NULL AND value_text_vi IS NULL"
    )
    assert unlabelled == []


def test_loading_the_same_again_changes_nothing(own_url: str) -> None:
    before = contents(own_url)
    report = load(own_url, DATA)
    assert contents(own_url) == before
    assert sum(one.stored + one.updated for one in report.files.values()) == 0
    assert report.files["facts.csv"].unchanged == 2 * 239  # the fact and the row of its class


def test_the_report_tells_per_file_what_was_read_and_stored(register_url: str, light_data: Path) -> None:
    report = load(register_url, light_data)
    assert report.refused == []
    assert {name: one.read for name, one in report.files.items()} == {
        "source_kinds.csv": 6, "documents.csv": 5, "external_evidence.csv": 20, "indicators.csv": 86, "values.csv": 79,
        "milestone_steps.csv": 10, "admin_units.geojson": 239, "admin_units_historic_derived.geojson": 28,
        "admin_succession.csv": 352, "zones.geojson": 26, "target_scopes.csv": 3, "facts.csv": 239,
        "milestones.csv": 7, "phases.csv": 3, "places.csv": 32, "contacts.csv": 0,
    }  # fmt: skip
    assert report.files["facts.csv"].stored == 2 * 239
    assert report.files["zones.geojson"].stored == 26


def test_progress_is_told_for_each_file(register_url: str, light_data: Path) -> None:
    told: list[tuple[str, int, int]] = []
    report = load(register_url, light_data, lambda *progress: told.append(progress))
    assert [place for _, place, _ in told] == list(range(1, len(told) + 1))
    assert {of for _, _, of in told} == {len(told)}
    assert list(dict.fromkeys(name for name, _, _ in told)) == list(report.files)


def test_a_load_that_is_broken_off_leaves_nothing(register_url: str, light_data: Path) -> None:
    def interrupt(name: str, _place: int, _of: int) -> None:
        if name == "phases.csv":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(register_url, light_data, interrupt)
    assert is_empty(register_url)
    assert not load(register_url, light_data).refused


def test_two_loads_at_once_store_everything_once(register_url: str, light_data: Path) -> None:
    reports: list[Report] = []
    threads = [threading.Thread(target=lambda: reports.append(load(register_url, light_data))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.files["facts.csv"].stored for report in reports) == [0, 2 * 239]
    assert count(register_url, "facts") == 239


UNITS = "SELECT uid, licence, geom IS NULL AS bare FROM registry.admin_units WHERE uid LIKE 'vn63:%' AND licence <> ''"
SKETCHES = "SELECT uid FROM registry.admin_sketches JOIN registry.admin_units USING (uid) WHERE level = 'district'"


def test_without_the_sharper_file_the_open_one_is_loaded(own_url: str, data: Path) -> None:
    sharper, sketched = query(own_url, UNITS), query(own_url, SKETCHES)
    assert not any(row["bare"] for row in sharper)
    assert is_current(own_url, DATA)

    (data / "admin_units_historic_derived.geojson").unlink()
    assert not is_current(own_url, data)
    assert not load(own_url, data).refused

    units = query(own_url, UNITS)
    assert all("CC0" in row["licence"] for row in units)
    assert {row["licence"] for row in units}.isdisjoint(row["licence"] for row in sharper)
    bare = {row["uid"] for row in units if row["bare"]}
    left = {row["uid"] for row in query(own_url, SKETCHES)}
    assert left == {row["uid"] for row in sketched} - bare  # what was drawn from the sharper file is gone
    assert is_current(own_url, data)
    assert not is_current(own_url, DATA)


def test_files_are_current_only_after_a_complete_load(register_url: str, light_data: Path) -> None:
    assert not is_current(register_url, light_data)
    load(register_url, light_data)
    assert is_current(register_url, light_data)
    with (light_data / "phases.csv").open("a") as file:
        file.write("\n")
    assert not is_current(register_url, light_data)


def test_a_database_that_was_not_migrated_is_told(empty_url: str) -> None:
    with pytest.raises(NotMigrated, match="zones migrate"):
        load(empty_url, DATA)
    migrations.move(empty_url)
    assert not is_current(empty_url, DATA)
