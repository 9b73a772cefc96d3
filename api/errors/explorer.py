"""States of the explorer that cannot be understood."""

from api.errors.parameters import BadParameter


class BadFigure(BadParameter):
    message = "{parameter} must be a number of at least 0 with a decimal point, such as 20 or 12.5; “{value}” is not."


class LimitsCross(BadParameter):
    message = "{parameter} ({low}) is more than {other} ({high}), so nothing could match."


class BadSlug(BadParameter):
    message = "{parameter} must be the id of a zone, such as kcn-tran-de; “{value}” cannot be one."


class TooManyPicked(BadParameter):
    message = "{parameter} can name {most} zones at most, and {count} are given."


class BadView(BadParameter):
    message = "{parameter} must be zoom/latitude/longitude of the map, such as 9/9.6/105.9; “{value}” is not."


class BadLength(BadParameter):
    message = "{parameter} is too long: {most} letters at most are read."


class UnknownPlace(BadParameter):
    message = (
        "There is no reference place “{value}”. Give {parameter} as longitude,latitude, or the id of a place, such as "
        "city-can-tho."
    )
