"""The spatial functions as PostGIS writes them, so that an index on the column is used."""

import shapely

from api.store.filters.operands import Operand, Values
from api.store.filters.shapes import Shape
from api.store.queries import INSIDE
from gis.crs import CRS84

RELATIONS = {
    "s_intersects": "ST_Intersects({a}, {b})",
    "s_disjoint": "NOT ST_Intersects({a}, {b})",
    "s_equals": "ST_Equals({a}, {b})",
    "s_touches": "ST_Touches({a}, {b})",
    "s_within": "ST_Within({a}, {b})",
    "s_overlaps": "ST_Overlaps({a}, {b})",
    "s_crosses": "ST_Crosses({a}, {b})",
    "s_contains": "ST_Contains({a}, {b})",
}
TURNED = {"s_within": "s_contains", "s_contains": "s_within"}
OF_ANY = ("s_intersects", "s_disjoint")


def is_mixed(operand: Operand) -> bool:
    """Whether it is a literal of points, lines and areas together."""
    return isinstance(operand.value, Shape) and operand.value.geometry.geom_type == "GeometryCollection"


def relate(name: str, first: Operand, second: Operand, values: Values) -> str:
    """The condition that a spatial function is. Two literals of which one is mixed can only meet or not."""
    for one, other, turned in ((first, second, name), (second, first, TURNED.get(name, name))):
        if is_mixed(other) and name not in OF_ANY:
            return relate_mixed(turned, one, other, values)
        if name == "s_intersects" and not one.is_literal and isinstance(other.value, Shape) and other.value.boxes:
            return " OR ".join(meets_box(one.sql, box, values) for box in other.value.boxes)
    return RELATIONS[name].format(a=geometry(first, values), b=geometry(second, values))


def meets_box(column: str, box: shapely.Geometry, values: Values) -> str:
    """A column meeting a rectangle, mostly answered by the box of its shape. That is in single precision, a metre wider
    at most, so it is held against a rectangle some two metres smaller; the shape decides where that is no answer.
    """
    outer = literal(box.wkb, values)
    west, south, east, north = box.bounds
    exact = f"ST_Intersects({column}, {outer})"
    if min(east - west, north - south) > 4 * INSIDE:
        inner = literal(shapely.box(west + INSIDE, south + INSIDE, east - INSIDE, north - INSIDE).wkb, values)
        exact = f"CASE WHEN {column} @ {inner} THEN true ELSE {exact} END"
    return f"({column} && {outer} AND {exact})"


def relate_mixed(name: str, column: Operand, mixed: Operand, values: Values) -> str:
    """A point or an area against a collection of several dimensions, by its parts: GEOS misjudges such as a whole."""
    assert isinstance(mixed.value, Shape)
    shapes = by_dimension(mixed.value)
    own, parts = column.sql, [literal(one.wkb, values) for one in shapes]
    top, dimension = parts[-1], shapely.get_dimensions(shapes[-1])

    def each(function: str) -> list[str]:
        return [f"{function}({own}, {part})" for part in parts]

    def any_of(conditions: list[str]) -> str:
        return f"({' OR '.join(conditions)})"

    meet, touch = each("ST_Intersects"), each("ST_Touches")
    within = any_of(each("ST_Within"))
    contains = f"({' AND '.join(each('ST_Covers'))} AND {any_of(each('ST_Contains'))})"
    apart = [f"({t} OR NOT {m})" for m, t in zip(meet, touch, strict=True)]
    inside = any_of([f"({m} AND NOT {t})" for m, t in zip(meet, touch, strict=True)])
    return {
        "s_within": within,
        "s_contains": contains,
        "s_equals": f"{within} AND {contains}",
        "s_touches": f"{any_of(touch)} AND {' AND '.join(apart)}",
        "s_crosses": f"ST_Dimension({own}) > {dimension} AND {inside} AND NOT {contains}",
        "s_overlaps": f"ST_Dimension({own}) = {dimension} AND (ST_Overlaps({own}, {top}) OR "
        f"ST_Contains({own}, {top})) AND NOT {within} AND NOT {contains}",
    }[name]


def by_dimension(shape: Shape) -> list[shapely.Geometry]:
    """The points, the lines and the areas of a collection, each as one; those that there are."""
    parts = shapely.get_parts(shape.geometry)
    dimensions = shapely.get_dimensions(parts)
    return [shapely.unary_union(parts[dimensions == one]) for one in sorted(set(dimensions))]


def geometry(operand: Operand, values: Values) -> str:
    return literal(operand.value.geometry.wkb, values) if isinstance(operand.value, Shape) else operand.sql


def literal(wkb: bytes, values: Values) -> str:
    return f"ST_GeomFromWKB({values.bind(wkb, 'bytea')}, {CRS84.srid})"
