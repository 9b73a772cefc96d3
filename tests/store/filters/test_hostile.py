"""Nothing of a filter becomes SQL, and none of them can end the process."""
# ruff: noqa: E501

import json
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from api import errors
from api.settings import ROOT
from api.store.collections import COLLECTIONS
from api.store.filters import compile_filter
from api.store.filters.source import MOST_CHARACTERS
from api.store.filters.text import MOST_DEEP
from tests.store.filters.conftest import Register

ZONES = COLLECTIONS["zones"]
NASTY = [
    "'; DROP TABLE registry.zones; --", "' OR '1'='1", "x'); SELECT pg_sleep(9); --", "%s", "%(cql0)s", "%(after)s", "%",
    "%%", "{}", "{a}", "$1", "\\", "\\'", "\\\\", '"', '""', "--", "/* */", ";", "\u2019; DROP", "\u02bc", "\uff07",
    "Trần Đề", "\u202e", "\U0001f600", "a\nb", "\x1b", "''", "E'\\x27'", "$$x$$", "\r\n",
]  # fmt: skip


@pytest.mark.parametrize("value", NASTY)
def test_a_literal_stays_a_literal(register: Register, value: str) -> None:
    quoted = "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
    trees = {
        f"name_vi = {quoted}": {"op": "=", "args": [{"property": "name_vi"}, value]},
        f"CASEI(name_vi) IN ({quoted})": {"op": "in", "args": [{"op": "casei", "args": [{"property": "name_vi"}]}, [value]]},
        f"A_CONTAINS(sectors, ({quoted}))": {"op": "a_contains", "args": [{"property": "sectors"}, [value]]},
    }  # fmt: skip
    for text, tree in trees.items():
        one = compile_filter(ZONES, text, language="cql2-text")
        other = compile_filter(ZONES, json.dumps(tree), language="cql2-json")
        assert one == other
        assert list(one.values.values()) == [value]
        assert register.ids("zones", text) == set()
    assert register.ids("zones", f"{quoted} = {quoted}") == set(register.rows("zones"))


def test_the_text_of_the_statement_does_not_depend_on_literals() -> None:
    shapes = {compile_filter(ZONES, f"name_vi = '{word}' AND version > {number}", language="cql2-text").sql
              for word, number in (("a", 1), ("b''; --", 2), ("%(x)s", 3.5))}  # fmt: skip
    assert len(shapes) == 1
    assert set(re.findall(r"%\((\w+)\)s", shapes.pop())) == {"cql0", "cql1"}


@pytest.mark.parametrize(
    "text",
    [
        "pg_read_file('/etc/passwd') = 'x'", "pg_sleep(10) IS NULL", "version(1) = 'x'", "current_setting('x') = 'y'",
        "ST_Buffer(geometry, 1) IS NULL", "plain(name_vi) = 'x'", "lower(name_vi) = 'x'", "name_vi::text = 'x'",
        "name_vi || 'x' = 'y'", "(SELECT 1) = 1", "EXISTS (SELECT 1)", "name_vi = 'x'; DROP TABLE zones",
        "name_vi = 'x' -- ", "name_vi = 'x' /* */ OR true", "version = 1 UNION SELECT 1", "zones.slug = 'x'",
        '"slug"" = \'x\' OR ""slug" = \'x\'', "ctid IS NULL", "xmin = 1", "tableoid = 1", "boundary IS NULL",
        "province_uid = 'x'", "*", "$1 = 1", "%s = 1", "%(cql0)s = 1", "slug = %(after)s", "SLUG = 'x'",
    ],
)  # fmt: skip
def test_only_what_is_on_the_list_is_let_in(text: str) -> None:
    with pytest.raises(errors.BadFilter):
        compile_filter(ZONES, text, language="cql2-text")


@pytest.mark.parametrize("name", ["pg_read_file", "ST_Buffer", "", "=; DROP", "lower", "AND\0", "%", "{a}"])
def test_no_operator_of_json_is_let_in_that_is_not_on_the_list(name: str) -> None:
    tree = {"op": name, "args": ["x", "y"]}
    with pytest.raises(errors.BadParameter):
        compile_filter(ZONES, json.dumps(tree), language="cql2-json")
    with pytest.raises(errors.BadFilter):
        compile_filter(ZONES, json.dumps({"property": name + '"'}).replace("\\u0000", ""), language="cql2-json")


def full(unit: str, before: str = "", after: str = "", *, closing: str = "") -> str:
    """As often as it fits in."""
    room = MOST_CHARACTERS - len(before) - len(after)
    times = room // len(unit + closing)
    return before + unit * times + after + closing * times


LONGEST = {
    "brackets": full("(", "", "version=1", closing=")"),
    "open brackets": full("("),
    "closed brackets": full(")", "version=1"),
    "not": full("NOT ", "", "version=1"),
    "not and brackets": full("NOT(", "", "version=1", closing=")"),
    "signs": full("-", "version=", "1"),
    "signs apart": full("- ", "version=", "version"),
    "casei": full("CASEI(", "", "name_vi='x'", closing=")"),
    "sums": full("+1", "version=1"),
    "powers": full("^1", "version=1"),
    "comparisons": full("=1", "version"),
    "likes": full(" LIKE 'b'", "name_vi"),
    "ins": full(" IN (1)", "version"),
    "ins within": full("IN(", "version ", "1", closing=")"),
    "lists": full("(", "A_EQUALS(sectors,", "'x','y')", closing=")"),
    "betweens": full(" BETWEEN 1 AND 2", "version"),
    "collections": full("GEOMETRYCOLLECTION(", "S_INTERSECTS(geometry,", "POINT(0 0))", closing=")"),
    "ands": full(" AND met", "met"),
    "ands and ors": full(" AND met OR met", "met"),
    "ors": full(" OR version=1", "version=1"),
    "one text": full("x", "name_vi='", "'"),
    "quotes": full("''", "name_vi='", "'"),
    "open quotes": full("'"),
    "positions": full("0 0,", "S_INTERSECTS(geometry,LINESTRING(", "1 1))"),
    "points": full("(1 1),", "S_INTERSECTS(geometry,MULTIPOINT(", "(1 1)))"),
    "choices": full("1,", "version IN (", "1)"),
    "digits": full("9", "version=", ""),
    "tiny": full("0", "version=0.", "1"),
    "words": full("a "),
    "spaces": full(" ", "version=1"),
}


@pytest.mark.parametrize("name", LONGEST)
def test_the_longest_texts_are_answered_or_refused(register: Register, name: str) -> None:
    text = LONGEST[name]
    assert MOST_CHARACTERS - 20 < len(text) <= MOST_CHARACTERS
    with suppress(errors.BadFilter):
        register.ids("zones", text)


def test_none_of_them_ends_the_process_of_a_small_thread() -> None:
    """Half a megabyte of stack; the library alone dies there of 100 brackets or so."""
    program = (
        "import json, sys, threading\n"
        "from api import errors\n"
        "from api.store.collections import COLLECTIONS\n"
        "from api.store.filters import compile_filter\n"
        "def ask():\n"
        "    for language, text in json.load(sys.stdin):\n"
        "        try: compile_filter(COLLECTIONS['zones'], text, language=language)\n"
        "        except errors.BadFilter: pass\n"
        "    print('alive')\n"
        "threading.stack_size(512 * 1024)\n"
        "thread = threading.Thread(target=ask); thread.start(); thread.join()\n"
    )
    asked = [["cql2-text", text] for text in [*LONGEST.values(), *map(deepest, DEEP)]]
    asked += [["cql2-json", nested(depth)] for depth in (10, 50, 99, 101, 360)]
    command, given = [sys.executable, "-c", program], json.dumps(asked)
    run = subprocess.run(command, input=given, capture_output=True, text=True, cwd=ROOT, check=False)  # fmt: skip
    assert (run.returncode, run.stdout.strip()) == (0, "alive"), run.stderr[-2000:]


DEEP: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "(" * n + "version = 1" + ")" * n,
    "not": lambda n: "NOT " * n + "(version = 1)",
    "signs": lambda n: "0 = " + "- " * n + "version",
    "casei": lambda n: "CASEI(" * n + "name_vi" + ")" * n + " = 'x'",
    "sums": lambda n: "0 = version" + " + 1" * n,
    "both": lambda n: "NOT (" * (n // 2) + "version = 1" + ")" * (n // 2),
}


def deepest(name: str) -> str:
    """As deep as is allowed."""
    depth = 1
    while True:
        try:
            compile_filter(ZONES, DEEP[name](depth + 1), language="cql2-text")
        except errors.FilterTooDeep:
            return DEEP[name](depth)
        depth += 1


@pytest.mark.parametrize("name", DEEP)
def test_what_is_allowed_to_nest_is_answered(register: Register, name: str) -> None:
    text = deepest(name)
    assert sum(map(text.count, ("(", "NOT", "- ", "+"))) >= MOST_DEEP // 2
    register.ids("zones", text)


def nested(depth: int) -> str:
    tree: Any = True
    for _ in range(depth):
        tree = {"op": "not", "args": [tree]}
    return json.dumps(tree, separators=(",", ":"))


@pytest.mark.parametrize("depth", [99, 101, 360])
def test_json_nests_as_deep(register: Register, depth: int) -> None:
    if depth < 100:
        assert register.ids("zones", nested(depth), "cql2-json") == set()
    else:
        with pytest.raises(errors.FilterTooDeep):
            compile_filter(ZONES, nested(depth), language="cql2-json")
    with pytest.raises(errors.FilterTooDeep):
        compile_filter(ZONES, "[" * 4000 + "]" * 4000, language="cql2-json")


@pytest.mark.parametrize("language", ["cql2-text", "cql2-json"])
def test_longer_ones_are_not_read(language: Any) -> None:
    with pytest.raises(errors.FilterTooLong, match="8001 characters long; at most 8000"):
        compile_filter(ZONES, " " * 8001, language=language)


def test_reckoning_ends_somewhere() -> None:
    many = " AND ".join(["version + 1 > 0"] * 65)
    with pytest.raises(errors.FilterTooComplex, match="64"):
        compile_filter(ZONES, many, language="cql2-text")
