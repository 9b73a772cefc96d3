"""Numbers of a filter: how they are written in SQL so that no reckoning can fail.

All is decimal (numeric), so 0.1 + 0.2 = 0.3. What has no answer is NULL: a division by zero, a root of a negative
number, a power beyond 1e60 or below 1e-60.
"""

from decimal import Decimal

from api.store.filters.text import usable

__all__ = ["DIVISIONS", "MOST_OPERATORS", "OPERATORS", "exact", "usable"]

MOST_OPERATORS = 64  # numbers grow with each
# OFFSET 0 keeps the planner from writing both operands out five times.
POWER = """(SELECT CASE
    WHEN b = 0 THEN CASE WHEN e > 0 THEN 0 WHEN e = 0 THEN 1 END
    WHEN b < 0 AND e <> trunc(e) THEN NULL
    WHEN abs(e) > 1000 OR abs(e) * abs(log(abs(b))) > 60 THEN NULL
    ELSE b ^ e END FROM (SELECT {a} AS b, {b} AS e OFFSET 0) p)"""
OPERATORS = {
    "+": "({a} + {b})",
    "-": "({a} - {b})",
    "*": "({a} * {b})",
    "/": "({a} / nullif({b}, 0))",
    "%": "({a} %% nullif({b}, 0))",
    "div": "div({a}, nullif({b}, 0))",
    "^": POWER,
}
DIVISIONS = ("/", "%", "div")


def exact(value: float) -> Decimal:
    """The decimal that was written: 0.1 and not what a double makes of it."""
    return Decimal(value) if value == int(value) else Decimal(repr(value))
