"""What stands on either side of an operator: a property, a literal or a reckoned value, with its type.

Literals keep their value until it is known what they are compared with: '2021-06-29' beside a date is a date.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from api.store.collections import Property
from gis.dates import LEGAL_ZONE

Kind = Literal["string", "number", "boolean", "date", "date-time", "array", "geometry", "interval", "null"]
SQL_TYPES = {"string": "text", "number": "numeric", "boolean": "boolean", "date": "date", "date-time": "timestamptz"}
# A missing start or end of an interval of these is unbounded, as for the parameter `datetime`; other dates are unknown.
OPEN = (("valid_from", "-infinity"), ("valid_to", "infinity"))
# A pattern that ends so is refused by PostgreSQL, also where marks behind it are taken off.
LONE_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\[\u0300-\u036f]*\Z")
# Letters that Unicode does not take apart into a base and a mark.
STROKES, BASES = "đĐðÐøØłŁħĦŧŦı", "dDdDoOlLhHtTi"


@dataclass(frozen=True)
class Operand:
    """`name` is how a message calls it. One of `sql` (a property or an expression) and `value` (a literal) is set."""

    kind: Kind
    name: str
    sql: str = ""
    value: object = None
    known: Property | None = None
    folds: tuple[str, ...] = ()

    @property
    def is_literal(self) -> bool:
        return not self.sql


class Values:
    """The bound values of one filter: with the prefix cql they are named %(cql0)s, %(cql1)s and so on."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.bound: dict[str, object] = {}

    def bind(self, value: object, sql_type: str) -> str:
        name = f"{self.prefix}{len(self.bound)}"
        self.bound[name] = value
        return f"%({name})s::{sql_type}"

    def sql(self, operand: Operand) -> str:
        """The operand as SQL, of the type of its kind."""
        sql = operand.sql or self.bind(operand.value, SQL_TYPES[operand.kind])
        for fold in operand.folds if operand.is_literal else ():
            sql = folded(sql, fold)
        return sql


def column(known: Property) -> Operand:
    """A property as an operand. Integers are numbers."""
    kind: Kind = "number" if known.kind == "integer" else known.kind
    return Operand(kind, known.name, f'"{known.name}"', known=known)


def folded(sql: str, fold: str) -> str:
    """A text without case (casei) or without marks (accenti), đ and its like becoming plain letters."""
    if fold == "casei":
        return f"lower({sql})"
    return f"translate(regexp_replace(normalize({sql}, NFD), '[\\u0300-\\u036f]', '', 'g'), '{STROKES}', '{BASES}')"


def fold(operand: Operand, how: str) -> Operand:
    """CASEI or ACCENTI of a text; a literal remembers it, a property or expression is wrapped."""
    if not operand.is_literal:
        operand = replace(operand, sql=folded(operand.sql, how))
    return replace(operand, known=None, folds=(*operand.folds, how))


def as_day(operand: Operand) -> Operand:
    """A time as the day it falls on in Viet Nam; a day as it is."""
    if operand.kind != "date-time":
        return operand
    if operand.is_literal:
        return replace(operand, kind="date", value=legal_day(operand.value))
    zone = LEGAL_ZONE.key
    return replace(operand, kind="date", sql=f"({operand.sql} AT TIME ZONE '{zone}')::date")


def legal_day(value: object) -> date:
    assert isinstance(value, datetime)
    try:
        return value.astimezone(LEGAL_ZONE).date()
    except OverflowError:  # the first or last hours of the calendar
        return value.date()


def same_precision(*operands: Operand) -> tuple[Operand, ...]:
    """Days beside times are compared as days."""
    if {one.kind for one in operands} == {"date", "date-time"}:
        return tuple(as_day(one) for one in operands)
    return operands


def decimal(operand: Operand) -> Operand:
    """A number as PostgreSQL's numeric: no double can hold what a reckoning may give."""
    return replace(operand, sql=f"{operand.sql}::numeric") if operand.known and operand.kind == "number" else operand
