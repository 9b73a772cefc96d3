"""Taking an edited export back: unchanged it changes nothing, edited it adds versions, wrong it stores nothing."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import psycopg
import pytest
import shapely

from api.errors import ImportNeedsSource, ReservedAuthor, UnknownSource
from api.settings import ROOT
from api.store.queries import Query
from api.workflows.imports import Report, import_file
from api.workflows.load import load
from gis.crs import ALL, CRS84, Crs, by_epsg, from_wgs84
from gis.errors import UnreadableFile
from gis.formats import FORMATS
from gis.formats.reading import READABLE
from tests.workflows.conftest import contents
from tests.workflows.test_exports import file, wish

TM3 = by_epsg(9209)
WHO = {"source": "D001", "author": "Sở Công Thương"}
Change = Callable[[dict[str, Any]], None]


def exported(dsn: str, folder: Path, name: str = "json", crs: Crs = CRS84) -> Path:
    return file(dsn, folder, wish("zones", name, Query(crs=crs)))


def edited(dsn: str, folder: Path, slug: str, change: Change) -> Path:
    """An export as GeoJSON in which `change` worked on one feature."""
    path = exported(dsn, folder)
    collection = json.loads(path.read_text(encoding="utf-8"))
    change(next(one for one in collection["features"] if one["id"] == slug))
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def surveyed(rings: list[list[list[float]]], accuracy_m: float = 0.5) -> Change:
    def change(feature: dict[str, Any]) -> None:
        feature["geometry"] = {"type": "Polygon", "coordinates": rings}
        feature["properties"] |= {"boundary_quality": "surveyed", "boundary_accuracy_m": accuracy_m}

    return change


def renamed(feature: dict[str, Any]) -> None:
    feature["properties"]["name_vi"] = "Khu công nghiệp Trần Đề 2"


SQUARE = [[[106.1, 9.5], [106.11, 9.5], [106.11, 9.51], [106.1, 9.51], [106.1, 9.5]]]


def versions(dsn: str, slug: str) -> list[dict[str, Any]]:
    with psycopg.connect(dsn) as session:
        cursor = session.execute(
            "SELECT version, name_vi, communes, boundary_quality AS quality, boundary_accuracy_m AS accuracy_m, "
            "boundary_source AS source, author, ST_AsBinary(boundary) AS wkb, measured_area_ha AS area_ha, "
            "z.current_version AS current, f.updated_at >= v.recorded_at AS fresh FROM registry.zone_versions v "
            "JOIN registry.zones z USING (slug) JOIN registry.zone_figures f USING (slug) "
            "WHERE slug = %s ORDER BY version",
            (slug,),
        )
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def refusals(report: Report) -> list[tuple[int, str, str]]:
    return [(one.row, one.field, one.reason) for one in report.refused]


@pytest.mark.parametrize("name", READABLE)
def test_an_export_that_nobody_edited_changes_nothing(own_url: str, tmp_path: Path, name: str) -> None:
    before = contents(own_url)
    report = import_file(own_url, exported(own_url, tmp_path, name))
    assert (report.read, report.unchanged, report.changed, report.refused) == (26, 26, {}, [])
    assert contents(own_url) == before


@pytest.mark.parametrize("crs", ALL, ids=lambda crs: crs.code)
@pytest.mark.parametrize("name", [name for name in READABLE if FORMATS[name].any_crs])
def test_nor_does_one_in_another_system(loaded_url: str, tmp_path: Path, name: str, crs: Crs) -> None:
    path = exported(loaded_url, tmp_path, name, crs)
    report = import_file(loaded_url, path, crs=crs if name in ("json", "geojsonseq") else None)
    assert (report.read, report.unchanged, report.refused) == (26, 26, [])


def test_nor_does_one_that_geopandas_wrote_again(own_url: str, tmp_path: Path) -> None:
    before = contents(own_url)
    frame = geopandas.read_file(exported(own_url, tmp_path, "gpkg"))
    frame.to_file(tmp_path / "again.gpkg", driver="GPKG")
    frame.to_parquet(tmp_path / "again.parquet")
    for name in ("again.gpkg", "again.parquet"):
        report = import_file(own_url, tmp_path / name)
        assert (report.unchanged, report.refused) == (26, [])
    assert contents(own_url) == before


def test_a_new_name_is_a_new_version(own_url: str, tmp_path: Path) -> None:
    before = versions(own_url, "kcn-tran-de")
    report = import_file(own_url, edited(own_url, tmp_path, "kcn-tran-de", renamed), **WHO)
    assert report.changed == {"kcn-tran-de": ["name_vi"]}
    old, new = versions(own_url, "kcn-tran-de")
    assert old == {**before[0], "current": 2, "fresh": old["fresh"]}
    assert (new["name_vi"], new["author"], new["current"]) == ("Khu công nghiệp Trần Đề 2", "Sở Công Thương", 2)
    assert (new["wkb"], new["quality"], new["source"]) == (old["wkb"], "indicative", None)
    assert new["fresh"]
    (tmp_path / "again").mkdir()
    again = import_file(own_url, exported(own_url, tmp_path / "again"), **WHO)
    assert (again.unchanged, again.changed) == (26, {})


def test_the_data_files_do_not_undo_it(own_url: str, tmp_path: Path) -> None:
    import_file(own_url, edited(own_url, tmp_path, "kcn-tran-de", renamed), **WHO)
    assert load(own_url, ROOT / "data").refused == []
    assert len(versions(own_url, "kcn-tran-de")) == 2


def test_a_surveyed_outline_replaces_the_indicative_one(own_url: str, tmp_path: Path) -> None:
    report = import_file(own_url, edited(own_url, tmp_path, "kcn-tran-de", surveyed(SQUARE)), **WHO)
    assert report.changed == {"kcn-tran-de": ["boundary", "boundary_accuracy_m", "boundary_quality"]}
    _, new = versions(own_url, "kcn-tran-de")
    assert shapely.get_coordinates(shapely.from_wkb(new["wkb"])).tolist() == SQUARE[0]
    assert (new["quality"], new["accuracy_m"], new["source"]) == ("surveyed", 0.5, "D001")
    assert new["area_ha"] == pytest.approx(121.5, abs=0.5)


def test_in_another_system_only_the_moved_vertex_is_another(own_url: str, tmp_path: Path) -> None:
    import_file(own_url, edited(own_url, tmp_path, "kcn-tran-de", surveyed(SQUARE)), **WHO)
    path = exported(own_url, tmp_path, "gpkg", TM3)
    frame = geopandas.read_file(path)
    row = frame.index[frame["slug"] == "kcn-tran-de"][0]
    points = shapely.get_coordinates(frame.geometry[row])
    points[2] += (3.25, 1.5)
    frame.loc[row, "geometry"] = shapely.MultiPolygon([shapely.Polygon(points)])
    path.unlink()
    frame.to_file(path, driver="GPKG")
    assert import_file(own_url, path, **WHO).changed == {"kcn-tran-de": ["boundary"]}
    found = shapely.get_coordinates(shapely.from_wkb(versions(own_url, "kcn-tran-de")[2]["wkb"]))
    assert found[[0, 1, 3, 4]].tolist() == [SQUARE[0][place] for place in (0, 1, 3, 4)]
    assert np.abs(from_wgs84(found[2:3], TM3) - points[2]).max() < 1e-3


def test_a_csv_with_some_columns_changes_only_those(own_url: str, tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text('slug,name_en,commune\nkcn-tran-de,"\'=Tran De",Xã Trần Đề; Xã Tài Văn\n', encoding="utf-8")
    assert import_file(own_url, path, **WHO).changed == {"kcn-tran-de": ["communes", "name_en"]}
    assert versions(own_url, "kcn-tran-de")[1]["communes"] == ["Xã Trần Đề", "Xã Tài Văn"]
    with psycopg.connect(own_url) as session:
        name = session.execute("SELECT name_en FROM registry.zone_features WHERE slug = 'kcn-tran-de'").fetchone()
    assert name == ("=Tran De",)


def test_what_follows_from_facts_is_ignored_and_named(own_url: str, tmp_path: Path) -> None:
    def enlarged(feature: dict[str, Any]) -> None:
        feature["properties"] |= {"declared_area_ha": 9999, "status": "operating"}

    before = contents(own_url)
    report = import_file(own_url, edited(own_url, tmp_path, "kcn-tran-de", enlarged))
    assert {"declared_area_ha", "status", "fill_rate_pct", "province"} <= set(report.ignored)
    assert not {"slug", "name_vi", "boundary_quality", "version"} & set(report.ignored)
    assert contents(own_url) == before


BAD = {
    "slug of no zone": (lambda one: one["properties"].update(slug="kcn-none"), "slug", "no such zone"),
    "no slug": (lambda one: one["properties"].update(slug=None), "slug", "must not be empty"),
    "slug twice": (lambda one: one["properties"].update(slug="ccn-an-lac-thon-1"), "slug", "stands already in row 1"),
    "empty name": (lambda one: one["properties"].update(name_vi=""), "name_vi", "must not be empty"),
    "unknown kind": (lambda one: one["properties"].update(kind="park"), "kind", "known are: "),
    "accuracy in words": (
        lambda one: one["properties"].update(boundary_accuracy_m="about 3 km"), "boundary_accuracy_m", "not a number",
    ),
    "outline gone": (lambda one: one.update(geometry=None), "geometry", "replaced by an import, not removed"),
    "drawn but indicative": (
        lambda one: one.update(geometry={"type": "Polygon", "coordinates": SQUARE}),
        "boundary_quality", "surveyed or digitised",
    ),
    "no accuracy": (surveyed(SQUARE, 0), "boundary_accuracy_m", "needs its accuracy"),
    "quality alone": (
        lambda one: one["properties"].update(boundary_quality="surveyed"),
        "boundary_quality", "together with the outline",
    ),
    "a point": (
        lambda one: one.update(geometry={"type": "Point", "coordinates": [106, 9]}),
        "geometry", "Polygon or MultiPolygon",
    ),
    "crossing itself": (
        surveyed([[[106, 9], [106.1, 9.1], [106.1, 9], [106, 9.1], [106, 9]]]), "geometry", "valid Polygon",
    ),
    "swapped": (surveyed([[point[::-1] for point in SQUARE[0]]]), "geometry", "outside -180"),
    "an old export": (
        lambda one: (renamed(one), one["properties"].update(version=7)), "version", "the register has version 1 by now",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_told_and_nothing_is_stored(own_url: str, tmp_path: Path, case: str) -> None:
    change, name, reason = BAD[case]
    before = contents(own_url)
    path = edited(own_url, tmp_path, "kcn-tran-de", change)
    collection = json.loads(path.read_text(encoding="utf-8"))
    collection["features"][0]["properties"]["name_vi"] = "a good change beside it"
    path.write_text(json.dumps(collection), encoding="utf-8")
    report = import_file(own_url, path, **WHO)
    (refused,) = refusals(report)
    rows = [one["properties"]["slug"] for one in collection["features"]]
    assert refused[1] == name
    assert reason in refused[2]
    assert "kcn-tran-de" not in rows or refused[0] == rows.index("kcn-tran-de") + 1
    assert report.changed == {}
    assert contents(own_url) == before


def test_outlines_that_share_ground_are_refused(own_url: str, tmp_path: Path) -> None:
    import_file(own_url, edited(own_url, tmp_path, "kcn-tran-de", surveyed(SQUARE)), **WHO)
    before = contents(own_url)
    beside = [[[106.1099, 9.5], [106.12, 9.5], [106.12, 9.51], [106.1099, 9.51], [106.1099, 9.5]]]
    report = import_file(own_url, edited(own_url, tmp_path, "kcn-dai-ngai", surveyed(beside)), **WHO)
    ((_, name, reason),) = refusals(report)
    assert name == "geometry"
    assert reason.startswith("this outline shares 12") and reason.endswith("m² with that of kcn-tran-de")
    assert contents(own_url) == before
    touching = [[[106.11, 9.5], [106.12, 9.5], [106.12, 9.51], [106.11, 9.51], [106.11, 9.5]]]
    assert import_file(own_url, edited(own_url, tmp_path, "kcn-dai-ngai", surveyed(touching)), **WHO).refused == []


def test_a_zone_may_lie_in_an_economic_zone_but_not_across_its_border(own_url: str, tmp_path: Path) -> None:
    around = [[[106, 9.4], [106.2, 9.4], [106.2, 9.6], [106, 9.6], [106, 9.4]]]
    import_file(own_url, edited(own_url, tmp_path, "kcn-tran-de", surveyed(SQUARE)), **WHO)
    assert import_file(own_url, edited(own_url, tmp_path, "kkt-tran-de", surveyed(around)), **WHO).refused == []
    across = [[[106.19, 9.5], [106.21, 9.5], [106.21, 9.51], [106.19, 9.51], [106.19, 9.5]]]
    report = import_file(own_url, edited(own_url, tmp_path, "kcn-dai-ngai", surveyed(across)), **WHO)
    assert [name for _, name, _ in refusals(report)] == ["geometry"]


def test_a_change_needs_a_source_and_an_author(own_url: str, tmp_path: Path) -> None:
    path = edited(own_url, tmp_path, "kcn-tran-de", renamed)
    before = contents(own_url)
    for who in ({}, {"source": "D001"}, {"author": "A"}):
        with pytest.raises(ImportNeedsSource, match="--source and --author"):
            import_file(own_url, path, **who)
    with pytest.raises(UnknownSource, match="no document “D999”"):
        import_file(own_url, path, source="D999", author="A")
    with pytest.raises(ReservedAuthor):
        import_file(own_url, path, source="D001", author="data files")
    assert contents(own_url) == before


def test_other_files_are_refused_as_a_whole(loaded_url: str, tmp_path: Path) -> None:
    report = import_file(loaded_url, file(loaded_url, tmp_path, wish("facts", "csv")))
    assert refusals(report) == [(0, "slug", "this column is missing; is it an export of zones?")]
    points = import_file(loaded_url, file(loaded_url, tmp_path, wish("zone-points", "gpkg")))
    assert len(points.refused) == 26
    with pytest.raises(UnreadableFile, match=r"its ending must be one of \.geojson"):
        import_file(loaded_url, exported(loaded_url, tmp_path, "xlsx"))


def test_a_spreadsheet_program_may_have_saved_the_csv_its_way(own_url: str, tmp_path: Path) -> None:
    """Without quotes and the byte order mark, as LibreOffice saves it."""
    path = exported(own_url, tmp_path, "csv")
    with path.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(rows)
    assert import_file(own_url, path).unchanged == 26
