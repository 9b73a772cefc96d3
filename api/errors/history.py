"""Asking for versions of a zone."""

from api.errors.parameters import BadParameter


class BadComparison(BadParameter):
    message = "{parameter} must be the numbers of two versions, such as 2,5; “{value}” is not."
