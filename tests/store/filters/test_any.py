"""Whatever is asked, in text or JSON: an answer of the database, or a refusal that names what is wrong."""
# ruff: noqa: E501

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import errors
from api.store.collections import COLLECTIONS
from gis.crs import ALL, Crs
from tests.store.filters.conftest import Register

NAMES = sorted({one.name for collection in COLLECTIONS.values() for one in collection.properties} | {"geometry", "x"})
CODES = sorted({code for c in COLLECTIONS.values() for one in c.properties for code in c.choices(one.name)})
numbers = st.one_of(
    st.integers(-5, 300),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, 0.5, 1e15, 1e-40, -1, 2]),
)
texts = st.one_of(
    st.text(max_size=8), st.sampled_from([*CODES, "%", "a\\", "\\%", "đ", "2021-06-29", "2021-06-29T07:00:00Z", ".."])
)
days = st.dates().map(str)
moments = st.datetimes().map(lambda at: at.isoformat() + "Z")
properties = st.sampled_from(NAMES).map(lambda name: {"property": name})
degrees = st.one_of(st.floats(-180, 180), st.integers(-200, 200), st.floats(104, 107), st.floats(9, 11))
positions = st.lists(degrees, min_size=2, max_size=3)
rings = st.lists(positions, max_size=6).map(lambda ring: [*ring, *ring[:1]])
geometries = st.one_of(
    st.builds(lambda at: {"type": "Point", "coordinates": at}, positions),
    st.builds(lambda ats: {"type": "LineString", "coordinates": ats}, st.lists(positions, max_size=4)),
    st.builds(lambda ats: {"type": "MultiPoint", "coordinates": ats}, st.lists(positions, max_size=4)),
    st.builds(lambda ats: {"type": "Polygon", "coordinates": ats}, st.lists(rings, max_size=2)),
    st.builds(lambda ats: {"type": "MultiPolygon", "coordinates": ats}, st.lists(st.lists(rings, max_size=1), max_size=2)),
    st.builds(lambda numbers: {"bbox": numbers}, st.lists(degrees, min_size=4, max_size=6)),
    st.builds(
        lambda w, s, width, height: {"type": "Polygon", "coordinates": [[[w, s], [w + width, s], [w + width, s + height], [w, s]]]},
        st.floats(105, 106), st.floats(9, 10), st.floats(0.01, 1), st.floats(0.01, 1),
    ),
)  # fmt: skip
collections = st.one_of(
    geometries,
    st.builds(lambda parts: {"type": "GeometryCollection", "geometries": parts}, st.lists(geometries, max_size=3)),
)
instants = st.one_of(
    days.map(lambda day: {"date": day}),
    moments.map(lambda at: {"timestamp": at}),
    texts.map(lambda text: {"date": text}),
)
intervals = st.builds(
    lambda a, b: {"interval": [a, b]}, *[st.one_of(days, moments, st.just(".."), properties, instants)] * 2
)
leaves = st.one_of(properties, numbers, texts, st.booleans(), st.none(), collections, instants, intervals)
OPERATORS = {
    2: ["=", "<>", "<", ">", "<=", ">=", "like", "and", "or", "+", "-", "*", "/", "%", "div", "^", "in", "s_intersects", "s_disjoint",
        "s_equals", "s_touches", "s_within", "s_overlaps", "s_crosses", "s_contains", "a_contains", "a_containedBy", "a_equals",
        "a_overlaps", "t_after", "t_before", "t_contains", "t_disjoint", "t_during", "t_equals", "t_finishedBy", "t_finishes",
        "t_intersects", "t_meets", "t_metBy", "t_overlappedBy", "t_overlaps", "t_startedBy", "t_starts"],
    1: ["not", "isNull", "casei", "accenti"],
    3: ["between", "pg_sleep"],
}  # fmt: skip


def grow(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    operations = [
        st.builds(
            lambda op, args: {"op": op, "args": args},
            st.sampled_from(names),
            st.lists(children, min_size=n, max_size=n),
        )
        for n, names in OPERATORS.items()
    ]
    return st.one_of(*operations, st.lists(children, max_size=3))


def pair(names: list[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(lambda op, a, b: {"op": op, "args": [a, b]}, st.sampled_from(names), values, values)


def one_of(*names: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(names).map(lambda name: {"property": name})


def folded(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(lambda op, a: {"op": op, "args": [a]}, st.sampled_from(["casei", "accenti"]), inner)


# Conditions on admin-units whose types fit, so that most reach the database.
COMPARED, ARITHMETIC, SPACE, TIME = OPERATORS[2][:6], OPERATORS[2][9:16], OPERATORS[2][17:25], OPERATORS[2][29:]
sane = st.one_of(
    st.integers(-5, 300),
    st.floats(-1e6, 1e6).filter(lambda n: n == 0 or abs(n) > 1e-30),
    st.sampled_from([1e15, 1e-40, 0.5]),
)
reckoned = st.recursive(
    st.one_of(sane, one_of("area_km2_published")), lambda inner: pair(ARITHMETIC, inner), max_leaves=12
)
written = st.recursive(
    st.one_of(texts.filter(lambda text: "\0" not in text), one_of("name", "full_name", "uid")), folded, max_leaves=4
)
timed = st.one_of(
    days.map(lambda day: {"date": day}), moments.map(lambda at: {"timestamp": at}), one_of("valid_from", "valid_to")
)
spans = st.builds(
    lambda a, b: {"interval": [a, b]},
    st.one_of(st.just(".."), one_of("valid_from")),
    st.one_of(days, moments, one_of("valid_to")),
)
near = st.tuples(st.floats(104, 107), st.floats(9, 11)).map(list)
lines = st.lists(near, min_size=2, max_size=4, unique_by=tuple).map(
    lambda ats: {"type": "LineString", "coordinates": ats}
)
triangles = st.lists(near, min_size=3, max_size=3, unique_by=tuple).map(
    lambda ats: {"type": "Polygon", "coordinates": [[*ats, ats[0]]]}
)
shapes = st.one_of(near.map(lambda at: {"type": "Point", "coordinates": at}), lines, triangles)
spaces = st.one_of(
    shapes,
    st.lists(shapes, min_size=1, max_size=3).map(lambda parts: {"type": "GeometryCollection", "geometries": parts}),
    one_of("geometry"),
)
fitting = st.recursive(
    st.one_of(pair(COMPARED, reckoned), pair([*COMPARED, "like"], written), pair(COMPARED, timed), pair(TIME, spans), pair(TIME[:2], timed), pair(SPACE, spaces)),
    lambda inner: st.one_of(pair(["and", "or"], inner), inner.map(lambda one: {"op": "not", "args": [one]})), max_leaves=6,
)  # fmt: skip


trees = st.recursive(st.one_of(leaves, fitting), grow, max_leaves=12)
pieces = st.one_of(
    st.sampled_from([*NAMES, *CODES, *(op.upper() for names in OPERATORS.values() for op in names), "(", ")", ",", "'", '"', "AND", "OR", "NOT",
                     "IS", "NULL", "DATE(", "TIMESTAMP(", "INTERVAL(", "BBOX(", "POINT(", "POLYGON((", "TRUE", "'x'", "1", "-", ".", "\\"]),
    st.text(max_size=4), numbers.map(str), days.map(lambda day: f"'{day}'"),
)  # fmt: skip
often = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


def ask(register: Register, collection: str, text: str, language: Any, crs: Crs) -> None:
    try:
        register.ids(collection, text, language, crs)
    except errors.BadParameter as refusal:
        assert refusal.parameter == "filter"
        assert "{" not in refusal.message.format(**refusal.facts) or "{" in text


@often
@given(tree=trees, collection=st.sampled_from(sorted(COLLECTIONS)), crs=st.sampled_from(ALL))
def test_any_tree(register: Register, tree: Any, collection: str, crs: Crs) -> None:
    ask(register, collection, json.dumps(tree), "cql2-json", crs)


@often
@given(tree=fitting)
def test_any_tree_whose_types_fit(register: Register, tree: Any) -> None:
    ask(register, "admin-units", json.dumps(tree), "cql2-json", ALL[0])


@often
@given(words=st.lists(pieces, max_size=14), collection=st.sampled_from(sorted(COLLECTIONS)))
def test_any_words(register: Register, words: list[str], collection: str) -> None:
    ask(register, collection, " ".join(words), "cql2-text", ALL[0])


@often
@given(
    text=st.one_of(st.text(max_size=40), st.text("()'\"=<>+-*/%^.,:0123456789eE_ANDORTnull{}[]", max_size=60)),
    language=st.sampled_from(["cql2-text", "cql2-json"]),
)
def test_any_text(register: Register, text: str, language: str) -> None:
    ask(register, "zones", text, language, ALL[0])
