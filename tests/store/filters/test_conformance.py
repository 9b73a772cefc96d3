"""The abstract tests of CQL2's conformance classes, put to every queryable of every collection in both languages.

One test for each class that CONFORMANCE lists; what they say of their own data set stands in the other files.
"""
# ruff: noqa: E501

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random

import cql2
import pytest

from api import errors
from api.store.collections import COLLECTIONS, Property
from api.store.filters import CONFORMANCE
from tests.store.filters.conftest import Register

VALUES = {
    "string": "'foo'",
    "boolean": "true",
    "number": "3.14",
    "integer": "1",
    "date-time": "TIMESTAMP('2022-04-14T14:48:46Z')",
    "date": "DATE('2022-04-14')",
}
CLASS = "http://www.opengis.net/spec/cql2/1.0/conf/"
TESTS: dict[str, Callable[..., None]] = {}
Ask = Callable[[str, str], set[str]]


def stands_for(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def keep(test: Callable[..., None]) -> Callable[..., None]:
        TESTS[CLASS + name] = test
        return test

    return keep


@pytest.fixture(params=["cql2-text", "cql2-json"])
def ask(request: pytest.FixtureRequest, register: Register) -> Ask:
    """Asks in one language and keeps what was asked; at the end combines it by NOT, AND and OR, as each class wants."""
    stored: dict[str, list[str]] = {}

    def put(collection: str, text: str) -> set[str]:
        asked = text if request.param == "cql2-text" else json.dumps(cql2.parse_text(text).to_json())
        return register.ids(collection, asked, request.param)

    def filtered(collection: str, text: str) -> set[str]:
        found = put(collection, text)
        stored.setdefault(collection, []).append(text)
        return found

    def finish() -> None:
        random = Random(1)
        for collection, texts in stored.items():
            for _ in range(10):
                p1, p2, p3, p4 = (f"({random.choice(texts)})" for _ in range(4))
                put(collection, f"((NOT {p1} AND {p2}) OR ({p3} and NOT {p4}) or not ({p1} AND {p4}))")

    request.addfinalizer(finish)
    return filtered


def queryables(*kinds: str) -> Iterator[tuple[str, Property]]:
    for collection in COLLECTIONS.values():
        for one in collection.properties:
            if one.kind in (kinds or tuple(VALUES)):
                yield collection.name, one


SPATIAL = [name for name, collection in COLLECTIONS.items() if collection.geometry]


@stands_for("basic-cql2")
def test_basic_cql2(ask: Ask) -> None:
    for collection, one in queryables():
        sets = {
            op: ask(collection, f'"{one.name}" {op} {VALUES[one.kind]}') for op in ("=", "<>", ">", "<", ">=", "<=")
        }
        for pair in (("=", "<>"), (">", "<="), ("<", ">=")):
            assert not sets[pair[0]] & sets[pair[1]], (collection, one)
    for collection, one in queryables(*VALUES, "array"):
        missing, there = ask(collection, f"{one.name} IS NULL"), ask(collection, f"{one.name} is not null")
        assert not missing & there
    for collection in COLLECTIONS:
        assert ask(collection, "true") or collection == "lots"  # of which there are none
        assert not ask(collection, "false")


@stands_for("advanced-comparison-operators")
def test_advanced_comparison_operators(ask: Ask) -> None:
    for collection, one in queryables("string"):
        name = one.name
        everything, some, none = (ask(collection, f"{name} LIKE '{p}'") for p in ("%", "_%", ""))
        assert not some & none
        assert ask(collection, f"{name} like '%%'") == everything
        ask(collection, rf"{name} like '\%\_'")
        ask(collection, f"{name} in ({VALUES[one.kind]})")
    for collection, one in queryables("number", "integer"):
        ask(collection, f"{one.name} BETWEEN 0 AND 100")
        ask(collection, f"{one.name} between 100.0 and 1.0")
        ask(collection, f"{one.name} IN (1, 2, 3)")
    for collection, one in queryables("boolean"):
        ask(collection, f"{one.name} in (true)")
    for collection, one in queryables("date-time"):
        ask(collection, f"{one.name} in ('2022-04-14T14:52:56Z', '2022-04-14T15:52:56Z')")
    for collection, one in queryables("date"):
        ask(collection, f"{one.name} in ('2022-04-14', '2022-04-15')")


@stands_for("case-insensitive-comparison")
def test_case_insensitive_comparison(ask: Ask) -> None:
    for collection, one in queryables("string"):
        same, other = (
            ask(collection, f"CASEI({one.name}) {op} casei('KHU CÔNG NGHIỆP Trần Đề')") for op in ("=", "<>")
        )
        assert not same & other
        assert ask(collection, f"CASEI({one.name}) LIKE casei('KHU%')") == ask(
            collection, f"CASEI({one.name}) LIKE casei('khu%')"
        )
    assert ask("zones", "CASEI(name_vi) = casei('KHU CÔNG NGHIỆP Trần Đề')") == {"kcn-tran-de"}


@stands_for("accent-insensitive-comparison")
def test_accent_insensitive_comparison(ask: Ask) -> None:
    for collection, one in queryables("string"):
        name = one.name
        assert not ask(collection, f"ACCENTI({name}) = accenti('äöüéáí')") & ask(
            collection, f"ACCENTI({name}) <> accenti('aoueai')"
        )
        assert ask(collection, f"ACCENTI({name}) LIKE accenti('Ä%')") == ask(
            collection, f"ACCENTI({name}) LIKE accenti('A%')"
        )
        assert ask(collection, f"ACCENTI(CASEI({name})) = accenti(casei('ÄÉ'))") == ask(
            collection, f"ACCENTI(CASEI({name})) = accenti(casei('ae'))"
        )
        assert ask(collection, f"ACCENTI(CASEI({name})) LIKE accenti(casei('Đ%'))") == ask(
            collection, f"ACCENTI(CASEI({name})) LIKE accenti(casei('d%'))"
        )
    for text in ("København", "Kobenhavn"):
        assert ask("zones", f"ACCENTI('København') = accenti('{text}')")


@stands_for("basic-spatial-functions")
def test_basic_spatial_functions(ask: Ask) -> None:
    for collection in SPATIAL:
        assert ask(collection, "S_INTERSECTS(geometry,BBOX(-180,-90,180,90))") == ask(
            collection, "geometry IS NOT NULL"
        )
        ask(collection, "S_INTERSECTS(geometry,BBOX(150,-90,-150,90))")
        ask(collection, "S_INTERSECTS(geometry,POINT(7.02 49.92))")
        with pytest.raises(errors.GeometryOutside):
            ask(collection, "S_INTERSECTS(geometry,POINT(90 180))")


@stands_for("basic-spatial-functions-plus")
def test_basic_spatial_functions_plus(ask: Ask) -> None:
    hollow = "(-180 -90,-90 -90,-90 90,-180 90,-180 -90),(-120 -50,-100 -50,-100 -40,-120 -40,-120 -50)"
    for collection in SPATIAL:
        with pytest.raises(errors.GeometryOutside):
            ask(collection, "S_INTERSECTS(geometry,MULTIPOINT(7.02 49.92, 90 180))")
        for literal in (
            "LINESTRING(-180 -45, 0 -45)", "MULTILINESTRING((-180 -45, 0 -45), (0 45, 180 45))", f"POLYGON({hollow})",
            f"MULTIPOLYGON(({hollow}),((0 0, 10 0, 10 10, 0 10, 0 0)))",
            "GEOMETRYCOLLECTION(POINT(7.02 49.92), POLYGON((0 0, 10 0, 10 10, 0 10, 0 0)))",
        ):  # fmt: skip
            ask(collection, f"S_INTERSECTS(geometry,{literal})")


@stands_for("spatial-functions")
def test_spatial_functions(ask: Ask) -> None:
    box, world = "BBOX(-180,-90,180,90)", "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))"
    line, point, points = "LINESTRING(7 50,10 51)", "POINT(7.02 49.92)", "MULTIPOINT(7 50,10 51)"
    for collection in SPATIAL:
        for name in ("INTERSECTS", "DISJOINT", "EQUALS", "TOUCHES", "CROSSES", "WITHIN", "CONTAINS", "OVERLAPS"):
            found = [ask(collection, f"S_{name}(geometry,{literal})") for literal in (box, world, line, point, points)]
            assert found[0] == found[1], name
            with pytest.raises(errors.GeometryOutside):
                ask(collection, f"S_{name}(geometry,POINT(90 180))")
        for literal in (line, point):
            assert not ask(collection, f"S_DISJOINT(geometry,{literal})") & ask(
                collection, f"S_INTERSECTS(geometry,{literal})"
            )
        assert not ask(collection, f"S_DISJOINT(geometry,{box})")
        assert not ask(collection, f"S_WITHIN(geometry,{box})") & ask(collection, f"S_CONTAINS(geometry,{box})")


@stands_for("temporal-functions")
def test_temporal_functions(ask: Ask) -> None:
    both = ["AFTER", "BEFORE", "DISJOINT", "EQUALS", "INTERSECTS"]
    only = [
        "CONTAINS",
        "DURING",
        "FINISHEDBY",
        "FINISHES",
        "MEETS",
        "METBY",
        "OVERLAPPEDBY",
        "OVERLAPS",
        "STARTEDBY",
        "STARTS",
    ]
    literals = {
        "date-time": ("TIMESTAMP('2022-04-24T07:59:57Z')", "INTERVAL('2021-01-01T00:00:00Z','2021-12-31T23:59:59Z')"),
        "date": ("DATE('2022-04-24')", "INTERVAL('2021-01-01','2021-12-31')"),
    }
    for kind, (instant, interval) in literals.items():
        found = list(queryables(kind))
        for collection, one in found:
            for name in both:
                ask(collection, f"T_{name}({one.name},{instant})")
                ask(collection, f"T_{name}({one.name},{interval})")
        for (collection, first), (other, second) in [*pairwise(found), *zip(found, found, strict=True)]:
            for name in [*both, *only] if collection == other else ():
                ask(collection, f"T_{name}(INTERVAL({first.name},{second.name}),{interval})")
    for name in only:
        with pytest.raises(errors.InstantNotInterval):
            ask("zones", f"T_{name}(updated_at,INTERVAL('2021-01-01','2021-12-31'))")


@stands_for("array-functions")
def test_array_functions(ask: Ask) -> None:
    for collection, one in queryables("array"):
        found = {
            name: ask(collection, f"A_{name}({one.name},('seafood','energy'))")
            for name in ("CONTAINS", "CONTAINEDBY", "EQUALS", "OVERLAPS")
        }
        assert found["EQUALS"] == found["CONTAINS"] & found["CONTAINEDBY"]


@stands_for("property-property")
def test_property_property(ask: Ask) -> None:
    operators = ("=", "<>", ">", "<", ">=", "<=")
    for collection, one in queryables():
        sets = {op: ask(collection, f"{VALUES[one.kind]} {op} {one.name}") for op in operators}
        for pair in (("=", "<>"), (">", "<="), ("<", ">=")):
            assert not sets[pair[0]] & sets[pair[1]]
        own = {op: ask(collection, f"{one.name} {op} {one.name}") for op in operators}
        assert not own["<>"] | own[">"] | own["<"]
        assert own["="] == own[">="] == own["<="]
    for literal in VALUES.values():
        own = {op: ask("zones", f"{literal} {op} {literal}") for op in operators}
        assert not own["<>"] | own[">"] | own["<"]
        assert own["="] == own[">="] == own["<="] == ask("zones", "true")
    assert ask("zones", "'København' LIKE 'K_benhavn'")
    assert ask("facts", "value between value and value_max") == ask("facts", "value <= value_max")


@stands_for("arithmetic")
def test_arithmetic(ask: Ask) -> None:
    for collection, one in queryables("number", "integer"):
        own = ask(collection, f"{one.name} = {one.name}")
        for text in ("{n} + 8 > {n}", "{n} = {n} * 2 / 2", "{n} - {n} = 0", "{n} <= {n} + 21 div 10 - 5%2", "{n} * 2^0 = {n}",
                     "{n} between {n} - 4/4 and (3*(1+1)) + {n}", "{n} in ({n} + 1 - 1, 2*3)", "({n} + 1) - {n} = 1", "1 + {n} > {n}"):  # fmt: skip
            assert ask(collection, text.format(n=one.name)) == own, text
    for text in (
        "21 div 10 = 2",
        "5%2 = 1",
        "2^3 = 8",
        "20/10 = 2",
        "2*2^0 = 2",
        "1038280+8=1038288",
        "-21 div 10 = -2",
    ):
        assert ask("zones", text) == ask("zones", "true"), text


@stands_for("cql2-text")
def test_escaping_in_cql2_text(register: Register) -> None:
    everything = set(register.rows("zones"))
    for text, meant in (
        (r"\a", "\a"),
        (r"\b", "\b"),
        (r"\t", "\t"),
        (r"\n", "\n"),
        (r"\v", "\v"),
        (r"\f", "\f"),
        (r"\r", "\r"),
        ("''", "'"),
        (r"\'", "'"),
    ):
        tree = {"op": "=", "args": [f"x{meant}y", f"x{meant}y"]}
        assert register.ids("zones", f"'x{text}y' = 'x{meant.replace(chr(39), chr(39) * 2)}y'") == everything
        assert register.ids("zones", json.dumps(tree), "cql2-json") == everything


@stands_for("cql2-json")
def test_cql2_json_is_read_without_the_parser(register: Register) -> None:
    """All classes are tested in it too; here a document as the standard's schema writes it."""
    tree = {"op": "and", "args": [
        {"op": "in", "args": [{"op": "casei", "args": [{"property": "slug"}]}, [{"op": "casei", "args": ["KCN-TRAN-DE"]}]]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": [[[105, 9], [107, 9], [107, 11], [105, 11], [105, 9]]]}]},
        {"op": "t_intersects", "args": [{"property": "updated_at"}, {"interval": ["2020-01-01T00:00:00Z", ".."]}]},
    ]}  # fmt: skip
    assert register.ids("zones", json.dumps(tree, indent=2), "cql2-json") == {"kcn-tran-de"}


def test_each_class_that_is_listed_is_tested() -> None:
    assert set(TESTS) == set(CONFORMANCE)
