"""The spatial functions, against Shapely on the stored shapes; boxes, coordinate systems and the index."""
# ruff: noqa: E501

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from gis.crs import BY_CODE, Crs, from_wgs84
from tests.store.filters.conftest import Register

DELTA = (
    "POLYGON((105.7 9.4,106.2 9.4,106.2 9.9,105.7 9.9,105.7 9.4),(105.8 9.5,105.9 9.5,105.9 9.6,105.8 9.6,105.8 9.5))"
)
LITERALS = [
    "POINT(105.97 9.6)",
    "MULTIPOINT((105.97 9.6),(106.1 9.5))",
    "LINESTRING(105.5 9.3,106.3 9.9)",
    "MULTILINESTRING((105.5 9.3,106.3 9.9),(105.5 9.9,106.3 9.3))",
    DELTA,
    "MULTIPOLYGON(((105.7 9.4,106 9.4,106 9.7,105.7 9.7,105.7 9.4)),((106 9.7,106.3 9.7,106.3 10,106 10,106 9.7)))",
    "GEOMETRYCOLLECTION(POINT(106.3 9.9),LINESTRING(105.5 9.3,106.2 9.85))",
    "GEOMETRYCOLLECTION(POINT(105.97 9.6),LINESTRING(105.5 9.3,106.3 9.9),POLYGON((106 9.4,106.3 9.4,106.3 9.7,106 9.4)))",
]
RELATIONS: dict[str, Callable[[BaseGeometry, BaseGeometry], bool]] = {
    "S_INTERSECTS": shapely.intersects,
    "S_DISJOINT": shapely.disjoint,
    "S_EQUALS": shapely.equals,
    "S_TOUCHES": shapely.touches,
    "S_WITHIN": shapely.within,
    "S_OVERLAPS": shapely.overlaps,
    "S_CROSSES": shapely.crosses,
    "S_CONTAINS": shapely.contains,
}  # fmt: skip


def related(name: str, own: BaseGeometry, other: BaseGeometry) -> bool:
    """By Shapely; of a collection by its parts, for GEOS misjudges mixed ones."""
    if "GeometryCollection" not in (own.geom_type, other.geom_type):
        return RELATIONS[name](own, other)
    turn = own.geom_type == "GeometryCollection"
    own, parts = (other, own.geoms) if turn else (own, other.geoms)
    name = {"S_WITHIN": "S_CONTAINS", "S_CONTAINS": "S_WITHIN"}.get(name, name) if turn else name
    meets, touches = ([relation(own, part) for part in parts] for relation in (shapely.intersects, shapely.touches))
    within = any(own.within(part) for part in parts)
    contains = all(own.covers(part) for part in parts) and any(own.contains(part) for part in parts)
    same = any(own.overlaps(part) or own.contains(part) for part in parts if part.area)
    return bool({
        "S_INTERSECTS": any(meets), "S_DISJOINT": not any(meets), "S_EQUALS": within and contains, "S_WITHIN": within,
        "S_CONTAINS": contains, "S_TOUCHES": any(touches) and meets == touches,
        "S_CROSSES": own.area and not parts[-1].area and any(m and not t for m, t in zip(meets, touches, strict=True)) and not contains,
        "S_OVERLAPS": same and not within and not contains,
    }[name])  # fmt: skip


def shapes(register: Register, collection: str) -> dict[str, BaseGeometry]:
    rows = register.rows(collection)
    return {id: shapely.from_wkb(bytes(row["geometry"])) for id, row in rows.items() if row["geometry"]}


def spatial(name: str, literal: Any) -> str:
    return json.dumps({"op": name.lower(), "args": [{"property": "geometry"}, literal]})


@pytest.mark.parametrize("literal", LITERALS, ids=lambda text: text.partition("(")[0].lower())
@pytest.mark.parametrize("name", RELATIONS)
@pytest.mark.parametrize("collection", ["zones", "zone-points", "admin-units"])
def test_a_literal_of_every_kind(register: Register, collection: str, name: str, literal: str) -> None:
    other = shapely.from_wkt(literal)
    known = shapes(register, collection)
    expected = {id for id, own in known.items() if related(name, own, other)}
    assert register.ids(collection, f"{name}(geometry, {literal})") == expected
    assert (
        register.ids(collection, spatial(name, shapely.geometry.mapping(shapely.from_wkt(literal))), "cql2-json")
        == expected
    )
    turned = {id for id, own in known.items() if related(name, other, own)}
    assert register.ids(collection, f"{name}({literal}, geometry)") == turned


def test_shapes_of_the_register_themselves(register: Register) -> None:
    """Where a relation holds for few shapes, literals made from stored ones are met."""
    own = shapes(register, "zones")["kcn-tran-de"]
    one = json.dumps(shapely.geometry.mapping(own))
    for name, expected in (("S_EQUALS", True), ("S_CONTAINS", True), ("S_WITHIN", True), ("S_TOUCHES", False)):
        assert (register.ids("zones", spatial(name, json.loads(one)), "cql2-json") == {"kcn-tran-de"}) == expected
    west, south, east, north = own.bounds
    middle = (south + north) / 2
    half = f"BBOX({west - 1},{middle},{east + 0.001},{north + 0.001})"
    assert "kcn-tran-de" in register.ids("zones", f"S_OVERLAPS(geometry, {half})")
    line = f"LINESTRING({west - 1} {middle},{east + 1} {middle})"
    assert "kcn-tran-de" in register.ids("zones", f"S_CROSSES({line}, geometry)")
    x, y = own.geoms[0].exterior.coords[0]
    assert register.ids("zones", f"S_TOUCHES(geometry, POINT({x!r} {y!r}))") == {"kcn-tran-de"}


@pytest.mark.parametrize("collection", ["zones", "zone-points", "admin-units"])
@pytest.mark.parametrize(
    "box", [(105.8, 9.5, 106.1, 9.8), (105.97, 9.0, 105.97, 10.0), (105.9, 9.6, 106.3, 9.6), (0, 0, 1, 1)], ids=str
)
def test_boxes(register: Register, collection: str, box: tuple[float, ...]) -> None:
    rectangle = shapely.LineString([box[:2], box[2:]]) if box[0] == box[2] or box[1] == box[3] else shapely.box(*box)
    known = shapes(register, collection)
    expected = {id for id, own in known.items() if own.intersects(rectangle)}
    numbers = ",".join(map(str, box))
    high = ",".join(map(str, (*box[:2], -5, *box[2:], 5)))
    assert register.ids(collection, f"S_INTERSECTS(geometry, BBOX({numbers}))") == expected
    assert register.ids(collection, f"S_INTERSECTS(BBOX({high}), geometry)") == expected
    assert register.ids(collection, spatial("s_intersects", {"bbox": list(box)}), "cql2-json") == expected
    disjoint = set(known) - expected
    assert register.ids(collection, f"S_DISJOINT(geometry, BBOX({numbers}))") == disjoint
    assert register.ids(collection, f"NOT S_INTERSECTS(geometry, BBOX({numbers}))") == disjoint


def test_a_box_over_180_degrees_is_two(register: Register) -> None:
    points = shapes(register, "zone-points")
    assert register.ids("zone-points", "S_INTERSECTS(geometry, BBOX(106, 8, -170, 12))") == {
        id for id, own in points.items() if own.x >= 106
    }
    assert register.ids("zone-points", "S_WITHIN(geometry, BBOX(170, 8, 106, 12))") == {
        id for id, own in points.items() if own.x < 106
    }


def test_a_rectangle_written_as_polygon_is_asked_as_a_box(register: Register) -> None:
    box = register.plan("zones", "S_INTERSECTS(geometry, POLYGON((105 9,106 9,106 10,105 10,105 9)))")
    triangle = register.plan("zones", "S_INTERSECTS(geometry, POLYGON((105 9,106 9,106 10,105 9)))")
    assert " @ " in box
    assert " @ " not in triangle


@pytest.mark.parametrize(
    "text",
    [
        "S_INTERSECTS(geometry, BBOX(105.9, 9.5, 106, 9.6))",
        "S_INTERSECTS(geometry, POLYGON((105 9,106 9,106 10,105 9)))",
        "S_WITHIN(geometry, BBOX(105.9, 9.5, 106, 9.6))",
        "S_INTERSECTS(POINT(105.9 9.5), geometry) AND level = 'province'",
    ],
)
def test_the_index_on_the_column_is_used(register: Register, text: str) -> None:
    register.session.execute("SET LOCAL enable_seqscan = off")
    assert "served_units_geom" in register.plan("admin-units", text)
    register.session.execute("SET LOCAL enable_seqscan = on")


def written(shape: BaseGeometry, crs: Crs) -> str:
    """WKT of a shape in a CRS, in that CRS's order of axes."""
    moved = shapely.transform(shape, lambda points: from_wgs84(points, crs))
    if crs.axis_order == "lat,lon":
        moved = shapely.transform(moved, np.fliplr)
    return shapely.to_wkt(moved, rounding_precision=9 if not crs.is_projected else 4)


@pytest.mark.parametrize("code", ["CRS84", "4326", "3857", "4756", "9209", "3405", "9210"])
def test_coordinates_in_another_system(register: Register, code: str) -> None:
    crs = BY_CODE[code]
    shape = shapely.from_wkt("POLYGON((105.7 9.4,106.2 9.4,106.1 9.9,105.7 9.4))")
    known = shapes(register, "zone-points")
    expected = {id for id, own in known.items() if own.within(shape)}
    assert expected
    assert register.ids("zone-points", f"S_INTERSECTS(geometry, {written(shape, crs)})", crs=crs) == expected
    tree = json.dumps(shapely.geometry.mapping(shapely.from_wkt(written(shape, crs))))
    assert register.ids("zone-points", spatial("s_intersects", json.loads(tree)), "cql2-json", crs) == expected


@pytest.mark.parametrize("code", ["CRS84", "4326", "3857", "4756", "9209"])
def test_boxes_in_another_system(register: Register, code: str) -> None:
    """Sides are straight in the box's own system, so its answer is that of the points brought there."""
    crs = BY_CODE[code]
    known = shapes(register, "zone-points")
    places = from_wgs84([[own.x, own.y] for own in known.values()], crs)
    low, high = np.quantile(places, [0.21, 0.87], axis=0)
    margin = 0.1 if crs.is_projected else 1e-6
    low, high = low - margin, high + margin
    expected = {id for id, place in zip(known, places, strict=True) if (low <= place).all() and (place <= high).all()}
    assert 0 < len(expected) < len(known)
    if crs.axis_order == "lat,lon":
        low, high = low[::-1], high[::-1]
    box = f"BBOX({low[0]!r},{low[1]!r},{high[0]!r},{high[1]!r})".replace("np.float64", "")
    box = box.replace("((", "(").replace("),", ",").replace(",(", ",").replace("))", ")")
    assert register.ids("zone-points", f"S_INTERSECTS(geometry, {box})", crs=crs) == expected


def test_a_box_reaches_beyond_the_area_of_its_system(register: Register) -> None:
    everything = set(shapes(register, "zone-points"))
    for code in ("9209", "3857", "3405"):
        crs = BY_CODE[code]
        for far in (1e8, 1e15):
            text = f"S_INTERSECTS(geometry, BBOX({-far:f},{-far:f},{far:f},{far:f}))"
            assert register.ids("zone-points", text, crs=crs) == everything
        nothing = "BBOX(90000000,90000000,91000000,91000000)"
        assert register.ids("zone-points", f"S_INTERSECTS(geometry, {nothing})", crs=crs) == set()
        assert register.ids("zone-points", f"S_DISJOINT(geometry, {nothing})", crs=crs) == everything


def test_heights_are_left_out_of_account(register: Register) -> None:
    flat = register.ids("admin-units", "S_INTERSECTS(geometry, POINT(105.97 9.6))")
    assert flat
    assert register.ids("admin-units", "S_INTERSECTS(geometry, POINT(105.97 9.6 12))") == flat
    assert (
        register.ids(
            "admin-units", spatial("s_intersects", {"type": "Point", "coordinates": [105.97, 9.6, 3]}), "cql2-json"
        )
        == flat
    )


def test_two_literals_and_twice_the_column(register: Register) -> None:
    everything = set(register.rows("zones"))
    assert register.ids("zones", "S_CROSSES(LINESTRING(0 0,2 2), POLYGON((1 0,3 0,3 3,1 3,1 0)))") == everything
    assert register.ids("zones", "S_EQUALS(geometry, geometry)") == set(shapes(register, "zones"))
