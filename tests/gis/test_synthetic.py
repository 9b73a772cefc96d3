"""The made-up data set: the same from the same seed, inside the real provinces, and without any overlap."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from api.settings import ROOT
from gis.errors import TooManyLots, TooManyZones
from gis.shapes import geodesic_area_m2
from gis.synthetic import DataSet, Province, Zone, make
from gis.synthetic.ground import directions, scale_at
from gis.synthetic.histories import LADDER, STATUS_SHARES
from gis.synthetic.lots import LAND_USES, STATUSES
from gis.synthetic.names import FIRST, SECOND, plain

ZONES, LOTS = 60, 600


@pytest.fixture(scope="session")
def provinces() -> list[Province]:
    features = json.loads((ROOT / "data" / "admin_units.geojson").read_text(encoding="utf-8"))["features"]
    return [
        Province(one["uid"], one["name"], float(one["area_km2_published"]), shape(feature["geometry"]))
        for feature in features
        if (one := feature["properties"])["level"] == "province"
    ]


@pytest.fixture(scope="session")
def small(provinces: list[Province]) -> DataSet:
    return make(provinces, 1, ZONES, LOTS)


@pytest.fixture(scope="session")
def national(provinces: list[Province]) -> DataSet:
    return make(provinces, 1, 3_000, 120_000)


SIZES = ["small", pytest.param("national", marks=pytest.mark.slow)]


@pytest.fixture
def data(request: pytest.FixtureRequest) -> DataSet:
    found: DataSet = request.getfixturevalue(request.param)
    return found


def outlines(data: DataSet) -> np.ndarray:
    return np.array([zone.versions[-1].boundary for zone in data.zones])


def texts(data: DataSet) -> Iterator[str]:
    for zone in data.zones:
        yield repr([zone.slug, zone.name_vi, zone.name_en, zone.kind, zone.province, zone.status, zone.delay_min])
        yield repr([zone.lon, zone.lat, zone.steps, zone.observations, zone.has_plant])
        yield repr([(v.declared_area_ha, v.area_year, v.quality, v.accuracy_m, v.valid_from) for v in zone.versions])
    yield repr(data.targets)


def digest(data: DataSet) -> str:
    """Of every number and word, by the doubles themselves: no text or binary form of a library comes between."""
    found = hashlib.sha256()
    shapes = [*(version.boundary for zone in data.zones for version in zone.versions), *data.lots.geometry]
    found.update(shapely.get_coordinates(shapes).astype("<f8").tobytes())
    lots = data.lots
    for column in (lots.zone, lots.number, lots.area_m2, lots.land_use, lots.status):
        found.update(column.astype("<i8").tobytes())
    found.update("\n".join(texts(data)).encode())
    return found.hexdigest()


def test_a_seed_gives_these_very_bytes_on_every_machine(small: DataSet) -> None:
    assert digest(small) == "a71e8792a9f5243e2e66b39eb2b9a2ef272bcf18d3697d73775ebfb912f0dfb9"


@pytest.mark.slow
def test_the_national_set_too(national: DataSet) -> None:
    assert digest(national) == "e67d66b842c3f7e3d025194e082138ebcae7b5f1f31611057c5cc342cfae87e2"


def test_another_seed_gives_other_zones(provinces: list[Province], small: DataSet) -> None:
    other = make(provinces, 2, ZONES, LOTS)
    assert not {zone.slug for zone in small.zones} & {zone.slug for zone in other.zones}


def test_the_order_of_the_provinces_does_not_matter(provinces: list[Province], small: DataSet) -> None:
    assert digest(make(provinces[::-1], 1, ZONES, LOTS)) == digest(small)


@pytest.mark.parametrize(("data", "zones", "lots"), [("small", ZONES, LOTS), pytest.param(
    "national", 3_000, 120_000, marks=pytest.mark.slow)], indirect=["data"])  # fmt: skip
def test_there_are_as_many_as_asked_for(data: DataSet, zones: int, lots: int) -> None:
    assert (len(data.zones), len(data.lots)) == (zones, lots)
    assert len({zone.slug for zone in data.zones}) == zones
    assert len(set(zip(data.lots.zone.tolist(), data.lots.number.tolist(), strict=True))) == lots


@pytest.mark.parametrize("data", SIZES, indirect=True)
def test_no_zone_touches_another(data: DataSet) -> None:
    shapes = outlines(data)
    assert shapely.is_valid(shapes).all()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert (one == other).all()


@pytest.mark.parametrize("data", SIZES, indirect=True)
def test_every_zone_lies_inside_its_province(data: DataSet, provinces: list[Province]) -> None:
    for province in provinces:
        inside = [zone.versions[-1].boundary for zone in data.zones if zone.province == province.uid]
        assert inside, province.name
        shapely.prepare(province.outline)
        assert shapely.contains_properly(province.outline, inside).all(), province.name


@pytest.mark.parametrize("data", SIZES, indirect=True)
def test_lots_lie_inside_their_zone_and_none_touches_another(data: DataSet) -> None:
    lots, zones = data.lots.geometry, outlines(data)
    shapely.prepare(zones)
    assert shapely.is_valid(lots).all()
    assert shapely.contains_properly(zones[data.lots.zone], lots).all()
    one, other = shapely.STRtree(lots).query(lots, predicate="intersects")
    assert (one == other).all()


@pytest.mark.parametrize("data", SIZES, indirect=True)
def test_sizes_are_those_of_the_issue(data: DataSet) -> None:
    hectares = [geodesic_area_m2(shape) / 10_000 for shape in outlines(data)]
    assert 10 < min(hectares) < 15
    assert 400 < max(hectares) < 600
    rings = [shapely.get_rings(shapely.get_parts(shape)) for shape in outlines(data)]
    vertices = [int(shapely.get_num_coordinates(one).sum()) - len(one) for one in rings]
    assert min(vertices) >= 30
    assert 250 < max(vertices) <= 300
    corners = shapely.get_num_coordinates(data.lots.geometry) - 1
    assert corners.min() == 4
    assert 9 < corners.max() <= 12


@pytest.mark.parametrize("data", SIZES, indirect=True)
def test_coordinates_are_rounded_as_the_register_rounds_them(data: DataSet) -> None:
    for shapes in (outlines(data), data.lots.geometry):
        found = shapely.get_coordinates(shapes)
        assert (np.round(found, 9) == found).all()


@pytest.mark.parametrize("data", SIZES, indirect=True)
def test_declared_areas_are_those_of_the_outlines_but_for_some_documents(data: DataSet) -> None:
    ratios = np.array([
        float(zone.versions[-1].declared_area_ha) * 10_000 / geodesic_area_m2(zone.versions[-1].boundary)
        for zone in data.zones
    ])  # fmt: skip
    off = np.abs(ratios - 1) > 0.005
    assert off.mean() < 0.1
    assert np.abs(ratios - 1).max() < 0.04
    areas = np.array([geodesic_area_m2(one) for one in data.lots.geometry[:500]])
    assert np.abs(areas / data.lots.area_m2[:500] - 1).max() < 0.001


@pytest.mark.slow
def test_the_national_set_has_holes_parts_and_histories(national: DataSet) -> None:
    parts = Counter(len(zone.versions[-1].boundary.geoms) for zone in national.zones)
    holes = Counter(sum(len(part.interiors) for part in zone.versions[-1].boundary.geoms) for zone in national.zones)
    versions = Counter(len(zone.versions) for zone in national.zones)
    assert parts[2] > 200
    assert holes[1] > 100
    assert holes[2] > 50
    assert versions[2] > 500
    assert versions[4] > 20
    assert Counter(zone.kind for zone in national.zones).keys() == {
        "industrial_park", "industrial_cluster", "economic_zone",
    }  # fmt: skip


@pytest.mark.parametrize("data", SIZES, indirect=True)
def test_all_statuses_are_there_and_rest_on_the_last_step(data: DataSet) -> None:
    assert {zone.status for zone in data.zones} == {*STATUS_SHARES}
    for zone in data.zones:
        assert zone.steps[-1].name == zone.status
        order = [[*LADDER, "withdrawn"].index(step.name) for step in zone.steps]
        years = [int(step.as_of[:4]) for step in zone.steps]
        assert order == sorted(order)
        assert years == sorted(years)


@pytest.mark.parametrize("data", SIZES, indirect=True)
def test_a_zone_grew_and_each_outline_holds_the_one_before(data: DataSet) -> None:
    grown = [zone for zone in data.zones if len(zone.versions) > 1]
    assert grown
    for zone in grown:
        areas = [version.declared_area_ha for version in zone.versions]
        days = [version.valid_from for version in zone.versions if version.valid_from]
        assert areas == sorted(areas)
        assert days == sorted(days)
        assert None not in [version.valid_from for version in zone.versions[1:]]


@pytest.mark.parametrize("data", SIZES, indirect=True)
def test_the_lots_sum_up_to_what_was_last_reported(data: DataSet) -> None:
    lots, told = data.lots, 0
    for place, zone in enumerate(data.zones):
        mine = lots.zone == place
        if zone.status != "operating" or not mine.any():
            continue
        leased = mine & (lots.status == STATUSES.index("leased"))
        told += 1
        for use in (0, 1):
            land = LAND_USES[use]
            assert last(zone, f"{land}_land_leasable_ha") == hectares(lots.area_m2[mine & (lots.land_use == use)])
            assert last(zone, f"{land}_land_leased_ha") == hectares(lots.area_m2[leased & (lots.land_use == use)])
        share = hectares(lots.area_m2[leased]) * 100 / hectares(lots.area_m2[mine & (lots.land_use < 2)])
        assert abs(last(zone, "fill_rate_pct") - share) <= Decimal("0.05")
    assert told


def last(zone: Zone, indicator: str) -> Decimal:
    return max((one.year, one.value) for one in zone.observations if one.indicator == indicator)[1]


def hectares(square_metres: np.ndarray) -> Decimal:
    return Decimal(int(square_metres.sum())) / 10_000


def test_land_that_nobody_leases_has_no_status(small: DataSet) -> None:
    leasable = small.lots.land_use < 2
    assert (small.lots.status[leasable] >= 0).all()
    assert (small.lots.status[~leasable] == -1).all()


def test_every_province_has_targets(small: DataSet, provinces: list[Province]) -> None:
    assert {target.province for target in small.targets} == {province.uid for province in provinces}


def test_names_do_not_fall_together_without_their_marks() -> None:
    for words in (FIRST, SECOND):
        assert len({plain(word).lower() for word in words}) == len(words)


def test_more_than_there_is_room_for_is_refused(provinces: list[Province]) -> None:
    with pytest.raises(TooManyZones, match="at most"):
        make(provinces, 1, 100_000, 0)
    with pytest.raises(TooManyLots, match="at most"):
        make(provinces, 1, 40, 1_000_000)
    assert len(make(provinces, 1, 40, 0).lots) == 0


@pytest.mark.slow
def test_ten_times_the_zones_still_lie_apart(provinces: list[Province]) -> None:
    shapes = outlines(make(provinces, 1, 30_000, 0))
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert len(shapes) == 30_000
    assert (one == other).all()


def test_directions_are_sines_and_cosines() -> None:
    turns = np.linspace(-1, 2, 3001)
    known = [[math.cos(turn * math.tau), math.sin(turn * math.tau)] for turn in turns]
    assert np.abs(directions(turns) - known).max() < 2e-15


@pytest.mark.parametrize("lat", [8.5, 16.0, 23.4])
def test_a_degree_is_as_long_as_on_the_ellipsoid(lat: float) -> None:
    scale, step = scale_at(lat), 0.001
    box = shapely.box(107.0, lat - step, 107.0 + 2 * step, lat + step)
    assert geodesic_area_m2(box) == pytest.approx(scale.east * scale.north * 4 * step * step, rel=1e-7)
