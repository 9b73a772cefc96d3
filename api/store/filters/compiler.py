"""From the tree of a filter to a condition in SQL: each operator's operands are checked, then written.

The tree's depth is bounded before this walks it. Where a value is missing the answer is SQL's: unknown, so not found.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from api import errors
from api.language import N_
from api.store.collections import Collection
from api.store.filters import arithmetic, shapes, times
from api.store.filters.operands import (
    LONE_ESCAPE,
    OPEN,
    SQL_TYPES,
    Operand,
    Values,
    column,
    decimal,
    fold,
    same_precision,
)
from api.store.filters.source import Language, Path, Source, read_filter
from api.store.filters.spatial import OF_ANY, is_mixed
from api.store.filters.spatial import RELATIONS as SPATIAL
from api.store.filters.spatial import relate as relate_shapes
from api.store.queries import Condition
from gis.crs import CRS84, Crs

COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")
ARRAYS = {
    "a_contains": "{a} @> {b}",
    "a_containedby": "{a} <@ {b}",
    "a_equals": "({a} @> {b} AND {a} <@ {b})",
    "a_overlaps": "{a} && {b}",
}
SCALARS = ("string", "number", "boolean", "date", "date-time")
ORDERED = ("string", "number", "date", "date-time")
TEMPORAL = ("date", "date-time", "interval")
KNOWN = (
    "AND OR NOT = <> < > <= >= LIKE BETWEEN IN IS NULL + - * / % ^ DIV CASEI ACCENTI DATE TIMESTAMP INTERVAL BBOX "
    + " ".join(name.upper() for name in (*SPATIAL, *times.RELATIONS, *ARRAYS))
)


def compile_filter(
    collection: Collection, text: str, *, language: Language, crs: Crs = CRS84, prefix: str = "cql"
) -> Condition:
    """The condition that a filter is; `crs` is that of its coordinates (filter-crs), `prefix` begins the names of its
    values, where several stand in one statement. Raises BadFilter and its kinds.
    """
    compiler = Compiler(collection, read_filter(text, language), crs, Values(prefix))
    return Condition(compiler.condition(compiler.source.tree, ()), compiler.values.bound)


class Compiler:
    """One filter on its way to SQL. `path` is everywhere the way through the tree to the node at hand."""

    def __init__(self, collection: Collection, source: Source, crs: Crs, values: Values) -> None:
        self.collection, self.source, self.crs, self.values = collection, source, crs, values
        self.operators = 0
        self.operations: dict[str, Callable[[str, list[Any], Path], Operand]] = {
            "and": self.junction,
            "or": self.junction,
            "not": self.negation,
            "isnull": self.missing,
            "like": self.likeness,
            "between": self.between,
            "in": self.membership,
            "casei": self.folding,
            "accenti": self.folding,
            **dict.fromkeys(COMPARISONS, self.comparison),
            **dict.fromkeys(arithmetic.OPERATORS, self.arithmetic),
            **dict.fromkeys(SPATIAL, self.spatial),
            **dict.fromkeys(times.RELATIONS, self.temporal),
            **dict.fromkeys(ARRAYS, self.array),
        }

    # What stands in the tree

    def condition(self, node: Any, path: Path) -> str:
        return self.values.sql(self.typed(node, path, "filter", ("boolean",)))

    def operand(self, node: Any, path: Path) -> Operand:
        """A property, a literal, an array or what an operator gives."""
        if not isinstance(node, dict):
            return self.literal(node, path)
        match node:
            case {"property": str(name)} if len(node) == 1:
                return self.queryable(name, path)
            case {"op": str(name), "args": list(args)} if len(node) == 2:
                return self.operation(name, args, path)
            case {"date": str()} | {"timestamp": str()} | {"interval": list()} if len(node) == 1:
                return self.temporal_literal(node, path)
            case {"bbox": box} if len(node) == 1:
                return self.shape("BBOX", path, lambda: shapes.read_box(box, self.crs))
            case {"type": str(name)}:
                return self.shape(name, path, lambda: shapes.read_geometry(node, self.crs))
        raise self.unknown(next(iter(node), "{}"), path)

    def literal(self, node: Any, path: Path) -> Operand:
        match node:
            case bool():
                return Operand("boolean", str(node).upper(), value=node)
            case int() | float():
                return self.number(node, path)
            case str():
                return Operand("string", node, value=unicodedata.normalize("NFC", node))  # as the register holds texts
            case list():
                return self.array_literal(node, path)
        return Operand("null", "NULL")

    def temporal_literal(self, node: dict[str, Any], path: Path) -> Operand:
        if "interval" in node:
            return Operand("interval", "INTERVAL", value=self.span(node, path, "INTERVAL"))
        if "date" in node:
            return self.time(node["date"], "date", path)
        return self.time(node["timestamp"], "date-time", path)

    def queryable(self, name: str, path: Path) -> Operand:
        if name == "geometry" and self.collection.geometry:
            return Operand("geometry", name, f'"{self.collection.geometry}"')
        known = self.collection.find(name)
        if known:
            return column(known)
        names = [one.name for one in self.collection.properties]
        raise errors.UnknownQueryable(
            where=self.source.where(path, name), value=name, collection=self.collection.name,
            known=", ".join(["geometry", *names] if self.collection.geometry else names),
        )  # fmt: skip

    def operation(self, name: str, args: list[Any], path: Path) -> Operand:
        operation = self.operations.get(name.lower())
        if not operation:
            raise self.unknown(name, path)
        return operation(name.lower(), args, path)

    def unknown(self, name: str, path: Path) -> errors.UnknownFunction:
        return errors.UnknownFunction(where=self.source.where(path, name), value=name, known=KNOWN)

    def number(self, value: float, path: Path) -> Operand:
        if not arithmetic.usable(value):
            raise errors.BadFilterNumber(where=self.source.where(path, value), value=value)
        return Operand("number", f"{value:g}", value=arithmetic.exact(value))

    def time(self, text: str, kind: str, path: Path) -> Operand:
        try:
            return times.read_time(text, kind)
        except ValueError:
            raise errors.BadFilterTime(where=self.source.where(path, text), value=text) from None

    def shape(self, name: str, path: Path, read: Callable[[], shapes.Shape]) -> Operand:
        try:
            return Operand("geometry", name, value=read())
        except shapes.BadShape as error:
            refusal: type[errors.BadFilter] = errors.BadFilterGeometry
            facts: dict[str, object] = {"reason": error.reason}
        except shapes.Crossing as error:
            refusal, facts = errors.CrossingGeometry, vars(error)
        except shapes.Outside as error:
            refusal, facts = errors.GeometryOutside, vars(error) | {"crs": self.crs.name, "order": self.crs.axis_order}
        raise refusal(where=self.source.where(path, name), value=name, **facts)

    def array_literal(self, nodes: list[Any], path: Path) -> Operand:
        members = [self.typed(node, (*path, index), "ARRAY", SCALARS) for index, node in enumerate(nodes)]
        kinds = {one.kind for one in members} or {"string"}
        if len(kinds) > 1:
            odd = next(one for one in members if one.kind != members[0].kind)
            raise self.wrong(odd, "ARRAY", members[0].kind, path)
        return Operand("array", "ARRAY", value=tuple(members))

    # What operators need

    def count(self, args: list[Any], wanted: int, name: str, path: Path) -> None:
        if len(args) != wanted:
            raise errors.WrongCount(
                where=self.source.where(path, name), operator=name.upper(), wanted=wanted, found=len(args)
            )

    def typed(self, node: Any, path: Path, name: str, kinds: tuple[str, ...]) -> Operand:
        """An operand of one of the kinds, else WrongOperand or NullOperand."""
        operand = self.operand(node, path)
        if operand.kind not in kinds:
            raise self.wrong(operand, name, ", ".join(kinds), path)
        return operand

    def wrong(self, operand: Operand, name: str, wanted: str, path: Path) -> errors.BadFilter:
        where = self.source.where(path, operand.value, operand.name)
        if operand.kind == "null":
            return errors.NullOperand(where=where, operator=name.upper())
        return errors.WrongOperand(
            where=where, operator=name.upper(), wanted=wanted, value=operand.name, found=operand.kind
        )

    def alike(self, name: str, nodes: list[tuple[Any, Path]], kinds: tuple[str, ...] = SCALARS) -> list[Operand]:
        """Operands made comparable: a text beside days is a day, a text beside a folded text is folded."""
        found = [self.typed(node, path, name, kinds) for node, path in nodes]
        kind = next((one.kind for one in found if one.kind != "string"), "string")
        folds = next((one.folds for one in found if not one.is_literal), ())
        for index, one in enumerate(found):
            if one.kind == "string" and one.is_literal and kind in ("date", "date-time"):
                found[index] = self.time(str(one.value), "", nodes[index][1])
            elif one.is_literal and not one.folds:
                for how in folds:
                    found[index] = fold(found[index], how)
        found = list(same_precision(*found))
        for one, (_, path) in zip(found, nodes, strict=True):
            if one.kind != found[0].kind:
                raise self.wrong(one, name, f"{found[0].kind} ({found[0].name})", path)
        if any(one.kind == "number" and not one.is_literal and not one.known for one in found):
            found = [decimal(one) for one in found]
        return found

    # Operators

    def junction(self, name: str, args: list[Any], path: Path) -> Operand:
        if len(args) < 2:
            self.count(args, 2, name, path)
        parts = [
            self.values.sql(self.typed(node, (*path, "args", index), name, ("boolean",)))
            for index, node in enumerate(args)
        ]
        return predicate(f" {name.upper()} ".join(parts), name)

    def negation(self, name: str, args: list[Any], path: Path) -> Operand:
        self.count(args, 1, name, path)
        return predicate("NOT " + self.values.sql(self.typed(args[0], (*path, "args", 0), name, ("boolean",))), name)

    def missing(self, name: str, args: list[Any], path: Path) -> Operand:
        self.count(args, 1, "is null", path)
        operand = self.typed(args[0], (*path, "args", 0), "IS NULL", (*SCALARS, "array", "geometry"))
        if operand.is_literal and operand.kind in ("array", "geometry"):
            return predicate("false", name)
        return predicate(f"{self.values.sql(operand)} IS NULL", name)

    def comparison(self, name: str, args: list[Any], path: Path) -> Operand:
        self.count(args, 2, name, path)
        operands = self.alike(name, listed(args, path))
        first, second = (self.values.sql(one) for one in operands)
        return predicate(f"{first} {name} {second}{order(name, operands)}", name)

    def between(self, name: str, args: list[Any], path: Path) -> Operand:
        self.count(args, 3, name, path)
        operands = self.alike(name, listed(args, path), ORDERED)
        value, low, high = (self.values.sql(one) for one in operands)
        return predicate(f"{value}{order(name, operands)} BETWEEN {low} AND {high}", name)

    def membership(self, name: str, args: list[Any], path: Path) -> Operand:
        self.count(args, 2, name, path)
        members = args[1]
        if not isinstance(members, list) or not members:
            raise self.wrong(self.operand(members, (*path, "args", 1)), name, "(…, …)", (*path, "args", 1))
        operands = self.alike(name, [listed(args, path)[0], *listed(members, path, "args", 1)])
        value, *choices = (self.values.sql(one) for one in operands)
        return predicate(f"{value} IN ({', '.join(choices)})", name)

    def likeness(self, name: str, args: list[Any], path: Path) -> Operand:
        self.count(args, 2, name, path)
        value, pattern = self.alike(name, listed(args, path), ("string",))
        if not pattern.is_literal:
            raise self.wrong(pattern, name, "'…%'", path)
        if LONE_ESCAPE.search(str(pattern.value)):
            raise errors.BadPattern(where=self.source.where(path, pattern.value), value=pattern.value)
        return predicate(f"{self.values.sql(value)} LIKE {self.values.sql(pattern)}", name)

    def folding(self, name: str, args: list[Any], path: Path) -> Operand:
        self.count(args, 1, name, path)
        return fold(self.typed(args[0], (*path, "args", 0), name, ("string",)), name)

    def arithmetic(self, name: str, args: list[Any], path: Path) -> Operand:
        self.count(args, 2, name, path)
        self.operators += 1
        if self.operators > arithmetic.MOST_OPERATORS:
            raise errors.FilterTooComplex(most=arithmetic.MOST_OPERATORS)
        operands = [self.typed(node, (*path, "args", index), name, ("number",)) for index, node in enumerate(args)]
        if name in arithmetic.DIVISIONS and operands[1].is_literal and operands[1].value == 0:
            raise errors.DividedByZero(where=self.source.where(path, name), operator=name.upper())
        first, second = (self.values.sql(decimal(one)) for one in operands)
        return Operand("number", name.upper(), arithmetic.OPERATORS[name].format(a=first, b=second))

    def array(self, name: str, args: list[Any], path: Path) -> Operand:
        self.count(args, 2, name, path)
        operands = [self.typed(node, (*path, "args", index), name, ("array",)) for index, node in enumerate(args)]
        kinds = [member_kind(one) for one in operands]
        if kinds[0] != kinds[1]:
            odd = 1 if operands[1].is_literal and operands[1].value else 0
            members = operands[odd].value
            assert isinstance(members, tuple)
            raise self.wrong(members[0], name, f"array of {kinds[1 - odd]}", (*path, "args", odd))
        first, second = (self.array_sql(one) for one in operands)
        return predicate(ARRAYS[name].format(a=first, b=second), name)

    def array_sql(self, operand: Operand) -> str:
        if not operand.is_literal:
            return operand.sql
        assert isinstance(operand.value, tuple)
        members = ", ".join(self.values.sql(one) for one in operand.value)
        return f"ARRAY[{members}]::{SQL_TYPES[member_kind(operand)]}[]"

    def spatial(self, name: str, args: list[Any], path: Path) -> Operand:
        self.count(args, 2, name, path)
        first, second = (
            self.typed(node, (*path, "args", index), name, ("geometry",)) for index, node in enumerate(args)
        )
        if first.is_literal and second.is_literal and name not in OF_ANY and (is_mixed(first) or is_mixed(second)):
            mixed = first if is_mixed(first) else second
            raise errors.BadFilterGeometry(
                where=self.source.where(path, mixed.name), value=mixed.name,
                reason=N_("a collection of points, lines and areas together can only be compared with a property"),
            )  # fmt: skip
        return predicate(relate_shapes(name, first, second, self.values), name)

    def temporal(self, name: str, args: list[Any], path: Path) -> Operand:
        self.count(args, 2, name, path)
        first, second = (self.span(node, (*path, "args", index), name) for index, node in enumerate(args))
        for one in (first, second):
            if one.is_instant and name not in times.OF_INSTANTS:
                raise errors.InstantNotInterval(
                    where=self.source.where(path, one.name), operator=name.upper(), value=one.name
                )
        return predicate(times.relate(name, first, second, self.values), name)

    def span(self, node: Any, path: Path, name: str) -> times.Span:
        """An interval, or an instant as one."""
        match node:
            case {"interval": list(ends)} if len(node) == 1:
                self.count(ends, 2, "interval", path)
                start, end = (self.end(one, (*path, "interval", index), index) for index, one in enumerate(ends))
                self.check_order(start, end, path)
                return times.Span("INTERVAL", start, end, False)
            case str():
                instant = self.time(node, "", path)
            case _:
                instant = self.typed(node, path, name, TEMPORAL)
        return times.Span(instant.name, instant, instant, True)

    def end(self, node: Any, path: Path, index: int) -> Operand | None:
        """One end of an interval; None is unbounded. A missing valid_from or valid_to is unbounded too."""
        if node == "..":
            return None
        if isinstance(node, str):
            return self.time(node, "", path)
        operand = self.typed(node, path, "INTERVAL", ("date", "date-time"))
        name, unbounded = OPEN[index]
        if operand.known and operand.name == name:
            return replace(operand, sql=f"coalesce({operand.sql}, '{unbounded}')")
        return operand

    def check_order(self, start: Operand | None, end: Operand | None, path: Path) -> None:
        if not (start and end and start.is_literal and end.is_literal):
            return
        first, last = same_precision(start, end)
        if first.value > last.value:  # type: ignore[operator]
            raise errors.BadFilterInterval(where=self.source.where(path, start.name), value=f"{start.name}/{end.name}")


def listed(args: list[Any], path: Path, *steps: str | int) -> list[tuple[Any, Path]]:
    """Nodes with their ways through the tree."""
    return [(node, (*path, *(steps or ("args",)), index)) for index, node in enumerate(args)]


def predicate(sql: str, name: str) -> Operand:
    return Operand("boolean", name.upper(), f"({sql})")


def member_kind(operand: Operand) -> str:
    """The kind of an array's members; properties hold texts."""
    members = operand.value if isinstance(operand.value, tuple) else ()
    return members[0].kind if members else "string"


def order(name: str, operands: list[Operand]) -> str:
    """Texts are in the order of their letters' codes, whatever the database's language."""
    return ' COLLATE "C"' if operands[0].kind == "string" and name not in ("=", "<>") else ""
