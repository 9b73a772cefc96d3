"""The spatial functions as PostGIS writes them, so that an index on the column is used."""

from api.store.filters.operands import Operand, Values
from api.store.filters.shapes import Shape
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


def relate(name: str, first: Operand, second: Operand, values: Values) -> str:
    """The condition that a spatial function is. A column meeting a rectangle is mostly answered by its box alone."""
    for one, other in ((first, second), (second, first)):
        if name == "s_intersects" and not one.is_literal and isinstance(other.value, Shape) and other.value.boxes:
            boxes = (literal(box.wkb, values) for box in other.value.boxes)
            return " OR ".join(
                f"({one.sql} && {box} AND ({one.sql} @ {box} OR ST_Intersects({one.sql}, {box})))" for box in boxes
            )
    return RELATIONS[name].format(a=geometry(first, values), b=geometry(second, values))


def geometry(operand: Operand, values: Values) -> str:
    return literal(operand.value.geometry.wkb, values) if isinstance(operand.value, Shape) else operand.sql


def literal(wkb: bytes, values: Values) -> str:
    return f"ST_GeomFromWKB({values.bind(wkb, 'bytea')}, {CRS84.srid})"
