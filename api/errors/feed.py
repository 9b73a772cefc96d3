"""Asking what changed."""

from api.errors.parameters import BadParameter


class BadSince(BadParameter):
    message = "{parameter} must be the number of a revision, such as 0 or 12; “{value}” is not."


class SinceAhead(BadParameter):
    message = (
        "The register stands at revision {revision}, and {parameter} is {value}. If your copy is of another register, "
        "or of this one before it was restored from a backup, begin anew without {parameter}."
    )


class BadFeedPlace(BadParameter):
    message = (
        "“{value}” is not a place in the feed. {parameter} comes from a next link, together with since; begin without "
        "it."
    )
