"""Loading changed files: history is added to, what is derived follows, and nobody's later word is overwritten."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.cli.register import prepare
from api.cli.running import CommandFailed
from api.settings import Settings
from api.workflows.load import load
from tests.workflows.conftest import Row, change_feature, change_row, contents, count, rows_of, write_rows

pytestmark = pytest.mark.slow  # a database or a process of its own for each


@pytest.fixture
def loaded(register_url: str, light_data: Path) -> str:
    """A register of the test's own, loaded from `light_data`."""
    assert not load(register_url, light_data).refused
    return register_url


def versions(dsn: str, slug: str) -> list[tuple[Any, ...]]:
    """version, English name, author and whether it is current, in order."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "SELECT v.version, v.name_en, v.author, z.current_version = v.version FROM registry.zone_versions v "
            "JOIN registry.zones z USING (slug) WHERE slug = %s ORDER BY 1",
            [slug],
        ).fetchall()


def rename(name: str) -> Callable[[Row], None]:
    return lambda feature: feature["properties"].update(name_en=name)


@pytest.mark.parametrize(
    ("fact", "cells", "changed"),
    [
        ("F192", {"quote": "other words"}, "quote"),
        ("F192", {"value": "97"}, "value"),
        ("F192", {"as_of": "2021"}, "as_of, as_of_start, as_of_end"),
        ("F192", {"is_target": "true"}, "class"),
        ("F018", {"value": "80"}, "value"),
        ("F192", {"note": "a later thought"}, "note"),
        ("F021", {"value": "speed_up_planning"}, "requirement"),
    ],
    ids=str,
)
def test_a_recorded_fact_is_never_overwritten(
    loaded: str, light_data: Path, fact: str, cells: Row, changed: str
) -> None:
    before = contents(loaded)
    line = change_row(light_data / "facts.csv", fact, **cells)
    refused = load(loaded, light_data).refused
    assert {(one.file, one.row, one.value) for one in refused} == {("facts.csv", line, fact)}
    assert changed in refused[0].field
    assert "history is added to, never overwritten" in refused[0].reason
    assert contents(loaded) == before


def test_a_recorded_quote_of_a_web_page_is_never_overwritten(loaded: str, light_data: Path) -> None:
    line = change_row(light_data / "external_evidence.csv", "E01", quote="other words")
    (refused,) = load(loaded, light_data).refused
    assert (refused.file, refused.row, refused.field) == ("external_evidence.csv", line, "quote")


def test_a_new_fact_is_added_and_the_figures_follow(loaded: str, light_data: Path) -> None:
    path = light_data / "facts.csv"
    rows = rows_of(path)
    newer = next(row for row in rows if row["fact_id"] == "F192") | {"fact_id": "F240", "value": "98", "as_of": "2022"}
    write_rows(path, [*rows, newer])

    entry = load(loaded, light_data).files["facts.csv"]

    assert (entry.stored, entry.updated, entry.unchanged) == (2, 0, 2 * 239)
    with psycopg.connect(loaded) as connection:
        figures = connection.execute(
            "SELECT fill_rate_pct, fill_rate_as_of FROM registry.zone_figures WHERE slug = 'kcn-an-nghiep'"
        ).fetchone()
    assert figures == (98, "2022")


def test_a_correction_of_a_document_is_taken(loaded: str, light_data: Path) -> None:
    change_row(light_data / "documents.csv", "D003", number="12-CTr/TU")
    entry = load(loaded, light_data).files["documents.csv"]
    assert (entry.stored, entry.updated, entry.unchanged) == (0, 1, 4)
    with psycopg.connect(loaded) as connection:
        assert connection.execute("SELECT number FROM registry.sources WHERE id = 'D003'").fetchone() == ("12-CTr/TU",)


def test_a_changed_zone_gets_a_next_version_and_keeps_the_first(loaded: str, light_data: Path) -> None:
    first = contents(loaded)["zone_versions"]
    change_feature(light_data / "zones.geojson", "kcn-tran-de", rename("Tran De Park"))

    entry = load(loaded, light_data).files["zones.geojson"]

    assert (entry.stored, entry.updated, entry.unchanged) == (0, 1, 25)
    assert versions(loaded, "kcn-tran-de") == [
        (1, "Tran De Industrial Park", "data files", False),
        (2, "Tran De Park", "data files", True),
    ]
    assert set(first) < set(contents(loaded)["zone_versions"])
    assert count(loaded, "zone_versions") == 27
    assert load(loaded, light_data).files["zones.geojson"].unchanged == 26


@pytest.mark.parametrize(
    "change",
    [
        lambda feature: (
            feature.update(geometry=None)
            or feature["properties"].update(boundary_quality=None, boundary_accuracy_m=None)
        ),
        lambda feature: feature["properties"].update(lon=106.17),
        lambda feature: feature["properties"].update(positional_accuracy_m=2999.5),
        lambda feature: feature["properties"].update(aliases=["KCN Trần Đề 1"]),
        lambda feature: feature["properties"].update(doubts=None),
        lambda feature: feature["properties"].update(declared_area_ha=160.5),
    ],
    ids=["outline", "point", "accuracy", "aliases", "doubts", "area"],
)
def test_any_change_of_a_zone_is_seen(loaded: str, light_data: Path, change: Callable[[Row], None]) -> None:
    change_feature(light_data / "zones.geojson", "kcn-tran-de", change)
    report = load(loaded, light_data)
    assert report.refused == []
    assert report.files["zones.geojson"].updated == 1
    assert len(versions(loaded, "kcn-tran-de")) == 2


def test_a_zone_that_somebody_else_wrote_last_keeps_its_version(loaded: str, light_data: Path) -> None:
    with psycopg.connect(loaded) as connection:
        names = [
            row[0] for row in connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'registry.zone_versions'::regclass AND attnum > 0 "
                "AND attgenerated = '' AND attname NOT IN ('version', 'author', 'name_en', 'recorded_at')"
            )
        ]  # fmt: skip
        same = ", ".join(names)
        connection.execute(
            f"INSERT INTO registry.zone_versions (version, author, name_en, {same}) "  # type: ignore[arg-type]
            f"SELECT 2, 'a planner', 'Trần Đề IP', {same} FROM registry.zone_versions WHERE slug = 'kcn-tran-de'"
        )
        connection.execute("UPDATE registry.zones SET current_version = 2 WHERE slug = 'kcn-tran-de'")
    change_feature(light_data / "zones.geojson", "kcn-tran-de", rename("Tran De Park"))

    entry = load(loaded, light_data).files["zones.geojson"]

    assert (entry.updated, entry.unchanged) == (0, 26)
    assert versions(loaded, "kcn-tran-de")[-1] == (2, "Trần Đề IP", "a planner", True)


def test_a_zone_that_left_the_files_stays(loaded: str, light_data: Path) -> None:
    path = light_data / "zones.geojson"
    collection = json.loads(path.read_text(encoding="utf-8"))
    collection["features"] = [one for one in collection["features"] if one["properties"]["slug"] != "ccn-ham-ninh"]
    path.write_text(json.dumps(collection), encoding="utf-8")
    facts = light_data / "facts.csv"
    write_rows(facts, [row for row in rows_of(facts) if row["zone_slug"] != "ccn-ham-ninh"])

    assert load(loaded, light_data).refused == []
    assert count(loaded, "zones") == 26
    assert count(loaded, "facts") == 239


def test_a_register_that_holds_data_starts_although_the_files_are_refused(
    loaded: str, light_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change_row(light_data / "facts.csv", "F065", note="another note")
    prepare(Settings(data_dir=light_data), loaded)
    told = capsys.readouterr().out
    assert "F065" in told and "goes on with what it holds" in told


def test_an_empty_register_does_not_start_with_files_that_are_refused(empty_url: str, light_data: Path) -> None:
    change_row(light_data / "facts.csv", "F065", unit="parsecs")
    with pytest.raises(CommandFailed, match="parsecs"):
        prepare(Settings(data_dir=light_data), empty_url)


def test_a_zone_that_rests_on_no_fact_is_refused(loaded: str, light_data: Path) -> None:
    change_feature(
        light_data / "zones.geojson", "kcn-tran-de", lambda one: one["properties"].update(declared_area_inputs=["F999"])
    )
    report = load(loaded, light_data)
    assert ["F999" in refusal.reason for refusal in report.refused] == [True]
