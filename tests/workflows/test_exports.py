"""What the register holds and what stands in its files: the same features, the same bits, in every system."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import psycopg
import pytest
import shapely

from api.errors import (
    FormatNeedsGeometry,
    FormatNeedsWgs84,
    NotMigrated,
    NotWorkedOut,
    StatementTooLong,
    StoreUnavailable,
    TooManyRows,
)
from api.store.collections import COLLECTIONS
from api.store.queries import Box, Condition, Place, Query
from api.workflows.exports import Export, write, write_beside
from gis.crs import ALL, CRS84, Crs, by_epsg, from_wgs84
from gis.formats import FORMATS, About
from gis.formats.reading import READABLE, Contents, read
from gis.formats.shapefile import short_names
from gis.vertices import are_same

T = TypeVar("T")

ABOUT = About("Zones", "", "Five documents of Sóc Trăng", "https://register.example", "", date(2026, 11, 20))
TM3 = by_epsg(9209)
Stored = dict[str, dict[str, Any]]


def wish(collection: str, format: str, query: Query | None = None, **more: Any) -> Export:
    return Export(COLLECTIONS[collection], query or Query(), format, ABOUT, {}, **more)


def file(dsn: str, folder: Path, export: Export) -> Path:
    path = folder / f"{export.collection.name}{FORMATS[export.format].ending}"
    write(dsn, export, path)
    return path


def contents(dsn: str, folder: Path, export: Export) -> Contents:
    short = short_names([one.name for one in export.collection.properties])
    crs = export.query.crs if export.format in ("json", "geojsonseq") else None
    return read(file(dsn, folder, export), crs, {made: name for name, made in short.items()})


def by_id(found: Contents, collection: str) -> dict[str, tuple[dict[str, Any], Any]]:
    return {row[COLLECTIONS[collection].id]: (row, outline) for _, row, outline in found.records}


def stored(dsn: str, collection: str) -> Stored:
    """The collection's rows as the database has them, geometry as WKB; read without the project."""
    known = COLLECTIONS[collection]
    spatial = f"ST_AsBinary({known.geometry}, 'NDR')" if known.geometry else "NULL::bytea"
    with psycopg.connect(dsn) as session:
        session.execute("SET search_path = registry, public, postgis; SET TIME ZONE 'UTC'")
        cursor = session.execute(f"SELECT *, {spatial} AS wkb FROM {known.view}".encode())
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return {row[known.id]: row for row in rows}


@pytest.mark.parametrize("collection", ["zones", "zone-points", "admin-units"])
@pytest.mark.parametrize("name", ["gpkg", "fgb", "parquet"])
def test_every_stored_vertex_is_in_the_file_bit_for_bit(
    loaded_url: str, tmp_path: Path, collection: str, name: str
) -> None:
    rows = stored(loaded_url, collection)
    found = by_id(contents(loaded_url, tmp_path, wish(collection, name)), collection)
    assert set(found) == set(rows)
    assert {id: outline and outline.wkb for id, (_, outline) in found.items()} == {
        id: row["wkb"] for id, row in rows.items()
    }


@pytest.mark.parametrize("name", [name for name in READABLE if name not in ("gpkg", "fgb", "parquet")])
def test_texts_hold_every_digit_of_every_vertex(loaded_url: str, tmp_path: Path, name: str) -> None:
    rows = stored(loaded_url, "zones")
    found = by_id(contents(loaded_url, tmp_path, wish("zones", name)), "zones")
    assert set(found) == set(rows)
    for slug, (_, outline) in found.items():
        kept = rows[slug]["wkb"] and shapely.from_wkb(rows[slug]["wkb"])
        assert (outline is None) == (kept is None)
        assert kept is None or are_same(outline, kept)


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize("name", ["csv", "gpkg", "parquet", "json"])
def test_values_are_those_of_the_database(loaded_url: str, tmp_path: Path, collection: str, name: str) -> None:
    rows = stored(loaded_url, collection)
    found = by_id(contents(loaded_url, tmp_path, wish(collection, name)), collection)
    assert set(found) == set(rows)
    for id, (record, _) in found.items():
        for known in COLLECTIONS[collection].properties:
            value, kept = record[known.name], rows[id][known.name]
            assert (value is None) == (kept is None), (id, known.name)
            if kept is None:
                continue
            match known.kind:
                case "number" | "integer":
                    assert float(value) == float(kept)
                case "string":
                    assert value == kept
                case "boolean":
                    assert value in (kept, str(kept).lower())
                case "date":
                    assert str(value)[:10] == kept.isoformat()
                case "date-time":
                    assert str(value)[:19].replace("T", " ") == f"{kept:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize("crs", ALL, ids=lambda crs: crs.code)
@pytest.mark.parametrize("name", ["gpkg", "fgb", "parquet", "csv", "shp", "jsonfg", "geojsonseq"])
def test_coordinates_are_those_of_the_official_operation(loaded_url: str, tmp_path: Path, name: str, crs: Crs) -> None:
    """x before y in files; read() turns JSON, which has the order of the CRS."""
    kept = stored(loaded_url, "zone-points")
    found = by_id(contents(loaded_url, tmp_path, wish("zone-points", name, Query(crs=crs))), "zone-points")
    slugs = sorted(kept)
    lonlat = shapely.get_coordinates([shapely.from_wkb(kept[slug]["wkb"]) for slug in slugs])
    expected = from_wgs84(lonlat, crs)
    difference = shapely.get_coordinates([found[slug][1] for slug in slugs]) - expected
    assert np.abs(difference).max() < (1e-3 if crs.is_projected else 2e-9)


def test_json_has_the_axis_order_of_its_crs(loaded_url: str, tmp_path: Path) -> None:
    query = Query(crs=by_epsg(4326), filters={"slug": "kcn-tran-de"})
    text = file(loaded_url, tmp_path, wish("zone-points", "geojsonseq", query)).read_text(encoding="utf-8")
    assert json.loads(text[1:])["geometry"]["coordinates"] == [9.5482, 106.1675]


def test_jsonfg_is_as_its_standard_says(loaded_url: str, tmp_path: Path) -> None:
    plain = json.loads(file(loaded_url, tmp_path, wish("admin-units", "jsonfg")).read_text(encoding="utf-8"))
    assert plain["conformsTo"][0] == "http://www.opengis.net/spec/json-fg-1/1.0/conf/core"
    assert (plain["featureType"], plain["geometryDimension"]) == ("admin-units", 2)
    assert plain["coordRefSys"] == CRS84.uri
    assert plain["attribution"] == ABOUT.attribution
    assert all(one["place"] is None for one in plain["features"])
    times = {one["id"]: one["time"] for one in plain["features"]}
    assert times["vn63:94"] == {"interval": ["..", "2025-06-30"]}
    assert times["vn34:92"]["interval"][1] == ".."
    query = Query(crs=TM3, filters={"slug": "kcn-tran-de"})
    (tmp_path / "other").mkdir()
    moved = json.loads(file(loaded_url, tmp_path / "other", wish("zone-points", "jsonfg", query)).read_text("utf-8"))
    assert moved["coordRefSys"] == TM3.uri
    (feature,) = moved["features"]
    assert feature["geometry"]["coordinates"] == [106.1675, 9.5482]
    easting, northing = feature["place"]["coordinates"]
    assert (500_000 < easting < 600_000) and (1_000_000 < northing < 1_100_000)


def test_only_what_was_asked_for_is_there(loaded_url: str, tmp_path: Path) -> None:
    query = Query(bbox=Box(105.9, 9.4, 106.2, 9.7), filters={"kind": "industrial_park"})
    found = by_id(contents(loaded_url, tmp_path, wish("zone-points", "gpkg", query)), "zone-points")
    assert 0 < len(found) < 26
    assert {row["kind"] for row, _ in found.values()} == {"industrial_park"}


def test_a_limit_ends_it_and_after_begins_it(loaded_url: str, tmp_path: Path) -> None:
    slugs = sorted(stored(loaded_url, "zones"))
    export = wish("zones", "csv", Query(place=Place(slugs[2])), limit=4)
    assert [row["slug"] for _, row, _ in contents(loaded_url, tmp_path, export).records] == slugs[3:7]


def test_progress_is_told_to_the_end(loaded_url: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    made = write(loaded_url, wish("admin-units", "csv"), tmp_path / "a.csv", lambda done, of: seen.append((done, of)))
    assert made.count == 521
    assert seen == [(500, 521), (521, 521)]


def test_what_a_format_cannot_hold_is_refused_before_it_is_written(
    loaded_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    with pytest.raises(FormatNeedsGeometry, match="“shp” is a format of geometry, and facts has none"):
        write(loaded_url, wish("facts", "shp"), path)
    with pytest.raises(FormatNeedsWgs84, match="KML only knows longitude and latitude"):
        write(loaded_url, wish("zones", "kml", Query(crs=TM3)), path)
    small = FORMATS["xlsx"].__class__(**{**vars(FORMATS["xlsx"]), "most": 25})
    monkeypatch.setitem(FORMATS, "xlsx", small)
    with pytest.raises(TooManyRows, match="at most 25 features, and 26 were found"):
        write(loaded_url, wish("zones", "xlsx"), path)
    assert not path.exists()


def run(work: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: the event loop of this one may be Playwright's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def test_beside_the_service_errors_are_the_same(empty_url: str, loaded_url: str, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with pytest.raises(NotMigrated):
        run(write_beside(empty_url, wish("zones", "gpkg"), path))
    with pytest.raises(StoreUnavailable):
        run(write_beside("postgresql://127.0.0.1:1/none", wish("zones", "gpkg"), path))
    with pytest.raises(StatementTooLong):
        run(write_beside(loaded_url, wish("admin-units", "jsonfg", Query(crs=TM3), timeout_ms=1), path))
    assert not path.exists()


def test_what_the_database_refuses_is_told_from_the_child(loaded_url: str, tmp_path: Path) -> None:
    refused = Query(condition=Condition("slug::integer = 1"))
    for format in ("csv", "geojsonseq"):
        with pytest.raises(NotWorkedOut, match="invalid input syntax for type integer"):
            run(write_beside(loaded_url, wish("zones", format, refused), tmp_path / "a"))


def children() -> set[str]:
    """The processes that any thread of this one has started."""
    return {one for file in Path("/proc/self/task").glob("*/children") for one in file.read_text().split()}


def test_who_stops_waiting_leaves_no_process(loaded_url: str, tmp_path: Path) -> None:
    before = children()

    async def give_up() -> None:
        task = asyncio.create_task(write_beside(loaded_url, wish("zones", "gpkg"), tmp_path / "a.gpkg"))
        while children() <= before:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(give_up())
    assert children() <= before


def test_the_libraries_stay_out_of_the_service() -> None:
    """What weighs is imported where a file is written, which is not the service's own process."""
    probe = "import sys, api.main, api.routes.ogc.exports; print({'pyogrio', 'xlsxwriter'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "set()"
