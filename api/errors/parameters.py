"""Values of a request that cannot be understood; `parameter` names where each stood."""

from api.errors.base import RegistryError


class BadParameter(RegistryError):
    """A value that cannot be understood; `parameter` names where it stood."""

    message = "“{value}” is not a value of {parameter}."

    def __init__(self, parameter: str, **facts: object) -> None:
        self.parameter = parameter
        super().__init__(parameter=parameter, **facts)


class UnknownParameter(BadParameter):
    message = "There is no parameter “{parameter}” here. The parameters are: {known}."


class RepeatedParameter(BadParameter):
    message = "The parameter {parameter} is given more than once; give it once."


class BadText(BadParameter):
    message = "{parameter} must be text in UTF-8 without the character NUL; “{value}” is not."


class BadNumber(BadParameter):
    message = "{parameter} must be a number, such as 160 or 96.5; “{value}” is not one."


class BadInteger(BadParameter):
    message = "{parameter} must be a whole number of at least {minimum}; “{value}” is not."


class BadBoolean(BadParameter):
    message = "{parameter} must be true or false; “{value}” is neither."


class BadBbox(BadParameter):
    message = "bbox must be four numbers, {order}, or six with heights; “{value}” is not: {reason}."


class NoGeometry(BadParameter):
    message = "{collection} has no geometry, so {parameter} cannot be used on it."


class BadCrs(BadParameter):
    message = "“{value}” is not a coordinate reference system that {parameter} takes. It takes: {known}."


class MisspeltCrs(BadCrs):
    message = "“{value}” is not how {parameter} names a coordinate reference system: write {uri} or {curie}."


class BadDatetime(BadParameter):
    message = (
        "{parameter} must be a day such as 2021-06-29, a time such as 2021-06-29T07:00:00Z, or an interval of these "
        "such as 2020-01-01/.. ; “{value}” is not."
    )


class BadInterval(BadParameter):
    message = "The interval “{value}” of {parameter} ends before it begins."


class BadDay(BadParameter):
    message = "{parameter} must be a day such as 2021-06-29; “{value}” is not."


class BadMoment(BadParameter):
    message = "{parameter} must be a time such as 2021-06-29T07:00:00Z; “{value}” is not."


class BadAsOf(BadParameter):
    message = "“{value}” is not a date that as_of takes. Write 2021, 2021-06 or 2021-06-29."


class BadChoice(BadParameter):
    message = "{parameter} cannot be “{value}”. It can be: {known}."


class BadWords(BadParameter):
    message = "{parameter} must have a letter or a digit to look for; “{value}” has none."


class Contradiction(BadParameter):
    message = "{parameter} and {other} cannot be given together."


class BadPlace(BadParameter):
    message = (
        "“{value}” is not a place in this order. {parameter} comes from the next and prev links; begin without it."
    )


class UnknownProvince(BadParameter):
    message = (
        "“{value}” is not a province of Viet Nam, today's or former. "
        "Give a code (92), a name (Sóc Trăng) or its short form (soc-trang)."
    )


class FormatNeedsGeometry(BadParameter):
    message = "“{value}” is a format of geometry, and {collection} has none. It can be had as: {known}."


class FormatNeedsWgs84(BadParameter):
    message = "{format} only knows longitude and latitude in WGS 84; leave out {parameter} or write {known}."


class TooManyRows(BadParameter):
    message = (
        "A file of “{value}” holds at most {most} features, and {count} were found. Ask for less or for another format."
    )


class BadPoint(BadParameter):
    message = (
        "{parameter} must be longitude,latitude in degrees, longitude first, such as 106.17,9.55; “{value}” is not: "
        "{reason}."
    )


class BadDistance(BadParameter):
    message = "{parameter} must be kilometres, more than 0 and at most {most}; “{value}” is not."


class NeedsNear(BadParameter):
    message = (
        "{parameter} asks for a distance and there is no point to measure from: give near too, as longitude,latitude."
    )


class NeedsWithin(BadParameter):
    message = "{parameter} selects nothing alone: give within too, the distance in kilometres."


class MissingParameter(BadParameter):
    message = "{parameter} is missing; {example} is one."


class NotAPeriod(BadParameter):
    message = "“{value}” is not a period. Write a year, 2025, or half of one, 2025-H1 or 2025-H2."


class FuturePeriod(BadParameter):
    message = "The period {value} begins on {start}, which is still to come. There is nothing to report on yet."
