"""Files that strangers send, as `gis.uploads` finds them: its sentences, as errors of a request."""

from api.errors.changes import TooLarge, WrongMedia
from api.errors.parameters import BadParameter
from gis.errors import GisError


class BadUpload(BadParameter):
    """What `gis.uploads` says of a file or of the choice from it; `parameter` is the field of the form."""

    def __init__(self, parameter: str, error: GisError) -> None:
        self.message = error.message
        super().__init__(parameter, **{name: fact for name, fact in error.facts.items() if name != "parameter"})


class UnreadableUpload(BadUpload):
    """A file that is damaged, hostile or not what it says."""


class UnknownUpload(WrongMedia):
    """A file of a kind that outlines are not read from."""

    def __init__(self, error: GisError) -> None:
        self.message = error.message
        super().__init__(**error.facts)


class UploadHoldsTooMuch(TooLarge):
    """A file that holds more, or unfolds to more, than is read."""

    def __init__(self, error: GisError) -> None:
        self.message = error.message
        super().__init__(**error.facts)
