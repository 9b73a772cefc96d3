"""The base of all errors: facts, and the sentence that they fill in."""

from collections.abc import Callable


class RegistryError(Exception):
    """Base of all. `message` is an English msgid with {names} that `facts` fills in."""

    message = "Something went wrong."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message.format(**facts))

    def __reduce__(self) -> tuple[object, ...]:
        """So that an error can pass from one process to another, whatever its kind is made from."""
        return restored, (type(self), self.args, self.__dict__)


def restored(kind: type[RegistryError], args: tuple[object, ...], state: dict[str, object]) -> RegistryError:
    """An error as it was."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class Conflict(RegistryError):
    """What is asked does not fit what is there by now; the kinds say why."""

    message = "This conflicts with the current state of the register."


class NotAllowed(RegistryError):
    """Somebody is signed in who may not do this; the kinds say why."""

    message = "You may not do this."


class Words(tuple[tuple[str, ...], ...]):
    """A fact made of words of ours and names: each word is translated where it is shown."""

    def told(self, _: Callable[[str], str] = str) -> str:
        return "; ".join(" – ".join(_(word) for word in words) for words in self)

    __str__ = told

    def __format__(self, _spec: str) -> str:
        return self.told()
