"""Filters (CQL2) that cannot be asked. `where` is line:column of one given as text, a JSON pointer of one in JSON."""

from api.errors.parameters import BadParameter


class BadFilter(BadParameter):
    """A filter that cannot be asked; the kinds below say why and what would be right."""

    message = "The filter cannot be used."

    def __init__(self, **facts: object) -> None:
        super().__init__("filter", **facts)


class FilterTooLong(BadFilter):
    message = "The filter is {length} characters long; at most {most} are read. Split it into several requests."


class FilterTooDeep(BadFilter):
    message = (
        "At {where} the filter is nested or chained too deeply: brackets, NOT, signs and operators that need one "
        "another may be {most} in all."
    )


class FilterTooComplex(BadFilter):
    message = "The filter reckons too much: at most {most} arithmetic operators are read."


class UnreadableFilter(BadFilter):
    message = "The filter cannot be read at {where}: {reason}."


class UnknownQueryable(BadFilter):
    message = "At {where} of the filter: {collection} has no property “{value}”. It has: {known}."


class UnknownFunction(BadFilter):
    message = "At {where} of the filter: there is no function or operator “{value}”. There are: {known}."


class WrongOperand(BadFilter):
    message = "At {where} of the filter: {operator} takes {wanted}; “{value}” is of type {found}."


class WrongCount(BadFilter):
    message = "At {where} of the filter: {operator} takes {wanted} operands, not {found}."


class NullOperand(BadFilter):
    message = "At {where} of the filter: {operator} cannot be asked of NULL. Ask for a missing value by IS NULL."


class NotWorkedOut(BadFilter):
    """The database began to work a filter out and could not end; nobody knew a filter like it when this was written."""

    message = "The filter cannot be worked out: {reason}."


class BadFilterTime(BadFilter):
    message = (
        "At {where} of the filter: “{value}” is neither a day such as 2021-06-29 nor a time such as "
        "2021-06-29T07:00:00Z."
    )


class BadFilterInterval(BadFilter):
    message = "At {where} of the filter: the interval “{value}” ends before it begins."


class InstantNotInterval(BadFilter):
    message = (
        "At {where} of the filter: {operator} compares intervals, and “{value}” is an instant. Write INTERVAL(a, b), "
        "or use T_AFTER, T_BEFORE, T_DISJOINT, T_EQUALS or T_INTERSECTS."
    )


class BadFilterNumber(BadFilter):
    message = (
        "At {where} of the filter: {value} is too large or too small; numbers go from 1e-40 to 1e15 either side of 0."
    )


class DividedByZero(BadFilter):
    message = "At {where} of the filter: {operator} divides by zero."


class BadPattern(BadFilter):
    message = (
        "At {where} of the filter: the pattern “{value}” ends with a lone backslash. To find a backslash itself, "
        "write it twice in the pattern."
    )


class BadFilterGeometry(BadFilter):
    message = "At {where} of the filter: the geometry “{value}” cannot be used: {reason}."


class CrossingGeometry(BadFilter):
    message = (
        "At {where} of the filter: the geometry “{value}” is not valid: {kind} at {first} {second}. Rings must not "
        "cross or overlap themselves or one another."
    )


class GeometryOutside(BadFilter):
    message = (
        "At {where} of the filter: the position {first} {second} of “{value}” lies outside the area of {crs}. "
        "Positions are in the order {order}; are they swapped, or in another system (filter-crs)?"
    )
