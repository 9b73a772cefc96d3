"""Corner tables that cannot be taken, and zones that have none."""

from api.errors.addresses import NotFound
from api.errors.base import RegistryError
from api.errors.changes import BadBody, TooLarge
from gis.errors import GisError


class BadTable(BadBody):
    """What was handed in as a corner table cannot be opened; the sentence is that of `error`."""

    message = "This corner table cannot be read: {reason}."

    def __init__(self, error: GisError) -> None:
        RegistryError.__init__(self, **error.facts)


class OversizedTable(TooLarge):
    """A corner table larger than is read; the sentence is that of `error`."""

    message = "This corner table is too large: {reason}."

    def __init__(self, error: GisError) -> None:
        RegistryError.__init__(self, **error.facts)


class NoOutline(NotFound):
    """A zone whose outline nobody knows has no corners."""

    message = "The outline of “{name}” is not known, so there is no corner table of it."
