"""Writing features by OGC API Features Part 4: what is refused, and what was changed meanwhile."""

from typing import Any

from api.errors.changes import BadBody, Stale


class NoContentType(BadBody):
    """A body that does not say what it is."""

    message = "{where}: the header is missing. Say what the body is: {known}."

    def __init__(self, known: str) -> None:
        super().__init__("Content-Type", "", known=known)


class NotWritable(BadBody):
    """A property that follows from other data was sent with another value than it has."""

    message = "{where}: this follows from other data and cannot be written. Leave it out, or send what is there: {now}."


class UnknownProperty(BadBody):
    message = "{where}: zones have no such property. What can be written: {known}."


class OtherId(BadBody):
    """The id in a body is not that of the address."""

    message = "{where}: the feature at this address is “{id}”, and ids never change. Leave it out, or send “{id}”."


class StaleVersion(Stale):
    """What was sent was made from a version that is no longer in force; `members` are what the answer tells beside it:
    the comparison of what it was made from, what was sent and what is in force.
    """

    def __init__(self, members: dict[str, Any], **facts: object) -> None:
        self.members = members
        super().__init__(**facts)
