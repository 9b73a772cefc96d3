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


def typed() -> st.SearchStrategy[Any]:
    """Conditions whose types fit, so that most reach the database."""
    number = st.one_of(
        numbers,
        st.sampled_from(["declared_area_ha", "value", "version", "measured_area_ha"]).map(lambda n: {"property": n}),
    )
    reckoned = st.recursive(number, lambda inner: st.builds(lambda op, a, b: {"op": op, "args": [a, b]}, st.sampled_from(["+", "-", "*", "/", "%", "div", "^"]), inner, inner), max_leaves=12)  # fmt: skip
    word = st.one_of(texts, st.sampled_from(["name_vi", "quote", "name", "slug"]).map(lambda n: {"property": n}))
    folded = st.recursive(word, lambda inner: st.builds(lambda op, a: {"op": op, "args": [a]}, st.sampled_from(["casei", "accenti"]), inner), max_leaves=4)  # fmt: skip
    times = st.one_of(
        instants,
        intervals,
        st.sampled_from(["updated_at", "valid_from", "source_issued_on"]).map(lambda n: {"property": n}),
    )
    spaces = st.one_of(collections, st.just({"property": "geometry"}))

    def pair(names: list[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.builds(lambda op, a, b: {"op": op, "args": [a, b]}, st.sampled_from(names), values, values)

    return st.one_of(
        pair(OPERATORS[2][:6], reckoned), pair(OPERATORS[2][:7], folded), pair(OPERATORS[2][17:25], spaces),
        pair(OPERATORS[2][29:], times), st.builds(lambda op, a, b: {"op": op, "args": [{"property": a}, b]}, st.sampled_from(OPERATORS[2][:7]), st.sampled_from(NAMES), leaves),
    )  # fmt: skip


trees = st.one_of(typed(), st.recursive(st.one_of(leaves, typed()), grow, max_leaves=12))
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
