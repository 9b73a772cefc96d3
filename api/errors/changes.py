"""Writing to the register: what is refused, and what it would take."""

from api.errors.base import RegistryError


class Conflict(RegistryError):
    """What is asked does not fit what is there by now; the kinds say why."""

    message = "This does not fit what is there by now."


class Stale(RegistryError):
    """What the writer saw is no longer what is there."""

    message = "This was changed meanwhile: {what} is at {now}, and what you sent was made from {seen}."


class NeedsIfMatch(RegistryError):
    """A write that publishes must say which version it was made from."""

    message = "Say which version you change: send If-Match with the ETag that you were given. It is now {now}."


class Gone(RegistryError):
    """It was there and was deleted as an error; its id is never given again."""

    message = "“{id}” was recorded by mistake and deleted: {reason}"


class BadBody(RegistryError):
    """What was sent cannot be understood; `where` is a JSON pointer or a column, `reason` says what would be right."""

    message = "{where}: {reason}"

    def __init__(self, where: str, reason: str, **facts: object) -> None:
        super().__init__(where=where, reason=reason, **facts)


class TooLarge(RegistryError):
    """More was sent than is read."""

    message = "This is larger than what is read here, at most {most}."


class WrongMedia(RegistryError):
    """A body of another kind than can be read."""

    message = "A body of “{media}” cannot be read here. Send: {known}."
