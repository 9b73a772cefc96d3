"""An indicative outline must have exactly the declared area, or the map would say what no document says."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import MultiPolygon, Polygon, box

from gis.errors import BadDisc
from gis.shapes import disc, geodesic_area_m2

TRAN_DE = (106.1675, 9.5482)


def circle_area_m2(radius_m: float, lat: float, area_m2: float) -> float:
    """Area of a small circle, from the Gaussian curvature of the ellipsoid at its centre."""
    a, f = 6378137.0, 1 / 298.257223563
    e2 = f * (2 - f)
    w2 = 1 - e2 * math.sin(math.radians(lat)) ** 2
    curvature = w2**2 / (a**2 * (1 - e2))
    return math.pi * radius_m**2 * (1 - curvature * radius_m**2 / 12)


@pytest.mark.parametrize("area_ha", [160, 286, 200, 217, 243])
def test_a_declared_area_is_met_to_a_hand(area_ha: float) -> None:
    outline = disc(*TRAN_DE, area_ha)
    assert abs(geodesic_area_m2(outline) - area_ha * 10_000) <= 0.05


def test_the_disc_is_round_and_around_the_point() -> None:
    ring = disc(*TRAN_DE, 160).geoms[0].exterior
    lons, lats = zip(*ring.coords, strict=True)
    many = len(lons)
    _, _, distances = Geod(ellps="WGS84").inv([TRAN_DE[0]] * many, [TRAN_DE[1]] * many, lons, lats)
    assert max(distances) - min(distances) < 0.0003
    # A ring of 128 corners encloses a little less than its circle: 128/2pi * sin(2pi/128) of it.
    share = 128 / (2 * math.pi) * math.sin(2 * math.pi / 128)
    assert circle_area_m2(distances[0], TRAN_DE[1], 1.6e6) * share == pytest.approx(1.6e6, rel=1e-6)


def test_the_ring_follows_the_right_hand_rule_and_is_valid() -> None:
    outline = disc(*TRAN_DE, 160)
    (part,) = outline.geoms
    assert isinstance(outline, MultiPolygon)
    assert outline.is_valid
    assert part.exterior.is_ccw
    assert len(part.exterior.coords) == 129
    assert part.exterior.coords[0] == part.exterior.coords[-1] == max(part.exterior.coords)


def test_coordinates_are_short_numbers() -> None:
    for x, y in disc(*TRAN_DE, 160).geoms[0].exterior.coords:
        assert (x, y) == (round(x, 9), round(y, 9))
        assert max(len(repr(x)), len(repr(y))) <= 13


def test_the_same_zone_gets_the_same_outline() -> None:
    assert disc(*TRAN_DE, 160).wkb == disc(*TRAN_DE, 160).wkb


@settings(max_examples=60, deadline=None)
@given(
    lon=st.floats(-179, 179),
    lat=st.floats(-80, 80),
    area_ha=st.floats(0.01, 100_000),
    vertices=st.sampled_from([64, 100, 128, 256]),
)
def test_any_disc_has_its_area(lon: float, lat: float, area_ha: float, vertices: int) -> None:
    outline = disc(lon, lat, area_ha, vertices)
    wanted = area_ha * 10_000
    assert abs(geodesic_area_m2(outline) - wanted) <= max(0.05, 5e-9 * wanted)
    assert outline.is_valid
    assert len(outline.geoms[0].exterior.coords) == vertices + 1


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((106.0, 9.6, 0.0), "the area must be"),
        ((106.0, 9.6, -1.0), "the area must be"),
        ((106.0, 9.6, 2e6), "the area must be"),
        ((106.0, 9.6, math.nan), "finite"),
        ((math.inf, 9.6, 100.0), "finite"),
        ((106.0, 89.999, 100.0), "pole"),
        ((106.0, 95.0, 100.0), "pole"),
        ((179.9999, 9.6, 100.0), "180th"),
        ((106.0, 9.6, 100.0, 3), "vertices"),
    ],
)
def test_what_is_no_disc_says_why(numbers: tuple[float, ...], told: str) -> None:
    with pytest.raises(BadDisc) as caught:
        disc(*numbers)
    assert told in str(caught.value)


def test_area_on_the_ellipsoid_between_parallels_near_the_equator() -> None:
    """A narrow cell has the area of its band of latitude, in closed form."""
    a, f = 6378137.0, 1 / 298.257223563
    e = math.sqrt(f * (2 - f))

    def zone(lat: float) -> float:
        s = math.sin(math.radians(lat))
        return s / (1 - (e * s) ** 2) / 2 + math.atanh(e * s) / (2 * e)

    width, south, north = 0.001, 9.60, 9.61
    expected = a**2 * (1 - e**2) * math.radians(width) * (zone(north) - zone(south))
    assert geodesic_area_m2(box(105.0, south, 105.0 + width, north)) == pytest.approx(expected, rel=1e-8)


def test_holes_are_taken_off_and_parts_added_whichever_way_rings_run() -> None:
    whole, hole, other = (
        box(106.0, 9.6, 106.02, 9.62),
        box(106.005, 9.605, 106.01, 9.61),
        box(107, 10, 107.01, 10.01),
    )
    expected = geodesic_area_m2(whole) - geodesic_area_m2(hole) + geodesic_area_m2(other)
    for direction in (1, -1):
        rings = [list(ring.exterior.coords)[::direction] for ring in (whole, hole)]
        shape = MultiPolygon([Polygon(rings[0], [rings[1]]), other])
        assert geodesic_area_m2(shape) == pytest.approx(expected, abs=1e-6)


def test_nothing_has_no_area() -> None:
    assert geodesic_area_m2(MultiPolygon()) == geodesic_area_m2(Polygon()) == 0


def test_a_map_projection_would_be_three_per_cent_off() -> None:
    """Why areas are never computed in EPSG:3857."""
    from gis.crs import WEB_MERCATOR, from_wgs84

    outline = disc(*TRAN_DE, 160)
    flat = Polygon(from_wgs84(outline.geoms[0].exterior.coords, WEB_MERCATOR))
    assert flat.area / geodesic_area_m2(outline) == pytest.approx(1.035, abs=0.005)
