"""Nothing at this address, or not in this way."""

from api.errors.base import RegistryError


class NotFound(RegistryError):
    """There is no such thing; the facts say what was asked for."""

    message = "There is nothing at this address."


class UnknownCollection(NotFound):
    message = "There is no collection “{name}”. The collections are: {known}."


class UnknownItem(NotFound):
    message = "There is no “{id}” in the collection {collection}."


class NoTiles(NotFound):
    message = "There are no tiles of {collection}, which has no geometry. There are tiles of: {known}."


class UnknownTileMatrixSet(NotFound):
    message = "There is no tile matrix set “{name}”. The tile matrix sets are: {known}."


class UnknownZoom(NotFound):
    message = "There are no tiles at zoom “{zoom}” here. There are tiles at zoom {first} to {last}."


class UnknownTile(NotFound):
    message = (
        "There is no tile in row “{row}” and column “{column}” here. At zoom {zoom} there are rows {first_row} to "
        "{last_row} and columns {first_column} to {last_column}; the row stands before the column."
    )


class WrongMethod(RegistryError):
    message = "{method} cannot be done at this address. What can be done: {known}."


class NotAcceptable(RegistryError):
    message = "None of the formats asked for in Accept is served here. Served are: {known}."
