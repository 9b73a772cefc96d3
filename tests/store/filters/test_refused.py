"""What cannot be asked is refused by name and place, and says what would be right."""
# ruff: noqa: E501

import json
from typing import Any

import pytest

from api import errors
from api.store.collections import COLLECTIONS
from api.store.filters import compile_filter
from gis.crs import BY_CODE

Kind = type[errors.BadFilter]
TEXTS: list[tuple[str, str, Kind, str, tuple[str, ...]]] = [
    ("zones", "nome = 'x'", errors.UnknownQueryable, "1:1", ("zones", "“nome”", "name_vi")),
    ("zones", "version = 1 AND\n  boundary IS NULL", errors.UnknownQueryable, "2:3", ("“boundary”", "geometry")),
    ("zones", 'name_vi = "x"', errors.UnknownQueryable, "1:11", ("“x”",)),
    ("facts", "S_INTERSECTS(geometry, POINT(105 9))", errors.UnknownQueryable, "1:14", ("facts", "“geometry”")),
    ("zones", "buffer(geometry, 1) IS NULL", errors.UnknownFunction, "1:1", ("“buffer”", "S_INTERSECTS", "CASEI")),
    ("zones", "name_vi = 3", errors.WrongOperand, "1:11", ("string", "“3”", "number")),
    ("zones", "declared_area_ha = 'abc'", errors.WrongOperand, "1:20", ("number", "“abc”", "string")),
    ("zones", "declared_area_ha + name_vi = 1", errors.WrongOperand, "1:20", ("number", "“name_vi”", "string")),
    ("facts", "met = 1", errors.WrongOperand, "1:7", ("boolean", "“1”", "number")),
    ("facts", "value", errors.WrongOperand, "1:1", ("boolean", "“value”", "number")),
    ("facts", "value AND met", errors.WrongOperand, "1:1", ("AND", "boolean", "“value”")),
    ("facts", "as_of > DATE('2020-01-01')", errors.WrongOperand, "1:14", ("string (as_of)", "date")),
    ("zones", "sectors = 'x'", errors.WrongOperand, "1:1", ("“sectors”", "array")),
    ("zones", "geometry = 'x'", errors.WrongOperand, "1:1", ("“geometry”", "geometry")),
    ("zones", "A_CONTAINS(sectors, (1, 2))", errors.WrongOperand, "1:22", ("array of string", "“1”")),
    ("zones", "A_CONTAINS(name_vi, ('x'))", errors.WrongOperand, "1:12", ("array", "“name_vi”")),
    ("zones", "A_CONTAINS(sectors, ('x', 1))", errors.WrongOperand, "1:27", ("string", "“1”")),
    ("zones", "S_INTERSECTS(name_vi, POINT(1 1))", errors.WrongOperand, "1:14", ("geometry", "“name_vi”")),
    ("zones", "T_AFTER(name_vi, DATE('2020-01-01'))", errors.WrongOperand, "1:9", ("interval", "“name_vi”")),
    ("zones", "name_vi LIKE name_en", errors.WrongOperand, "1:14", ("'…%'", "“name_en”")),
    ("zones", "CASEI(version) = 'x'", errors.WrongOperand, "1:7", ("string", "“version”")),
    ("zones", "declared_area_ha = NULL", errors.NullOperand, "1:20", ("IS NULL",)),
    ("facts", "source_issued_on = '2020'", errors.BadFilterTime, "1:20", ("“2020”", "2021-06-29")),
    ("facts", "source_issued_on = DATE('2020-02-30')", errors.BadFilterTime, "1:25", ("“2020-02-30”",)),
    ("zones", "updated_at = TIMESTAMP('2020-02-03')", errors.BadFilterTime, "1:24", ("2021-06-29T07:00:00Z",)),
    ("zones", "T_AFTER(updated_at, INTERVAL('2020-13-01', '..'))", errors.BadFilterTime, "1:30", ("“2020-13-01”",)),
    ("zones", "T_AFTER(updated_at, INTERVAL('2021-01-01', '2020-01-01'))", errors.BadFilterInterval, "1:30", ("2021-01-01/2020-01-01",)),
    ("zones", "T_DURING(updated_at, INTERVAL('2020-01-01', '..'))", errors.InstantNotInterval, "1:10", ("T_DURING", "“updated_at”", "T_INTERSECTS")),
    ("zones", "declared_area_ha / 0 > 1", errors.DividedByZero, "1:18", ("/",)),
    ("zones", "declared_area_ha DIV 0 > 1", errors.DividedByZero, "1:18", ("DIV",)),
    ("zones", "declared_area_ha % 0.0 > 1", errors.DividedByZero, "1:18", ("%",)),
    ("zones", "declared_area_ha > 1e16", errors.BadFilterNumber, "1:20", ("1e16", "1e15")),
    ("zones", "declared_area_ha > 1e999999999", errors.BadFilterNumber, "1:20", ("1e999999999",)),
    ("zones", "declared_area_ha > 1e-999999999", errors.BadFilterNumber, "1:20", ("1e-40",)),
    ("zones", "2 ^ 3 ^ 2 = 64", errors.UnreadableFilter, "1:7", ("brackets",)),
    ("zones", r"name_vi LIKE 'a\\'", errors.BadPattern, "1:14", ("backslash",)),
    ("zones", "ACCENTI(name_vi) LIKE 'a\\\\\u0301'", errors.BadPattern, "1:23", ("backslash",)),
    ("zones", "S_INTERSECTS(geometry, POLYGON((105 9,106 9,106 10,105 10)))", errors.BadFilterGeometry, "1:24", ("Polygon", "not closed")),
    ("zones", "S_INTERSECTS(geometry, POLYGON((105 9,106 9,105 9)))", errors.BadFilterGeometry, "1:24", ("four positions",)),
    ("zones", "S_INTERSECTS(geometry, POLYGON((105 9,106 10,106 9,105 10,105 9)))", errors.CrossingGeometry, "1:24", ("Self-intersection", "105.5 9.5")),
    ("zones", "S_INTERSECTS(geometry, LINESTRING(105 9,105 9))", errors.BadFilterGeometry, "1:24", ("two different",)),
    ("zones", "S_INTERSECTS(geometry, POINT(9.6 105.9))", errors.GeometryOutside, "1:24", ("9.6 105.9", "lon,lat", "filter-crs")),
    ("zones", "S_INTERSECTS(geometry, BBOX(105,9,106,91))", errors.GeometryOutside, "1:24", ("106.0 91.0",)),
    ("zones", "S_INTERSECTS(geometry, BBOX(105,10,106,9))", errors.BadFilterGeometry, "1:24", ("south",)),
    ("zones", "S_INTERSECTS(geometry, BBOX(105,10,106))", errors.BadFilterGeometry, "1:24", ("four numbers",)),
    ("zones", "S_INTERSECTS(geometry, POLYGON EMPTY)", errors.BadFilterGeometry, "1:24", ("empty",)),
    ("zones", "S_TOUCHES(POINT(1 1), GEOMETRYCOLLECTION(POINT(0 0), LINESTRING(1 0, 1 1)))", errors.BadFilterGeometry, "1:23", ("property",)),
    ("zones", "name_vi = 'x' AND", errors.UnreadableFilter, "1:18", ("ends too early",)),
    ("zones", "(name_vi = 'x'", errors.UnreadableFilter, "1:15", ("ends too early",)),
    ("zones", "name_vi == 'x'", errors.UnreadableFilter, "1:10", ("'single quotes'",)),
    ("zones", "name_vi = 'it's'", errors.UnreadableFilter, "1:16", ("never closed",)),
    ("zones", "name_vi = .5e1 ; x", errors.UnreadableFilter, "1:16", ("AND or OR",)),
    ("zones", "name_vi = 'a' OR\n\n  kind ! 'x'", errors.UnreadableFilter, "3:8", ("AND or OR",)),
    ("zones", "", errors.UnreadableFilter, "1:1", ("empty",)),
    ("zones", ' {"op": "not", "args": [true]}', errors.UnreadableFilter, "1:2", ("filter-lang=cql2-json",)),
]  # fmt: skip
AREA, NAME = {"property": "declared_area_ha"}, {"property": "name_vi"}
TREES: list[tuple[Any, Kind, str, tuple[str, ...]]] = [
    ({"op": "and", "args": [True, {"op": "=", "args": [{"property": "nome"}, 1]}]}, errors.UnknownQueryable, "/args/1/args/0", ("“nome”",)),
    ({"op": "=", "args": [AREA, "x"]}, errors.WrongOperand, "/args/1", ("number", "“x”")),
    ({"op": "in", "args": [AREA, [1, "x"]]}, errors.WrongOperand, "/args/1/1", ("“x”",)),
    ({"op": "in", "args": [AREA, []]}, errors.WrongOperand, "/args/1", ("(…, …)",)),
    ({"op": "in", "args": [AREA, 3]}, errors.WrongOperand, "/args/1", ("“3”",)),
    ({"op": "=", "args": [AREA, 1, 2]}, errors.WrongCount, "/", ("2", "3")),
    ({"op": "and", "args": [True]}, errors.WrongCount, "/", ("AND", "1")),
    ({"op": "between", "args": [AREA, 1]}, errors.WrongCount, "/", ("BETWEEN", "3", "2")),
    ({"op": "=", "args": [AREA, None]}, errors.NullOperand, "/args/1", ("IS NULL",)),
    ({"op": "=", "args": AREA}, errors.UnknownFunction, "/", ("“op”",)),
    ({"function": {"name": "x"}}, errors.UnknownFunction, "/", ("“function”",)),
    ({"op": "s_within", "args": [{"property": "geometry"}, {"type": "Circle", "coordinates": [1, 1]}]}, errors.BadFilterGeometry, "/args/1", ("Circle", "GeoJSON")),
    ({"op": "s_within", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [[1], 1]}]}, errors.BadFilterGeometry, "/args/1", ("two numbers",)),
    ({"op": "s_within", "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": [1]}]}, errors.BadFilterGeometry, "/args/1", ("depth",)),
    ({"op": "s_within", "args": [{"property": "geometry"}, {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": []}]}]}, errors.BadFilterGeometry, "/args/1", ("another",)),
    ({"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [1, 2, "3", 4]}]}, errors.BadFilterGeometry, "/args/1", ("four numbers",)),
    ({"op": "t_after", "args": [{"property": "updated_at"}, {"interval": ["2020-01-01"]}]}, errors.WrongCount, "/args/1", ("INTERVAL", "1")),
    ({"op": "t_after", "args": [{"property": "updated_at"}, {"interval": [1, ".."]}]}, errors.WrongOperand, "/args/1/interval/0", ("“1”",)),
    ([], errors.WrongOperand, "/", ("array",)),
    (None, errors.NullOperand, "/", ("IS NULL",)),
    ("x", errors.WrongOperand, "/", ("boolean", "“x”")),
]  # fmt: skip


@pytest.mark.parametrize(("collection", "text", "kind", "where", "said"), TEXTS, ids=[text[1] for text in TEXTS])
def test_a_text_that_cannot_be_asked(collection: str, text: str, kind: Kind, where: str, said: tuple[str, ...]) -> None:
    with pytest.raises(errors.BadFilter) as caught:
        compile_filter(COLLECTIONS[collection], text, language="cql2-text")
    assert type(caught.value) is kind, caught.value
    assert caught.value.facts["where"] == where, caught.value
    assert [word for word in said if word not in str(caught.value)] == [], caught.value
    assert caught.value.parameter == "filter"


@pytest.mark.parametrize(("tree", "kind", "where", "said"), TREES, ids=[json.dumps(tree[0]) for tree in TREES])
def test_json_that_cannot_be_asked(tree: Any, kind: Kind, where: str, said: tuple[str, ...]) -> None:
    with pytest.raises(errors.BadFilter) as caught:
        compile_filter(COLLECTIONS["zones"], json.dumps(tree), language="cql2-json")
    assert type(caught.value) is kind, caught.value
    assert caught.value.facts["where"] == where, caught.value
    assert [word for word in said if word not in str(caught.value)] == [], caught.value


@pytest.mark.parametrize("text", ["name_vi = 'x'", "{", '{"op": NaN}', "[1e400]", '"\\ud800"', "true false", ""])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(errors.UnreadableFilter, match="JSON"):
        compile_filter(COLLECTIONS["zones"], text, language="cql2-json")


@pytest.mark.parametrize(
    ("text", "language"), [("name_vi = 'a\0'", "cql2-text"), ('"\\u0000"', "cql2-json"), ("a = '\ud800'", "cql2-text")]
)
def test_text_that_no_database_holds(text: str, language: Any) -> None:
    with pytest.raises(errors.BadText):
        compile_filter(COLLECTIONS["zones"], text, language=language)


def test_coordinates_are_refused_in_the_order_they_were_given() -> None:
    text = "S_INTERSECTS(geometry, POINT(105.97 9.6))"
    with pytest.raises(errors.GeometryOutside, match=r"105\.97 9\.6.*lat,lon"):
        compile_filter(COLLECTIONS["zones"], text, language="cql2-text", crs=BY_CODE["4326"])
    text = "S_INTERSECTS(geometry, POLYGON((9 105,10 106,9 106,10 105,9 105)))"
    with pytest.raises(errors.CrossingGeometry, match=r"9\.5 105\.5"):
        compile_filter(COLLECTIONS["zones"], text, language="cql2-text", crs=BY_CODE["4326"])
    swapped = "S_INTERSECTS(geometry, POINT(1061000 550000))"
    with pytest.raises(errors.GeometryOutside, match="1061000"):
        compile_filter(COLLECTIONS["zones"], swapped, language="cql2-text", crs=BY_CODE["9209"])
