"""Work that was begun beside the service and did not end as it should."""

from api.errors.changes import TooLarge


class TakesTooLong(TooLarge):
    """What was sent is small enough, but working it out is not."""

    message = "Reading this takes longer than the {seconds} s allowed here. Send less, or in a simpler form."


class TakesTooMuch(TooLarge):
    """What was sent unfolds to more than there is room for."""

    message = "Reading this takes more than the {megabytes} MB of memory allowed here. Send less, or in a simpler form."
